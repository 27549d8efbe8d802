import type { Flow } from './flow.js';

/** Iterations after which rounding is all that is left. */
const MOST_ITERATIONS = 2000;

/**
 * The linear network of the nodes that move while the others are held at 0 V by their diodes: its part of W, packed, and the
 * implicit equations of a step on it,
 *   (m − W)·x = b,   m = D + C/(step's share),
 * by conjugate gradients with m as preconditioner (Hestenes & Stiefel, 1952). The matrix is symmetric, and the diagonal
 * takes in whatever makes such a network stiff: unequal capacitances, drivers of little resistance.
 */
export class MovingNodes {
  /** Place of each among all nodes. */
  readonly places: Int32Array;
  private readonly counts: readonly number[];
  private readonly blocks: readonly Float64Array[];
  private readonly residual: Float64Array;
  private readonly search: Float64Array;
  private readonly image: Float64Array;

  /** @param held 1 at nodes that do not move */
  constructor({ sizes, couplings_S }: Flow, held: Uint8Array) {
    const layers: number[][] = [];
    let from = 0;
    for (const size of sizes) {
      const own: number[] = [];
      for (let j = 0; j < size; j++) if (held[from + j] === 0) own.push(j);
      layers.push(own);
      from += size;
    }
    this.counts = layers.map((own) => own.length);
    this.blocks = couplings_S.map((coupling, l) => packed(coupling, sizes[l + 1], layers[l], layers[l + 1]));
    const places: number[] = [];
    from = 0;
    for (const [l, own] of layers.entries()) {
      for (const j of own) places.push(from + j);
      from += sizes[l];
    }
    this.places = Int32Array.from(places);
    const { length } = places;
    this.residual = new Float64Array(length);
    this.search = new Float64Array(length);
    this.image = new Float64Array(length);
  }

  get count(): number {
    return this.places.length;
  }

  /** out = W·p over the nodes that move. */
  private couple(p: Float64Array, out: Float64Array): void {
    out.fill(0);
    let from = 0;
    for (const [l, block] of this.blocks.entries()) {
      const [rows, columns] = [this.counts[l], this.counts[l + 1]];
      const next = from + rows;
      for (let i = 0; i < rows; i++) {
        const row = i * columns;
        const here = p[from + i];
        let sum = 0;
        for (let j = 0; j < columns; j++) {
          const g = block[row + j];
          sum += g * p[next + j];
          out[next + j] += g * here;
        }
        out[from + i] += sum;
      }
      from = next;
    }
  }

  /**
   * Solves (m − W)·x = b from the x given, until no node is off by more than `tolerance_V`.
   * @returns whether it got there; a network that a nudge has made unstable does not
   */
  solve(m: Float64Array, b: Float64Array, x: Float64Array, tolerance_V: number): boolean {
    const { residual: r, search: p, image: q } = this;
    const n = x.length;
    this.couple(x, q);
    let rz = 0;
    let worst = 0;
    for (let k = 0; k < n; k++) {
      r[k] = b[k] - m[k] * x[k] + q[k];
      p[k] = r[k] / m[k];
      rz += r[k] * p[k];
      worst = Math.max(worst, Math.abs(p[k]));
    }
    for (let iteration = 0; worst > tolerance_V; iteration++) {
      if (iteration >= MOST_ITERATIONS) return false;
      this.couple(p, q);
      let bent = 0;
      for (let k = 0; k < n; k++) {
        q[k] = m[k] * p[k] - q[k];
        bent += p[k] * q[k];
      }
      if (!(bent > 0)) return false;
      const step = rz / bent;
      let next = 0;
      worst = 0;
      for (let k = 0; k < n; k++) {
        x[k] += step * p[k];
        r[k] -= step * q[k];
        const z = r[k] / m[k];
        next += r[k] * z;
        worst = Math.max(worst, Math.abs(z));
      }
      const share = next / rz;
      rz = next;
      for (let k = 0; k < n; k++) p[k] = r[k] / m[k] + share * p[k];
    }
    return true;
  }
}

function packed(
  coupling: Float64Array,
  columns: number,
  rows: readonly number[],
  kept: readonly number[],
): Float64Array {
  const block = new Float64Array(rows.length * kept.length);
  let to = 0;
  for (const i of rows) {
    const row = i * columns;
    for (const j of kept) block[to++] = coupling[row + j];
  }
  return block;
}
