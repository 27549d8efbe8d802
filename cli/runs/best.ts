import { z } from 'zod';
import { inputError } from '../../core/index.js';
import { type KeptRun, keptEpoch, listKept } from '../../experiments/kept/index.js';
import { percent } from '../../experiments/sessions/index.js';
import { defineCommand } from '../frame/index.js';
import { printLine, warn } from '../io.js';
import { amongOptions, hasTags } from './options.js';
import { keptJson } from './text.js';

export const runsBestCommand = defineCommand({
  options: z.strictObject({
    ...amongOptions,
    by: z.enum(['validationError', 'testError']).default('validationError').meta({
      flag: '--by <error>',
      description: 'the error that is to be least, of the epoch that a run keeps',
    }),
  }),
  notes:
    'Looks. Prints the path of the run alone, for other commands: ohmprop eval $(ohmprop runs best). A run that was chosen by its test error shows too small a test error: it is the least of many.',
  examples: ['ohmprop runs best', 'ohmprop runs best --tag paper --by testError'],

  async answer({ folder, tag, by }, { io }) {
    const trained = (await listKept(folder)).filter(
      (run) => run.kind === 'training' && run.epochs.length > 0 && hasTags(run, tag),
    );
    const errorOf = (run: KeptRun) => keptEpoch(run)?.[by];
    const known = trained.filter((run) => errorOf(run) !== undefined);
    if (known.length === 0) {
      const remedy =
        trained.length === 0
          ? 'ohmprop runs list shows what there is'
          : 'train with --set validation=n, or choose by --by testError, which makes that error too small';
      throw inputError(
        'runs.none',
        `none of ${trained.length} trained runs in ${folder} says its ${by === 'testError' ? 'test error' : 'error on validation samples'}; ${remedy}`,
      );
    }
    const best = known.reduce((least, run) => ((errorOf(run) ?? 1) < (errorOf(least) ?? 1) ? run : least));
    const error = errorOf(best) ?? 0;
    const equal = known.filter((run) => errorOf(run) === error).length - 1;
    const what = by === 'testError' ? 'test error' : 'error on validation samples';
    const other = trained.length - known.length;
    printLine(
      io.stderr,
      `${what} ${percent(error)}, the least of ${known.length} runs${equal > 0 ? `; ${equal} more have the same` : ''}${other > 0 ? `; ${other} runs do not say it` : ''}`,
    );
    const data = new Set(known.map(({ config }) => JSON.stringify([config?.data, config?.testData])));
    if (data.size > 1)
      warn(io, `these runs are of ${data.size} different data sets: their errors do not compare`);
    if (by === 'testError') warn(io, 'chosen by its test error, which is therefore too small');
    return { text: best.path, json: { ...keptJson(best), by, error, of: known.length, equal } };
  },
});
