const NONE = -1;

/** Nodes by degree, in doubly linked lists, and the lowest degree there is. */
export class DegreeLists {
  private readonly head: Int32Array;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly listed: Int32Array;
  private lowest = 0;

  constructor(size: number) {
    this.head = new Int32Array(size + 1).fill(NONE);
    this.next = new Int32Array(size).fill(NONE);
    this.previous = new Int32Array(size).fill(NONE);
    this.listed = new Int32Array(size);
  }

  add(node: number, degree: number): void {
    const first = this.head[degree];
    this.next[node] = first;
    this.previous[node] = NONE;
    this.listed[node] = degree;
    if (first !== NONE) this.previous[first] = node;
    this.head[degree] = node;
    if (degree < this.lowest) this.lowest = degree;
  }

  remove(node: number): void {
    const { next, previous } = this;
    if (previous[node] !== NONE) next[previous[node]] = next[node];
    else this.head[this.listed[node]] = next[node];
    if (next[node] !== NONE) previous[next[node]] = previous[node];
  }

  /** Takes out a node of the lowest degree; there must be one. */
  takeLowest(): number {
    while (this.head[this.lowest] === NONE) this.lowest++;
    const node = this.head[this.lowest];
    this.remove(node);
    return node;
  }
}
