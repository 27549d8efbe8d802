import { type FigureSpec, heatMap } from '../../report/index.js';
import type { CrossbarEffects } from './effects.js';

/** What wires do, one picture each. */
export interface EffectMap {
  readonly title: string;
  readonly caption: string;
  readonly figure: FigureSpec;
  /** Heads of its columns and its numbers, in SI units. */
  readonly names: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

/** How `--map` calls them. */
export const mapNames = ['voltage', 'current', 'drop', 'error', 'sneak'] as const;
export type MapName = (typeof mapNames)[number];

/** All pictures of a crossbar under one input, in the order of its report. */
export function effectMaps(
  effects: CrossbarEffects,
  rows: number,
  columns: number,
): Record<MapName, EffectMap> {
  const map = (
    title: string,
    caption: string,
    values: Float64Array,
    quantity: string,
    unit: string,
    name: string,
  ): EffectMap => ({
    title,
    caption,
    figure: heatMap({ values, rows, columns, quantity, unit, rowName: 'word line', columnName: 'bit line' }),
    names: ['row', 'column', name],
    rows: Array.from(values, (value, k) => [Math.floor(k / columns), k % columns, value]),
  });
  const { cell_V, current_A, drop_V, outputError, sneakShare } = effects;
  return {
    voltage: map(
      'Voltage at the cells',
      'Word-line less bit-line voltage: what reaches each cell.',
      cell_V,
      'voltage',
      'V',
      'cell_V',
    ),
    current: map(
      'Current',
      'Through each cell, from word line to bit line.',
      current_A,
      'current',
      'A',
      'current_A',
    ),
    drop: map(
      'Drop',
      'What each cell lacks of the voltage between the ends of its lines. Grey: on a floating line.',
      drop_V,
      'drop',
      'V',
      'drop_V',
    ),
    error: {
      title: 'Output error',
      caption: 'Output current of each bit line against the ideal product Σ G·V.',
      figure: errorFigure(outputError),
      names: ['column', 'output_error'],
      rows: Array.from(outputError, (error, column) => [column, error]),
    },
    sneak: map(
      'Sneak-path share',
      "Share of its bit line's cell current that flows through a cell where the ideal product has none, or against it.",
      sneakShare.map((share) => 100 * share),
      'share (%)',
      '1',
      'sneak_share_percent',
    ),
  };
}

function errorFigure(outputError: Float64Array): FigureSpec {
  const values = Array.from(outputError, (error, column) => ({ column, error: 100 * error })).filter(
    ({ error }) => Number.isFinite(error),
  );
  return {
    width: 480,
    height: 220,
    data: { values },
    mark: values.length > 100 ? { type: 'line' } : { type: 'bar' },
    encoding: {
      x: {
        field: 'column',
        type: 'quantitative',
        title: 'bit line',
        axis: { format: 'd', tickMinStep: 1 },
        scale: { domain: [-0.5, outputError.length - 0.5], nice: false },
      },
      y: { field: 'error', type: 'quantitative', title: 'output error (%)', scale: { zero: true } },
    },
  } as FigureSpec;
}

/** One point of a sweep. */
export interface SweepPoint {
  readonly value: number;
  readonly relativeError: number;
  readonly worstDrop_V: number;
  readonly power_W: number;
}

/** Output error, worst drop and power below each other. @param title of the swept quantity, with its unit */
export function crossbarSweepFigure(title: string, results: readonly SweepPoint[]): FigureSpec {
  const positiveX = results.every(({ value }) => value > 0);
  const panel = (field: keyof SweepPoint, name: string, scale: number) => ({
    width: 420,
    height: 150,
    data: { values: results.map((r) => ({ x: r.value, y: scale * r[field] })) },
    mark: { type: 'line', point: { filled: true, size: 40 } },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title,
        scale: positiveX ? { type: 'log', nice: false } : {},
        axis: {
          values: results.map(({ value }) => value),
          labelOverlap: true,
          labelExpr: "'' + datum.value",
        },
      },
      y: { field: 'y', type: 'quantitative', title: name, scale: { zero: true } },
    },
  });
  return {
    vconcat: [
      panel('relativeError', 'output error (%)', 100),
      panel('worstDrop_V', 'worst drop (mV)', 1000),
      panel('power_W', 'power (mW)', 1000),
    ],
  } as FigureSpec;
}
