import { costNamesKnown } from './choices.js';
import type { ReadoutConfig } from './readout-config.js';
import { ruleDefaults } from './rule-defaults.js';
import type { RunConfig } from './run-config.js';
import { readSchedule } from './schedule-text.js';
import { unusedHardwareSeed } from './unused-hardware-seed.js';
import { unusedOfCells } from './unused-of-cells.js';
import { unusedOnBoard } from './unused-on-board.js';
import { unusedOnDevice } from './unused-on-device.js';
import { present, type UnusedSetting, unused } from './unused-setting.js';
import type { WiresConfig } from './wires-config.js';

/**
 * Every setting of a configuration that changes nothing beside the others, those at their default left out. `readConfig`
 * refuses such a one where somebody asked for it; what a preset or an old run left over is told.
 */
export function unusedSettings(config: RunConfig): UnusedSetting[] {
  const { network, cells, readout, training } = config;
  return [
    ...unusedThreads(config),
    ...unusedHardwareSeed(config),
    ...unusedOfRule(training),
    ...unusedOfCost(training),
    ...unusedOfDescent(training),
    ...(network.kind === 'board'
      ? unusedOnBoard(network, config)
      : network.kind === 'device'
        ? unusedOnDevice(network, config)
        : unusedStops(config.settle)),
    ...(network.kind === 'resistive' && network.hidden.length === 0
      ? present(
          'network',
          { diodeThreshold_V: network.diodeThreshold_V, diodeOn_ohm: network.diodeOn_ohm },
          'diodes are at hidden nodes, and there are none',
        )
      : []),
    ...(network.kind === 'resistive' && network.wires !== undefined
      ? unusedThroughWires(network.wires, config)
      : []),
    ...(network.kind === 'hopfield' ? [...unusedEpsilon(network), ...unusedBound(network)] : []),
    ...(cells === undefined ? [] : unusedOfCells(cells)),
    ...(readout === undefined || network.kind === 'board' || network.kind === 'device'
      ? []
      : unusedOfReadout(readout)),
  ];
}

/** `settle.tolerance has no effect: …`, for people. */
export function describeUnused({ path, reason }: UnusedSetting): string {
  return `${path.join('.')} has no effect: ${reason}`;
}

/** What a rule decides by itself. */
function unusedOfRule({ rule, estimator, beta, nudge }: RunConfig['training']): UnusedSetting[] {
  const own = ruleDefaults[rule];
  if (own === undefined) return [];
  return [
    ...present('training', { nudge }, `it is of the rule eqprop, and the rule is ${rule}`),
    ...(own.estimator === undefined || estimator === own.estimator
      ? []
      : unused('training.estimator', `the rule ${rule} has its own two phases`)),
    ...(own.beta !== 'none' || beta === 'auto'
      ? []
      : unused('training.beta', `the rule ${rule} has no β to choose`)),
  ];
}

function unusedOfCost({
  cost = 'squared',
  costScale_V,
  costMargin_V,
}: RunConfig['training']): UnusedSetting[] {
  const uses = costNamesKnown.get(cost)?.uses ?? [];
  return [
    ...(uses.includes('training.costScale_V')
      ? []
      : present('training', { costScale_V }, `it is of the cost cross-entropy, and the cost is ${cost}`)),
    ...(uses.includes('training.costMargin_V')
      ? []
      : present('training', { costMargin_V }, `it is of the hinges and of margin, and the cost is ${cost}`)),
  ];
}

function unusedOfDescent({
  optimizer,
  momentum,
  adam,
  rateDecay,
  schedule,
  estimator,
}: RunConfig['training']): UnusedSetting[] {
  const scheduled = schedule === undefined ? {} : readSchedule(schedule);
  return [
    ...(optimizer === 'momentum'
      ? []
      : present(
          'training',
          { momentum },
          `it is of the optimizer momentum, and the optimizer is ${optimizer}`,
        )),
    ...(optimizer === 'adam'
      ? []
      : present('training', { adam }, `these are of the optimizer adam, and the optimizer is ${optimizer}`)),
    ...(scheduled.rate === undefined || rateDecay === 1
      ? []
      : unused('training.rateDecay', 'training.schedule says how the rates go')),
    ...(scheduled.estimator === undefined || estimator === 'centered'
      ? []
      : unused('training.estimator', 'training.schedule says which estimator each epoch has')),
  ];
}

/** What a network on crossbars with wires does not ask for. */
function unusedThroughWires(
  { wire_ohm, row_ohm, column_ohm }: WiresConfig,
  { arithmetic }: RunConfig,
): UnusedSetting[] {
  return [
    ...(row_ohm === undefined || column_ohm === undefined
      ? []
      : present('network.wires', { wire_ohm }, 'row_ohm and column_ohm say it of both lines')),
    ...(arithmetic === 'float64'
      ? []
      : unused('arithmetic', 'a network on crossbars with wires is always in float64; leave it out')),
  ];
}

function unusedThreads({ threads, network, arithmetic }: RunConfig): UnusedSetting[] {
  if (threads === 'auto' || threads === 1) return [];
  if (network.kind === 'resistive' && network.wires !== undefined) return [];
  if (network.kind !== 'board' && network.kind !== 'device' && arithmetic === 'float32') return [];
  const reason = `${threads} were asked for, but only float32 simulations have more than one`;
  return [{ path: ['threads'], reason, onlyTime: true }];
}

function unusedOfReadout(readout: ReadoutConfig): UnusedSetting[] {
  const { fullScale_V, difference, differenceScale_V, meanBits, reads = 1, dacBits: _, ...others } = readout;
  const { noise_V = 0, bits } = others;
  return [
    ...(bits === undefined
      ? present(
          'readout',
          { fullScale_V, differenceScale_V, meanBits },
          'nothing is rounded to the codes of a range; readout.bits says how many there are',
        )
      : difference
        ? []
        : present(
            'readout',
            { differenceScale_V, meanBits },
            'each phase is read, not their difference; readout.difference changes that',
          )),
    ...(difference && Object.values(others).every((value) => !value)
      ? unused('readout.difference', 'everything else of the read-out is ideal, and so is a difference')
      : []),
    ...(noise_V === 0 && reads > 1
      ? unused('readout.reads', 'without noise every read is the same; readout.noise_V has some')
      : []),
  ];
}

/** Counted iterations leave the other ways to stop without a say; nudged phases and evaluations take over what they do not set. */
function unusedStops({ nudged = {}, evaluation = {}, ...free }: RunConfig['settle']): UnusedSetting[] {
  const counted = Object.entries({ settle: free, 'settle.nudged': nudged, 'settle.evaluation': evaluation })
    .map(([path, stop]) => ({ path, stop, fixed: stop.fixedIterations ?? free.fixedIterations }))
    .flatMap(({ path, stop: { fixedIterations: own, ...others }, fixed }) => {
      if (fixed === undefined) return [];
      const by = `${own === undefined ? 'settle' : path}.fixedIterations`;
      const reason = `${by} counts out ${fixed} iterations; to settle by it instead: --set ${by}=null`;
      return present(path, others, reason);
    });
  return [...counted, ...unusedOutputChange(free, nudged, evaluation)];
}

type Stops = NonNullable<RunConfig['settle']['nudged']>;

/** Outputs are waited for in nudged phases alone. */
function unusedOutputChange(free: Stops, nudged: Stops, { outputChange }: Stops): UnusedSetting[] {
  if (free.fixedIterations !== undefined) return [];
  const own = (['fixedIterations', 'outputChange'] as const).find((key) => nudged[key] !== undefined);
  const elsewhere = `only nudged phases wait for their outputs, and settle.nudged.${own} says how long`;
  return [
    ...(own === undefined ? [] : present('settle', { outputChange: free.outputChange }, elsewhere)),
    ...present('settle.evaluation', { outputChange }, 'only nudged phases wait for their outputs'),
  ];
}

type HopfieldConfig = Extract<RunConfig['network'], { kind: 'hopfield' }>;

function unusedBound({ activation, activationBound }: HopfieldConfig): UnusedSetting[] {
  if (activation === 'bounded-relu') return [];
  return present(
    'network',
    { activationBound },
    `it is of a bounded ReLU, and the activation is ${activation}`,
  );
}

function unusedEpsilon({ relaxation, nudgedRelaxation, epsilon }: HopfieldConfig): UnusedSetting[] {
  if (relaxation === 'euler' || nudgedRelaxation === 'euler' || epsilon === EPSILON) return [];
  return unused(
    'network.epsilon',
    'it is the step of relaxation euler; here units move to their exact minima',
  );
}

/** Its default. */
const EPSILON = 0.5;
