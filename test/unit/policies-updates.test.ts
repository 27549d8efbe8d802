import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import {
  CellStore,
  conductanceMap,
  findStuckCells,
  maskStuckCells,
  outerProduct,
  SimulatedCells,
} from '../../devices/cells/index.js';
import type { Nonidealities } from '../../devices/cells/nonidealities/index.js';
import { type PolicyOptions, policyNames, updatePolicy } from '../../devices/cells/policies/index.js';
import { agAsiJo, linearCells, type PulseModel } from '../../devices/cells/pulse/index.js';
import { cellWarnings } from '../../experiments/composition/cell-warnings.js';
import { cellsSchema } from '../../experiments/schema/cells-config.js';

const ROWS = 37;
const COLUMNS = 11;
const G_MAX = 2;

function storeOf(
  policy: string,
  model: PulseModel = linearCells(1000, 10),
  nonidealities: Partial<Nonidealities> = {},
  options: PolicyOptions = {},
  pairing: 'single' | 'differential' = 'single',
): CellStore {
  return new CellStore({
    groups: [{ name: 'g1', rows: ROWS, columns: COLUMNS, map: conductanceMap(model, G_MAX, pairing) }],
    model,
    policy: updatePolicy(policy, options),
    seed: 3,
    nonidealities,
  });
}

const random = new RandomStream(1, 'policies');
const draw = (n: number, scale: number) => Float64Array.from({ length: n }, () => scale * random.normal());
const BATCH = 5;
const contrast = {
  batch: BATCH,
  deltaBefore: draw(BATCH * ROWS, 0.1).map((v, e) => (e % 3 === 0 ? 0 : v)),
  meanBefore: draw(BATCH * ROWS, 1).map((v, e) => (e % 3 === 0 ? 0 : v)),
  deltaAfter: draw(BATCH * COLUMNS, 0.1),
  meanAfter: draw(BATCH * COLUMNS, 1),
  factor: 1 / BATCH,
};
const RATE = 0.05;

/** −rate · Σ_b (δ_i − δ_j)(m_i − m_j)/batch, in plain float64. */
const wanted = Float64Array.from({ length: ROWS * COLUMNS }, (_, c) => {
  const [i, j] = [Math.floor(c / COLUMNS), c % COLUMNS];
  let sum = 0;
  for (let b = 0; b < BATCH; b++) {
    const delta = contrast.deltaBefore[b * ROWS + i] - contrast.deltaAfter[b * COLUMNS + j];
    sum += delta * (contrast.meanBefore[b * ROWS + i] - contrast.meanAfter[b * COLUMNS + j]);
  }
  return (-RATE * sum) / BATCH;
});
const middle = new Float64Array(ROWS * COLUMNS).fill(0.5 * G_MAX);
const STEP = (0.9 * G_MAX) / 1000;

async function moved(store: CellStore, updates = 1): Promise<Float64Array> {
  await store.write('g1', middle);
  const before = Float64Array.from(await store.sense('g1'));
  for (let id = 1; id <= updates; id++) await store.adapt({ g1: outerProduct(contrast, RATE) }, id);
  return Float64Array.from(await store.sense('g1'), (g, c) => g - before[c]);
}

const largest = (values: Float64Array) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);

describe('time between updates', () => {
  const drift = { exponent: 0.1, spread: 0, t0_s: 2 };
  const still = { ...contrast, factor: 0 };
  const drifting = (policy: string, update_s: number) =>
    new CellStore({
      groups: [
        { name: 'g1', rows: ROWS, columns: COLUMNS, map: conductanceMap(linearCells(1000, 10), G_MAX) },
      ],
      model: linearCells(1000, 10),
      policy: updatePolicy(policy),
      seed: 3,
      nonidealities: { drift },
      update_s,
    });

  it('cells that get no pulse drift from their last write on; a write starts them afresh', async () => {
    const store = drifting('accumulate', 3);
    await store.write('g1', middle);
    const start = Float64Array.from(await store.sense('g1'));
    for (let id = 1; id <= 4; id++) {
      await store.adapt({ g1: outerProduct(still, RATE) }, id);
      const expected = ((3 * id + 2) / 2) ** -0.1;
      for (const [c, g] of (await store.sense('g1')).entries()) expect(g / start[c]).toBeCloseTo(expected, 6);
    }
    await store.write('g1', middle);
    expect(largest((await store.sense('g1')).map((g, c) => g - start[c]) as Float64Array)).toBeLessThan(1e-6);
  });

  it('a pulse starts the drift of its cell afresh, and of no other', async () => {
    const cells = new SimulatedCells({
      rows: 2,
      columns: 3,
      model: linearCells(1000, 10),
      seed: 3,
      nonidealities: { drift },
      initial_S: 50e-6,
    });
    const written = await cells.read();
    await cells.wait(6);
    // no matter how far it moves: up one, down one ends where it began
    for (const [id, count] of [1, -1].entries()) {
      await cells.pulse({ counts: Int16Array.of(count), indices: Uint32Array.of(4) }, { id: id + 1 });
    }
    const aged = ((6 + 2) / 2) ** -0.1;
    for (const [c, g] of (await cells.read()).entries()) {
      expect(g / written[c]).toBeCloseTo(c === 4 ? 1 : aged, 6);
    }
    await cells.wait(2);
    expect((await cells.read())[4] / written[4]).toBeCloseTo(((2 + 2) / 2) ** -0.1, 6);
    expect((await cells.read())[0] / written[0]).toBeCloseTo(((8 + 2) / 2) ** -0.1, 6);
  });

  it('a pulse draws the relaxation of its cell afresh, and of no other', async () => {
    const cells = new SimulatedCells({
      rows: 2,
      columns: 3,
      model: linearCells(1000, 10),
      seed: 3,
      nonidealities: { relaxation: true },
      initial_S: 50e-6,
    });
    const relaxedOf = async (id: number) => {
      await cells.pulse({ counts: Int16Array.of(id % 2 === 0 ? -1 : 1), indices: Uint32Array.of(4) }, { id });
      await cells.wait(10);
      return cells.read();
    };
    await relaxedOf(1);
    const [second, fourth] = [await relaxedOf(2), (await relaxedOf(3)) && (await relaxedOf(4))];
    // at the same state and age, another number
    expect(Math.abs(fourth[4] - second[4])).toBeGreaterThan(1e-8);
    expect(Math.abs(fourth[4] - second[4])).toBeLessThan(2e-5);
  });

  it('cells that are set exactly are as young as that', async () => {
    const store = drifting('exact', 3);
    await store.write('g1', middle);
    const start = Float64Array.from(await store.sense('g1'));
    for (let id = 1; id <= 3; id++) {
      await store.adapt({ g1: outerProduct(still, RATE) }, id);
      expect((await store.sense('g1'))[5] / start[5]).toBeCloseTo((5 / 2) ** -0.1, 6);
    }
  });

  it('no time passes unless it is asked for, and a snapshot keeps what has', async () => {
    const store = drifting('accumulate', 0);
    await store.write('g1', middle);
    const start = Float64Array.from(await store.sense('g1'));
    await store.adapt({ g1: outerProduct(still, RATE) }, 1);
    expect([...(await store.sense('g1'))]).toEqual([...start]);
    const [one, other] = [drifting('accumulate', 3), drifting('accumulate', 3)];
    await one.write('g1', middle);
    await one.adapt({ g1: outerProduct(still, RATE) }, 1);
    await other.restore(await one.snapshot());
    expect([...(await other.sense('g1'))]).toEqual([...(await one.sense('g1'))]);
    expect(() => drifting('exact', -1)).toThrow(/update_s/);
  });
});

describe('wanted changes', () => {
  it('an outer product gives the same by blocks in plain numbers as from the kernel, whatever the batch', async () => {
    // more samples than one call of the kernel takes
    const many = {
      batch: 70,
      deltaBefore: draw(70 * ROWS, 0.1),
      meanBefore: draw(70 * ROWS, 1),
      deltaAfter: draw(70 * COLUMNS, 0.1),
      meanAfter: draw(70 * COLUMNS, 1),
      factor: 1 / 70,
    };
    for (const each of [contrast, many]) {
      const { block } = outerProduct(each, RATE);
      for (const pairing of ['single', 'differential'] as const) {
        const stores = [0, 1].map(() => storeOf('exact', linearCells(1000, 10), {}, {}, pairing));
        for (const store of stores) await store.write('g1', middle);
        await stores[0].adapt({ g1: outerProduct(each, RATE) }, 1);
        await stores[1].adapt({ g1: { block } }, 1);
        const [kernel, plain] = await Promise.all(stores.map((store) => store.sense('g1')));
        const change = kernel.map((g, c) => g - middle[c]) as Float32Array;
        expect(largest(Float64Array.from(change))).toBeGreaterThan(0.001);
        expect(largest(Float64Array.from(kernel, (g, c) => g - plain[c]))).toBeLessThan(1e-6);
      }
    }
    const some = new Float32Array(3);
    outerProduct(contrast, RATE).block(COLUMNS - 1, 3, some, 2);
    some.forEach((d, n) => {
      expect(d).toBeCloseTo(wanted[COLUMNS - 1 + n] / 2, 6);
    });
  });

  it('an update of no group is none: no time passes', async () => {
    const store = storeOf('accumulate', linearCells(1000, 10), {
      drift: { exponent: 0.1, spread: 0, t0_s: 1 },
    });
    await store.write('g1', middle);
    const before = Float64Array.from(await store.sense('g1'));
    await store.adapt({}, 1);
    expect(Float64Array.from(await store.sense('g1'))).toEqual(before);
    await expect(store.adapt({ g9: { block: () => undefined } }, 2)).rejects.toThrow(
      /no cells hold group g9/,
    );
  });
});

describe('update policies', () => {
  it('exact takes the wanted change', async () => {
    const change = await moved(storeOf('exact'));
    expect(largest(change.map((d, c) => d - wanted[c]))).toBeLessThan(1e-6);
  });

  it('exact on differential pairs moves both cells by half', async () => {
    const store = storeOf('exact', linearCells(1000, 10), {}, {}, 'differential');
    const change = await moved(store);
    expect(largest(change.map((d, c) => d - wanted[c]))).toBeLessThan(1e-6);
  });

  it('proportional is right to a step, and right in the mean', async () => {
    const store = storeOf('proportional');
    const change = await moved(store);
    expect(largest(change.map((d, c) => d - wanted[c]))).toBeLessThan(1.001 * STEP);
    const updates = 200;
    const sums = new Float64Array(ROWS * COLUMNS);
    for (let id = 2; id <= updates; id++) {
      await store.write('g1', middle);
      await store.adapt({ g1: outerProduct(contrast, RATE) }, id);
      (await store.sense('g1')).forEach((g, c) => {
        sums[c] += (g - middle[c]) / (updates - 1);
      });
    }
    // stochastic rounding: σ at most half a step
    const error = largest(sums.map((d, c) => d - wanted[c]));
    expect(error).toBeLessThan((4.5 * 0.5 * STEP) / Math.sqrt(updates));
  });

  it('sign gives one pulse where the change is beyond the dead zone', async () => {
    const change = await moved(storeOf('sign', linearCells(1000, 10), {}, { deadZone: 3 }));
    change.forEach((d, c) => {
      if (Math.abs(Math.abs(wanted[c]) - 3 * STEP) < 1e-6) return;
      const expected = Math.abs(wanted[c]) > 3 * STEP ? Math.sign(wanted[c]) * STEP : 0;
      expect(Math.abs(d - expected)).toBeLessThan(1e-6);
    });
  });

  it('accumulate keeps the rest: after many updates it is within a step of their sum', async () => {
    const small = { ...contrast, factor: contrast.factor / 20 };
    const store = storeOf('accumulate');
    await store.write('g1', middle);
    for (let id = 1; id <= 20; id++) await store.adapt({ g1: outerProduct(small, RATE) }, id);
    const after = await store.sense('g1');
    expect(largest(wanted.map((d, c) => after[c] - middle[c] - d))).toBeLessThan(1.01 * STEP);
    expect(store.pulses()).toBeLessThan(wanted.reduce((sum, d) => sum + Math.abs(d), 0) / STEP + 1);
  });

  it('write-verify reaches the target in spite of spread', async () => {
    const spread = { d2dStep: 0.2, c2c: 0.2 };
    const [verified, proportional] = [
      await moved(storeOf('write-verify', linearCells(1000, 10), spread, { rounds: 12 })),
      await moved(storeOf('proportional', linearCells(1000, 10), spread)),
    ];
    const off = (change: Float64Array) => largest(change.map((d, c) => d - wanted[c]));
    expect(off(verified)).toBeLessThan(1.5 * STEP);
    expect(off(proportional)).toBeGreaterThan(2 * off(verified));
  });

  it('the nominal step counts at the state where the cell stands', async () => {
    const model = { ...agAsiJo, spreads: {} };
    const change = await moved(storeOf('write-verify', model));
    const step = Math.max(...model.potentiation.table, ...model.depression.table.map(Math.abs));
    const span = conductanceMap(model, G_MAX).span_S;
    expect(largest(change.map((d, c) => d - wanted[c]))).toBeLessThan(step * span);
  });

  /** Zero-shift needs pairs: policies-second-cells.test.ts. */
  const alone = policyNames.filter((name) => name !== 'zero-shift');
  it.each(alone)('%s: the same numbers again, and after a resume', async (policy) => {
    const noise = { d2dStep: 0.1, c2c: 0.1, read: 0.01, write: 0.001 };
    const run = async (store: CellStore, from: number, to: number) => {
      for (let id = from; id <= to; id++) {
        await store.sense('g1');
        await store.adapt({ g1: outerProduct(contrast, RATE) }, id);
      }
      return store.sense('g1').then((g) => Float64Array.from(g));
    };
    const whole = storeOf(policy, linearCells(1000, 10), noise);
    await whole.write('g1', middle);
    const first = storeOf(policy, linearCells(1000, 10), noise);
    await first.write('g1', middle);
    for (let id = 1; id <= 3; id++) {
      await first.sense('g1');
      await first.adapt({ g1: outerProduct(contrast, RATE) }, id);
    }
    const resumed = storeOf(policy, linearCells(1000, 10), noise);
    await resumed.restore(structuredClone(await first.snapshot()));
    const [a, b] = [await run(whole, 1, 6), await run(resumed, 4, 6)];
    expect(b).toEqual(a);
    expect(resumed.report()).toEqual(whole.report());
  });

  it('an unknown policy proposes the nearest, one of before is known by its new name', () => {
    expect(updatePolicy('verify').name).toBe('write-verify');
    expect(() => updatePolicy('acumulate')).toThrow(/did you mean accumulate/);
    expect(() => updatePolicy('write-verify', { rounds: 0 })).toThrow(/rounds must be a whole number/);
  });
});

describe('the former name of a policy', () => {
  const warningsOf = (policy: string) =>
    cellWarnings(cellsSchema.parse({ policy, rounds: 3 }), linearCells(), undefined);

  it('is read, with one warning', () => {
    expect(warningsOf('verify')).toEqual([expect.stringMatching(/verify is now write-verify/)]);
    expect(warningsOf('write-verify')).toEqual([]);
  });
});

describe('stuck cells', () => {
  it('are found on any array, and good ones are left where they were', async () => {
    const cells = new SimulatedCells({
      rows: 30,
      columns: 30,
      model: linearCells(1000, 10),
      seed: 4,
      nonidealities: { stuck: 0.1, c2c: 0.05, d2dStep: 0.05, read: 0.002 },
      initial_S: 50e-6,
    });
    const found = await findStuckCells(cells, { pulses: 100, least: 0.02, averages: 16 });
    expect([...found]).toEqual([...cells.packed.stuck()]);
    const after = await cells.read(undefined, { averages: 64 });
    after.forEach((g, c) => {
      if (!found[c]) expect(Math.abs(g - 50e-6)).toBeLessThan(5e-6);
    });
  });

  it('are masked: no pulse is spent on them', async () => {
    const store = storeOf('proportional', linearCells(1000, 10), { stuck: 0.2 });
    const found = await maskStuckCells(store);
    expect(found).toBeGreaterThan(40);
    await store.write('g1', middle);
    const group = store.groups.get('g1')!.cells[0];
    await store.adapt({ g1: outerProduct(contrast, 10 * RATE) }, 1);
    const stuck = (group.array as SimulatedCells).packed.stuck();
    group.counts.forEach((count, c) => {
      if (stuck[c]) expect(count).toBe(0);
    });
    expect(store.report().masked).toBe(found);
  });
});

describe('conductance map', () => {
  it('lays the cell on the network, and asks for a window', () => {
    const map = conductanceMap(linearCells(100, 10, 50e-6), 0.1);
    expect(map.scale).toBeCloseTo(2000, 9);
    expect(map.g_min_S).toBeCloseTo(0.01, 12);
    expect(conductanceMap(linearCells(100, 10, 50e-6), 0.1, 'differential').g_min_S).toBe(0);
    expect(() => conductanceMap(linearCells(), Number.POSITIVE_INFINITY)).toThrow(
      /give the network a window/,
    );
  });
});
