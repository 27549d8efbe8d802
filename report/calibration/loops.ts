import { sequentialColours } from '../colour-map.js';
import {
  categoryColours,
  type Figure,
  type FigureText,
  figureOf,
  ink,
  line,
  logSpread,
  type Mark,
  type Panel,
  type Point,
  palette,
  quantityAxis,
  rule,
  spread,
} from '../drawing/index.js';

/** A current over a voltage, in the order in which it was measured. */
export interface Loop {
  readonly name: string;
  /** What it counts among: a device, a verdict. Loops of one group have one colour. */
  readonly group: string;
  /** `[points]` V; NaN breaks the curve. */
  readonly voltage_V: ArrayLike<number>;
  /** `[points]` A, with the instrument's sign. */
  readonly current_A: ArrayLike<number>;
  /** Apart from the cycles: forming, the first sweep of a pristine cell. */
  readonly forming?: boolean;
}

/** What `loopsFigure` draws. */
export interface Loops extends FigureText {
  readonly loops: readonly Loop[];
  /** Dashed across the panel of |I|: the compliance, where one current holds for all. */
  readonly compliance_A?: number;
  /** A vertical line: where resistances and the window are read. */
  readonly read_V?: number;
  readonly subtitle?: string;
}

/** Beside each other from this width, points; else below each other. */
export const SIDE_BY_SIDE_PT = 300;
/** More loops than this are thin and see-through. */
const CROWDED = 12;
/** More groups than colours are told by a scale. */
const MOST_GROUPS = categoryColours.length;

/** Loops over each other: the current as it is on the left, its size on a logarithmic axis on the right. */
export function loopsFigure(data: Loops): Figure {
  const { loops, compliance_A, read_V, subtitle } = data;
  const groups = [...new Set(loops.map(({ group }) => group))];
  const colours = groupColours(groups.length);
  const colourOf = (loop: Loop) => (loop.forming ? palette.orange : colours[groups.indexOf(loop.group)]);
  const crowded = loops.length > CROWDED;
  const style = (loop: Loop) => ({
    colour: colourOf(loop),
    width: crowded ? 0.6 : 0.9,
    ...(crowded ? { opacity: loops.length > 60 ? 0.35 : 0.6 } : {}),
    ...(loop.forming ? { dash: '4 2' } : {}),
    label: loop.name,
    clip: true,
  });
  const voltages = loops.flatMap(({ voltage_V }) => extremes(voltage_V));
  const currents = loops.flatMap(({ current_A }) => extremes(current_A));
  const sizes = loops.flatMap(sizeExtremes);
  const x = quantityAxis({ quantity: 'voltage', unit: 'V', domain: spread(voltages) });
  const curves = (value: (current: number) => number): Mark[] =>
    loops.map((loop) =>
      line(
        Array.from(loop.voltage_V, (voltage, i): Point => [voltage, value(loop.current_A[i])]),
        style(loop),
      ),
    );
  const read = read_V === undefined ? [] : [rule({ x: read_V }, { colour: ink.axis, dash: '1 2' })];
  const size = (free: number) => ({ width: free, height: Math.max(96, Math.min(176, free * 0.78)) });
  const linear: Panel = {
    x,
    y: quantityAxis({ quantity: 'current', unit: 'A', domain: spread(currents), grid: true }),
    size,
    marks: [rule({ y: 0 }, { colour: ink.axis, dash: '', width: 0.5 }), ...read, ...curves((i) => i)],
  };
  const logarithmic: Panel = {
    x,
    y: quantityAxis({
      quantity: '|current|',
      unit: 'A',
      scale: 'log',
      domain: logSpread(sizes),
      grid: true,
      bare: true,
    }),
    size,
    marks: [
      ...read,
      ...(compliance_A === undefined ? [] : [rule({ y: compliance_A }, { colour: palette.grey })]),
      ...curves((i) => (i === 0 ? Number.NaN : Math.abs(i))),
    ],
  };
  const forming = loops.some((loop) => loop.forming);
  return figureOf(
    data,
    'Current over voltage',
    () => ({
      columns: ['loop', 'group', 'voltage_V', 'current_A'],
      rows: loops.flatMap(({ name, group, voltage_V, current_A }) =>
        Array.from(voltage_V, (voltage, i) => [name, group, voltage, current_A[i]]),
      ),
    }),
    (width) => ({
      ...(subtitle === undefined ? {} : { subtitle }),
      legend: [
        ...(groups.length > 1 && groups.length <= MOST_GROUPS
          ? groups.map((group, i) => ({ label: group, colour: colours[i] }))
          : []),
        ...(forming ? [{ label: 'forming', colour: palette.orange, dash: '4 2' }] : []),
        ...(compliance_A === undefined ? [] : [{ label: 'compliance', colour: palette.grey, dash: '3 2' }]),
        ...(read_V === undefined ? [] : [{ label: 'read voltage', colour: ink.axis, dash: '1 2' }]),
      ],
      rows: width >= SIDE_BY_SIDE_PT ? [[linear, logarithmic]] : [[linear], [logarithmic]],
    }),
  );
}

/** A colour a group: names where they can be told apart, a scale from the first to the last where there are more. */
export function groupColours(count: number): readonly string[] {
  if (count <= MOST_GROUPS) return categoryColours;
  // Its last colour is too light for a line on paper.
  const stops = sequentialColours.stops.slice(0, -1);
  return Array.from({ length: count }, (_, i) => stops[Math.floor((i * stops.length) / count)]);
}

function extremes(values: ArrayLike<number>): number[] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return [low, high];
}

/** Nearer to zero volts than this share of the largest, a current says more of the instrument than of the cell. */
const NEAR_ZERO = 0.025;

/** Least and largest |I| of a loop away from zero volts: what a logarithmic axis is to show. */
export function sizeExtremes({ voltage_V, current_A }: Pick<Loop, 'voltage_V' | 'current_A'>): number[] {
  let largest = 0;
  for (let i = 0; i < voltage_V.length; i++) {
    const size = Math.abs(voltage_V[i]);
    if (size > largest) largest = size;
  }
  const sizes: number[] = [];
  for (let i = 0; i < current_A.length; i++) {
    const size = Math.abs(current_A[i]);
    if (size > 0 && Number.isFinite(size) && Math.abs(voltage_V[i]) > NEAR_ZERO * largest) sizes.push(size);
  }
  if (sizes.length === 0) return [];
  sizes.sort((a, b) => a - b);
  // A single point that crosses zero does not stretch the axis.
  return [sizes[Math.floor(sizes.length / 100)], sizes[sizes.length - 1]];
}
