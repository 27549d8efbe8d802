import { columnName } from './column-name.js';
import {
  dots,
  type Figure,
  type FigureText,
  figureOf,
  ink,
  line,
  logSpread,
  type Panel,
  type Point,
  palette,
  quantityAxis,
  rule,
  spread,
  wide,
} from './drawing/index.js';

/** One epoch of a run; epoch 0 is before the first update. What was not measured is left out or null. */
export interface LearningPoint {
  readonly epoch: number;
  /** Share of samples answered wrongly, per cent. */
  readonly trainError_percent?: number | null;
  readonly validationError_percent?: number | null;
  readonly testError_percent?: number | null;
  /** Mean cost of a training sample, in the device's own unit. */
  readonly cost?: number | null;
}

/** What `learningCurves` draws: errors and cost of a run, epoch by epoch. */
export interface LearningCurves extends FigureText {
  readonly points: readonly LearningPoint[];
  /** Unit of the cost, for instance `V²`. */
  readonly costUnit?: string;
  /** Errors to compare with, drawn as dashed lines. */
  readonly baselines?: readonly { readonly name: string; readonly error_percent: number }[];
  /** The epoch whose parameters are kept, marked by a line. */
  readonly bestEpoch?: number;
}

const curves = [
  { field: 'trainError_percent', name: 'training', colour: palette.blue },
  { field: 'validationError_percent', name: 'validation', colour: palette.purple },
  { field: 'testError_percent', name: 'test', colour: palette.vermilion },
] as const;

const baselineDashes = ['4 3', '1.5 2', '6 2 1.5 2'];
/** A longer curve has no dots at its epochs. */
const MAX_DOTS = 30;

/** Errors against the epoch, from 0, and the cost below where there is one. */
export function learningCurves(data: LearningCurves): Figure {
  const { points, costUnit = '1', baselines = [], bestEpoch } = data;
  const shown = curves.filter(({ field }) => points.some((point) => isNumber(point[field])));
  const costs = points.map(({ cost }) => cost ?? Number.NaN);
  const hasCost = costs.some(isNumber);
  const hasError = shown.length > 0 || !hasCost;
  const epochs = points.map(({ epoch }) => epoch);
  const x = quantityAxis({
    quantity: 'epoch',
    unit: '1',
    domain: [Math.min(0, ...epochs), Math.max(1, ...epochs)],
    whole: true,
  });
  const curve = (values: readonly number[], name: string, colour: string) => {
    const places = points.map(({ epoch }, i): Point => [epoch, values[i]]);
    return [
      line(places, { colour, label: name }),
      ...(points.length <= MAX_DOTS ? [dots(places, { colour })] : []),
    ];
  };
  const best = bestEpoch === undefined ? [] : [rule({ x: bestEpoch })];
  const errorOf = (field: (typeof curves)[number]['field']) =>
    points.map((point) => point[field] ?? Number.NaN);
  const errors: Panel = {
    x,
    bareX: hasCost,
    y: quantityAxis({
      quantity: 'error (%)',
      unit: '1',
      domain: spread(
        [
          ...shown.flatMap(({ field }) => errorOf(field)),
          ...baselines.map(({ error_percent }) => error_percent),
        ],
        { zero: true },
      ),
      grid: true,
    }),
    size: wide(120),
    marks: [
      ...best,
      ...baselines.map(({ error_percent }, i) => rule({ y: error_percent }, { dash: dashOf(i) })),
      ...shown.flatMap(({ field, name, colour }) => curve(errorOf(field), name, colour)),
    ],
  };
  const positive = costs.every((cost) => !isNumber(cost) || cost > 0);
  const cost: Panel = {
    x,
    y: quantityAxis({
      quantity: 'cost',
      unit: costUnit,
      // Logarithmic where every cost is positive: it falls by orders of magnitude.
      scale: positive ? 'log' : 'linear',
      domain: positive ? logSpread(costs) : spread(costs, { zero: true }),
      grid: true,
    }),
    size: wide(70),
    marks: [...best, ...curve(costs, 'cost', palette.green)],
  };
  const table = {
    columns: [
      'epoch',
      ...shown.map(({ field }) => field),
      ...(hasCost ? [columnName('cost', costUnit)] : []),
    ],
    rows: points.map((point, i) => [
      point.epoch,
      ...shown.map(({ field }) => point[field] ?? Number.NaN),
      ...(hasCost ? [costs[i]] : []),
    ]),
  };
  return figureOf(data, 'Learning curves', table, () => ({
    legend: [
      ...shown.map(({ name, colour }) => ({ label: name, colour })),
      ...baselines.map(({ name, error_percent }, i) => ({
        label: `${name} ${error_percent} %`,
        colour: ink.muted,
        dash: dashOf(i),
      })),
      ...(bestEpoch === undefined
        ? []
        : [{ label: `kept: epoch ${bestEpoch}`, colour: ink.muted, dash: '3 2' }]),
    ],
    rows: [...(hasError ? [[errors]] : []), ...(hasCost ? [[cost]] : [])],
  }));
}

const dashOf = (i: number) => baselineDashes[i % baselineDashes.length];

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
