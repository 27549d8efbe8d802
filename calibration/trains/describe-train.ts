import { type ResidualChecks, residualChecks } from '../estimates/index.js';
import type { MeasuredTrain } from './measured-train.js';
import { type DataLabel, dataLabel } from './nonlinearity.js';
import { findOutliers, leftOut, type Outliers } from './outliers.js';

/** Both labels of a train, of the data. */
export interface LabelPair {
  /** Undefined where the two ends are equal. */
  readonly fixed?: DataLabel;
  readonly free: DataLabel;
}

/** What a train says of itself, before any model of a cell. Values in the train's unit. */
export interface TrainDescription {
  readonly train: MeasuredTrain;
  readonly points: number;
  /** Last pulse number minus the first; a fraction where it was digitised. */
  readonly pulses: number;
  readonly first: number;
  readonly last: number;
  /** Of the points that are no outliers, where labels are given without them. */
  readonly low: number;
  readonly high: number;
  readonly labels: LabelPair;
  readonly outliers: Outliers;
  /** The labels without outliers, where there are any. */
  readonly withoutOutliers?: LabelPair;
  /** Of the curve with free ends, without outliers. */
  readonly residuals: ResidualChecks;
  /** Mean size of a step over the root mean square of those residuals (an upper bound of the noise). */
  readonly stepOverResidual: number;
  /** An S: steepest inside the train, and not what an exponential curve goes through. */
  readonly sShaped: boolean;
  readonly warnings: readonly string[];
}

/** Residuals below that share of the range are no other shape, whatever follows what. */
const NO_SHAPE = 1e-3;

/**
 * Labels, outliers and shape of one train.
 * @throws `trains.short`, `trains.flat`, exit code 2
 */
export function describeTrain(train: MeasuredTrain): TrainDescription {
  const { states, pulses } = train;
  const outliers = findOutliers(train);
  const skip = leftOut(outliers, states.length);
  const labels = labelsOf(train, new Set());
  const kept = skip.size === 0 ? undefined : labelsOf(train, skip);
  const sound = kept === undefined ? states : states.filter((_, at) => !skip.has(at));
  const { free } = kept ?? labels;
  const left = states.map((v, at) => (kept !== undefined && skip.has(at) ? Number.NaN : v - free.curve[at]));
  const residuals = residualChecks(left);
  const out = new Set(outliers.at);
  const sShaped = residuals.systematic && turnsTwice(states.filter((_, at) => !out.has(at)));
  const last = states.length - 1;
  const span = pulses[last] - pulses[0];
  const step = Math.abs(states[last] - states[0]) / span;
  const description = {
    train,
    points: states.length,
    pulses: span,
    first: states[0],
    last: states[last],
    low: sound.reduce((m, v) => Math.min(m, v), Number.POSITIVE_INFINITY),
    high: sound.reduce((m, v) => Math.max(m, v), Number.NEGATIVE_INFINITY),
    labels,
    outliers,
    ...(kept === undefined ? {} : { withoutOutliers: kept }),
    residuals,
    stepOverResidual: free.rmse > 0 ? step / free.rmse : Number.POSITIVE_INFINITY,
    sShaped,
  };
  return { ...description, warnings: warningsOf(description) };
}

function labelsOf(train: MeasuredTrain, skip: ReadonlySet<number>): LabelPair {
  const used = Array.from(train.states.keys()).filter((at) => !skip.has(at));
  const level = train.states[used[0]] === train.states[used[used.length - 1]];
  return {
    ...(level ? {} : { fixed: dataLabel(train, 'fixed', skip) }),
    free: dataLabel(train, 'free', skip),
  };
}

/** Steepest inside the train, by tenths of it, half as steep again as at either end. */
function turnsTwice(states: Float64Array): boolean {
  const n = states.length;
  const tenth = Math.max(1, Math.floor(n / 10));
  const slopes: number[] = [];
  for (let i = 0; i + tenth < n; i += tenth)
    slopes.push(Math.abs(states[Math.min(n - 1, i + tenth)] - states[i]));
  const steepest = slopes.indexOf(Math.max(...slopes));
  const ends = Math.max(slopes[0], slopes[slopes.length - 1]);
  return steepest > 0 && steepest < slopes.length - 1 && slopes[steepest] > 1.5 * ends;
}

function warningsOf(d: Omit<TrainDescription, 'warnings'>): string[] {
  const { outliers, train } = d;
  const { rmse } = (d.withoutOutliers ?? d.labels).free;
  const warnings: string[] = [];
  const treated =
    d.withoutOutliers === undefined
      ? ''
      : `; labels are given with and without ${outliers.at.length === 1 ? 'it' : 'them'}, laws are fitted without`;
  if (outliers.periodic !== undefined) {
    const { period, count } = outliers.periodic;
    warnings.push(
      `${outliers.at.length} outliers, ${count} of them every ${period} pulses: the instrument's, not noise of writing${treated}`,
    );
  } else if (outliers.at.length > 0) {
    const rows = outliers.rows.slice(0, 8).map((row) => row + 1);
    warnings.push(
      `${outliers.at.length} outlier${outliers.at.length === 1 ? '' : 's'} (row ${rows.join(', ')}${outliers.at.length > 8 ? ', …' : ''})${treated}`,
    );
  }
  if (d.sShaped) {
    warnings.push('S-shaped: a label describes an exponential curve; see the logistic model or the table');
  } else if (d.residuals.systematic && rmse > NO_SHAPE * (d.high - d.low)) {
    warnings.push(
      `the exponential curve behind the label is not the data's: residuals follow each other (lag 1 ${d.residuals.lag1.toFixed(2)}, ${d.residuals.runs} runs of signs where chance gives ${d.residuals.expectedRuns.toFixed(0)})`,
    );
  }
  if (d.stepOverResidual < 1) {
    warnings.push(
      `a pulse moves the cell by ${d.stepOverResidual.toFixed(2)} of what reads scatter by (upper bound, misfit included): single pulses cannot be seen`,
    );
  }
  if (!train.counted) warnings.push('no column of pulse numbers: one pulse a row is assumed');
  return warnings;
}
