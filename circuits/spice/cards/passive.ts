import { CapacitorElement, CouplingElement, InductorElement } from '../../netlist/index.js';
import { assignments } from '../assignments.js';
import { type Block, nodeTokens } from '../blocks.js';
import type { Card, Token } from '../card.js';
import { plainNumber, readNumber } from '../number.js';
import type { CardReader, Instance, ModelCard } from '../reader.js';
import { behaviouralReactance } from './behavioural-reactance.js';
import { addParasitics, parasiticNames } from './parasitics.js';

/**
 * The nodes and the value of a card of two nodes and a plain number, which nothing multiplies: nearly all of a large circuit's cards.
 * Undefined for every other card, and for 0, of which there is more to say.
 */
export function plainPair(
  card: Card,
  instance: Instance,
): { ends: [string, string]; value: number } | undefined {
  if (!card.plain || instance.copies !== 1 || instance.reading.steppedElements.size > 0) return undefined;
  const words = card.words();
  const value = words.length === 4 ? plainNumber(words[3]) : undefined;
  return value ? { ends: [instance.node(words[1]), instance.node(words[2])], value } : undefined;
}

/** C n+ n− value [ic=]; m multiplies. Or with a charge or a capacitance that follows the circuit. */
export const capacitor: CardReader = (card, instance) => {
  const ready = plainPair(card, instance);
  if (ready !== undefined) {
    const [from, to] = ready.ends;
    const name = instance.elementName(card.head);
    instance.reading.circuit.add(new CapacitorElement(name, from, to, ready.value));
    return;
  }
  if (followsCircuit(card, instance, 'c')) return;
  const { nodes, value, initial, multiplier } = reactive(card, instance, ['c', 'capacitance'], 'capacitance');
  if (value === undefined) return;
  const name = instance.elementName(card.head);
  instance.reading.circuit.add(
    new CapacitorElement(name, nodes[0], nodes[1], value * multiplier * instance.copies, initial),
  );
};

/** Rser of LTspice's inductors whose card says none, Ω (its help, "L. Inductor"): all but those that a K card couples. */
const LTSPICE_SERIES_OHM = 1e-3;
const coupled = new WeakMap<Block, ReadonlySet<string>>();

function defaultSeries_ohm(card: Card, { reading, block }: Instance): number {
  if (reading.dialect !== 'ltspice' || card.head[0] !== 'l') return 0;
  const names =
    coupled.get(block) ??
    new Set(
      block.cards
        .filter(({ head }) => head[0] === 'k')
        .flatMap(({ tokens }) => tokens.slice(1, -1).map(({ text }) => text)),
    );
  coupled.set(block, names);
  return names.has(card.head) ? 0 : LTSPICE_SERIES_OHM;
}

/** L n+ n− value [ic=]; m divides. Or with a flux or an inductance that follows the circuit. */
export const inductor: CardReader = (card, instance) => {
  if (followsCircuit(card, instance, 'l')) return;
  const { nodes, value, initial, multiplier } = reactive(card, instance, ['l', 'inductance'], 'inductance');
  if (value === undefined) return;
  const name = instance.elementName(card.head);
  instance.reading.circuit.add(
    new InductorElement(name, nodes[0], nodes[1], value / (multiplier * instance.copies), initial),
  );
};

function followsCircuit(card: Card, instance: Instance, letter: 'c' | 'l'): boolean {
  nodeTokens(card, 2);
  // An expression without quotes may hold signs of equality.
  if (!/=|'|\{/.test(card.text)) return false;
  const { values, rest } = assignments(card, 3);
  return behaviouralReactance(card, instance, letter, values, rest[0]);
}

function reactive(card: Card, instance: Instance, keys: readonly string[], what: string) {
  const [a, b] = nodeTokens(card, 2);
  const { values, rest } = assignments(card, 3);
  checkNames(card, values, [
    ...[...keys, 'ic', 'm', 'temp', 'dtemp', 'scale', 'tc1', 'tc2'],
    ...parasiticNames,
  ]);
  const named = values.get(keys[0]) ?? values.get(keys[1]);
  const written = named ?? rest[0];
  if (written === undefined) throw card.missing(`its ${what}`);
  const model = modelBeside(card, instance, rest.slice(named === undefined ? 1 : 0), what);
  const ofModel = (key: string): number | undefined =>
    model?.values.has(key) ? model.scope.number(model.card, model.values.get(key), key) : undefined;
  const [outer, other] = [instance.node(a.text), instance.node(b.text)];
  const series_ohm = defaultSeries_ohm(card, instance);
  const nodes = [addParasitics(card, instance, values, outer, other, series_ohm), other] as const;
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
    value = instance.steppedValue(card) ?? instance.scope.number(card, written, what);
  }
  const ic = values.get('ic');
  const m = values.get('m');
  const numberOf = (key: string, otherwise: number): number =>
    values.has(key) ? instance.scope.number(card, values.get(key), key) : otherwise;
  const { temperature_C, nominal_C } = instance.reading.settings;
  const heat = numberOf('temp', temperature_C + numberOf('dtemp', 0)) - (ofModel('tnom') ?? nominal_C);
  const [tc1, tc2] = [numberOf('tc1', ofModel('tc1') ?? 0), numberOf('tc2', ofModel('tc2') ?? 0)];
  const warmth = (1 + (tc1 + tc2 * heat) * heat) * numberOf('scale', 1);
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

/** The model behind a value, which gives it temperature coefficients; refuses what else stands there. */
function modelBeside(
  card: Card,
  instance: Instance,
  further: readonly Token[],
  what: string,
): ModelCard | undefined {
  const [first, second] = further;
  const stray = first !== undefined && instance.model(first.text) === undefined ? first : second;
  if (stray !== undefined) {
    throw card.error(
      'syntax',
      `"${stray.raw}" was not expected: ${card.head} has one ${what} and, behind it, one model at most`,
      stray,
    );
  }
  const types = card.head[0] === 'c' ? ['c', 'cap'] : ['l', 'ind'];
  return first === undefined ? undefined : modelOf(card, instance, first, types);
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

const MOST_WINDINGS = 50;

/** K name L1 L2 … k: looked up when all elements have been read; of more than two every pair is coupled. */
export const coupling: CardReader = (card, instance) => {
  const windings = card.tokens.slice(1, -1);
  const value = card.tokens[card.tokens.length - 1];
  if (card.tokens.length < 3) throw card.missing('the names of two inductors');
  // A name at the end: the coupling is missing.
  if (windings.length < 2) throw card.missing('the coupling');
  if (windings.length > MOST_WINDINGS) {
    throw card.error('too-large', `${card.head} couples more than ${MOST_WINDINGS} inductors`);
  }
  const coefficient = instance.scope.number(card, value, 'the coupling');
  const { circuit, finish } = instance.reading;
  const name = instance.elementName(card.head);
  finish.push(() => {
    const inductors = windings.map((token) => {
      const found = circuit.element(instance.elementName(token.text));
      if (found instanceof InductorElement) return found;
      throw card.error('source', `${token.raw} is no inductor of this circuit`, token);
    });
    const twice = windings.find((_, k) => inductors.indexOf(inductors[k]) < k);
    if (twice !== undefined)
      throw card.error('source', `${twice.raw} is coupled with itself; name two inductors`, twice);
    if (!(Math.abs(coefficient) <= 1)) {
      throw card.error('value', `a coupling lies between −1 and 1, got ${coefficient}`, value);
    }
    inductors.forEach((one, k) => {
      inductors.slice(k + 1).forEach((other, n) => {
        const own = k + n === 0 ? name : `${name}#${k + 1}_${k + n + 2}`;
        circuit.add(new CouplingElement(own, one, other, coefficient));
      });
    });
  });
};

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
