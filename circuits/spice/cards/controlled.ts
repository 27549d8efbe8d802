import { times } from '../../../core/expression/index.js';
import {
  type Control,
  type ControlLaw,
  ControlledCurrent,
  ControlledVoltage,
  expressionLaw,
  linearGain,
  polynomial,
} from '../../netlist/index.js';
import { nodeTokens } from '../blocks.js';
import type { Card, Token } from '../card.js';
import { throughPoints } from '../expression/built-ins.js';
import type { CardReader, Instance } from '../reader.js';
import { noteControls } from './controls.js';
import { lawTree } from './histories.js';
import { heatOf, warmth } from './warmth.js';

type Output = typeof ControlledCurrent | typeof ControlledVoltage;

function add(
  card: Card,
  instance: Instance,
  output: Output,
  { controls, law }: { controls: readonly Control[]; law: ControlLaw },
  token: Token | undefined,
): void {
  const [a, b] = nodeTokens(card, 2).map((node) => instance.node(node.text));
  noteControls(card, instance, controls, token);
  instance.reading.circuit.add(new output(instance.elementName(card.head), a, b, controls, law));
}

/** The expression after `key =`: quoted, or all the rest of the card. */
function expressionAfter(
  card: Card,
  instance: Instance,
  index: number,
): { controls: Control[]; law: ControlLaw } {
  const equals = card.tokens[index + 1];
  const value = card.tokens[index + 2];
  if (equals?.text !== '=' || value === undefined)
    throw card.missing(`${card.tokens[index].raw} = an expression`);
  const { names, from } = trailing(card, index + 2);
  const last = from === card.tokens.length ? card.text.length : card.tokens[from].offset;
  // Braces and quotes around all of it make a constant a parameter's value; around a part they are read inside.
  const whole = value.quoted && from === index + 3;
  const text = whole ? value.raw : card.text.slice(equals.offset + 1, last);
  const offset = whole ? value.offset : equals.offset + 1;
  const tree = lawTree(text, card, offset, instance, whole);
  const factor = factorOf(card, instance, names);
  return expressionLaw(factor === 1 ? tree : times(factor, tree));
}

/** TABLE {expression} = (x,y) (x,y) …: straight lines between the points, the outer values beyond them. */
function tableLaw(card: Card, instance: Instance): { controls: Control[]; law: ControlLaw } {
  const [, , , , value, equals, ...points] = card.tokens;
  if (!value?.quoted || equals?.text !== '=') throw card.missing('TABLE {expression} = (x,y) (x,y) …');
  const x = lawTree(value.raw, card, value.offset, instance);
  const numbers = points.map((token) => instance.scope.number(card, token, 'a point of TABLE'));
  if (numbers.length < 4) throw card.missing('two points or more');
  try {
    return expressionLaw(throughPoints(x, numbers, 'stays'));
  } catch (cause) {
    if (cause instanceof RangeError || !(cause instanceof Error)) throw cause;
    throw card.error('value', `${card.head}: ${cause.message}`, points[0]);
  }
}

const trailingNames = new Set(['tc1', 'tc2', 'temp', 'dtemp', 'm', 'reciproctc', 'reciprocm']);

/** The name=value pairs after an expression, and the token at which they start. */
function trailing(card: Card, first: number): { names: Map<string, Token>; from: number } {
  const { tokens } = card;
  const names = new Map<string, Token>();
  let from = tokens.length;
  while (from - 3 > first && tokens[from - 2].text === '=' && trailingNames.has(tokens[from - 3].text)) {
    names.set(tokens[from - 3].text, tokens[from - 1]);
    from -= 3;
  }
  return { names, from };
}

/** What the names after an expression multiply it by: temperature coefficients and m. */
function factorOf(card: Card, instance: Instance, names: ReadonlyMap<string, Token>): number {
  if (names.size === 0) return 1;
  const numberOf = (name: string, otherwise: number): number =>
    names.has(name) ? instance.scope.number(card, names.get(name), name) : otherwise;
  const hot = warmth({ tc1: numberOf('tc1', 0), tc2: numberOf('tc2', 0) }, heatOf(instance, numberOf));
  const copies = numberOf('m', 1);
  const ofCopies = numberOf('reciprocm', 0) === 0 ? copies : 1 / copies;
  return (numberOf('reciproctc', 0) === 0 ? hot : 1 / hot) * ofCopies;
}

/** E and G (steered by voltages), F and H (by currents): a gain, POLY(n), or value= | vol= | cur=. */
function controlled(output: Output, steeredBy: 'voltages' | 'currents'): CardReader {
  return (card, instance) => {
    const { tokens } = card;
    const { scope } = instance;
    const head = tokens[3];
    if (head === undefined) throw card.missing('what steers it');
    if (!head.quoted && ['value', 'vol', 'cur'].includes(head.text)) {
      add(card, instance, output, expressionAfter(card, instance, 3), head);
      return;
    }
    if (!head.quoted && head.text === 'table') {
      add(card, instance, output, tableLaw(card, instance), head);
      return;
    }
    if (!head.quoted && /^(laplace|freq|cnvip|and|nand|or|nor|pwl)$/.test(head.text)) {
      instance.unsupported(
        card,
        `${card.head}: ${head.raw} is not supported; use an expression, value={…}`,
        head,
        false,
      );
      return;
    }
    const isPoly = head.text === 'poly' && !head.quoted;
    const dimensions = isPoly ? scope.number(card, tokens[4], 'the dimension of POLY') : 1;
    if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 50) {
      throw card.error('value', `the dimension of POLY must be 1 to 50, got ${dimensions}`, tokens[4]);
    }
    let next = isPoly ? 5 : 3;
    const controls: Control[] = [];
    for (let k = 0; k < dimensions; k++) {
      const fields = tokens.slice(next, next + (steeredBy === 'voltages' ? 2 : 1));
      next += steeredBy === 'voltages' ? 2 : 1;
      const [first, second] = fields;
      if (first === undefined || (steeredBy === 'voltages' && second === undefined)) {
        throw card.missing(
          steeredBy === 'voltages' ? 'the nodes that steer it' : 'the source that steers it',
        );
      }
      const control: Control =
        steeredBy === 'currents' ? { source: first.text } : { plus: first.text, minus: second.text };
      controls.push(instance.control(control));
    }
    if (
      tokens[next] !== undefined &&
      !tokens[next].quoted &&
      /^(laplace|freq|table)$/.test(tokens[next].text)
    ) {
      const what = `${card.head}: ${tokens[next].raw} is not supported; use an expression, value={…}`;
      instance.unsupported(card, what, tokens[next], false);
      return;
    }
    if (!isPoly) {
      const gain = scope.number(card, tokens[next], 'the gain');
      const copies = output === ControlledCurrent ? instance.copies : 1;
      const factor = copies * multiplier(card, instance, next + 1);
      add(card, instance, output, { controls, law: linearGain(gain * factor) }, tokens[3]);
      return;
    }
    const coefficients = tokens
      .slice(next)
      .map((token) => scope.number(card, token, 'a coefficient of POLY'));
    if (coefficients.length === 0) throw card.missing('the coefficients of POLY');
    add(card, instance, output, { controls, law: polynomial(dimensions, coefficients) }, tokens[5]);
  };
}

/** A trailing m=. */
function multiplier(card: Card, instance: Instance, index: number): number {
  const { tokens } = card;
  if (tokens[index] === undefined) return 1;
  if (tokens[index].text === 'm' && tokens[index + 1]?.text === '=' && tokens.length === index + 3) {
    return instance.scope.number(card, tokens[index + 2], 'm');
  }
  throw card.error('syntax', `"${tokens[index].raw}" was not expected after the gain`, tokens[index]);
}

/** B n+ n− v=expression | i=expression, to the end of the card. */
const behavioural: CardReader = (card, instance) => {
  nodeTokens(card, 2);
  const key = card.tokens[3];
  const output = key?.text === 'v' ? ControlledVoltage : key?.text === 'i' ? ControlledCurrent : undefined;
  if (output === undefined) throw card.missing('v = or i = and an expression');
  add(card, instance, output, expressionAfter(card, instance, 3), key);
};

export const voltageByVoltage = controlled(ControlledVoltage, 'voltages');
export const currentByVoltage = controlled(ControlledCurrent, 'voltages');
export const currentByCurrent = controlled(ControlledCurrent, 'currents');
export const voltageByCurrent = controlled(ControlledVoltage, 'currents');
export { behavioural };
