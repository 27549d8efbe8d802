import { inputError, runError } from '../../core/index.js';
import type { ElementModel } from '../../devices/elements/index.js';
import { integrate } from './integrate.js';
import { SeriesCircuit } from './series-circuit.js';

/** What `simulateWaveform` drives an element with, through a series resistance, Ω, 0 when left out. */
export interface WaveformOptions {
  /** Source voltage at a time, V of s. */
  readonly drive_V: (time_s: number) => number;
  /** When to sample, s, rising; the first is where the integration starts. */
  readonly times_s: ArrayLike<number>;
  readonly series_ohm?: number;
  /** State at the first time; the model's own when left out. */
  readonly initial?: number;
  /** Error of a step relative to the state's range. */
  readonly tolerance?: number;
}

/** What one element does under a waveform, sample by sample. */
export interface Waveform {
  readonly times_s: Float64Array;
  /** Of the source. */
  readonly drive_V: Float64Array;
  /** Across the element. */
  readonly voltage_V: Float64Array;
  readonly current_A: Float64Array;
  /** In the state's own unit; 0 for an element without one. */
  readonly state: Float64Array;
  readonly steps: number;
}

const DEFAULT_TOLERANCE = 1e-9;
const MAX_STEPS = 1_000_000;

/**
 * Integrates one device behind a series resistance (Dormand & Prince 5(4), the operating point solved at every stage, the
 * state clipped to its bounds). Throws `waveform.*`: bad input with exit code 2, a run that failed with 1.
 */
export function simulateWaveform(model: ElementModel, options: WaveformOptions): Waveform {
  const { drive_V, series_ohm = 0, tolerance = DEFAULT_TOLERANCE } = options;
  if (!(series_ohm >= 0 && Number.isFinite(series_ohm))) {
    throw inputError('waveform.series', `series_ohm must be ≥ 0, got ${series_ohm}`);
  }
  const times = Float64Array.from(options.times_s);
  if (times.some((t, i) => !Number.isFinite(t) || (i > 0 && t <= times[i - 1]))) {
    throw inputError('waveform.times', 'sample times must be finite and rise');
  }
  const n = times.length;
  const circuit = new SeriesCircuit(model, series_ohm);
  const out = {
    times_s: times,
    drive_V: Float64Array.from(times, drive_V),
    voltage_V: new Float64Array(n),
    current_A: new Float64Array(n),
    state: new Float64Array(n),
  };
  const { state } = model;
  const bounds = { low: state?.low ?? 0, high: state?.high ?? 0 };
  let x = options.initial ?? state?.initial ?? 0;
  if (!(x >= bounds.low && x <= bounds.high)) {
    throw inputError(
      'waveform.initial',
      `${model.name}: the initial state must lie between ${bounds.low} and ${bounds.high}, got ${x}`,
    );
  }
  const rate = (t: number, at: number): number => {
    const v = circuit.voltage_V(drive_V(t), at);
    return model.rate!(v, circuit.point.current_A, at);
  };
  let steps = 0;
  let step_s: number | undefined;
  for (let i = 0; i < n; i++) {
    if (i > 0 && model.rate !== undefined) {
      const result = integrate(
        rate,
        x,
        times[i - 1],
        times[i],
        { ...bounds, tolerance, maxSteps: MAX_STEPS },
        step_s,
      );
      if (result.status !== 'settled') {
        throw runError(
          `waveform.${result.status}`,
          `${model.name}: between ${times[i - 1]} s and ${times[i]} s the state ${
            result.status === 'not-finite' ? 'left the range of numbers' : `took more than ${MAX_STEPS} steps`
          }; lower the voltage or loosen the tolerance`,
        );
      }
      x = result.state;
      step_s = result.step_s;
      steps += result.steps;
    }
    out.voltage_V[i] = circuit.voltage_V(out.drive_V[i], x);
    out.current_A[i] = circuit.point.current_A;
    out.state[i] = x;
  }
  return { ...out, steps };
}

/** `count` sample times over `periods` of a frequency, the start included. */
export function sampleTimes(frequency_Hz: number, periods: number, count: number): Float64Array {
  return Float64Array.from({ length: count + 1 }, (_, i) => (i * periods) / (count * frequency_Hz));
}

/** Area of the closed loop of the last period, ∮ I dV with the sign left out, in W: what hysteresis encloses. */
export function loopArea(waveform: Waveform, samplesPerPeriod: number): number {
  const { voltage_V, current_A } = waveform;
  const n = voltage_V.length;
  let area = 0;
  for (let i = Math.max(1, n - samplesPerPeriod); i < n; i++) {
    const dv = voltage_V[i] - voltage_V[i - 1];
    // the two lobes of a pinched loop turn opposite ways
    area += 0.5 * (current_A[i] + current_A[i - 1]) * dv * Math.sign(voltage_V[i] + voltage_V[i - 1]);
  }
  return Math.abs(area);
}
