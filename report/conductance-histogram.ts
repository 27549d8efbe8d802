import { columnName } from './column-name.js';
import {
  bars,
  categoryColours,
  type Figure,
  type FigureText,
  figureOf,
  quantityAxis,
  rule,
  wide,
} from './drawing/index.js';
import { extent } from './matrix-image.js';

/** The conductances of one layer. */
export interface ConductanceLayer {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** Window of the device; left out or infinite where it has none. */
  readonly min?: number;
  readonly max?: number;
}

/** What `conductanceHistogram` draws: one panel a layer. */
export interface ConductanceHistogram extends FigureText {
  readonly layers: readonly ConductanceLayer[];
  /** Default `conductance` in `S`; a weight has the unit `1`. */
  readonly quantity?: string;
  readonly unit?: string;
}

const BINS = 60;
/** Where bars of a logarithmic count begin: below one. */
const FLOOR = 0.7;

interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * How many conductances of each layer have which value, one panel a layer, counts logarithmic so that the few at the
 * edges of the window (dashed) are seen.
 */
export function conductanceHistogram(data: ConductanceHistogram): Figure {
  const { layers, quantity = 'conductance', unit = 'S' } = data;
  const binnedLayers = layers.map((layer) => ({ ...layer, bins: binned(layer.values) }));
  const table = {
    columns: ['layer', columnName('from', unit), columnName('to', unit), 'count'],
    rows: binnedLayers.flatMap(({ name, bins }) =>
      bins.map(({ from, to, count }) => [name, from, to, count]),
    ),
  };
  const panels = binnedLayers.map(({ name, values, bins, min, max }, i) => {
    const edges = [min, max].filter((edge): edge is number => edge !== undefined && Number.isFinite(edge));
    const finite = finiteOf(values);
    const most = bins.reduce((largest, bin) => Math.max(largest, bin.count), 1);
    const ends = extent([...bins.flatMap(({ from, to }) => [from, to]), ...edges]);
    const domain: [number, number] = ends.low < ends.high ? [ends.low, ends.high] : [0, 1];
    return {
      title: [name, `${values.length} values${finite < values.length ? `, ${finite} of them finite` : ''}`],
      strong: true,
      x: quantityAxis({ quantity, unit, domain }),
      y: quantityAxis({
        quantity: 'count',
        unit: '1',
        scale: 'log',
        domain: [FLOOR, most * 1.5],
        values: decades(most),
        grid: true,
      }),
      size: wide(64),
      marks: [
        bars(
          bins.map(({ from, to, count }) => ({
            from: [from, FLOOR],
            to: [to, count],
            colour: categoryColours[i % categoryColours.length],
          })),
        ),
        ...edges.map((x) => rule({ x })),
      ],
    };
  });
  return figureOf(data, 'Conductances', table, () => ({ rows: panels.map((panel) => [panel]) }));
}

function finiteOf(values: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) count++;
  return count;
}

/** 1, 10, 100 … up to `most`. */
function decades(most: number): number[] {
  return Array.from({ length: Math.floor(Math.log10(most)) + 1 }, (_, exponent) => 10 ** exponent);
}

/** Non-empty bins of equal width; one value everywhere is one bin around it. */
function binned(values: ArrayLike<number>): Bin[] {
  const { low, high } = extent(values);
  if (!(low <= high)) return [];
  if (low === high) {
    const margin = Math.abs(low) / 100 || 1;
    return [{ from: low - margin, to: low + margin, count: finiteOf(values) }];
  }
  const width = (high - low) / BINS;
  const counts = new Uint32Array(BINS);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) counts[Math.min(BINS - 1, Math.floor((values[i] - low) / width))]++;
  }
  return Array.from(counts, (count, i) => ({
    from: low + i * width,
    to: low + (i + 1) * width,
    count,
  })).filter((bin) => bin.count > 0);
}
