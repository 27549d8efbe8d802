import { existsSync } from 'node:fs';
import { formatQuantity, inputError, quoted } from '../../core/index.js';
import { type ComposedRun, composeToInspect } from '../../experiments/composition/index.js';
import { presets, type RunConfig, readConfig } from '../../experiments/schema/index.js';
import {
  requireSimulated,
  samplesOf,
  settleRun,
  settlingFigureOf,
} from '../../experiments/sessions/index.js';
import type { Within } from '../../solver/settling/index.js';
import { isSpiceFile } from '../circuit/export.js';
import { findRun } from '../find-run.js';
import { type Answer, defineCommand } from '../frame/index.js';
import { interruptionOf } from '../interruption.js';
import { type Io, onInterrupt, warn } from '../io.js';
import { openingFor, openRunToLook } from '../open-run.js';
import { WorkBar } from '../work-bar.js';
import { settleDeck } from './deck.js';
import { type SettleOptions, settleOptions } from './options.js';
import { settlingJson, settlingTable, settlingText } from './results.js';

/** To what share of the largest change, where nothing is said. */
const WITHIN = 0.01;

export const settleCommand = defineCommand({
  options: settleOptions,
  outputs: { '.csv': 'a row a sample and phase' },
  draws: 'nodes of one sample against time, phase by phase, and when all samples had settled',
  uses: 'runs',
  examples: [
    'ohmprop settle last --node-capacitance 1pF -o settle.svg',
    'ohmprop settle digits --node-capacitance 1pF --driver-ohm 50 --samples 100 -o settle.csv --json',
    'ohmprop settle xor --node-capacitance 100fF --phases free --lsb 5uV',
    'ohmprop settle hopfield-1h --data digits --epsilon 0.05',
    'ohmprop settle network.cir --node-capacitance 1pF --nodes o0,o1',
  ],
  notes:
    'Free phases begin with all nodes at 0 V, nudged ones at the free equilibrium; inputs and nudges are switched on at once. Diodes of a run are ideal, its cells as they are read. ' +
    'Energy is what sources deliver until all nodes have settled; that at rest goes on. Hopfield networks are dimensionless: times in time constants of the leak, no joules. ' +
    'Of a SPICE file all sources are switched on from 0 V (or from its .ic). Boards settle by themselves and are refused. Ctrl-C keeps the samples that are done, and of a SPICE file nothing.',
  answer: (given, { io }) =>
    isSpiceFile(given.network) ? settleDeck(io, given, within(given)) : settle(io, given),
});

async function settle(io: Io, given: SettleOptions): Promise<Answer> {
  if (given.nodes !== undefined) {
    throw inputError(
      'settle.nodes',
      `--nodes ${quoted(given.nodes)}: names nodes of a SPICE file; of a run all nodes and its outputs are told apart anyway`,
    );
  }
  const { run, path } = await open(io, given);
  const { device } = run.trainer;
  const { signal, dispose } = onInterrupt(io, 'Ending; the samples that are done are kept …');
  const bar = new WorkBar(io);
  try {
    const found = await settleRun(run, {
      part: given.part,
      phases: given.phases,
      within: within(given),
      signal,
      progress: (done, of) => bar.update(done, of, 'samples'),
      ...optional('samples', given.samples),
      ...optional('capacitance_F', given.nodeCapacitance),
      ...optional('driver_ohm', given.driverOhm),
      ...optional('epsilon', given.epsilon),
      ...optional('longest', given.longest),
    });
    bar.stop();
    const name = `${device.info.name}, ${given.part} samples`;
    const interrupted = found.samples.length < found.asked;
    if (interrupted) warn(io, `interrupted: ${found.samples.length} of ${found.asked} samples are done`);
    const { estimator = run.config.training.estimator } = run.trainer.rule;
    const update = { batch: run.config.training.batch, estimator };
    const how = { name, update, within: asked(given, run) };
    return {
      text: settlingText(found, how),
      json: settlingJson(found, how),
      outputs: { '.csv': () => settlingTable(found) },
      ...(path === undefined ? {} : { run: { typed: given.network, path } }),
      figure: ({ redraw }) => settlingFigureOf(found, device.info.name, { redraw }),
      ...(interrupted ? { failure: interruptionOf(io.signal) } : {}),
    };
  } finally {
    bar.stop();
    dispose();
    await device.close();
  }
}

const optional = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };

/** How closely phases are to settle. */
function within({ within, lsb }: SettleOptions): Within {
  if (lsb === undefined) return { share: within ?? WITHIN };
  if (within === undefined) return { voltage_V: lsb };
  throw inputError('settle.within', '--within and --lsb: a share or a step of a converter; leave one out');
}

/** The same for people. */
function asked({ within, lsb }: SettleOptions, { config }: ComposedRun): string {
  if (lsb === undefined)
    return `${Number((100 * (within ?? WITHIN)).toPrecision(4))} % of the largest change`;
  return `one step (LSB) of ${config.network.kind === 'hopfield' ? lsb : formatQuantity(lsb, 'V')}`;
}

/** @returns with the directory of a run that exists */
async function open(io: Io, given: SettleOptions): Promise<{ run: ComposedRun; path?: string }> {
  const { network: source, part, set, data } = given;
  if (!existsSync(source) && Object.hasOwn(presets, source)) {
    const flags = data === undefined ? {} : { data };
    const config = await readConfig({ preset: source, set, flags });
    requireSimulated(config);
    return { run: await composeToInspect(config, openingFor(io)) };
  }
  const path = await findRun(io, source, Object.keys(presets));
  if (set.length > 0) {
    throw inputError(
      'settle.set',
      `--set ${set[0]}: ${source} is a run, which keeps the settings it was trained with; --set goes with a preset`,
    );
  }
  const change = (config: RunConfig): RunConfig => {
    requireSimulated(config);
    return config;
  };
  const look = await openRunToLook(io, path, { ...given, change }, (dataSet) => samplesOf(dataSet, part, 0));
  return { run: look.run, path: look.directory.path };
}
