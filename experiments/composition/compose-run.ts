import { inputError } from '../../core/index.js';
import { type Coding, defaultStop } from '../../devices/contract/index.js';
import {
  Coder,
  classRemarks,
  type DataSet,
  featureRemarks,
  scheduleRemarks,
  Trainer,
  targetRemarks,
} from '../../learning/index.js';
import type { RunConfig, RunConfigInput } from '../schema/index.js';
import { checkConfig, readSchedule } from '../schema/index.js';
import type { Composition, Opening } from './composition.js';
import { composeCost } from './cost.js';
import { describeRun, type RunDescription, requireWithinData } from './describe-run.js';
import { openDevice } from './open-device.js';

/** Everything a run is made of. */
export interface ComposedRun {
  readonly config: RunConfig;
  readonly dataSet: DataSet;
  readonly composition: Composition;
  readonly coder: Coder;
  readonly trainer: Trainer;
}

/**
 * A new run: describes, opens and initialises what a configuration says, a checked one or a preset with whatever was changed
 * in it.
 * @throws `config.invalid` naming each wrong field
 */
export async function composeRun(
  configuration: RunConfig | RunConfigInput,
  signal?: AbortSignal,
): Promise<ComposedRun> {
  const description = await describeRun(checkConfig(configuration, 'configuration'), signal && { signal });
  requireWithinData(description);
  return initialised(await openDescribed(description));
}

/**
 * A network to look at as a configuration has it: at its initial parameters, or, where it is hardware that was there, as that
 * is.
 */
export async function composeToInspect(config: RunConfig, opening: Opening = {}): Promise<ComposedRun> {
  const run = await openDescribed(await describeRun(config), opening);
  return run.composition.hardware?.lifetime === 'persistent' ? run : initialised(run);
}

/** Closes the device where that fails. */
async function initialised(run: ComposedRun): Promise<ComposedRun> {
  try {
    await initialiseRun(run);
    return run;
  } catch (error) {
    await run.trainer.device.close();
    throw error;
  }
}

/** Opens the device and makes the trainer of a description. Touches nothing: to be initialised or restored before it is used. */
export async function openDescribed(
  description: RunDescription,
  opening: Opening = {},
): Promise<ComposedRun> {
  const { dataSet } = description;
  const remarks = [...featureRemarks(dataSet), ...classRemarks(dataSet), ...targetRemarks(dataSet)];
  const opened = await openDevice(description, opening);
  const composition = { ...opened, warnings: [...remarks, ...(opened.warnings ?? [])] };
  try {
    return composeTrainer(description, composition);
  } catch (error) {
    // A device that was opened is not left open, least of all a board that is armed.
    await composition.device.close();
    throw error;
  }
}

/** The random start of a new run. The device stays open where that fails. */
export async function initialiseRun({ trainer, config }: ComposedRun): Promise<void> {
  await trainer.device.initialise(config.seed);
}

function composeTrainer({ config, dataSet }: RunDescription, composition: Composition): ComposedRun {
  const { device, rates, beta, betaUnit, optimizer, decay, readRange } = composition;
  const coding = composeCoding(proposedCoding(device.info.coding, dataSet), config.coding);
  const cost = composeCost(config, coding);
  const coder = new Coder(dataSet, device.info, withConverters(coding, config.readout?.dacBits), cost);
  const { rule, nudge, estimator, batch, epochs, rateDecay, particles, patience, schedule } = config.training;
  const { nudged, evaluation, ...free } = config.settle;
  const stop = { ...defaultStop, ...definedOnly(free) };
  const trainer = new Trainer({
    device,
    dataSet,
    coder,
    seed: config.seed,
    epochs,
    batch,
    rule,
    estimator,
    beta,
    betaUnit,
    ...(nudge === undefined ? {} : { nudge }),
    rates,
    rateDecay,
    ...(schedule === undefined ? {} : { schedule: readSchedule(schedule) }),
    ...wantedDescent(config, optimizer, decay),
    stop,
    nudgedStop: { ...stop, ...definedOnly(nudged ?? {}) },
    evaluationStop: { ...stop, ...definedOnly(evaluation ?? {}) },
    ...(readRange === undefined ? {} : { readRange }),
    particles,
    ...(patience === undefined ? {} : { patience }),
  });
  const unreached =
    schedule === undefined || dataSet.train.count === 0
      ? []
      : scheduleRemarks(readSchedule(schedule), epochs);
  const warnings = [...(dataSet.remarks ?? []), ...(composition.warnings ?? []), ...unreached];
  return { config, dataSet, composition: { ...composition, warnings }, coder, trainer };
}

/** What the network can do, and what was asked for of one that says nothing of it: refused by the trainer. */
function wantedDescent(
  { training }: RunConfig,
  optimizer: Composition['optimizer'],
  decay: Composition['decay'],
): Pick<Composition, 'optimizer' | 'decay'> {
  const { optimizer: kind, weightDecay } = training;
  const asked =
    kind === 'momentum'
      ? { kind, momentum: 0.9 }
      : { kind: 'adam' as const, beta1: 0, beta2: 0, epsilon: {} };
  const made = optimizer ?? (kind === 'sgd' ? undefined : asked);
  const taken = decay ?? (weightDecay ? {} : undefined);
  return {
    ...(made === undefined ? {} : { optimizer: made }),
    ...(taken === undefined ? {} : { decay: taken }),
  };
}

/** What is read goes by what is aimed at: other pairs would tell classes apart that were never trained. */
const readOutOf = {
  'one-hot': 'arg-max',
  sign: 'sign',
  difference: 'difference',
  pairs: 'pairs',
  pattern: 'pattern',
  value: 'value',
} as const;

/** What a device proposes, for numbers where data have such. */
function proposedCoding(proposed: Coding, { targets }: DataSet): Coding {
  if (targets === undefined) return proposed;
  return { ...proposed, target: { ...proposed.target, kind: 'value' }, readOut: 'value' };
}

function composeCoding(proposed: Coding, override: RunConfig['coding']): Coding {
  if (override === undefined) return proposed;
  const { input, target, readOut } = { ...proposed, readOut: undefined, ...definedOnly(override) };
  const fitting = readOutOf[target.kind];
  if (readOut !== undefined && readOut !== fitting) {
    throw inputError(
      'config.coding',
      `coding: a "${readOut}" read-out does not go with "${target.kind}" targets; set coding.readOut to "${fitting}", or leave it out`,
    );
  }
  return { input, target, readOut: fitting } as Coding;
}

/** Inputs driven by converters of so many bits. */
function withConverters(coding: Coding, bits: number | undefined): Coding {
  return bits === undefined ? coding : { ...coding, input: { ...coding.input, bits } };
}

function definedOnly<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as never;
}
