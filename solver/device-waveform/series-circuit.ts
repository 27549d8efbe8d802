import { runError } from '../../core/index.js';
import { type ElementModel, type ElementPoint, elementPoint } from '../../devices/elements/index.js';

const STEPS = 200;

/** A source, a series resistance and one element: finds the element's voltage at a frozen state. */
export class SeriesCircuit {
  readonly point: ElementPoint = elementPoint();

  constructor(
    readonly model: ElementModel,
    readonly series_ohm: number,
  ) {}

  /**
   * Solves v + R·I(v, x) = drive by Newton inside a shrinking bracket; `point` then holds current and conductance. The
   * bracket needs ∂I/∂V ≥ 0 for uniqueness; with a passive element it always holds a solution.
   * @returns the element's voltage, V
   */
  voltage_V(drive_V: number, state: number): number {
    const { model, series_ohm, point } = this;
    if (series_ohm === 0) {
      model.evaluate(drive_V, state, point);
      return drive_V;
    }
    let low = Math.min(0, drive_V);
    let high = Math.max(0, drive_V);
    let v = drive_V;
    if (model.linear) {
      model.evaluate(drive_V, state, point);
      v = drive_V / (1 + series_ohm * point.conductance_S);
    }
    for (let step = 0; step < STEPS; step++) {
      model.evaluate(v, state, point);
      const excess = v + series_ohm * point.current_A - drive_V;
      if (Math.abs(excess) <= 1e-15 * Math.abs(drive_V) || high - low <= 1e-16 * Math.abs(drive_V)) return v;
      if (excess > 0) high = v;
      else low = v;
      const newton = v - excess / (1 + series_ohm * point.conductance_S);
      const next = newton > low && newton < high ? newton : 0.5 * (low + high);
      if (next === v) return v;
      v = next;
    }
    throw runError(
      'waveform.no-operating-point',
      `${model.name}: no operating point at ${drive_V} V through ${series_ohm} Ω in state ${state}; is its current monotonic?`,
    );
  }
}
