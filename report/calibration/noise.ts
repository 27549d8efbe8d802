import { columnName } from '../column-name.js';
import {
  categoryColours,
  type Figure,
  type FigureText,
  figureOf,
  line,
  logSpread,
  type Panel,
  type Point,
  quantityAxis,
  specks,
  spread,
} from '../drawing/index.js';
import { groupColours, SIDE_BY_SIDE_PT } from './loops.js';

/** A quantity read over and over, and its spectrum. */
export interface NoiseTrace {
  readonly name: string;
  /** `[n]`, rising, in `timeUnit`; of a long record, points enough to show its outline. */
  readonly time: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  /** One-sided power spectral density, binned: Hz, and the square of the unit a Hz. */
  readonly frequency_Hz: ArrayLike<number>;
  readonly density: ArrayLike<number>;
  /** Where a slope was fitted. */
  readonly slope?: number;
  readonly band_Hz?: readonly [number, number];
}

/** What `noiseFigure` draws. */
export interface Noise extends FigureText {
  readonly traces: readonly NoiseTrace[];
  readonly quantity: string;
  readonly unit: string;
  /** `s`; `1` where nobody knows how fast it was read, and time counts reads. */
  readonly timeUnit: string;
  readonly subtitle?: string;
}

/** Of a longer record, the lowest and highest of each stretch are drawn. */
const MOST_POINTS = 900;

/** The record on the left, each relative to its own mean; its spectrum on the right. */
export function noiseFigure(data: Noise): Figure {
  const { traces, quantity, unit, timeUnit, subtitle } = data;
  const colours = traces.length <= categoryColours.length ? categoryColours : groupColours(traces.length);
  const shown = traces.map(outline);
  const longest = Math.max(0, ...shown.map((points) => points.at(-1)?.[0] ?? 0));
  const record: Panel = {
    x: quantityAxis({
      quantity: timeUnit === '1' ? 'read' : 'time',
      unit: timeUnit,
      domain: [0, longest || 1],
    }),
    y: quantityAxis({
      quantity,
      unit,
      domain: spread(shown.flatMap((points) => points.map(([, value]) => value))),
      grid: true,
    }),
    size: (free) => ({ width: free, height: Math.max(96, Math.min(160, free * 0.72)) }),
    marks: shown.map((points, i) => line(points, { colour: colours[i], width: 0.5, label: traces[i].name })),
  };
  const spectrum: Panel = {
    x: quantityAxis({
      quantity: 'frequency',
      unit: 'Hz',
      scale: 'log',
      domain: logSpread(traces.flatMap(({ frequency_Hz }) => Array.from(frequency_Hz))),
      bare: true,
    }),
    y: quantityAxis({
      quantity: 'density',
      unit: `${unit}²/Hz`,
      scale: 'log',
      domain: logSpread(traces.flatMap(({ density }) => Array.from(density))),
      grid: true,
      bare: true,
    }),
    size: (free) => ({ width: free, height: Math.max(96, Math.min(160, free * 0.72)) }),
    marks: traces.flatMap(({ frequency_Hz, density, name }, i) => {
      const points = Array.from(frequency_Hz, (f, k): Point => [f, density[k]]);
      return [
        line(points, { colour: colours[i], width: 0.7, label: name }),
        specks(points, { colour: colours[i], width: 2.4 }),
      ];
    }),
  };
  return figureOf(
    data,
    'Noise',
    () => ({
      columns: ['trace', 'frequency_Hz', columnName('density', `${unit}2_per_Hz`)],
      rows: traces.flatMap(({ name, frequency_Hz, density }) =>
        Array.from(frequency_Hz, (f, k) => [name, f, density[k]]),
      ),
    }),
    (width) => ({
      ...(subtitle === undefined ? {} : { subtitle }),
      legend: traces.map(({ name, slope }, i) => ({
        label: slope === undefined ? name : `${name}: slope ${slope.toFixed(2).replace('-', '−')}`,
        colour: colours[i],
      })),
      rows: width >= SIDE_BY_SIDE_PT ? [[record, spectrum]] : [[record], [spectrum]],
    }),
  );
}

function outline({ time, values }: NoiseTrace): Point[] {
  const stretch = Math.max(1, Math.ceil((2 * values.length) / MOST_POINTS));
  const points: Point[] = [];
  for (let from = 0; from < values.length; from += stretch) {
    const to = Math.min(values.length, from + stretch);
    let low = from;
    let high = from;
    for (let i = from; i < to; i++) {
      if (values[i] < values[low]) low = i;
      if (values[i] > values[high]) high = i;
    }
    for (const i of low === high ? [low] : [Math.min(low, high), Math.max(low, high)])
      points.push([time[i], values[i]]);
  }
  return points;
}
