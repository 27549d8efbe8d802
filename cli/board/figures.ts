import {
  type BoardProfile,
  type BoardUse,
  nominalCalibration,
  nominalResistance_ohm,
  potGroups,
} from '../../devices/boards/index.js';
import { curveFigure, type Figure, type FigureText, heatMap } from '../../report/index.js';

/** What each terminal of a board is called: sources `x0+ x0− … b+ b−`, hidden nodes `h0 …`, outputs `y0 …`. */
export function terminalNames({ sources, hidden, outputs }: BoardProfile): string[] {
  return [
    ...Array.from({ length: sources - 2 }, (_, s) => `x${s >> 1}${s % 2 === 0 ? '+' : '−'}`),
    'b+',
    'b−',
    ...Array.from({ length: hidden }, (_, h) => `h${h}`),
    ...Array.from({ length: outputs }, (_, o) => `y${o}`),
  ];
}

/**
 * Conductances of a board's pots by their taps: sources and hidden nodes as rows, hidden nodes and outputs as columns, in
 * one picture; where there is no pot it is grey.
 * @param taps of every pot, in the board's order
 */
export function boardMapFigure(
  profile: BoardProfile,
  use: BoardUse,
  taps: ArrayLike<number>,
  text: FigureText,
): Figure {
  const rows = profile.sources + profile.hidden;
  const columns = profile.hidden + profile.outputs;
  const names = terminalNames(profile);
  const values = new Float64Array(rows * columns).fill(Number.NaN);
  for (const group of potGroups(profile, use, nominalCalibration(profile))) {
    for (const e of group.pots) {
      const at = profile.from(e) * columns + profile.to(e) - profile.sources;
      values[at] = 1 / nominalResistance_ohm(profile, taps[e]);
    }
  }
  return heatMap({
    ...text,
    values,
    rows,
    columns,
    quantity: 'conductance',
    unit: 'S',
    rowName: 'from source or hidden node',
    columnName: 'to hidden node or output',
    rowNames: names.slice(0, rows),
    columnNames: names.slice(profile.sources),
    noValue: 'no potentiometer',
    scale: 'log',
    // The same colours on every board; one that has learned nothing has one conductance everywhere.
    domain: [
      1 / nominalResistance_ohm(profile, profile.tapMax),
      1 / nominalResistance_ohm(profile, profile.tapMin),
    ],
  });
}

/** Measured conductance of one pot through its range, and what its data sheet says. All `[taps]`. */
export interface PotSweep {
  readonly taps: ArrayLike<number>;
  readonly measured_S: ArrayLike<number>;
  readonly nominal_S: ArrayLike<number>;
}

export function potSweepFigure({ taps, measured_S, nominal_S }: PotSweep, text: FigureText): Figure {
  return curveFigure({
    ...text,
    curves: [
      { name: 'data sheet', x: taps, y: nominal_S, colour: '#6b7280' },
      { name: 'measured', x: taps, y: measured_S, style: 'line-and-dots', colour: '#0072b2' },
    ],
    x: { quantity: 'tap', unit: '1', scale: 'log' },
    y: { quantity: 'conductance', unit: 'S', scale: 'log' },
  });
}
