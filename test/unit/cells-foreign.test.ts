import { describe, expect, it, vi } from 'vitest';
import {
  CellStore,
  conductanceMap,
  maskStuckCells,
  SimulatedCells,
  type WantedChanges,
} from '../../devices/cells/index.js';
import { updatePolicy } from '../../devices/cells/policies/index.js';
import { linearCells } from '../../devices/cells/pulse/index.js';
import type { CellArray } from '../../devices/contract/index.js';
import { Bench } from '../contract/foreign-cells.js';

const ROWS = 6;
const COLUMNS = 8;
const CELLS = ROWS * COLUMNS;
/** What the store plans by; the bench's cells have steps 1 % longer. */
const model = linearCells(1000, 10);
const longer = linearCells(990, 10);
const map = conductanceMap(model, 2);

const benchOf = (options: { stuck?: number; lastUpdate?: number; readNoise?: number } = {}) =>
  new Bench({ rows: ROWS, columns: COLUMNS, model: longer, seed: 3, readNoise: 1e-4, ...options });

function storeOver(open: () => CellArray, policy = 'proportional', update_s = 0): CellStore {
  return new CellStore({
    groups: [{ name: 'g1', rows: ROWS, columns: COLUMNS, map }],
    model,
    policy: updatePolicy(policy),
    seed: 3,
    open,
    update_s,
  });
}

/** Every conductance up by the same. */
const everywhere = (change_S: number): { g1: WantedChanges } => ({
  g1: { block: (_, count, out, unit_S) => out.fill(change_S / unit_S, 0, count) },
});
const middle = new Float64Array(CELLS).fill(1.1);
const largestMiss = (got: ArrayLike<number>, want: number) =>
  Array.from(got).reduce((worst, g) => Math.max(worst, Math.abs(g - want)), 0);

describe('a store over an array that nobody here wrote', () => {
  it('reads it at every look where reads vary, else only after a change', async () => {
    const noisy = benchOf();
    const store = storeOver(() => noisy.connect());
    expect(store.noisy).toBe(true);
    const first = Float64Array.from(await store.sense('g1'));
    const before = noisy.reads;
    expect(Float64Array.from(await store.sense('g1'))).not.toEqual(first);
    expect(noisy.reads).toBe(before + 1);

    const still = benchOf({ readNoise: 0 });
    const quiet = storeOver(() => still.connect());
    expect(quiet.noisy).toBe(false);
    await quiet.sense('g1');
    const reads = still.reads;
    await quiet.sense('g1');
    expect(still.reads).toBe(reads);
    await quiet.adapt(everywhere(0.1), 1);
    await quiet.sense('g1');
    expect(still.reads).toBe(reads + 1);
  });

  it('gives the network the window that the array names', () => {
    const { read_min_S, read_max_S } = benchOf().connect().info;
    const { g_min_S, g_max_S } = storeOver(() => benchOf().connect()).window('g1');
    expect(g_min_S / (map.scale * read_min_S)).toBeCloseTo(1, 5);
    expect(g_max_S / (map.scale * read_max_S)).toBeCloseTo(1, 5);
  });

  it('holds a read that leaves the named range at its end, and refuses one that is no number', async () => {
    const answering = (g_S: number) => {
      const array = benchOf().connect();
      array.read = async () => new Float64Array(CELLS).fill(g_S);
      return storeOver(() => array);
    };
    expect(largestMiss(await answering(1).sense('g1'), answering(1).window('g1').g_max_S)).toBeLessThan(1e-5);
    await expect(answering(Number.NaN).sense('g1')).rejects.toThrow(/cell 0 reads NaN/);
  });

  it('writes by pulses that land 1 % off until reads say that it is there', async () => {
    const store = storeOver(() => benchOf().connect());
    await store.write('g1', middle);
    expect(largestMiss(await store.sense('g1'), 1.1)).toBeLessThan(0.002);
    expect(store.pulses()).toBeGreaterThan(CELLS);
  });

  it('finds stuck cells, then writes, then learns: no id is used twice', async () => {
    const store = storeOver(() => benchOf({ stuck: 0.2 }).connect());
    const masked = await maskStuckCells(store);
    expect(masked).toBeGreaterThan(3);
    expect(masked).toBeLessThan(20);
    await store.write('g1', middle);
    const before = Float64Array.from(await store.sense('g1'));
    await store.adapt(everywhere(0.1), 1);
    await store.adapt(everywhere(0.1), 2);
    const moved = (await store.sense('g1')).map((g, c) => g - before[c]);
    const close = Array.from(moved).filter((d) => Math.abs(d - 0.2) < 0.01).length;
    expect(close).toBe(CELLS - masked);
  });

  it('goes on where another session left off, and after a restore of its own', async () => {
    const bench = benchOf({ readNoise: 0 });
    const first = storeOver(() => bench.connect());
    await first.write('g1', middle);
    await first.adapt(everywhere(0.1), 1);
    await first.close();
    const used = bench.connect().info.lastUpdate;
    expect(used).toBeGreaterThanOrEqual(64);

    const second = storeOver(() => bench.connect());
    await second.adapt(everywhere(0.1), 1);
    // the update's ids are its own again: 64 a run's update, above all that was there
    const offset = Math.ceil(used / 64) * 64;
    expect(bench.connect().info.lastUpdate).toBe(offset + 64);
    const state = structuredClone(await second.snapshot());
    await second.adapt(everywhere(0.1), 2);
    await second.close();

    const third = storeOver(() => bench.connect());
    await third.restore(state);
    await third.adapt(everywhere(0.1), 9);
    expect(bench.connect().info.lastUpdate).toBe(offset + 9 * 64);
    expect(largestMiss(await third.sense('g1'), 1.1 + 0.3)).toBeLessThan(0.02);
  });

  it('refuses a policy that sets cells; one that can be set, without a kernel, does what packed cells do', async () => {
    expect(() => storeOver(() => benchOf().connect(), 'exact')).toThrow(/exact sets cells.*cannot do/);
    const own = new SimulatedCells({ rows: ROWS, columns: COLUMNS, model, seed: 3 });
    const settable = storeOver(() => own, 'exact');
    const packed = new CellStore({
      groups: [{ name: 'g1', rows: ROWS, columns: COLUMNS, map }],
      model,
      policy: updatePolicy('exact'),
      seed: 3,
    });
    for (const store of [settable, packed]) {
      await store.write('g1', middle);
      await store.adapt(everywhere(0.123), 1);
      await store.adapt(everywhere(-3), 2);
      await store.adapt(everywhere(0.5), 3);
      expect(largestMiss(await store.sense('g1'), 0.2 + 0.5)).toBeLessThan(1e-6);
    }
    expect(settable.pulses()).toBe(0);
  });

  it('lets real time pass between updates where cells know no other', async () => {
    const store = storeOver(() => benchOf().connect(), 'proportional', 3);
    vi.useFakeTimers();
    try {
      let done = false;
      const update = store.adapt(everywhere(0.1), 1).then(() => {
        done = true;
      });
      await vi.advanceTimersByTimeAsync(2900);
      expect(done).toBe(false);
      await vi.advanceTimersByTimeAsync(200);
      await update;
      expect(done).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('refuses an array of another size', () => {
    const small = new SimulatedCells({ rows: 2, columns: 3, model, seed: 1 });
    expect(() => storeOver(() => small)).toThrow(/has 2 × 3 cells; group g1 needs 6 × 8/);
  });
});
