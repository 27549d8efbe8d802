import { inputError } from '../../core/index.js';
import { type Comparison, compareModels, EXACT, effectiveCount } from '../estimates/index.js';
import type { StaticBranch } from '../features/index.js';
import { type BranchFit, type BranchPoints, bothPolarities, fitBranch, shapeOf } from './fit-branch.js';
import { type BranchModelName, branchModels } from './laws.js';
import { tableOf } from './table.js';
import { type BranchWeights, branchSpreads } from './weights.js';

/** A state, or one polarity of it, with its law and the others beside it. */
export interface FittedBranch {
  readonly name: string;
  readonly points: BranchPoints;
  readonly weights: BranchWeights;
  /** With intervals. */
  readonly best: BranchFit;
  /** All that were compared, without. */
  readonly fits: readonly BranchFit[];
  /** Undefined where one law alone was asked for. */
  readonly comparison?: Comparison;
  readonly voltage_V: readonly [low: number, high: number];
  /** Points at the compliance: not fitted. */
  readonly censored: number;
  readonly cycles: number;
  readonly remarks: readonly string[];
}

/** What may be said of the laws of a cell's states. */
export interface BranchOptions {
  /** Laws to compare; all but the table where left out. */
  readonly models?: readonly BranchModelName[];
  /** Of ratios of currents beside differences, in place of what the scatter says. */
  readonly share?: number;
  readonly seed?: number;
}

/** More points add nothing to a law of three numbers, and time to every interval. */
const MOST_POINTS = 600;
/** Cycles that are held out in turn. */
const HELD_OUT = 4;
/** A law a side must fit better by that much, and its AIC be lower by that: else one law holds for both. */
const [BETTER, LOWER_AIC] = [1.1, 4];

type Sweeps = readonly (StaticBranch['sweeps'][number] & BranchPoints['sweeps'][number])[];

/**
 * Laws of one state of a cell. One odd law for both polarities, unless two of their own say clearly more.
 * @throws `branches.few`, exit code 2: no more points than any law has parameters
 */
export function fitStaticBranch(
  cell: string,
  branch: StaticBranch,
  options: BranchOptions = {},
): FittedBranch[] {
  const { weights, spreads } = branchSpreads(
    branch.sweeps.map(({ current_A }) => current_A),
    options.share,
  );
  const { sweeps, every } = thinned(branch.sweeps.map((sweep, k) => ({ ...sweep, spread_A: spreads[k] })));
  const make = (name: string, some: Sweeps): FittedBranch => compared(cell, name, some, weights, options);
  const whole = make(branch.name, sweeps);
  const remarks = [
    ...(every > 1 ? [`every ${every}th point is fitted`] : []),
    ...(branch.censored > 0 ? [`${branch.censored} points at the compliance are not fitted`] : []),
  ];
  const finish = (fitted: FittedBranch): FittedBranch => ({
    ...fitted,
    censored: branch.censored,
    remarks: [...fitted.remarks, ...remarks],
  });
  if (whole.best.model === 'table' || !bothPolarities(shapeOf(whole.points).voltage_V))
    return [finish(whole)];
  const [positive, negative] = ([1, -1] as const).map((sign) => side(sweeps, sign));
  const most = Math.max(...branchModels.map((model) => model.parameters(shapeOf(whole.points)).length));
  if (Math.min(count(positive), count(negative)) < 2 * most + 2) return [finish(whole)];
  const sides = [make(`${branch.name}, positive`, positive), make(`${branch.name}, negative`, negative)];
  return (sidesDiffer(whole, sides) ? sides : [whole]).map(finish);
}

const count = (sweeps: Sweeps): number => sweeps.reduce((sum, { voltage_V }) => sum + voltage_V.length, 0);

function thinned(sweeps: Sweeps): { sweeps: Sweeps; every: number } {
  const every = Math.ceil(count(sweeps) / MOST_POINTS);
  if (every <= 1) return { sweeps, every: 1 };
  const keep = (_: number, k: number) => k % every === 0;
  return {
    every,
    sweeps: sweeps.map((sweep) => ({
      ...sweep,
      voltage_V: sweep.voltage_V.filter(keep),
      current_A: sweep.current_A.filter(keep),
      spread_A: sweep.spread_A.filter(keep),
    })),
  };
}

function side(sweeps: Sweeps, sign: 1 | -1): Sweeps {
  return sweeps.flatMap((sweep) => {
    const here = (_: number, k: number) => sign * sweep.voltage_V[k] > 0;
    const [voltage_V, current_A, spread_A] = [sweep.voltage_V, sweep.current_A, sweep.spread_A].map((all) =>
      all.filter(here),
    );
    return voltage_V.length === 0 ? [] : [{ ...sweep, voltage_V, current_A, spread_A }];
  });
}

/** Both sides together against one law for both, as one comparison. */
function sidesDiffer(whole: FittedBranch, sides: readonly FittedBranch[]): boolean {
  if ([whole, ...sides].some(({ best }) => best.status !== 'converged')) return false;
  const rss = (of: FittedBranch) => of.best.rms ** 2 * of.best.n;
  const n = sides.reduce((sum, { best }) => sum + best.n, 0);
  const worth = Math.min(...sides.map(({ best }) => best.nEffective / best.n)) * n;
  const apart = rss(sides[0]) + rss(sides[1]);
  const together = rss(whole) * (n / whole.best.n);
  if (!(together > BETTER ** 2 * apart)) return false;
  const degrees = sides.reduce((sum, { best }) => sum + best.parameters, 0) - whole.best.parameters;
  return worth * Math.log(together / Math.max(apart, Number.MIN_VALUE)) - 2 * degrees > LOWER_AIC;
}

function compared(
  cell: string,
  name: string,
  sweeps: Sweeps,
  weights: BranchWeights,
  { models = branchModels.map((model) => model.name), seed = 0 }: BranchOptions,
): FittedBranch {
  const points: BranchPoints = { name: `${cell === '' ? '' : `${cell}, `}${name}`, sweeps };
  const { voltage_V } = shapeOf(points);
  const [low, high] = voltage_V.reduce(
    ([a, b], v) => [Math.min(a, v), Math.max(b, v)],
    [Infinity, -Infinity],
  );
  const cycles = new Set(sweeps.map(({ cycle }) => cycle)).size;
  const lawOf = (of: BranchPoints, model: BranchModelName, intervals: boolean): BranchFit =>
    model === 'table'
      ? tableOf(of)
      : fitBranch(of, model, { intervals, seed, ...(intervals ? {} : { correlated: false }) });
  const around = { name, points, weights, voltage_V: [low, high] as const, censored: 0, cycles, remarks: [] };
  const enough = models.filter(
    (model) => models.length === 1 || voltage_V.length > parametersOf(model, points),
  );
  if (enough.length === 0) {
    throw inputError('branches.few', `${points.name}: ${voltage_V.length} points, fewer than any law needs`);
  }
  if (enough.length === 1) {
    const best = lawOf(points, enough[0], true);
    return { ...around, best, fits: [best] };
  }
  const fits = enough.map((model) => lawOf(points, model, false));
  const n = fits[0].n;
  const closest = fits.reduce((a, b) => (b.rms < a.rms ? b : a));
  const comparison = compareModels(
    fits.map((one) => {
      const heldOut = heldOutError(sweeps, (some) => lawOf({ ...points, sweeps: some }, one.model, false));
      return {
        name: one.model,
        rss: one.rms ** 2 * n,
        rounding: EXACT ** 2 * n,
        // a fit that has not converged is none: it may not win
        parameters: one.status === 'converged' ? one.parameters : n,
        ...(heldOut === undefined ? {} : { heldOut }),
      };
    }),
    n,
    effectiveCount(n, closest.residuals.lag1),
  );
  return { ...around, best: lawOf(points, comparison.best as BranchModelName, true), fits, comparison };
}

const parametersOf = (model: BranchModelName, points: BranchPoints): number =>
  model === 'table'
    ? 1
    : branchModels.find(({ name }) => name === model)!.parameters(shapeOf(points)).length +
      (bothPolarities(shapeOf(points).voltage_V) ? 1 : 0);

/** Root mean square of the weighted error over cycles left out in turn; undefined for a single cycle. */
function heldOutError(sweeps: Sweeps, lawOf: (sweeps: Sweeps) => BranchFit): number | undefined {
  const cycles = [...new Set(sweeps.map(({ cycle }) => cycle))];
  if (cycles.length < 2) return undefined;
  let [sum, n] = [0, 0];
  for (const out of cycles.slice(0, HELD_OUT)) {
    const rest = sweeps.filter(({ cycle }) => cycle !== out);
    if (count(rest) < 8) return undefined;
    const { current } = lawOf(rest);
    for (const { voltage_V, current_A, spread_A } of sweeps.filter(({ cycle }) => cycle === out)) {
      for (let k = 0; k < voltage_V.length; k++) {
        sum += ((current_A[k] - current(voltage_V[k])) / spread_A[k]) ** 2;
        n++;
      }
    }
  }
  return Math.sqrt(sum / n);
}
