import { DegreeLists } from './degree-lists.js';
import { eliminationSequence, NONE } from './merged-variables.js';

/**
 * Approximate minimum degree ordering: Amestoy, Davis & Duff, SIAM J. Matrix Anal. Appl. 17:886 (1996). Quotient graph
 * with element absorption (aggressive), approximate external degrees, mass elimination and supervariables; rows denser
 * than 10·√n go last.
 * @param start neighbours of node i are neighbour[start[i]] … neighbour[start[i+1]−1]; symmetric, no diagonal
 * @returns elimination order: the node eliminated at each step
 */
export function minimumDegreeOrder(size: number, start: Int32Array, neighbour: Int32Array): Int32Array {
  return new QuotientGraph(size, start, neighbour).order();
}

class QuotientGraph {
  /** Lists of each live variable, in place: first its elements, then its variables. */
  private readonly lists: Int32Array;
  private readonly from: Int32Array;
  private readonly elementCount: Int32Array;
  private readonly length: Int32Array;
  /** Size of a supervariable; 0 once eliminated or merged; negative while in the present element. */
  private readonly weight: Int32Array;
  private readonly degree: Int32Array;
  /** Variables of an element; undefined once absorbed. */
  private readonly element: (Int32Array | undefined)[];
  private readonly mergedInto: Int32Array;
  /** Doubles, because stamps only ever grow. */
  private readonly mark: Float64Array;
  private stamp = 1;
  private readonly byDegree: DegreeLists;
  private readonly hashKey: Int32Array;
  private readonly hashHead: Int32Array;
  private readonly hashNext: Int32Array;
  private eliminated = 0;

  constructor(
    private readonly size: number,
    start: Int32Array,
    neighbour: Int32Array,
  ) {
    this.lists = Int32Array.from(neighbour);
    this.from = start.slice(0, size);
    this.elementCount = new Int32Array(size);
    this.length = Int32Array.from({ length: size }, (_, i) => start[i + 1] - start[i]);
    this.weight = new Int32Array(size).fill(1);
    this.degree = Int32Array.from(this.length);
    this.element = new Array(size);
    this.mergedInto = new Int32Array(size).fill(NONE);
    this.mark = new Float64Array(size);
    this.byDegree = new DegreeLists(size);
    this.hashKey = new Int32Array(size);
    this.hashHead = new Int32Array(size).fill(NONE);
    this.hashNext = new Int32Array(size);
  }

  order(): Int32Array {
    const { size } = this;
    const dense: number[] = [];
    const denseDegree = Math.max(16, 10 * Math.sqrt(size));
    for (let i = 0; i < size; i++) {
      if (this.degree[i] > denseDegree) {
        this.weight[i] = 0;
        dense.push(i);
        this.eliminated++;
      }
    }
    for (let i = size - 1; i >= 0; i--) if (this.weight[i] > 0) this.byDegree.add(i, this.degree[i]);
    const pivots: number[] = [];
    while (this.eliminated < size) {
      const pivot = this.byDegree.takeLowest();
      pivots.push(pivot);
      this.eliminate(pivot);
    }
    return eliminationSequence(pivots, dense, this.mergedInto);
  }

  /** Makes `me` an element and brings its variables up to date. */
  private eliminate(me: number): void {
    const { weight, degree } = this;
    const own = weight[me];
    this.eliminated += own;
    weight[me] = 0;
    const { members, total } = this.gather(me);
    this.measureElements(members);
    const left = this.updateMembers(me, members, total);
    this.mergeTwins(members);
    const kept: number[] = [];
    for (const i of members) {
      const w = -weight[i];
      if (w <= 0) continue;
      weight[i] = w;
      degree[i] = Math.max(0, Math.min(degree[i] + left - w, this.size - this.eliminated - w));
      this.byDegree.add(i, degree[i]);
      kept.push(i);
    }
    this.element[me] = Int32Array.from(kept);
    degree[me] = left;
  }

  /** The variables of the new element: neighbours of `me`, directly or through elements, which it absorbs. */
  private gather(me: number): { members: number[]; total: number } {
    const { lists, weight } = this;
    const members: number[] = [];
    let total = 0;
    const take = (i: number): void => {
      const w = weight[i];
      if (w <= 0) return;
      total += w;
      weight[i] = -w;
      members.push(i);
      this.byDegree.remove(i);
    };
    const start = this.from[me];
    const elements = this.elementCount[me];
    for (let p = start; p < start + elements; p++) {
      const e = lists[p];
      const inside = this.element[e];
      if (inside === undefined) continue;
      for (const i of inside) take(i);
      this.element[e] = undefined;
    }
    for (let p = start + elements; p < start + this.length[me]; p++) take(lists[p]);
    return { members, total };
  }

  /** mark[e] − stamp becomes the weight of the variables of e outside the new element. */
  private measureElements(members: readonly number[]): void {
    const { lists, mark, weight } = this;
    this.stamp += this.size + 1;
    for (const i of members) {
      const w = -weight[i];
      const start = this.from[i];
      for (let p = start; p < start + this.elementCount[i]; p++) {
        const e = lists[p];
        if (this.element[e] === undefined) continue;
        if (mark[e] < this.stamp) mark[e] = this.stamp + this.degree[e];
        mark[e] -= w;
      }
    }
  }

  /** Prunes the members' lists and finds their degrees outside the new element; returns the element's weight. */
  private updateMembers(me: number, members: readonly number[], total: number): number {
    const { lists, mark, weight, stamp } = this;
    let left = total;
    for (const i of members) {
      const start = this.from[i];
      const elementEnd = start + this.elementCount[i];
      const end = start + this.length[i];
      let to = start;
      let outside = 0;
      let hash = 0;
      for (let p = start; p < elementEnd; p++) {
        const e = lists[p];
        if (this.element[e] === undefined) continue;
        const rest = mark[e] - stamp;
        if (rest > 0) {
          outside += rest;
          lists[to++] = e;
          hash += e;
        } else {
          this.element[e] = undefined;
        }
      }
      const elements = to - start;
      // Room for the new element: its place is the first that falls free, for one always does.
      const variables: number = to;
      for (let p = elementEnd; p < end; p++) {
        const j = lists[p];
        const w = weight[j];
        if (w <= 0) continue;
        outside += w;
        lists[to++] = j;
        hash += j;
      }
      const w = -weight[i];
      if (outside === 0) {
        this.mergedInto[i] = me;
        weight[i] = 0;
        left -= w;
        this.eliminated += w;
        continue;
      }
      this.degree[i] = Math.min(this.degree[i], outside);
      // The first variable moves to the end, the first element to its place, and the new element comes first.
      lists[to] = lists[variables];
      lists[variables] = lists[start];
      lists[start] = me;
      this.elementCount[i] = elements + 1;
      this.length[i] = to + 1 - start;
      this.hash(i, (hash + me) % this.size);
    }
    return left;
  }

  private hash(i: number, key: number): void {
    this.hashNext[i] = this.hashHead[key];
    this.hashHead[key] = i;
    this.hashKey[i] = key;
  }

  /** Members with equal lists cannot be told apart: one stands for all. */
  private mergeTwins(members: readonly number[]): void {
    const { weight, mark, lists, hashNext } = this;
    for (const member of members) {
      if (weight[member] === 0) continue;
      const key = this.hashKey[member];
      let i = this.hashHead[key];
      this.hashHead[key] = NONE;
      for (; i !== NONE && hashNext[i] !== NONE; i = hashNext[i]) {
        if (weight[i] === 0) continue;
        const start = this.from[i];
        this.stamp += this.size + 1;
        for (let p = start + 1; p < start + this.length[i]; p++) mark[lists[p]] = this.stamp;
        let before = i;
        for (let j = hashNext[i]; j !== NONE; j = hashNext[j]) {
          if (
            weight[j] !== 0 &&
            this.length[j] === this.length[i] &&
            this.elementCount[j] === this.elementCount[i] &&
            this.marked(j)
          ) {
            this.mergedInto[j] = i;
            weight[i] += weight[j];
            weight[j] = 0;
            hashNext[before] = hashNext[j];
          } else {
            before = j;
          }
        }
      }
    }
  }

  private marked(j: number): boolean {
    const start = this.from[j];
    for (let p = start + 1; p < start + this.length[j]; p++) {
      if (this.mark[this.lists[p]] !== this.stamp) return false;
    }
    return true;
  }
}
