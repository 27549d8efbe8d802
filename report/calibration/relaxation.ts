import { columnName } from '../column-name.js';
import {
  type Figure,
  type FigureText,
  figureOf,
  ink,
  line,
  logSpread,
  type Panel,
  type Point,
  quantityAxis,
  rule,
  specks,
  spread,
} from '../drawing/index.js';
import { groupColours, SIDE_BY_SIDE_PT } from './loops.js';

/** Cells that were written to like states: how these moved, and how far they spread, since the first read. */
export interface RelaxingGroup {
  /** `level 3`, or its first state. */
  readonly name: string;
  /** `[times]`, unit of the state; NaN where too few cells were read. */
  readonly mean: ArrayLike<number>;
  readonly sigma: ArrayLike<number>;
}

/** What `relaxationFigure` draws. */
export interface RelaxationPlot extends FigureText {
  /** `[times]` after writing, above zero; s, or in the file's own unit where nobody knows it (`timeUnit` `1`). */
  readonly time: ArrayLike<number>;
  readonly timeUnit: string;
  readonly groups: readonly RelaxingGroup[];
  readonly quantity: string;
  readonly unit: string;
}

/** Mean change of each group on the left, its spread over cells on the right, both over the logarithm of time. */
export function relaxationFigure(data: RelaxationPlot): Figure {
  const { groups, quantity, unit, time, timeUnit } = data;
  const times = Array.from(time);
  const colours = groupColours(groups.length);
  const panel = (title: string, pick: (group: RelaxingGroup) => ArrayLike<number>): Panel => ({
    x: quantityAxis({
      quantity: 'time since written',
      unit: timeUnit,
      scale: 'log',
      domain: logSpread(times),
      bare: true,
    }),
    y: quantityAxis({
      quantity: title,
      unit,
      domain: spread(groups.flatMap((group) => Array.from(pick(group)).filter(Number.isFinite))),
      grid: true,
    }),
    size: (free) => ({ width: free, height: Math.max(96, Math.min(160, free * 0.72)) }),
    marks: [
      rule({ y: 0 }, { colour: ink.axis, dash: '', width: 0.5 }),
      ...groups.flatMap((group, i) => {
        const places = times.map((at, k): Point => [at, pick(group)[k]]);
        const colour = colours[i];
        return [
          line(places, { colour, width: 0.8, label: group.name, clip: true }),
          specks(places, { colour, width: times.length > 40 ? 1.4 : 2.4 }),
        ];
      }),
    ],
  });
  const mean = panel(`mean change of ${quantity}`, (group) => group.mean);
  const sigma = panel(`σ of the change`, (group) => group.sigma);
  return figureOf(
    data,
    'Relaxation',
    () => ({
      columns: [
        'group',
        columnName('time', timeUnit),
        columnName('mean change', unit),
        columnName('sigma of change', unit),
      ],
      rows: groups.flatMap(({ name, mean: means, sigma: sigmas }) =>
        times.map((at, k) => [name, at, means[k], sigmas[k]]),
      ),
    }),
    (width) => ({
      legend: groups.length > 1 ? groups.map(({ name }, i) => ({ label: name, colour: colours[i] })) : [],
      rows: width >= SIDE_BY_SIDE_PT ? [[mean, sigma]] : [[mean], [sigma]],
    }),
  );
}
