import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OhmpropError, runError } from '../../core/index.js';
import {
  dropForeignLock,
  listCheckpoints,
  lockRun,
  parseExactJson,
  type RunLock,
  writeFileAtomically,
} from '../../records/index.js';
import { requireModules } from '../modules/index.js';
import type { Tree } from '../schema/index.js';
import { readEpochLines } from './halving.js';
import type { Trial } from './trial.js';
import { type TrialResult, type TrialStore, trialFiles } from './trial-store.js';

/** Runs a line of the command line in this process. */
export type Execute = (
  line: readonly string[],
  streams: { readonly stdout: (text: string) => void; readonly stderr: (text: string) => void },
  signal: AbortSignal,
) => Promise<number>;

/** How a trial ended: with an answer, without one, or because somebody asked for its end. */
export type TrialEnd = 'done' | 'failed' | 'interrupted';

/** What is kept of what a command says on the way, characters. */
const MOST_LOG = 200_000;

/**
 * Computes one trial in its directory, once: where there is an answer, nothing is done; while another process computes it (one whose study
 * is gone), that is waited for. A training that was cut off goes on from its newest checkpoint, to the same numbers.
 * @param threads of the command where the study says nothing else; its answer does not depend on them
 */
export async function runTrial(
  store: TrialStore,
  trial: Trial,
  execute: Execute,
  { signal: asked, threads }: { readonly signal: AbortSignal; readonly threads?: number },
): Promise<TrialEnd> {
  const { key } = trial;
  const directory = await store.begin(trial);
  // Code comes from whoever started this process, never with a trial.
  requireModules(`trial ${key}`, trial.modules ?? []);
  const lock = await whenFree(directory, asked);
  if (lock === undefined) return 'interrupted';
  // Whoever has lost its lease has lost its trial: another host computes it.
  const signal = lock.lost === undefined ? asked : AbortSignal.any([asked, lock.lost]);
  try {
    if (store.isDone(key)) return 'done';
    const run = join(directory, trialFiles.run);
    // Said again for one that goes on: it may have been begun with fewer, to rest after them.
    const until = trial.restsAfter ?? trial.epochs;
    const rests = trial.restsAfter !== undefined && trial.restsAfter < (trial.epochs ?? 0);
    if (rests && (await epochsDone(run)) >= (until ?? 0)) return 'done';
    const more = until === undefined ? [] : ['--epochs', String(until)];
    await dropForeignLock(run);
    const started = performance.now();
    const attempt = (line: readonly string[]): Promise<Attempt> => attempted(line, execute, signal);
    let said = (await goesOn(run))
      ? await attempt(['resume', run, '--json', '--without-report', ...more])
      : undefined;
    if (said === undefined || (said.failed && !signal.aborted)) {
      // What an earlier try left and cannot be gone on from: nobody else has written it.
      await rm(run, { recursive: true, force: true });
      said = await attempt([...(await lineOf(trial, directory, run, threads)), ...(rests ? more : [])]);
    }
    await writeFileAtomically(join(directory, trialFiles.log), said.stderr);
    // What ends while it is asked to end says nothing of the trial.
    if (signal.aborted && said.failed) return 'interrupted';
    const { answer, code } = said;
    if (said.failed || answer === undefined) {
      await store.fail(key, { ...errorOf(answer, said.stderr, code), exitCode: code });
      return 'failed';
    }
    if (rests) return 'done';
    const seconds = (performance.now() - started) / 1000;
    await store.succeed(key, { answer, seconds, endedAt: new Date().toISOString() });
    return 'done';
  } finally {
    await lock.release();
  }
}

/** How often a directory that another process holds is looked at again, ms. */
const LOOK_MS = 500;

async function whenFree(directory: string, signal: AbortSignal): Promise<RunLock | undefined> {
  while (!signal.aborted) {
    try {
      return await lockRun(directory, { lease: true });
    } catch (error) {
      if ((error as OhmpropError).code !== 'run.in-use') throw error;
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}

async function epochsDone(run: string): Promise<number> {
  const lines = await readEpochLines(run);
  return Math.max(0, ...lines.map(({ epoch }) => epoch));
}

/** Whether a training was cut off there that has a checkpoint. */
async function goesOn(run: string): Promise<boolean> {
  return (await listCheckpoints(join(run, 'checkpoints'))).length > 0;
}

/** Its newest, of a trial that is a training; where none is there, nothing. */
export async function newestCheckpoint(directory: string): Promise<string | undefined> {
  return (await listCheckpoints(join(directory, trialFiles.run, 'checkpoints'))).at(-1);
}

interface Attempt {
  readonly code: number;
  readonly answer: TrialResult['answer'] | undefined;
  readonly stderr: string;
  readonly failed: boolean;
}

async function attempted(line: readonly string[], execute: Execute, signal: AbortSignal): Promise<Attempt> {
  let [stdout, stderr] = ['', ''];
  const streams = {
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: (text: string) => {
      stderr = (stderr + text).slice(-MOST_LOG);
    },
  };
  const code = await execute(line, streams, signal);
  const answer = answerOf(stdout);
  return { code, answer, stderr, failed: code !== 0 || answer === undefined };
}

async function lineOf(
  trial: Trial,
  directory: string,
  run: string,
  threads: number | undefined,
): Promise<string[]> {
  const { command, fillsDirectory, drawsReport, takesThreads } = trial;
  const options = trial.options as Tree;
  const own = takesThreads && threads !== undefined && options.threads === undefined;
  const file = join(directory, trialFiles.options);
  return [
    ...command.split(' '),
    '--config',
    file,
    '--json',
    ...(own ? ['--threads', String(threads)] : []),
    ...(drawsReport ? ['--without-report'] : []),
    ...(fillsDirectory ? ['--out', `${run}/`] : []),
  ];
}

function answerOf(stdout: string): TrialResult['answer'] | undefined {
  try {
    return parseExactJson(stdout);
  } catch {
    return undefined;
  }
}

function errorOf(answer: unknown, stderr: string, code: number): { message: string; code?: string } {
  const { error } = (answer ?? {}) as { error?: { code?: string; message?: string } };
  if (error?.message !== undefined) {
    return { message: error.message, ...(error.code === undefined ? {} : { code: error.code }) };
  }
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return { message: last === '' ? `exit code ${code} without a word` : last };
}

/** What a worker tells of an error that no command foresaw. */
export function failureOf(error: unknown): { message: string; code?: string } {
  const known = error instanceof OhmpropError ? error : runError('defect', (error as Error).message);
  return { message: known.message, code: known.code };
}
