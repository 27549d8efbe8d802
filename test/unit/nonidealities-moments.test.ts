import { describe, expect, it } from 'vitest';
import { SimulatedCells } from '../../devices/cells/index.js';
import {
  Converter,
  drawDriftExponents,
  drawPopulation,
  type Nonidealities,
  nonidealities,
  relaxationLaw,
  relaxed_S,
  TelegraphNoise,
} from '../../devices/cells/nonidealities/index.js';
import { linearCells } from '../../devices/cells/pulse/index.js';
import { KernelMemory } from '../../kernels/index.js';

const DRAWS = 1_000_000;
const ROWS = 1000;

/** Mean and σ within 3 standard errors of what was asked for; kurtosis of a normal distribution. */
function expectNormal(values: ArrayLike<number>, mean: number, sigma: number): void {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  const m = sum / n;
  let squares = 0;
  let fourth = 0;
  for (let i = 0; i < n; i++) {
    const d = (values[i] - m) ** 2;
    squares += d;
    fourth += d * d;
  }
  const s = Math.sqrt(squares / n);
  expect(Math.abs(m - mean)).toBeLessThan((3 * sigma) / Math.sqrt(n));
  expect(Math.abs(s - sigma)).toBeLessThan((3 * sigma) / Math.sqrt(2 * n));
  expect(Math.abs(fourth / n / s ** 4 - 3)).toBeLessThan(3 * Math.sqrt(24 / n));
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = Math.min(a.length, b.length);
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    sa += a[i];
    sb += b[i];
    saa += a[i] * a[i];
    sbb += b[i] * b[i];
    sab += a[i] * b[i];
  }
  return (sab - (sa * sb) / n) / Math.sqrt((saa - (sa * sa) / n) * (sbb - (sb * sb) / n));
}

/** Bit for bit; `toEqual` takes seconds over a million numbers. */
const same = (a: Float32Array | Float64Array, b: Float32Array | Float64Array) =>
  a.length === b.length && a.every((value, i) => Object.is(value, b[i]));

const cellsWith = (asked: Partial<Nonidealities>, group = 0, memory?: KernelMemory) =>
  new SimulatedCells({
    ...(memory ? { memory } : {}),
    rows: ROWS,
    columns: DRAWS / ROWS,
    model: { ...linearCells(1000, 100, 1), spreads: {} },
    seed: 11,
    group,
    nonidealities: asked,
    initial_S: 0.5,
  });

/** State of every cell after one update of k pulses up, in steps from where it was. */
async function stepsOf(asked: Partial<Nonidealities>, k = 1, group = 0, id = 1): Promise<Float64Array> {
  const cells = cellsWith(asked, group);
  const start = cells.packed.state[0];
  await cells.pulse({ counts: new Int16Array(DRAWS).fill(k) }, { id });
  return Float64Array.from(cells.packed.seen.subarray(0, DRAWS), (w) => (w - start) * 1000);
}

describe('every noise source over 10⁶ draws', () => {
  it('cycle to cycle, of the step: k pulses spread by √k', async () => {
    expectNormal(await stepsOf({ c2c: 0.3 }), 1, 0.3);
    expectNormal(await stepsOf({ c2c: 0.3 }, 9), 9, 0.9);
  });

  it('cycle to cycle, of the range', async () => {
    expectNormal(await stepsOf({ c2cRange: 0.01 }, 4), 4, 20);
  });

  it('write noise', async () => {
    expectNormal(await stepsOf({ write: 0.02 }), 1, 20);
  });

  it('device to device', () => {
    const spread = { d2dStep: 0.05, d2dAsymmetry: 0.02, d2dHigh: 0.03, d2dLow: 0.04 };
    const { gainUp, gainDown, low, high } = drawPopulation(DRAWS, nonidealities(spread), 3, 0);
    expectNormal(
      gainUp.map((g, c) => 0.5 * (g + gainDown[c])),
      1,
      0.05,
    );
    expectNormal(
      gainUp.map((g, c) => 0.5 * (g - gainDown[c])),
      0,
      0.02,
    );
    expectNormal(high, 1, 0.03);
    expectNormal(low, 0, 0.04);
    const logNormal = drawPopulation(DRAWS, nonidealities({ d2dStep: 0.7, d2dLogNormal: true }), 3, 0);
    expectNormal(logNormal.gainUp.map(Math.log), 0, 0.7);
  });

  it('read noise, fresh at each read, less by averaging', async () => {
    const cells = cellsWith({ read: 0.02 });
    const g = await cells.read();
    const mean = cells.packed.state[0] * 0.99 + 0.01;
    expectNormal(g, mean, 0.02 * mean);
    // cells c and c + 4 share a random word
    for (const of of [(x: number) => x, (x: number) => (x - mean) ** 2]) {
      const pairs = g.filter((_, c) => c % 8 < 4).map(of);
      expect(Math.abs(correlation(pairs, g.filter((_, c) => c % 8 >= 4).map(of)))).toBeLessThan(
        3 / Math.sqrt(pairs.length),
      );
    }
    const again = await cells.read();
    expect(Math.abs(correlation(g, again))).toBeLessThan(3 / Math.sqrt(DRAWS));
    expectNormal(await cells.read(undefined, { averages: 4 }), mean, 0.01 * mean);
  });

  it('drift exponents', () => {
    const p = { exponent: 0.05, spread: 0.01, t0_s: 1 };
    expectNormal(drawDriftExponents(p, DRAWS, 1, 0), 0.05, 0.01);
  });

  it('stuck cells, half at either end', () => {
    const { gainUp, stuckState } = drawPopulation(DRAWS, nonidealities({ stuck: 0.1 }), 4, 0);
    const stuck = stuckState.filter((w) => !Number.isNaN(w));
    const error = 3 * Math.sqrt(0.1 * 0.9 * DRAWS);
    expect(Math.abs(stuck.length - 0.1 * DRAWS)).toBeLessThan(error);
    expect(gainUp.filter((g) => g === 0)).toHaveLength(stuck.length);
    const low = stuck.filter((w) => w === 0).length;
    expect(stuck.filter((w) => w === 1)).toHaveLength(stuck.length - low);
    expect(Math.abs(low / stuck.length - 0.5)).toBeLessThan(1.5 / Math.sqrt(stuck.length));
  });

  it('telegraph noise: share of time and dwell in each state', () => {
    const noise = new TelegraphNoise({ depth: 0.1, upper_s: 3, lower_s: 1 }, DRAWS, 1, 0);
    const share = () => noise.states.reduce((sum, s) => sum + s, 0) / DRAWS;
    const error = 3 * Math.sqrt((0.25 * 0.75) / DRAWS);
    expect(Math.abs(share() - 0.25)).toBeLessThan(error);
    const before = noise.states.slice();
    noise.advance(0.5, 1);
    expect(Math.abs(share() - 0.25)).toBeLessThan(error);
    // autocorrelation of the process: e^(−Δt(1/τc + 1/τe))
    expect(correlation(before, noise.states)).toBeCloseTo(Math.exp(-0.5 * (1 + 1 / 3)), 2);
  });

  it('relaxation follows its measured moments', async () => {
    const cells = cellsWith({ relaxation: true });
    await cells.pulse({ counts: new Int16Array(DRAWS).fill(1) }, { id: 1 });
    await cells.wait(100);
    const g = 0.01 + 0.99 * cells.packed.state[0];
    const law = relaxationLaw(100);
    const mean_S = relaxed_S(law, g, 0, 1);
    const sigma_S = relaxed_S(law, g, 1, 1) - mean_S;
    // 4 decades after 10 ms, mid-range: (1.343 + 4·0.407) µS of 40 µS
    expect(sigma_S * 40).toBeCloseTo(2.971, 2);
    expectNormal(await cells.read(), g + mean_S, sigma_S);
  });
});

describe('streams', () => {
  it('of different sources, groups and events are uncorrelated', async () => {
    const c2c = await stepsOf({ c2c: 0.3 });
    const others = [
      await stepsOf({ c2cRange: 0.01 }),
      await stepsOf({ write: 0.02 }),
      await stepsOf({ c2c: 0.3 }, 1, 1),
      await stepsOf({ c2c: 0.3 }, 1, 0, 2),
      drawPopulation(DRAWS, nonidealities({ d2dStep: 0.05 }), 11, 0).gainUp,
    ];
    for (const other of others)
      expect(Math.abs(correlation(c2c, other))).toBeLessThan(3.5 / Math.sqrt(DRAWS));
    expect(Math.abs(correlation(c2c.subarray(1), c2c))).toBeLessThan(3.5 / Math.sqrt(DRAWS));
  });

  it('switching one source off does not shift another', async () => {
    const alone = await stepsOf({ c2c: 0.3 });
    const both = await stepsOf({ c2c: 0.3, read: 0.1, stuck: 0 });
    expect(same(both, alone)).toBe(true);
  });

  it('give the same numbers however the array is split, and in any order', async () => {
    const asked = { c2c: 0.3, c2cRange: 0.001, write: 0.01, d2dStep: 0.1 };
    const whole = cellsWith(asked);
    const memory = new KernelMemory(SimulatedCells.bytes(ROWS, DRAWS / ROWS, linearCells()) + 4 * DRAWS);
    const parts = cellsWith(asked, 0, memory);
    const plan = Int16Array.from({ length: DRAWS }, (_, c) => (c % 7) - 3);
    await whole.pulse({ counts: plan }, { id: 9 });
    const counts = new Int16Array(memory.memory.buffer, memory.allocate(2 * DRAWS), DRAWS);
    counts.set(plan);
    for (const [first, count] of [
      [600_000, 400_000],
      [0, 16],
      [16, 599_984],
    ]) {
      parts.packed.pulse(counts.byteOffset, 9, first, count);
    }
    expect(same(parts.packed.seen, whole.packed.seen)).toBe(true);
    expect(same(parts.packed.state, whole.packed.state)).toBe(true);
  });
});

describe('converter', () => {
  it('rounds to the nearest code, with offset and gain, and saturates', () => {
    const ideal = new Converter({ bits: 8, offset: 0, gain: 0 }, 0, 255e-6);
    expect(ideal.convert(100.4e-6)).toBeCloseTo(100e-6, 12);
    expect(ideal.convert(1)).toBeCloseTo(255e-6, 12);
    const off = new Converter({ bits: 16, offset: 0.01, gain: -0.02 }, 0, 1);
    expect(off.convert(0.5)).toBeCloseTo(0.5, 4);
    expect(off.convert(0)).toBeCloseTo(0.01, 4);
    const raised = new Converter({ bits: 16, offset: 0.01, gain: 0 }, 1, 3);
    expect(raised.convert(2)).toBeCloseTo(2.02, 4);
  });
  it.each([
    [{ c2c: -0.1 }, /c2c must be a number ≥ 0, got -0.1/],
    [{ stuck: 1.5 }, /stuck is a share/],
    [{ drift: { exponent: 0.1, spread: 0, t0_s: 0 } }, /drift.t0_s is out of range, got 0/],
  ])('a bad figure names its field: %o', (asked, message) => {
    expect(() => nonidealities(asked)).toThrow(message);
  });
});
