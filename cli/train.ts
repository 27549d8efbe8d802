import { z } from 'zod';
import { inputError } from '../core/index.js';
import { presets, readConfig } from '../experiments/schema/index.js';
import { startRun } from '../experiments/sessions/index.js';
import { requireFreeDirectory } from '../records/index.js';
import { sessionAnswer } from './conclude.js';
import { dryRun } from './dry-run.js';
import { findRun } from './find-run.js';
import { defineCommand, path, repeatable, whole } from './frame/index.js';
import { notifyOptions, notifySettings } from './notify.js';
import { watchTraining } from './progress.js';
import { recordOption } from './record.js';
import { settings } from './setting-flags.js';
import { supervise } from './supervise.js';
import { watchBeside } from './watch/beside-run.js';
import { withoutReportOption } from './without-report.js';

export const trainCommand = defineCommand({
  options: z.strictObject({
    preset: z
      .string()
      .optional()
      .meta({
        flag: '--preset <name>',
        description: `experiment to start from: ${Object.keys(presets).join(', ')}`,
      }),
    set: repeatable(z.array(z.string()).default([])).meta({
      flag: '--set <path=value>',
      description: 'set any key of the configuration',
    }),
    from: path(z.string().optional()).meta({
      flag: '--from <run>',
      description: 'start from the parameters of another run',
    }),
    seeds: whole(z.number().int().min(1).max(1000).default(1)).meta({
      flag: '--seeds <n>',
      description: 'runs under so many seeds, counted up from --seed, one after the other',
    }),
    besideIdeal: z.boolean().default(false).meta({
      flag: '--beside-ideal',
      description: 'each seed in the cells and on ideal ones of the same window: what the cells cost',
    }),
    record: recordOption,
    withoutReport: withoutReportOption,
    dryRun: z.boolean().default(false).meta({
      flag: '--dry-run',
      description: 'say what would be done, and do nothing',
    }),
    supervised: z.boolean().default(false).meta({
      flag: '--supervised',
      description: 'train in a process of its own, which is started anew where it is cut off',
    }),
    watch: z.boolean().default(false).meta({
      flag: '--watch',
      description: 'a live page beside it, as ohmprop watch serves; its address is said first',
    }),
    ...notifyOptions,
  }),
  settings,
  takesConfiguration: true,
  outputs: { '/': 'run directory (default runs/<date>_<name>_<id>); of several seeds, one in it for each' },
  uses: 'names',
  examples: [
    'ohmprop train --data xor',
    'ohmprop train --preset iris --epochs 50 --seed 2 -o runs/iris-2/',
    'ohmprop train run.yaml --set training.beta=136uS --json',
    'ohmprop train --data digits --cells my.cell.json --policy accumulate --beside-ideal --seeds 5',
    'ohmprop train --data csv:flowers.csv --dry-run',
    'ohmprop train --data digits --watch',
  ],

  async answer(options, context) {
    const {
      preset,
      set,
      from,
      seeds,
      besideIdeal,
      dryRun: planOnly,
      supervised,
      withoutReport,
      watch,
      ...flags
    } = options;
    const { io, file, directory } = context;
    const config = await readConfig({
      ...(file === undefined ? {} : { file: file.path, except: file.taken }),
      ...(preset === undefined ? {} : { preset }),
      set,
      flags: context.settings,
    });
    const notify = await notifySettings(io, flags);
    const start = from === undefined ? undefined : await findRun(io, from);
    if (planOnly) {
      // What the run would refuse before any work is refused here.
      if (directory !== undefined) await requireFreeDirectory(directory);
      return dryRun(io, config, {
        seeds,
        ideal: besideIdeal,
        ...(start === undefined ? {} : { from: start }),
      });
    }
    if (watch) await watchBeside(io, directory ?? 'runs');
    if (seeds > 1 || besideIdeal) {
      if (supervised || flags.notify !== undefined) {
        throw inputError(
          'usage',
          '--supervised and --notify are of one run; leave --seeds and --beside-ideal out',
        );
      }
      const { trainSeveral } = await import('./train-seeds.js');
      return trainSeveral(io, config, {
        seeds,
        ideal: besideIdeal,
        withoutReport,
        ...(start === undefined ? {} : { from: start }),
        ...(directory === undefined ? {} : { directory }),
      });
    }
    if (supervised) {
      if (withoutReport)
        throw inputError('usage', '--supervised draws the report; leave --without-report out');
      if (directory !== undefined) await requireFreeDirectory(directory);
      const watched = { config, from: start, out: directory, notify };
      return sessionAnswer(io, await supervise(io, watched));
    }
    const outcome = await watchTraining(io, notify, (watched) =>
      startRun(config, {
        ...watched,
        withoutReport,
        ...(start === undefined ? {} : { from: start }),
        ...(directory === undefined ? {} : { out: directory }),
      }),
    );
    return sessionAnswer(io, outcome);
  },
});
