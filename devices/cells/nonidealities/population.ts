import { CellDraws } from './cell-draws.js';
import type { Nonidealities } from './nonidealities.js';

/** How each cell of an array differs from the nominal one: what device-to-device spread and faults come to. */
export interface Population {
  /** Factor on a cell's step up and down; 0 in a stuck cell. */
  readonly gainUp: Float64Array;
  readonly gainDown: Float64Array;
  /** Bounds of a cell's state, nominally 0 and 1. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** State of a stuck cell, NaN in a good one. */
  readonly stuckState: Float64Array;
}

/** Least distance of a cell's bounds, of the nominal range: below it the two draws are moved apart. */
const MIN_RANGE = 0.01;

/**
 * Draws a population; streams `d2d`, `d2d-asymmetry`, `d2d-high`, `d2d-low`, `stuck`, each at event 0 of its group, so that
 * switching one spread off does not shift another. A step never turns round: gains are cut at 0 (aihwkit would allow
 * a cell that moves backwards).
 */
export function drawPopulation(cells: number, all: Nonidealities, seed: number, group: number): Population {
  const normals = (name: string, sigma: number) =>
    sigma > 0 ? new CellDraws(seed, name, group).normals(0, 0, cells) : new Float64Array(cells);
  const step = normals('d2d', all.d2dStep);
  const asymmetry = normals('d2d-asymmetry', all.d2dAsymmetry);
  const highs = normals('d2d-high', all.d2dHigh);
  const lows = normals('d2d-low', all.d2dLow);
  const gainUp = new Float64Array(cells);
  const gainDown = new Float64Array(cells);
  const low = new Float64Array(cells);
  const high = new Float64Array(cells);
  const stuckState = new Float64Array(cells).fill(Number.NaN);
  for (let c = 0; c < cells; c++) {
    const gain = all.d2dLogNormal ? Math.exp(all.d2dStep * step[c]) : 1 + all.d2dStep * step[c];
    const difference = all.d2dAsymmetry * asymmetry[c];
    gainUp[c] = Math.max(0, gain + difference);
    gainDown[c] = Math.max(0, gain - difference);
    const middle = 0.5 * (1 + all.d2dHigh * highs[c] + all.d2dLow * lows[c]);
    const half = Math.max(0.5 * MIN_RANGE, 0.5 * (1 + all.d2dHigh * highs[c] - all.d2dLow * lows[c]));
    low[c] = middle - half;
    high[c] = middle + half;
  }
  if (all.stuck > 0) {
    const draws = new CellDraws(seed, 'stuck', group);
    const chosen = draws.uniforms(0, 0, cells);
    const place = draws.uniforms(1, 0, cells);
    for (let c = 0; c < cells; c++) {
      if (chosen[c] >= all.stuck) continue;
      gainUp[c] = 0;
      gainDown[c] = 0;
      const at = all.stuckAt === 'ends' ? Number(place[c] >= 0.5) : place[c];
      stuckState[c] = low[c] + at * (high[c] - low[c]);
    }
  }
  return { gainUp, gainDown, low, high, stuckState };
}
