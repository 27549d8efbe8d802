/**
 * Coverage of the 95 % intervals of pulse-train fits: trains drawn from each law with 1 % noise, white over 100 pulses and AR(1)
 * with ρ = .7 over 400 (and, reported alone, over 50 and 100), fitted as `calibrate fit` fits them.
 *   npm run bench -- coverage [--seeds 400] [--only soft-bounds] [--short]
 */
import { parseArgs } from 'node:util';
import {
  fitTrain,
  type MeasuredTrain,
  type TrainModelName,
  trainModel,
} from '../calibration/trains/index.js';
import { RandomStream } from '../core/index.js';
import { machine } from './machine.js';

/** True parameters in the coordinates of a fit (z of the noiseless train from 0 to about 1), by law; middle and width of N. */
const truths: Readonly<Partial<Record<TrainModelName, (pulses: number) => number[]>>> = {
  'soft-bounds': () => [0, 1, 3],
  'exponential-step': (pulses) => [0, 3 / pulses, 0.3 / pulses, -2],
  power: (pulses) => [0, 3 / pulses, 1.6, 1.08],
  logistic: (pulses) => [-0.06, 1.12, 0.5 * pulses, 0.16 * pulses],
};

const NOISE = 0.01;

/** One law under one noise: how often each interval held the truth. */
export interface Coverage {
  readonly law: TrainModelName;
  readonly pulses: number;
  readonly correlation: number;
  readonly seeds: number;
  /** By parameter. */
  readonly held: Readonly<Record<string, number>>;
  readonly mean: number;
  readonly least: number;
  readonly unconverged: number;
}

/** Draws and fits so many trains of one law. */
export function coverageOf(
  law: TrainModelName,
  pulses: number,
  correlation: number,
  seeds: number,
): Coverage {
  const model = trainModel(law);
  const frame = { origin: 0, scale: 1, pulses, bounded: false, most: Number.POSITIVE_INFINITY };
  const numbers = Float64Array.from({ length: pulses + 1 }, (_, n) => n);
  const truth = truths[law]!(pulses);
  const names = model.shown.map(({ name, ofState }) => (ofState ? `${name}_S` : name));
  const ofBound = law === 'soft-bounds' ? ['asymptote_S'] : [];
  const held: Record<string, number> = Object.fromEntries([...names, ...ofBound].map((name) => [name, 0]));
  let unconverged = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const random = new RandomStream(seed, `coverage ${law} ${pulses}`);
    const z = new Float64Array(pulses + 1);
    model.states(truth, numbers, frame, z);
    let noise = random.normal();
    const states = z.map((v) => {
      const now = v + NOISE * noise;
      noise = correlation * noise + Math.sqrt(1 - correlation ** 2) * random.normal();
      return 1e-5 + 1e-6 * now;
    });
    const train: MeasuredTrain = {
      name: law,
      direction: 'up',
      pulses: numbers,
      states,
      rows: Uint32Array.from(numbers),
      unit: 'S',
      reversed: false,
      counted: true,
    };
    const fit = fitTrain([train], law);
    if (fit.status !== 'converged') unconverged++;
    // the fit sees a frame of its own: the truth is put into it
    const true_S = truthIn(law, truth, fit.frame);
    for (const [j, name] of names.entries()) {
      const shown = model.shown[j].value(
        true_S[model.parameters({ frame } as never).findIndex(({ name: n }) => n === model.shown[j].from)],
        fit.frame,
      );
      const { low, high } = fit.estimates[name];
      if (shown >= low && shown <= high) held[name]++;
    }
    for (const name of ofBound) {
      const asymptote = 1e-5 + 1e-6 * (truth[0] + truth[1] / -Math.expm1(-truth[2]));
      const { low, high } = fit.estimates[name];
      if (asymptote >= low && asymptote <= high) held[name]++;
    }
  }
  const shares = Object.fromEntries(Object.entries(held).map(([name, count]) => [name, count / seeds]));
  const values = Object.values(shares);
  return {
    law,
    pulses,
    correlation,
    seeds,
    held: shares,
    mean: values.reduce((a, b) => a + b, 0) / values.length,
    least: Math.min(...values),
    unconverged,
  };
}

/** Parameters of the truth, drawn in z of origin 10 µS and scale 1 µS, in the frame of a fit. */
function truthIn(law: TrainModelName, truth: number[], frame: { origin: number; scale: number }): number[] {
  const zOf = (z: number) => (1e-5 + 1e-6 * z - frame.origin) / frame.scale;
  const size = (d: number) => (1e-6 * d) / frame.scale;
  const [a, b, c, d] = truth;
  if (law === 'soft-bounds') return [zOf(a), size(b), c];
  if (law === 'logistic') return [zOf(a), size(b), c, d];
  if (law === 'power') {
    // the step where z is 0 is another one in another frame
    const at = (frame.origin - 1e-5) / 1e-6;
    return [zOf(a), size(b * ((d - at) / d) ** c), c, zOf(d)];
  }
  const stepAt = (z: number) => b + ((c - b) * Math.expm1(d * z)) / Math.expm1(d);
  const from = (frame.origin - 1e-5) / 1e-6;
  const to = from + frame.scale / 1e-6;
  return [zOf(a), size(stepAt(from)), size(stepAt(to)), (d * frame.scale) / 1e-6];
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '400' },
      only: { type: 'string' },
      short: { type: 'boolean' },
    },
  });
  const laws = Object.keys(truths).filter((law) => values.only === undefined || law === values.only);
  const noises = values.short
    ? [
        [50, 0.7],
        [100, 0.7],
      ]
    : [
        [100, 0],
        [400, 0.7],
      ];
  console.log(machine());
  for (const [pulses, correlation] of noises) {
    for (const law of laws) {
      const began = performance.now();
      const c = coverageOf(law as TrainModelName, pulses, correlation, Number(values.seeds));
      const parameters = Object.entries(c.held).map(([name, share]) => `${name} ${(100 * share).toFixed(1)}`);
      console.log(
        `${law}, ${pulses} pulses, ρ ${correlation}: mean ${(100 * c.mean).toFixed(1)} %, least ${(100 * c.least).toFixed(1)} % (${parameters.join(', ')}); ${c.unconverged} not converged; ${((performance.now() - began) / c.seeds).toFixed(0)} ms a fit`,
      );
    }
  }
}
