import { z } from 'zod';
import { resumeRun } from '../experiments/sessions/index.js';
import { sessionAnswer } from './conclude.js';
import { findRun, RUN } from './find-run.js';
import { defineCommand } from './frame/index.js';
import { watchTraining } from './progress.js';
import { settingOptions } from './setting-options.js';

/** What may differ when a run goes on. */
type Changes = Pick<Parameters<typeof resumeRun>[1] & object, 'epochs' | 'threads' | 'pulseLog'>;

export const resumeCommand = defineCommand({
  options: z.strictObject({
    run: z.string().meta({ argument: '<run>', description: RUN }),
    ...settingOptions('--epochs', '--threads', '--pulse-log'),
    changedData: z.boolean().default(false).meta({
      flag: '--changed-data',
      description: 'go on though the data files are not what they were',
    }),
  }),
  examples: ['ohmprop resume last', 'ohmprop resume runs/xor --epochs 200 --json'],

  async answer({ run, changedData, ...changes }, { io }) {
    const path = await findRun(io, run);
    const { epochs, threads, pulseLog } = changes as Changes;
    const outcome = await watchTraining(io, (watched) =>
      resumeRun(path, {
        changedData,
        ...(epochs === undefined ? {} : { epochs }),
        ...(threads === undefined ? {} : { threads }),
        ...(pulseLog === undefined ? {} : { pulseLog }),
        ...watched,
      }),
    );
    return sessionAnswer(io, outcome);
  },
});
