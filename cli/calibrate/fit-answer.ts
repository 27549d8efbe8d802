import {
  type FittedTrains,
  type NamedWindow,
  whyNoCell,
  windowRemarks,
} from '../../calibration/cell-files/index.js';
import { type Estimate, EXACT } from '../../calibration/estimates/index.js';
import type { MeasuredFile, Question } from '../../calibration/measured/index.js';
import type {
  AmplitudeRamp,
  ComparedLaws,
  LabelPair,
  RepeatNoise,
  TrainDescription,
  TrainLabels,
} from '../../calibration/trains/index.js';
import { formatQuantity, printableLine } from '../../core/index.js';
import { estimateText } from './estimate-text.js';

type Window = NamedWindow | undefined;

const show = (value: number, unit: string): string =>
  unit === '' ? value.toPrecision(4) : formatQuantity(value, unit);

/** What a cell's trains and fits say, for people. @param noCell why no cell file is made of it */
export function fitText(fitted: FittedTrains, noCell: string | undefined, given?: Window): string {
  const { description, up, down, table } = fitted;
  const { cell, window, asymmetry, symmetryPoint, effectiveStates, noise, warnings } = description;
  const unit = (description.up[0] ?? description.down[0]).train.unit;
  const lines = [printableLine(cell)];
  if (window !== undefined) {
    const onOff = window.onOff === undefined ? '' : `, on/off ${window.onOff.toPrecision(4)}`;
    lines.push(`  window ${show(window.low, unit)} to ${show(window.high, unit)}${onOff}`);
  }
  for (const [name, sides, laws] of [
    ['potentiation', description.up, up],
    ['depression', description.down, down],
  ] as const) {
    for (const side of sides) lines.push(...labelLines(name, side));
    if (laws !== undefined) lines.push(...lawLines(name, laws, unit));
  }
  if (table) lines.push('  law: table, the steps of the first train each way as measured');
  if (asymmetry !== undefined) {
    const place = symmetryPoint === undefined ? 'none in the window' : show(symmetryPoint, unit);
    const fixed = asymmetry.fixed === undefined ? '' : `${asymmetry.fixed.toFixed(3)} (ends fixed), `;
    lines.push(
      `  asymmetry |NL − NL| ${fixed}${asymmetry.free.toFixed(3)} (ends free); symmetry point ${place}`,
    );
  }
  for (const [name, of] of [
    ['potentiation', noise.up],
    ['depression', noise.down],
  ] as const) {
    if (of === undefined) continue;
    lines.push(...noiseLines(name, of));
  }
  if (effectiveStates !== undefined) {
    const bound =
      effectiveStates.from === 'repeats' ? '' : 'at least, residuals being an upper bound of the noise: ';
    lines.push(`  states that reads tell apart: ${bound}${effectiveStates.value.toFixed(0)}`);
  }
  for (const side of [...description.up, ...description.down]) {
    lines.push(
      ...side.warnings.map(
        (text) => `  warning: ${side.train.direction === 'up' ? 'potentiation' : 'depression'}: ${text}`,
      ),
    );
  }
  lines.push(...warnings.map((text) => `  warning: ${text}`));
  lines.push(...windowRemarks(fitted, given).map((text) => `  note: ${text}`));
  if (noCell !== undefined) lines.push(`  no cell file: ${noCell}`);
  return lines.join('\n');
}

function labelLines(
  name: string,
  { train, points, pulses, labels, withoutOutliers, outliers }: TrainDescription,
): string[] {
  const cycle = train.cycle === undefined ? '' : `, cycle ${train.cycle}`;
  const count =
    Number.isInteger(pulses) && pulses === points - 1
      ? `${points} states`
      : `${points} points over ${pulses.toPrecision(4)} pulses`;
  if (withoutOutliers === undefined) return [`  ${name}${cycle}: ${count}, NL ${pairText(labels)}`];
  const named = `${outliers.at.length} outlier${outliers.at.length === 1 ? '' : 's'}`;
  return [
    `  ${name}${cycle}: ${count}, without ${named}: NL ${pairText(withoutOutliers)}`,
    `    with ${outliers.at.length === 1 ? 'it' : 'them'}: NL ${pairText(labels)}`,
  ];
}

function pairText({ fixed, free }: LabelPair): string {
  const one = ({ label, r2, rule }: { label: number; r2: number; rule: string }) =>
    `${label.toFixed(3)} (ends ${rule}, R² ${r2.toFixed(4)})`;
  return [...(fixed === undefined ? [] : [one(fixed)]), one(free)].join(', ');
}

function lawLines(name: string, { comparison, fits, best }: ComparedLaws, unit: string): string[] {
  const { by, indistinguishable, nEffective, rows } = comparison;
  const same =
    indistinguishable.length === 0 ? '' : `; the data cannot tell it from ${indistinguishable.join(', ')}`;
  const chosen = rows.length === 1 ? '' : `, by ${by}${same}`;
  const rho =
    best.correlation === undefined ? '' : `, noise correlated by ${best.correlation.value.toFixed(2)}`;
  return [
    `    ${name}: ${best.model}${chosen}; RMSE ${best.rmseOverRange < EXACT ? 'none but rounding' : `${(100 * best.rmseOverRange).toPrecision(3)} % of range`}, R² ${best.r2.toFixed(4)}, n ${best.n}, worth ${nEffective.toFixed(0)}${rho}`,
    ...(rows.length === 1
      ? []
      : rows.map(({ name: law, deltaAic, heldOut, parameters }) => {
          const of = fits.find(({ model }) => model === law)!;
          const out = heldOut === undefined ? '' : `, held out ${show(heldOut, unit)}`;
          const state = of.status === 'converged' ? aicText(deltaAic) : `not converged (${of.status})`;
          return `      ${law.padEnd(17)} ${of.parameters ?? parameters} parameters, RMSE ${of.rmseOverRange < EXACT ? 'none but rounding' : show(of.rmse, unit)}, ${state}${out}`;
        })),
    ...Object.entries(best.estimates).map(
      ([key, estimate]) =>
        `    ${key.replace(/_S$/, '').padEnd(14)} ${estimateText(estimate, estimate.unit)}`,
    ),
    ...best.warnings.map((text) => `    warning: ${text}`),
  ];
}

/** How a law stands beside the best. */
export const aicText = (deltaAic: number): string =>
  Number.isFinite(deltaAic) ? `ΔAIC ${deltaAic.toFixed(1)}` : 'too few independent points to judge it';

/** The form that the data take first, the other in brackets. */
function noiseLines(name: string, { cycles, takes, c2cStep, c2cRange, read, readWriteRange }: RepeatNoise) {
  const one = (estimates: readonly [Estimate, string][]): string => {
    const [[first, of], [second, other]] = estimates;
    return `${percents(first)} of ${of} (were it a share of ${other}: ${percents(second)})`;
  };
  const write: [Estimate, string][] = [
    [c2cStep, 'the step'],
    [c2cRange, 'the range'],
  ];
  const reads: [Estimate, string][] = [
    [read, 'the conductance'],
    [readWriteRange, 'the range'],
  ];
  if (takes.write === 'range') write.reverse();
  if (takes.read === 'range') reads.reverse();
  return [
    `  noise of ${name} from ${cycles} repetitions: what a pulse adds for good, ${one(write)}`,
    `    what is read once and not kept (reads and writes together), ${one(reads)}`,
  ];
}

const percents = ({ value, low, high, identifiable }: Estimate): string =>
  !identifiable && low === 0
    ? `cannot be separated from none, at most ${hundredths(high)} %`
    : `${hundredths(value)} % (${hundredths(low)} to ${hundredths(high)})`;

/** Resistance over amplitude in place of a label. */
export function rampText({ name, reason, curves }: AmplitudeRamp): string {
  return [
    `${printableLine(name)}: no NL: ${reason}`,
    ...curves.map(({ column, first_Ohm, last_Ohm, threshold_V }) => {
      const at =
        threshold_V === undefined
          ? 'no threshold: it does not change'
          : `threshold ${threshold_V.value.toPrecision(3)} V (between ${threshold_V.low} and ${threshold_V.high} V; half of the change of ln R)`;
      return `  ${printableLine(column)}: ${formatQuantity(first_Ohm, 'ohm')} to ${formatQuantity(last_Ohm, 'ohm')}, ${at}`;
    }),
  ].join('\n');
}

/** The same for programs; states in the unit named. */
export function fitJson(
  read: readonly { file: MeasuredFile; labels: TrainLabels }[],
  cells: readonly FittedTrains[],
  questions: readonly (Question & { file: string })[],
  window: Window,
): object {
  return {
    measured: read.map(({ file: { path, sha256, format } }) => ({ path, sha256, format })),
    cells: cells.map((cell) => cellJson(cell, window)),
    ramps: read.flatMap(({ labels }) =>
      labels.ramps.map(({ name, reason, amplitude_V, curves }) => ({
        name,
        reason,
        amplitude_V: Array.from(amplitude_V),
        curves: curves.map((curve) => ({ ...curve, resistance_Ohm: Array.from(curve.resistance_Ohm) })),
      })),
    ),
    refused: read.flatMap(({ labels }) => labels.refused),
    remarks: read.flatMap(({ labels }) => labels.remarks),
    questions,
  };
}

function cellJson(fitted: FittedTrains, window: Window) {
  const { description, up, down } = fitted;
  const { up: ups, down: downs, ...rest } = description;
  return {
    ...rest,
    unit: (ups[0] ?? downs[0]).train.unit,
    potentiation: ups.map(trainJson),
    depression: downs.map(trainJson),
    fits: { potentiation: lawsJson(up), depression: lawsJson(down) },
    noCell: whyNoCell(fitted, window) ?? null,
  };
}

function trainJson(side: TrainDescription) {
  const { train, labels, withoutOutliers, ...rest } = side;
  const pair = ({ fixed, free }: LabelPair) => ({
    fixed: fixed === undefined ? null : labelJson(fixed),
    free: labelJson(free),
  });
  return {
    ...rest,
    name: train.name,
    cycle: train.cycle ?? null,
    reversed: train.reversed,
    nonlinearity: pair(labels),
    nonlinearityWithoutOutliers: withoutOutliers === undefined ? null : pair(withoutOutliers),
  };
}

const labelJson = ({ label, r2, rmse, A_pulses }: LabelPair['free']) => ({
  label,
  r2,
  rmse,
  A_pulses: Number.isFinite(A_pulses) ? A_pulses : null,
});

function lawsJson(laws: ComparedLaws | undefined) {
  if (laws === undefined) return null;
  const { comparison, fits, best } = laws;
  const { values: _, frame: __, curve: ___, estimates, ...rest } = best;
  return {
    ...rest,
    estimates: Object.fromEntries(
      Object.entries(estimates).map(([key, { low, high, ...e }]) => [
        key,
        { ...e, low: Number.isFinite(low) ? low : null, high: Number.isFinite(high) ? high : null },
      ]),
    ),
    comparison: {
      ...comparison,
      rows: comparison.rows.map(({ name, deltaAic, heldOut, parameters }) => {
        const of = fits.find(({ model }) => model === name)!;
        return {
          name,
          parameters: of.parameters ?? parameters,
          rmse: of.rmse,
          status: of.status,
          deltaAic: Number.isFinite(deltaAic) ? deltaAic : null,
          heldOut: heldOut ?? null,
        };
      }),
    },
  };
}

/** A share in %, of two digits, and no "1.1e+2" from 100 on. */
const hundredths = (share: number): string => (100 * share).toPrecision(Math.abs(share) >= 0.995 ? 3 : 2);
