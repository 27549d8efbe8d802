import { z } from 'zod';
import { inputError } from '../../core/index.js';
import { boardProfile, boardProfiles, type Taps, writeDifferingTaps } from '../../devices/boards/index.js';
import {
  BoardClient,
  type BoardClientOptions,
  describeBoardEvent,
  rememberBoard,
} from '../../drivers/board/index.js';
import type { Transport } from '../../drivers/transport/index.js';
import { boardTransport } from '../../experiments/composition/index.js';
import { quantity, whole } from '../frame/index.js';
import { interruptionOf } from '../interruption.js';
import { type Io, onInterrupt, printLine } from '../io.js';
import { recordOption } from '../record.js';

/** Where a board is. */
export const port = z.string().meta({
  argument: '<port>',
  kind: 'address',
  description: 'virtual, /dev/ttyUSB0, serial:V0000001, tcp://host:port',
});

const names = boardProfiles.map(({ name }) => name) as ['reference', 'xor-nano', 'xor-nano-as-drawn'];

/** What board it is: a virtual one is made like this. */
export const boardOptions = {
  board: z.enum(names).optional().meta({
    flag: '--board <profile>',
    description: 'what it must be; of a virtual board, what it is made as (reference)',
  }),
  seed: whole(z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional()).meta({
    flag: '--seed <n>',
    description: 'of the parts of a virtual board (1)',
  }),
  mismatch: quantity('1', z.number().min(0).max(0.9).optional()).meta({
    flag: '--mismatch <x>',
    description: 'each potentiometer of a virtual board apart, uniform ±x, at most 0.9',
  }),
};

/** Options of every command that opens a line to a board. */
export const lineOptions = { ...boardOptions, record: recordOption };

/** What these options say. */
export interface AskedBoard {
  readonly board?: (typeof names)[number];
  readonly seed?: number;
  readonly mismatch?: number;
}

/** A virtual board of these options, as a configuration has it. */
export function virtualConfig({ board = 'reference', mismatch }: AskedBoard) {
  return {
    kind: 'board',
    device: 'virtual',
    profile: board,
    parts: 'drawn',
    clip: 4,
    updates: 'board',
    ...(mismatch === undefined ? {} : { mismatch }),
  } as const;
}

/**
 * The line that a command's <port> names.
 * @throws OhmpropError `board.virtual` where a board that is there is told what parts it has
 */
export function lineTo(
  { port: device, ...asked }: AskedBoard & { readonly port: string },
  io: Pick<Io, 'lineLog'>,
): Transport {
  const { seed, mismatch } = asked;
  const idle = [...(seed === undefined ? [] : ['--seed']), ...(mismatch === undefined ? [] : ['--mismatch'])];
  if (device !== 'virtual' && idle.length > 0) {
    throw inputError(
      'board.virtual',
      `${idle.join(', ')}: for a virtual board, whose parts are drawn; ${device} has its own: leave it out`,
    );
  }
  return boardTransport({ ...virtualConfig(asked), device }, seed ?? 1, io.lineLog);
}

export interface WithBoardOptions extends BoardClientOptions {
  /** The profile that `--board` asks for. */
  readonly board?: string | undefined;
  /** The work leaves the taps as they were, so after Ctrl-C they are put back as well. */
  readonly keepsTaps?: boolean;
}

/**
 * Opens a board, does something with it, and leaves it disarmed whatever happens, signals included. What a run has counted
 * on the board (its last update) stays.
 * @throws OhmpropError `board.profile` where it is not the board that was asked for
 */
export async function withBoard<T>(
  io: Io,
  transport: Transport,
  { keepsTaps = false, board, ...options }: WithBoardOptions,
  work: (client: BoardClient) => Promise<T>,
): Promise<T> {
  const open = () =>
    BoardClient.open(transport, {
      onEvent: (event) => printLine(io.stderr, `${transport.name}: ${describeBoardEvent(event)}`),
      ...options,
    });
  const client = await open();
  await rememberBoard(client.transport.address, client.description);
  const { signal, dispose } = onInterrupt(io, 'Stopping the board …');
  const interrupted = () => void client.stop().catch(() => {});
  signal.addEventListener('abort', interrupted);
  try {
    let before: Taps | undefined;
    let result: { readonly value: T } | undefined;
    try {
      requireProfile(client, board);
      if (keepsTaps) before = await client.readTaps();
      result = { value: await work(client) };
    } catch (error) {
      // A board that was stopped refuses the rest.
      if (!signal.aborted) throw error;
    } finally {
      await client.close();
    }
    if (!signal.aborted && result !== undefined) return result.value;
    if (before !== undefined) {
      try {
        const again = await open();
        try {
          await writeDifferingTaps(again, await again.readTaps(), before);
        } finally {
          await again.close();
        }
      } catch (error) {
        printLine(io.stderr, `${transport.name}: stopped, but its taps could not be put back as they were`);
        throw error;
      }
      printLine(io.stderr, `${transport.name}: stopped; taps are as they were`);
    }
    throw interruptionOf(signal);
  } finally {
    signal.removeEventListener('abort', interrupted);
    dispose();
  }
}

function requireProfile({ profile, transport }: BoardClient, board: string | undefined): void {
  // What its firmware cannot tell is not asked of it.
  if (board === undefined || boardProfile(board).firmware === profile.firmware) return;
  throw inputError(
    'board.profile',
    `${transport.name}: this is a ${profile.name} board, --board asks for ${board}; leave it out, or name another port`,
  );
}

/** Which board an answer is of. */
export function identityOf({ transport, profile, identity }: BoardClient) {
  return { line: transport.name, board: profile.name, serial: identity };
}
