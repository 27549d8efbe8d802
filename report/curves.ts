import { columnName } from './column-name.js';
import {
  categoryStyle,
  dots,
  type Figure,
  type FigureText,
  figureOf,
  ink,
  line,
  logSpread,
  type Point,
  quantityAxis,
  spread,
} from './drawing/index.js';

/** One curve, in SI units; it breaks where a value is no number. */
export interface Curve {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Default a line without dots; `fit`: a dashed line over what it was fitted to. */
  readonly style?: 'line' | 'dots' | 'line-and-dots' | 'fit';
  /** The curve that a fit belongs to. */
  readonly like?: string;
  readonly colour?: string;
}

/** One axis of curves: its quantity and SI unit (`1` where there is none). */
export interface CurveAxis {
  readonly quantity: string;
  readonly unit: string;
  /** Default linear. */
  readonly scale?: 'linear' | 'log';
  /** Whether the axis shows 0. */
  readonly zero?: boolean;
  readonly whole?: boolean;
}

/** What `curveFigure` draws: curves over one pair of axes. */
export interface Curves extends FigureText {
  readonly curves: readonly Curve[];
  readonly x: CurveAxis;
  readonly y: CurveAxis;
  readonly subtitle?: string;
}

/** Fits of one curve, over its dots, whose colour would hide them. */
const fitStyles = [
  { colour: ink.text, dash: '4 2' },
  { colour: ink.muted, dash: '1.2 2' },
];
/** Of more points than this, the dots are small. */
const CROWDED = 50;

/** Curves with their names above them. */
export function curveFigure(data: Curves): Figure {
  const { curves, x, y, subtitle } = data;
  const styles = stylesOf(curves);
  const axis = (of: CurveAxis, values: readonly ArrayLike<number>[]) => {
    const all = values.flatMap((part) => Array.from(part));
    const log = of.scale === 'log' && all.some((value) => value > 0);
    return quantityAxis({
      quantity: of.quantity,
      unit: of.unit,
      scale: log ? 'log' : 'linear',
      domain: log ? logSpread(all) : spread(all, { zero: of.zero ?? false }),
      grid: of === y,
      whole: of.whole ?? false,
    });
  };
  const panel = {
    x: axis(
      x,
      curves.map((curve) => curve.x),
    ),
    y: axis(
      y,
      curves.map((curve) => curve.y),
    ),
    size: (width: number) => ({ width, height: Math.max(90, Math.min(210, width * 0.62)) }),
    marks: curves.flatMap((curve, i) => {
      const points = Array.from(curve.x, (value, k): Point => [value, curve.y[k]]);
      const { style = 'line' } = curve;
      const { colour } = styles[i];
      return [
        ...(style === 'dots' ? [] : [line(points, { ...styles[i], label: curve.name })]),
        ...(style === 'dots' || style === 'line-and-dots'
          ? [dots(points, { colour, radius: points.length > CROWDED ? 1 : 1.6 })]
          : []),
      ];
    }),
  };
  const table = () => ({
    columns: ['curve', columnName(x.quantity, x.unit), columnName(y.quantity, y.unit)],
    rows: curves.flatMap(({ name, x: xs, y: ys }) => Array.from(xs, (value, k) => [name, value, ys[k]])),
  });
  return figureOf(data, y.quantity, table, () => ({
    ...(subtitle === undefined ? {} : { subtitle }),
    legend: uniqueNames(curves).map((i) => ({
      label: curves[i].name,
      ...styles[i],
      shape: curves[i].style === 'dots' ? ('dot' as const) : ('line' as const),
    })),
    rows: [[panel]],
  }));
}

interface Style {
  readonly colour: string;
  readonly width: number;
  readonly dash?: string;
}

function stylesOf(curves: readonly Curve[]): Style[] {
  const names = [...new Set(curves.map(({ name, like }) => like ?? name))];
  const fits = new Map<string, number>();
  return curves.map(({ name, like, style, colour }) => {
    const place = names.indexOf(like ?? name);
    if (style === 'fit') {
      const nth = fits.get(like ?? name) ?? 0;
      fits.set(like ?? name, nth + 1);
      return {
        ...fitStyles[nth % fitStyles.length],
        ...(colour === undefined ? {} : { colour }),
        width: 1.2,
      };
    }
    return { ...categoryStyle(place), ...(colour === undefined ? {} : { colour }), width: 1.3 };
  });
}

/** Curves of one name, as of a sweep in pieces, have one entry. */
function uniqueNames(curves: readonly Curve[]): number[] {
  return curves.flatMap(({ name }, i) => (curves.findIndex((other) => other.name === name) === i ? [i] : []));
}
