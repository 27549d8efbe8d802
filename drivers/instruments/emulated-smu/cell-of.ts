import type { CellPort } from '../cell-port.js';
import type { EmulatedCells } from '../emulated-cells.js';

/** Steps in which a cell is followed whose current stands at its limit: its voltage moves with its state. */
const STEPS = 20;
const HALVINGS = 60;

/** One of several cells, with a limit to its current. */
export function cellOf(cells: EmulatedCells, row = 0, column = 0): CellPort {
  const current_A = (voltage_V: number) => cells.current_A(row, column, voltage_V);
  /** The voltage at which the current is at its limit: currents rise with voltages. */
  const kept_V = (voltage_V: number, limit_A: number): number => {
    if (Math.abs(current_A(voltage_V)) <= limit_A) return voltage_V;
    let [low, high] = [0, voltage_V];
    for (let k = 0; k < HALVINGS; k++) {
      const middle = (low + high) / 2;
      if (Math.abs(current_A(middle)) <= limit_A) low = middle;
      else high = middle;
    }
    return low;
  };
  return {
    hold(voltage_V, limit_A, seconds) {
      let at_V = kept_V(voltage_V, limit_A);
      if (seconds > 0) {
        const steps = voltage_V === 0 ? 1 : STEPS;
        for (let k = 0; k < steps; k++) {
          cells.hold(row, column, at_V, seconds / steps);
          at_V = kept_V(voltage_V, limit_A);
        }
      }
      return { voltage_V: at_V, current_A: current_A(at_V), limited: at_V !== voltage_V };
    },
  };
}
