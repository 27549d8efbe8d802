import { type ChildProcess, spawn } from 'node:child_process';
import { type BoardProfile, drawParts, nominalParts, referenceBoard } from '../../devices/boards/index.js';
import { type ServedBoard, serveOnTcp, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { SolvedBoard } from '../../solver/board/index.js';
import { mainFile } from './command-line.js';

/** A virtual board: nominal parts measure without noise, so that a request made twice reads the same. */
export function newBoard(
  options: { seed?: number; profile?: BoardProfile; nominal?: boolean } = {},
): VirtualBoard {
  const { seed = 1, profile = referenceBoard, nominal = false } = options;
  const parts = nominal ? nominalParts(profile) : drawParts(profile, seed);
  return new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed });
}

/** Serves a board over TCP in this process while `work` is done with its address. */
export async function withServed<T>(
  board: VirtualBoard,
  work: (address: string, served: ServedBoard) => Promise<T>,
): Promise<T> {
  const served = await serveOnTcp(board, { port: 0 });
  try {
    return await work(served.address, served);
  } finally {
    await served.close();
  }
}

/** Runs `ohmprop board emulate --tcp 0 …` as a process of its own while `work` is done with its address. */
export async function withEmulator<T>(
  args: readonly string[],
  work: (address: string) => Promise<T>,
): Promise<T> {
  const child = spawn(process.execPath, [mainFile, 'board', 'emulate', '--tcp', '0', ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  try {
    return await work(await firstLine(child));
  } finally {
    await ended(child);
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      if (text.includes('\n')) resolve(text.trim());
    });
    child.once('exit', () => reject(new Error('the emulator ended before it said where it listens')));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}
