import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import type { Permit } from '../../devices/limits/index.js';
import { ArcOneBench, type ArcOneFaults } from '../../drivers/instruments/arc-one/emulator/index.js';
import { ArcOne, ArcOneCells } from '../../drivers/instruments/arc-one/index.js';
import { PulseJournal } from '../../records/index.js';
import { LinearCells } from './emulated-resistors.js';

const permit: Permit = {
  limits: { maxVoltage_V: 1.5, compliance_A: 1e-3, maxWidth_s: 1e-5, maxPulses: 60, series_ohm: 10_000 },
  forming: false,
  noCurrentLimit: false,
};
const up = { amplitude_V: 1.5, width_s: 1e-7 };
const down = { amplitude_V: -1.5, width_s: 1e-7 };
const size = { rows: 4, columns: 4 };

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function makeBench(faults: ArcOneFaults = {}) {
  const cells = new LinearCells(4, 4, 50e-6);
  const bench = new ArcOneBench(cells, { noise: 0.001 });
  const open = async (options: { permit?: Permit | undefined; journal?: PulseJournal } = {}) => {
    const reopen = async () => {
      const line = bench.connect();
      await line.open();
      return line;
    };
    const instrument = new ArcOne(await reopen(), { words: 4, bits: 4, reopen });
    const { permit: allowed = permit, journal } = options;
    return new ArcOneCells(instrument, {
      ...('permit' in options && options.permit === undefined ? {} : { permit: allowed }),
      ...(journal === undefined ? {} : { journal }),
      nominalPulse: { potentiation: up, depression: down },
      g_min_S: 1e-6,
      g_max_S: 200e-6,
    });
  };
  bench.line.faults = faults;
  return { cells, bench, open };
}
const one = (cell: number, count: number) => ({
  counts: Int16Array.of(count),
  indices: Uint32Array.of(cell),
});
const journalPath = () => {
  const folder = mkdtempSync(join(tmpdir(), 'pulses-'));
  folders.push(folder);
  return join(folder, 'pulses.jsonl');
};

describe('cells behind an ArC ONE', () => {
  it('get nothing without limits, beyond them, or where nothing limits their current', async () => {
    const { bench, open } = makeBench();
    const refused = async (
      given: Permit | undefined,
      plan: Parameters<ArcOneCells['pulse']>[0],
      code: string,
    ) => {
      const array = await open({ permit: given });
      await expect(array.pulse(plan, { id: 1 })).rejects.toMatchObject({ code });
      expect(array.info.lastUpdate).toBe(0);
      await array.close();
    };
    const { series_ohm: _, ...bare } = permit.limits;
    await refused(undefined, one(0, 0), 'limits.missing');
    await refused({ ...permit, limits: bare }, one(0, 1), 'limits.current');
    await refused({ ...permit, limits: { ...permit.limits, series_ohm: 100 } }, one(0, 1), 'limits.current');
    await refused({ ...permit, limits: { ...permit.limits, formed_V: 1 } }, one(0, 1), 'limits.forming');
    await refused(permit, { ...one(0, 1), potentiation: { ...up, width_s: 1e-3 } }, 'limits.width');
    await refused(permit, { ...one(0, 1), potentiation: { ...up, amplitude_V: 1.6 } }, 'cells.plan');
    await refused(permit, one(0, 61), 'cells.plan');
    expect(bench.instrument.sockets.pulses.every((n) => n === 0)).toBe(true);
    const agreed = await open({ permit: { ...permit, limits: bare, noCurrentLimit: true } });
    expect(await agreed.pulse(one(0, 1), { id: 1 })).toMatchObject({ applied: true, potentiationPulses: 1 });
  });

  it('are pulsed only after the sign of the voltage was proved at one of them', async () => {
    const { cells, bench, open } = makeBench();
    cells.conductances_S.fill(1e-12);
    const array = await open();
    await expect(array.pulse(one(0, 1), { id: 1 })).rejects.toMatchObject({ code: 'instrument.open' });
    expect(bench.instrument.sockets.pulses[0]).toBe(0);
    expect(array.info.lastUpdate).toBe(0);
  });

  it('give each cell of a plan an amplitude of its own, as the decimal number that was meant', async () => {
    const { bench, open } = makeBench();
    const given: number[] = [];
    bench.instrument.sockets.onPulse = ({ amplitude_V }) => given.push(amplitude_V);
    const array = await open();
    await array.pulse(
      { counts: Int16Array.of(1, 2), indices: Uint32Array.of(3, 5), amplitudes_V: Float32Array.of(1.2, 0.7) },
      { id: 1 },
    );
    expect(given).toEqual([1.2, 0.7, 0.7]);
  });

  it.each([
    ['lost bytes', { lostBytes: 0.04 }],
    ['lost commands', { lostCommands: 0.05 }],
    ['stalls', { stalls: 0.03, stall_seconds: 6 }],
    ['power loss', { powerLosses: 0.03 }],
    ['all of it', { lostBytes: 0.01, lostCommands: 0.02, stalls: 0.01, powerLosses: 0.01 }],
  ] as const)('keep true counts through %s', async (_, faults) => {
    const { bench, open } = makeBench({ ...faults, seed: 7 });
    const array = await open();
    const random = new RandomStream(3, 'plans');
    const reported = { up: 0, down: 0 };
    for (let id = 1; id <= 60; id++) {
      const cell = random.integer(16);
      // around the middle, where every pulse is seen
      const sign = array.given.positive[cell] - array.given.negative[cell] > 0 ? -1 : 1;
      const report = await array.pulse(one(cell, sign * (1 + random.integer(4))), { id });
      reported.up += report.potentiationPulses;
      reported.down += report.depressionPulses;
    }
    bench.line.faults = {};
    // what could not be told of a cell that had not been pulsed yet is told by what a pulse does to it
    for (let cell = 0; cell < 16; cell++) {
      for (const count of [1, -1]) {
        const report = await array.pulse(one(cell, count), { id: array.info.lastUpdate + 1 });
        reported.up += report.potentiationPulses;
        reported.down += report.depressionPulses;
      }
    }
    const { positive, negative, unknown } = array.given;
    expect(unknown.every((n) => n === 0)).toBe(true);
    const known = Array.from(positive, (n, i) => n + negative[i]);
    expect(known).toEqual([...bench.instrument.sockets.pulses]);
    expect(reported.up + reported.down).toBe(known.reduce((sum, n) => sum + n, 0));
    const { doubts } = array;
    expect(doubts.given + doubts.notGiven + doubts.reads).toBeGreaterThan(0);
  });

  it('find the instrument again after its line was lost, and count on', async () => {
    const { bench, open } = makeBench();
    const array = await open();
    await array.pulse(one(2, 3), { id: 1 });
    const line = (array as unknown as { instrument: ArcOne }).instrument.line;
    await line.close();
    expect(await array.pulse(one(2, 2), { id: 2 })).toMatchObject({ applied: true, potentiationPulses: 2 });
    expect(bench.instrument.sockets.pulses[2]).toBe(5);
    expect(array.given.positive[2]).toBe(5);
  });

  it('know after the death of a process what was given, the last pulse by reading its cell', async () => {
    for (const wasGiven of [true, false]) {
      const { cells, bench, open } = makeBench();
      const path = journalPath();
      const before = await open({ journal: await PulseJournal.open(path, size) });
      await before.pulse(one(1, 4), { id: 8 });
      await before.close();
      // a process that died between the pulse and its reply, or before it
      const seen_S = cells.conductances_S[1];
      appendFileSync(path, `{"update":9,"planned":3}\n[1,1.5,1e-7,${seen_S}]\n[1,1.5,1e-7,${seen_S + 2e-6}`);
      if (wasGiven) bench.instrument.sockets.pulse(1, 2, 1.5, 1e-7);
      expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(false);
      const after = await open({ journal: await PulseJournal.open(path, size) });
      expect(after.info.lastUpdate).toBe(9);
      expect(after.given.interrupted).toMatchObject({ update: 9, planned: 3 });
      expect(await after.pulse(one(1, 1), { id: 8 })).toMatchObject({ applied: false });
      await after.read({ row: 0, column: 1, rows: 1, columns: 1 });
      expect(after.given.positive[1]).toBe(wasGiven ? 5 : 4);
      expect(after.given.unknown[1]).toBe(0);
      expect(bench.instrument.sockets.pulses[1]).toBe(wasGiven ? 5 : 4);
      // asked for again, what is left of it is given, and then no more
      const left = wasGiven ? 2 : 3;
      expect(await after.pulse(one(1, 3), { id: 9 })).toMatchObject({
        applied: true,
        potentiationPulses: left,
      });
      expect(bench.instrument.sockets.pulses[1]).toBe(7);
      expect(await after.pulse(one(1, 3), { id: 9 })).toMatchObject({ applied: false });
      expect(after.given.positive[1]).toBe(7);
    }
  });

  it('refuse a journal of another array, or one that is none, and say the line', async () => {
    const path = journalPath();
    (await PulseJournal.open(path, size)).close();
    await expect(PulseJournal.open(path, { rows: 4, columns: 5 })).rejects.toMatchObject({
      code: 'journal.other-array',
    });
    appendFileSync(path, '[99,1,1,1]\n');
    await expect(PulseJournal.open(path, size)).rejects.toThrow(`${path}:2`);
    writeFileSync(path, 'hello\n');
    await expect(PulseJournal.open(path, size)).rejects.toMatchObject({ code: 'journal.unreadable' });
  });
});
