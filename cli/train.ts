import type { Command } from 'commander';
import { presets } from '../experiments/schema/presets.js';
import { readConfig } from '../experiments/schema/read-config.js';
import { startRun } from '../experiments/sessions/index.js';
import { dryRun } from './board/dry-run.js';
import { addBoardOptions, type BoardFlags, boardTree, presetForBoard } from './board/train-options.js';
import { addCellOptions, type CellFlags, cellTree } from './cell-options.js';
import { concludeSession } from './conclude.js';
import { collect, decimal, sizes, threadCount, whole } from './flags.js';
import type { Io } from './io.js';
import { watchTraining } from './progress.js';

export function trainCommand(command: Command, io: Io): void {
  command
    .argument('[config]', 'YAML or JSON file')
    .option('--preset <name>', `experiment to start from: ${Object.keys(presets).join(', ')}`)
    .option('--data <spec>', 'xor, iris, digits, mnist, mnist:DIR, csv:FILE')
    .option('--layers <sizes>', 'hidden layers, for instance 100,100', sizes)
    .option('--epochs <n>', 'passes over the training samples', whole)
    .option('--batch <n>', 'samples a minibatch', whole)
    .option('--seed <n>', 'of everything random', whole)
    .option('--limit <n>', 'training samples to use; the test set is always whole', whole)
    .option('--estimator <name>', 'positive, negative, centered or random-sign')
    .option('--beta <x>', 'nudge strength in published units, or with a unit: 136uS')
    .option('--tolerance <x>', "node residual, relative to the layer's largest Σg·|v|", decimal)
    .option('--window <ratio>', 'g_max/g_min of every conductance', decimal)
    .option('--arithmetic <name>', 'float64 or float32')
    .option(
      '--threads <n>',
      'threads of a float32 simulation, 1 to 8, or auto: as many as pay (auto)',
      threadCount,
    )
    .option('--relaxed-simd', 'fused multiply-add in a float32 simulation; last bits differ between machines')
    .option('--set <path=value>', 'set any configuration key', collect, [])
    .option('--out <dir>', 'run directory (default runs/<date>_<name>_<id>)')
    .option('--json', 'one JSON object on stdout');
  addBoardOptions(addCellOptions(command)).action((file, flags) => train(io, file, flags));
}

interface TrainFlags extends CellFlags, BoardFlags {
  preset?: string;
  data?: string;
  layers?: number[];
  epochs?: number;
  batch?: number;
  seed?: number;
  limit?: number;
  estimator?: string;
  beta?: string;
  tolerance?: number;
  window?: number;
  arithmetic?: string;
  threads?: number | 'auto';
  relaxedSimd?: boolean;
  set: string[];
  out?: string;
  json?: boolean;
}

async function train(io: Io, file: string | undefined, flags: TrainFlags): Promise<void> {
  const config = await readConfig({
    ...(file === undefined ? {} : { file }),
    ...presetForBoard(flags),
    set: flags.set,
    flags: flagTree(flags),
  });
  if (flags.dryRun) return dryRun(io, config);
  const { from, out } = flags;
  const outcome = await watchTraining(io, (watched) =>
    startRun(config, {
      ...watched,
      ...(from === undefined ? {} : { from }),
      ...(out === undefined ? {} : { out }),
    }),
  );
  concludeSession(io, outcome, flags.json === true);
}

function flagTree(flags: TrainFlags): Record<string, unknown> {
  const {
    data,
    seed,
    limit,
    arithmetic,
    threads,
    relaxedSimd,
    layers,
    window,
    estimator,
    beta,
    batch,
    epochs,
    tolerance,
  } = flags;
  return {
    data,
    seed,
    limit,
    arithmetic,
    threads,
    relaxedSimd,
    network: boardTree(flags) ?? { hidden: layers, window },
    training: {
      estimator,
      beta: beta === undefined || Number.isNaN(Number(beta)) ? beta : Number(beta),
      batch,
      epochs,
    },
    settle: { tolerance },
    cells: cellTree(flags),
  };
}
