import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory, writeFileAtomically } from '../../../records/index.js';
import type { TrialEnd } from '../run-trial.js';
import type { Trial } from '../trial.js';
import type { TrialFailure, TrialResult } from '../trial-store.js';

/** A trial in a queue. */
export interface TrialJob {
  /** Of the study: tells a worker whether the directory that it sees under that path is the study's. */
  readonly id: string;
  readonly study: string;
  /** Where the study was started: its relative paths begin there. */
  readonly cwd: string;
  readonly trial: Trial;
}

/** What a worker says of it. */
export interface TrialAnswer {
  readonly end: TrialEnd;
  /** Where the worker does not see the directory of the study, what it would have written there. */
  readonly result?: TrialResult;
  readonly failure?: Omit<TrialFailure, 'endedAt'>;
  /** Host, and the directory there in which the trial is. */
  readonly at: string;
}

const ID_FILE = 'study.id';

/** A name of a study's directory that no other has, wherever it is seen from. */
export async function idOf(study: string): Promise<string> {
  const known = readIdOf(study);
  if (known !== undefined) return known;
  const id = randomBytes(12).toString('hex');
  await makeDirectory(study);
  await writeFileAtomically(join(study, ID_FILE), `${id}\n`);
  return id;
}

export function readIdOf(study: string): string | undefined {
  const file = join(study, ID_FILE);
  if (!existsSync(file)) return undefined;
  const id = readFileSync(file, 'utf8').trim();
  return /^[0-9a-f]{24}$/.test(id) ? id : undefined;
}

/** One name a trial in the queue: put there twice, it is there once. */
export const jobIdOf = (id: string, key: string): string => `${id}-${key}`;
