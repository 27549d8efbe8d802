import { columnName } from '../column-name.js';
import {
  type Figure,
  type FigureText,
  figureOf,
  ink,
  line,
  type Panel,
  type Point,
  palette,
  quantityAxis,
  rings,
  rule,
  specks,
  spread,
} from '../drawing/index.js';

/** One train of pulses of one polarity, in the order in which they came. */
export interface DrawnTrain {
  readonly direction: 'up' | 'down';
  /** Pulse numbers `[n]`, from 0 or 1; fractions where a curve was digitised. */
  readonly pulse: ArrayLike<number>;
  /** What was read after each `[n]`. */
  readonly value: ArrayLike<number>;
  /** Rows, from 0, that are artefacts of the measurement: ringed, in no fit. */
  readonly outliers?: readonly number[];
  /** Fitted curves over the same pulse numbers: `NL 1.22, ends fixed`. */
  readonly fits: readonly { readonly label: string; readonly value: ArrayLike<number> }[];
}

/** What `pulseTrains` draws: the trains of one file or cell. */
export interface PulseTrains extends FigureText {
  readonly trains: readonly DrawnTrain[];
  /** `conductance` in `S`, `current` in `A`, or `1` where nobody knows. */
  readonly quantity: string;
  readonly unit: string;
  /** Where a pulse up and a pulse down undo each other. */
  readonly symmetryPoint?: number;
  readonly subtitle?: string;
}

const directionColours = { up: palette.blue, down: palette.vermilion } as const;
const directionNames = { up: 'potentiation', down: 'depression' } as const;
const fitDashes = [undefined, '4 2', '1.2 2'];
const WIDE_PT = 300;

/** Potentiation and depression in the order of time, fits over them; beside it the step of a pulse over where it began. */
export function pulseTrains(data: PulseTrains): Figure {
  const { trains, quantity, unit, symmetryPoint, subtitle } = data;
  const turn = Math.max(
    0,
    ...trains.filter(({ direction }) => direction === 'up').map(({ pulse }) => last(pulse)),
  );
  const shift = (train: DrawnTrain) =>
    train.direction === 'down' && turn > 0 ? turn + 1 - Math.min(train.pulse[0], 1) : 0;
  const places = (train: DrawnTrain, value: ArrayLike<number>) =>
    Array.from(train.pulse, (pulse, i): Point => [pulse + shift(train), value[i]]);
  const both = turn > 0 && trains.some(({ direction }) => direction === 'down');
  const curve: Panel = {
    x: quantityAxis({
      quantity: both ? 'pulse, potentiation then depression' : 'pulse',
      unit: '1',
      domain: spread(trains.flatMap((train) => places(train, train.value).map(([x]) => x))),
    }),
    y: quantityAxis({
      quantity,
      unit,
      domain: spread(trains.flatMap(({ value }) => Array.from(value))),
      grid: true,
    }),
    size: (free) => ({ width: free, height: Math.max(96, Math.min(160, free * 0.62)) }),
    marks: [
      ...(both ? [rule({ x: turn + 0.5 }, { colour: ink.axis, dash: '1 2' })] : []),
      ...trains.map((train) =>
        specks(places(train, train.value), {
          colour: directionColours[train.direction],
          width: train.value.length > 300 ? 1.4 : 2.4,
        }),
      ),
      ...trains.map((train) =>
        rings(
          (train.outliers ?? []).map((row): Point => [train.pulse[row] + shift(train), train.value[row]]),
          { colour: ink.text, radius: 2.6 },
        ),
      ),
      ...trains.flatMap((train) =>
        train.fits.map(({ label, value }, i) => {
          const dash = fitDashes[i % fitDashes.length];
          return line(places(train, value), {
            colour: ink.text,
            width: 0.9,
            label,
            clip: true,
            ...(dash === undefined ? {} : { dash }),
          });
        }),
      ),
    ],
  };
  const steps = trains.map((train) => ({ direction: train.direction, points: stepsOf(train) }));
  const stepPanel: Panel = {
    x: quantityAxis({ quantity, unit, domain: spread(trains.flatMap(({ value }) => Array.from(value))) }),
    y: quantityAxis({
      quantity: 'step of a pulse',
      unit,
      domain: spread(steps.flatMap(({ points }) => points.map(([, step]) => step))),
      grid: true,
    }),
    size: (free) => ({ width: free, height: Math.max(96, Math.min(160, free * 0.86)) }),
    marks: [
      rule({ y: 0 }, { colour: ink.axis, dash: '', width: 0.6 }),
      ...(symmetryPoint === undefined ? [] : [rule({ x: symmetryPoint }, { colour: ink.text, dash: '1 2' })]),
      ...steps.map(({ direction, points }) =>
        specks(points, { colour: directionColours[direction], width: points.length > 300 ? 1.2 : 2 }),
      ),
    ],
  };
  const fitNames = [...new Set(trains.flatMap(({ fits }) => fits.map(({ label }) => label)))];
  return figureOf(
    data,
    'Pulse trains',
    () => ({
      columns: ['train', 'direction', 'curve', 'pulse', columnName(quantity, unit)],
      rows: trains.flatMap(({ direction, pulse, value, fits }, n) =>
        [{ label: 'measured', value }, ...fits].flatMap((drawn) =>
          Array.from(pulse, (number, i) => [n + 1, direction, drawn.label, number, drawn.value[i]]),
        ),
      ),
    }),
    (width) => ({
      ...(subtitle === undefined ? {} : { subtitle }),
      legend: [
        ...(['up', 'down'] as const)
          .filter((direction) => trains.some((train) => train.direction === direction))
          .map((direction) => ({
            label: directionNames[direction],
            colour: directionColours[direction],
            shape: 'dot' as const,
          })),
        ...fitNames.map((label, i) => {
          const dash = fitDashes[i % fitDashes.length];
          return { label, colour: ink.text, width: 0.9, ...(dash === undefined ? {} : { dash }) };
        }),
        ...(symmetryPoint === undefined
          ? []
          : [{ label: 'symmetry point', colour: ink.text, dash: '1 2', width: 0.8 }]),
      ],
      rows: width >= WIDE_PT ? [[curve, stepPanel]] : [[curve], [stepPanel]],
      ...(width >= WIDE_PT ? { weights: [1.45, 1] } : {}),
    }),
  );
}

/** Change by each pulse, over the value before it; artefacts and the pulses after them are left out. */
function stepsOf({ pulse, value, outliers = [] }: DrawnTrain): Point[] {
  const out = new Set(outliers);
  return Array.from({ length: Math.max(0, value.length - 1) }, (_, i) => i).flatMap((i): Point[] => {
    const apart = pulse[i + 1] - pulse[i];
    if (out.has(i) || out.has(i + 1) || !(apart > 0)) return [];
    return [[value[i], (value[i + 1] - value[i]) / apart]];
  });
}

function last(values: ArrayLike<number>): number {
  return values.length === 0 ? 0 : values[values.length - 1];
}
