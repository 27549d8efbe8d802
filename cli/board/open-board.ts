import { type Command, InvalidArgumentError } from 'commander';
import { BoardClient, type BoardClientOptions } from '../../drivers/board/index.js';
import type { Transport } from '../../drivers/transport/index.js';
import { boardTransport } from '../compose/board.js';
import { onInterrupt } from '../run/interrupt.js';

/** Flags that describe a virtual board. */
export interface VirtualFlags {
  board: 'reference' | 'xor-nano';
  seed: number;
  mismatch?: number;
}

export function addVirtualOptions(command: Command): Command {
  return command
    .option('--board <profile>', 'of a virtual board: reference or xor-nano', 'reference')
    .option('--seed <n>', 'of its parts', within(0, Number.MAX_SAFE_INTEGER, 'whole'), 1)
    .option('--mismatch <x>', 'each potentiometer apart, uniform ±x, at most 0.9', within(0, 0.9));
}

/** Reads a flag's number. @throws InvalidArgumentError if it is not one, or out of range */
export function within(least: number, most: number, whole?: 'whole'): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const fits = value >= least && value <= most && (whole === undefined || Number.isInteger(value));
    if (text.trim() !== '' && fits) return value;
    throw new InvalidArgumentError(
      `needs a ${whole === undefined ? '' : 'whole '}number from ${least} to ${most}.`,
    );
  };
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

/** Opens a board, does something with it, and leaves it disarmed whatever happens, Ctrl-C included. */
export async function withBoard(
  transport: Transport,
  options: BoardClientOptions,
  work: (client: BoardClient) => Promise<void>,
): Promise<void> {
  const client = await BoardClient.open(transport, {
    onNotice: (text) => process.stderr.write(`${transport.name}: ${text}\n`),
    ...options,
  });
  const { signal, dispose } = onInterrupt('Stopping the board …');
  const interrupted = () => void client.stop().catch(() => {});
  signal.addEventListener('abort', interrupted);
  try {
    await work(client);
  } finally {
    signal.removeEventListener('abort', interrupted);
    dispose();
    await client.close();
  }
}
