import { inputError } from '../../core/index.js';
import {
  type Estimate,
  type FitStatus,
  fitEstimates,
  type Parameter,
  type Problem,
  type ResidualChecks,
  residualChecks,
} from '../estimates/index.js';
import { type BranchModelName, type BranchShape, branchModel, type StaticLaw } from './laws.js';

/** Points of one state: sweeps one after another, each point with the spread that its difference counts against (weights.ts) [A]. */
export interface BranchPoints {
  /** For messages: cell and state. */
  readonly name: string;
  readonly sweeps: readonly {
    readonly voltage_V: Float64Array;
    readonly current_A: Float64Array;
    readonly spread_A: Float64Array;
  }[];
}

/** A law fitted to the points of one state. */
export interface BranchFit {
  readonly model: BranchModelName;
  readonly law: StaticLaw;
  /** [A]; undefined where one polarity alone was measured, which says none. */
  readonly offset_A?: number;
  /** By name; empty where no intervals were asked for, and of a table. */
  readonly estimates: Readonly<Record<string, Estimate>>;
  readonly status: FitStatus;
  /** Root of the mean square of the weighted residuals, of no unit: what was made small. */
  readonly rms: number;
  readonly rmse_A: number;
  /** Of the currents themselves. */
  readonly r2: number;
  readonly n: number;
  readonly nEffective: number;
  readonly parameters: number;
  readonly correlation?: Estimate;
  readonly residuals: ResidualChecks;
  /** Current by the law at `v` volts, offset included. */
  readonly current: (v: number) => number;
  readonly warnings: readonly string[];
}

/** How a law is fitted. */
export interface BranchFitOptions {
  readonly intervals?: boolean;
  readonly correlated?: boolean | 'test';
  readonly seed?: number;
}

/** All points of the sweeps, one after another. */
export function shapeOf({ sweeps }: { readonly sweeps: BranchPoints['sweeps'] }): BranchShape {
  const all = (pick: (sweep: BranchPoints['sweeps'][number]) => Float64Array) => joined(sweeps, pick);
  const [voltage_V, current_A] = [all((s) => s.voltage_V), all((s) => s.current_A)];
  const largest = (values: Float64Array) => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return { voltage_V, current_A, most_V: largest(voltage_V), most_A: largest(current_A) };
}

/** One number a point, of all sweeps one after another. */
export const joined = <S>(sweeps: readonly S[], pick: (sweep: S) => Float64Array): Float64Array =>
  Float64Array.from(sweeps.flatMap((sweep) => Array.from(pick(sweep))));

/** Share of the larger side that the smaller must reach: else it says nothing of an offset. */
const BOTH_SIDES = 0.2;

/** Whether voltages of both signs were measured. */
export function bothPolarities(voltage_V: Float64Array): boolean {
  const [low, high] = voltage_V.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [0, 0]);
  return Math.min(-low, high) > BOTH_SIDES * Math.max(-low, high);
}

/**
 * Fits a law to one state: bounded least squares of the weighted residuals from several starts, profile-likelihood intervals. The
 * current at zero volts is fitted along where both polarities were measured.
 * @throws `branches.few`, exit code 2: no more points than parameters
 */
export function fitBranch(points: BranchPoints, name: string, options: BranchFitOptions = {}): BranchFit {
  const model = branchModel(name);
  const { intervals = true, correlated = 'test', seed = 0 } = options;
  const shape = shapeOf(points);
  const { voltage_V, current_A } = shape;
  const spread_A = joined(points.sweeps, (sweep) => sweep.spread_A);
  const n = voltage_V.length;
  const own = shape.most_A > 0 && shape.most_V > 0 ? model.parameters(shape) : [];
  if (own.length === 0) throw inputError('branches.flat', `${points.name}: every current or voltage is 0`);
  const offset = bothPolarities(voltage_V);
  const parameters: Parameter[] = [
    ...own,
    ...(offset
      ? [
          {
            name: 'offset_A',
            low: -shape.most_A,
            high: shape.most_A,
            spacing: 'asinh' as const,
            knee: Math.max(1e-3 * shape.most_A, spread_A[smallest(spread_A)]),
            zeroCounts: true,
          },
        ]
      : []),
  ];
  if (n <= parameters.length) {
    throw inputError(
      'branches.few',
      `${points.name}: ${n} points for the ${parameters.length} parameters of ${name}; at least ${parameters.length + 1} are needed`,
    );
  }
  const currentAt = (values: Float64Array, v: number): number =>
    model.current(values, v) + (offset ? values[own.length] : 0);
  const problem: Problem = {
    parameters,
    count: n,
    residuals(values, out) {
      for (let k = 0; k < n; k++) out[k] = (current_A[k] - currentAt(values, voltage_V[k])) / spread_A[k];
    },
  };
  const starts = model.shapes(shape).map((rest) => {
    const unit = [1, ...rest];
    let [up, down] = [0, 0];
    for (let k = 0; k < n; k++) {
      const s = model.current(unit, voltage_V[k]);
      up += s * current_A[k];
      down += s * s;
    }
    const size = Math.min(own[0].high, Math.max(own[0].low, up / down));
    return [size, ...rest, ...(offset ? [0] : [])];
  });
  const lengths = points.sweeps.map((sweep) => sweep.voltage_V.length);
  const fit = fitEstimates(problem, { starts, draws: 4, seed, lengths, correlated, intervals });
  const curve = voltage_V.map((v) => currentAt(fit.values, v));
  return {
    model: model.name,
    law: model.asLaw(fit.values),
    ...(offset ? { offset_A: fit.values[own.length] } : {}),
    estimates: intervals ? fit.estimates : {},
    status: fit.status,
    rms: fit.rmse,
    ...goodness(current_A, curve),
    n,
    nEffective: fit.nEffective,
    parameters: parameters.length,
    ...(fit.correlation === undefined ? {} : { correlation: fit.correlation }),
    residuals: residualChecks(fit.residuals),
    current: (v) => currentAt(fit.values, v),
    warnings: fit.warnings,
  };
}

const smallest = (values: Float64Array): number => values.reduce((at, v, k) => (v < values[at] ? k : at), 0);

/** Of the currents themselves, unweighted. */
export function goodness(current_A: Float64Array, curve_A: Float64Array): { rmse_A: number; r2: number } {
  const n = current_A.length;
  const mean = current_A.reduce((a, b) => a + b, 0) / n;
  const rss = current_A.reduce((sum, i, k) => sum + (i - curve_A[k]) ** 2, 0);
  const total = current_A.reduce((sum, i) => sum + (i - mean) ** 2, 0);
  return { rmse_A: Math.sqrt(rss / n), r2: total > 0 ? 1 - rss / total : Number.NaN };
}
