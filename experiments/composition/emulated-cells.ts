import type { ElementModel } from '../../devices/elements/index.js';
import { initialState } from '../../devices/elements/index.js';
import type { EmulatedCells } from '../../drivers/instruments/index.js';
import { integrate, SeriesCircuit } from '../../solver/device-waveform/index.js';

/** What a stretch of time is followed to, relative to the range of the state. */
const TOLERANCE = 1e-6;
const MAX_STEPS = 100_000;

/** How cells of a model stand behind an emulated instrument. */
export interface ElementCellsOptions {
  readonly name?: string;
  readonly rows?: number;
  readonly columns?: number;
  /** In series with each cell, ohm. */
  readonly series_ohm?: number;
  /** Where each begins, in the model's own unit; the model's where left out. */
  readonly from?: number;
}

/** Cells of one physical model behind an emulated instrument: their states are integrated as voltages stay. */
export function elementCells(model: ElementModel, options: ElementCellsOptions = {}): EmulatedCells {
  const { rows = 1, columns = 1, series_ohm = 0, from = initialState(model), name = model.name } = options;
  const circuit = new SeriesCircuit(model, series_ohm);
  const states = new Float64Array(rows * columns).fill(from);
  const current_A = (state: number, voltage_V: number): number => {
    circuit.voltage_V(voltage_V, state);
    return circuit.point.current_A;
  };
  return {
    name: `${rows === 1 && columns === 1 ? 'one cell' : `${rows} × ${columns} cells`} of ${name}`,
    rows,
    columns,
    current_A: (row, column, voltage_V) => current_A(states[row * columns + column], voltage_V),
    hold(row, column, voltage_V, seconds) {
      const { state, rate } = model;
      if (state === undefined || rate === undefined || seconds === 0) return;
      const { low, high } = state;
      const cell = row * columns + column;
      const moving = (_: number, x: number): number => {
        const v = circuit.voltage_V(voltage_V, x);
        return rate.call(model, v, circuit.point.current_A, x);
      };
      states[cell] = integrate(moving, states[cell], 0, seconds, {
        tolerance: TOLERANCE,
        low,
        high,
        maxSteps: MAX_STEPS,
      }).state;
    },
    pass(seconds) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) this.hold(row, column, 0, seconds);
      }
    },
  };
}
