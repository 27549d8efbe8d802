import { columnName } from './column-name.js';
import {
  band,
  categoryStyle,
  dots,
  type Figure,
  type FigureText,
  figureOf,
  line,
  type Point,
  quantityAxis,
  spread,
  wide,
} from './drawing/index.js';

/** A mean with the ends of its band, all in one unit. */
export interface BandPoint {
  readonly x: number;
  readonly mean: number;
  /** Absent where nothing is known of its interval. */
  readonly low?: number;
  readonly high?: number;
  /** Values that it is the mean of. */
  readonly n: number;
}

/** What `bandCurves` draws: means over a quantity, each with a band around it. */
export interface BandCurves extends FigureText {
  readonly curves: readonly { readonly name: string; readonly points: readonly BandPoint[] }[];
  readonly x: { readonly quantity: string; readonly unit: string; readonly whole?: boolean };
  readonly y: { readonly quantity: string; readonly unit: string; readonly zero?: boolean };
  /** What the bands are. */
  readonly subtitle?: string;
}

/** A longer curve has no dots. */
const MAX_DOTS = 30;

/** Means as lines, their intervals as pale bands behind them. */
export function bandCurves(data: BandCurves): Figure {
  const { curves, x, y, subtitle } = data;
  const all = curves.flatMap(({ points }) => points);
  const styles = curves.map((_, i) => categoryStyle(i));
  const panel = {
    x: quantityAxis({
      quantity: x.quantity,
      unit: x.unit,
      domain: spread(all.map((point) => point.x)),
      whole: x.whole ?? false,
    }),
    y: quantityAxis({
      quantity: y.quantity,
      unit: y.unit,
      domain: spread(
        all.flatMap(({ mean, low = mean, high = mean }) => [mean, low, high]),
        { zero: y.zero ?? false },
      ),
      grid: true,
    }),
    size: wide(150),
    marks: [
      ...curves.map(({ points }, i) =>
        band(
          points.map((point) => ({
            x: point.x,
            low: point.low ?? Number.NaN,
            high: point.high ?? Number.NaN,
          })),
          styles[i].colour,
        ),
      ),
      ...curves.flatMap(({ name, points }, i) => {
        const places = points.map((point): Point => [point.x, point.mean]);
        return [
          line(places, { ...styles[i], label: name }),
          ...(points.length <= MAX_DOTS ? [dots(places, { colour: styles[i].colour })] : []),
        ];
      }),
    ],
  };
  const value = columnName(y.quantity, y.unit);
  const table = () => ({
    columns: ['curve', columnName(x.quantity, x.unit), value, `${value}_low`, `${value}_high`, 'n'],
    rows: curves.flatMap(({ name, points }) =>
      points.map((point) => [
        name,
        point.x,
        point.mean,
        point.low ?? Number.NaN,
        point.high ?? Number.NaN,
        point.n,
      ]),
    ),
  });
  return figureOf(data, y.quantity, table, () => ({
    ...(subtitle === undefined ? {} : { subtitle }),
    legend: curves.map(({ name }, i) => ({ label: name, ...styles[i] })),
    rows: [[panel]],
  }));
}
