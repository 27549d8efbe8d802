import { existsSync, readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inputError, nearestWord, quoted } from '../core/index.js';
import { isKept } from '../experiments/kept/index.js';
import { type Io, printLine } from './io.js';

/** Where runs lie that were not told another place. */
const ROOT = 'runs';

/** What RUN may be, for the help of a command. */
export const RUN = 'run: its directory, a unique end of its name under runs/, or last';

/**
 * The directory of a run that a person names: itself, by a unique end of its name under `runs/`, or as `last`: the one that
 * was written to last. Says on stderr which one it is where that was not typed.
 * @param others what else may be named there (presets), for the nearest name
 * @throws `run.not-found`, `run.ambiguous` (exit code 2)
 */
export function findRun(io: Io, named: string, others: readonly string[] = []): Promise<string> {
  return found(io, named, others, trains);
}

/** The same of everything that commands leave under `runs/`: trainings, studies, reports. */
export function findKept(io: Io, named: string): Promise<string> {
  return found(io, named, [], isKept);
}

async function found(
  io: Io,
  named: string,
  others: readonly string[],
  counts: (directory: string) => boolean,
): Promise<string> {
  if (existsSync(named)) return named;
  const runs = await runsUnder(ROOT, counts);
  const meant = named === 'last' ? runs.slice(-1) : runs.filter((name) => name.endsWith(named));
  if (meant.length === 1) {
    const path = join(ROOT, meant[0]);
    printLine(io.stderr, `${named} is ${path}`);
    return path;
  }
  if (meant.length > 1) {
    const shown = meant.slice(-5).join(', ');
    throw inputError(
      'run.ambiguous',
      `${quoted(named)} may be ${meant.length} runs: ${meant.length > 5 ? '… ' : ''}${shown}; give more of the name`,
    );
  }
  throw inputError('run.not-found', `${notFound(named, runs)}${nearest(named, runs, others)}`);
}

function notFound(named: string, runs: readonly string[]): string {
  if (named === 'last') return `there is no run under ${ROOT}/ yet; ohmprop train makes one`;
  const where =
    runs.length === 0 ? `there is no run under ${ROOT}/` : `none of ${runs.length} runs under ${ROOT}/`;
  return runs.length === 0
    ? `${quoted(named)} does not exist, and ${where}; ohmprop train makes one`
    : `${quoted(named)} does not exist, and ${where} ends so`;
}

function nearest(named: string, runs: readonly string[], others: readonly string[]): string {
  const ends = new Map(
    runs.flatMap((run) => {
      const [, name, id] = /^[\d-]+_[\d-]+_(.*)_([\da-f]{6})$/.exec(run) ?? [];
      return [
        [run, run],
        ...(name === undefined
          ? []
          : [
              [`${name}_${id}`, `${name}_${id}`],
              [name, `${name}_${id}`],
              [id, id],
            ]),
      ] as [string, string][];
    }),
  );
  for (const other of ['last', ...others]) ends.set(other, other);
  if (named === 'last') return '';
  const near = nearestWord(named, [...ends.keys()]);
  return near === undefined ? '' : `; did you mean ${ends.get(near)}?`;
}

/** Names of the runs in a folder, the one that was written to last at the end. */
async function runsUnder(root: string, counts: (directory: string) => boolean): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const runs = entries
    .filter((entry) => entry.isDirectory() && counts(join(root, entry.name)))
    .map(({ name }) => ({ name, written: writtenLast(join(root, name)) }));
  return runs.sort((a, b) => a.written - b.written || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
}

/** Whether a run's configuration is there, and is of a training: what else makes run directories says its kind first. */
function trains(directory: string): boolean {
  try {
    return !readFileSync(join(directory, 'config.yaml'), 'utf8').startsWith('kind:');
  } catch {
    return false;
  }
}

/** Files that only training writes; a report or an evaluation leaves them alone. */
const trained = ['config.yaml', 'study.yaml', 'metrics.jsonl', 'checkpoints'];

function writtenLast(run: string): number {
  return Math.max(
    ...trained.map((file) => statSync(join(run, file), { throwIfNoEntry: false })?.mtimeMs ?? 0),
  );
}
