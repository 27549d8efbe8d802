import { inputError } from '../../core/index.js';
import {
  type Estimate,
  type FitStatus,
  fitEstimates,
  LEVEL,
  type Problem,
  type ResidualChecks,
  residualChecks,
} from '../estimates/index.js';
import type { MeasuredTrain } from './measured-train.js';
import {
  boundOf,
  type Frame,
  shownEstimate,
  stateOf,
  type TrainModel,
  type TrainModelName,
  type TrainShape,
  trainModel,
} from './models/index.js';
import { soundTrain } from './outliers.js';
import { type PulseLaw, pulseLaw } from './pulse-law.js';

/** A law fitted to the trains of one direction of one cell. States in the trains' unit. */
export interface TrainFit {
  readonly model: TrainModelName;
  readonly direction: 'up' | 'down';
  /** In words. */
  readonly description: string;
  /** By name; `unit` is that of the trains where it is a state. Empty where no intervals were asked for. */
  readonly estimates: Readonly<Record<string, Estimate & { readonly unit: string }>>;
  /** As fitted, in the frame's coordinates. */
  readonly values: Float64Array;
  readonly frame: Frame;
  readonly status: FitStatus;
  readonly rmse: number;
  /** rmse over the range of the data. */
  readonly rmseOverRange: number;
  readonly r2: number;
  readonly n: number;
  readonly nEffective: number;
  readonly parameters: number;
  readonly correlation?: Estimate;
  readonly residuals: ResidualChecks;
  /** Conductances that the trains went over. */
  readonly range: readonly [low: number, high: number];
  readonly pulses: number;
  /** Of the first train: the curve at its points. */
  readonly curve: Float64Array;
  readonly law: PulseLaw;
  readonly warnings: readonly string[];
}

/** How a law is fitted. */
export interface TrainFitOptions {
  /** Ends of the cell's window in the trains' unit, where they are known: laws with a bound are held to it. */
  readonly window?: readonly [low: number, high: number];
  /** The start of each train is its first value, not fitted. */
  readonly startsAsMeasured?: boolean;
  readonly intervals?: boolean;
  /** Outliers are fitted too, as published fits do it that a fit is compared with. */
  readonly withOutliers?: boolean;
  /**
   * What the noise of reads goes by: `even`, the same at every state, or `test`: in proportion to the state where the data are likelier
   * so. Default even.
   */
  readonly scatter?: 'even' | 'test';
  /** @see FitOptions.correlated */
  readonly correlated?: boolean | 'test';
  readonly seed?: number;
  readonly draws?: number;
}

/** Repetitions that get a start of their own each; more share one. */
const OWN_STARTS = 8;

/**
 * Fits a law to trains of one direction of one cell, repetitions together: one set of parameters, a start for each train.
 * Outliers are left out, as of labels and window, unless they are asked for. Noise is carried as correlated where the data ask for it.
 * @throws `trains.few`, exit code 2: fewer points than parameters; `trains.window`: the data lie outside the window given
 */
export function fitTrain(
  trains: readonly MeasuredTrain[],
  name: TrainModelName,
  options: TrainFitOptions = {},
): TrainFit {
  const model = trainModel(name);
  const {
    window,
    startsAsMeasured = false,
    intervals = true,
    withOutliers = false,
    correlated = 'test',
    seed,
    draws = 6,
    scatter = 'even',
  } = options;
  const data = withOutliers ? trains : trains.map(soundTrain);
  const frame = frameOf(data, window);
  const zOf = (g: number) => (g - frame.origin) / frame.scale;
  const sets: TrainShape[] = data.map(({ pulses, states }) => ({
    frame,
    pulses: pulses.map((p) => p - pulses[0]),
    z: states.map(zOf),
  }));
  const shape = sets[0];
  const shared = model.parameters(shape);
  const own = startsAsMeasured || model.name === 'logistic' || sets.length > OWN_STARTS ? 0 : sets.length - 1;
  const parameters = [
    ...shared,
    ...Array.from({ length: own }, (_, k) => ({ ...shared[0], name: `start ${k + 2}` })),
  ];
  const count = sets.reduce((sum, { z }) => sum + z.length, 0);
  if (count <= parameters.length) {
    throw inputError(
      'trains.few',
      `${trains[0].name}: ${count} points for the ${parameters.length} parameters of ${name}; at least ${parameters.length + 1} are needed`,
    );
  }
  let weights: Float64Array | undefined;
  const problem: Problem = {
    parameters,
    count,
    residuals(values, out) {
      const these = values.slice(0, shared.length);
      let at = 0;
      for (let k = 0; k < sets.length; k++) {
        const { pulses, z } = sets[k];
        if (startsAsMeasured) these[0] = z[0];
        else if (own > 0) these[0] = k === 0 ? values[0] : values[shared.length + k - 1];
        const part = out.subarray(at, at + z.length);
        model.states(these, pulses, frame, part);
        for (let i = 0; i < z.length; i++) part[i] = z[i] - part[i];
        at += z.length;
      }
      if (weights !== undefined) for (let i = 0; i < count; i++) out[i] *= weights[i];
    },
  };
  const heldNames = new Set([...(model.held?.(frame) ?? []), ...(startsAsMeasured ? ['start'] : [])]);
  const held = parameters.map((p) => heldNames.has(p.name));
  const starts = model.starts(shape).map((start) => {
    const first = startsAsMeasured ? [shape.z[0], ...start.slice(1)] : start;
    return [...first, ...sets.slice(1, own + 1).map(({ z }) => z[0])];
  });
  const fitOptions = { held, lengths: sets.map(({ z }) => z.length), correlated, draws, seed: seed ?? 0 };
  if (scatter === 'test') {
    const plain = { ...fitOptions, correlated: false, starts, intervals: false } as const;
    const even = fitEstimates(problem, plain);
    weights = weightsOf(data, even.residuals, frame.scale);
    const likelier =
      weights !== undefined && 2 * count * Math.log(even.rmse / fitEstimates(problem, plain).rmse) > LIKELIER;
    if (!likelier) weights = undefined;
  }
  const fit = fitEstimates(problem, { ...fitOptions, starts, intervals });
  const values = fit.values.slice(0, shared.length);
  const rmse = weights === undefined ? fit.rmse : evenRmse(fit.residuals, weights);
  const rss = rmse ** 2 * count;
  const mean = sets.reduce((sum, { z }) => sum + z.reduce((a, b) => a + b, 0), 0) / count;
  const total = sets.reduce((sum, { z }) => sum + z.reduce((a, b) => a + (b - mean) ** 2, 0), 0);
  const range = rangeOf(data.map(({ states }) => states));
  const unit = trains[0].unit;
  const curve = new Float64Array(trains[0].states.length);
  model.states(
    values,
    trains[0].pulses.map((p) => p - data[0].pulses[0]),
    frame,
    curve,
  );
  const estimates = intervals ? shownEstimates(model, fit.estimates, frame, unit) : {};
  return {
    model: name,
    direction: trains[0].direction,
    description: model.law,
    estimates:
      intervals && name === 'soft-bounds'
        ? {
            ...estimates,
            ...boundEstimates(problem, fit.values, fit.estimates.bend, frame, unit, fitOptions),
          }
        : estimates,
    values,
    frame,
    status: fit.status,
    rmse: rmse * Math.abs(frame.scale),
    rmseOverRange: (rmse * Math.abs(frame.scale)) / (range[1] - range[0]),
    r2: total > 0 ? 1 - rss / total : Number.NaN,
    n: count,
    nEffective: fit.nEffective,
    parameters: held.filter((is) => !is).length,
    ...(fit.correlation === undefined ? {} : { correlation: fit.correlation }),
    residuals: residualChecks(fit.residuals.subarray(0, shape.z.length)),
    range,
    pulses: frame.pulses,
    curve: curve.map((z) => stateOf(z, frame)),
    law: pulseLaw(name, values, frame, [Math.max(0, range[0]), range[1]]),
    warnings: [...fit.warnings, ...shortWarning(fit.correlation, count)],
  };
}

/** χ² of one degree, 95 %: twice the logarithm by which scatter in proportion to the state must be likelier. */
const LIKELIER = 3.841;

/**
 * What residuals are multiplied by where reads scatter in proportion to the state, as fitted; geometric mean 1. Undefined where a state
 * is not above 0.
 */
function weightsOf(
  trains: readonly MeasuredTrain[],
  residuals: Float64Array,
  scale: number,
): Float64Array | undefined {
  const fitted = trains.flatMap(({ states }) => [...states]).map((g, i) => g - residuals[i] * scale);
  if (!fitted.every((g) => g > 0)) return undefined;
  const mean = Math.exp(fitted.reduce((sum, g) => sum + Math.log(g), 0) / fitted.length);
  return Float64Array.from(fitted, (g) => mean / g);
}

function evenRmse(residuals: Float64Array, weights: Float64Array): number {
  return Math.sqrt(residuals.reduce((sum, r, i) => sum + (r / weights[i]) ** 2, 0) / residuals.length);
}

/** Coverage of intervals has been measured from this many correlated points on; see docs/results/calibration.md. */
const ENOUGH_CORRELATED = 400;

function shortWarning(correlation: Estimate | undefined, n: number): string[] {
  if (correlation === undefined || n >= ENOUGH_CORRELATED) return [];
  return [
    `${n} points whose noise follows itself (lag 1 ${correlation.value.toFixed(2)}): intervals of so short a record are too narrow`,
  ];
}

function rangeOf(all: readonly Float64Array[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const states of all) {
    for (const v of states) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  }
  return [low, high];
}

/** Share of the window that data may lie beyond its ends: noise. */
const BEYOND = 0.2;
/** Data whose largest value is that many times above or below the window's are in another unit. */
const FAR = 100;

function frameOf(trains: readonly MeasuredTrain[], window: TrainFitOptions['window']): Frame {
  const data = rangeOf(trains.map(({ states }) => states));
  const [low, high] = window ?? data;
  const { name, direction, unit } = trains[0];
  if (!(high > low))
    throw inputError('trains.flat', `${name}: all values are ${low}; no pulse changes anything`);
  if (window !== undefined) {
    const beyond = Math.max(low - data[0], data[1] - high);
    // far below its upper end is as wrong as above it: a unit too small by 1000
    if (beyond > BEYOND * (high - low) || data[1] < Math.max(low, high / FAR)) {
      const times = data[1] / high;
      const hint =
        times > FAR || times < 1 / FAR
          ? `, ${times > 1 ? times.toFixed(0) : times.toPrecision(2)} times the window's: a wrong unit of the column?`
          : '';
      throw inputError(
        'trains.window',
        `${name}: values of ${data[0].toPrecision(3)} … ${data[1].toPrecision(3)} ${unit} lie outside the window ${low.toPrecision(3)} … ${high.toPrecision(3)} ${unit} that was given${hint}`,
      );
    }
  }
  const up = direction === 'up';
  return {
    origin: up ? low : high,
    scale: up ? high - low : low - high,
    pulses: Math.max(...trains.map(({ pulses }) => pulses[pulses.length - 1] - pulses[0])),
    bounded: window !== undefined,
    most: up || unit === '' ? Number.POSITIVE_INFINITY : high / (high - low),
  };
}

function shownEstimates(
  model: TrainModel,
  estimates: Readonly<Record<string, Estimate>>,
  frame: Frame,
  unit: string,
): Record<string, Estimate & { unit: string }> {
  return Object.fromEntries(
    model.shown.map(({ name, from, ofState, value }) => [
      ofState && unit === 'S' ? `${name}_S` : name,
      { ...shownEstimate(estimates[from], (fitted) => value(fitted, frame)), unit: ofState ? unit : '' },
    ]),
  );
}

/** The asymptote and NeuroSim's A of soft bounds: both only where the bend is told from none. */
function boundEstimates(
  problem: Problem,
  values: Float64Array,
  bend: Estimate,
  frame: Frame,
  unit: string,
  options: { held: readonly boolean[]; lengths: readonly number[]; correlated: boolean | 'test' },
): Record<string, Estimate & { unit: string }> {
  const name = unit === 'S' ? 'asymptote_S' : 'asymptote';
  const { asymptote } = boundOf(values, frame);
  const A = frame.pulses / values[2];
  const open = (value: number, of: string) => ({
    ...bend,
    value,
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
    identifiable: false,
    unit: of,
  });
  if (bend.low <= 0 && bend.high >= 0) return { [name]: open(asymptote, unit), A_pulses: open(A, '') };
  const aEstimate = { ...shownEstimate(bend, (u) => frame.pulses / u), unit: '' };
  // steps that grow have their asymptote behind the start: no state of the cell
  if (values[2] < 0) return { A_pulses: aEstimate };
  const bound = values[0] + values[1] / -Math.expm1(-values[2]);
  const most = 1000;
  if (bound >= most) return { [name]: open(asymptote, unit), A_pulses: aEstimate };
  const byBound: Problem = {
    ...problem,
    parameters: problem.parameters.map((p, j) =>
      j === 1 ? { name: 'bound', low: 1e-3, high: most, spacing: 'log' } : p,
    ),
    residuals(v, out) {
      const own = v.slice();
      own[1] = (v[1] - v[0]) * -Math.expm1(-v[2]);
      problem.residuals(own, out);
    },
  };
  const start = values.slice();
  start[1] = bound;
  const fit = fitEstimates(byBound, { ...options, starts: [start], draws: 0, only: ['bound'] });
  return {
    [name]: { ...shownEstimate(fit.estimates.bound, (b) => stateOf(b, frame)), level: LEVEL, unit },
    A_pulses: aEstimate,
  };
}
