import assert from 'node:assert/strict';
import { OhmpropError } from '../core/index.js';
import type { CellArray, CellArrayInfo, PulsePlan } from '../devices/contract/index.js';
import type { TestRunner } from './runner.js';

/** What the suite needs to know of an array under test besides the contract. */
export interface CellArrayUnderTest {
  /** A fresh array, at least 2 × 3 cells, all near `g_min_S` to half of the range; the same every time it is called. */
  readonly open: () => Promise<CellArray>;
  /** Another session over the cells that an array of `open` held, after that was closed. Not for arrays that end with their object. */
  readonly reopen?: (closed: CellArray) => Promise<CellArray>;
  /** Pulses of one direction that surely move a good cell by more than a read's noise. */
  readonly pulses: number;
  /** Averages at which reads are compared. */
  readonly averages?: number;
  /** How far two such reads of an untouched cell may differ, relative to g_max; what the array says of single reads when left out. */
  readonly tolerance?: number;
  /** What it is to say of itself, where that decides which promises it makes. */
  readonly restores: CellArrayInfo['restores'];
  readonly readsVary: boolean;
  readonly can: { readonly set: boolean; readonly wait: boolean };
}

/** The promises of `CellArray`, over any implementation: simulated, virtual and on a bench. */
export function cellArraySuite(
  { describe, it }: TestRunner,
  name: string,
  subject: CellArrayUnderTest,
): void {
  const averages = subject.averages ?? 1;
  const promise = (what: string, body: (array: CellArray) => Promise<void>) =>
    it(what, async () => {
      const array = await subject.open();
      try {
        await body(array);
      } finally {
        await array.close();
      }
    });
  const read = (array: CellArray) => array.read(undefined, { averages });
  const alike = (info: CellArrayInfo, got: Float64Array, want: Float64Array, what = 'an untouched cell') => {
    const slack = (subject.tolerance ?? info.readTolerance) * info.g_max_S;
    assert.equal(got.length, want.length);
    for (const [i, g] of want.entries()) {
      assert.ok(Math.abs(got[i] - g) <= slack, `${what}: entry ${i} is ${got[i]} S, not ${g} S`);
    }
  };
  const refused = async (array: CellArray, action: () => Promise<unknown>, what: string) => {
    const [before, { lastUpdate }] = [await read(array), array.info];
    await assert.rejects(action, (error) => error instanceof OhmpropError, what);
    alike(array.info, await read(array), before, what);
    assert.equal(array.info.lastUpdate, lastUpdate, what);
  };

  describe(`CellArray contract: ${name}`, () => {
    promise('says what it is', async ({ info, set, wait }) => {
      assert.ok(info.rows >= 2 && info.columns >= 3);
      assert.ok(info.g_min_S >= 0 && info.g_max_S > info.g_min_S);
      assert.ok(info.read_min_S >= 0 && info.read_max_S > info.read_min_S);
      assert.ok(info.maxPulses >= subject.pulses);
      assert.ok(info.maxPulse_V > 0 && info.compliance_A > 0);
      assert.equal(info.restores, subject.restores);
      assert.equal(info.readsVary, subject.readsVary);
      assert.equal(info.readTolerance > 0, info.readsVary);
      assert.deepEqual({ set: set !== undefined, wait: wait !== undefined }, subject.can);
    });

    promise('reads the whole array, or a rectangle of it, in S', async (array) => {
      await array.pulse({ counts: counts(array, (i) => (i % 3) * subject.pulses) }, nextOf(array));
      const { rows, columns } = array.info;
      const all = await read(array);
      assert.equal(all.length, rows * columns);
      const part = await array.read({ row: 1, column: 1, rows: rows - 1, columns: 2 }, { averages });
      const same = Float64Array.from(part, (_, i) => all[(1 + Math.floor(i / 2)) * columns + 1 + (i % 2)]);
      assert.equal(part.length, 2 * (rows - 1));
      alike(array.info, part, same);
    });

    promise('reading changes nothing', async (array) => {
      const first = await read(array);
      for (let n = 0; n < 5; n++) alike(array.info, await read(array), first);
    });

    promise('reads differ where it says that they vary, and only there', async (array) => {
      const [one, other] = [await array.read(), await array.read()];
      assert.equal(
        one.some((g, i) => g !== other[i]),
        array.info.readsVary,
      );
      const slack = array.info.readTolerance * array.info.g_max_S;
      for (const [i, g] of one.entries()) assert.ok(Math.abs(other[i] - g) <= slack);
    });

    promise('reads lie in the range that it names, also of cells at their ends', async (array) => {
      for (const sign of [1, -1]) {
        for (let n = 0; n < 3; n++) {
          await array.pulse({ counts: counts(array, () => sign * array.info.maxPulses) }, nextOf(array));
        }
        for (const g of await array.read()) {
          assert.ok(g >= array.info.read_min_S && g <= array.info.read_max_S, `${g} S`);
        }
      }
    });

    promise(
      'potentiates on positive counts, depresses on negative ones, and leaves the rest alone',
      async (array) => {
        await array.pulse({ counts: counts(array, () => subject.pulses) }, nextOf(array));
        const before = await read(array);
        const plan = counts(array, (i) => [subject.pulses, -subject.pulses][i] ?? 0);
        const { applied, ...given } = await array.pulse({ counts: plan }, nextOf(array));
        assert.ok(applied);
        assert.equal(given.potentiationPulses, subject.pulses);
        assert.equal(given.depressionPulses, subject.pulses);
        const after = await read(array);
        assert.ok(after[0] > before[0]);
        assert.ok(after[1] < before[1]);
        alike(array.info, after.slice(2), before.slice(2));
      },
    );

    promise('a sparse plan is the dense one', async (array) => {
      const other = await subject.open();
      const dense = counts(array, (i) => ({ 4: subject.pulses, 2: 1 })[i] ?? 0);
      await array.pulse({ counts: dense }, nextOf(array));
      const sparse = { counts: Int16Array.of(subject.pulses, 1), indices: Uint32Array.of(4, 2) };
      await other.pulse(sparse, nextOf(other));
      alike(array.info, await read(other), await read(array));
      await other.close();
    });

    promise('carries an id out once, and none below the last', async (array) => {
      const plan = { counts: counts(array, () => subject.pulses) };
      const id = array.info.lastUpdate + 5;
      assert.ok((await array.pulse(plan, { id })).applied);
      assert.equal(array.info.lastUpdate, id);
      const after = await read(array);
      for (const old of [id, id - 1]) {
        const { applied, potentiationPulses, depressionPulses } = await array.pulse(plan, { id: old });
        assert.deepEqual([applied, potentiationPulses, depressionPulses], [false, 0, 0]);
        alike(array.info, await read(array), after);
        assert.equal(array.info.lastUpdate, id);
      }
      assert.ok((await array.pulse(plan, { id: id + 1 })).applied);
    });

    promise('refuses a bad plan whole', async (array) => {
      const good = counts(array, () => subject.pulses);
      const { id } = nextOf(array);
      for (const [what, plan] of badPlans(array, good)) {
        await refused(array, () => array.pulse(plan, { id }), what);
      }
      for (const bad of [0, -1, 0.5, 2 ** 32, Number.NaN]) {
        await refused(array, () => array.pulse({ counts: good }, { id: bad }), `id ${bad}`);
      }
      assert.ok((await array.pulse({ counts: good }, { id })).applied);
    });

    promise('refuses to read cells that it does not have', async (array) => {
      const { rows, columns } = array.info;
      for (const range of [
        { row: 0, column: 0, rows: rows + 1, columns },
        { row: -1, column: 0, rows: 1, columns },
        { row: 0, column: 0.5, rows: 1, columns: 1 },
      ]) {
        await assert.rejects(array.read(range), OhmpropError);
      }
    });

    promise('an aborted plan gives no pulse and uses up no id', async (array) => {
      const before = await read(array);
      const { id } = nextOf(array);
      const plan = { counts: counts(array, () => subject.pulses) };
      assert.ok(!(await array.pulse(plan, { id, signal: AbortSignal.abort() })).applied);
      alike(array.info, await read(array), before);
      assert.ok((await array.pulse(plan, { id })).applied);
    });

    promise('offers no view of cells that do not lie in the memory asked of', async (array) => {
      assert.equal(array.kernelView?.({ memory: { buffer: new ArrayBuffer(8) } }), undefined);
    });

    promise('refuses the state of another array and stays as it is', async (array) => {
      const state = await array.snapshot();
      await refused(array, () => array.restore({ ...state, format: 'something-else/1' }), 'another format');
    });

    promise('is closed once and for all', async (array) => {
      const state = await array.snapshot();
      await array.close();
      await array.close();
      for (const call of [
        () => array.read(),
        () => array.pulse({ counts: counts(array, () => 1) }, nextOf(array)),
        () => array.restore(state),
        () => array.snapshot(),
      ]) {
        await assert.rejects(call, OhmpropError);
      }
    });

    restorePromises(subject, promise, read, alike);
    if (subject.can.set) setPromises(promise, refused, alike);
    if (subject.can.wait) {
      promise('waits for no negative time, and no time changes nothing', async (array) => {
        for (const seconds of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
          await refused(array, () => array.wait!(seconds), `${seconds} s`);
        }
        const before = await read(array);
        await array.wait!(0);
        alike(array.info, await read(array), before);
      });
    }
    if (subject.reopen !== undefined) {
      const { reopen } = subject;
      promise('another session finds the cells and the last update as they were left', async (array) => {
        const id = array.info.lastUpdate + 7;
        await array.pulse({ counts: counts(array, () => subject.pulses) }, { id });
        const before = await read(array);
        await array.close();
        const next = await reopen(array);
        assert.equal(next.info.lastUpdate, id);
        alike(next.info, await read(next), before);
        assert.ok(!(await next.pulse({ counts: counts(next, () => 1) }, { id })).applied);
        assert.ok((await next.pulse({ counts: counts(next, () => 1) }, nextOf(next))).applied);
        await next.close();
      });
    }
  });
}

type Promised = (what: string, body: (array: CellArray) => Promise<void>) => unknown;
type Alike = (info: CellArrayInfo, got: Float64Array, want: Float64Array, what?: string) => void;

function restorePromises(
  subject: CellArrayUnderTest,
  promise: Promised,
  read: (array: CellArray) => Promise<Float64Array>,
  alike: Alike,
): void {
  const plan = (array: CellArray, n: number) => ({
    counts: counts(array, (i) => (((i * 7 + n * 5) % 11) - 5) * subject.pulses),
  });
  if (subject.restores === 'exact') {
    promise(
      'a restored array continues bit for bit, the last update and noise to come included',
      async (array) => {
        for (let n = 1; n <= 3; n++) await array.pulse(plan(array, n), nextOf(array));
        await array.read();
        await array.wait?.(0.5);
        const state = structuredClone(await array.snapshot());
        const other = await subject.open();
        await other.restore(state);
        assert.equal(other.info.lastUpdate, array.info.lastUpdate);
        assert.ok(!(await other.pulse(plan(array, 3), { id: array.info.lastUpdate })).applied);
        for (const each of [array, other]) await each.pulse(plan(array, 4), nextOf(each));
        assert.deepEqual(await other.read(), await array.read());
        assert.deepEqual(await other.snapshot(), await array.snapshot());
        await other.close();
      },
    );
    promise('a snapshot is a copy', async (array) => {
      const state = await array.snapshot();
      const before = structuredClone(state);
      await array.pulse(plan(array, 1), nextOf(array));
      assert.deepEqual(state, before);
    });
    return;
  }
  promise('a restored array reads back what it was, and its count of updates goes on', async (array) => {
    await array.pulse(plan(array, 1), nextOf(array));
    const before = await read(array);
    const state = structuredClone(await array.snapshot());
    await array.pulse(plan(array, 2), nextOf(array));
    const { lastUpdate } = array.info;
    await array.restore(state);
    alike(array.info, await read(array), before, 'after the restore');
    assert.ok(array.info.lastUpdate >= lastUpdate);
  });
}

function setPromises(
  promise: Promised,
  refused: (array: CellArray, action: () => Promise<unknown>, what: string) => Promise<void>,
  alike: Alike,
): void {
  promise('sets conductances inside the bounds of its cells', async (array) => {
    const { rows, columns, g_min_S, g_max_S } = array.info;
    const wanted = Float64Array.from({ length: rows * columns }, (_, i) => {
      return g_min_S + (g_max_S - g_min_S) * (0.3 + (0.4 * i) / (rows * columns));
    });
    await array.set!(wanted);
    const once = await array.read();
    await array.set!(new Float64Array(rows * columns).fill(2 * g_max_S));
    for (const g of await array.read()) assert.ok(g <= array.info.read_max_S);
    await array.set!(wanted);
    alike(array.info, await array.read(), once);
    const off = once.map((g, i) => Math.abs(g - wanted[i])).sort();
    assert.ok(off[Math.floor(off.length / 2)] <= (1e-6 + array.info.readTolerance) * g_max_S);
  });
  promise('refuses to be set to what is no conductance', async (array) => {
    const { rows, columns, g_max_S } = array.info;
    const good = new Float64Array(rows * columns).fill(g_max_S);
    const bad = good.slice();
    bad[bad.length - 1] = Number.NaN;
    await refused(array, () => array.set!(good.subarray(1)), 'one too few');
    await refused(array, () => array.set!(bad), 'NaN');
  });
}

function badPlans({ info }: CellArray, good: Int16Array): [string, PulsePlan][] {
  const cells = good.length;
  const overVolts = { amplitude_V: 2 * info.maxPulse_V, width_s: 1e-6 };
  const tooMany = good.slice();
  tooMany[1] = info.maxPulses + 1;
  return [
    ['one count too few', { counts: good.slice(1) }],
    ['a cell that is not there', { counts: Int16Array.of(1, 1), indices: Uint32Array.of(0, cells) }],
    ['a cell named twice', { counts: Int16Array.of(1, 1), indices: Uint32Array.of(1, 1) }],
    ['more cells than counts', { counts: Int16Array.of(1), indices: Uint32Array.of(0, 1) }],
    ['volts out of range', { counts: good, potentiation: overVolts }],
    ['no number of volts', { counts: good, depression: { amplitude_V: Number.NaN, width_s: 1e-6 } }],
    [
      'amplitudes out of range',
      { counts: good, amplitudes_V: new Float32Array(cells).fill(overVolts.amplitude_V + 1) },
    ],
    ['one amplitude too few', { counts: good, amplitudes_V: new Float32Array(cells - 1).fill(1e-3) }],
    ...(info.maxPulses < 32767 ? [['too many pulses', { counts: tooMany }] as [string, PulsePlan]] : []),
  ];
}

/** Dense counts of the whole array. */
function counts({ info }: CellArray, of: (i: number) => number): Int16Array {
  return Int16Array.from({ length: info.rows * info.columns }, (_, i) => of(i));
}

/** The next id that the array carries out. */
function nextOf({ info }: CellArray): { id: number } {
  return { id: info.lastUpdate + 1 };
}
