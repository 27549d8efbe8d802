import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BoardClient } from '../../drivers/board/index.js';
import { heldLines, holderOf, SerialTransport, TcpTransport } from '../../drivers/transport/index.js';
import { type ServedBoard, serveOnPty, type VirtualBoard } from '../../drivers/virtual-board/index.js';
import { scratch } from '../scratch.js';
import { mainFile, ohmprop } from './command-line.js';
import { newBoard, withServed } from './emulated-board.js';

// Case 15 of shared/data/cases/boards: a board is stopped while a training holds it.

function atRest(board: VirtualBoard): boolean {
  const { source_V } = board.analog;
  return [...source_V.subarray(0, 8), ...source_V.subarray(10)].every((v) => Math.abs(v) < 0.01);
}

/** A training in a process of its own, once it drives the board. */
async function training(
  address: string,
  board: VirtualBoard,
): Promise<{ child: ChildProcess; said: () => string }> {
  const args = ['train', '--device', address, '--data', 'xor', '--epochs', '100000', '--out', 'run'];
  const child = spawn(process.execPath, [mainFile, ...args], {
    cwd: scratch(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk;
      if (said.includes('epoch 2/')) resolve();
    });
    child.once('close', () => reject(new Error(said)));
  });
  while (atRest(board)) await new Promise((resolve) => setImmediate(resolve));
  return { child, said: () => said };
}

const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('close', resolve));

async function onPty(work: (served: ServedBoard) => Promise<void>): Promise<boolean> {
  const served = await serveOnPty(newBoard()).catch(() => undefined);
  if (served === undefined) return false;
  try {
    await work(served);
    return true;
  } finally {
    await served.close();
  }
}

describe('board stop while a training holds the board', () => {
  it('asks the one who holds it; the board confirms; the training ends and says so', async () => {
    const board = newBoard();
    await withServed(board, async (address) => {
      const { child, said } = await training(address, board);
      const over = ended(child);
      const { code, stdout } = await ohmprop(['board', 'stop', address, '--json']);
      expect(atRest(board)).toBe(true);
      expect(JSON.parse(stdout)).toMatchObject({
        line: address,
        stopped: true,
        how: 'holder',
        holder: { pid: child.pid, what: 'reference board V0000001' },
      });
      expect(code).toBe(0);
      expect(await over).not.toBe(0);
      expect(said()).toMatch(/made itself safe: it was told to stop/);
      expect(holderOf(address)).toBeUndefined();
    });
  });

  it('stops a board on a port whose holder sleeps, past it', async (context) => {
    const had = await onPty(async ({ address, paced: { board } }) => {
      const { child } = await training(address, board);
      const second = await ohmprop(['board', 'info', address]);
      expect(second.stderr).toMatch(`(process ${child.pid}: reference board V0000001)`);
      child.kill('SIGSTOP');
      const { code, stdout, stderr } = await ohmprop(['board', 'stop', address, '--json']);
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({ stopped: true, how: 'cut-in', holder: { pid: child.pid } });
      expect(code).toBe(0);
      expect(atRest(board)).toBe(true);
    });
    if (!had) context.skip('no pseudo-terminals here');
  });

  it('stops a board on TCP whose holder sleeps: its server passes a stop on', async () => {
    const board = newBoard();
    await withServed(board, async (address) => {
      const { child } = await training(address, board);
      child.kill('SIGSTOP');
      const { code, stdout } = await ohmprop(['board', 'stop', address, '--json']);
      expect(JSON.parse(stdout)).toMatchObject({ stopped: true, how: 'line' });
      expect(code).toBe(0);
      expect(atRest(board)).toBe(true);
      // It lives on: only one who lets nobody in is ended.
      expect(child.exitCode).toBeNull();
      expect(child.signalCode).toBeNull();
      const over = ended(child);
      child.kill('SIGKILL');
      await over;
    });
  });

  it('without an address: all that are held, one line each; none is said', async () => {
    expect((await ohmprop(['board', 'stop'])).stderr).toMatch(/no program of this machine holds a board/);
    await withServed(newBoard({ seed: 1 }), async (first) => {
      await withServed(newBoard({ seed: 2 }), async (second) => {
        const clients = await Promise.all(
          [first, second].map((address) => BoardClient.open(TcpTransport.of(address))),
        );
        for (const client of clients) await client.setInputs([1750, 0, 0, 0], [0, 0, 0]);
        expect(heldLines().map(({ address }) => address)).toEqual([first, second].sort());
        const { code, stdout } = await ohmprop(['board', 'stop']);
        expect(stdout.trim().split('\n')).toHaveLength(2);
        expect(stdout).toMatch(/V?.*: the board has stopped \(by process \d+, which holds it/);
        expect(code).toBe(0);
        for (const client of clients) {
          await expect(client.setInputs([0, 0, 0, 0], [0, 0, 0])).rejects.toMatchObject({
            code: 'board.stopped',
          });
          await client.close();
        }
        expect(heldLines()).toEqual([]);
      });
    });
  });

  it('finds the one who holds it after others have looked, and were sent away', async () => {
    await withServed(newBoard(), async (address) => {
      const first = await BoardClient.open(TcpTransport.of(address));
      await first.setInputs([1750, 0, 0, 0], [0, 0, 0]);
      for (const look of [
        ['board', 'info', address],
        ['board', 'read', address],
        ['doctor', address],
      ]) {
        expect((await ohmprop(look)).code).toBe(look[0] === 'doctor' ? 0 : 1);
        expect(holderOf(address)).toMatchObject({ pid: process.pid, what: 'reference board V0000001' });
      }
      expect((await ohmprop(['board', 'info', address])).stderr).toMatch(
        `in use by another program (process ${process.pid}, since `,
      );
      // One who is being served beside one who waits to be: the device's own word counts.
      const waiting = BoardClient.open(TcpTransport.of(address)).catch((error: Error) => error);
      expect((await ohmprop(['board', 'stop', '--json'])).stdout).toMatch(
        /"boards":\[\{[^{]*"stopped":true,"how":"holder"/,
      );
      await expect(waiting).resolves.toMatchObject({ code: 'line.in-use' });
      await first.close();
      expect(heldLines()).toEqual([]);
    });
  });

  it('leaves nothing behind of a process that was killed, once its line is held anew', async () => {
    const lines = process.env.OHMPROP_LINES;
    const place = scratch('swept');
    process.env.OHMPROP_LINES = place;
    onTestFinished(() => {
      process.env.OHMPROP_LINES = lines;
    });
    await withServed(newBoard(), async (address) => {
      const board = await BoardClient.open(TcpTransport.of(address));
      const [file] = readdirSync(place).filter((name) => name.endsWith('.json'));
      const dead = file.replace(/\.\d+-\d+\.json$/, '.4194303-0');
      const record = JSON.parse(readFileSync(join(place, file), 'utf8'));
      writeFileSync(join(place, `${dead}.json`), JSON.stringify({ ...record, pid: 4194303 }));
      writeFileSync(join(place, `${dead}.sock`), '');
      expect(heldLines()).toHaveLength(1);
      await board.close();
      await (await BoardClient.open(TcpTransport.of(address))).close();
      expect(readdirSync(place)).toEqual([]);
    });
  });

  it('stops a board on a port that another program has open', async (context) => {
    const had = await onPty(async ({ address, paced: { board } }) => {
      const client = await BoardClient.open(new SerialTransport(address));
      await client.setInputs([1750, 0, 0, 0], [0, 0, 0]);
      client.link.detach();
      const foreign = client.transport;
      // Another program, which reads nothing and is in no list of ours.
      const lines = process.env.OHMPROP_LINES;
      process.env.OHMPROP_LINES = scratch('elsewhere');
      const { code, stdout, stderr } = await ohmprop(['board', 'stop', address]);
      process.env.OHMPROP_LINES = lines;
      expect(`${stdout}${stderr}`).toMatch(/past another program|written past it/);
      expect([0, 1]).toContain(code);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(atRest(board)).toBe(true);
      await foreign.close();
    });
    if (!had) context.skip('no pseudo-terminals here');
  });
});
