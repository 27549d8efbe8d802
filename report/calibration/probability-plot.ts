import { columnName } from '../column-name.js';
import {
  categoryColours,
  type Figure,
  type FigureText,
  figureOf,
  ink,
  line,
  logSpread,
  type Panel,
  type Point,
  type ProbabilityPaper,
  probabilityAxis,
  quantityAxis,
  specks,
} from '../drawing/index.js';
import { SIDE_BY_SIDE_PT } from './loops.js';

/** One sample of a positive quantity: V_set of all cycles, R_on of all devices. */
export interface Sample {
  readonly name: string;
  /** `[n]`, positive, in any order; what is not positive is not drawn. */
  readonly values: ArrayLike<number>;
  /** Cycles that ended without the event: they count in the shares, and have no dot. */
  readonly rightCensored?: number;
  /** Fitted distributions: share F of a value. */
  readonly weibull?: (value: number) => number;
  readonly lognormal?: (value: number) => number;
}

/** What `probabilityPlot` draws: samples of one quantity. */
export interface ProbabilityPlot extends FigureText {
  readonly quantity: string;
  /** SI unit. */
  readonly unit: string;
  readonly samples: readonly Sample[];
  readonly subtitle?: string;
}

/** Beyond this many dots, every so manieth of the middle is drawn. */
const MOST_DOTS = 1200;

/**
 * The same sample on two papers: on the left a Weibull distribution is a straight line, on the right a lognormal one. Shares are
 * (i − 0.3)/(n + 0.4), censored cycles counted in n; lines are the maximum-likelihood fits.
 */
export function probabilityPlot(data: ProbabilityPlot): Figure {
  const { quantity, unit, samples, subtitle } = data;
  const placed = samples.map((sample) => ({ ...sample, points: ranked(sample) }));
  const all = placed.flatMap(({ points }) => points.map(([value]) => value));
  const shares = placed.flatMap(({ points }) => points.map(([, share]) => share));
  const lowest = Math.min(0.09, ...shares) * 0.7;
  const highest = 1 - Math.min(0.09, ...shares.map((share) => 1 - share)) * 0.7;
  const domain = logSpread(all, 1.05);
  const x = quantityAxis({
    quantity,
    unit,
    scale: 'log',
    domain,
    bare: domain[1] / domain[0] > 1e4,
  });
  const panel = (paper: ProbabilityPaper): Panel => ({
    title: [paper === 'weibull' ? 'Weibull paper' : 'lognormal paper'],
    x,
    y: probabilityAxis(paper, [lowest, highest], 'share (%)'),
    size: (free) => ({ width: free, height: Math.max(96, Math.min(150, free * 0.72)) }),
    marks: placed.flatMap((sample, i) => {
      const fit = sample[paper];
      const colour = categoryColours[i % categoryColours.length];
      return [
        specks(thinned(sample.points), { colour, width: sample.points.length > 100 ? 1.8 : 2.6 }),
        ...(fit === undefined
          ? []
          : [
              line(fittedLine(fit, domain), {
                colour: ink.text,
                width: 0.8,
                label: `${sample.name}: fit`,
                clip: true,
              }),
            ]),
      ];
    }),
  });
  return figureOf(
    data,
    `Distribution of the ${quantity}`,
    () => ({
      columns: ['sample', columnName(quantity, unit), 'share', 'weibull_share', 'lognormal_share'],
      rows: placed.flatMap(({ name, points, weibull, lognormal }) =>
        points.map(([value, share]) => [
          name,
          value,
          share,
          weibull?.(value) ?? Number.NaN,
          lognormal?.(value) ?? Number.NaN,
        ]),
      ),
    }),
    (width) => ({
      ...(subtitle === undefined ? {} : { subtitle }),
      legend: [
        ...placed.map(({ name, points, rightCensored = 0 }, i) => ({
          label: `${name}, n = ${points.length + rightCensored}${rightCensored > 0 ? ` (${rightCensored} censored)` : ''}`,
          colour: categoryColours[i % categoryColours.length],
          shape: 'dot' as const,
        })),
        ...(placed.some(({ weibull, lognormal }) => weibull !== undefined || lognormal !== undefined)
          ? [{ label: 'maximum likelihood', colour: ink.text, width: 0.8 }]
          : []),
      ],
      rows:
        width >= SIDE_BY_SIDE_PT
          ? [[panel('weibull'), panel('lognormal')]]
          : [[panel('weibull')], [panel('lognormal')]],
    }),
  );
}

/** Values in ascending order with their shares, median ranks of Benard. */
function ranked({ values, rightCensored = 0 }: Sample): Point[] {
  const sorted = Array.from(values)
    .filter((value) => value > 0 && Number.isFinite(value))
    .sort((a, b) => a - b);
  const n = sorted.length + rightCensored;
  return sorted.map((value, i): Point => [value, (i + 0.7) / (n + 0.4)]);
}

/** Both tails whole, where each dot counts; of the middle every so manieth. */
function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= MOST_DOTS) return points;
  const every = Math.ceil(points.length / (MOST_DOTS - 400));
  return points.filter((_, i) => i < 200 || i >= points.length - 200 || i % every === 0);
}

const STEPS = 60;
function fittedLine(shareOf: (value: number) => number, [low, high]: readonly [number, number]): Point[] {
  return Array.from({ length: STEPS + 1 }, (_, k): Point => {
    const value = low * (high / low) ** (k / STEPS);
    return [value, shareOf(value)];
  });
}
