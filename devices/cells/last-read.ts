import type { CellKernel } from '../../kernels/index.js';
import type { PulseModel } from './pulse/index.js';

/** What was last read of an array. */
export class LastRead {
  /** Where the read lies and what it was scaled by, until somebody asks for states. */
  private unconverted: { readonly out: number; readonly scale: number } | undefined;

  /** @param room float32 of the kernel's memory, a whole number of blocks */
  constructor(
    private readonly room: Float32Array,
    private readonly cells: number,
    private readonly kernel: CellKernel,
    private readonly model: PulseModel,
  ) {}

  /** Notes a read, S times `scale`, in `out`, which is to stay as it is until the next one. */
  note(out: Float32Array, scale: number): void {
    this.unconverted = { out: out.byteOffset, scale };
  }

  /** As states of the nominal range. */
  get states(): Float32Array {
    if (this.unconverted !== undefined) {
      const { out, scale } = this.unconverted;
      const { g_min_S, g_max_S } = this.model;
      const span = g_max_S - g_min_S;
      this.kernel.affineCells(this.cells, out, this.room.byteOffset, -g_min_S / span, 1 / (scale * span));
      this.unconverted = undefined;
    }
    return this.room;
  }
}
