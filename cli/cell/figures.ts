import type { FigureSpec } from '../../report/index.js';

const palette = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

export interface LoopPoint {
  readonly frequency: string;
  readonly voltage_V: number;
  readonly current: number;
  readonly order: number;
}

/** Current over voltage, one loop a frequency; a memristor's is pinched at the origin. */
export function hysteresisFigure(
  points: readonly LoopPoint[],
  options: { title: string; currentUnit: string },
): FigureSpec {
  const frequencies = [...new Set(points.map((p) => p.frequency))];
  return {
    title: options.title,
    width: 460,
    height: 340,
    data: { values: [...points] },
    mark: { type: 'line', strokeWidth: 1.8 },
    encoding: {
      x: { field: 'voltage_V', type: 'quantitative', title: 'voltage of the device, V' },
      y: { field: 'current', type: 'quantitative', title: `current, ${options.currentUnit}` },
      order: { field: 'order', type: 'quantitative' },
      color: {
        field: 'frequency',
        type: 'nominal',
        title: 'sweep',
        sort: frequencies,
        scale: { domain: frequencies, range: palette.slice(0, frequencies.length) },
      },
    },
  };
}

export interface TrainPoint {
  readonly direction: 'potentiation' | 'depression';
  readonly pulse: number;
  readonly conductance: number;
}

/** Conductance after each pulse: up, then down. */
export function pulseFigure(
  points: readonly TrainPoint[],
  options: { title: string; unit: string },
): FigureSpec {
  return {
    title: options.title,
    width: 460,
    height: 300,
    data: { values: [...points] },
    mark: { type: 'line', point: points.length <= 240 && { size: 14 } },
    encoding: {
      x: { field: 'pulse', type: 'quantitative', title: 'pulse' },
      y: {
        field: 'conductance',
        type: 'quantitative',
        title: `conductance, ${options.unit}`,
        scale: { zero: false },
      },
      color: {
        field: 'direction',
        type: 'nominal',
        title: null,
        scale: { domain: ['potentiation', 'depression'], range: palette.slice(0, 2) },
      },
    },
  };
}
