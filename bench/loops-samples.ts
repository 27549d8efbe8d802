/**
 * How far off a fit ends by the time between samples alone: a metastable switch under a sine, integrated to 1e-8 and without noise, fitted
 * from the truth with 2, 8, and as many steps between samples as a fit makes itself. Bias of each parameter, %.
 *   npm run bench -- loops-samples
 */
import { LoopProblem, loopModel, scaleOf, weightsOf } from '../calibration/dynamics/index.js';
import { leastSquares } from '../calibration/estimates/index.js';
import { sineDrive } from '../core/index.js';
import { simulateWaveform } from '../solver/device-waveform/index.js';
import { emptyLoop } from './loops/synthetic.js';
import { machine } from './machine.js';

/** r_on 2 kΩ, r_off 20 kΩ, v_on .3 V, v_off .25 V, τ 1 ms, V_T 35 mV; and where the state starts. */
const truth = [2e3, 2e4, 0.3, 0.25, 1e-3, 0.035];
const START = 0.1;
const AMPLITUDE_V = 0.8;
const FREQUENCY_Hz = 10;

export async function run(): Promise<void> {
  console.log(machine());
  for (const samples of [20, 40, 80, 200]) {
    for (const substeps of [2, 8, undefined]) {
      const biases = biasesOf(samples, substeps).map(({ name, percent }) => `${name} ${percent.toFixed(3)}`);
      console.log(`${samples} samples, ${substeps ?? 'its own'} steps between: ${biases.join(', ')}`);
    }
  }
}

function biasesOf(samples: number, substeps?: number): { name: string; percent: number }[] {
  const model = loopModel('mss');
  const drive = sineDrive(AMPLITUDE_V, AMPLITUDE_V, FREQUENCY_Hz);
  const times_s = Float64Array.from({ length: samples + 1 }, (_, i) => i / (samples * FREQUENCY_Hz));
  const empty = emptyLoop('sine', times_s, times_s.map(drive), { series_ohm: 0 }, FREQUENCY_Hz);
  const guess = { ...empty, current_A: empty.drive_V.map((v) => v / truth[0]) };
  const cell = new LoopProblem(model, [guess], scaleOf([guess]), { weights: weightsOf([guess], 0) });
  const element = cell.elementOf(truth);
  if (element === undefined) throw new Error('the made-up cell is none');
  const { current_A } = simulateWaveform(element, {
    drive_V: drive,
    times_s,
    initial: START,
    tolerance: 1e-8,
  });
  const loop = { ...empty, current_A };
  const problem = new LoopProblem(model, [loop], scaleOf([loop]), {
    weights: weightsOf([loop], 0),
    ...(substeps === undefined ? {} : { substeps }),
  });
  const { values } = leastSquares(problem, [...truth, START]);
  return truth.map((value, j) => ({ name: problem.own[j].name, percent: 100 * (values[j] / value - 1) }));
}
