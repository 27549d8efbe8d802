import type { Neighbours } from './csc-matrix.js';
import { minimumDegreeOrder } from './minimum-degree.js';

/**
 * Where L and U of P·A·Q = L·U have entries. Column j of L holds rows below j, ascending, its unit diagonal left out;
 * column j of U holds rows above j, ascending, in `upperRow`; pivots are apart.
 */
export interface FactorPattern {
  readonly size: number;
  /** Row of A at each pivot position, and its inverse. */
  readonly rowOrder: Int32Array;
  readonly rowPlace: Int32Array;
  readonly columnOrder: Int32Array;
  readonly lowerStart: Int32Array;
  readonly lowerRow: Int32Array;
  readonly upperStart: Int32Array;
  readonly upperRow: Int32Array;
  /**
   * How many columns of L from this one on (itself included) nest: each has the next as its first row and the same
   * rows otherwise (supernodes of Ashcraft & Grimes).
   */
  readonly nested: Int32Array;
}

/** A fill-reducing elimination order of A + Aᵀ, children before parents and next to them. */
export function eliminationOrder({ start, neighbour }: Neighbours): Int32Array {
  const order = minimumDegreeOrder(start.length - 1, start, neighbour);
  const parent = eliminationTree(order, start, neighbour);
  const postorder = postorderOf(parent);
  return postorder.map((k) => order[k]);
}

/** Parent of each step in the elimination tree (Liu, SIAM J. Matrix Anal. Appl. 11:134, 1990). */
function eliminationTree(order: Int32Array, start: Int32Array, neighbour: Int32Array): Int32Array {
  const size = order.length;
  const place = inverse(order);
  const parent = new Int32Array(size).fill(-1);
  const ancestor = new Int32Array(size).fill(-1);
  for (let k = 0; k < size; k++) {
    const node = order[k];
    for (let p = start[node]; p < start[node + 1]; p++) {
      let i = place[neighbour[p]];
      while (i >= 0 && i < k) {
        const up = ancestor[i];
        ancestor[i] = k;
        if (up < 0) parent[i] = k;
        i = up;
      }
    }
  }
  return parent;
}

function postorderOf(parent: Int32Array): Int32Array {
  const size = parent.length;
  const firstChild = new Int32Array(size).fill(-1);
  const sibling = new Int32Array(size).fill(-1);
  const stack: number[] = [];
  for (let k = size - 1; k >= 0; k--) {
    if (parent[k] < 0) continue;
    sibling[k] = firstChild[parent[k]];
    firstChild[parent[k]] = k;
  }
  const order = new Int32Array(size);
  let filled = 0;
  for (let root = 0; root < size; root++) {
    if (parent[root] >= 0) continue;
    stack.push(root);
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      const child = firstChild[node];
      if (child >= 0) {
        firstChild[node] = sibling[child];
        stack.push(child);
      } else {
        order[filled++] = node;
        stack.pop();
      }
    }
  }
  return order;
}

export function inverse(order: Int32Array): Int32Array {
  const place = new Int32Array(order.length);
  for (let k = 0; k < order.length; k++) place[order[k]] = k;
  return place;
}

/** The pattern of the factors when pivots are taken from the diagonal in the given order: that of A + Aᵀ filled in. */
export function diagonalPattern({ start, neighbour }: Neighbours, order: Int32Array): FactorPattern {
  const size = order.length;
  const place = inverse(order);
  const mark = new Int32Array(size).fill(-1);
  const columns: Int32Array[] = new Array(size);
  const firstChild = new Int32Array(size).fill(-1);
  const sibling = new Int32Array(size).fill(-1);
  const gathered = new Int32Array(size);
  const upperStart = new Int32Array(size + 1);
  const lowerStart = new Int32Array(size + 1);
  for (let j = 0; j < size; j++) {
    let count = 0;
    mark[j] = j;
    const node = order[j];
    for (let p = start[node]; p < start[node + 1]; p++) {
      const i = place[neighbour[p]];
      if (i > j && mark[i] !== j) {
        mark[i] = j;
        gathered[count++] = i;
      }
    }
    for (let child = firstChild[j]; child >= 0; child = sibling[child]) {
      for (const i of columns[child]) {
        if (i > j && mark[i] !== j) {
          mark[i] = j;
          gathered[count++] = i;
        }
      }
    }
    const column = gathered.slice(0, count);
    columns[j] = column;
    lowerStart[j + 1] = lowerStart[j] + count;
    let parent = size;
    for (const i of column) {
      upperStart[i + 1]++;
      if (i < parent) parent = i;
    }
    if (parent < size) {
      sibling[j] = firstChild[parent];
      firstChild[parent] = j;
    }
  }
  for (let j = 0; j < size; j++) upperStart[j + 1] += upperStart[j];
  // Transposed twice, rows come out ascending.
  const upperRow = new Int32Array(lowerStart[size]);
  const lowerRow = new Int32Array(lowerStart[size]);
  const next = upperStart.slice(0, size);
  for (let j = 0; j < size; j++) for (const i of columns[j]) upperRow[next[i]++] = j;
  const fill = lowerStart.slice(0, size);
  for (let i = 0; i < size; i++) {
    for (let p = upperStart[i]; p < upperStart[i + 1]; p++) lowerRow[fill[upperRow[p]]++] = i;
  }
  return {
    size,
    rowOrder: order,
    rowPlace: place,
    columnOrder: order,
    lowerStart,
    lowerRow,
    upperStart,
    upperRow,
    nested: nestedColumns(size, lowerStart, lowerRow),
  };
}

export function nestedColumns(size: number, lowerStart: Int32Array, lowerRow: Int32Array): Int32Array {
  const nested = new Int32Array(size).fill(1);
  for (let j = size - 2; j >= 0; j--) {
    const start = lowerStart[j];
    const length = lowerStart[j + 1] - start;
    const after = lowerStart[j + 1];
    if (length === 0 || lowerRow[start] !== j + 1 || lowerStart[j + 2] - after !== length - 1) continue;
    let same = true;
    for (let p = 1; p < length && same; p++) same = lowerRow[start + p] === lowerRow[after + p - 1];
    if (same) nested[j] = nested[j + 1] + 1;
  }
  return nested;
}
