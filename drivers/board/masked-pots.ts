import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { inputError } from '../../core/index.js';
import { readJson, readRegularFile } from '../../core/input/index.js';
import type { BoardProfile } from '../../devices/boards/index.js';
import { writeFileAtomically } from '../../records/index.js';
import { isBoardName, labDirectory } from './known-boards.js';

const maskSchema = z.strictObject({
  kind: z.literal('board-mask'),
  format: z.literal(1),
  serial: z.string().max(80),
  pots: z.array(
    z.strictObject({
      pot: z.number().int().min(0),
      why: z.string().max(200),
      /** Of those that a self-test has found the next one judges anew; those named by a person stay. */
      found: z.enum(['selftest', 'hand']).default('hand'),
    }),
  ),
});

/** A pot that is left alone, and why. */
export type MaskedPot = z.infer<typeof maskSchema>['pots'][number];

/** Pots of a board that nobody is to write: stuck or dead ones. */
export interface BoardMask {
  readonly path: string;
  readonly serial: string;
  /** By rising number. */
  readonly pots: readonly MaskedPot[];
}

/** Where the mask of a board is kept; undefined for one without a serial number of its own. */
export function maskFileOf(serial: string): string | undefined {
  return isBoardName(serial) ? join(labDirectory(), 'boards', serial, 'mask.json') : undefined;
}

/** The mask that is kept of a board. @throws OhmpropError `board.mask` where it cannot be read */
export async function keptMask(serial: string, profile: BoardProfile): Promise<BoardMask | undefined> {
  const file = maskFileOf(serial);
  return file === undefined || !existsSync(file) ? undefined : readMask(file, serial, profile);
}

/** Reads the mask of a board. @throws OhmpropError `board.mask` where it is none, of another board, or names pots that it has not */
export async function readMask(path: string, serial: string, profile: BoardProfile): Promise<BoardMask> {
  const at = { file: path };
  const wrong = (what: string, cause?: Error) => inputError('board.mask', `${path}: ${what}`, cause, at);
  const bytes = await readRegularFile(path, { most_bytes: 2 ** 20 }).catch((cause: Error) => {
    throw wrong(`cannot be read (${cause.message})`, cause);
  });
  let value: unknown;
  try {
    value = readJson(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw wrong(`not JSON: ${(cause as Error).message}`, cause as Error);
  }
  const checked = maskSchema.safeParse(value);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw wrong(
      `${issue.path.join('.') || 'file'}: ${issue.message}; a mask is {"kind": "board-mask", "format": 1, "serial": "${serial}", "pots": [{"pot": 3, "why": "stuck"}]}`,
    );
  }
  const { data } = checked;
  if (data.serial !== serial) throw wrong(`it is of board ${data.serial}, this is board ${serial}`);
  const beyond = data.pots.find(({ pot }) => pot >= profile.pots);
  if (beyond !== undefined) {
    throw wrong(`pot ${beyond.pot}: a ${profile.name} board has pots 0 to ${profile.pots - 1}`);
  }
  const pots = new Map(data.pots.map((one) => [one.pot, one]));
  return { path, serial, pots: [...pots.values()].sort((a, b) => a.pot - b.pot) };
}

/** Keeps the mask of a board. @returns where; undefined for a board without a serial number of its own */
export async function keepMask(serial: string, pots: readonly MaskedPot[]): Promise<string | undefined> {
  const file = maskFileOf(serial);
  if (file === undefined) return undefined;
  mkdirSync(dirname(file), { recursive: true });
  const mask = { kind: 'board-mask', format: 1, serial, pots };
  await writeFileAtomically(file, `${JSON.stringify(mask, null, 2)}\n`);
  return file;
}

/** In one line, for people. */
export function maskText({ path, pots }: BoardMask): string {
  return `${pots.length === 1 ? 'pot' : 'pots'} ${pots.map(({ pot, why }) => `${pot} (${why})`).join(', ')} ${pots.length === 1 ? 'is' : 'are'} masked and never written; updates are worked out by this machine (${path}; --mask none writes all)`;
}
