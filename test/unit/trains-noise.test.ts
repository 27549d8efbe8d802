import { expect, test } from 'vitest';
import { type MeasuredTrain, noiseOfRepeats, type RepeatNoise } from '../../calibration/trains/index.js';
import { RandomStream } from '../../core/index.js';

/** Seeds drawn; the figures of docs/results/calibration.md are of 200. */
const SEEDS = Number(process.env.OHMPROP_NOISE_SEEDS ?? 8);

interface Drawn {
  readonly step: (g: number) => number;
  readonly from: number;
  readonly pulses: number;
  readonly cycles: number;
  /** σ of a pulse: of its step, or in S. */
  readonly write: number | { readonly S: number };
  /** σ of a read: of the conductance, or in S. */
  readonly read: number | { readonly S: number };
}

function draw({ step, from, pulses, cycles, write, read }: Drawn, seed: number): MeasuredTrain[] {
  const random = new RandomStream(seed, 'noise of repeats');
  return Array.from({ length: cycles }, (_, cycle) => {
    let g = from * (1 + 0.02 * random.normal());
    const states = Float64Array.from({ length: pulses + 1 }, (_, n) => {
      if (n > 0) {
        const s = step(g);
        g += s + (typeof write === 'number' ? write * s : write.S) * random.normal();
        g = Math.min(40e-6, Math.max(1e-6, g));
      }
      return g + (typeof read === 'number' ? read * g : read.S) * random.normal();
    });
    return {
      name: `drawn.csv, cycle ${cycle + 1}`,
      direction: states[pulses] > states[0] ? 'up' : 'down',
      pulses: Float64Array.from(states.keys()),
      states,
      unit: 'S',
      rows: Uint32Array.from(states.keys()),
      reversed: false,
      counted: false,
    };
  });
}

const softUp = { step: (g: number) => 0.025 * (43e-6 - g), from: 1e-6, pulses: 105, cycles: 5 };
const powerUp = {
  step: (g: number) => 0.02 * 39e-6 * Math.max(0, (40e-6 - g) / 39e-6) ** 1.5,
  from: 1e-6,
  pulses: 189,
  cycles: 5,
};
const powerDown = {
  step: (g: number) => -0.03 * 39e-6 * Math.max(0, (g - 1e-6) / 39e-6) ** 1.8,
  from: 36e-6,
  pulses: 189,
  cycles: 5,
};
const noises = { write: 0.3, read: 0.01 };

/** Mean of what is found, and how many intervals hold the truth. */
function over(cell: Drawn, key: 'c2cStep' | 'c2cRange' | 'read' | 'readWriteRange', truth: number) {
  let [sum, held, told] = [0, 0, 0];
  const found: RepeatNoise[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const noise = noiseOfRepeats(draw(cell, seed))!;
    found.push(noise);
    const { value, low, high, identifiable } = noise[key];
    sum += value / SEEDS;
    held += low <= truth && truth <= high ? 1 / SEEDS : 0;
    told += identifiable ? 1 / SEEDS : 0;
  }
  if (process.env.OHMPROP_NOISE_SEEDS !== undefined)
    console.log(
      `${key}: mean ${sum.toPrecision(3)} for ${truth}, coverage ${(100 * held).toFixed(1)} %, told ${(100 * told).toFixed(1)} %`,
    );
  return { mean: sum, held, told, found };
}

for (const [name, cell] of Object.entries({ softUp, powerUp, powerDown })) {
  test(`${name}: what a pulse adds and what a read adds are told apart though reads are noisier than steps`, () => {
    const write = over({ ...cell, ...noises }, 'c2cStep', 0.3);
    expect(write.mean / 0.3).toBeGreaterThan(0.85);
    expect(write.mean / 0.3).toBeLessThan(1.15);
    expect(write.held).toBeGreaterThan(0.7);
    const read = over({ ...cell, ...noises }, 'read', 0.01);
    expect(read.mean / 0.01).toBeCloseTo(1, 1);
    expect(read.held).toBeGreaterThan(0.7);
    expect(write.found.filter(({ takes }) => takes.read === 'conductance').length).toBeGreaterThan(
      0.7 * SEEDS,
    );
  });
}

test('the same for noises that are the same everywhere', () => {
  const cell: Drawn = { ...softUp, pulses: 80, write: { S: 0.1e-6 }, read: { S: 0.3e-6 } };
  const range = 42e-6 * (1 - 0.975 ** 80);
  const write = over(cell, 'c2cRange', 0.1e-6 / range);
  expect(Math.abs(write.mean / (0.1e-6 / range) - 1)).toBeLessThan(0.2);
  expect(write.held).toBeGreaterThan(0.7);
  expect(over(cell, 'readWriteRange', 0.3e-6 / range).held).toBeGreaterThan(0.7);
  expect(write.found.filter(({ takes }) => takes.write === 'range').length).toBeGreaterThan(0.7 * SEEDS);
});

test('reads without write noise give a bound for it, no number', () => {
  const { found } = over({ ...softUp, write: 0, read: 0.01 }, 'c2cStep', 0);
  const none = found.filter(({ c2cStep }) => !c2cStep.identifiable && c2cStep.high < 0.15);
  expect(none.length / SEEDS).toBeGreaterThan(0.8);
});

test('two repetitions of few pulses tell nothing for certain and say so', () => {
  const { found } = over({ ...softUp, pulses: 20, cycles: 2, write: 0.02, read: 0.05 }, 'c2cStep', 0.02);
  expect(found.filter(({ c2cStep }) => !c2cStep.identifiable).length / SEEDS).toBeGreaterThan(0.7);
});
