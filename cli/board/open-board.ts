import type { Command } from 'commander';
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
    .option('--seed <n>', 'of its parts', Number, 1)
    .option('--mismatch <x>', 'each potentiometer apart, uniform ±x', Number);
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
