import type { CellKernel } from '../../kernels/index.js';

/** Distance from an end of the range, of the range, within which a cell counts as being at it. */
const EDGE = 1e-3;

/** Where the cells of an array stand in their range. */
export class CellStatistics {
  /** @param states float32 of the kernel's memory, in units of the range */
  constructor(
    private readonly states: Float32Array,
    private readonly cells: number,
    private readonly kernel: CellKernel,
  ) {}

  saturatedFraction(): number {
    return this.kernel.countSaturated(0, this.cells, this.states.byteOffset, EDGE) / this.cells;
  }

  /** How many cells stand in each of `bins` equal parts of the range, those past its ends in the outer ones. */
  histogram(bins: number): Uint32Array {
    const found = new Uint32Array(bins);
    for (let c = 0; c < this.cells; c++) {
      found[Math.min(bins - 1, Math.max(0, Math.floor(this.states[c] * bins)))]++;
    }
    return found;
  }
}
