import type { Equilibrium } from '../devices/contract/index.js';

/** Nodes of a layer that lie beyond the range which they are read over. */
export interface BeyondRange {
  /** 1: the first hidden. */
  readonly layer: number;
  /** Of all states of that layer. */
  readonly share: number;
  /** End of the range, and the state furthest from 0, in the node unit. */
  readonly end: number;
  readonly largest: number;
}

/** Counts states of equilibria that a converter could only read as the end of its range. */
export class RangeWatch {
  private readonly seen: number[] = [];
  private readonly beyond: number[] = [];
  private readonly largest: number[] = [];

  /** @param ends of the ranges, ±, one a layer; a shorter list goes on with its last */
  constructor(private readonly ends: readonly number[]) {}

  look(equilibrium: Pick<Equilibrium, 'layer'>, layers: number): void {
    for (let l = 0; l < layers; l++) {
      const states = equilibrium.layer(l);
      const end = this.endOf(l);
      let beyond = 0;
      let largest = 0;
      for (const state of states) {
        const size = Math.abs(state);
        if (size > end) beyond++;
        if (size > largest) largest = size;
      }
      this.seen[l] = (this.seen[l] ?? 0) + states.length;
      this.beyond[l] = (this.beyond[l] ?? 0) + beyond;
      this.largest[l] = Math.max(this.largest[l] ?? 0, largest);
    }
  }

  /** The layer of which the largest share lies beyond its range; undefined where none does. */
  worst(): BeyondRange | undefined {
    const layers = this.seen.map((seen, l) => ({
      layer: l + 1,
      share: this.beyond[l] / seen,
      end: this.endOf(l),
      largest: this.largest[l],
    }));
    const [first] = layers.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share);
    return first;
  }

  private endOf(l: number): number {
    return this.ends[Math.min(l, this.ends.length - 1)];
  }
}
