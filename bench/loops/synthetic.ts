import {
  type LoopData,
  LoopProblem,
  loopModel,
  type MeasuringCircuit,
  scaleOf,
  weightsOf,
} from '../../calibration/dynamics/index.js';
import { type RandomStream, triangleDrive } from '../../core/index.js';

/** Made-up cells whose every parameter three triangles of rising amplitude show; `[parameters]` of each model, then the start state. */
export const truths: Readonly<Record<string, readonly number[]>> = {
  mss: [2e3, 2e4, 0.35, 0.25, 2e-3, 0.05, 0.3],
  vteam: [2e3, 2e4, 1.5, 60, 80, 0.35, 0.3, 1.5, 1.5, 2, 0.3],
  yakopcic: [2e-5, 4, 4e-5, 3, 1e-5, 2, 8e-6, 4, 300, 350, 0.45, 0.4, 2, 2, 0.4, 0.4, 0.3],
  memdiode: [5e-5, 1e-5, 7, 5, 1500, 4000, 1, 0.08, 0.5, 0.09, 0.3],
};

/** Noise of a point over the largest current. */
export const NOISE = 0.002;
const AMPLITUDES_V = [0.54, 0.72, 0.9];
const PERIOD_s = 0.1;
const SAMPLES = 60;

/** Three triangles of 100 ms, 60 samples each, of .54, .72 and .9 V: no current yet. */
export function triangles(circuit: MeasuringCircuit = { series_ohm: 0 }): LoopData {
  const n = SAMPLES * AMPLITUDES_V.length;
  const times_s = Float64Array.from({ length: n + 1 }, (_, i) => (i * PERIOD_s) / SAMPLES);
  const waves = AMPLITUDES_V.map((amplitude) => triangleDrive(amplitude, -amplitude, PERIOD_s));
  const drive_V = times_s.map((t, i) => waves[Math.min(waves.length - 1, Math.floor(i / SAMPLES))](t));
  return emptyLoop('triangles', times_s, drive_V, circuit, 1 / PERIOD_s);
}

/** A drive that nothing was measured under yet. */
export function emptyLoop(
  name: string,
  times_s: Float64Array,
  drive_V: Float64Array,
  circuit: MeasuringCircuit,
  frequency_Hz?: number,
): LoopData {
  return {
    name,
    cell: '',
    times_s,
    drive_V,
    current_A: new Float64Array(times_s.length),
    fitted: new Uint8Array(times_s.length).fill(1),
    ...(frequency_Hz === undefined ? {} : { frequency_Hz }),
    circuit,
  };
}

/**
 * The loop as a cell of these values answers it, with noise of a standard deviation [A] that follows itself by a lag-1 correlation.
 * Integrated as a fit integrates it: what is asked is what noise does to a fit, not how exact the integration is.
 */
export function measured(
  model: string,
  values: readonly number[],
  loop: LoopData,
  sigma: (largest_A: number) => number,
  correlation: number,
  random: RandomStream,
): LoopData {
  const clean = answerOf(model, values, loop);
  const sigma_A = sigma(clean.reduce((most, i) => Math.max(most, Math.abs(i)), 0));
  let noise = random.normal();
  const current_A = clean.map((i) => {
    const here = i + sigma_A * noise;
    noise = correlation * noise + Math.sqrt(1 - correlation ** 2) * random.normal();
    return here;
  });
  return { ...loop, current_A };
}

/** What a cell of these values answers, without noise, A. */
export function answerOf(model: string, values: readonly number[], loop: LoopData): Float64Array {
  // bounds come from the drive alone, and no value is held against them here
  const guess = { ...loop, current_A: loop.drive_V.map((v) => 1e-4 * v) };
  const problem = new LoopProblem(loopModel(model), [guess], scaleOf([guess]), {
    weights: weightsOf([guess], 0),
  });
  const response = problem.answer(values, 0);
  if (response === undefined) throw new Error(`${model}: the made-up cell left the range of numbers`);
  return response.current_A.slice();
}
