import { Command, InvalidArgumentError } from 'commander';
import { stringify } from 'yaml';
import { describeParticles } from '../learning/index.js';
import { createRunDirectory, writeFileAtomically } from '../records/index.js';
import { dryRun } from './board/dry-run.js';
import { addBoardOptions, type BoardFlags, boardTree, presetForBoard } from './board/train-options.js';
import { addCellOptions, type CellFlags, cellTree } from './compose/cell-options.js';
import { type ComposedRun, composeRun } from './compose/compose-run.js';
import { readConfig } from './config/read-config.js';
import type { RunConfig } from './config/run-config.js';
import { INTERRUPTED } from './run/interrupt.js';
import { percent } from './run/progress.js';
import { trainInRunDirectory } from './run/session.js';
import { startFrom } from './run/start-from.js';
import { printJson, runSummary } from './run/summary.js';

export function trainCommand(): Command {
  const command = new Command('train')
    .description('train a network by equilibrium propagation, into a run directory')
    .argument('[config]', 'YAML or JSON file')
    .option('--preset <name>', 'published experiment: drn-xs, drn-1h, drn-2h, drn-3h, drn-xl; or digits')
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
    .option('--set <path=value>', 'set any configuration key', collect, [])
    .option('--out <dir>', 'run directory (default runs/<date>_<name>_<id>)')
    .option('--json', 'one JSON object on stdout');
  return addBoardOptions(addCellOptions(command)).action(train);
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
  set: string[];
  out?: string;
  json?: boolean;
}

async function train(file: string | undefined, flags: TrainFlags): Promise<void> {
  const config = await readConfig({
    ...(file === undefined ? {} : { file }),
    ...presetForBoard(flags),
    set: flags.set,
    flags: flagTree(flags),
  });
  if (flags.dryRun) return dryRun(config);
  const run = await composeRun(config);
  try {
    if (flags.from !== undefined) await startFrom(run, flags.from);
    await trainComposed(run, config, flags);
  } finally {
    // Whatever happened, a board is left disarmed.
    await run.trainer.device.close();
  }
}

async function trainComposed(run: ComposedRun, config: RunConfig, flags: TrainFlags): Promise<void> {
  const directory = await createRunDirectory({
    name: config.preset ?? 'run',
    ...(flags.out === undefined ? {} : { out: flags.out }),
  });
  try {
    await writeFileAtomically(directory.config, stringify(config));
    const { dataSet, trainer, composition } = run;
    for (const warning of composition.warnings ?? []) process.stderr.write(`warning: ${warning}\n`);
    process.stderr.write(
      `${trainer.device.info.name} on ${dataSet.name}: ${dataSet.train.count} training and ${dataSet.test.count} test samples, seed ${config.seed}\n`,
    );
    if (trainer.options.particles) {
      process.stderr.write(
        `persistent particles: ${describeParticles(dataSet.train.count, trainer.device.info.layers)}\n`,
      );
    }
    const result = await trainInRunDirectory(directory, run);
    if (result.interrupted) {
      process.stderr.write(`Interrupted; to go on: ohmprop resume ${directory.path}\n`);
      process.exitCode = INTERRUPTED;
    } else {
      const last = result.epochs.at(-1);
      if (last !== undefined) {
        process.stderr.write(
          `test accuracy ${percent(1 - last.testError)} (error ${percent(last.testError)})\n`,
        );
      }
      process.stderr.write(`report: ${result.reportPath}\n`);
    }
    if (flags.json) printJson(runSummary(directory.path, config.preset, result.epochs));
  } finally {
    await directory.release();
  }
}

function flagTree(flags: TrainFlags): Record<string, unknown> {
  const { data, seed, limit, arithmetic, layers, window, estimator, beta, batch, epochs, tolerance } = flags;
  return {
    data,
    seed,
    limit,
    arithmetic,
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

export function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('needs a whole number.');
  return value;
}

export function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('needs a number.');
  return value;
}

function sizes(text: string): number[] {
  const list = text.split(',').map((part) => Number(part));
  if (text.trim() === '' || list.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new InvalidArgumentError('needs whole numbers separated by commas, for instance 100,100.');
  }
  return list;
}

export function collect(value: string, list: string[]): string[] {
  return [...list, value];
}
