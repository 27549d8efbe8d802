import { columnName } from './column-name.js';
import {
  dots,
  type Figure,
  type FigureText,
  figureOf,
  line,
  logSpread,
  type Panel,
  type Point,
  palette,
  quantityAxis,
  spread,
  wide,
} from './drawing/index.js';

/** What `stackedCurves` draws: several quantities measured at the same values of another. */
export interface StackedCurves extends FigureText {
  /** What was varied, in its SI unit; logarithmic where all values are positive and span a factor of 4 or more. */
  readonly x: { readonly quantity: string; readonly unit: string; readonly values: ArrayLike<number> };
  /** One panel each, over the shared axis. */
  readonly panels: readonly {
    readonly quantity: string;
    readonly unit: string;
    readonly values: ArrayLike<number>;
  }[];
}

const LOG_FROM = 4;

/** One panel a quantity, all over one axis, which is labelled below the last. */
export function stackedCurves(data: StackedCurves): Figure {
  const { x, panels } = data;
  const given = Array.from(x.values);
  const log = given.every((value) => value > 0) && Math.max(...given) >= LOG_FROM * Math.min(...given);
  const axis = quantityAxis({
    quantity: x.quantity,
    unit: x.unit,
    scale: log ? 'log' : 'linear',
    domain: log ? logSpread(given, 1.08) : spread(given),
    values: given,
  });
  const rows = panels.map(({ quantity, unit, values }, i): Panel[] => {
    const points = given.map((value, k): Point => [value, values[k]]);
    return [
      {
        x: axis,
        bareX: i < panels.length - 1,
        y: quantityAxis({ quantity, unit, domain: spread(Array.from(values), { zero: true }), grid: true }),
        size: wide(72),
        marks: [
          line(points, { colour: palette.blue, label: quantity }),
          dots(points, { colour: palette.blue }),
        ],
      },
    ];
  });
  const table = {
    columns: [
      columnName(x.quantity, x.unit),
      ...panels.map(({ quantity, unit }) => columnName(quantity, unit)),
    ],
    rows: given.map((value, k) => [value, ...panels.map(({ values }) => values[k])]),
  };
  return figureOf(data, x.quantity, table, () => ({ rows }));
}
