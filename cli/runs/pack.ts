import { z } from 'zod';
import { packRuns, runsIn } from '../../experiments/kept/index.js';
import { zipContent } from '../../records/index.js';
import { findKept, RUN } from '../find-run.js';
import { defineCommand } from '../frame/index.js';
import { warn } from '../io.js';
import { requireKept } from './require-kept.js';

export const runsPackCommand = defineCommand({
  options: z.strictObject({
    runs: z
      .array(z.string())
      .min(1)
      .meta({ argument: '<run...>', description: `${RUN}; of a study, the runs of all its trials` }),
  }),
  outputs: { '.zip': 'the pack' },
  notes:
    'Looks. Inputs of up to 20 MB go in; larger ones, and data sets that ohmprop downloads, are named by their SHA-256. Checkpoints stay behind: a hash says what they must come to.',
  uses: 'runs',
  examples: [
    'ohmprop runs pack last -o paper.zip',
    'ohmprop runs pack runs/a runs/b -o paper.zip',
    'ohmprop runs pack runs/study_noise -o paper.zip',
  ],

  async answer({ runs: named }, { io }) {
    const paths = [...new Set(await Promise.all(named.map((name) => findKept(io, name))))];
    paths.forEach(requireKept);
    const runs = (await Promise.all(paths.map(runsIn))).flat();
    const { entries, contents, warnings } = await packRuns(runs);
    for (const text of warnings) warn(io, text);
    const again = contents.runs.filter(({ notAgain }) => notAgain === undefined).length;
    return {
      text: `${contents.runs.length} runs, ${again} of which can be computed again: ohmprop runs reproduce`,
      json: contents,
      outputs: { '.zip': () => zipContent('the pack', entries) },
    };
  },
});
