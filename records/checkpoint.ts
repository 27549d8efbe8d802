import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { inputError, OhmpropError, type StateArray } from '../core/index.js';
import { type Disk, TEMPORARY_SUFFIX, whileRunning } from './atomic-write.js';
import { type JsonObject, parseExactJson, stringifyExactJson } from './exact-json.js';
import { makeDirectory } from './make-directory.js';
import { encodeNpy } from './npy.js';
import { npyName, npyReader } from './npz.js';
import { withZip } from './zip-reader.js';
import { writeZip } from './zip-writer.js';

/** Everything that continues a run, as of one step. */
export interface Checkpoint {
  /** What wrote it and in which version, for instance `training/1`; reading it as another is refused. */
  readonly format: string;
  /** Whole steps done (epochs or updates, whichever the writer counts): the file's name and its order. */
  readonly step: number;
  /** Given back bit for bit, as flat arrays. */
  readonly arrays: Readonly<Record<string, StateArray>>;
  /** Given back exactly, NaN, ±Infinity and −0 included. */
  readonly values: JsonObject;
}

const STATE_FILE = 'state.json';
const CONTAINER = 'ohmprop-checkpoint/1';
const SUFFIX = '.npz';
/** Settings, sums of an epoch and an optimizer's numbers take some kilobytes. */
const MAX_STATE_BYTES = 2 ** 24;
/** We write nothing packed; who packs a checkpoint again keeps it this small. */
const MAX_PACKED_BYTES = 2 ** 28;

/**
 * Writes `<directory>/<step>.npz`, then removes all but the newest `keep` checkpoints up to this step, and those of
 * later steps, which belong to a continuation that was given up.
 * The arrays must not change until the promise is fulfilled.
 * @returns the path written
 * @throws `records.disk`, `records.too-large` (exit code 1); the checkpoints before stay
 */
export async function writeCheckpoint(
  directory: string,
  checkpoint: Checkpoint,
  options: { keep?: number; disk?: Disk } = {},
): Promise<string> {
  await whileRunning(makeDirectory(directory));
  const names = Object.keys(checkpoint.arrays);
  const state = stringifyExactJson({
    container: CONTAINER,
    format: checkpoint.format,
    step: checkpoint.step,
    arrays: names,
    lengths: Object.fromEntries(names.map((name) => [name, checkpoint.arrays[name].length])),
    values: checkpoint.values,
  });
  const path = join(directory, `${String(checkpoint.step).padStart(8, '0')}${SUFFIX}`);
  const entries = names.map((name) => ({ name: npyName(name), parts: encodeNpy(checkpoint.arrays[name]) }));
  const files = [{ name: STATE_FILE, parts: [Buffer.from(state)] }, ...entries];
  await whileRunning(writeZip(path, files, options.disk));
  await prune(directory, checkpoint.step, options.keep ?? 2);
  return path;
}

/**
 * Reads one checkpoint.
 * @param options.format the format the caller understands
 * @throws `checkpoint.format` for another one; `checkpoint.damaged` for a file that is torn or altered, naming the
 * last good checkpoint before it (exit code 2)
 */
export async function readCheckpoint(path: string, options: { format?: string } = {}): Promise<Checkpoint> {
  try {
    return await readOne(path, options.format);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const earlier = await lastReadable(await earlierThan(path));
    const advice =
      earlier === undefined
        ? 'there is no earlier checkpoint beside it: start the run afresh'
        : `the last good one before it is ${earlier.path}: delete the damaged file and resume`;
    throw inputError('checkpoint.damaged', `${error.message}; ${advice}`, error);
  }
}

/**
 * The newest checkpoint of a directory that can be read; undefined where there is none at all.
 * @returns with a warning for each newer one that is damaged
 * @throws `checkpoint.damaged` where none can be read; `checkpoint.format` as in `readCheckpoint`
 */
export async function latestCheckpoint(
  directory: string,
  options: { format?: string } = {},
): Promise<{ path: string; checkpoint: Checkpoint; warnings: string[] } | undefined> {
  const paths = await listCheckpoints(directory);
  if (paths.length === 0) return undefined;
  const warnings: string[] = [];
  const found = await lastReadable(paths, options.format, warnings);
  if (found !== undefined) return { ...found, warnings };
  throw inputError('checkpoint.damaged', `no checkpoint in ${directory} can be read: ${warnings.join('; ')}`);
}

/** Paths of a directory's checkpoints, oldest step first; none where there is no such directory. */
export async function listCheckpoints(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .filter((name) => stepOf(name) !== undefined)
    .sort((a, b) => stepOf(a)! - stepOf(b)!)
    .map((name) => join(directory, name));
}

function stepOf(path: string): number | undefined {
  const digits = /^(\d+)\.npz$/.exec(basename(path))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

async function earlierThan(path: string): Promise<string[]> {
  const step = stepOf(path);
  if (step === undefined) return [];
  return (await listCheckpoints(dirname(path))).filter((other) => stepOf(other)! < step);
}

async function lastReadable(
  paths: readonly string[],
  format?: string,
  warnings: string[] = [],
): Promise<{ path: string; checkpoint: Checkpoint } | undefined> {
  for (const path of paths.toReversed()) {
    try {
      return { path, checkpoint: await readOne(path, format) };
    } catch (error) {
      if (!isDamage(error)) throw error;
      warnings.push(error.message);
    }
  }
  return undefined;
}

async function readOne(path: string, format?: string): Promise<Checkpoint> {
  return withZip(path, async (archive) => {
    const damaged = (what: string) => inputError('records.damaged', `${path} is damaged or torn: ${what}`);
    const stateFile = archive.members.find(({ name }) => name === STATE_FILE);
    if (stateFile === undefined) throw damaged(`${STATE_FILE} is missing, so it is no checkpoint`);
    if (stateFile.bytes > MAX_STATE_BYTES) {
      throw damaged(`${STATE_FILE} has ${stateFile.bytes} bytes; ${MAX_STATE_BYTES} are the most`);
    }
    const [{ stateSchema }, { prettifyError }] = await Promise.all([
      import('./checkpoint-schema.js'),
      import('zod'),
    ]);
    const state = stateSchema.safeParse(parseState(await archive.read(STATE_FILE)));
    if (!state.success) throw damaged(`${STATE_FILE}: ${prettifyError(state.error)}`);
    const { step, values, lengths = {} } = state.data;
    expectFormat(path, CONTAINER, state.data.container);
    if (format !== undefined) expectFormat(path, format, state.data.format);

    const names = new Set(archive.members.map(({ name }) => name));
    const missing = state.data.arrays.filter((name) => !names.has(npyName(name)));
    if (missing.length > 0) throw damaged(`without ${missing.join(', ')}`);
    names.delete(STATE_FILE);
    for (const name of state.data.arrays) names.delete(npyName(name));
    const [other] = names;
    if (other !== undefined) throw damaged(`${other} is in it, which ${STATE_FILE} does not name`);

    const read = npyReader(path, archive, {
      most_bytes: MAX_PACKED_BYTES,
      check: (name, { shape }) =>
        Object.hasOwn(lengths, name) && (shape.length !== 1 || shape[0] !== lengths[name])
          ? `shape (${shape.join(', ')}); ${STATE_FILE} says ${lengths[name]} elements`
          : undefined,
    });
    const arrays: Record<string, StateArray> = {};
    for (const name of state.data.arrays) arrays[name] = (await read(name)).data;
    return { format: state.data.format, step, arrays, values: values as JsonObject };
  });
}

function parseState(bytes: Uint8Array): unknown {
  try {
    return parseExactJson(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function expectFormat(path: string, expected: string, got: string): void {
  if (got === expected) return;
  throw inputError(
    'checkpoint.format',
    `${path} is of format ${got}, this version reads ${expected}; continue it with the ohmprop and the device that wrote it (manifest.json names the version)`,
  );
}

function isDamage(error: unknown): error is OhmpropError {
  return error instanceof OhmpropError && /^(records\.damaged|np[yz]\.)/.test(error.code);
}

async function prune(directory: string, step: number, keep: number): Promise<void> {
  const paths = await listCheckpoints(directory);
  const older = paths.filter((path) => stepOf(path)! <= step);
  const abandoned = paths.filter((path) => stepOf(path)! > step);
  const torn = (await readdir(directory)).filter(
    (name) => name.startsWith('.') && name.endsWith(TEMPORARY_SUFFIX),
  );
  const drop = [
    ...older.slice(0, -Math.max(1, keep)),
    ...abandoned,
    ...torn.map((name) => join(directory, name)),
  ];
  for (const path of drop) await rm(path, { force: true });
}
