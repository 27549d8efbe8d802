import type { CrossbarCells } from '../../circuits/crossbar/index.js';
import {
  channelPoint,
  type ElementModel,
  type ElementPoint,
  elementPoint,
  type MosLevel1,
} from '../../devices/elements/index.js';

/** What a cell does between its word and its bit line. */
export interface CellPoint {
  /** From word to bit line, A. */
  current_A: number;
  /** ∂I/∂(word line voltage) and −∂I/∂(bit line voltage), S; the same where only their difference counts. */
  word_S: number;
  bit_S: number;
}

/** A point for a `CellLaw` to fill, all 0. */
export const cellPoint = (): CellPoint => ({ current_A: 0, word_S: 0, bit_S: 0 });

/** Evaluates one cell in plain float64, as the models themselves do. */
export interface CellLaw {
  /**
   * @param gate_V of its word line; only transistors look at it
   * @param inner_V where the search for the voltage across the element begins, if something is in series with it
   * @returns the voltage across the element, V
   */
  evaluate(
    word_V: number,
    bit_V: number,
    state: number,
    gate_V: number,
    inner_V: number,
    point: CellPoint,
  ): number;
}

/** The law of cells as they are described. */
export function cellLaw({ model, selector, transistor }: CrossbarCells): CellLaw {
  if (transistor !== undefined) return new BehindTransistor(model, transistor);
  if (selector !== undefined) return new BehindSelector(model, selector);
  const own = elementPoint();
  return {
    evaluate(word_V, bit_V, state, _gate_V, _inner_V, point) {
      model.evaluate(word_V - bit_V, state, own);
      point.current_A = own.current_A;
      point.word_S = point.bit_S = own.conductance_S;
      return word_V - bit_V;
    },
  };
}

/** Most steps of the search for the voltage between two elements; bounds alone close in after 60 to 1100. */
const MAX_STEPS = 2000;
/** Currents are the same when they differ by no more than this. */
const BALANCED = 2 * Number.EPSILON;

/** What one of two elements in series carries more than the other: value and slope; `size` is how large what cancels in it is. */
interface Excess {
  value: number;
  slope: number;
  size: number;
}

/**
 * The root of a rising function between bounds, by Newton's method while it halves its steps, else by halves (rtsafe; Press et al.,
 * Numerical Recipes, §9.4).
 * @param excess at u
 */
function risingRoot(
  low: number,
  high: number,
  start: number,
  excess: (u: number) => Readonly<Excess>,
): number {
  let u = Math.min(high, Math.max(low, start));
  let [stride, former] = [high - low, high - low];
  for (let step = 0; step < MAX_STEPS; step++) {
    const { value, slope, size } = excess(u);
    if (Math.abs(value) <= BALANCED * size) return u;
    if (value > 0) high = u;
    else low = u;
    const newton = u - value / slope;
    const taken = newton >= low && newton <= high && Math.abs(newton - u) <= 0.5 * Math.abs(former);
    const next = taken ? newton : 0.5 * (low + high);
    if (next === u) return u;
    former = stride;
    stride = next - u;
    u = next;
  }
  return u;
}

/** Fills in what an element carries more than what is in series with it. */
function balanced(own: ElementPoint, other_A: number, other_S: number, at: Excess): Excess {
  at.value = own.current_A - other_A;
  at.slope = own.conductance_S + other_S;
  at.size = Math.max(Math.abs(own.current_A), Math.abs(other_A));
  return at;
}

/**
 * Current and slopes of a pair whose two elements all but agree: a last step of Newton's method in the currents, as the voltage of the one
 * that takes nearly all of it has no digits left for the other.
 * @param other_S slope of the other by the voltage across it, `bit_S` by what the bit line does to it
 */
function joined(own: ElementPoint, other_A: number, other_S: number, bit_S: number, point: CellPoint): void {
  const sum = own.conductance_S + other_S;
  if (sum === 0) {
    point.current_A = own.current_A;
    point.word_S = point.bit_S = 0;
    return;
  }
  point.current_A = (own.current_A * other_S + other_A * own.conductance_S) / sum;
  point.word_S = (own.conductance_S * other_S) / sum;
  point.bit_S = (own.conductance_S * bit_S) / sum;
}

/** Two elements in series, both with currents that rise with the voltage through 0. */
class BehindSelector implements CellLaw {
  private readonly own = elementPoint();
  private readonly other = elementPoint();
  private readonly at: Excess = { value: 0, slope: 0, size: 0 };

  constructor(
    private readonly model: ElementModel,
    private readonly selector: ElementModel,
  ) {}

  evaluate(
    word_V: number,
    bit_V: number,
    state: number,
    _gate_V: number,
    inner_V: number,
    point: CellPoint,
  ): number {
    const { model, selector, own, other, at } = this;
    const v = word_V - bit_V;
    const rest = selector.state?.initial ?? 0;
    const u = risingRoot(Math.min(0, v), Math.max(0, v), inner_V, (u) => {
      model.evaluate(u, state, own);
      selector.evaluate(v - u, rest, other);
      return balanced(own, other.current_A, other.conductance_S, at);
    });
    model.evaluate(u, state, own);
    selector.evaluate(v - u, rest, other);
    joined(own, other.current_A, other.conductance_S, other.conductance_S, point);
    return u;
  }
}

/** An element at the drain of a transistor whose source is the bit line and whose bulk lies at 0 V. */
class BehindTransistor implements CellLaw {
  private readonly own = elementPoint();
  private readonly channel = channelPoint();
  private readonly at: Excess = { value: 0, slope: 0, size: 0 };

  constructor(
    private readonly model: ElementModel,
    private readonly transistor: MosLevel1,
  ) {}

  evaluate(
    word_V: number,
    bit_V: number,
    state: number,
    gate_V: number,
    inner_V: number,
    point: CellPoint,
  ): number {
    const { model, transistor, own, channel, at } = this;
    const v = word_V - bit_V;
    // u is across the element: the drain lies at word_V − u
    const look = (u: number) => {
      model.evaluate(u, state, own);
      transistor.evaluate(gate_V - bit_V, v - u, -bit_V, channel);
      return balanced(own, channel.current_A, channel.drain_S, at);
    };
    const u = risingRoot(Math.min(0, v), Math.max(0, v), inner_V, look);
    look(u);
    // with the bit line the source moves: gate, drain and bulk all move against it
    const bit_S = channel.gate_S + channel.drain_S + channel.bulk_S;
    joined(own, channel.current_A, channel.drain_S, bit_S, point);
    return u;
  }
}
