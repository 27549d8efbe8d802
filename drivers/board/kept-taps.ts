import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Taps } from '../../devices/boards/index.js';
import { writeFileAtomically } from '../../records/index.js';
import { isBoardName, labDirectory } from './known-boards.js';

const keptSchema = z.object({
  kind: z.literal('board-taps-kept'),
  format: z.literal(1),
  /** ISO 8601. */
  kept: z.string(),
  /** The board's last update then: where it is another now, somebody has trained it since. */
  lastUpdate: z.number(),
  taps: z.array(z.number().int().min(0).max(255)),
  residuals: z.array(z.number().int().min(-32768).max(32767)),
});

/** Taps of a board from before something that moves them and means to put them back. */
export interface KeptTaps extends Taps {
  /** When, ISO 8601. */
  readonly kept: string;
  readonly lastUpdate: number;
}

/**
 * Where a board's taps are kept while they are moved, so that a program that is killed loses none. Undefined for a board
 * without a serial number.
 */
export function keptTapsFile(serial: string): string | undefined {
  return isBoardName(serial) ? join(labDirectory(), 'boards', serial, 'taps-kept.json') : undefined;
}

/** What an earlier program has kept and not put back. What is no such file counts as none. */
export function keptTaps(file: string): KeptTaps | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { taps, residuals, ...rest } = keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { ...rest, taps: Uint8Array.from(taps), residuals: Int16Array.from(residuals) };
  } catch {
    return undefined;
  }
}

/** Writes taps down before the first is moved. @throws OhmpropError `records.disk` where it cannot be written: nothing is to be moved then */
export async function keepTaps(file: string, { taps, residuals }: Taps, lastUpdate: number): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const kept = {
    ...{ kind: 'board-taps-kept', format: 1, kept: new Date().toISOString(), lastUpdate },
    ...{ taps: [...taps], residuals: [...residuals] },
  };
  await writeFileAtomically(file, `${JSON.stringify(kept)}\n`);
}

/** They are put back. */
export function forgetKeptTaps(file: string): void {
  rmSync(file, { force: true });
}
