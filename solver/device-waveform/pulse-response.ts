import type { PulseShape } from '../../devices/cell-array.js';
import type { ElementModel } from '../../devices/elements/index.js';
import { elementPoint } from '../../devices/elements/index.js';
import { type PulseModel, pulseModel, TableStep } from '../../devices/pulse/index.js';
import { simulateWaveform } from './waveform.js';

/** State after one rectangular pulse. */
export function stateAfterPulse(
  model: ElementModel,
  state: number,
  pulse: PulseShape,
  series_ohm = 0,
): number {
  const { state: states } = simulateWaveform(model, {
    drive_V: () => pulse.amplitude_V,
    times_s: [0, pulse.width_s],
    series_ohm,
    initial: state,
  });
  return states[1];
}

/** Small-signal conductance at a read voltage, S: I/V, or ∂I/∂V at 0 V. */
export function readConductance_S(model: ElementModel, state: number, read_V: number): number {
  const point = elementPoint();
  model.evaluate(read_V, state, point);
  return read_V === 0 ? point.conductance_S : point.current_A / read_V;
}

/** Nodes of the table that a physical model is turned into. */
const NODES = 65;

/**
 * A physical model under one pulse shape a direction as cells that arrays can be made of: the step of its conductance,
 * tabulated over the range between the model's two end states.
 */
export function pulseModelOf(
  model: ElementModel,
  pulses: { potentiation: PulseShape; depression: PulseShape },
  options: { read_V: number; series_ohm?: number },
): PulseModel {
  const { low, high } = model.state ?? { low: 0, high: 0 };
  const { read_V, series_ohm = 0 } = options;
  const at = (x: number) => readConductance_S(model, x, read_V);
  const rising = at(high) > at(low);
  const [g_min_S, g_max_S] = rising ? [at(low), at(high)] : [at(high), at(low)];
  const span = g_max_S - g_min_S;
  const stateAt = (g: number): number => {
    let [a, b] = [low, high];
    for (let i = 0; i < 80; i++) {
      const middle = 0.5 * (a + b);
      if (at(middle) < g === rising) a = middle;
      else b = middle;
    }
    return 0.5 * (a + b);
  };
  const steps = (pulse: PulseShape, sign: 1 | -1) =>
    new TableStep(
      Float64Array.from({ length: NODES }, (_, i) => {
        const x = stateAt(g_min_S + (span * i) / (NODES - 1));
        const step = (at(stateAfterPulse(model, x, pulse, series_ohm)) - at(x)) / span;
        return sign * Math.max(0, sign * step);
      }),
    );
  return pulseModel({
    name: model.name,
    source: model.source ?? model.name,
    potentiation: steps(pulses.potentiation, 1),
    depression: steps(pulses.depression, -1),
    g_min_S,
    g_max_S,
    rangeMeasured: true,
    pulse: pulses,
    spreads: {},
  });
}
