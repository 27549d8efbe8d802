import { CellDraws } from './cell-draws.js';
import type { TelegraphParameters } from './nonidealities.js';

/**
 * Random telegraph noise: each cell jumps between its conductance and one lower by `depth`, a two-state Markov process with
 * mean dwell times `upper_s` and `lower_s`, advanced exactly over any step of time. Stream `telegraph`.
 * Its spectrum is 4ΔG²/((τc + τe)[(1/τc + 1/τe)² + ω²]) (Machlup, J. Appl. Phys. 25:341 (1954)).
 */
export class TelegraphNoise {
  /** 1 where a cell is in its lower state. */
  readonly states: Uint8Array;
  private readonly draws: CellDraws;

  constructor(
    readonly parameters: TelegraphParameters,
    cells: number,
    seed: number,
    group: number,
  ) {
    this.draws = new CellDraws(seed, 'telegraph', group);
    const share = parameters.lower_s / (parameters.upper_s + parameters.lower_s);
    const start = this.draws.uniforms(0, 0, cells);
    this.states = Uint8Array.from(start, (u) => Number(u < share));
  }

  /** Lets `elapsed_s` pass. @param event 1, 2, 3 …, a fresh one for each step of time */
  advance(elapsed_s: number, event: number): void {
    const { upper_s, lower_s } = this.parameters;
    const mixed = -Math.expm1(-elapsed_s * (1 / upper_s + 1 / lower_s));
    const toLower = (mixed * lower_s) / (upper_s + lower_s);
    const toUpper = (mixed * upper_s) / (upper_s + lower_s);
    const u = this.draws.uniforms(event, 0, this.states.length);
    for (let c = 0; c < u.length; c++) {
      if (u[c] < (this.states[c] === 0 ? toLower : toUpper)) this.states[c] ^= 1;
    }
  }

  factor(cell: number): number {
    return 1 - this.parameters.depth * this.states[cell];
  }
}
