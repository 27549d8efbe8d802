import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BoardClient } from '../../drivers/board/index.js';
import { TcpTransport } from '../../drivers/transport/index.js';
import { scratch } from '../scratch.js';
import { type Finished, ohmprop } from './command-line.js';
import { withEmulator } from './emulated-board.js';

// Commands that look at a board which is there, an emulator in another process: by the board's own counts they move no
// wiper, change no tap and leave its last update as it was.

interface Held {
  readonly taps: Uint8Array;
  readonly residuals: Int16Array;
  /** Wiper steps since the board started. */
  readonly pulses: number;
  readonly lastUpdate: number;
  readonly boots: number;
  readonly armed: boolean;
}

/** What a board holds, by a client that touches nothing. */
async function held(address: string): Promise<Held> {
  const client = await BoardClient.open(TcpTransport.of(address));
  try {
    const { pulses, lastUpdate, boots, armed } = await client.status();
    return { ...(await client.readTaps()), pulses, lastUpdate, boots, armed };
  } finally {
    await client.close();
  }
}

/** Somebody else's work: one tap set by hand. */
async function setTap(address: string, pot: number, tap: number): Promise<void> {
  expect((await ohmprop(['board', 'write', address, `${pot}=${tap}`, '--yes'])).code).toBe(0);
}

const cwd = scratch();

/** Trains XOR for some passes on the board and returns the run. */
async function trained(address: string, name: string): Promise<string> {
  const args = ['train', '--device', address, '--data', 'xor', '--epochs', '3', '--out', name];
  const { code, stderr } = await ohmprop(args, { cwd });
  expect(stderr).not.toMatch(/^ohmprop/m);
  expect(code).toBe(0);
  return join(cwd, name);
}

/** The command's end, and that the board is just as it was. */
async function looks(address: string, args: readonly string[]): Promise<Finished> {
  const before = await held(address);
  const finished = await ohmprop(args, { cwd });
  expect({ args, held: await held(address) }).toEqual({ args, held: before });
  return finished;
}

describe('looking at a board that is there never writes', () => {
  it('a board whose last epoch was not the best on validation is looked at as it is', async () => {
    await withEmulator([], async (address) => {
      const args = ['train', '--device', address, '--data', 'iris', '--validation', '10', '--limit', '10'];
      const { code, stdout } = await ohmprop(
        [...args, '--epochs', '4', '--seed', '5', '--out', 'validated', '--json'],
        {
          cwd,
        },
      );
      expect(code).toBe(0);
      expect(JSON.parse(stdout).best.epoch).toBeLessThan(4);
      const looked = await looks(address, ['eval', 'validated', '--json']);
      expect(looked.stderr).toMatch(/epoch \d was the best .* holds the last one, which is used/);
      expect(JSON.parse(looked.stdout).epoch).toBe(4);
    });
  });

  it('a trained board: eval, trace, report, info, read and map work with what it holds', async () => {
    await withEmulator([], async (address) => {
      const run = await trained(address, 'trained');
      const after = await held(address);
      expect(after).toMatchObject({ armed: false, lastUpdate: 3, boots: 1 });
      expect(after.pulses).toBeGreaterThan(0);
      for (const args of [
        ['eval', run, '--json'],
        ['trace', run, '--json'],
        ['report', run],
        ['board', 'info', address, '--json'],
        ['board', 'read', address],
        ['board', 'map', address, '-o', 'map.svg', '--force'],
        ['trace', 'board-xor', '--set', `network.device=${address}`, '--json'],
      ]) {
        const { code, stderr } = await looks(address, args);
        expect([args, code, stderr.match(/ohmprop: .*/)]).toEqual([args, 0, null]);
      }
      expect(readFileSync(join(run, 'report.html'), 'utf8')).toMatch(/<svg/);
    });
  });

  it('a board that holds something else: eval, trace and report say how many wipers differ, and exit with 2', async () => {
    await withEmulator([], async (address) => {
      const run = await trained(address, 'changed');
      const { taps } = await held(address);
      await setTap(address, 5, taps[5] > 100 ? 40 : 200);
      await setTap(address, 6, taps[6] > 100 ? 40 : 200);
      for (const command of ['eval', 'trace', 'report']) {
        const { code, stderr } = await looks(address, [command, run]);
        expect([command, code]).toEqual([command, 2]);
        expect(stderr).toMatch(/2 of 84 wipers differ.*--restore/s);
      }
    });
  });

  it('--restore writes the run back, only what differs, and then it is tested', async () => {
    await withEmulator([], async (address) => {
      const run = await trained(address, 'restored');
      const learned = await held(address);
      const tap = learned.taps[5] > 100 ? 40 : 200;
      await setTap(address, 5, tap);
      const changed = await held(address);
      const { code } = await ohmprop(['eval', run, '--restore'], { cwd });
      expect(code).toBe(0);
      const after = await held(address);
      expect(after.taps).toEqual(learned.taps);
      expect(after.residuals).toEqual(learned.residuals);
      expect(after).toMatchObject({ lastUpdate: 3, armed: false });
      expect(after.pulses - changed.pulses).toBe(Math.abs(tap - learned.taps[5]));
      await looks(address, ['eval', run, '--restore']);
    });
  });

  it('refused commands write nothing: other data, another profile, too strong a nudge, a directory that is taken', async () => {
    await withEmulator([], async (address) => {
      const run = await trained(address, 'refused');
      const onXor = ['train', '--device', address, '--data', 'xor'];
      writeFileSync(join(cwd, 'a-file'), '');
      const refused: [args: string[], message: RegExp][] = [
        [['eval', run, '--data', 'iris'], /4 features a sample, the run was trained on 2/],
        [['eval', run, '--data', 'digits'], /256 features a sample, the run was trained on 2/],
        [['trace', run, '--data', 'iris'], /4 features a sample, the run was trained on 2/],
        [['trace', run, '--sample', '99999'], /sample/],
        [['train', '--device', address, '--board', 'xor-nano'], /this is a reference board/],
        [['train', '--device', address, '--data', 'digits'], /do not fit a reference board/],
        [[...onXor, '--beta', '1000'], /β/],
        [[...onXor, '--out', 'refused'], /refused/],
        [[...onXor, '--out', 'a-file/below'], /a-file/],
        [['resume', run], /all 3 epochs are done/],
      ];
      for (const [args, message] of refused) {
        const { code, stderr } = await looks(address, args);
        expect([args, code]).toEqual([args, 2]);
        expect(stderr).toMatch(message);
      }
    });
  });

  it('a run that goes on where the board holds its last state writes nothing before its first update', async () => {
    await withEmulator([], async (address) => {
      const run = await trained(address, 'resumed');
      const before = await held(address);
      const { code } = await ohmprop(['resume', run, '--epochs', '4'], { cwd });
      expect(code).toBe(0);
      const after = await held(address);
      expect(after.lastUpdate).toBe(before.lastUpdate + 1);
      const epochs = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
      const { pulses } = JSON.parse(epochs[3]);
      expect(after.pulses - before.pulses).toBe(pulses);
    });
  });
});

describe('a board made for the command', () => {
  it('is brought to where the run left it, and tests alike every time', async () => {
    const args = ['train', '--device', 'virtual', '--data', 'xor', '--epochs', '2', '--out', 'made'];
    expect((await ohmprop(args, { cwd })).code).toBe(0);
    const metrics = readFileSync(join(cwd, 'made/metrics.jsonl'), 'utf8').trim().split('\n');
    const { testError } = JSON.parse(metrics[1]);
    const { code, stdout } = await ohmprop(['eval', 'made', '--json'], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).testError).toBe(testError);
  });

  it('a refused sample is not preceded by a restore, and a file that cannot be written leaves the line free', async () => {
    await withEmulator([], async (address) => {
      const run = await trained(address, 'tried');
      await setTap(address, 5, 77);
      for (const args of [
        ['trace', run, '--sample', '99999', '--restore'],
        ['trace', run, '--part', 'validation', '--restore'],
      ]) {
        const { code, stderr } = await looks(address, args);
        expect([args, code]).toEqual([args, 2]);
        expect(stderr).toMatch(/--sample|--part/);
      }
      const { code } = await ohmprop(['export', run, '-o', join('nowhere', 'w.npz'), '--restore'], { cwd });
      expect(code).not.toBe(0);
      // A line that was left open would keep the next client waiting for ever.
      await looks(address, ['board', 'read', address]);
    });
  });

  it('refuses to set one pot twice', async () => {
    await withEmulator([], async (address) => {
      const { code, stderr } = await looks(address, ['board', 'write', address, '3=100', '3=50']);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/pot 3 is given twice/)]);
    });
  });
});
