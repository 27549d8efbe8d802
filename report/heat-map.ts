import { displayUnit, inputError } from '../core/index.js';
import { axisTitle } from './axis-title.js';
import { type ColourMap, divergingColours, NO_VALUE_COLOUR, sequentialColours } from './colour-map.js';
import { columnName } from './column-name.js';
import {
  type ColourBar,
  type Figure,
  type FigureText,
  figureOf,
  nameAxis,
  type Panel,
  picture,
  placeAxis,
} from './drawing/index.js';
import { type ColourScale, extent, matrixImage } from './matrix-image.js';

/** A matrix to be shown cell by cell: conductances of an array, voltages along its wires. */
export interface HeatMap extends FigureText {
  /** Row-major `[rows × columns]`, in `unit`; NaN is shown as grey. */
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
  /** What the numbers are: `conductance`. */
  readonly quantity: string;
  /** SI unit; `1` where there is none. */
  readonly unit: string;
  /** Default `row` and `column`; counted from 0, row 0 on top. */
  readonly rowName?: string;
  readonly columnName?: string;
  /** What each row and column is, for instance `x0+`; numbers where left out. */
  readonly rowNames?: readonly string[];
  readonly columnNames?: readonly string[];
  /** Default linear. */
  readonly scale?: 'linear' | 'log';
  /** Ends of the colour scale, in `unit`; the data's own when left out. */
  readonly domain?: readonly [number, number];
  /** Default: diverging around zero where the data has both signs, else sequential. */
  readonly colours?: ColourMap;
  /** What it means that a cell has no number; default `no value`. */
  readonly noValue?: string;
}

/** Of a map's plot, points: the highest, the least, and the largest cell. */
const MAX_HEIGHT = 380;
const MIN_SIDE = 24;
const MAX_CELL = 44;
/** A named row is at least as high as its name. */
const NAMED_ROW = 10.5;
/** Of more rows than this, not each is named. */
const MOST_NAMED = 40;
/** The other sign counts from this share of the largest value on: less is rounding. */
const ROUNDING = 1e-9;

/** A heat map with its colour scale; the cells are one embedded picture, so that 512×512 of them stay small. */
export function heatMap(map: HeatMap): Figure {
  const { values, rows, columns, quantity, unit, rowNames, columnNames } = map;
  expectLength(values.length, rows * columns, `heat map of ${rows} × ${columns} cells`, 'values');
  expectLength(rowNames?.length ?? rows, rows, `heat map of ${rows} rows`, 'row names');
  expectLength(columnNames?.length ?? columns, columns, `heat map of ${columns} columns`, 'column names');
  const scale = colourScaleOf(map);
  const axis = (names: readonly string[] | undefined, count: number, title: string, fromTop: boolean) =>
    names === undefined
      ? placeAxis({ count, title, fromTop })
      : nameAxis({ names, title, fromTop, most: 60 });
  const panel: Panel = {
    x: axis(columnNames, columns, map.columnName ?? 'column', false),
    y: axis(rowNames, rows, map.rowName ?? 'row', true),
    size(free) {
      const side = Math.min(MAX_CELL, free / columns, MAX_HEIGHT / rows);
      const named = rowNames !== undefined && rows <= MOST_NAMED ? rows * NAMED_ROW : MIN_SIDE;
      return {
        width: Math.min(free, Math.max(MIN_SIDE, columns * side)),
        height: Math.max(named, rows * side),
      };
    },
    marks: [picture(matrixImage(values, rows, columns, scale), `${rows} × ${columns} values as colours`)],
    colourBar: colourBarOf(scale, quantity, unit, hasGaps(values) && (map.noValue ?? 'no value')),
  };
  const named = (names: readonly string[] | undefined, i: number) => names?.[i] ?? i;
  const table = () => ({
    columns: [
      columnName(map.rowName ?? 'row', '1'),
      columnName(map.columnName ?? 'column', '1'),
      columnName(quantity, unit),
    ],
    rows: Array.from({ length: values.length }, (_, i) => [
      named(rowNames, Math.floor(i / columns)),
      named(columnNames, i % columns),
      values[i],
    ]),
  });
  return figureOf(map, quantity, table, () => ({ rows: [[panel]] }));
}

function expectLength(got: number, needed: number, what: string, of: string): void {
  if (got !== needed) throw inputError('report.shape', `${what}: got ${got} ${of}`);
}

/** The legend of a scale of colours. @param gaps what cells without a number are, where there are any */
export function colourBarOf(
  scale: ColourScale,
  quantity: string,
  unit: string,
  gaps: string | false,
): ColourBar {
  const display = displayUnit(Math.max(...scale.domain.map(Math.abs)), unit);
  const [low, high] = scale.domain;
  return {
    title: axisTitle(quantity, display.unit),
    domain: [low * display.factor, high * display.factor],
    type: scale.type,
    stops: scale.map.stops,
    ...(gaps === false ? {} : { noValue: { label: gaps, colour: NO_VALUE_COLOUR } }),
  };
}

export function hasGaps(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true;
  return false;
}

/** The colours that show all of the data, or the domain asked for. */
export function colourScaleOf(map: Pick<HeatMap, 'values' | 'scale' | 'domain' | 'colours'>): ColourScale {
  const { low, high, lowestPositive } = extent(map.values);
  const type = map.scale ?? 'linear';
  if (type === 'log') {
    const [from, to] = map.domain ?? [lowestPositive, high];
    return {
      map: map.colours ?? sequentialColours,
      type,
      domain: from > 0 && to > from ? [from, to] : from > 0 ? [from / 2, from * 2] : [0.1, 1],
    };
  }
  const reach = Math.max(Math.abs(low), Math.abs(high));
  const bothSigns = Math.min(-low, high) > ROUNDING * reach;
  const colours = map.colours ?? (bothSigns ? divergingColours : sequentialColours);
  const [from, to] = map.domain ?? (colours.diverging ? [-reach, reach] : [low, high]);
  if (to > from) return { map: colours, type, domain: [from, to] };
  // One value everywhere, or none at all: shown on a scale that starts or ends at 0.
  const only = Number.isFinite(from) ? from : 0;
  return { map: colours, type, domain: only < 0 ? [only, 0] : [0, only || 1] };
}
