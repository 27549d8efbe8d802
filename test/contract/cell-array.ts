import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OhmpropError } from '../../core/index.js';
import type { CellArray } from '../../devices/contract/index.js';

/** What the suite needs to know of an array under test besides the contract. */
export interface CellArrayUnderTest {
  /** A fresh array, at least 2 × 3 cells; the same every time it is called. */
  readonly open: () => Promise<CellArray>;
  /** Pulses of one direction that surely move a good cell by more than a read's noise. */
  readonly pulses: number;
  /** Averages at which reads are compared. */
  readonly averages?: number;
  /** How far two reads of an untouched cell may differ, relative to g_max. */
  readonly readTolerance: number;
  /** A restored array continues bit for bit. Not so on a bench. */
  readonly restores: boolean;
}

/** The promises of `CellArray`, run over every implementation: simulated, virtual and on a bench. */
export function cellArrayContract(name: string, subject: CellArrayUnderTest): void {
  describe(`CellArray contract: ${name}`, () => {
    let cells: CellArray;
    const averages = subject.averages ?? 1;

    beforeEach(async () => {
      cells = await subject.open();
    });
    afterEach(async () => {
      await cells.close();
    });

    const counts = (value = 0) => new Int16Array(cells.info.rows * cells.info.columns).fill(value);
    const refused = async (action: () => Promise<unknown>) => {
      const before = await cells.read(undefined, { averages });
      await expect(action()).rejects.toBeInstanceOf(OhmpropError);
      expectUnchanged(before, await cells.read(undefined, { averages }));
    };
    const expectUnchanged = (a: Float64Array, b: Float64Array) => {
      for (const [i, g] of a.entries()) {
        expect(Math.abs(b[i] - g)).toBeLessThanOrEqual(subject.readTolerance * cells.info.g_max_S);
      }
    };

    it('says what it is', () => {
      const { rows, columns, g_min_S, g_max_S, maxPulses, maxPulse_V, compliance_A } = cells.info;
      expect(rows).toBeGreaterThanOrEqual(2);
      expect(columns).toBeGreaterThanOrEqual(3);
      expect(g_min_S).toBeGreaterThanOrEqual(0);
      expect(g_max_S).toBeGreaterThan(g_min_S);
      expect(maxPulses).toBeGreaterThanOrEqual(subject.pulses);
      expect(maxPulse_V).toBeGreaterThan(0);
      expect(compliance_A).toBeGreaterThan(0);
    });

    it('reads the whole array, or a rectangle of it, in S', async () => {
      await cells.pulse({ counts: counts().map((_, i) => (i % 3) * subject.pulses) }, { id: 1 });
      const all = await cells.read(undefined, { averages });
      const { rows, columns } = cells.info;
      expect(all).toHaveLength(rows * columns);
      const part = await cells.read({ row: 1, column: 1, rows: rows - 1, columns: 2 }, { averages });
      expect(part).toHaveLength(2 * (rows - 1));
      const same = Float64Array.from(part, (_, i) => all[(1 + Math.floor(i / 2)) * columns + 1 + (i % 2)]);
      expectUnchanged(same, part);
    });

    it('reading changes nothing', async () => {
      const first = await cells.read(undefined, { averages });
      expectUnchanged(first, await cells.read(undefined, { averages }));
    });

    it('potentiates on positive counts, depresses on negative ones, and leaves the rest alone', async () => {
      await cells.pulse({ counts: counts(subject.pulses) }, { id: 1 });
      const before = await cells.read(undefined, { averages });
      const plan = counts();
      plan[0] = subject.pulses;
      plan[1] = -subject.pulses;
      const report = await cells.pulse({ counts: plan }, { id: 2 });
      expect(report).toMatchObject({
        applied: true,
        potentiationPulses: subject.pulses,
        depressionPulses: subject.pulses,
      });
      const after = await cells.read(undefined, { averages });
      expect(after[0]).toBeGreaterThan(before[0]);
      expect(after[1]).toBeLessThan(before[1]);
      expectUnchanged(before.slice(2), after.slice(2));
    });

    it('a sparse plan is the dense one', async () => {
      const other = await subject.open();
      const dense = counts();
      dense[4] = subject.pulses;
      dense[2] = 1;
      await cells.pulse({ counts: dense }, { id: 1 });
      await other.pulse(
        { counts: Int16Array.of(subject.pulses, 1), indices: Uint32Array.of(4, 2) },
        { id: 1 },
      );
      expectUnchanged(await cells.read(undefined, { averages }), await other.read(undefined, { averages }));
      await other.close();
    });

    it('carries an id out once', async () => {
      const plan = { counts: counts(subject.pulses) };
      expect((await cells.pulse(plan, { id: 5 })).applied).toBe(true);
      const after = await cells.read(undefined, { averages });
      const again = await cells.pulse(plan, { id: 5 });
      expect(again).toMatchObject({ applied: false, potentiationPulses: 0, depressionPulses: 0 });
      expectUnchanged(after, await cells.read(undefined, { averages }));
    });

    it('refuses a bad plan whole', async () => {
      const good = counts(1);
      await refused(() => cells.pulse({ counts: good.slice(1) }, { id: 1 }));
      await refused(() =>
        cells.pulse({ counts: Int16Array.of(1, 1), indices: Uint32Array.of(0, good.length) }, { id: 1 }),
      );
      await refused(() =>
        cells.pulse({ counts: Int16Array.of(1, 1), indices: Uint32Array.of(1, 1) }, { id: 1 }),
      );
      await refused(() => cells.pulse({ counts: good }, { id: 0 }));
      if (cells.info.maxPulses < 32767) {
        const tooMany = counts(1);
        tooMany[1] = cells.info.maxPulses + 1;
        await refused(() => cells.pulse({ counts: tooMany }, { id: 1 }));
      }
      if (Number.isFinite(cells.info.maxPulse_V)) {
        const potentiation = { amplitude_V: 2 * cells.info.maxPulse_V, width_s: 1e-6 };
        await refused(() => cells.pulse({ counts: good, potentiation }, { id: 1 }));
      }
      expect((await cells.pulse({ counts: good }, { id: 1 })).applied).toBe(true);
    });

    it('refuses to read cells that it does not have', async () => {
      const { rows, columns } = cells.info;
      for (const range of [
        { row: 0, column: 0, rows: rows + 1, columns },
        { row: -1, column: 0, rows: 1, columns },
        { row: 0, column: 0.5, rows: 1, columns: 1 },
      ]) {
        await expect(cells.read(range)).rejects.toBeInstanceOf(OhmpropError);
      }
    });

    it('an aborted plan gives no pulse', async () => {
      const before = await cells.read(undefined, { averages });
      const report = await cells.pulse({ counts: counts(1) }, { id: 1, signal: AbortSignal.abort() });
      expect(report.applied).toBe(false);
      expectUnchanged(before, await cells.read(undefined, { averages }));
    });

    it.runIf(subject.restores)('a restored array continues bit for bit', async () => {
      const plan = (n: number) => ({ counts: counts().map((_, i) => ((i * 7 + n * 5) % 11) - 5) });
      for (let n = 1; n <= 3; n++) await cells.pulse(plan(n), { id: n });
      await cells.read();
      const state = structuredClone(await cells.snapshot());
      const other = await subject.open();
      await other.restore(state);
      expect((await other.pulse(plan(3), { id: 3 })).applied).toBe(false);
      for (const array of [cells, other]) await array.pulse(plan(4), { id: 4 });
      expect(await other.read()).toEqual(await cells.read());
      expect(await other.snapshot()).toEqual(await cells.snapshot());
      await other.close();
    });

    it('refuses the state of another array', async () => {
      const state = await cells.snapshot();
      await expect(cells.restore({ ...state, format: 'something-else/1' })).rejects.toBeInstanceOf(
        OhmpropError,
      );
    });

    it('is closed once and for all', async () => {
      await cells.close();
      await cells.close();
      await expect(cells.read()).rejects.toBeInstanceOf(OhmpropError);
      await expect(cells.pulse({ counts: counts(1) }, { id: 1 })).rejects.toBeInstanceOf(OhmpropError);
    });
  });
}
