import { CrossbarArena } from '../../kernels/index.js';

/** Larger ones are freed at once. */
const MAX_KEPT_BYTES = 512 * 2 ** 20;

/**
 * Keeps the kernel memory of a crossbar that was closed for the next one of about its size: in a loop of one-shot solves taking
 * fresh memory would cost as much as the solves. Holds at most 512 MiB, as long as it is itself held.
 */
export class CrossbarMemory {
  private kept: CrossbarArena | undefined;

  take(bytes: number): CrossbarArena {
    const { kept } = this;
    if (kept === undefined || kept.bytes < bytes || kept.bytes > 4 * bytes) return new CrossbarArena(bytes);
    this.kept = undefined;
    kept.clear();
    return kept;
  }

  giveBack(arena: CrossbarArena): void {
    if (arena.bytes <= MAX_KEPT_BYTES) this.kept = arena;
  }
}
