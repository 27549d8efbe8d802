import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ServedBoard, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { scratch } from '../scratch.js';
import { mainFile, ohmprop } from './command-line.js';
import { newBoard, withServed } from './emulated-board.js';

// However a program ends, the board that it drives is told to stop first; only SIGKILL leaves that to the watchdog.

/** Board time from an ending to rest, s. */
const LONGEST_seconds = 0.05;

function atRest(board: VirtualBoard): boolean {
  const { source_V } = board.analog;
  return [...source_V.subarray(0, 8), ...source_V.subarray(10)].every((v) => Math.abs(v) < 0.01);
}

/** Board time at which its sources came to rest for good. */
function watchRest(board: VirtualBoard): { since_seconds: () => number } {
  let since = Number.NaN;
  const { analog } = board;
  const setSource = analog.setSource.bind(analog);
  analog.setSource = (source, value_V) => {
    setSource(source, value_V);
    if (!atRest(board)) since = Number.NaN;
    else if (Number.isNaN(since)) since = board.now_seconds;
  };
  return { since_seconds: () => since };
}

const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('close', resolve));

/** Ends a training on TCP, and tells how long the board was driven after that. */
async function drivenAfter(
  ending: string,
  act: (child: ChildProcess, served: ServedBoard) => void | Promise<void>,
  exitCode: number | null,
  then?: (cwd: string) => Promise<void>,
): Promise<number> {
  const board = newBoard();
  let driven = Number.NaN;
  await withServed(board, async (address, served) => {
    const endings: Record<string, string> = {
      throw: 'process.on("SIGUSR2", () => { throw new Error("nobody foresaw it") })',
      exit: 'process.on("SIGUSR2", () => process.exit(3))',
    };
    const cwd = scratch();
    const args = ['train', '--device', address, '--data', 'iris', '--epochs', '100000', '--out', 'run'];
    const child = spawn(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(endings[ending] ?? '')}`, mainFile, ...args],
      { cwd },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    child.stdout.resume();
    let said = '';
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk;
        if (/epoch 2\//.test(said)) resolve();
      });
    });
    while (atRest(board)) await new Promise((resolve) => setImmediate(resolve));
    const rest = watchRest(board);
    const over = ended(child);
    await act(child, served);
    const from = board.now_seconds;
    expect(await over).toBe(exitCode);
    for (let turn = 0; turn < 5000 && Number.isNaN(rest.since_seconds()); turn++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    driven = rest.since_seconds() - from;
    await then?.(cwd);
  });
  return driven;
}

/** The board's time goes on while a busy machine has not yet woken the process that was told to end: of three endings the quickest counts. */
async function quickest(...ending: Parameters<typeof drivenAfter>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3 && !(least < LONGEST_seconds); tries++)
    least = Math.min(least, await drivenAfter(...ending));
  return least;
}

type Ending = (child: ChildProcess) => void;
const hup: Ending = (child) => child.kill('SIGHUP');
const quit: Ending = (child) => child.kill('SIGQUIT');
const usr2: Ending = (child) => child.kill('SIGUSR2');

describe('a training that ends', () => {
  it.each([
    ['SIGHUP', 129, hup],
    ['SIGQUIT', 131, quit],
    ['throw', 1, usr2],
    ['exit', 3, usr2],
  ] as const)('by %s: at rest within 50 ms of board time, exit code %i', async (ending, exitCode, act) => {
    const driven = await quickest(ending, act, exitCode);
    expect(driven).toBeLessThan(LONGEST_seconds);
  });

  it('by SIGHUP in the middle of an update: interrupted, not failed, and gone on with as the board was left', async () => {
    const then = async (cwd: string) => {
      const manifest = JSON.parse(readFileSync(join(cwd, 'run/manifest.json'), 'utf8'));
      expect(manifest).toMatchObject({ exitStatus: 'interrupted', endedBy: 'SIGHUP' });
      const epochs = readFileSync(join(cwd, 'run/metrics.jsonl'), 'utf8').trim().split('\n').length + 1;
      const { code, stderr } = await ohmprop(['resume', 'run', '--epochs', String(epochs)], { cwd });
      expect(stderr).toMatch(/no wiper is written: all 84 stand where they are wanted/);
      expect(code).toBe(0);
    };
    expect(await drivenAfter('SIGHUP', hup, 129, then)).toBeLessThan(LONGEST_seconds);
  });

  it('by a second Ctrl-C while it waits for a board to clean up: the zeros still leave', async () => {
    const twice = async (child: ChildProcess, served: ServedBoard) => {
      // What the board answers is held back, so that no orderly end comes.
      served.paced.stall(20);
      child.kill('SIGINT');
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(atRest(served.paced.board)).toBe(false);
      child.kill('SIGINT');
    };
    expect(await drivenAfter('', twice, 130)).toBeLessThan(LONGEST_seconds);
  });

  it('by SIGKILL: its watchdog, never later than it was set to', async () => {
    const driven = await drivenAfter('', (child) => void child.kill('SIGKILL'), null);
    expect(driven).toBeLessThan(2.1);
    expect(driven).toBeGreaterThan(1);
  });
});
