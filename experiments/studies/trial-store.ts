import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runError } from '../../core/index.js';
import { type JsonValue, makeDirectory, parseExactJson, writeFileAtomically } from '../../records/index.js';
import type { Trial } from './trial.js';

/** What a trial came to. */
export interface TrialResult {
  /** What the command printed under `--json`. */
  readonly answer: JsonValue;
  readonly seconds: number;
  /** ISO 8601. */
  readonly endedAt: string;
}

/** Why a trial has no answer. */
export interface TrialFailure {
  readonly message: string;
  readonly code?: string;
  readonly exitCode?: number;
  readonly endedAt: string;
}

/** Code of a failure that is none of the trial's: the study stopped it. */
export const STOPPED = 'study.stopped';
/** The same: its workers were lost over it. */
export const WORKER_LOST = 'study.worker-lost';

/** Files of a trial's directory. */
export const trialFiles = {
  trial: 'trial.json',
  options: 'options.json',
  answer: 'answer.json',
  failure: 'failed.json',
  log: 'log.txt',
  /** Run directory of a command that fills one. */
  run: 'run',
} as const;

/** The trials of a study: `trials.jsonl` lists them in their order, `trials/<key>/` has what each came to. The directory is the record. */
export class TrialStore {
  private readonly folder: string;
  private readonly list: string;

  /** @param path of the study */
  constructor(readonly path: string) {
    this.folder = join(path, 'trials');
    this.list = join(path, 'trials.jsonl');
  }

  directoryOf(key: string): string {
    return join(this.folder, key);
  }

  /** What was planned last; nothing where nothing was. */
  async planned(): Promise<Trial[]> {
    if (!existsSync(this.list)) return [];
    const text = await readFile(this.list, 'utf8');
    try {
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const trial = parseExactJson(line) as unknown as Trial | null;
          if (typeof trial?.key !== 'string' || typeof trial.values !== 'object' || trial.values === null)
            throw new Error(`${line.slice(0, 40)} is no trial`);
          return trial;
        });
    } catch (cause) {
      throw runError(
        'study.unreadable',
        `${this.list}: ${(cause as Error).message}; give the study again to write it anew`,
        cause,
      );
    }
  }

  /** Lists the trials of a plan. */
  async plan(trials: readonly Trial[]): Promise<void> {
    await makeDirectory(this.path);
    await writeFileAtomically(this.list, trials.map((trial) => `${JSON.stringify(trial)}\n`).join(''));
  }

  /** Makes the directory of a trial, with what is asked of it. */
  async begin(trial: Trial): Promise<string> {
    const directory = this.directoryOf(trial.key);
    await makeDirectory(directory);
    if (!existsSync(join(directory, trialFiles.trial))) {
      await writeFileAtomically(
        join(directory, trialFiles.options),
        `${JSON.stringify(trial.options, null, 2)}\n`,
      );
      await writeFileAtomically(join(directory, trialFiles.trial), `${JSON.stringify(trial, null, 2)}\n`);
    }
    return directory;
  }

  isDone(key: string): boolean {
    return existsSync(join(this.directoryOf(key), trialFiles.answer));
  }

  resultOf(key: string): TrialResult | undefined {
    return readJson(
      join(this.directoryOf(key), trialFiles.answer),
      (read: Partial<TrialResult>) => read.answer !== undefined && Number.isFinite(read.seconds),
    ) as TrialResult | undefined;
  }

  failureOf(key: string): TrialFailure | undefined {
    return this.isDone(key)
      ? undefined
      : (readJson(
          join(this.directoryOf(key), trialFiles.failure),
          (read: Partial<TrialFailure>) => typeof read.message === 'string',
        ) as TrialFailure | undefined);
  }

  /** The answer of a trial, whole; a failure before it is none any more. */
  async succeed(key: string, result: TrialResult): Promise<void> {
    await writeFileAtomically(join(this.directoryOf(key), trialFiles.answer), `${JSON.stringify(result)}\n`);
    await this.retry(key);
  }

  async fail(key: string, failure: Omit<TrialFailure, 'endedAt'>): Promise<void> {
    const said: TrialFailure = { ...failure, endedAt: new Date().toISOString() };
    await makeDirectory(this.directoryOf(key));
    await writeFileAtomically(
      join(this.directoryOf(key), trialFiles.failure),
      `${JSON.stringify(said, null, 2)}\n`,
    );
  }

  /** Lets a failed trial be tried again. */
  async retry(key: string): Promise<void> {
    await rm(join(this.directoryOf(key), trialFiles.failure), { force: true });
  }
}

/** Written whole or not at all: what cannot be read is a defect of the disk, and said. */
function readJson(path: string, isWhole: (read: object) => boolean): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const read = parseExactJson(text);
    if (typeof read !== 'object' || read === null || !isWhole(read))
      throw new Error('it is not what a study writes there');
    return read;
  } catch (cause) {
    throw runError(
      'study.unreadable',
      `${path}: ${(cause as Error).message}; remove it to have this trial computed anew`,
      cause,
    );
  }
}
