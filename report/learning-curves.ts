import type { FigureSpec } from './figure.js';
import { logTicks, plainTicks } from './log-ticks.js';
import { ink, palette } from './theme.js';

/** One epoch of a run. What was not measured is left out or null. */
export interface LearningPoint {
  readonly epoch: number;
  /** Share of samples answered wrongly, per cent. */
  readonly trainError_percent?: number | null;
  readonly testError_percent?: number | null;
  /** Mean cost of a training sample, in the device's own unit. */
  readonly cost?: number | null;
}

/** What `learningCurves` draws: errors and cost of a run, epoch by epoch. */
export interface LearningCurves {
  readonly points: readonly LearningPoint[];
  /** Unit of the cost, for instance `V²`. */
  readonly costUnit?: string;
  /** Errors to compare with, drawn as dashed lines. */
  readonly baselines?: readonly { readonly name: string; readonly error_percent: number }[];
  readonly title?: string;
}

const curves = [
  { field: 'trainError_percent', name: 'training' },
  { field: 'testError_percent', name: 'test' },
] as const;

const WIDTH_PX = 520;
/** A longer curve has no dots at its epochs. */
const MAX_DOTS = 30;

/** Training and test error against the epoch, and the cost below where there is one. */
export function learningCurves({ points, costUnit, baselines = [], title }: LearningCurves): FigureSpec {
  const shown = curves.filter(({ field }) => points.some((point) => isNumber(point[field])));
  const errors = shown.flatMap(({ field, name }) =>
    points
      .filter((point) => isNumber(point[field]))
      .map((point) => ({ epoch: point.epoch, error: point[field], name })),
  );
  const costs = points.filter((point) => isNumber(point.cost)).map(({ epoch, cost }) => ({ epoch, cost }));
  const epochs = points.map((point) => point.epoch);
  const x = {
    field: 'epoch',
    type: 'quantitative' as const,
    title: 'epoch',
    axis: { tickMinStep: 1, format: 'd' },
    scale: { nice: false, domain: [Math.min(0, ...epochs), Math.max(1, ...epochs)] },
  };
  const line = (color?: string) => ({
    type: 'line',
    ...(color === undefined ? {} : { color }),
    point: points.length <= MAX_DOTS && {
      size: 30,
      filled: true,
      ...(color === undefined ? {} : { color }),
    },
  });
  const error: object = {
    width: WIDTH_PX,
    height: 240,
    layer: [
      {
        data: { values: errors },
        mark: line(),
        encoding: {
          x,
          y: { field: 'error', type: 'quantitative', title: 'error (%)', scale: { zero: true } },
          color: {
            field: 'name',
            type: 'nominal',
            title: null,
            scale: {
              domain: shown.map(({ name }) => name),
              range: shown.map(({ name }) => curveColours[name]),
            },
            legend: { orient: 'top', direction: 'horizontal', offset: 6 },
          },
        },
      },
      ...baselines.flatMap(({ name, error_percent }) => {
        const y = { datum: error_percent, type: 'quantitative' as const };
        return [
          {
            data: { values: [{}] },
            mark: { type: 'rule', strokeDash: [4, 4], color: ink.muted },
            encoding: { y },
          },
          {
            data: { values: [{ label: `${name} ${error_percent} %` }] },
            mark: {
              type: 'text',
              align: 'left',
              baseline: 'middle',
              dx: 6,
              color: ink.muted,
              fontSize: 11,
            },
            encoding: { text: { field: 'label' }, x: { value: WIDTH_PX }, y },
          },
        ];
      }),
    ],
  };
  const cost: object = {
    width: WIDTH_PX,
    height: 110,
    data: { values: costs },
    mark: line(palette.green),
    encoding: {
      x,
      y: {
        field: 'cost',
        type: 'quantitative',
        title: costUnit === undefined ? 'cost' : `cost (${costUnit})`,
        ...costScale(costs.map((point) => point.cost as number)),
      },
    },
  };
  // A run without any measurement yet still has a figure.
  const panels = [
    ...(errors.length > 0 || costs.length === 0 ? [error] : []),
    ...(costs.length > 0 ? [cost] : []),
  ];
  return { ...(title === undefined ? {} : { title }), vconcat: panels } as FigureSpec;
}

/** Logarithmic where every cost is positive: it falls by orders of magnitude. */
function costScale(costs: readonly number[]): object {
  const low = Math.min(...costs);
  const high = Math.max(...costs);
  if (!(low > 0)) return { scale: { zero: true }, axis: { tickCount: 4 } };
  const domain = [low / 1.2, high * 1.2];
  return { scale: { type: 'log', domain, nice: false }, axis: plainTicks(logTicks(domain[0], domain[1])) };
}

const curveColours: Readonly<Record<(typeof curves)[number]['name'], string>> = {
  training: palette.blue,
  test: palette.vermilion,
};

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
