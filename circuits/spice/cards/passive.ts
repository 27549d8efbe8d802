import { type Expression, over, times, variable } from '../../../core/expression/index.js';
import {
  CapacitorElement,
  ControlledCurrent,
  CouplingElement,
  controlKey,
  expressionLaw,
  InductorElement,
  ResistorElement,
} from '../../netlist/index.js';
import { assignments } from '../assignments.js';
import { nodeTokens } from '../blocks.js';
import type { Card, Token } from '../card.js';
import { readNumber } from '../number.js';
import type { CardReader, Instance, ModelCard } from '../reader.js';
import { noteControls } from './controls.js';
import { lawTree } from './histories.js';

/** What ngspice makes of a resistance of exactly 0. */
const SHORT_OHM = 1e-3;

/** R n+ n− value | r=value | 'expression of voltages' | model l= w=, with m, scale, tc1, tc2, temp. */
export const resistor: CardReader = (card, instance) => {
  const [a, b] = nodeTokens(card, 2);
  const { values, rest } = assignments(card, 3);
  const { scope } = instance;
  const known = [
    'r',
    'resistance',
    'm',
    'scale',
    'tc1',
    'tc2',
    'tc',
    'temp',
    'dtemp',
    'ac',
    'noisy',
    'l',
    'w',
  ];
  checkNames(card, values, known);
  const numberOf = (name: string, otherwise: number): number =>
    values.has(name) ? scope.number(card, values.get(name), `${card.head} ${name}`) : otherwise;
  const written = values.get('r') ?? values.get('resistance') ?? rest[0];
  if (written === undefined) throw card.missing('its resistance');
  const nodes = [instance.node(a.text), instance.node(b.text)] as const;
  const name = instance.elementName(card.head);

  if (written.quoted) {
    const tree = lawTree(written.raw, card, written.offset, instance);
    if (tree.kind !== 'number') {
      addBehavioural(card, instance, name, nodes, tree, numberOf('m', 1));
      return;
    }
  }
  const isModel = !written.quoted && readNumber(written.text) === undefined && !/^[-+.\d]/.test(written.text);
  const modelToken = isModel
    ? written
    : rest.find((token) => token !== written && readNumber(token.text) === undefined);
  const model = modelToken === undefined ? undefined : modelOf(card, instance, modelToken, ['r'], NO_NUMBER);
  const ofModel = (key: string): number | undefined =>
    model?.values.has(key) ? model.scope.number(model.card, model.values.get(key), key) : undefined;
  let resistance = isModel
    ? sheetResistance(card, ofModel, numberOf('l', 0), numberOf('w', Number.NaN))
    : scope.number(card, written, 'resistance');
  const { temperature_C, nominal_C } = instance.reading.settings;
  const heat = numberOf('temp', temperature_C + numberOf('dtemp', 0)) - (ofModel('tnom') ?? nominal_C);
  const tc1 = numberOf('tc1', numberOf('tc', ofModel('tc1') ?? 0));
  const tc2 = numberOf('tc2', ofModel('tc2') ?? 0);
  resistance *= ((1 + (tc1 + tc2 * heat) * heat) * numberOf('scale', 1)) / numberOf('m', 1);
  if (resistance === 0) {
    instance.warn(card, `${card.head}: a resistance of 0 is taken as ${SHORT_OHM} Ω`, written);
    resistance = SHORT_OHM;
  }
  if (!Number.isFinite(resistance)) {
    throw card.error('value', `${card.head}: the resistance comes out as ${resistance} Ω`, written);
  }
  instance.reading.circuit.add(new ResistorElement(name, nodes[0], nodes[1], resistance));
};

function sheetResistance(
  card: Card,
  ofModel: (key: string) => number | undefined,
  l: number,
  w: number,
): number {
  const sheet = ofModel('rsh');
  const narrow = ofModel('narrow') ?? 0;
  const width = Number.isNaN(w) ? (ofModel('defw') ?? 10e-6) : w;
  if (sheet !== undefined && l > 0) return (sheet * (l - narrow)) / (width - narrow);
  const direct = ofModel('r');
  if (direct === undefined) throw card.missing('a resistance, or a model with RSH and L=');
  return direct;
}

function addBehavioural(
  card: Card,
  instance: Instance,
  name: string,
  [a, b]: readonly [string, string],
  resistance: Expression,
  multiplier: number,
): void {
  const across = variable(controlKey({ plus: a, minus: b }));
  const current = times(multiplier, over(across, resistance));
  const { controls, law } = expressionLaw(current);
  noteControls(card, instance, controls, undefined);
  instance.reading.circuit.add(new ControlledCurrent(name, a, b, controls, law));
}

/** C n+ n− value [ic=]; m multiplies. */
export const capacitor: CardReader = (card, instance) => {
  const { nodes, value, initial, multiplier } = reactive(card, instance, ['c', 'capacitance'], 'capacitance');
  if (value === undefined) return;
  const name = instance.elementName(card.head);
  instance.reading.circuit.add(new CapacitorElement(name, nodes[0], nodes[1], value * multiplier, initial));
};

/** L n+ n− value [ic=]; m divides. */
export const inductor: CardReader = (card, instance) => {
  const { nodes, value, initial, multiplier } = reactive(card, instance, ['l', 'inductance'], 'inductance');
  if (value === undefined) return;
  const name = instance.elementName(card.head);
  instance.reading.circuit.add(new InductorElement(name, nodes[0], nodes[1], value / multiplier, initial));
};

function reactive(card: Card, instance: Instance, keys: readonly string[], what: string) {
  const [a, b] = nodeTokens(card, 2);
  const { values, rest } = assignments(card, 3);
  checkNames(card, values, [...keys, 'ic', 'm', 'temp', 'dtemp', 'scale', 'tc1', 'tc2']);
  const written = values.get(keys[0]) ?? values.get(keys[1]) ?? rest[0];
  if (written === undefined) throw card.missing(`its ${what}`);
  const nodes = [instance.node(a.text), instance.node(b.text)] as const;
  let value: number | undefined;
  if (
    !written.quoted &&
    readNumber(written.text) === undefined &&
    instance.model(written.text) !== undefined
  ) {
    instance.unsupported(
      card,
      `${card.head}: a ${what} from a .model is not supported; give its value`,
      written,
    );
  } else {
    value = instance.scope.number(card, written, what);
  }
  const ic = values.get('ic');
  const m = values.get('m');
  const numberOf = (key: string, otherwise: number): number =>
    values.has(key) ? instance.scope.number(card, values.get(key), key) : otherwise;
  const { temperature_C, nominal_C } = instance.reading.settings;
  const heat = numberOf('temp', temperature_C + numberOf('dtemp', 0)) - nominal_C;
  const warmth = (1 + (numberOf('tc1', 0) + numberOf('tc2', 0) * heat) * heat) * numberOf('scale', 1);
  if (value !== undefined) value *= warmth;
  const multiplier = m === undefined ? 1 : instance.scope.number(card, m, 'm');
  if (!(multiplier > 0)) throw card.error('value', `m must be above 0, got ${multiplier}`, m);
  return {
    nodes,
    value,
    multiplier,
    initial: ic === undefined ? undefined : instance.scope.number(card, ic, 'ic'),
  };
}

/** Refuses parameters that an element does not have, by name. */
export function checkNames(card: Card, values: ReadonlyMap<string, Token>, known: readonly string[]): void {
  for (const name of values.keys()) {
    if (!known.includes(name)) {
      throw card.error(
        'parameter',
        `${card.head} has no parameter ${name}; it knows ${known.join(', ')}`,
        values.get(name),
      );
    }
  }
}

/** K name L1 L2 k: looked up when all elements have been read. */
export const coupling: CardReader = (card, instance) => {
  const [, first, second, value, ...rest] = card.tokens;
  if (second === undefined) throw card.missing('the names of two inductors');
  if (rest.length > 0)
    throw card.error('syntax', `"${rest[0].raw}" was not expected: K couples two inductors`, rest[0]);
  const coefficient = instance.scope.number(card, value, 'the coupling');
  const { circuit, finish } = instance.reading;
  const name = instance.elementName(card.head);
  finish.push(() => {
    const [one, other] = [first, second].map((token) => {
      const found = circuit.element(instance.elementName(token.text));
      if (found instanceof InductorElement) return found;
      throw card.error('source', `${token.raw} is no inductor of this circuit`, token);
    });
    if (!(Math.abs(coefficient) <= 1)) {
      throw card.error('value', `a coupling lies between −1 and 1, got ${coefficient}`, value);
    }
    circuit.add(new CouplingElement(name, one, other, coefficient));
  });
};

/** What the name of a model that there is not may have been meant as. */
const NO_NUMBER = '; a value should be a number such as 4.7k';

/**
 * The .model card a field names, of one of those types.
 * @param instead what else the field may have been meant as, where there is no such model
 */
export function modelOf(
  card: Card,
  instance: Instance,
  token: Token,
  types: readonly string[],
  instead = '',
): ModelCard {
  const model = instance.model(token.text);
  if (model === undefined) throw card.error('model', `there is no .model ${token.raw}${instead}`, token);
  if (!types.includes(model.type)) {
    throw card.error(
      'model',
      `model ${token.raw} is of type ${model.type}, ${card.head} needs ${types.map((type) => type.toUpperCase()).join(' or ')}`,
      token,
    );
  }
  return model;
}
