import type { CellsConfig } from './cells-config.js';
import { policyNamesKnown } from './choices.js';
import { instrumentCells, isInstrument } from './instrument-cells-config.js';
import { present, type UnusedSetting, unused } from './unused-setting.js';

/** Which settings of cells a policy leaves without a say, and why. */
const withoutSay: Readonly<Record<string, Partial<Record<keyof CellsConfig, string>>>> = {
  exact: Object.fromEntries(
    (['states', 'mostPulses', 'd2d', 'c2c', 'c2cRange', 'writeNoise', 'pulseLog'] as const).map((key) => [
      key,
      'policy exact writes what is wanted, without pulses',
    ]),
  ),
  sign: { mostPulses: 'policy sign gives one pulse at a time' },
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

/** What cells do not ask for: under their policy, by their model, behind an instrument. */
export function unusedOfCells(cells: CellsConfig): UnusedSetting[] {
  const real = isInstrument(cells.model);
  // what counts as linear has as many steps, and what pulses move is told by its pulses
  const linear = real ? (cells.like ?? 'linear') === 'linear' : cells.model === 'linear';
  const { model, states, pulse, biasCells, bias_V, deadZone, rounds, update_s, pairUpdate, refreshEvery } =
    cells;
  const { transferEvery, transferRate, fastGain, chopEvery } = cells;
  const pairs = cells.pairing === 'differential' || biasCells === true;
  const policy = cells.policy === 'verify' ? 'write-verify' : cells.policy;
  const uses = policyNamesKnown.get(policy)?.uses ?? [];
  const ages = cells.drift !== undefined || cells.relaxation === true || cells.telegraph !== undefined;
  return [
    ...unusedOnInstrument(cells),
    ...Object.entries(withoutSay[policy] ?? {}).flatMap(([key, reason]) =>
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
    ...(uses.includes('cells.deadZone')
      ? []
      : present('cells', { deadZone }, `policy ${policy} has no dead zone; only sign has one`)),
    ...(uses.includes('cells.rounds')
      ? []
      : present('cells', { rounds }, `policy ${policy} does not write in rounds; only write-verify does`)),
    ...(pairs
      ? []
      : present('cells', { pairUpdate }, 'without pairs (cells.pairing differential) there are none')),
    ...(pairUpdate === 'one-sided'
      ? []
      : present('cells', { refreshEvery }, 'only one-sided pairs (cells.pairUpdate) are refreshed')),
    ...(uses.includes('cells.transferEvery')
      ? []
      : present(
          'cells',
          { transferEvery, transferRate, fastGain },
          `policy ${policy} has no fast cells; only tiki-taka and tiki-taka-chopped have`,
        )),
    ...(uses.includes('cells.chopEvery')
      ? []
      : present('cells', { chopEvery }, `policy ${policy} changes no signs; only tiki-taka-chopped does`)),
    ...(ages || real
      ? []
      : present('cells', { update_s }, 'without drift, relaxation or telegraph noise nothing goes by time')),
  ];
}
