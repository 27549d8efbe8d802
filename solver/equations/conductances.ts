import type { MatrixEntries, ValueIndexOf } from './matrix-entries.js';
import type { Unknowns } from './unknowns.js';

/** With more known neighbours than this a node's currents to them are summed once for as long as their voltages stay. */
const MOST_APART = 8;

/**
 * All linear conductances. A node of a network may lie at a thousand sources: their currents into it are D·v − c, where c changes
 * with the sources alone. All other conductances are worked out one by one.
 */
export class Conductances {
  /** Of each, S. Call `touch()` after a change. */
  readonly value_S: Float64Array;
  private readonly apart: Group;
  /** Those from a known node (`from`) to one with many of them (`to`). */
  private readonly fed: Group;
  /** Those of `apart` with an end at a known node other than ground. */
  private readonly outer: Group;
  /** Nodes with many known neighbours; the entry of each on the diagonal. */
  private readonly nodes: Int32Array;
  private readonly diagonal: Int32Array;
  /** By position: D, S, and c, A. */
  private readonly sum_S: Float64Array;
  private readonly sum_A: Float64Array;
  /** Known voltages, V, by which c was summed. */
  private readonly summedAt_V: Float64Array;
  private readonly entries: Int32Array;
  private valueIndex: Int32Array = new Int32Array(0);
  private diagonalIndex: Int32Array = new Int32Array(0);
  private stale = true;

  /** @param from and `to`: positions of the ends of each */
  constructor(
    from: Int32Array,
    to: Int32Array,
    { first, length }: Pick<Unknowns, 'first' | 'length'>,
    matrix: MatrixEntries,
  ) {
    this.value_S = new Float64Array(from.length);
    const neighbours = new Int32Array(length);
    /** The unknown end of a conductance whose other end is known, −1 for all others. */
    const unknownEnd = (k: number): number => {
      const [low, high] = from[k] < to[k] ? [from[k], to[k]] : [to[k], from[k]];
      return low < first && high >= first ? high : -1;
    };
    for (let k = 0; k < from.length; k++) {
      const end = unknownEnd(k);
      if (end >= 0) neighbours[end]++;
    }
    const [apart, fed, outer]: number[][] = [[], [], []];
    for (let k = 0; k < from.length; k++) {
      const end = unknownEnd(k);
      if (end >= 0 && neighbours[end] > MOST_APART) fed.push(k);
      else apart.push(k);
    }
    const known = (at: number): boolean => at > 0 && at < first;
    for (const k of apart) if (known(from[k]) || known(to[k])) outer.push(k);
    this.apart = new Group(
      apart,
      (k) => from[k],
      (k) => to[k],
    );
    this.outer = new Group(
      outer,
      (k) => from[k],
      (k) => to[k],
    );
    // By their known ends, so that the voltage of each is read once.
    fed.sort((j, k) => Math.min(from[j], to[j]) - Math.min(from[k], to[k]) || j - k);
    this.fed = new Group(
      fed,
      (k) => Math.min(from[k], to[k]),
      (k) => Math.max(from[k], to[k]),
    );
    this.nodes = Int32Array.from(new Set(this.fed.to));
    this.sum_S = new Float64Array(length);
    this.sum_A = new Float64Array(length);
    this.summedAt_V = new Float64Array(first).fill(Number.NaN);
    this.entries = matrix.addPairs(this.apart.from, this.apart.to);
    this.diagonal = this.nodes.map((node) => matrix.add(node, node));
  }

  locate(valueIndexOf: ValueIndexOf): void {
    this.valueIndex = valueIndexOf(this.entries);
    this.diagonalIndex = valueIndexOf(this.diagonal);
  }

  /** A value has changed. */
  touch(): void {
    this.stale = true;
  }

  /** Adds the Jacobian, which is constant. */
  stamp(values: Float64Array): void {
    this.refresh();
    const at = this.valueIndex;
    const { value_S } = this.apart;
    for (let k = 0, e = 0; k < value_S.length; k++, e += 4) {
      const g = value_S[k];
      values[at[e]] += g;
      values[at[e + 1]] += g;
      values[at[e + 2]] -= g;
      values[at[e + 3]] -= g;
    }
    this.nodes.forEach((node, k) => {
      values[this.diagonalIndex[k]] += this.sum_S[node];
    });
  }

  /** Adds currents at x to the rows of unknowns. */
  addTo(residual: Float64Array, x: Float64Array): void {
    this.refresh();
    this.apart.addTo(residual, x);
    const { nodes, sum_S, sum_A } = this;
    if (nodes.length === 0) return;
    if (this.knownMoved(x)) this.sumKnown(x);
    for (let k = 0; k < nodes.length; k++) {
      const node = nodes[k];
      residual[node] += sum_S[node] * x[node] - sum_A[node];
    }
  }

  /** Adds currents at x to the rows of known nodes. */
  addToKnown(residual: Float64Array, x: Float64Array): void {
    this.refresh();
    this.outer.addTo(residual, x);
    this.fed.addTo(residual, x);
  }

  private refresh(): void {
    if (!this.stale) return;
    for (const group of [this.apart, this.outer, this.fed]) group.take(this.value_S);
    const { sum_S, fed } = this;
    sum_S.fill(0);
    for (let k = 0; k < fed.to.length; k++) sum_S[fed.to[k]] += fed.value_S[k];
    this.summedAt_V.fill(Number.NaN);
    this.stale = false;
  }

  private knownMoved(x: Float64Array): boolean {
    const { summedAt_V } = this;
    for (let k = 0; k < summedAt_V.length; k++) if (summedAt_V[k] !== x[k]) return true;
    return false;
  }

  private sumKnown(x: Float64Array): void {
    const { summedAt_V, sum_A } = this;
    const { from, to, value_S } = this.fed;
    summedAt_V.set(x.subarray(0, summedAt_V.length));
    sum_A.fill(0);
    for (let k = 0; k < from.length; ) {
      const source = from[k];
      const v = x[source];
      for (; from[k] === source; k++) sum_A[to[k]] += value_S[k] * v;
    }
  }
}

/** Some of them: their numbers, ends and values. */
class Group {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly value_S: Float64Array;
  private readonly numbers: Int32Array;

  constructor(numbers: readonly number[], from: (k: number) => number, to: (k: number) => number) {
    this.numbers = Int32Array.from(numbers);
    this.from = this.numbers.map(from);
    this.to = this.numbers.map(to);
    this.value_S = new Float64Array(numbers.length);
  }

  take(all_S: Float64Array): void {
    const { numbers, value_S } = this;
    for (let k = 0; k < numbers.length; k++) value_S[k] = all_S[numbers[k]];
  }

  addTo(residual: Float64Array, x: Float64Array): void {
    const { from, to, value_S } = this;
    for (let k = 0; k < value_S.length; k++) {
      const i = value_S[k] * (x[from[k]] - x[to[k]]);
      residual[from[k]] += i;
      residual[to[k]] -= i;
    }
  }
}
