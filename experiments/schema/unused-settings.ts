import type { BoardConfig } from './board-config.js';
import type { CellsConfig, policyChoices } from './cells-config.js';
import { instrumentCells, isInstrument } from './instrument-cells-config.js';
import type { ReadoutConfig } from './readout-config.js';
import { ruleDefaults } from './rule-defaults.js';
import type { RunConfig } from './run-config.js';
import { readSchedule } from './schedule-text.js';
import type { WiresConfig } from './wires-config.js';

/** A setting that changes nothing where it stands, and why. */
export interface UnusedSetting {
  readonly path: readonly string[];
  /** Part of a sentence: "… has no effect: ". */
  readonly reason: string;
  /** Only how long a run takes goes by it: told, not refused, as scripts give it to every run. */
  readonly onlyTime?: boolean;
}

/**
 * Every setting of a configuration that changes nothing beside the others, those at their default left out. `readConfig`
 * refuses such a one where somebody asked for it; what a preset or an old run left over is told.
 */
export function unusedSettings(config: RunConfig): UnusedSetting[] {
  const { network, cells, readout, training } = config;
  return [
    ...unusedThreads(config),
    ...unusedOfRule(training),
    ...unusedOfCost(training),
    ...unusedOfDescent(training),
    ...(network.kind === 'board' ? unusedOnBoard(network, config) : unusedStops(config.settle)),
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
    ...(readout === undefined || network.kind === 'board' ? [] : unusedOfReadout(readout)),
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
  const hasMargin = cost === 'hinge' || cost === 'squared-hinge' || cost === 'margin';
  return [
    ...(cost === 'cross-entropy'
      ? []
      : present('training', { costScale_V }, `it is of the cost cross-entropy, and the cost is ${cost}`)),
    ...(hasMargin
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
    ...(arithmetic === 'float32'
      ? []
      : unused('arithmetic', 'a network on crossbars with wires is always in float64; leave it out')),
  ];
}

function unusedThreads({ threads, network, arithmetic }: RunConfig): UnusedSetting[] {
  if (threads === 'auto' || threads === 1) return [];
  if (network.kind === 'resistive' && network.wires !== undefined) return [];
  if (network.kind !== 'board' && arithmetic === 'float32') return [];
  const reason = `${threads} were asked for, but only float32 simulations have more than one`;
  return [{ path: ['threads'], reason, onlyTime: true }];
}

function unusedOnBoard(
  board: BoardConfig,
  { arithmetic, training, settle, readout }: RunConfig,
): UnusedSetting[] {
  const { nudged, evaluation, ...free } = settle;
  const settles = 'a board settles by itself; nothing iterates';
  return [
    ...(arithmetic === 'float32'
      ? []
      : unused('arithmetic', 'a board is no float32 or float64 simulation; leave it out')),
    ...([training.biasRates].flat().every((rate) => rate === 0)
      ? []
      : unused('training.biasRates', 'a board has no bias currents; leave it out, or set it to 0')),
    ...readoutOnBoard(readout),
    ...present('settle', free, settles),
    ...present('settle.nudged', nudged, settles),
    ...present('settle.evaluation', evaluation, settles),
    ...unusedParts(board),
    ...unusedPatience(board),
  ];
}

/** A board has converters of its own. */
function readoutOnBoard(readout: ReadoutConfig | undefined): UnusedSetting[] {
  if (readout === undefined) return [];
  const { difference, ...others } = readout;
  return present(
    'readout',
    { ...others, ...(difference ? { difference } : {}) },
    'a board reads and drives by its own converters; network.reads says how often it reads, network.parts what they are like',
  );
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

function unusedPatience({
  device,
  profile,
  boardPatience,
  watchdog,
  middleBand,
  checkEvery,
  mask,
}: BoardConfig): UnusedSetting[] {
  if (!solved(device)) {
    if (!profile.startsWith('xor-nano')) return [];
    return present('network', { middleBand }, 'an xor-nano board does not measure its middle potential');
  }
  return present(
    'network',
    { boardPatience, watchdog, middleBand, checkEvery, mask },
    'a simulated board is on no line: it is never silent or gone',
  );
}

/** Without firmware or a line. */
const solved = (device: string): boolean => device === 'simulated-board' || device.startsWith('twin:');

function unusedParts({
  device,
  parts,
  partsSeed,
  mismatch,
  reads,
  calibration,
}: BoardConfig): UnusedSetting[] {
  const drawn = { partsSeed, mismatch };
  if (device === 'simulated-board' || device.startsWith('twin:')) {
    const why =
      device === 'simulated-board'
        ? 'a simulated board has the parts that it is given'
        : 'a twin is made of its own';
    const own = present('network', { calibration }, `${why}; leave it out`);
    if (own.length > 0) return own;
  }
  if (device !== 'simulated-board' && device !== 'virtual') {
    const own = `${device} has the parts that it has; only simulated and virtual boards are given any`;
    const asked = parts === 'drawn' ? drawn : { parts, ...drawn };
    return present('network', asked, own);
  }
  if (parts === 'drawn') return [];
  return [
    ...present('network', drawn, 'nominal parts are as data sheets say; network.parts=drawn draws them'),
    ...present('network', { reads }, 'nominal parts are read without noise, once as well as often'),
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

/** Which settings of cells a policy leaves without a say, and why. */
const withoutSay: Readonly<
  Record<(typeof policyChoices)[number], Partial<Record<keyof CellsConfig, string>>>
> = {
  exact: Object.fromEntries(
    (['states', 'mostPulses', 'd2d', 'c2c', 'c2cRange', 'writeNoise', 'pulseLog'] as const).map((key) => [
      key,
      'policy exact writes what is wanted, without pulses',
    ]),
  ),
  proportional: {},
  sign: { mostPulses: 'policy sign gives one pulse at a time' },
  accumulate: {},
  'write-verify': {},
  'zero-shift': {},
  'tiki-taka': {},
  'tiki-taka-chopped': {},
};

/** What simulated cells alone have, or do. */
const simulatedAlone = [
  'd2d',
  'c2c',
  'c2cRange',
  'writeNoise',
  'readNoise',
  'stuck',
  'telegraph',
  'drift',
  'relaxation',
  'converter',
  'update_s',
] as const;

function unusedOnInstrument(cells: CellsConfig): UnusedSetting[] {
  if (isInstrument(cells.model)) {
    const own = 'cells behind an instrument have the spreads and noise that they have; leave it out';
    return present('cells', Object.fromEntries(simulatedAlone.map((key) => [key, cells[key]])), own);
  }
  const asked = Object.fromEntries(
    Object.keys(instrumentCells).map((key) => [key, cells[key as keyof CellsConfig]]),
  );
  return present(
    'cells',
    asked,
    /:(\/|tcp:)/.test(cells.model)
      ? `it is of cells behind an instrument, and ${cells.model} is the address of none; those begin with arc-one: or smu:`
      : `it is of cells behind an instrument, and these are simulated (${cells.model}); --cells arc-one:PORT names one`,
  );
}

function unusedOfCells(cells: CellsConfig): UnusedSetting[] {
  const real = isInstrument(cells.model);
  // what counts as linear has as many steps, and what pulses move is told by its pulses
  const linear = real ? (cells.like ?? 'linear') === 'linear' : cells.model === 'linear';
  const { model, states, pulse, biasCells, bias_V, deadZone, rounds, update_s, pairUpdate, refreshEvery } =
    cells;
  const { transferEvery, transferRate, fastGain, chopEvery } = cells;
  const pairs = cells.pairing === 'differential' || biasCells === true;
  const policy = cells.policy === 'verify' ? 'write-verify' : cells.policy;
  const ages = cells.drift !== undefined || cells.relaxation === true || cells.telegraph !== undefined;
  return [
    ...unusedOnInstrument(cells),
    ...Object.entries(withoutSay[policy]).flatMap(([key, reason]) =>
      cells[key as keyof CellsConfig] ? unused(`cells.${key}`, reason) : [],
    ),
    ...(linear
      ? present(
          'cells',
          real ? {} : { pulse },
          'linear cells go one step a pulse; only models of current and state take it',
        )
      : present(
          'cells',
          { states },
          `cells ${real ? cells.like : model} have the steps of their source; only linear ones take it`,
        )),
    ...(biasCells === true
      ? []
      : present(
          'cells',
          { bias_V },
          'bias currents are ideal numbers; cells.biasCells puts them into cells',
        )),
    ...(policy === 'sign'
      ? []
      : present('cells', { deadZone }, `policy ${policy} has no dead zone; only sign has one`)),
    ...(policy === 'write-verify'
      ? []
      : present('cells', { rounds }, `policy ${policy} does not write in rounds; only write-verify does`)),
    ...(pairs
      ? []
      : present('cells', { pairUpdate }, 'without pairs (cells.pairing differential) there are none')),
    ...(pairUpdate === 'one-sided'
      ? []
      : present('cells', { refreshEvery }, 'only one-sided pairs (cells.pairUpdate) are refreshed')),
    ...(policy === 'tiki-taka' || policy === 'tiki-taka-chopped'
      ? []
      : present(
          'cells',
          { transferEvery, transferRate, fastGain },
          `policy ${policy} has no fast cells; only tiki-taka and tiki-taka-chopped have`,
        )),
    ...(policy === 'tiki-taka-chopped'
      ? []
      : present('cells', { chopEvery }, `policy ${policy} changes no signs; only tiki-taka-chopped does`)),
    ...(ages || real
      ? []
      : present('cells', { update_s }, 'without drift, relaxation or telegraph noise nothing goes by time')),
  ];
}

/** One entry for each that is set. */
function present(path: string, settings: object | undefined, reason: string): UnusedSetting[] {
  return Object.entries(settings ?? {})
    .filter(([, value]) => value !== undefined)
    .flatMap(([key]) => unused(`${path}.${key}`, reason));
}

function unused(path: string, reason: string): UnusedSetting[] {
  return [{ path: path.split('.'), reason }];
}
