import type { AnalysedFile } from '../../../calibration/batch/index.js';
import type { LinearFit } from '../../../calibration/estimates/index.js';
import type { Relaxation, RelaxationGroup } from '../../../calibration/features/index.js';
import { formatQuantity } from '../../../core/index.js';
import { type PageCell, type PageFigure, type PageSection, relaxationFigure } from '../../../report/index.js';
import { shownEstimate } from './feature-summary.js';
import { groupedRemarks } from './grouped-remarks.js';

/** Figures of single tables; the tables below have all of them. */
const MOST_FIGURES = 6;

/** Arrays that were written and read again: how the states of many cells move and spread. */
export function relaxationSection(files: readonly AnalysedFile[]): PageSection | undefined {
  const all = files.flatMap((file) =>
    file.features.relaxation.map((relaxation) => ({
      relaxation,
      name: file.features.relaxation.length > 1 ? `${file.name}, ${relaxation.column}` : file.name,
    })),
  );
  if (all.length === 0) return undefined;
  const cells = all.reduce((sum, { relaxation }) => sum + relaxation.cells, 0);
  return {
    title: 'Relaxation of arrays',
    lead: `${cells} cells were written once and read again later. A record a cell would be a list that nobody reads: cells of one level, or of like first state, are taken together.`,
    figures: all.slice(0, MOST_FIGURES).map(({ relaxation, name }, i): PageFigure => {
      const { times_s, groups, unit, timeIsKnown } = relaxation;
      return {
        figure: relaxationFigure({
          time: times_s,
          timeUnit: timeIsKnown ? 's' : '1',
          quantity: quantityOf(unit),
          unit: unit || '1',
          groups: groups.map((group) => ({
            name: groupName(group, relaxation),
            mean: group.mean,
            sigma: group.sigma,
          })),
        }),
        caption: `${name}: change since the first read of ${relaxation.cells} cells in ${groups.length} groups; the mean on the left, the spread from cell to cell on the right.${timeIsKnown ? '' : ' The file does not say the unit of the time.'}`,
        file: `figures/relaxation${i === 0 ? '' : `-${i + 1}`}`,
      };
    }),
    tables: [
      {
        title: 'Groups',
        columns: [
          { name: 'file' },
          { name: 'group' },
          { name: 'cells', unit: '1' },
          { name: 'first state', unit: '1', hint: 'mean over the cells' },
          { name: 'σ of it', unit: '1', hint: 'what programming left' },
          { name: 'read last at' },
          { name: 'mean change by then', unit: '1' },
          { name: 'σ of it', unit: '1', hint: 'from cell to cell' },
          { name: 'drift ν', unit: '1', hint: 'mean state ∝ t^−ν' },
        ],
        rows: all.flatMap(({ relaxation, name }) =>
          relaxation.groups.map((group): PageCell[] => {
            const unit = relaxation.unit || '1';
            const k = lastKnown(group.mean);
            return [
              name,
              groupName(group, relaxation),
              { value: group.cells },
              { value: group.first, unit },
              { value: group.firstSigma, unit },
              k < 0 ? '–' : timeText(relaxation.times_s[k], relaxation),
              { value: k < 0 ? Number.NaN : group.mean[k], unit },
              { value: k < 0 ? Number.NaN : group.sigma[k], unit },
              shownEstimate(group.nu),
            ];
          }),
        ),
        note: 'Where the spread is larger than the mean change, a law of the mean alone (ν) does not say what a single cell does.',
      },
      {
        title: 'Laws over state and time',
        columns: [
          { name: 'file' },
          { name: 'of' },
          ...['c0', 'c1', 'c2', 'c3', 'c4', 'c5'].map((name) => ({
            name: name.replace(/\d/, (digit) => SUBSCRIPTS[Number(digit)]),
            unit: '1',
          })),
          { name: 'R²' },
          { name: 'rmse', unit: '1' },
        ],
        rows: all.flatMap(({ relaxation, name }) =>
          (
            [
              ['mean', relaxation.mean],
              ['σ', relaxation.sigma],
            ] as const
          ).flatMap(([of, fit]) =>
            fit === undefined ? [] : [lawRow(name, of, fit, relaxation.unit || '1')],
          ),
        ),
        note: `Change since the first read = c₀ + c₁g + c₂g² + l(c₃ + c₄g + c₅g²), with g the mean first state over ${[...new Set(all.map(({ relaxation }) => formatQuantity(relaxation.fullScale, relaxation.unit || '1')))].join(', ')}, and l = log10(t/${[...new Set(all.map(({ relaxation }) => timeText(relaxation.reference_s, relaxation)))].join(', ')}).`,
      },
    ].filter(({ rows }) => rows.length > 0),
    remarks: groupedRemarks(
      all.flatMap(({ relaxation, name }) => relaxation.remarks.map((text) => ({ name, text }))),
    ),
  };
}

const SUBSCRIPTS = '₀₁₂₃₄₅';

function lawRow(name: string, of: string, fit: LinearFit, unit: string): PageCell[] {
  return [
    name,
    of,
    ...fit.coefficients.map((coefficient) => ({ ...shownEstimate(coefficient), unit })),
    fit.r2.toFixed(3),
    { value: fit.rmse, unit },
  ];
}

const timeText = (time: number, { timeIsKnown }: Relaxation): string =>
  formatQuantity(time, timeIsKnown ? 's' : '1');

const quantityOf = (unit: string): string =>
  ({ S: 'conductance', A: 'current', Ω: 'resistance' })[unit] ?? 'state';

function groupName({ level, first }: RelaxationGroup, { unit }: Relaxation): string {
  return level === undefined ? formatQuantity(Number(first.toPrecision(3)), unit || '1') : `level ${level}`;
}

function lastKnown(values: Float64Array): number {
  for (let k = values.length - 1; k >= 0; k--) if (!Number.isNaN(values[k])) return k;
  return -1;
}
