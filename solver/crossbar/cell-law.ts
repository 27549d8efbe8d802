import type { CrossbarCells } from '../../circuits/crossbar/index.js';
import {
  channelPoint,
  type ElementModel,
  elementPoint,
  type MosLevel1,
} from '../../devices/elements/index.js';
import { type Carried, carried, divideVoltage, type Pair } from './divided-voltage.js';
import { type CurrentLaw, currentLaw } from './written-current.js';

/** What a cell does between its word and its bit line. */
export interface CellPoint {
  /** From word to bit line, A. */
  current_A: number;
  /** ∂I/∂(word line voltage) and −∂I/∂(bit line voltage), S; the same where only their difference counts. */
  word_S: number;
  bit_S: number;
  /** Of a pair: how much of a change of the voltage across both its element takes. */
  share: number;
}

/** A point for a `CellLaw` to fill, all 0. */
export const cellPoint = (): CellPoint => ({ current_A: 0, word_S: 0, bit_S: 0, share: 1 });

/** Evaluates one cell in plain float64, as the models themselves do. */
export interface CellLaw {
  /**
   * @param gate_V of its word line; only transistors look at it
   * @param inner_V where the search for the voltage across the element begins, if something is in series with it
   * @param agreed share of their current to which elements in series agree, 4e-16 when left out; what is taken of both is right to its square
   * @returns the voltage across the element, V
   */
  evaluate(
    word_V: number,
    bit_V: number,
    state: number,
    gate_V: number,
    inner_V: number,
    point: CellPoint,
    agreed?: number,
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

/** Currents are the same when they differ by no more than this share. */
const BALANCED = 2 * Number.EPSILON;

/**
 * Current and slopes of a pair whose two elements all but agree: a last step of Newton's method in the currents, as the voltage of the one
 * that takes nearly all of it has no digits left for the other.
 * @param bit_S what the bit line does to the second
 */
function joined({ own_A, own_S, other_A, other_S }: Carried, bit_S: number, point: CellPoint): void {
  const sum = own_S + other_S;
  point.share = sum === 0 ? 0 : other_S / sum;
  if (sum === 0) {
    point.current_A = own_A;
    point.word_S = point.bit_S = 0;
    return;
  }
  point.current_A = (own_A * other_S + other_A * own_S) / sum;
  point.word_S = (own_S * other_S) / sum;
  point.bit_S = (own_S * bit_S) / sum;
}

/** Two elements in series, both with currents that rise with the voltage through 0. */
class BehindSelector implements CellLaw, Pair {
  readonly at = carried();
  private readonly own = { current_A: 0, conductance_S: 0 };
  private readonly other = { current_A: 0, conductance_S: 0 };
  private readonly rest: number;
  private readonly cellCurrent: CurrentLaw;
  private readonly selectorCurrent: CurrentLaw;
  private v = 0;
  private state = 0;

  constructor(model: ElementModel, selector: ElementModel) {
    this.rest = selector.state?.initial ?? 0;
    this.cellCurrent = currentLaw(model);
    this.selectorCurrent = currentLaw(selector);
  }

  evaluate(
    word_V: number,
    bit_V: number,
    state: number,
    _gate_V: number,
    inner_V: number,
    point: CellPoint,
    agreed = BALANCED,
  ): number {
    const v = word_V - bit_V;
    this.v = v;
    this.state = state;
    const u = divideVoltage(this, v, inner_V, agreed);
    joined(this.at, this.at.other_S, point);
    return u;
  }

  look(u: number): void {
    const { own, other, at } = this;
    this.cellCurrent(u, this.state, own);
    this.selectorCurrent(this.v - u, this.rest, other);
    at.own_A = own.current_A;
    at.own_S = own.conductance_S;
    at.other_A = other.current_A;
    at.other_S = other.conductance_S;
  }
}

/** An element at the drain of a transistor whose source is the bit line and whose bulk lies at 0 V. */
class BehindTransistor implements CellLaw, Pair {
  readonly at = carried();
  private readonly own = { current_A: 0, conductance_S: 0 };
  private readonly channel = channelPoint();
  private v = 0;
  private state = 0;
  private bit_V = 0;
  private gate_V = 0;
  private readonly cellCurrent: CurrentLaw;

  constructor(
    model: ElementModel,
    private readonly transistor: MosLevel1,
  ) {
    this.cellCurrent = currentLaw(model);
  }

  evaluate(
    word_V: number,
    bit_V: number,
    state: number,
    gate_V: number,
    inner_V: number,
    point: CellPoint,
    agreed = BALANCED,
  ): number {
    const v = word_V - bit_V;
    this.v = v;
    this.state = state;
    this.bit_V = bit_V;
    this.gate_V = gate_V;
    const u = divideVoltage(this, v, inner_V, agreed);
    // with the bit line the source moves: gate, drain and bulk all move against it
    const { gate_S, drain_S, bulk_S } = this.channel;
    joined(this.at, gate_S + drain_S + bulk_S, point);
    return u;
  }

  /** With `u` across the element the drain lies at the word line's voltage less that. */
  look(u: number): void {
    const { transistor, own, channel, at, bit_V } = this;
    this.cellCurrent(u, this.state, own);
    transistor.evaluate(this.gate_V - bit_V, this.v - u, -bit_V, channel);
    at.own_A = own.current_A;
    at.own_S = own.conductance_S;
    at.other_A = channel.current_A;
    at.other_S = channel.drain_S;
  }
}
