import { inputError, memoryError } from '../../core/index.js';
import { type Coding, defaultStop } from '../../devices/contract/index.js';
import { Coder, type DataSet, limitTraining, loadData, Trainer } from '../../learning/index.js';
import { checkConfig } from '../schema/check-config.js';
import type { RunConfig, RunConfigInput } from '../schema/run-config.js';
import { unusedSettings } from '../schema/unused-settings.js';
import { composeBoard } from './board.js';
import type { Composition } from './composition.js';
import { composeHopfield } from './hopfield.js';
import { checkRelaxedSimd } from './relaxed-simd.js';
import { composeResistive } from './resistive.js';

/** Everything a run is made of. */
export interface ComposedRun {
  readonly config: RunConfig;
  readonly dataSet: DataSet;
  readonly composition: Composition;
  readonly coder: Coder;
  readonly trainer: Trainer;
}

/**
 * Loads the data, builds the device and the trainer that a configuration describes: a checked one, or a preset with
 * whatever was changed in it. Throws `config.invalid` naming each wrong field.
 */
export async function composeRun(
  configuration: RunConfig | RunConfigInput,
  signal?: AbortSignal,
): Promise<ComposedRun> {
  const config = checkConfig(configuration, 'configuration');
  const dataSet = await composeData(config, signal);
  const composition = await composeDevice(config, dataSet);
  try {
    return composeTrainer(config, dataSet, composition);
  } catch (error) {
    // A device that was opened is not left open, least of all a board that is armed.
    await composition.device.close();
    throw error;
  }
}

function composeTrainer(config: RunConfig, dataSet: DataSet, composition: Composition): ComposedRun {
  const { device, rates, beta } = composition;
  const coder = new Coder(dataSet, device.info, composeCoding(device.info.coding, config.coding));
  const { estimator, batch, epochs, rateDecay, particles } = config.training;
  const { nudged, evaluation, ...free } = config.settle;
  const stop = { ...defaultStop, ...definedOnly(free) };
  const trainer = new Trainer(device, dataSet, coder, {
    seed: config.seed,
    epochs,
    batch,
    estimator,
    beta,
    rates,
    rateDecay,
    stop,
    nudgedStop: { ...stop, ...definedOnly(nudged ?? {}) },
    evaluationStop: { ...stop, ...definedOnly(evaluation ?? {}) },
    particles,
  });
  return { config, dataSet, composition, coder, trainer };
}

/** The data set that a configuration names, with its limit. */
export async function composeData(config: RunConfig, signal?: AbortSignal): Promise<DataSet> {
  const loaded = await loadData(config.data, {
    seed: config.seed,
    ...(config.validation === undefined ? {} : { validation: config.validation }),
    ...(signal === undefined ? {} : { signal }),
  });
  return config.limit === undefined ? loaded : limitTraining(loaded, config.limit);
}

/** The device that a configuration describes, sized to the data. */
export async function composeDevice(config: RunConfig, dataSet: DataSet): Promise<Composition> {
  const outputs = config.coding?.target?.kind === 'sign' ? 1 : dataSet.classes;
  const size = { inputs: dataSet.features, outputs };
  if (config.cells !== undefined && config.network.kind !== 'resistive') {
    throw inputError(
      'config.cells',
      `cells: only a resistive network keeps its conductances in cells; this one is a ${config.network.kind} network`,
    );
  }
  checkRelaxedSimd(config);
  const compose = composers[config.network.kind] as Composer<RunConfig['network']>;
  try {
    const composition = await compose(config.network, config, size);
    return { ...composition, warnings: [...unusedSettings(config), ...(composition.warnings ?? [])] };
  } catch (cause) {
    throw memoryError(cause, `${sizesOf(config, size)}: more than memory holds; use smaller layers`);
  }
}

/** `network 784-1024-10`. */
function sizesOf({ network }: RunConfig, { inputs, outputs }: { inputs: number; outputs: number }): string {
  const hidden = 'hidden' in network ? network.hidden : [];
  return `network ${[inputs, ...hidden, outputs].join('-')}`;
}

type Composer<Network> = (
  network: Network,
  config: RunConfig,
  size: { inputs: number; outputs: number },
) => Promise<Composition>;

const composers: {
  [Kind in RunConfig['network']['kind']]: Composer<Extract<RunConfig['network'], { kind: Kind }>>;
} = {
  resistive: composeResistive,
  hopfield: composeHopfield,
  board: composeBoard,
};

function composeCoding(proposed: Coding, override: RunConfig['coding']): Coding {
  if (override === undefined) return proposed;
  const coding = { ...proposed, ...definedOnly(override) } as Coding;
  if ((coding.readOut === 'sign') !== (coding.target.kind === 'sign')) {
    throw inputError(
      'config.coding',
      `coding: a "${coding.readOut}" read-out does not go with "${coding.target.kind}" targets; set coding.readOut and coding.target together`,
    );
  }
  return coding;
}

function definedOnly<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as never;
}
