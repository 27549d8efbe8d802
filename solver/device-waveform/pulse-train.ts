import { inputError } from '../../core/index.js';
import type { PulseShape } from '../../devices/contract/index.js';
import type { ElementModel } from '../../devices/elements/index.js';
import {
  type ConductanceAxis,
  conductanceAxis,
  readConductance_S,
  statesUnderPulses,
} from './pulse-response.js';
import { SeriesCircuit } from './series-circuit.js';

/** Pulses of `physicalTrains`, the voltage that reads the conductance after each, V, and the resistance in series, Ω. */
export interface TrainOptions {
  /** Amplitudes that potentiate and that depress, V; where `either` is set they may be taken the other way round. */
  readonly up_V: number;
  readonly down_V: number;
  readonly either: boolean;
  /** Width of every pulse, s; left out, each direction gets one that `PULSES` of them go its way with. */
  readonly width_s?: number;
  /** Pulses each way; left out, until 95 % of the way is gone. */
  readonly pulses?: number;
  /** Width and number of the pulses of `down_V`, where they are not those of `up_V`. */
  readonly down?: { readonly width_s?: number; readonly pulses?: number };
  readonly read_V: number;
  readonly series_ohm: number;
  /** State that the first train starts in; left out, the one that conducts least. */
  readonly from?: number;
  /** A train is not longer than this. */
  readonly mostPulses: number;
}

/** Trains of a physical model: up from its lowest conductance, then down from where that led. */
export interface PhysicalTrains {
  /** After 0, 1, 2 … pulses, S. */
  readonly up_S: Float64Array;
  readonly down_S: Float64Array;
  readonly potentiation: PulseShape;
  readonly depression: PulseShape;
  readonly axis: ConductanceAxis;
  /** True if the lowest state cannot be left and the train began 1 % of the range inside. */
  readonly lockedEnd: boolean;
  /** True if either train is shorter than 95 % of its way takes. */
  readonly cut: boolean;
}

/** Pulses that a train of proposed width takes. */
const PULSES = 50;
const WAY = 0.95;

/**
 * Simulates trains of identical pulses, pulse after pulse on the model itself. Throws `pulse.amplitude`, exit code 2,
 * where the amplitudes do not move the device up and down.
 */
export function physicalTrains(model: ElementModel, options: TrainOptions): PhysicalTrains {
  const axis = conductanceAxis(model, options.read_V);
  const { up_V, down_V, either } = options;
  const first: Pulses = { amplitude_V: up_V, width_s: options.width_s, pulses: options.pulses };
  const second: Pulses = { ...first, ...options.down, amplitude_V: down_V };
  const orders = either
    ? [
        [first, second],
        [second, first],
      ]
    : [[first, second]];
  for (const inside of options.from === undefined ? [0, 0.01] : [0]) {
    const start = options.from ?? axis.lowest + inside * (axis.highest - axis.lowest);
    for (const [up, down] of orders) {
      const rise = wayUnder(model, axis, start, up.amplitude_V, options);
      if (rise === undefined || rise.change_S <= 0) continue;
      const potentiation = shapeOf(up, rise.time_s);
      const rising = train(model, start, potentiation, up.pulses, rise.time_s, options);
      const top = rising[rising.length - 1];
      const fall = wayUnder(model, axis, top, down.amplitude_V, options);
      if (fall === undefined || fall.change_S >= 0) {
        throw inputError(
          'pulse.amplitude',
          `${model.name}: ${down.amplitude_V} V does not lower the conductance that pulses of ${up.amplitude_V} V raise; give the pulses that depress another amplitude`,
        );
      }
      const depression = shapeOf(down, fall.time_s);
      const conductance = (x: number) => readConductance_S(model, x, options.read_V);
      return {
        up_S: rising.map(conductance),
        down_S: train(model, top, depression, down.pulses, fall.time_s, options).map(conductance),
        potentiation,
        depression,
        axis,
        lockedEnd: inside > 0,
        cut: [[rise, potentiation, up] as const, [fall, depression, down] as const].some(
          ([way, { width_s }, { pulses }]) =>
            pulses === undefined && way.time_s / width_s > options.mostPulses,
        ),
      };
    }
  }
  throw inputError(
    'pulse.amplitude',
    `${model.name}: ${either ? `neither ${up_V} V nor ${down_V} V raises` : `${up_V} V does not raise`} its conductance from the lowest, ${axis.g_min_S.toPrecision(3)} S; give the pulses that potentiate another amplitude`,
  );
}

/** What is asked of one direction. */
interface Pulses {
  readonly amplitude_V: number;
  readonly width_s: number | undefined;
  readonly pulses: number | undefined;
}

function shapeOf({ amplitude_V, width_s }: Pulses, time_s: number): PulseShape {
  return { amplitude_V, width_s: width_s ?? roundTo2(time_s / PULSES) };
}

function train(
  model: ElementModel,
  from: number,
  pulse: PulseShape,
  pulses: number | undefined,
  time_s: number,
  { mostPulses, series_ohm }: TrainOptions,
): Float64Array {
  const count = pulses ?? Math.min(mostPulses, Math.max(1, Math.ceil(time_s / pulse.width_s - 1e-6)));
  return statesUnderPulses(model, from, pulse, count, series_ohm);
}

const MIN_S = 1e-12;
const MAX_S = 1e8;
/** Of the range of the conductance: what is less does not count as moving. */
const MIN_MOVE = 1e-6;

/**
 * How far a constant voltage drives the conductance in the end, and after what time 95 % of that is done (by doubling,
 * then bisection); undefined if it does not move.
 */
function wayUnder(
  model: ElementModel,
  axis: ConductanceAxis,
  from: number,
  amplitude_V: number,
  { read_V, series_ohm }: TrainOptions,
): { time_s: number; change_S: number } | undefined {
  const after = (x: number, width_s: number) =>
    statesUnderPulses(model, x, { amplitude_V, width_s }, 1, series_ohm)[1];
  const changeAt = (x: number) =>
    readConductance_S(model, x, read_V) - readConductance_S(model, from, read_V);
  const change_S = changeAt(restUnder(new SeriesCircuit(model, series_ohm), from, amplitude_V));
  if (!(Math.abs(change_S) > MIN_MOVE * (axis.g_max_S - axis.g_min_S))) return undefined;
  const gone = (x: number) => changeAt(x) / change_S >= WAY;
  let [x, elapsed_s, span_s] = [from, 0, MIN_S];
  for (let next = after(x, span_s); !gone(next); next = after(x, span_s)) {
    [x, elapsed_s, span_s] = [next, elapsed_s + span_s, elapsed_s + span_s];
    if (elapsed_s > MAX_S) return undefined;
  }
  let [low, high] = [0, span_s];
  for (let i = 0; i < 30; i++) {
    const middle = 0.5 * (low + high);
    if (gone(after(x, middle))) high = middle;
    else low = middle;
  }
  return { time_s: elapsed_s + high, change_S };
}

/** Intervals in which the first rest of a state is looked for. */
const INTERVALS = 1000;

/** Where a constant voltage leads a state in the end: the first at which its rate turns, or its bound. */
function restUnder(circuit: SeriesCircuit, from: number, amplitude_V: number): number {
  const { model, point } = circuit;
  const speed = (x: number) => {
    const voltage_V = circuit.voltage_V(amplitude_V, x);
    return model.rate?.(voltage_V, point.current_A, x) ?? 0;
  };
  const direction = Math.sign(speed(from));
  const { low, high } = model.state ?? { low: from, high: from };
  const bound = direction > 0 ? high : low;
  if (direction === 0 || bound === from) return from;
  for (let i = 1; i <= INTERVALS; i++) {
    let [a, b] = [i - 1, i].map((n) => from + ((bound - from) * n) / INTERVALS);
    if (speed(b) * direction > 0) continue;
    for (let n = 0; n < 50; n++) {
      const middle = 0.5 * (a + b);
      if (speed(middle) * direction > 0) a = middle;
      else b = middle;
    }
    return a;
  }
  return bound;
}

const roundTo2 = (value: number): number => Number(value.toPrecision(2));
