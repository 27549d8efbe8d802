import type { BoardParts } from '../../devices/boards/index.js';
import { invertPositive, leastSquares } from '../estimates/index.js';
import type { Observation } from './circuits.js';
import { Sensitivities } from './sensitivities.js';
import type { Unknowns } from './unknowns.js';

/** How firmly what no reading tells is held: the mean gain of the sources, the mean conductance of the nudges. */
const HELD = 1e-6;

/** All parts of a board, found together. */
export interface Identified {
  readonly x: Float64Array;
  readonly parts: BoardParts;
  /** [unknowns × unknowns]; of x, for the noise of the readings. */
  readonly covariance: Float64Array;
  /** Root mean square of what is left of readings, in units of their noise. */
  readonly misfit: number;
  readonly readings: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * All unknown parts of a board from readings of many circuits: least squares over the node equations, with data sheets as
 * pseudo-readings, so that what no circuit tells stays where its data sheet has it, and its interval says so.
 * @param noise_V of one reading, 1 σ @param start where to begin; data sheets where left out
 */
export function identify(
  unknowns: Unknowns,
  observations: readonly Observation[],
  noise_V: number,
  start: Float64Array = unknowns.start(),
): Identified {
  const { size, list, profile } = unknowns;
  const nodes = profile.hidden + profile.outputs;
  const readings = observations.reduce((sum, { drives }) => sum + nodes * drives.length, 0);
  const gauges = gaugesOf(unknowns);
  const place = (pot: number, tap: number) => unknowns.pot(pot, tap);
  const problem = {
    parameters: list,
    count: readings + size + gauges.length,
    residuals(x: Float64Array, out: Float64Array) {
      const model = new Sensitivities(unknowns, unknowns.parts(x), place);
      let at = 0;
      for (const observation of observations) {
        const expected = model.readings(observation);
        for (let i = 0; i < expected.length; i++) {
          const off = (expected[i] - observation.readings_V[i]) / noise_V;
          // A node that nothing fixes, and a reading at the end of its converter.
          out[at++] = Number.isNaN(off) ? 0 : off;
        }
      }
      for (let j = 0; j < size; j++) out[at++] = (x[j] - list[j].prior.value) / list[j].prior.sigma;
      for (const { places, value } of gauges) out[at++] = (meanOf(x, places) - value) / HELD;
    },
    slopes(x: Float64Array, normal: Float64Array, slope: Float64Array) {
      const model = new Sensitivities(unknowns, unknowns.parts(x), place);
      for (const observation of observations) {
        model.each(observation, (drive, node, reading_V, places, slopes, length) => {
          if (Number.isNaN(observation.readings_V[drive * nodes + node])) return;
          const r = (reading_V - observation.readings_V[drive * nodes + node]) / noise_V ** 2;
          const weight = 1 / noise_V ** 2;
          for (let a = 0; a < length; a++) {
            slope[places[a]] += slopes[a] * r;
            const row = places[a] * size;
            for (let b = 0; b < length; b++) normal[row + places[b]] += weight * slopes[a] * slopes[b];
          }
        });
      }
      for (let j = 0; j < size; j++) {
        const weight = list[j].prior.sigma ** -2;
        normal[j * size + j] += weight;
        slope[j] += weight * (x[j] - list[j].prior.value);
      }
      for (const { places, value } of gauges) {
        const weight = HELD ** -2 / places.length ** 2;
        const off = (meanOf(x, places) - value) * places.length;
        for (const a of places) {
          slope[a] += weight * off;
          for (const b of places) normal[a * size + b] += weight;
        }
      }
    },
  };
  const fit = leastSquares(problem, start, { iterations: 60 });
  const out = new Float64Array(problem.count);
  problem.residuals(fit.values, out);
  let [sum, seen] = [0, 0];
  for (let i = 0; i < readings; i++) {
    sum += out[i] * out[i];
    if (out[i] !== 0) seen++;
  }
  const normal = new Float64Array(size * size);
  problem.slopes(fit.values, normal, new Float64Array(size));
  return {
    x: fit.values,
    parts: unknowns.parts(fit.values),
    // Priors make it positive.
    covariance: invertPositive(normal, size) ?? new Float64Array(size * size).fill(Number.NaN),
    misfit: Math.sqrt(sum / seen),
    readings: seen,
    iterations: fit.iterations,
    converged: fit.status === 'converged',
  };
}

interface Gauge {
  readonly places: readonly number[];
  readonly value: number;
}

function gaugesOf({ sources, nudgeConductance }: Unknowns): Gauge[] {
  const gains = sources.map(({ gain }) => gain).filter((at) => at >= 0);
  return [
    { places: gains, value: 1 },
    { places: nudgeConductance, value: 0 },
  ];
}

const meanOf = (x: Float64Array, places: readonly number[]): number =>
  places.reduce((sum, at) => sum + x[at], 0) / places.length;
