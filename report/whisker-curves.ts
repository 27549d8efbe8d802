import { columnName } from './column-name.js';
import {
  categoryColours,
  dots,
  type Figure,
  type FigureText,
  figureOf,
  line,
  logSpread,
  nameAxis,
  type Point,
  quantityAxis,
  spread,
} from './drawing/index.js';

/** A mean with the ends of its interval, all in one unit. */
export interface WhiskerPoint {
  /** A number in the unit of x, or the place of a name. */
  readonly x: number;
  readonly mean: number;
  /** The mean itself where nothing is known of its interval. */
  readonly low: number;
  readonly high: number;
}

/** What `whiskerCurves` draws: means with intervals, over a quantity or over names. */
export interface WhiskerCurves extends FigureText {
  readonly curves: readonly { readonly name: string; readonly points: readonly WhiskerPoint[] }[];
  /** What was varied: its SI unit, or the names of its values. */
  readonly x:
    | { readonly quantity: string; readonly unit: string }
    | { readonly quantity: string; readonly names: readonly string[] };
  readonly y: { readonly quantity: string; readonly unit: string };
  /** What the whiskers are. */
  readonly subtitle?: string;
}

/** Positive values over more than this factor are drawn logarithmically. */
const LOG_FROM = 8;
/** Curves side by side, as shares of the width between two names. */
const ASIDE = 0.12;

/** Means as dots joined by lines, their intervals as whiskers. */
export function whiskerCurves(data: WhiskerCurves): Figure {
  const { curves, x, y, subtitle } = data;
  const places = curves.flatMap(({ points }) => points.map((point) => point.x));
  const heights = curves.flatMap(({ points }) => points.flatMap(({ mean, low, high }) => [mean, low, high]));
  const named = 'names' in x;
  const logarithmic =
    !named && places.every((value) => value > 0) && Math.max(...places) > LOG_FROM * Math.min(...places);
  const distinct = [...new Set(places)];
  const panel = {
    x: named
      ? nameAxis({ names: x.names, title: x.quantity })
      : quantityAxis({
          quantity: x.quantity,
          unit: x.unit,
          scale: logarithmic ? 'log' : 'linear',
          domain: logarithmic ? logSpread(places) : spread(places),
          ...(logarithmic || distinct.length > 8 ? {} : { values: distinct }),
        }),
    y: quantityAxis({ quantity: y.quantity, unit: y.unit, domain: spread(heights), grid: true }),
    size: (width: number) => ({ width, height: Math.max(90, Math.min(200, width * 0.55)) }),
    marks: curves.flatMap(({ name, points }, k) => {
      const colour = categoryColours[k % categoryColours.length];
      // Beside each other, so that no whisker hides another.
      const shift = named ? (k - (curves.length - 1) / 2) * ASIDE : 0;
      const at = points.map(({ x: value, mean }): Point => [value + shift, mean]);
      return [
        ...points.map(({ x: value, low, high }) =>
          line(
            [
              [value + shift, low],
              [value + shift, high],
            ],
            { colour, width: 0.8, label: `${name}, interval` },
          ),
        ),
        line(at, { colour, label: name, ...(named ? { dash: '1 2' } : {}) }),
        dots(at, { colour }),
      ];
    }),
  };
  const table = {
    columns: [
      'curve',
      named ? columnName(x.quantity, '1') : columnName(x.quantity, x.unit),
      ...['mean', 'low', 'high'].map((end) => columnName(`${y.quantity} ${end}`, y.unit)),
    ],
    rows: curves.flatMap(({ name, points }) =>
      points.map(({ x: value, mean, low, high }) => [name, named ? x.names[value] : value, mean, low, high]),
    ),
  };
  return figureOf(data, y.quantity, table, () => ({
    ...(subtitle === undefined ? {} : { subtitle }),
    ...(curves.length < 2
      ? {}
      : {
          legend: curves.map(({ name }, k) => ({
            label: name,
            colour: categoryColours[k % categoryColours.length],
            shape: 'line' as const,
          })),
        }),
    rows: [[panel]],
  }));
}
