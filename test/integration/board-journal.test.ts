import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Taps, tapsAfter } from '../../devices/boards/index.js';
import { BoardClient, rememberBoard } from '../../drivers/board/index.js';
import { TcpTransport } from '../../drivers/transport/index.js';
import { serveOnTcp } from '../../drivers/virtual-board/index.js';
import type { JournalLine } from '../../records/index.js';
import { scratch } from '../scratch.js';
import { ohmprop, startOhmprop } from './command-line.js';
import { newBoard, withServed } from './emulated-board.js';

// A board of nominal parts measures without noise: two trainings that ask the same of it move its wipers alike, bit for bit, so
// that a run that was cut off has lost nothing and done nothing twice if it ends where one ends that was not.

const journalOf = (run: string): JournalLine[] =>
  existsSync(join(run, 'journal.jsonl'))
    ? readFileSync(join(run, 'journal.jsonl'), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line))
    : [];
const outcomes = (run: string) => journalOf(run).filter((line) => line.kind === 'outcome');

async function tapsAt(address: string) {
  const client = await BoardClient.open(TcpTransport.of(address));
  const held = { ...(await client.readTaps()), update: (await client.counters()).lastUpdate };
  await client.close();
  return held;
}

/** A shadow: what the journal says that was done, done by somebody else. */
function shadowOf(run: string) {
  const [start] = journalOf(run);
  if (start?.kind !== 'held') throw new Error('a journal begins with what the board holds');
  let taps: Taps = {
    taps: Uint8Array.from(start.taps),
    residuals: Int16Array.from(start.residuals),
  };
  let update = start.update;
  for (const line of outcomes(run)) {
    expect(line.id).toBe(update + 1);
    update = line.id;
    taps = tapsAfter(taps, line.steps);
  }
  return { ...taps, update };
}

const flags = (address: string, epochs: number) => [
  ...['--device', address, '--data', 'iris', '--epochs', String(epochs), '--out', 'run'],
];

let whole: ReturnType<typeof tapsAt> | undefined;

/** What two epochs that nobody disturbs lead to. */
function uninterrupted() {
  whole ??= withServed(newBoard({ nominal: true }), async (address) => {
    await ohmprop(['train', ...flags(address, 2)]);
    return tapsAt(address);
  });
  return whole;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('a journal of a training on a board', () => {
  it('tells every update, and leads from the start to what the board holds', async () => {
    await withServed(newBoard({ nominal: true }), async (address) => {
      const cwd = scratch();
      const { code } = await ohmprop(['train', ...flags(address, 2)], { cwd });
      expect(code).toBe(0);
      const run = join(cwd, 'run');
      const kinds = journalOf(run).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind !== 'happened')).toEqual([
        'held',
        ...Array.from({ length: 14 }, () => ['intent', 'outcome']).flat(),
      ]);
      expect(outcomes(run).every((line) => line.readings === 'kept')).toBe(true);
      expect(shadowOf(run)).toEqual(await tapsAt(address));
    });
  });

  it('tells updates that this host works out as well, with no wiper read more than once for each', async () => {
    await withServed(newBoard({ nominal: true }), async (address) => {
      const cwd = scratch();
      const { code } = await ohmprop(['train', ...flags(address, 1), '--set', 'network.updates=host'], {
        cwd,
      });
      expect(code).toBe(0);
      expect(outcomes(join(cwd, 'run'))).toHaveLength(7);
      expect(shadowOf(join(cwd, 'run'))).toEqual(await tapsAt(address));
    });
  });

  it.each([3, 9])(
    'a run killed after update %i goes on where it was: nothing lost, nothing twice',
    async (n) => {
      const wanted = await uninterrupted();
      await withServed(newBoard({ nominal: true }), async (address) => {
        const cwd = scratch();
        const run = join(cwd, 'run');
        const child = startOhmprop(['train', ...flags(address, 2)], { cwd });
        await until(() => outcomes(run).length >= n);
        child.kill('SIGKILL');
        await new Promise((resolve) => child.once('close', resolve));
        const resumed = await ohmprop(['resume', 'run'], { cwd });
        expect(resumed.stderr).toMatch(/no wiper is written: all 84 stand where they are wanted/);
        expect(resumed.code).toBe(0);
        expect(await tapsAt(address)).toEqual(wanted);
        expect(shadowOf(run)).toEqual(wanted);
      });
    },
  );
});

describe('a run that was killed', () => {
  it('finds its board where another command has had it since, and leaves alone what stands in its place', async () => {
    const wanted = await uninterrupted();
    const board = newBoard({ nominal: true });
    let served = await serveOnTcp(board, { port: 0 });
    const cwd = scratch();
    const run = join(cwd, 'run');
    const before = served.address;
    const child = startOhmprop(['train', ...flags(before, 2)], { cwd });
    await until(() => outcomes(run).length >= 3);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    await served.close();
    const other = newBoard({ seed: 2 });
    const instead = await serveOnTcp(other, { port: Number(before.split(':')[2]) });
    const { wiperSteps } = other;
    served = await serveOnTcp(board, { port: 0 });
    const { address } = served;
    const client = await BoardClient.open(TcpTransport.of(address));
    await client.close();
    await rememberBoard(address, client.description);
    // Who says where it is to go on is not led elsewhere.
    const refused = await ohmprop(['resume', 'run', '--device', `tcp://localhost:${before.split(':')[2]}`], {
      cwd,
    });
    expect(refused.stderr).toMatch(/is board V0000002, .* was trained on board V0000001/);
    const { code, stderr } = await ohmprop(['resume', 'run'], { cwd });
    expect(stderr).toContain(`the same board is on ${address} now, no longer on ${before}`);
    expect(stderr).toMatch(/no wiper is written: all 84 stand where they are wanted/);
    expect(code).toBe(0);
    expect(await tapsAt(address)).toEqual(wanted);
    expect(other.wiperSteps).toBe(wiperSteps);
    await served.close();
    await instead.close();
  });
});

describe('a board that is lost in mid-training is waited for and gone on with', () => {
  const codes = (run: string) =>
    journalOf(run).flatMap((line) =>
      line.kind === 'happened' && line.what !== 'retries' ? [line.code ?? line.what] : [],
    );

  it('after a brown-out: its wipers are rebuilt from the journal', async () => {
    const wanted = await uninterrupted();
    await withServed(newBoard({ nominal: true }), async (address, served) => {
      const cwd = scratch();
      const run = join(cwd, 'run');
      const training = ohmprop(['train', ...flags(address, 2)], { cwd });
      await until(() => outcomes(run).length >= 4);
      served.paced.powerCycle();
      const { code, stderr } = await training;
      expect(stderr).toMatch(/paused: [\s\S]*\d+ of 84 wipers are written[\s\S]*goes on after/);
      expect(code).toBe(0);
      expect(await tapsAt(address)).toEqual(wanted);
      expect(shadowOf(run)).toEqual(wanted);
      expect(codes(run)).toEqual(['board.restarted', 'resumed']);
      const report = readFileSync(join(run, 'report.html'), 'utf8');
      expect(report).toMatch(/Pauses, retries and reconnects[\s\S]*paused[\s\S]*went on/);
    });
  });

  it('after the cable was out: nothing is written', async () => {
    const wanted = await uninterrupted();
    const board = newBoard({ nominal: true });
    let served = await serveOnTcp(board, { port: 0 });
    const { address } = served;
    const cwd = scratch();
    const run = join(cwd, 'run');
    const training = ohmprop(['train', ...flags(address, 2)], { cwd });
    await until(() => outcomes(run).length >= 4);
    await served.close();
    await until(() => codes(run).length > 0);
    served = await serveOnTcp(board, { port: Number(address.split(':')[2]) });
    const { code, stderr } = await training;
    expect(stderr).toMatch(/paused: [\s\S]*no wiper is written[\s\S]*goes on after/);
    expect(code).toBe(0);
    expect(await tapsAt(address)).toEqual(wanted);
    expect(shadowOf(run)).toEqual(wanted);
    expect(codes(run)).toEqual(['line.lost', 'resumed']);
    await served.close();
  });

  it('where another command has found it under another name meanwhile', async () => {
    const wanted = await uninterrupted();
    const board = newBoard({ nominal: true });
    let served = await serveOnTcp(board, { port: 0 });
    const cwd = scratch();
    const run = join(cwd, 'run');
    const before = served.address;
    const training = ohmprop(['train', ...flags(before, 2)], { cwd });
    await until(() => outcomes(run).length >= 4);
    // Its old name is somebody else's by then.
    await served.close();
    const other = newBoard({ seed: 2 });
    const instead = await serveOnTcp(other, { port: Number(before.split(':')[2]) });
    const { wiperSteps } = other;
    await until(() => codes(run).length > 0);
    served = await serveOnTcp(board, { port: 0 });
    const { address } = served;
    expect(address).not.toBe(before);
    // As every command notes where it has had a board.
    const client = await BoardClient.open(TcpTransport.of(address));
    await client.close();
    await rememberBoard(address, client.description);
    const { code, stderr } = await training;
    expect(stderr).toContain(`the same board is on ${address} now, no longer on ${before}`);
    expect(code).toBe(0);
    expect(shadowOf(run)).toEqual(wanted);
    expect(await tapsAt(address)).toEqual(wanted);
    expect(codes(run)).toEqual(['line.lost', 'resumed']);
    expect(other.wiperSteps).toBe(wiperSteps);
    await served.close();
    await instead.close();
  });

  it('after its middle potential has left its band: it is at rest until that is back', async () => {
    const wanted = await uninterrupted();
    const board = newBoard({ nominal: true });
    const parts = board.parts as { middle_V: number };
    await withServed(board, async (address) => {
      const cwd = scratch();
      const run = join(cwd, 'run');
      parts.middle_V = 0.035;
      const narrow = ['--middle-band', '30mV', '--notify', 'cat >> told.jsonl', '--notify-every', '0'];
      const training = ohmprop(['train', ...flags(address, 2), ...narrow], { cwd });
      await until(() => codes(run).length > 0);
      expect(outcomes(run)).toEqual([]);
      expect([...board.analog.source_V.subarray(0, 8)].every((v) => Math.abs(v) < 0.01)).toBe(true);
      parts.middle_V = 0;
      const { code, stderr } = await training;
      expect(stderr).toMatch(
        /paused: [\s\S]*its middle potential is 35.0 mV off, more than 30.0 mV \(--middle-band\)[\s\S]*goes on after/,
      );
      expect(code).toBe(0);
      expect(await tapsAt(address)).toEqual(wanted);
      expect(codes(run)).toEqual(['board.out-of-band', 'resumed']);
      expect(readFileSync(join(run, 'report.html'), 'utf8')).toMatch(/paused[\s\S]*its middle potential is/);
      const told = readFileSync(join(cwd, 'told.jsonl'), 'utf8');
      expect(told).toMatch(/"event":"paused".*"code":"board.out-of-band"[\s\S]*"event":"resumed"/);
    });
  });

  it('after this machine slept for longer than the watchdog waits: nothing is written, and it is armed again', async () => {
    const wanted = await uninterrupted();
    await withServed(newBoard({ nominal: true }), async (address) => {
      const cwd = scratch();
      const run = join(cwd, 'run');
      const child = startOhmprop(['train', ...flags(address, 2)], { cwd });
      await until(() => outcomes(run).length >= 4);
      child.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, 2500));
      child.kill('SIGCONT');
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect(code).toBe(0);
      expect(await tapsAt(address)).toEqual(wanted);
      expect(shadowOf(run)).toEqual(wanted);
      expect(codes(run)).toEqual(['board.disarmed', 'resumed']);
    });
  });

  it('is checked between epochs with --check-every, no wiper moved for it; what departs ends the run', async () => {
    const wanted = await uninterrupted();
    const board = newBoard({ nominal: true });
    const parts = board.parts as unknown as { readers: { gain: number; offset_V: number; bow_V: number }[] };
    const checks = (run: string) =>
      journalOf(run).flatMap((line) =>
        line.kind === 'happened' && line.what !== 'retries' ? [[line.what, line.text]] : [],
      );
    await withServed(board, async (address) => {
      const cwd = scratch();
      const checked = await ohmprop(['train', ...flags(address, 2), '--check-every', '1'], { cwd });
      expect(checked.code).toBe(0);
      // Taps are those of a run that was never checked, bit for bit.
      expect(await tapsAt(address)).toEqual(wanted);
      const run = join(cwd, 'run');
      expect(checks(run).map(([what]) => what)).toEqual(['checked', 'checked']);
      expect(checks(run)[0][1]).toMatch(/^after epoch 1: all 9 nodes read what is expected/);
      expect(readFileSync(join(run, 'report.html'), 'utf8')).toMatch(/after epoch 2: all 9 nodes/);

      const broken = scratch();
      parts.readers = parts.readers.map((reader, n) => (n === 2 ? { ...reader, offset_V: 0.1 } : reader));
      const args = ['train', ...flags(address, 9), '--check-every', '2'];
      const { code, stderr } = await ohmprop(args, { cwd: broken });
      expect(code).toBe(1);
      expect(stderr).toMatch(/after epoch 2 h2 departs by \d+.* its checkpoint is kept \(--check-every\)/s);
      expect(checks(join(broken, 'run')).map(([what]) => what)).toEqual(['departs', 'failed']);
      expect([...board.analog.source_V.subarray(0, 8)].every((v) => Math.abs(v) < 0.01)).toBe(true);
      expect(readdirSync(join(broken, 'run', 'checkpoints'))).not.toEqual([]);
    });
  }, 120_000);

  it('is not waited for with --board-patience 0', async () => {
    await withServed(newBoard({ nominal: true }), async (address, served) => {
      const cwd = scratch();
      const training = ohmprop(['train', ...flags(address, 2), '--board-patience', '0'], { cwd });
      await until(() => outcomes(join(cwd, 'run')).length >= 2);
      served.paced.powerCycle();
      const { code, stderr } = await training;
      expect(stderr).not.toMatch(/paused/);
      expect(code).toBe(1);
    });
  });
});
