import { z } from 'zod';
import { readEpochs, writeRunReport } from '../experiments/sessions/index.js';
import { defineCommand, figureWidth, millimetres } from './frame/index.js';
import { type Io, warn } from './io.js';
import { lookOptions, openRunToLook, RUN } from './open-run.js';

export const reportCommand = defineCommand({
  options: z.strictObject({
    runs: z.array(z.string()).min(1).meta({ argument: '<run...>', description: RUN }),
    figure: figureWidth,
    ...lookOptions,
  }),
  uses: 'runs',
  examples: [
    'ohmprop report last',
    'ohmprop report last --figure 85mm',
    'ohmprop report runs/a runs/b --json',
  ],

  async answer({ runs, restore, lastEpoch, figure }, { io }) {
    const written: string[][] = [];
    // Rounded, as 0.085 m · 1000 is 85.00000000000001 mm.
    const width_mm = figure === undefined ? undefined : millimetres(figure);
    for (const run of runs) written.push(await report(io, run, { restore, lastEpoch, width_mm }));
    const reports = written.map(([page]) => page);
    return { text: reports.join('\n'), json: { reports }, files: written.flat() };
  },
});

/** @returns the files written, the report first */
async function report(
  io: Io,
  path: string,
  { width_mm, ...flags }: { restore: boolean; lastEpoch: boolean; width_mm: number | undefined },
): Promise<string[]> {
  const { directory, run, checkpoint } = await openRunToLook(io, path, flags);
  try {
    const { epochs, warnings } = await readEpochs(directory, checkpoint.trainer.epoch - 1);
    for (const text of warnings) warn(io, text);
    return await writeRunReport(directory, run, epochs, { width_mm, atEpoch: checkpoint.best?.epoch });
  } finally {
    await run.trainer.device.close();
  }
}
