import { quoted } from '../../core/index.js';
import type { StepAxis } from '../netlist/index.js';
import type { Card, Token } from './card.js';
import { placeText } from './place.js';
import type { Instance } from './reader.js';

const MOST_VALUES = 100_000;
const scales = new Set(['lin', 'dec', 'oct']);
/** Words before a model's name in LTspice: `.step npn 2n2222(vaf) 50 100 25`. */
const modelTypes = /^(npn|pnp|lpnp|d|nmos|pmos|vdmos|njf|pjf|nmf|pmf|r|c|l|sw|csw|urc|ltra)$/;

/**
 * .step [lin | dec | oct] [param] NAME start stop step, or … list values: everything is carried out once for each value of a
 * parameter, a source, R, C, L, the temperature, or a model's parameter (LTspice; Xyce's `NAME:PARAMETER` too). ngspice has no such card.
 * @param dots the cards of the block that begin with a dot
 */
export function readSteps(dots: readonly Card[], instance: Instance): void {
  const { reading } = instance;
  let depth = 0;
  for (const card of dots) {
    if (card.head === '.if') depth++;
    else if (card.head === '.endif') depth--;
    const heat = card.head === '.dc' ? temperatureRange(card) : undefined;
    if (card.head !== '.step' && heat === undefined) continue;
    if (depth > 0 || instance.parent !== undefined) {
      throw card.error('step', '.step stands outside of subcircuits and of .if alone');
    }
    const axis = heat === undefined ? readAxis(card, instance) : heatAxis(card, instance, heat);
    const { steps } = reading.circuit.analyses;
    if (steps.some(({ label }) => label === axis.label))
      throw card.error('step', `${axis.label} is stepped twice`);
    steps.push(axis);
    apply(card, instance, axis.label, reading.stepped.get(axis.label) ?? axis.values[0]);
  }
}

/** Where `temp start stop step` stands in a .dc card: everything depends on the temperature, so that each value is a step. */
export function temperatureRange({ tokens }: Card): number | undefined {
  const at = tokens.findIndex(({ text }, k) => k % 4 === 1 && (text === 'temp' || text === 'temper'));
  return at < 0 ? undefined : at;
}

function heatAxis(card: Card, instance: Instance, at: number): StepAxis {
  return {
    label: 'temp',
    values: readRange(card, instance, at + 1, 'lin', at + 4),
    place: placeText(card.place(0)),
  };
}

function readAxis(card: Card, instance: Instance): StepAxis {
  const { tokens } = card;
  let next = 1;
  const scale = scales.has(tokens[next]?.text) ? tokens[next++].text : 'lin';
  const { label, from } = readTarget(card, instance, next);
  const values =
    tokens[from]?.text === 'list'
      ? readList(card, instance, from + 1)
      : readRange(card, instance, from, scale);
  return { label, values, place: placeText(card.place(0)) };
}

function readTarget(card: Card, instance: Instance, next: number): { label: string; from: number } {
  const { tokens } = card;
  const first = tokens[next];
  if (first === undefined) throw card.missing('what is stepped, for instance param NAME start stop step');
  if (first.text === 'param') {
    const name = tokens[next + 1];
    if (name === undefined) throw card.missing('the name of the parameter');
    return { label: name.text, from: next + 2 };
  }
  const [model, parameter] = [tokens[next + 1], tokens[next + 2]];
  if (modelTypes.test(first.text) && model !== undefined && instance.models.has(model.text)) {
    if (parameter === undefined)
      throw card.missing(`the parameter of ${model.raw}, for instance ${model.raw}(IS)`);
    return { label: `${model.text}(${parameter.text})`, from: next + 3 };
  }
  const [owner, property, more] = first.text.split(':');
  if (property !== undefined) {
    if (more !== undefined)
      throw card.error('step', `${quoted(first.raw)}: only elements of the file itself are stepped`, first);
    return { label: instance.models.has(owner) ? `${owner}(${property})` : owner, from: next + 1 };
  }
  return { label: first.text === 'temper' ? 'temp' : first.text, from: next + 1 };
}

function readList(card: Card, instance: Instance, from: number): number[] {
  const values = card.tokens
    .slice(from)
    .map((token) => instance.scope.number(card, token, 'a value of the list'));
  if (values.length === 0) throw card.missing('the values of the list');
  return values;
}

function readRange(
  card: Card,
  instance: Instance,
  from: number,
  scale: string,
  most = card.tokens.length,
): number[] {
  const { tokens } = card;
  const [start, stop, step] = ['start', 'stop', scale === 'lin' ? 'step' : 'number of points'].map(
    (what, k) => instance.scope.number(card, tokens[from + k], what),
  );
  if (most > from + 3) {
    throw card.error(
      'syntax',
      `${quoted(tokens[from + 3].raw)} was not expected after start, stop and step`,
      tokens[from + 3],
    );
  }
  const place: Token = tokens[from + 2];
  if (scale === 'lin') {
    if (start !== stop && !((stop - start) / step > 0 && step !== 0)) {
      throw card.error('value', `a step of ${step} never leads from ${start} to ${stop}`, place);
    }
    const count = start === stop ? 1 : Math.floor((stop - start) / step + 1e-6) + 1;
    return listed(card, place, count, (k) => start + k * step);
  }
  if (!(start > 0 && stop >= start && Number.isInteger(step) && step > 0)) {
    throw card.error(
      'value',
      `${scale} steps need 0 < start ≤ stop and a whole number of points, got ${start} ${stop} ${step}`,
      place,
    );
  }
  const base = scale === 'dec' ? 10 : 2;
  const count = Math.floor((step * Math.log(stop / start)) / Math.log(base) + 1e-6) + 1;
  return listed(card, place, count, (k) => start * base ** (k / step));
}

function listed(card: Card, token: Token, count: number, at: (k: number) => number): number[] {
  if (!(count <= MOST_VALUES)) {
    throw card.error('too-large', `${count} steps are more than ${MOST_VALUES}; make the step longer`, token);
  }
  return Array.from({ length: count }, (_, k) => at(k));
}

/** Gives a parameter, the temperature or a model its value; elements look theirs up as they are read (`Instance.stepped`). */
function apply(card: Card, instance: Instance, label: string, value: number): void {
  const { reading, scope, models } = instance;
  const { settings, circuit, finish } = reading;
  const [, model, parameter] = /^(.*)\((.*)\)$/.exec(label) ?? [];
  if (model !== undefined) {
    models.get(model)!.values.set(parameter, { text: `${value}`, raw: `${value}`, quoted: false, offset: 0 });
    return;
  }
  if (label === 'temp') {
    settings.temperature_C = value;
    circuit.analyses.temperature_C = value;
    settings.temperatureStepped = true;
    return;
  }
  const isElement = /^[virlc]/.test(label) && instance.block.cards.some(({ head }) => head === label);
  if (isElement) {
    reading.steppedElements.set(label, { value, taken: false });
    finish.push(() => {
      if (!reading.steppedElements.get(label)?.taken) throw card.error('step', `${label} cannot be stepped`);
    });
    return;
  }
  scope.give(label, value, card);
  finish.push(() => {
    if (!scope.wasAsked(label)) {
      throw card.error(
        'step',
        `nothing depends on ${quoted(label)}: there is no such source, resistor, capacitor or inductor, and no expression uses such a parameter`,
      );
    }
  });
}
