import { z } from 'zod';
import { readEpochs, writeRunReport } from '../experiments/sessions/index.js';
import { defineCommand } from './frame/index.js';
import { type Io, warn } from './io.js';
import { openRunToLook, RESTORE, RUN } from './open-run.js';

export const reportCommand = defineCommand({
  options: z.strictObject({
    runs: z.array(z.string()).min(1).meta({ argument: '<run...>', description: RUN }),
    restore: z.boolean().default(false).meta({ flag: '--restore', description: RESTORE }),
  }),
  examples: ['ohmprop report last', 'ohmprop report runs/a runs/b --json'],

  async answer({ runs, restore }, { io }) {
    const reports: string[] = [];
    for (const run of runs) reports.push(await report(io, run, restore));
    return { text: reports.join('\n'), json: { reports }, files: reports };
  },
});

/** @returns where the report is */
async function report(io: Io, path: string, restore: boolean): Promise<string> {
  const { directory, run, checkpoint } = await openRunToLook(io, path, { restore });
  try {
    const { epochs, warnings } = await readEpochs(directory, checkpoint.trainer.epoch - 1);
    for (const text of warnings) warn(io, text);
    return await writeRunReport(directory, run, epochs);
  } finally {
    await run.trainer.device.close();
  }
}
