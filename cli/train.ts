import type { Command } from 'commander';
import { stringify } from 'yaml';
import { type ComposedRun, composeRun } from '../experiments/composition/compose-run.js';
import { startPulseLog } from '../experiments/composition/pulse-log.js';
import { presets } from '../experiments/schema/presets.js';
import { readConfig } from '../experiments/schema/read-config.js';
import type { RunConfig } from '../experiments/schema/run-config.js';
import { type DataSet, describeParticles } from '../learning/index.js';
import { createRunDirectory, writeFileAtomically } from '../records/index.js';
import { dryRun } from './board/dry-run.js';
import { addBoardOptions, type BoardFlags, boardTree, presetForBoard } from './board/train-options.js';
import { addCellOptions, type CellFlags, cellTree } from './cell-options.js';
import { collect, decimal, sizes, threadCount, whole } from './flags.js';
import type { Io } from './io.js';
import { concludeSession } from './run/conclude.js';
import { trainInRunDirectory } from './run/session.js';
import { readStart, startFrom } from './run/start-from.js';

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
  const { from } = flags;
  const start = from === undefined ? undefined : await readStart(io, from);
  const run = await composeRun(config);
  try {
    if (from !== undefined && start !== undefined) await startFrom(io, run, from, start);
    else if (run.composition.hardware?.lifetime === 'persistent') {
      await run.trainer.device.initialise(config.seed);
    }
    // A bad β is bad usage: it should leave no run directory behind.
    await run.trainer.requireSafeNudge();
    // So is a pulse log that cannot be written.
    if (config.cells?.pulseLog !== undefined) startPulseLog(config.cells.pulseLog);
    await trainComposed(io, run, config, flags);
  } finally {
    // Whatever happened, a board is left disarmed.
    await run.trainer.device.close();
  }
}

async function trainComposed(io: Io, run: ComposedRun, config: RunConfig, flags: TrainFlags): Promise<void> {
  const directory = await createRunDirectory({
    name: config.preset ?? 'run',
    ...(flags.out === undefined ? {} : { out: flags.out }),
  });
  try {
    await writeFileAtomically(directory.config, stringify(config));
    const { dataSet, trainer, composition } = run;
    for (const warning of composition.warnings ?? []) io.stderr.write(`warning: ${warning}\n`);
    const { cells } = config;
    const inCells = cells === undefined ? '' : `, in ${cells.model} cells under policy ${cells.policy},`;
    io.stderr.write(
      `${trainer.device.info.name}${inCells} on ${dataSet.name}: ${countsOf(dataSet)}, seed ${config.seed}\n`,
    );
    const base = presets[config.preset ?? ''];
    if (base?.validation !== undefined && config.validation === undefined) {
      io.stderr.write(
        `no samples are held out for validation: the preset's ${base.validation} are of ${base.data}; --set validation=n holds some out\n`,
      );
    }
    if (trainer.options.particles) {
      io.stderr.write(
        `persistent particles: ${describeParticles(dataSet.train.count, trainer.device.info.layers)}\n`,
      );
    }
    const result = await trainInRunDirectory(io, directory, run);
    concludeSession(io, directory, config, result, flags.json === true);
  } finally {
    await directory.release();
  }
}

function countsOf({ train, validation, test }: DataSet): string {
  const heldOut = validation === undefined ? '' : `, ${validation.count} validation`;
  return `${train.count} training${heldOut} and ${test.count} test samples`;
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
