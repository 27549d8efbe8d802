import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import {
  CellStore,
  type CellStoreOptions,
  conductanceMap,
  listedChanges,
  restPoint,
  SimulatedCells,
} from '../../devices/cells/index.js';
import { type PolicyOptions, updatePolicy } from '../../devices/cells/policies/index.js';
import { linearCells, type PulseModel, pulsePreset } from '../../devices/cells/pulse/index.js';

const [ROWS, COLUMNS] = [6, 5];
const CELLS = ROWS * COLUMNS;
/** Soft bounds both ways: steps 0.002·(1 − w/0.625) up and down, symmetry at 0.375 of the range. */
const soft: PulseModel = { ...pulsePreset('hfo2-gong-soft-bounds'), spreads: {} };
const random = new RandomStream(7, 'second-cells');
const normals = (scale: number) => Float64Array.from({ length: CELLS }, () => scale * random.normal());

interface Pulses {
  readonly group: string;
  readonly sign: 1 | -1;
  readonly counts: Int16Array;
}

function storeOf(
  policy: string,
  more: Partial<CellStoreOptions> & { pairing?: 'single' | 'differential' } = {},
  options: PolicyOptions = {},
): { store: CellStore; pulses: Pulses[]; map: ReturnType<typeof conductanceMap> } {
  const { model = soft, pairing = 'differential', ...rest } = more;
  const map = conductanceMap(model, 1, pairing);
  const pulses: Pulses[] = [];
  const store = new CellStore({
    groups: [{ name: 'g1', rows: ROWS, columns: COLUMNS, map }],
    model,
    policy: updatePolicy(policy, options),
    seed: 3,
    listener: {
      pulsed: ({ name }, sign, counts) => pulses.push({ group: name, sign, counts: counts.slice() }),
    },
    ...rest,
  });
  return { store, pulses, map };
}

const arrayOf = (store: CellStore, n: number) => store.groups.get('g1')?.cells[n].array as SimulatedCells;
const read = async (store: CellStore) => Float64Array.from(await store.sense('g1'));
const even = (g: number) => new Float64Array(CELLS).fill(g);
const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((a, b) => Math.max(a, Math.abs(b)), 0);

describe('the rest point of a cell', () => {
  it('is where both steps are as large, with what a pair of pulses takes away of a distance', () => {
    const { state, step, pull } = restPoint(soft);
    expect(state).toBeCloseTo(0.375, 6);
    expect(step).toBeCloseTo(soft.potentiation.step(0.375), 9);
    const after = (w: number) => soft.depression.after(soft.potentiation.after(w, 1), 1);
    expect((after(0.5) - 0.375) / (0.5 - 0.375)).toBeCloseTo(1 - pull, 4);
    expect(restPoint(linearCells())).toMatchObject({ state: 0.5, pull: 0, step: 0.001 });
    const rising = { ...linearCells(), potentiation: linearCells(100).potentiation };
    expect(restPoint(rising).state).toBe(1);
  });
});

describe('zero-shift', () => {
  it('puts each second cell where pulses up and down of the first undo one another, and keeps it there', async () => {
    const spread = { d2dStep: 0.1, d2dAsymmetry: 0.2 };
    const { store, pulses } = storeOf('zero-shift', { nonidealities: spread });
    await store.initialise();
    const { gainUp, gainDown } = arrayOf(store, 0).packed;
    const { g_min_S, g_max_S } = soft;
    const seconds = await arrayOf(store, 1).read();
    seconds.forEach((g, c) => {
      const w = (g - g_min_S) / (g_max_S - g_min_S);
      const [up, down] = [gainUp[c] * soft.potentiation.step(w), -gainDown[c] * soft.depression.step(w)];
      // within the step that a write can miss by
      expect(Math.abs(up - down) / (up + down)).toBeLessThan(0.02);
    });
    await store.write('g1', even(0.2));
    expect(largest((await read(store)).map((g) => g - 0.2))).toBeLessThan(1e-6);
    for (let id = 1; id <= 5; id++) await store.adapt({ g1: listedChanges(normals(0.05)) }, id);
    expect(await arrayOf(store, 1).read()).toEqual(seconds);
    expect(pulses.length).toBeGreaterThan(0);
    expect(new Set(pulses.map(({ sign }) => sign))).toEqual(new Set([1]));
  });

  it('counts pulses by one step wherever a cell stands, right in the mean', async () => {
    const { store, pulses, map } = storeOf('zero-shift');
    await store.write('g1', even(0.3));
    const wanted = normals(0.004);
    for (let id = 1; id <= 400; id++) {
      await store.write('g1', even(0.3));
      await store.adapt({ g1: listedChanges(wanted) }, id);
    }
    const { step } = restPoint(soft);
    wanted.forEach((change, c) => {
      const mean = pulses.reduce((sum, { counts }) => sum + counts[c], 0) / pulses.length;
      expect(Math.abs(mean - change / map.span_S / step)).toBeLessThan((4.5 * 0.5) / Math.sqrt(400));
    });
  });

  it('pulls a conductance that nobody wants to change towards 0', async () => {
    const { store } = storeOf('zero-shift');
    await store.write('g1', even(0.3));
    for (let id = 1; id <= 200; id++)
      await store.adapt({ g1: listedChanges(even(id % 2 ? 0.05 : -0.05)) }, id);
    for (const g of await read(store)) expect(g).toBeLessThan(0.2);
  });

  it('needs pairs, and says what they do by itself', () => {
    expect(() => storeOf('zero-shift', { pairing: 'single' })).toThrow(/--pairing differential/);
    expect(() => storeOf('zero-shift', { pairUpdate: 'first' })).toThrow(/leave pair update first out/);
  });
});

describe('tiki-taka', () => {
  /** The rule in plain float64, of what was told of the pulses: fast states, what reads hand on, signs. */
  function reference(chopEvery: number | undefined, every: number, rate: number) {
    const { state, step } = restPoint(soft);
    const fast = even(state);
    const slow = even(0.5);
    const sum = even(0);
    const sign = new Float64Array(ROWS).fill(1);
    const reads = new Float64Array(ROWS);
    let rows = 0;
    let updates = 0;
    const advance = (counts: Int16Array): Float64Array => {
      counts.forEach((n, c) => {
        fast[c] = (n > 0 ? soft.potentiation : soft.depression).after(fast[c], Math.abs(n));
      });
      updates++;
      const planned = even(0);
      for (const due = Math.floor((updates * ROWS) / every); rows < due; rows++) {
        const r = rows % ROWS;
        for (let c = r * COLUMNS; c < (r + 1) * COLUMNS; c++) {
          sum[c] = Math.fround(sum[c] + rate * sign[r] * (fast[c] - state));
          const own = Math.abs((sum[c] > 0 ? soft.potentiation : soft.depression).step(slow[c]));
          planned[c] = Math.trunc(sum[c] / own);
          sum[c] = Math.fround(sum[c] - planned[c] * own);
          slow[c] = (planned[c] > 0 ? soft.potentiation : soft.depression).after(
            slow[c],
            Math.abs(planned[c]),
          );
        }
        reads[r]++;
        if (chopEvery !== undefined && reads[r] % chopEvery === 0) sign[r] *= -1;
      }
      return planned;
    };
    return { advance, slow, sign, step };
  }

  it.each([
    ['tiki-taka', undefined],
    ['tiki-taka-chopped', 3],
  ])('%s hands on what its fast cells hold, as the equations say', async (policy, chopEvery) => {
    const options = {
      transferEvery: 4,
      transferRate: 0.03,
      fastGain: 2,
      ...(chopEvery ? { chopEvery } : {}),
    };
    const { store, pulses, map } = storeOf(policy, { pairing: 'single' }, options);
    const { g_min_S, g_max_S } = soft;
    const middle = map.scale * 0.5 * (g_min_S + g_max_S);
    await store.write('g1', even(middle));
    const plain = reference(chopEvery, 4, 0.03);
    const wanted = normals(0.02);
    for (let id = 1; id <= 60; id++) {
      pulses.length = 0;
      const signs = plain.sign.slice();
      await store.adapt({ g1: listedChanges(wanted) }, id);
      const [fast, slow] = [pulses[0], pulses[1]];
      expect([fast.group, slow.group]).toEqual(['g1.fast', 'g1']);
      fast.counts.forEach((n, c) => {
        const pulsesWanted = (2 * signs[Math.floor(c / COLUMNS)] * wanted[c]) / map.span_S / plain.step;
        expect(Math.abs(n - pulsesWanted)).toBeLessThan(1.01);
      });
      expect(Array.from(slow.counts)).toEqual(Array.from(plain.advance(fast.counts), (n) => n + 0));
    }
    const seen = await read(store);
    seen.forEach((g, c) => {
      expect((g / map.scale - g_min_S) / (g_max_S - g_min_S)).toBeCloseTo(plain.slow[c], 4);
    });
    expect(largest(seen.map((g) => g - middle))).toBeGreaterThan(0.01);
  });

  it('learns along what is wanted', async () => {
    for (const policy of ['tiki-taka', 'tiki-taka-chopped']) {
      const { store } = storeOf(policy, { pairing: 'single' });
      await store.initialise();
      await store.write('g1', even(0.5));
      const before = await read(store);
      const wanted = normals(0.02);
      for (let id = 1; id <= 300; id++) await store.adapt({ g1: listedChanges(wanted) }, id);
      const change = (await read(store)).map((g, c) => g - before[c]);
      const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, n) => sum + x * b[n], 0);
      expect(dot(change, wanted) / Math.sqrt(dot(change, change) * dot(wanted, wanted))).toBeGreaterThan(0.7);
    }
  });

  it('measures symmetry points as a run begins; the chopped form needs none: a wrong one cancels', async () => {
    const spread = { d2dAsymmetry: 0.1 };
    const handedOn = async (policy: string, initialise: boolean, options: PolicyOptions) => {
      const { store, map, pulses } = storeOf(policy, { pairing: 'single', nonidealities: spread }, options);
      const pulse = map.span_S * restPoint(soft).step;
      if (initialise) await store.initialise();
      await store.write('g1', even(0.5));
      // a pulse up, a pulse down: fast cells go to their own symmetry points
      for (let id = 1; id <= 800; id++)
        await store.adapt({ g1: listedChanges(even(id % 2 ? pulse : -pulse)) }, id);
      const slow = pulses.filter(({ group }) => group === 'g1');
      return largest(even(0).map((_, c) => slow.reduce((sum, { counts }) => sum + counts[c], 0)));
    };
    const options = { transferEvery: 2, transferRate: 0.005, fastGain: 1 };
    const [unmeasured, measured] = [
      await handedOn('tiki-taka', false, options),
      await handedOn('tiki-taka', true, options),
    ];
    const chopped = await handedOn('tiki-taka-chopped', true, { ...options, chopEvery: 10 });
    expect(measured).toBeLessThan(0.3 * unmeasured);
    expect(chopped).toBeLessThan(0.3 * unmeasured);
  });

  it('is refused where cells have no second array, and with numbers that mean nothing', () => {
    const open = () => new SimulatedCells({ rows: ROWS, columns: COLUMNS, model: soft, seed: 1 });
    expect(() => storeOf('tiki-taka', { pairing: 'single', open })).toThrow(/only simulated cells/);
    expect(() => updatePolicy('tiki-taka', { transferEvery: 0.5 })).toThrow(/transferEvery must be a whole/);
    expect(() => updatePolicy('tiki-taka-chopped', { chopEvery: 0 })).toThrow(/chopEvery must be a whole/);
    expect(() => updatePolicy('tiki-taka', { transferRate: 0 })).toThrow(/transferRate must be above 0/);
    expect(() => updatePolicy('tiki-taka', { fastGain: Number.NaN })).toThrow(/fastGain must be above 0/);
  });
});

describe('pairs', () => {
  it('first: the second cell stays where it was put, and the first takes the whole change', async () => {
    const { store, pulses } = storeOf('exact', { pairUpdate: 'first', model: linearCells(1000, 10) });
    await store.write('g1', even(0.4));
    const fixed = await arrayOf(store, 1).read();
    expect(largest(fixed.map((g) => g / linearCells(1000, 10).g_min_S - 1))).toBeLessThan(1e-6);
    const wanted = normals(0.1);
    await store.adapt({ g1: listedChanges(wanted) }, 1);
    const change = (await read(store)).map((g) => g - 0.4);
    expect(largest(change.map((d, c) => d - wanted[c]))).toBeLessThan(1e-6);
    expect(await arrayOf(store, 1).read()).toEqual(fixed);
    expect(pulses).toEqual([]);
  });

  it('first: half the pulses of both', async () => {
    const counted = async (pairUpdate: 'both' | 'first') => {
      const { store } = storeOf('accumulate', { pairUpdate, model: linearCells(1000, 10) });
      await store.write('g1', even(0.4));
      await store.adapt({ g1: listedChanges(even(0.1)) }, 1);
      return { pulses: store.pulses(), change: (await read(store))[0] - 0.4 };
    };
    const [both, first] = [await counted('both'), await counted('first')];
    expect(both.change).toBeCloseTo(0.1, 2);
    expect(first.change).toBeCloseTo(0.1, 2);
    expect(first.pulses / both.pulses).toBeCloseTo(1, 1);
  });

  it('one-sided: the cell that must rise is potentiated, none is depressed', async () => {
    const { store, pulses } = storeOf('accumulate', {
      pairUpdate: 'one-sided',
      model: linearCells(1000, 10),
    });
    await store.write('g1', even(0.4));
    const wanted = normals(0.02);
    await store.adapt({ g1: listedChanges(wanted) }, 1);
    for (const { counts } of pulses) for (const n of counts) expect(n).toBeGreaterThanOrEqual(0);
    const [plus, minus] = [pulses.find(({ sign }) => sign === 1), pulses.find(({ sign }) => sign === -1)];
    wanted.forEach((change, c) => {
      if (Math.abs(change) < 0.002) return;
      expect([plus?.counts[c], minus?.counts[c]].map((n) => Number(n) > 0)).toEqual([change > 0, change < 0]);
    });
    expect(largest((await read(store)).map((g, c) => g - 0.4 - wanted[c]))).toBeLessThan(0.003);
  });

  it('one-sided pairs are refreshed: both come down, and their difference stays', async () => {
    const { store } = storeOf('accumulate', {
      pairUpdate: 'one-sided',
      refreshEvery: 30,
      model: linearCells(1000, 10),
    });
    await store.write('g1', even(0.1));
    for (let id = 1; id < 30; id++) await store.adapt({ g1: listedChanges(even(id % 2 ? 0.06 : -0.06)) }, id);
    const before = await read(store);
    const high = (await arrayOf(store, 1).read())[0];
    expect((high - soft.g_min_S) / (soft.g_max_S - soft.g_min_S)).toBeGreaterThan(0.75);
    await store.adapt({ g1: listedChanges(even(0)) }, 30);
    expect(largest((await read(store)).map((g, c) => g - before[c]))).toBeLessThan(0.002);
    const low = (await arrayOf(store, 1).read())[0];
    expect(low).toBeLessThan(1.1 * linearCells(1000, 10).g_min_S);
  });

  it('refuses what does not go together', () => {
    expect(() => storeOf('write-verify', { pairUpdate: 'one-sided' })).toThrow(
      /proportional, sign and accumulate/,
    );
    expect(() => storeOf('accumulate', { refreshEvery: 5 })).toThrow(/only one-sided pairs are refreshed/);
    const none = { pairUpdate: 'one-sided', refreshEvery: 0 } as const;
    expect(() => storeOf('accumulate', none)).toThrow(/whole number ≥ 1, got 0/);
    expect(() => storeOf('accumulate', { pairUpdate: 'neither' as 'both' })).toThrow(
      /both, first, one-sided/,
    );
  });
});

describe('a resume', () => {
  const noise = { d2dStep: 0.1, c2c: 0.1, read: 0.01, write: 0.001, relaxation: true };
  it.each([
    ['zero-shift', {}],
    ['tiki-taka', {}],
    ['tiki-taka-chopped', {}],
    ['accumulate', { pairUpdate: 'first' as const }],
    ['proportional', { pairUpdate: 'one-sided' as const, refreshEvery: 2 }],
  ])('goes on bit for bit, %s %o', async (policy, more) => {
    const open = () => storeOf(policy, { ...more, nonidealities: noise, update_s: 3 }).store;
    const changes = [1, 2, 3, 4, 5, 6].map(() => normals(0.1));
    const run = async (store: CellStore, from: number, to: number) => {
      for (let id = from; id <= to; id++) {
        await store.sense('g1');
        await store.adapt({ g1: listedChanges(changes[id - 1]) }, id);
      }
    };
    const [whole, first, resumed] = [open(), open(), open()];
    for (const store of [whole, first]) {
      await store.initialise();
      await store.write('g1', even(0.3));
    }
    await run(whole, 1, 6);
    await run(first, 1, 3);
    await resumed.restore(structuredClone(await first.snapshot()));
    await run(resumed, 4, 6);
    expect(await read(resumed)).toEqual(await read(whole));
    expect(resumed.report()).toEqual(whole.report());
  });
});
