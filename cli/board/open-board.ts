import type { Command } from 'commander';
import { type Taps, writeDifferingTaps } from '../../devices/boards/index.js';
import { BoardClient, type BoardClientOptions, describeBoardEvent } from '../../drivers/board/index.js';
import type { Transport } from '../../drivers/transport/index.js';
import { boardTransport } from '../../experiments/composition/index.js';
import { between, quantity, wholeBetween } from '../flags.js';
import { interruptionOf } from '../interruption.js';
import { type Io, onInterrupt } from '../io.js';

/** Flags that describe a virtual board. */
export interface VirtualFlags {
  board: 'reference' | 'xor-nano';
  seed: number;
  mismatch?: number;
}

export function addVirtualOptions(command: Command): Command {
  return command
    .option('--board <profile>', 'of a virtual board: reference or xor-nano', 'reference')
    .option('--seed <n>', 'of its parts', wholeBetween(0, Number.MAX_SAFE_INTEGER), 1)
    .option(
      '--mismatch <x>',
      'each potentiometer apart, uniform ±x, at most 0.9',
      quantity('1', between(0, 0.9)),
    );
}

/** The line that a command's <port> names. */
export function lineTo(port: string, flags: VirtualFlags): Transport {
  const { board, seed, mismatch } = flags;
  const parts = { parts: 'drawn', ...(mismatch === undefined ? {} : { mismatch }) } as const;
  return boardTransport(
    { kind: 'board', device: port, profile: board, clip: 4, updates: 'board', ...parts },
    seed,
  );
}

export interface WithBoardOptions extends BoardClientOptions {
  /** The work leaves the taps as they were, so after Ctrl-C they are put back as well. */
  readonly keepsTaps?: boolean;
}

/**
 * Opens a board, does something with it, and leaves it disarmed whatever happens, signals included. What a run has counted
 * on the board (its last update) stays.
 */
export async function withBoard(
  io: Io,
  transport: Transport,
  { keepsTaps = false, ...options }: WithBoardOptions,
  work: (client: BoardClient) => Promise<void>,
): Promise<void> {
  const open = () =>
    BoardClient.open(transport, {
      onEvent: (event) => io.stderr.write(`${transport.name}: ${describeBoardEvent(event)}\n`),
      ...options,
    });
  const client = await open();
  const { signal, dispose } = onInterrupt(io, 'Stopping the board …');
  const interrupted = () => void client.stop().catch(() => {});
  signal.addEventListener('abort', interrupted);
  try {
    let before: Taps | undefined;
    try {
      if (keepsTaps) before = await client.readTaps();
      await work(client);
    } catch (error) {
      // A board that was stopped refuses the rest.
      if (!signal.aborted) throw error;
    } finally {
      await client.close();
    }
    if (!signal.aborted) return;
    if (before !== undefined) {
      const again = await open();
      try {
        await writeDifferingTaps(again, await again.readTaps(), before);
      } finally {
        await again.close();
      }
      io.stderr.write(`${transport.name}: stopped; taps are as they were\n`);
    }
    throw interruptionOf(signal);
  } finally {
    signal.removeEventListener('abort', interrupted);
    dispose();
  }
}
