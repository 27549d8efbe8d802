import { basename } from 'node:path';
import { z } from 'zod';
import { runError } from '../../core/index.js';
import { type ReproducedRun, reproducePack } from '../../experiments/kept/index.js';
import { defineCommand, path } from '../frame/index.js';
import { interruptionOf } from '../interruption.js';
import { printLine } from '../io.js';
import { watchTraining } from '../progress.js';

export const runsReproduceCommand = defineCommand({
  options: z.strictObject({
    pack: path(z.string()).meta({ argument: '<pack>', description: 'paper.zip of ohmprop runs pack' }),
    inputs: path(z.string()).optional().meta({
      flag: '--input-files <folder>',
      description: 'where inputs lie that were too large to be packed',
    }),
  }),
  outputs: { '/': 'the runs computed anew, and their inputs' },
  notes:
    'Opens no hardware, and runs no code of the pack. Exit code 1 where a number is another than the pack says. Without -o the runs go to runs/reproduced_NAME/.',
  uses: 'names',
  examples: ['ohmprop runs reproduce paper.zip', 'ohmprop runs reproduce paper.zip -o again/ --json'],

  async answer({ pack, inputs }, { io, directory }) {
    const out = directory ?? `runs/reproduced_${basename(pack).replace(/\.zip$/i, '')}`;
    const runs = await watchTraining(io, undefined, ({ signal, sinks }) =>
      reproducePack(pack, {
        out,
        ...(inputs === undefined ? {} : { inputs }),
        signal,
        sinks,
        begins: (folder, at, of) => printLine(io.stderr, `${folder} (${at + 1} of ${of})`),
      }),
    );
    const differ = runs.filter(({ difference }) => difference !== undefined);
    return {
      text: runs.flatMap(linesOf).join('\n'),
      json: { pack, out, runs },
      files: runs.flatMap(({ path: run }) => run ?? []),
      ...(runs.some(({ interrupted }) => interrupted)
        ? { failure: interruptionOf(io.signal) }
        : differ.length === 0
          ? {}
          : {
              failure: runError(
                'pack.differs',
                `${differ.length} of ${runs.length} runs came out different; the first numbers that differ are above`,
              ),
            }),
    };
  },
});

function linesOf({ folder, notAgain, interrupted, difference, changes }: ReproducedRun): string[] {
  if (interrupted) return [`${folder}: interrupted, not compared`];
  if (notAgain !== undefined) return [`${folder}: not computed: ${notAgain}`];
  if (difference === undefined) return [`${folder}: same bits`];
  const { where, packed, got } = difference;
  return [
    `${folder}: differs at ${where}: ${JSON.stringify(got)}, the pack says ${JSON.stringify(packed)}`,
    ...changes.map((change) => `  ${change}`),
  ];
}
