import {
  type Film,
  type FittedBranch,
  type FittedStatics,
  whyNoStatics,
} from '../../calibration/branches/index.js';
import { EXACT } from '../../calibration/estimates/index.js';
import { formatQuantity, printableLine } from '../../core/index.js';
import { csvText } from '../../records/tables/index.js';
import { curveFigure, type Figure } from '../../report/index.js';
import { estimateText } from './estimate-text.js';
import { mechanismLines, mechanismsJson } from './film.js';
import { aicText } from './fit-answer.js';

/** The cell of some sweeps, as its file calls it. */
export const staticName = (file: string, { curves }: FittedStatics): string =>
  curves.cell === '' ? file : `${file}, cell ${curves.cell}`;

/** What the sweeps of a cell and the laws of its states say, for people. */
export function staticsText(file: string, statics: FittedStatics, film?: Film): string {
  const { curves, branches, remarks, refused } = statics;
  const { name, because } = curves.verdict;
  const noCell = whyNoStatics(statics);
  return [
    printableLine(staticName(file, statics)),
    `  ${name}: ${because}`,
    ...(refused === undefined ? [] : [`  no law: ${refused}`]),
    ...branches.flatMap((branch) => [
      ...branchLines(branch),
      ...(film === undefined ? [] : mechanismLines(branch, film)),
    ]),
    ...remarks.map((text) => `  note: ${text}`),
    ...(noCell === undefined || refused !== undefined ? [] : [`  no cell file: ${noCell}`]),
  ].join('\n');
}

function branchLines({
  name,
  best,
  fits,
  comparison,
  voltage_V,
  remarks,
  weights,
  cycles,
}: FittedBranch): string[] {
  const [low, high] = voltage_V.map((v) => formatQuantity(v, 'V'));
  const same =
    comparison === undefined || comparison.indistinguishable.length === 0
      ? ''
      : `; the data cannot tell it from ${comparison.indistinguishable.join(', ')}`;
  const chosen = comparison === undefined ? '' : `, by ${comparison.by}${same}`;
  const rho =
    best.correlation === undefined ? '' : `, noise correlated by ${best.correlation.value.toFixed(2)}`;
  const many = cycles === 1 ? '' : `, ${cycles} cycles`;
  const counts = `RMSE ${errorText(best)}, R² ${best.r2.toFixed(4)}, weighted ${best.rms.toPrecision(3)}, n ${best.n}${many}${rho}`;
  return [
    `  ${name}, ${low} to ${high}: ${best.model}${chosen}; ${counts}`,
    ...(best.status === 'converged'
      ? []
      : [`    NOT CONVERGED (${best.status}): the numbers are the best met, no result`]),
    ...(comparison?.rows ?? []).map(({ name: law, deltaAic, heldOut }) => {
      const of = fits.find(({ model }) => model === law)!;
      const state = of.status === 'converged' ? aicText(deltaAic) : `not converged (${of.status})`;
      const out = heldOut === undefined ? '' : `, held out ${heldOut.toPrecision(3)}`;
      return `    ${law.padEnd(12)} ${of.parameters} parameters, RMSE ${errorText(of)}, weighted ${of.rms.toPrecision(3)}, ${state}${out}`;
    }),
    ...Object.entries(best.estimates).map(
      ([key, e]) => `    ${shownKey(key).padEnd(12)} ${estimateText(e, unitOf(key))}`,
    ),
    `    weights: ${weightsText(weights)}`,
    ...(best.residuals.systematic && best.model !== 'table'
      ? [
          `    warning: residuals follow each other (lag 1 ${best.residuals.lag1.toFixed(2)}): the curve is not of the law's shape, or cycles differ; --model table takes the data as they are`,
        ]
      : []),
    ...best.warnings.map((text) => `    warning: ${text}`),
    ...remarks.map((text) => `    note: ${text}`),
  ];
}

function weightsText({ most_A, knee_A, share }: FittedBranch['weights']): string {
  const knee = formatQuantity(knee_A, 'A');
  if (share !== undefined) {
    return `differences ⊕ ${share} ratios above ${knee}, as --log-weight says; intervals hold where noise goes like that: not calibrated`;
  }
  return knee_A > most_A
    ? 'by the scatter, which is the same at every current'
    : `by the scatter, which is a share of the current above ${knee} and the same below`;
}

const shownKey = (key: string): string => key.replace(/_(S|A)$/, '').replace('per_V', 'bend');
const unitOf = (key: string): string => (key === 'per_V' ? '/V' : (/_(S|A)$/.exec(key)?.[1] ?? ''));

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The same for programs. */
export function staticsJson(file: string, statics: FittedStatics, film?: Film): object {
  const { curves, branches, remarks, refused } = statics;
  return {
    cell: staticName(file, statics),
    verdict: {
      name: curves.verdict.name,
      because: curves.verdict.because,
      switches: curves.verdict.switches,
    },
    refused: refused ?? null,
    noCell: whyNoStatics(statics) ?? null,
    remarks,
    branches: branches.map((branch) => {
      const { name, best, fits, comparison, voltage_V, censored, cycles, weights, remarks } = branch;
      return {
        ...(film === undefined ? {} : { film, mechanisms: mechanismsJson(branch, film) }),
        name,
        voltage_V,
        model: best.model,
        law: best.law,
        offset_A: best.offset_A ?? null,
        status: best.status,
        estimates: Object.fromEntries(
          Object.entries(best.estimates).map(([key, e]) => [
            key,
            { ...e, low: finiteOrNull(e.low), high: finiteOrNull(e.high) },
          ]),
        ),
        rms: best.rms,
        rmse_A: best.rmse_A,
        r2: finiteOrNull(best.r2),
        n: best.n,
        nEffective: best.nEffective,
        correlation: best.correlation?.value ?? null,
        residuals: best.residuals,
        censored,
        cycles,
        weights,
        warnings: [...best.warnings, ...remarks],
        comparison: (comparison?.rows ?? []).map(({ name: model, deltaAic, heldOut }) => {
          const of = fits.find((one) => one.model === model)!;
          return {
            model,
            parameters: of.parameters,
            rms: of.rms,
            rmse_A: of.rmse_A,
            status: of.status,
            deltaAic: finiteOrNull(deltaAic),
            heldOut: heldOut ?? null,
          };
        }),
      };
    }),
  };
}

/** One row a point that was fitted, with the law's current. */
export function staticsCsv(cells: readonly (readonly [name: string, statics: FittedStatics])[]): string {
  const rows = cells.flatMap(([cell, { branches }]) =>
    branches.flatMap(({ name, points, best }) =>
      points.sweeps.flatMap(({ voltage_V, current_A }, k) =>
        Array.from(voltage_V, (v, i) => [cell, name, k + 1, v, current_A[i], best.current(v)]),
      ),
    ),
  );
  return csvText(['cell', 'branch', 'sweep', 'voltage_V', 'current_A', 'law_A'], rows);
}

/** Points drawn of a law. */
const CURVE = 121;

/** Points of every state of one cell, with the laws over them. */
export function staticsFigure(title: string, { branches }: FittedStatics, redraw: string): Figure {
  return curveFigure({
    title,
    redraw,
    x: { quantity: 'voltage', unit: 'V', zero: true },
    y: { quantity: 'current', unit: 'A', zero: true },
    curves: branches.flatMap(({ name, points, best, voltage_V: [low, high] }) => {
      const x = Float64Array.from({ length: CURVE }, (_, k) => low + ((high - low) * k) / (CURVE - 1));
      const join = (pick: (s: (typeof points.sweeps)[number]) => Float64Array) =>
        points.sweeps.flatMap((sweep) => Array.from(pick(sweep)));
      return [
        { name, x: join((s) => s.voltage_V), y: join((s) => s.current_A), style: 'dots' as const },
        { name: `${name}: ${best.model}`, x, y: x.map(best.current), style: 'fit' as const, like: name },
      ];
    }),
  });
}

const errorText = ({ rms, rmse_A }: { readonly rms: number; readonly rmse_A: number }): string =>
  rms < EXACT ? 'none but rounding' : formatQuantity(rmse_A, 'A');
