import { columnName } from './column-name.js';
import {
  bars,
  type Figure,
  type FigureText,
  figureOf,
  ink,
  line,
  nameAxis,
  type Point,
  palette,
  placeAxis,
  quantityAxis,
  rule,
  spread,
} from './drawing/index.js';

/** What `namedBars` draws: one number a name, for instance a voltage a node. */
export interface NamedBars extends FigureText {
  readonly names: readonly string[];
  /** What the names are: `node`. */
  readonly nameTitle: string;
  readonly values: ArrayLike<number>;
  readonly quantity: string;
  /** SI unit; `1` where there is none. */
  readonly unit: string;
  readonly subtitle?: string;
}

const ROW_PT = 12;
/** Names take at most this share of the width; longer ones are cut. */
const NAME_SHARE = 0.3;

/** A bar a name, below each other. */
export function namedBars(data: NamedBars): Figure {
  const { names, nameTitle, values, quantity, unit, subtitle } = data;
  const panelFor = (width: number) => ({
    x: quantityAxis({ quantity, unit, domain: spread(Array.from(values), { zero: true }) }),
    y: nameAxis({ names, title: nameTitle, fromTop: true, most: width * NAME_SHARE }),
    size: (free: number) => ({ width: free, height: Math.max(2, names.length) * ROW_PT }),
    marks: [
      bars(names.map((_, i) => ({ from: [0, i - 0.36], to: [values[i], i + 0.36], colour: palette.blue }))),
      rule({ x: 0 }, { colour: ink.axis, dash: '', width: 0.6 }),
    ],
  });
  const table = {
    columns: [columnName(nameTitle, '1'), columnName(quantity, unit)],
    rows: names.map((name, i) => [name, values[i]]),
  };
  return figureOf(data, quantity, table, (width) => ({
    ...(subtitle === undefined ? {} : { subtitle }),
    rows: [[panelFor(width)]],
  }));
}

/** What `placeBars` draws: one number a place that is counted from 0, for instance an error a bit line. */
export interface PlaceBars extends FigureText {
  readonly values: ArrayLike<number>;
  readonly placeTitle: string;
  readonly quantity: string;
  readonly unit: string;
}

/** More bars than this are a line. */
const MOST_BARS = 100;

/** A bar a place, side by side; a line where there are many. */
export function placeBars(data: PlaceBars): Figure {
  const { values, placeTitle, quantity, unit } = data;
  const all = Array.from(values);
  const panel = {
    x: placeAxis({ count: Math.max(1, all.length), title: placeTitle }),
    y: quantityAxis({ quantity, unit, domain: spread(all, { zero: true }), grid: true }),
    size: (width: number) => ({ width, height: Math.min(130, width * 0.6) }),
    marks: [
      all.length > MOST_BARS
        ? line(
            all.map((value, i): Point => [i, value]),
            { colour: palette.blue, label: quantity },
          )
        : bars(
            all.flatMap((value, i) =>
              Number.isFinite(value)
                ? [{ from: [i - 0.4, 0] as const, to: [i + 0.4, value] as const, colour: palette.blue }]
                : [],
            ),
          ),
      rule({ y: 0 }, { colour: ink.axis, dash: '', width: 0.6 }),
    ],
  };
  const table = {
    columns: [columnName(placeTitle, '1'), columnName(quantity, unit)],
    rows: all.map((value, i) => [i, value]),
  };
  return figureOf(data, quantity, table, () => ({ rows: [[panel]] }));
}
