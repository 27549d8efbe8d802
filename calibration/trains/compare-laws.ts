import { type Comparison, compareModels, EXACT, effectiveCount } from '../estimates/index.js';
import { fitTrain, type TrainFit, type TrainFitOptions } from './fit-train.js';
import type { MeasuredTrain } from './measured-train.js';
import { type TrainModelName, trainModel, trainModels } from './models/index.js';
import { soundTrain } from './outliers.js';

/** Laws of one direction beside each other, and the best one with intervals. */
export interface ComparedLaws {
  readonly comparison: Comparison;
  /** Of every law compared, in their order, by least squares without intervals. */
  readonly fits: readonly TrainFit[];
  /** The best one, with intervals. */
  readonly best: TrainFit;
}

/** Trains that are held out in turn. */
const HELD_OUT = 5;

/**
 * Compares laws on trains of one direction of one cell: by trains held out where there are repetitions, then by AIC with an
 * effective count (the correlation is that of the closest fit, whose residuals hold the least misfit).
 */
export function compareLaws(
  trains: readonly MeasuredTrain[],
  names: readonly TrainModelName[] = trainModels.map(({ name }) => name),
  options: TrainFitOptions = {},
): ComparedLaws {
  const plain = { ...options, intervals: false, correlated: false } as const;
  const points = Math.min(...trains.map(({ states }) => states.length));
  // a law with more parameters than there are points to judge it by is left out
  const possible = names.filter((name) => names.length === 1 || points > parametersOf(name) + 1);
  const fits = (possible.length > 0 ? possible : names).map((name) => fitTrain(trains, name, plain));
  const n = fits[0].n;
  const closest = fits.reduce((a, b) => (b.rmse < a.rmse ? b : a));
  const nEffective = effectiveCount(n, closest.residuals.lag1);
  const states = trains.flatMap(({ states }) => Array.from(states));
  const range = states.reduce((a, b) => Math.max(a, b)) - states.reduce((a, b) => Math.min(a, b));
  const rounding = EXACT * range;
  const misfits = ({ rmse }: TrainFit): boolean =>
    nEffective < FOLLOWS * n && rmse > Math.max(rounding, MISFIT * closest.rmse);
  const comparison = compareModels(
    fits.map((fit) => {
      const heldOut = heldOutError(trains, fit.model, plain);
      return {
        name: fit.model,
        rss: fit.rmse ** 2 * n,
        rounding: rounding ** 2 * n,
        // a fit that has not converged is none: it may not win; nor may one whose misfit passes for noise that follows itself
        parameters: fit.status === 'converged' && !misfits(fit) ? fit.parameters : n,
        ...(heldOut === undefined ? {} : { heldOut }),
      };
    }),
    n,
    nEffective,
  );
  const best = fitTrain(trains, comparison.best as TrainModelName, options);
  return { comparison, fits, best };
}

/** Points are worth less than that share of their number where residuals follow each other closely: noise, or a misfit of all laws … */
const FOLLOWS = 0.3;
/** … and a law that misses by so many times more than the closest misses the data's shape. */
const MISFIT = 1.5;

const PARAMETERS: Readonly<Record<TrainModelName, number>> = {
  linear: 2,
  'soft-bounds': 3,
  power: 4,
  logistic: 4,
  'exponential-step': 4,
};
const parametersOf = (name: TrainModelName): number => PARAMETERS[name];

/** Root mean square error over trains left out in turn, each with its own start fitted to it alone. */
function heldOutError(
  trains: readonly MeasuredTrain[],
  name: TrainModelName,
  options: TrainFitOptions,
): number | undefined {
  if (trains.length < 2) return undefined;
  let sum = 0;
  let n = 0;
  for (const [k, train] of trains.slice(0, HELD_OUT).entries()) {
    const out = soundTrain(train);
    const others = trains.filter((_, at) => at !== k);
    const fit = fitTrain(others, name, { ...options, draws: 2 });
    const error = errorWithOwnStart(fit, out);
    sum += error ** 2 * out.states.length;
    n += out.states.length;
  }
  return Math.sqrt(sum / n);
}

/** How far from its first value the start of a train may be, of the range. */
const START_REACH = 0.15;

/**
 * Of a train that a law was not fitted to: pulses go on from a start of its own, the one number that is fitted to it. Repetitions do
 * not begin at one state, and what a pulse does goes by the state.
 */
function errorWithOwnStart({ model: name, values, frame }: TrainFit, train: MeasuredTrain): number {
  const model = trainModel(name);
  const z = Float64Array.from(train.states, (state) => (state - frame.origin) / frame.scale);
  const pulses = train.pulses.map((pulse) => pulse - train.pulses[0]);
  const error = (start: number): number => {
    let [n, at, next] = [0, start, start + model.step(values, start, frame)];
    let sum = 0;
    for (let i = 0; i < z.length; i++) {
      while (n + 1 <= pulses[i]) {
        at = next;
        next = at + model.step(values, at, frame);
        n++;
      }
      // between two pulses, as digitised curves have them, by a straight line
      sum += (z[i] - at - (pulses[i] - n) * (next - at)) ** 2;
    }
    return sum;
  };
  const best = leastBetween(error, z[0] - START_REACH, z[0] + START_REACH);
  return Math.abs(frame.scale) * Math.sqrt(error(best) / z.length);
}

/** Where a function with one valley is least, by golden sections. */
function leastBetween(f: (x: number) => number, low: number, high: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  for (let k = 0; k < 32; k++) {
    const [c, d] = [b - golden * (b - a), a + golden * (b - a)];
    if (f(c) < f(d)) b = d;
    else a = c;
  }
  return 0.5 * (a + b);
}
