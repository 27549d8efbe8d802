import type { CellArray, PulseReport } from '../contract/index.js';
import { program } from './program.js';
import { type PulseModel, symmetryPoint } from './pulse/index.js';

/** Where a nominal cell's pulses up and down undo one another. */
export interface SymmetryPoint {
  /** State of the range at which both steps are as large; an end, where one direction is the stronger everywhere. */
  readonly state: number;
  /** Mean of the two steps there, of the range. */
  readonly step: number;
  /** Share of a distance from it that one pulse up and one down take away; 0 where steps do not depend on the state. */
  readonly pull: number;
}

/** Pairs of pulses that bring a cell from the nominal symmetry point to its own: to e⁻⁴ of the distance. */
const TIME_CONSTANTS = 4;
const MOST_PAIRS = 2000;
/** Pairs over which the state is averaged: pulses are noisy, and each moves it by a step. */
const AVERAGED_PAIRS = 32;

/**
 * Where pulses up and down by turns lead a nominal cell (Gokmen & Haensch, Front. Neurosci. 14:103 (2020)): its symmetry point. Cells
 * with the same steps both ways stay where they are; the middle of the range stands for that.
 */
export function restPoint(model: PulseModel): SymmetryPoint {
  const { potentiation, depression } = model;
  const surplus = (w: number) => potentiation.step(w) + depression.step(w);
  const found = symmetryPoint(model);
  const state = found === 'everywhere' ? 0.5 : (found ?? (surplus(0.5) > 0 ? 1 : 0));
  const [left, right] = [Math.max(0, state - 1e-3), Math.min(1, state + 1e-3)];
  return {
    state,
    step: 0.5 * (potentiation.step(state) - depression.step(state)),
    pull: Math.max(0, (surplus(left) - surplus(right)) / (right - left)),
  };
}

/**
 * Zero-shifting (Kim et al., arXiv:1907.10228): pulses every cell up and down by turns until it stands at its own symmetry point.
 * Moves all cells of the array; works on any. @param pulsed is told of every pulse
 * @returns the symmetry points as read, S, the mean over the last pairs, row-major
 */
export async function findSymmetryPoints(
  array: CellArray,
  model: PulseModel,
  pulsed: (report: PulseReport) => void,
): Promise<Float64Array> {
  const { g_min_S, g_max_S } = model;
  const nominal = restPoint(model);
  const cells = array.info.rows * array.info.columns;
  const counts = new Int16Array(cells);
  const pulse = async () => pulsed(await array.pulse({ counts }, { id: array.info.lastUpdate + 1 }));
  const all = async (count: 1 | -1) => {
    counts.fill(count);
    await pulse();
  };
  const start = new Float64Array(cells).fill(g_min_S + nominal.state * (g_max_S - g_min_S));
  await program(array, model, start, counts, pulse);
  const pairs = nominal.pull > 0 ? Math.min(MOST_PAIRS, Math.ceil(TIME_CONSTANTS / nominal.pull)) : 0;
  for (let pair = 0; pair < pairs; pair++) {
    await all(1);
    await all(-1);
  }
  const points = new Float64Array(cells);
  for (let pair = 0; pair < AVERAGED_PAIRS; pair++) {
    for (const count of [1, -1] as const) {
      await all(count);
      const read = await array.read();
      for (let c = 0; c < cells; c++) points[c] += read[c] / (2 * AVERAGED_PAIRS);
    }
  }
  return points;
}
