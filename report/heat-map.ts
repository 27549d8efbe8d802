import { inputError } from '../core/index.js';
import { type ColourMap, divergingColours, sequentialColours } from './colour-map.js';
import type { FigureSpec } from './figure.js';
import { type ColourScale, extent } from './matrix-image.js';
import { colourLegend, pictureLayers } from './picture.js';

/** A matrix to be shown cell by cell: conductances of an array, voltages along its wires. */
export interface HeatMap {
  /** Row-major `[rows × columns]`, in `unit`; NaN is shown as grey. */
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
  /** What the numbers are: `conductance`. */
  readonly quantity: string;
  /** SI unit; `1` where there is none. */
  readonly unit: string;
  readonly title?: string;
  /** Default `row` and `column`; counted from 0, row 0 on top. */
  readonly rowName?: string;
  readonly columnName?: string;
  /** Default linear. */
  readonly scale?: 'linear' | 'log';
  /** Ends of the colour scale, in `unit`; the data's own when left out. */
  readonly domain?: readonly [number, number];
  /** Default: diverging around zero where the data has both signs, else sequential. */
  readonly colours?: ColourMap;
}

const MAX_SIDE_PX = 380;
const MIN_SIDE_PX = 90;
/** The other sign counts from this share of the largest value on: less is rounding. */
const ROUNDING = 1e-9;

/** A heat map with its colour scale; the cells are one embedded picture, so that 512×512 of them stay small. */
export function heatMap(map: HeatMap): FigureSpec {
  const { values, rows, columns } = map;
  if (values.length !== rows * columns) {
    throw inputError('report.shape', `heat map of ${rows} × ${columns} cells: got ${values.length} values`);
  }
  const scale = colourScaleOf(map);
  const side = MAX_SIDE_PX / Math.max(rows, columns);
  const width = Math.max(MIN_SIDE_PX, columns * side);
  const height = Math.max(MIN_SIDE_PX, rows * side);
  const axis = (count: number, title: string) => ({
    title,
    values: tickPositions(count),
    labelExpr: 'format(datum.value - 0.5, "d")',
    grid: false,
    domain: false,
  });
  return {
    ...(map.title === undefined ? {} : { title: map.title }),
    width,
    height,
    layer: [
      ...pictureLayers(values, [rows, columns], scale, [width, height]),
      colourLegend(scale, map.quantity, map.unit, {
        x: { scale: { domain: [0, columns], nice: false }, axis: axis(columns, map.columnName ?? 'column') },
        y: {
          scale: { domain: [0, rows], nice: false, reverse: true },
          axis: axis(rows, map.rowName ?? 'row'),
        },
      }),
    ],
  } as FigureSpec;
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
      domain: from > 0 && to > from ? [from, to] : [0.1, 1],
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

/** Middles of about eight cells, at a round step. */
function tickPositions(count: number): number[] {
  const rough = count / 8;
  const decade = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step =
    [1, 2, 5, 10].map((factor) => factor * decade).find((candidate) => candidate >= rough) ?? count;
  return Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step + 0.5);
}
