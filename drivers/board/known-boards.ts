import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../records/index.js';
import { listPorts, type SerialPortInfo } from '../transport/index.js';
import type { BoardDescription } from './board-description.js';

const FILE = 'seen.json';
/** A serial number that can be a directory's name on every system. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,7}$/;

const knownSchema = z.object({
  kind: z.literal('board-seen'),
  format: z.literal(1),
  serial: z.string(),
  profile: z.string(),
  firmware: z.string(),
  /** Where it was found last. */
  line: z.string(),
  /** ISO 8601. */
  seen: z.string(),
  boots: z.number(),
  /** What it counted then, since its supply came on. */
  pulses: z.number(),
  lastUpdate: z.number(),
  /** Tap steps that it has made, as far as this machine has seen. */
  steps: z.number(),
  /** Serial ports that this machine had then, by their paths: a port that is not among them may be where it is now. */
  ports: z.array(z.string()).optional(),
});

/** Whether a serial number can name a directory. */
export function isBoardName(serial: string): boolean {
  return NAME.test(serial);
}

/** A board that this machine has had on a line, as it was then. */
export type KnownBoard = z.infer<typeof knownSchema>;

/** Where what is known of a laboratory's boards is kept: `OHMPROP_LAB`, else among the user's data. */
export function labDirectory(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (env.OHMPROP_LAB) return env.OHMPROP_LAB;
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? homedir(), 'ohmprop');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'ohmprop');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'ohmprop');
}

/** Boards that this machine has had on a line, the latest first. What is no such record is passed over. */
export function knownBoards(): KnownBoard[] {
  const boards = join(labDirectory(), 'boards');
  if (!existsSync(boards)) return [];
  return readdirSync(boards)
    .flatMap((serial) => read(join(boards, serial, FILE)) ?? [])
    .sort((a, b) => b.seen.localeCompare(a.seen));
}

/** Whether it can be one board's alone: those without are all alike. */
export function isSerialNumber(serial: string): boolean {
  return NAME.test(serial);
}

/**
 * Notes where a board was found and what it has counted. One without a serial number is nobody; where nothing can be written,
 * work goes on without.
 */
export async function rememberBoard(
  line: string | undefined,
  board: BoardDescription,
  list: () => Promise<readonly SerialPortInfo[]> = listPorts,
): Promise<void> {
  const { serial, profile, firmware, boots, pulses, lastUpdate, tapsAtStart } = board;
  if (line === undefined || !isSerialNumber(serial)) return;
  const directory = join(labDirectory(), 'boards', serial);
  const before = read(join(directory, FILE));
  // Its count begins anew when its supply comes on.
  const anew =
    before === undefined || pulses < before.pulses || (boots !== before.boots && tapsAtStart === 'power-on');
  const steps = (before?.steps ?? 0) + (anew ? pulses : pulses - before.pulses);
  const seen = new Date().toISOString();
  const ports = line.startsWith('tcp:') ? [] : await list().catch(() => []);
  const known: KnownBoard = {
    kind: 'board-seen',
    format: 1,
    ...{ serial, profile: profile.name, firmware, line, seen, boots, pulses, lastUpdate, steps },
    ...(ports.length === 0 ? {} : { ports: ports.map(({ path }) => path) }),
  };
  try {
    mkdirSync(directory, { recursive: true });
    await writeFileAtomically(join(directory, FILE), `${JSON.stringify(known, null, 2)}\n`);
  } catch {
    // Not worth a run.
  }
}

const RUN_FILE = 'last-run.json';

const runSchema = z.object({
  kind: z.literal('board-run'),
  format: z.literal(1),
  /** Its directory. */
  run: z.string(),
  /** When it began or went on, ISO 8601. */
  at: z.string(),
});

/** The last run that trained on a board, as this machine has seen it. */
export type BoardRun = z.infer<typeof runSchema>;

/** Notes which run trains on a board. Where nothing can be written, it goes on without. */
export async function rememberRun(serial: string, run: string): Promise<void> {
  if (!isSerialNumber(serial)) return;
  const directory = join(labDirectory(), 'boards', serial);
  const noted: BoardRun = { kind: 'board-run', format: 1, run, at: new Date().toISOString() };
  try {
    mkdirSync(directory, { recursive: true });
    await writeFileAtomically(join(directory, RUN_FILE), `${JSON.stringify(noted, null, 2)}\n`);
  } catch {
    // Not worth a run.
  }
}

/** The last run on a board that is known. */
export function lastRunOn(serial: string): BoardRun | undefined {
  try {
    const file = join(labDirectory(), 'boards', serial, RUN_FILE);
    const found = runSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return found.success ? found.data : undefined;
  } catch {
    return undefined;
  }
}

function read(file: string): KnownBoard | undefined {
  try {
    const found = knownSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return found.success ? found.data : undefined;
  } catch {
    return undefined;
  }
}
