import type { Expression } from '../../core/expression/index.js';
import { type Crossing, ground, type Measure, type Netlist, type Signal } from '../netlist/index.js';
import type { Card } from './card.js';
import { ExpressionError } from './expression/parse.js';
import { placeText } from './place.js';
import type { CardReader, Instance } from './reader.js';

const signalForm = String.raw`(?:v\(\s*[^\s(),]+\s*(?:,\s*[^\s(),]+\s*)?\)|i\(\s*[^\s(),]+\s*\))`;
const overs = ['avg', 'max', 'min', 'pp', 'rms', 'integ', 'max_at', 'min_at'] as const;
const analyses = new Set([
  'tran',
  'dc',
  'ac',
  'op',
  'tf',
  'noise',
  'sp',
  'fft',
  'tran_cont',
  'dc_cont',
  'ac_cont',
  'noise_cont',
]);
const NEVER = Number.POSITIVE_INFINITY;

/** .meas tran name: FIND … AT= | WHEN …, DERIV … AT= | WHEN …, PARAM='…' of those before it, WHEN …, TRIG … TARG …, AVG MAX MIN PP RMS INTEG … [FROM=] [TO=]. */
export const measureCard: CardReader = (card, instance) => {
  const words = new Words(card, instance);
  const first = words.next();
  // LTspice's may be left out.
  const [analysis, name] = analyses.has(first ?? '') ? [first, words.next()] : ['tran', first];
  if (name === undefined) throw card.missing('tran, a name, and what is measured');
  const measure = analysis === 'tran' ? readMeasure(words) : undefined;
  if (measure === undefined || words.left) {
    instance.warn(
      card,
      `${card.head} ${name} skipped: of transients FIND, WHEN, DERIV, TRIG … TARG, AVG, MAX, MIN, PP, RMS and INTEG of V(a), V(a,b) and I(v1), and PARAM of measures before it, are read`,
    );
    return;
  }
  instance.reading.circuit.analyses.measures.push({ name, place: placeText(card.place(0)), ...measure });
  if ('over' in measure && measure.from_s >= measure.to_s) {
    const lies = measure.from_s > measure.to_s ? 'after' : 'at';
    instance.warn(card, `${name} measures nothing: from=${measure.from_s} lies ${lies} to=${measure.to_s}`);
  }
  instance.reading.finish.push(() => warnOfMissing(card, instance, words.signals));
};

const nodesOf = new WeakMap<Netlist, ReadonlySet<string>>();

/** A misspelt node or source would look like something that did not happen. */
function warnOfMissing(card: Card, instance: Instance, signals: readonly Signal[]): void {
  const { circuit } = instance.reading;
  for (const signal of signals) {
    if ('source' in signal) {
      if (circuit.element(signal.source) === undefined)
        instance.warn(card, `${card.head}: the circuit has no source ${signal.source}`);
      continue;
    }
    const nodes = nodesOf.get(circuit) ?? new Set(circuit.nodes());
    nodesOf.set(circuit, nodes);
    for (const node of [signal.plus, signal.minus]) {
      if (node !== ground && !nodes.has(node) && !node.includes('#'))
        instance.warn(card, `${card.head}: the circuit has no node ${node}`);
    }
  }
}

type What = Measure extends infer M ? (M extends unknown ? Omit<M, 'name' | 'place'> : never) : never;

function readMeasure(words: Words): What | undefined {
  const kind = words.next();
  if (kind === 'when') {
    const when = words.crossing();
    return when && { when };
  }
  if (kind === 'param' || kind?.startsWith('param=')) return words.ofMeasures();
  if (kind === 'find' || kind === 'deriv') {
    const find = words.signal();
    if (find === undefined) return undefined;
    const at = words.value('at');
    const read = (time: number | Crossing) =>
      kind === 'deriv' ? { slopeOf: find, at: time } : { find, at: time };
    if (at !== undefined) return read(at);
    const when = words.next() === 'when' ? words.crossing() : undefined;
    return when && read(when);
  }
  if (kind === 'trig') {
    const trigger = words.value('at') ?? words.crossing();
    const target = words.next() === 'targ' ? (words.value('at') ?? words.crossing()) : undefined;
    return trigger === undefined || target === undefined ? undefined : { trigger, target };
  }
  const over = overs.find((one) => one === kind);
  const signal = over && words.signal();
  if (over === undefined || signal === undefined) return undefined;
  const from_s = words.value('from') ?? 0;
  return { over, signal, from_s, to_s: words.value('to') ?? NEVER };
}

function noHistory(): never {
  throw new ExpressionError('a slope or an integral over time has no place among measures', 0);
}

/** The words of a card, one after the other; expressions are no words. */
class Words {
  /** All that have been read. */
  readonly signals: Signal[] = [];
  private at: number;
  private readonly text: string;

  constructor(
    private readonly card: Card,
    private readonly instance: Instance,
  ) {
    this.text = card.text.toLowerCase();
    this.at = /^\S+\s*/.exec(this.text)?.[0].length ?? 0;
  }

  get left(): boolean {
    return this.text.slice(this.at).trim() !== '';
  }

  private match(form: string): RegExpExecArray | undefined {
    const pattern = new RegExp(String.raw`\s*${form}`, 'y');
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.at = pattern.lastIndex;
    return found;
  }

  next(): string | undefined {
    return this.match(String.raw`([^\s=]+)`)?.[1];
  }

  signal(): Signal | undefined {
    const found = this.match(`(${signalForm})`);
    if (found === undefined) return undefined;
    const [first, second = '0'] = found[1]
      .slice(2, -1)
      .split(',')
      .map((name) => name.trim());
    const control = this.instance.control(
      found[1][0] === 'i' ? { source: first } : { plus: first, minus: second },
    );
    if ('time' in control) return undefined;
    this.signals.push(control);
    return control;
  }

  /** The number after `name =`. */
  value(name: string): number | undefined {
    const found = this.match(String.raw`${name}\s*=\s*('[^']*'|\{[^}]*\}|[^\s=]+)`);
    if (found === undefined) return undefined;
    const text = found[1].replace(/^['{]|['}]$/g, '');
    return this.instance.scope.evaluate(text, this.card, this.at - found[1].length);
  }

  /** PARAM='…': names of measures before it, parameters and numbers. */
  ofMeasures(): { readonly of: Expression } | undefined {
    const found = /\bparam\s*=\s*(['{]?)(.*?)['}]?\s*$/.exec(this.text);
    if (found === null || found[2] === '' || /\b[vi]\s*\(/.test(found[2])) return undefined;
    this.at = this.text.length;
    const { scope, reading } = this.instance;
    const before = new Set(reading.circuit.analyses.measures.map(({ name }) => name));
    // In an expression they stand where voltages stand: their values come with the waveforms.
    const text = found[2].replace(/[a-z_][\w.]*/g, (name) => (before.has(name) ? `v(${name})` : name));
    const offset = found.index + found[0].length - found[2].length;
    return { of: scope.tree(text, this.card, offset, (control) => control, noHistory) };
  }

  /** signal = level, or signal VAL=level; then RISE, FALL or CROSS = which, and TD=. */
  crossing(): Crossing | undefined {
    const signal = this.signal();
    if (signal === undefined) return undefined;
    const level = this.match('=') ? (this.signal() ?? this.number()) : this.value('val');
    if (level === undefined) return undefined;
    let [edge, which]: [Crossing['edge'], Crossing['which']] = ['cross', 1];
    let after_s = 0;
    for (let more = true; more; ) {
      const found = this.match(String.raw`(rise|fall|cross)\s*=\s*(last|0*[1-9]\d*)(?![\w.])`);
      const delay = found === undefined ? this.value('td') : undefined;
      if (found !== undefined) {
        edge = found[1] as Crossing['edge'];
        which = found[2] === 'last' ? 'last' : Number(found[2]);
      } else if (delay !== undefined) after_s = delay;
      else more = false;
    }
    return { signal, level, edge, which, after_s };
  }

  private number(): number | undefined {
    const word = this.next();
    const text = word?.replace(/^['{]|['}]$/g, '');
    return text === undefined
      ? undefined
      : this.instance.scope.evaluate(text, this.card, this.at - text.length);
  }
}
