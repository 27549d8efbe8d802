import { z } from 'zod';
import { resumeRun } from '../experiments/sessions/index.js';
import { sessionAnswer } from './conclude.js';
import { findRun, RUN } from './find-run.js';
import { defineCommand } from './frame/index.js';
import { watchTraining } from './progress.js';
import { recordOption } from './record.js';
import { settingsNamed } from './setting-flags.js';

/** What may differ when a run goes on, as settings say it. */
interface Changes {
  readonly threads?: number | 'auto';
  readonly training?: { readonly epochs?: number };
  readonly cells?: { readonly pulseLog?: string };
}

export const resumeCommand = defineCommand({
  options: z.strictObject({
    run: z.string().meta({ argument: '<run>', description: RUN }),
    record: recordOption,
    changedData: z.boolean().default(false).meta({
      flag: '--changed-data',
      description: 'go on though the data files are not what they were',
    }),
  }),
  settings: settingsNamed('--epochs', '--threads', '--pulse-log'),
  examples: ['ohmprop resume last', 'ohmprop resume runs/xor --epochs 200 --json'],

  async answer({ run, changedData }, { io, settings }) {
    const path = await findRun(io, run);
    const { threads, training, cells } = settings as Changes;
    const { epochs } = training ?? {};
    const { pulseLog } = cells ?? {};
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
