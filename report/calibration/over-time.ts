import { columnName } from '../column-name.js';
import {
  categoryColours,
  type Figure,
  type FigureText,
  figureOf,
  ink,
  line,
  logSpread,
  type Panel,
  type Point,
  quantityAxis,
  specks,
  spread,
} from '../drawing/index.js';

/** What was read at one time after another, and the laws that were fitted to it. */
export interface OverTime {
  readonly name: string;
  /** `[n]` s, or in the file's own unit where nobody knows it. */
  readonly time: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  readonly laws: readonly {
    readonly name: string;
    /** `[points]`; those of the record where left out. */
    readonly time?: ArrayLike<number>;
    readonly value: ArrayLike<number>;
    readonly rejected?: boolean;
  }[];
}

/** What `retentionFigure` draws. */
export interface Retention extends FigureText {
  readonly series: readonly OverTime[];
  readonly quantity: string;
  readonly unit: string;
  /** `s`; `1` where the file does not say. */
  readonly timeUnit: string;
  readonly subtitle?: string;
}

/** More than so many times from the first to the last positive time: the axis is logarithmic. */
const LOG_FROM = 200;
const lawDashes = [undefined, '4 2', '1.2 2', '6 2 1.2 2'];

/** State over time; laws that hold are dark, those rejected are grey. */
export function retentionFigure(data: Retention): Figure {
  const { series, quantity, unit, timeUnit, subtitle } = data;
  const times = series.flatMap(({ time }) => Array.from(time));
  const positive = times.filter((time) => time > 0);
  const log = positive.length > 0 && Math.max(...positive) > LOG_FROM * Math.min(...positive);
  const values = series.flatMap(({ value }) => Array.from(value));
  const spans = Math.max(...values) / Math.min(...values);
  const logY = values.every((value) => value > 0) && spans > 20;
  const places = (time: ArrayLike<number>, value: ArrayLike<number>) =>
    Array.from(time, (at, i): Point => [at, value[i]]);
  const single = series.length === 1;
  const holding = series[0]?.laws.filter(({ rejected }) => !rejected) ?? [];
  const lawStyle = (name: string, rejected: boolean | undefined) => {
    const dash = rejected
      ? '1.2 2'
      : lawDashes[
          Math.max(
            0,
            holding.findIndex((law) => law.name === name),
          ) % lawDashes.length
        ];
    return { colour: rejected ? ink.axis : ink.text, width: 0.9, ...(dash === undefined ? {} : { dash }) };
  };
  const panel: Panel = {
    x: quantityAxis({
      quantity: 'time',
      unit: timeUnit,
      scale: log ? 'log' : 'linear',
      domain: log ? logSpread(positive) : spread(times),
      bare: true,
    }),
    y: quantityAxis({
      quantity,
      unit,
      scale: logY ? 'log' : 'linear',
      domain: logY ? logSpread(values) : spread(values),
      grid: true,
    }),
    size: (free) => ({ width: free, height: Math.max(96, Math.min(150, free * 0.5)) }),
    marks: [
      ...series.map(({ time, value }, i) =>
        specks(places(time, value), {
          colour: categoryColours[i % categoryColours.length],
          width: value.length > 300 ? 1.4 : 2.4,
        }),
      ),
      ...series.flatMap(({ time, laws }, i) =>
        laws.map(({ name, time: at, value, rejected }) =>
          line(places(at ?? time, value), {
            ...lawStyle(name, rejected),
            ...(single ? {} : { colour: categoryColours[i % categoryColours.length] }),
            label: name,
            clip: true,
          }),
        ),
      ),
    ],
  };
  return figureOf(
    data,
    'Retention',
    () => ({
      columns: ['series', 'curve', columnName('time', timeUnit), columnName(quantity, unit)],
      rows: series.flatMap(({ name, time, value, laws }) =>
        [{ name: 'measured', time, value }, ...laws].flatMap((curve) =>
          Array.from(curve.time ?? time, (at, i) => [name, curve.name, at, curve.value[i]]),
        ),
      ),
    }),
    () => ({
      ...(subtitle === undefined ? {} : { subtitle }),
      legend: [
        ...(single
          ? []
          : series.map(({ name }, i) => ({
              label: name,
              clip: true,
              colour: categoryColours[i % categoryColours.length],
              shape: 'dot' as const,
            }))),
        ...(single
          ? series[0].laws.map(({ name, rejected }) => ({
              label: rejected ? `${name} (rejected)` : name,
              ...lawStyle(name, rejected),
            }))
          : []),
      ],
      rows: [[panel]],
    }),
  );
}

/** One quantity of every cycle. */
export interface OverCycles {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/** What `endurance` draws: panels of quantities, each against the cycle. */
export interface Endurance extends FigureText {
  /** `[cycles]`; 1, 2, 3 … where left out. */
  readonly cycle?: ArrayLike<number>;
  readonly panels: readonly {
    readonly quantity: string;
    readonly unit: string;
    readonly scale?: 'linear' | 'log';
    readonly series: readonly OverCycles[];
  }[];
  readonly subtitle?: string;
}

/** Quantities of every cycle below each other, over one axis of cycles. */
export function enduranceFigure(data: Endurance): Figure {
  const { panels, cycle, subtitle } = data;
  const longest = Math.max(1, ...panels.flatMap(({ series }) => series.map(({ values }) => values.length)));
  const cycles = cycle === undefined ? Array.from({ length: longest }, (_, i) => i + 1) : Array.from(cycle);
  const log = (cycles.at(-1) ?? 1) > 1e5;
  const x = quantityAxis({
    quantity: 'cycle',
    unit: '1',
    scale: log ? 'log' : 'linear',
    domain: log ? logSpread(cycles) : spread(cycles, { margin: 0.02 }),
    whole: true,
  });
  const firsts = panels.map((_, i) => panels.slice(0, i).reduce((sum, { series }) => sum + series.length, 0));
  const colourOf = (panel: number, series: number) =>
    categoryColours[(firsts[panel] + series) % categoryColours.length];
  const rows = panels.map(({ quantity, unit, scale, series }, i): Panel[] => {
    const all = series.flatMap(({ values }) => Array.from(values));
    const asLog = scale === 'log' && all.some((value) => value > 0);
    return [
      {
        x,
        bareX: i < panels.length - 1,
        y: quantityAxis({
          quantity,
          unit,
          scale: asLog ? 'log' : 'linear',
          domain: asLog ? logSpread(all) : spread(all),
          grid: true,
          bare: asLog && Math.max(...all) > 1e4 * Math.min(...all.filter((value) => value > 0)),
        }),
        size: (free: number) => ({ width: free, height: Math.max(64, Math.min(92, free * 0.24)) }),
        marks: series.map(({ values }, s) =>
          specks(
            Array.from(values, (value, k): Point => [cycles[k], value]),
            { colour: colourOf(i, s), width: values.length > 300 ? 1.3 : 2.2, opacity: 0.8 },
          ),
        ),
      },
    ];
  });
  const names = panels.flatMap(({ series }, i) =>
    series.map(({ name }, s) => ({ name, colour: colourOf(i, s) })),
  );
  return figureOf(
    data,
    'Endurance',
    () => ({
      columns: [
        'cycle',
        ...panels.flatMap(({ series, unit }) => series.map(({ name }) => columnName(name, unit))),
      ],
      rows: cycles.map((number, k) => [
        number,
        ...panels.flatMap(({ series }) => series.map(({ values }) => values[k] ?? Number.NaN)),
      ]),
    }),
    () => ({
      ...(subtitle === undefined ? {} : { subtitle }),
      legend: names.map(({ name, colour }) => ({ label: name, colour, shape: 'dot' as const })),
      rows,
    }),
  );
}
