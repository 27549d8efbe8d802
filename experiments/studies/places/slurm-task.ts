import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { inputError, quoted } from '../../../core/index.js';
import { type Execute, failureOf, runTrial, type TrialEnd } from '../run-trial.js';
import { TrialStore } from '../trial-store.js';

/**
 * One task of an array: computes the trial that its number says.
 * @param list `<study>/slurm/<n>/trials.txt`
 * @param at number of the task, as SLURM_ARRAY_TASK_ID has it
 * @throws `study.slurm` (exit code 2) where there is none
 */
export async function runSlurmTask(
  list: string,
  at: string | undefined,
  execute: Execute,
  { signal, threads }: { readonly signal: AbortSignal; readonly threads: number },
): Promise<{ readonly key: string; readonly end: TrialEnd }> {
  const keys = readFileSync(list, 'utf8').trim().split('\n');
  const key = /^\d+$/.test(at ?? '') ? keys[Number(at)] : undefined;
  if (key === undefined) {
    throw inputError(
      'study.slurm',
      `SLURM_ARRAY_TASK_ID is ${quoted(at ?? '')}, and ${list} has ${keys.length} trials; SLURM starts this, as ohmprop study --slurm has it`,
    );
  }
  const store = new TrialStore(dirname(dirname(dirname(list))));
  const trial = (await store.planned()).find((one) => one.key === key);
  if (trial === undefined) {
    throw inputError(
      'study.slurm',
      `${key} is no trial of ${store.path} any more; the study has been changed`,
    );
  }
  try {
    return { key, end: await runTrial(store, trial, execute, { signal, threads }) };
  } catch (error) {
    await store.fail(key, failureOf(error));
    return { key, end: 'failed' };
  }
}
