import { displayUnit } from '../core/index.js';
import { axisTitle } from './axis-title.js';
import type { FigureSpec } from './figure.js';
import { extent } from './matrix-image.js';
import { categoryColours, ink } from './theme.js';

/** The conductances of one layer. */
export interface ConductanceLayer {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** Window of the device; left out or infinite where it has none. */
  readonly min?: number;
  readonly max?: number;
}

/** What `conductanceHistogram` draws: one panel a layer. */
export interface ConductanceHistogram {
  readonly layers: readonly ConductanceLayer[];
  /** Default `conductance` in `S`; a weight has the unit `1`. */
  readonly quantity?: string;
  readonly unit?: string;
  readonly title?: string;
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
export function conductanceHistogram(histogram: ConductanceHistogram): FigureSpec {
  const { layers, quantity = 'conductance', unit = 'S', title } = histogram;
  const ends = layers.map((layer) => extent(layer.values));
  const display = displayUnit(
    Math.max(...ends.map(({ low, high }) => Math.max(Math.abs(low), Math.abs(high)) || 0)),
    unit,
  );
  const panels = layers.map((layer, i) => {
    const color = categoryColours[i % categoryColours.length];
    const bins = binned(layer.values, ends[i].low, ends[i].high, display.factor);
    const most = bins.reduce((largest, bin) => Math.max(largest, bin.count), 1);
    const edges = [layer.min, layer.max].filter((edge) => edge !== undefined && Number.isFinite(edge));
    const y = {
      field: 'count',
      type: 'quantitative',
      title: 'count',
      scale: { type: 'log', domain: [FLOOR, most * 1.5], nice: false },
      axis: { values: decades(most), format: '~s' },
    };
    return {
      title: { text: layer.name, subtitle: `${layer.values.length} values`, fontSize: 12 },
      width: 520,
      height: 110,
      layer: [
        {
          data: { values: bins },
          mark: { type: 'bar', color, stroke: color, strokeWidth: 0.4, binSpacing: 0 },
          encoding: {
            x: {
              field: 'from',
              type: 'quantitative',
              bin: 'binned',
              title: axisTitle(quantity, display.unit),
              axis: { tickCount: 8 },
            },
            x2: { field: 'to' },
            y,
            y2: { datum: FLOOR },
          },
        },
        {
          data: { values: edges.map((edge) => ({ edge: (edge as number) * display.factor })) },
          mark: { type: 'rule', strokeDash: [4, 3], color: ink.muted },
          encoding: { x: { field: 'edge', type: 'quantitative' } },
        },
      ],
    };
  });
  return { ...(title === undefined ? {} : { title }), vconcat: panels } as FigureSpec;
}

/** 1, 10, 100 … up to `most`. */
function decades(most: number): number[] {
  return Array.from({ length: Math.floor(Math.log10(most)) + 1 }, (_, exponent) => 10 ** exponent);
}

/** Non-empty bins of equal width, in the display's unit; one value everywhere is one bin around it. */
function binned(values: ArrayLike<number>, low: number, high: number, factor: number): Bin[] {
  if (!(low <= high)) return [];
  const margin = high > low ? 0 : Math.abs(low) / 100 || 1;
  const start = low - margin;
  const width = (high + margin - start) / BINS;
  const counts = new Uint32Array(BINS);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) counts[Math.min(BINS - 1, Math.floor((values[i] - start) / width))]++;
  }
  return Array.from(counts, (count, i) => ({
    from: (start + i * width) * factor,
    to: (start + (i + 1) * width) * factor,
    count,
  })).filter((bin) => bin.count > 0);
}
