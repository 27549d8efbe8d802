import { nearestWord } from '../../core/index.js';
import { CurrentSource, type DcRange, nodeName, ResistorElement, VoltageSource } from '../netlist/index.js';
import { assignments, modelParameters, parameterTexts } from './assignments.js';
import type { Card } from './card.js';
import { measureCard } from './measure-card.js';
import { placeText } from './place.js';
import type { CardReader, Instance, Reading } from './reader.js';
import { temperatureRange } from './step-card.js';

/** Cards that name parameters, functions and models: read before any element, so that their order does not matter. */
export const definitionReaders: ReadonlyMap<string, CardReader> = new Map([
  ['.param', readParameters],
  ['.params', readParameters],
  ['.parameters', readParameters],
  ['.global_param', readParameters],
  ['.func', readFunction],
  ['.model', readModel],
  ['.csparam', readControlParameters],
  ['.global', readGlobal],
]);

/** Settings, read before elements and after definitions. */
export const settingReaders: ReadonlyMap<string, CardReader> = new Map([
  ['.options', readOptions],
  ['.option', readOptions],
  ['.opt', readOptions],
  ['.temp', readTemperature],
  ['.tran', readTransient],
]);

/** What a file asks for. */
export const requestReaders: ReadonlyMap<string, CardReader> = new Map([
  ['.op', readOperatingPoint],
  ['.dc', readDc],
  ['.meas', measureCard],
  ['.measure', measureCard],
  ['.nodeset', (card, instance) => readVoltages(card, instance, instance.reading.circuit.startVoltages_V)],
  [
    '.ic',
    (card, instance) => readVoltages(card, instance, instance.reading.circuit.analyses.initialVoltages_V),
  ],
]);

/** Output cards: ngspice obeys them, this program writes all nodes anyhow. */
const skipped = new Set(['.print', '.plot', '.save', '.probe', '.four', '.width', '.acmodel', '.fft']);

/** Analyses that only ngspice carries out. */
const ngspiceAnalyses = new Set(['.ac', '.noise', '.tf', '.pz', '.disto', '.sens', '.sp', '.pss']);

/** Cards that change no answer: the first line is the title, text may be hidden, schematics, ground and sound have theirs. */
const harmless = new Set([
  '.title',
  '.backanno',
  '.protect',
  '.unprotect',
  '.machine',
  '.wave',
  '.preprocess',
]);

/** Cards whose work nobody here can do, and why. */
const refused: ReadonlyMap<string, string> = new Map([
  ...(['.hdl', '.osdi', '.pre_osdi', '.verilog'] as const).map((head): [string, string] => [
    head,
    'a compiled or Verilog-A model cannot be loaded; write its equations as B and C elements, or as a cell file (cell list has memristors)',
  ]),
  ...(['.data', '.hb', '.sampling', '.embeddedsampling', '.result', '.mpde', '.lin'] as const).map(
    (head): [string, string] => [head, 'it is not supported, and ngspice does not know it; take it out'],
  ),
]);

/** Cards that only make sense to ngspice, and unknown ones. */
export function readOtherDotCard(card: Card, instance: Instance): void {
  const reason = refused.get(card.head);
  if (harmless.has(card.head)) return;
  if (skipped.has(card.head)) {
    instance.warn(card, `${card.head} skipped: all node voltages are given anyhow`);
  } else if (reason !== undefined) {
    instance.unsupported(card, `${card.head}: ${reason}`, undefined, false);
  } else if (ngspiceAnalyses.has(card.head)) {
    instance.reading.finish.push(() => leaveOut(card, instance));
  } else {
    if (card.head === '.lib')
      throw card.missing('the name of a file, and of a section of it where it has some');
    const known = [
      ...harmless,
      ...definitionReaders.keys(),
      ...settingReaders.keys(),
      ...requestReaders.keys(),
      ...skipped,
    ];
    const near = nearestWord(card.head, [...known, '.step', '.subckt', '.ends', '.include', '.lib', '.end']);
    throw card.error('unknown-card', `there is no ${card.head} card${near ? `; did you mean ${near}?` : ''}`);
  }
}

/** An analysis beside others is left out with a warning; alone it is what the file asks for. */
function leaveOut(card: Card, instance: Instance): void {
  const { analyses } = instance.reading.circuit;
  const asks = analyses.op || analyses.dc.length > 0 || analyses.transient.length > 0;
  const message = `${card.head} is not carried out`;
  if (asks) instance.warn(card, `${message}; ngspice does it (--engine ngspice)`);
  else instance.unsupported(card, message);
}

function readParameters(card: Card, instance: Instance): void {
  for (const { name, text, offset } of parameterTexts(card)) instance.scope.define(name, text, card, offset);
}

/** .csparam hands numbers to a .control section; those that are parameters already are known there. */
function readControlParameters(card: Card, instance: Instance): void {
  for (const { name, text, offset } of parameterTexts(card)) {
    if (!instance.scope.has(name) && text.toLowerCase() !== name)
      instance.scope.define(name, text, card, offset);
  }
}

function readFunction(card: Card, instance: Instance): void {
  const match = /^\.func\s+([a-z_]\w*)\s*\(([^)]*)\)\s*=?\s*(.*)$/is.exec(card.text);
  if (match === null) throw card.error('syntax', '.func should read .func name(x,y) {expression}');
  const [whole, name, parameters, body] = match;
  const bare = /^(\{.*\}|'.*')$/s.test(body.trim()) ? body.trim().slice(1, -1) : body;
  const offset = whole.length - body.length + (bare === body ? 0 : 1);
  const names = parameters.split(/[\s,]+/).filter((word) => word !== '');
  instance.scope.defineFunction(
    name.toLowerCase(),
    names.map((word) => word.toLowerCase()),
    bare,
    card,
    offset,
  );
}

/** Types of models that some element is made of here. */
const readTypes = new Set(['d', 'r', 'res', 'c', 'l', 'sw', 'csw', 'nmos', 'pmos']);

function readModel(card: Card, instance: Instance): void {
  const [, name, type] = card.tokens;
  if (name === undefined) throw card.missing('the name of the model');
  if (type === undefined) throw card.missing('the type of the model, for instance D');
  const { values, rest } = modelParameters(card, 3);
  // Models of other types may have flags; the element that names such a model is refused by what it is.
  if (rest.length > 0 && readTypes.has(type.text)) {
    throw card.error('syntax', `"${rest[0].raw}" is no parameter; models take name=value`, rest[0]);
  }
  if (instance.models.has(name.text))
    throw card.error('duplicate', `model ${name.raw} is defined twice`, name);
  instance.models.set(name.text, { type: type.text, card, values, scope: instance.scope });
}

function readGlobal(card: Card, instance: Instance): void {
  for (const token of card.tokens.slice(1)) instance.reading.globals.add(nodeName(token.text));
}

function readTemperature(card: Card, instance: Instance): void {
  setTemperature(instance, instance.scope.number(card, card.tokens[1], 'the temperature'));
}

function setTemperature({ reading }: Instance, temperature_C: number): void {
  if (reading.settings.temperatureStepped) return;
  reading.settings.temperature_C = temperature_C;
  reading.circuit.analyses.temperature_C = temperature_C;
}

/**
 * Options that move an answer. reltol, vntol, abstol and chgtol are a transient's: the stop rule of an operating point is
 * tighter than any of them in use.
 */
function readOptions(card: Card, instance: Instance): void {
  const { settings } = instance.reading;
  const { values } = assignments(card, 1);
  for (const [name, token] of values) {
    if (name === 'temp') setTemperature(instance, instance.scope.number(card, token, name));
    else if (name === 'tnom') settings.nominal_C = instance.scope.number(card, token, name);
    else if (name === 'gmin') settings.gmin_S = instance.scope.number(card, token, name);
    else if (name === 'reltol' || name === 'vntol' || name === 'abstol' || name === 'chgtol') {
      const value = instance.scope.number(card, token, name);
      if (!(value > 0)) throw card.error('value', `${name} must be above 0, got ${value}`, token);
      instance.reading.circuit.analyses.tolerances[name] = value;
    } else if (name === 'scale') {
      const value = instance.scope.number(card, token, name);
      if (!(value > 0)) throw card.error('value', `scale must be above 0, got ${value}`, token);
      settings.scale = value;
    } else if (/^(rshunt|minres|mincap)$/.test(name)) {
      instance.unsupported(card, `option ${name} is not supported`, token);
    }
  }
}

function readOperatingPoint(_: Card, instance: Instance): void {
  instance.reading.circuit.analyses.op = true;
}

function readDc(card: Card, instance: Instance): void {
  const ranges: DcRange[] = [];
  const { tokens } = card;
  const { scope } = instance;
  const heat = temperatureRange(card);
  for (let k = 1; k < tokens.length; k += 4) {
    const source = tokens[k].text;
    if (k === heat) continue;
    const [start, stop, step] = [1, 2, 3].map((n) =>
      scope.number(card, tokens[k + n], `${['start', 'stop', 'step'][n - 1]} of ${source}`),
    );
    if (step === 0 || (stop - start) * step < 0) {
      throw card.error('value', `a step of ${step} never leads from ${start} to ${stop}`, tokens[k + 3]);
    }
    const mayBe = [VoltageSource, CurrentSource, ResistorElement];
    const what = 'independent source or resistor, and only these can be swept';
    instance.reading.steering.push({ source, card, token: tokens[k], mayBe, what });
    ranges.push({ source, start, stop, step });
  }
  if (ranges.length === 0 && heat === undefined) throw card.missing('source start stop step');
  if (ranges.length === 0) readOperatingPoint(card, instance);
  else instance.reading.circuit.analyses.dc.push({ ranges });
}

/** Steps into which an interval is cut where a file asks for a step of 0. */
const OWN_STEPS = 200;

/** In which LTspice turns sources on with `startup`, s. */
const STARTUP_S = 20e-6;
/** Words after LTspice's .tran that change no answer: what it keeps, and how it looks for the start. */
const idleWords = new Set(['nodiscard', 'numdgt']);
/** Those that do, and what they ask for. */
const refusedWords: ReadonlyMap<string, string> = new Map([
  ['steady', 'to end at a steady state: give a stop time'],
  ['step', 'a step of the load at a steady state: give the load a PULSE'],
]);

/**
 * .tran step stop [start [longest step]] [uic]; a step of 0 is one of ours, as Xyce and LTspice have it. A lone number is
 * LTspice's stop time.
 */
function readTransient(card: Card, instance: Instance): void {
  // noop, no operating point, is Xyce's word for uic.
  const useInitial = card.tokens.some(({ text }) => text === 'uic' || text === 'noop');
  const words = new Set(['uic', 'noop', 'startup', ...idleWords]);
  const fields = card.tokens.slice(1).filter(({ text }) => !words.has(text));
  if (card.tokens.some(({ text }) => text === 'startup')) instance.reading.settings.startup_s = STARTUP_S;
  for (const token of fields) {
    const what = refusedWords.get(token.text);
    if (what !== undefined) {
      instance.unsupported(card, `.tran: ${token.text} is not supported, ${what}`, token, false);
      return;
    }
  }
  const numbers = fields.map((token) => instance.scope.number(card, token, '.tran'));
  if (numbers.length === 1 && instance.reading.dialect === 'ltspice') numbers.unshift(0);
  if (numbers.length < 2) throw card.missing('step and stop time');
  const [step, stop_s, start_s = 0, maxStep_s] = numbers;
  if (!(step >= 0 && stop_s > start_s && start_s >= 0 && (maxStep_s ?? 0) >= 0) || numbers.length > 4) {
    throw card.error(
      'value',
      `.tran needs a step of 0 or more, a stop after the start, and a longest step, got ${numbers.join(' ')}`,
    );
  }
  const step_s = step === 0 ? (stop_s - start_s) / OWN_STEPS : step;
  instance.reading.settings.transient ??= { step_s, stop_s };
  instance.reading.circuit.analyses.transient.push({
    step_s,
    stop_s,
    start_s,
    maxStep_s: maxStep_s === 0 ? undefined : maxStep_s,
    useInitial,
    ...(instance.reading.dialect === 'ngspice' || useInitial ? {} : { holdInitial: true }),
    place: placeText(card.place(0)),
  });
}

const nodesSoFar = new WeakMap<Reading, ReadonlySet<string>>();

/** All nodes, when all elements have been read. */
function nodesOf(reading: Reading): ReadonlySet<string> {
  const nodes = nodesSoFar.get(reading) ?? new Set(reading.circuit.nodes());
  nodesSoFar.set(reading, nodes);
  return nodes;
}

function readVoltages(card: Card, instance: Instance, into: Map<string, number>): void {
  const { tokens } = card;
  for (let k = 1; k < tokens.length; k += 4) {
    if (tokens[k].text !== 'v' || tokens[k + 1] === undefined || tokens[k + 2]?.text !== '=') {
      throw card.error('syntax', `${card.head} should read v(node)=value`, tokens[k]);
    }
    const node = instance.node(tokens[k + 1].text);
    const value = instance.scope.number(card, tokens[k + 3], 'the voltage');
    instance.reading.finish.push(() => {
      const { portNodes } = instance.reading;
      const known = nodesOf(instance.reading);
      // x1.out is the node that the port is joined to.
      const found = known.has(node) ? node : (portNodes.get(node) ?? node);
      if (known.has(found)) into.set(found, value);
      else if (node !== '0')
        instance.warn(
          card,
          `${card.head} v(${node}) skipped: the circuit has no node ${node}`,
          tokens[k + 1],
        );
    });
  }
}
