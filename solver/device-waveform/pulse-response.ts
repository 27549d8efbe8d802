import { inputError } from '../../core/index.js';
import { type PulseModel, pulseModel, TableStep } from '../../devices/cells/pulse/index.js';
import type { PulseShape } from '../../devices/contract/index.js';
import type { ElementModel, StateVariable } from '../../devices/elements/index.js';
import { elementPoint } from '../../devices/elements/index.js';
import { SeriesCircuit } from './series-circuit.js';
import { simulateWaveform } from './waveform.js';

/** State after one rectangular pulse. */
export function stateAfterPulse(
  model: ElementModel,
  state: number,
  pulse: PulseShape,
  series_ohm = 0,
): number {
  return statesUnderPulses(model, state, pulse, 1, series_ohm)[1];
}

/** States [pulses + 1] of a train of identical pulses without pauses, the start included. */
export function statesUnderPulses(
  model: ElementModel,
  from: number,
  pulse: PulseShape,
  pulses: number,
  series_ohm = 0,
): Float64Array {
  const { state } = simulateWaveform(model, {
    drive_V: () => pulse.amplitude_V,
    times_s: Float64Array.from({ length: pulses + 1 }, (_, n) => n * pulse.width_s),
    series_ohm,
    initial: from,
  });
  return state;
}

/** Of the ends of what a model holds for: rounding of what it was fitted to. */
const BEYOND = 0.01;

/**
 * Where a pulse takes a model out of the voltages that it holds for: the largest voltage across the cell, in any state, and those voltages, V.
 * @returns undefined where it does not
 */
export function pulseBeyond(
  model: ElementModel,
  amplitude_V: number,
  series_ohm = 0,
): { readonly low_V: number; readonly high_V: number; readonly across_V: number } | undefined {
  const [low_V, high_V] = model.validRange_V;
  const circuit = new SeriesCircuit(model, series_ohm);
  const { low, high } = model.state ?? { low: 0, high: 0 };
  const ends = [low, high].filter(Number.isFinite).map((state) => circuit.voltage_V(amplitude_V, state));
  const across_V = ends.reduce((a, v) => (Math.abs(v) > Math.abs(a) ? v : a), 0);
  const out = across_V < low_V - BEYOND * Math.abs(low_V) || across_V > high_V + BEYOND * Math.abs(high_V);
  return out ? { low_V, high_V, across_V } : undefined;
}

/** That in words: `holds between −0.64 and 0.258 V; pulses of 0.6 V take it to 0.52 V`. */
export function beyondText(
  { low_V, high_V, across_V }: NonNullable<ReturnType<typeof pulseBeyond>>,
  amplitude_V: number,
): string {
  const [low, high, across] = [low_V, high_V, across_V].map((v) => Number(v.toPrecision(3)));
  return `holds between ${low} and ${high} V; pulses of ${amplitude_V} V take it to ${across} V`;
}

/** Small-signal conductance at a read voltage, S: I/V, or ∂I/∂V at 0 V. */
export function readConductance_S(model: ElementModel, state: number, read_V: number): number {
  const point = elementPoint();
  model.evaluate(read_V, state, point);
  return read_V === 0 ? point.conductance_S : point.current_A / read_V;
}

/** The conductances of a model's states as an axis w = (G − G_min)/(G_max − G_min), and back. */
export interface ConductanceAxis {
  readonly g_min_S: number;
  readonly g_max_S: number;
  /** The state at either end of the axis. */
  readonly lowest: number;
  readonly highest: number;
  shareOf(state: number): number;
  stateAt(share: number): number;
}

/** Throws `pulse.no-state`, `pulse.conductance`, exit code 2, for a model that pulses cannot change. */
export function conductanceAxis(model: ElementModel, read_V: number): ConductanceAxis {
  const { low, high } = requireState(model);
  const at = (x: number) => readConductance_S(model, x, read_V);
  const rising = at(high) > at(low);
  const [lowest, highest] = rising ? [low, high] : [high, low];
  const [g_min_S, g_max_S] = [at(lowest), at(highest)];
  const span = g_max_S - g_min_S;
  if (!(g_min_S >= 0 && span > 0 && Number.isFinite(span))) {
    throw inputError(
      'pulse.conductance',
      `${model.name}: read at ${read_V} V its conductance is ${g_min_S} S at one end of its state and ${g_max_S} S at the other; two different conductances, none negative, are needed`,
    );
  }
  return {
    g_min_S,
    g_max_S,
    lowest,
    highest,
    shareOf: (x) => (at(x) - g_min_S) / span,
    stateAt: (share) => {
      const wanted = g_min_S + span * share;
      let [a, b] = [low, high];
      for (let i = 0; i < 80; i++) {
        const middle = 0.5 * (a + b);
        if (at(middle) < wanted === rising) a = middle;
        else b = middle;
      }
      return 0.5 * (a + b);
    },
  };
}

function requireState({ name, state, rate }: ElementModel): StateVariable {
  if (state !== undefined && rate !== undefined) return state;
  throw inputError('pulse.no-state', `${name}: it has no state that moves, so pulses leave it as it is`);
}

/** Signed step of the share w by one pulse at w. */
export function pulseStep(
  model: ElementModel,
  axis: ConductanceAxis,
  pulse: PulseShape,
  series_ohm = 0,
): (share: number) => number {
  return (w) => {
    const x = axis.stateAt(w);
    return axis.shareOf(stateAfterPulse(model, x, pulse, series_ohm)) - axis.shareOf(x);
  };
}

/** Nodes of the table that a physical model is turned into. */
const NODES = 65;
/** What is left of the distance between two neighbouring nodes at least. */
const ORDER_KEPT = 1e-6;

/**
 * A physical model under one pulse shape a direction as cells that arrays can be made of: the step of its conductance,
 * tabulated over the range between the model's two end states.
 */
export function pulseModelOf(
  model: ElementModel,
  pulses: { potentiation: PulseShape; depression: PulseShape },
  options: { read_V: number; series_ohm?: number },
): PulseModel {
  const { read_V, series_ohm = 0 } = options;
  const axis = conductanceAxis(model, read_V);
  const table = (pulse: PulseShape, sign: 1 | -1) => {
    const step = pulseStep(model, axis, pulse, series_ohm);
    const steps = new Float64Array(NODES);
    for (let i = 0; i < NODES; i++) {
      const signed = sign * Math.max(0, sign * step(i / (NODES - 1)));
      // A pulse never puts two states in the other order; one that takes both to the same goal nearly does, in a table.
      steps[i] = i === 0 ? signed : Math.max(signed, steps[i - 1] - (1 - ORDER_KEPT) / (NODES - 1));
    }
    return new TableStep(steps);
  };
  return pulseModel({
    name: model.name,
    source: model.source ?? model.name,
    potentiation: table(pulses.potentiation, 1),
    depression: table(pulses.depression, -1),
    g_min_S: axis.g_min_S,
    g_max_S: axis.g_max_S,
    rangeMeasured: true,
    pulse: pulses,
    spreads: {},
  });
}
