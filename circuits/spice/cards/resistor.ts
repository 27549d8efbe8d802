import { type Expression, over, times, variable } from '../../../core/expression/index.js';
import { ControlledCurrent, controlKey, expressionLaw, ResistorElement } from '../../netlist/index.js';
import { assignments } from '../assignments.js';
import { nodeTokens } from '../blocks.js';
import type { Card, Token } from '../card.js';
import { readNumber } from '../number.js';
import type { CardReader, Instance, ModelCard } from '../reader.js';
import { follows } from './behavioural-reactance.js';
import { noteControls } from './controls.js';
import { lawTree } from './histories.js';
import { checkNames, modelOf, plainPair } from './passive.js';
import { heatOf, warmth } from './warmth.js';

/** What ngspice makes of a resistance of exactly 0. */
const SHORT_OHM = 1e-3;
/** ngspice's length and width where a model with a sheet resistance gives none, m. */
const DEFAULT_M = 10e-6;

const known = [
  ...(['r', 'resistance', 'm', 'scale', 'tc1', 'tc2', 'tc', 'tce', 'temp', 'dtemp'] as const),
  ...(['ac', 'noisy', 'noise', 'l', 'w'] as const),
];
/** LTspice's remarks about a part, which change nothing. */
const remarks = new Set(['tol', 'pwr', 'mfg', 'pn']);

/** R= and an expression without quotes, to the end of a card that says nothing else. */
const openExpression = /^\S+\s+\S+\s+\S+\s+r(?:esistance)?\s*=\s*(?!['"{])((?:[^=]|[<>=!]=)+)$/i;

/** R n+ n− value [model] | r=value | 'expression of voltages' | model [value] l= w=, with m, scale, tc1, tc2, tce, temp. */
export const resistor: CardReader = (card, instance) => {
  const ready = plainPair(card, instance);
  if (ready !== undefined) {
    const [from, to] = ready.ends;
    instance.reading.circuit.add(new ResistorElement(instance.elementName(card.head), from, to, ready.value));
    return;
  }
  const [a, b] = nodeTokens(card, 2);
  const open = openExpression.exec(card.text)?.[1];
  if (open !== undefined && follows(open)) {
    const tree = lawTree(open, card, card.text.length - open.length, instance);
    const ends = [instance.node(a.text), instance.node(b.text)] as const;
    addBehavioural(card, instance, instance.elementName(card.head), ends, tree, instance.copies);
    return;
  }
  const { values, rest } = withSecondCoefficient(assignments(card, 3));
  const { scope } = instance;
  for (const name of remarks) if (!scope.has(name)) values.delete(name);
  checkNames(card, values, known);
  const numberOf = (name: string, otherwise: number): number =>
    values.has(name) ? scope.number(card, values.get(name), `${card.head} ${name}`) : otherwise;
  const { written, modelToken } = fieldsOf(card, instance, values, rest);
  const model =
    modelToken === undefined ? undefined : modelOf(card, instance, modelToken, ['r', 'res'], NO_NUMBER);
  const ofModel = (key: string): number | undefined =>
    model?.values.has(key) ? model.scope.number(model.card, model.values.get(key), key) : undefined;
  if (model !== undefined) warnOfNames(model, instance);
  const nodes = [instance.node(a.text), instance.node(b.text)] as const;
  const name = instance.elementName(card.head);
  const coefficients = {
    tc1: numberOf('tc1', numberOf('tc', ofModel('tc1') ?? 0)),
    tc2: numberOf('tc2', ofModel('tc2') ?? 0),
    ...(values.has('tce') || ofModel('tce') !== undefined
      ? { tce: numberOf('tce', ofModel('tce') ?? 0) }
      : {}),
  };
  const hot = warmth(coefficients, heatOf(instance, numberOf, ofModel('tnom')));
  const factor = (hot * numberOf('scale', 1)) / (numberOf('m', 1) * instance.copies);

  if (written?.quoted) {
    const tree = lawTree(written.raw, card, written.offset, instance, true);
    if (tree.kind !== 'number') {
      addBehavioural(card, instance, name, nodes, tree, 1 / factor);
      return;
    }
  }
  let resistance =
    factor *
    (instance.steppedValue(card) ??
      (written === undefined
        ? sheetResistance(
            card,
            ofModel,
            instance.reading.settings.scale * numberOf('l', Number.NaN),
            instance.reading.settings.scale * numberOf('w', Number.NaN),
          )
        : scope.number(card, written, 'resistance')));
  // In Xyce and PSpice a model's R multiplies what the card or the sheet gives.
  const { dialect } = instance.reading;
  const multiplies = (dialect === 'xyce' || dialect === 'pspice') && ofModel('r') !== undefined;
  if (multiplies && (written !== undefined || (ofModel('rsh') ?? 0) > 0)) resistance *= ofModel('r')!;
  if (resistance === 0) {
    instance.warn(card, `${card.head}: a resistance of 0 is taken as ${SHORT_OHM} Ω`, written);
    resistance = SHORT_OHM;
  }
  if (resistance === Number.POSITIVE_INFINITY) {
    instance.warn(card, `${card.head}: the resistance comes out infinite, an open circuit`, written);
  } else if (!Number.isFinite(resistance)) {
    throw card.error('value', `${card.head}: the resistance comes out as ${resistance} Ω`, written);
  }
  instance.reading.circuit.add(new ResistorElement(name, nodes[0], nodes[1], resistance));
};

/** tc=a b gives both coefficients. */
function withSecondCoefficient({
  values,
  rest,
}: ReturnType<typeof assignments>): ReturnType<typeof assignments> {
  const first = values.get('tc');
  const at = rest.findIndex((token) => first !== undefined && token.offset > first.offset);
  if (at < 0) return { values, rest };
  const [second] = rest.splice(at, 1);
  values.set('tc2', second);
  return { values, rest };
}

/** The value and the model among the fields, in either order; at most one of each. */
function fieldsOf(
  card: Card,
  instance: Instance,
  values: ReadonlyMap<string, Token>,
  rest: readonly Token[],
): { written: Token | undefined; modelToken: Token | undefined } {
  const isNumber = (token: Token): boolean =>
    token.quoted ||
    /^[-+.\d]/.test(token.text) ||
    readNumber(token.text) !== undefined ||
    (instance.model(token.text) === undefined && instance.scope.isName(token.text));
  const numbers = rest.filter(isNumber);
  const words = rest.filter((token) => !isNumber(token));
  const named = values.get('r') ?? values.get('resistance');
  const written = named ?? numbers[0];
  const extra = words[1] ?? numbers[named === undefined ? 1 : 0];
  if (extra !== undefined) {
    throw card.error(
      'syntax',
      `"${extra.raw}" was not expected: a resistor has one value and one model`,
      extra,
    );
  }
  if (written === undefined && words.length === 0) throw card.missing('its resistance');
  return { written, modelToken: words[0] };
}

/** What the name of a model that there is not may have been meant as. */
const NO_NUMBER = '; a value should be a number such as 4.7k';

const ofModels = new Set([
  ...[
    'rsh',
    'r',
    'res',
    'resistance',
    'l',
    'w',
    'defw',
    'narrow',
    'dw',
    'short',
    'dlr',
    'tc1',
    'tc2',
    'tce',
    'tnom',
  ],
  ...['kf', 'af', 'ef', 'lf', 'wf', 'bv_max', 'level', 'mfg', 'noisy'],
]);
const told = new WeakSet<ModelCard>();

/** A misspelt parameter of a model is said once. */
function warnOfNames(model: ModelCard, instance: Instance): void {
  if (told.has(model)) return;
  told.add(model);
  for (const [name, token] of model.values) {
    if (!ofModels.has(name)) instance.warn(model.card, `a resistor's model has no parameter ${name}`, token);
  }
}

/** RSH·(L − 2·SHORT)/(W − 2·NARROW), where there is a sheet resistance and a length or width; else the model's own R. */
function sheetResistance(
  card: Card,
  ofModel: (key: string) => number | undefined,
  l: number,
  w: number,
): number {
  const sheet = ofModel('rsh');
  const direct = ofModel('r') ?? ofModel('res') ?? ofModel('resistance');
  if (sheet !== undefined && sheet !== 0) {
    const length = Number.isNaN(l) ? (ofModel('l') ?? DEFAULT_M) : l;
    const width = Number.isNaN(w) ? (ofModel('w') ?? ofModel('defw') ?? DEFAULT_M) : w;
    const [short, narrow] = [
      ofModel('short') ?? ofModel('dlr') ?? 0,
      ofModel('narrow') ?? ofModel('dw') ?? 0,
    ];
    // ngspice takes a negative sheet resistance for none.
    if (length * width * sheet > 0) return (sheet * (length - 2 * short)) / (width - 2 * narrow);
  }
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
