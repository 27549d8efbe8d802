import { inputError } from '../../core/index.js';
import { checkConfig } from './check-config.js';
import { instrumentCells, isInstrument } from './instrument-cells-config.js';
import { type RunConfig, runConfigSchema } from './run-config.js';
import { settingsOf, type Tree } from './settings.js';
import type { UnusedSetting } from './unused-setting.js';
import { describeUnused, unusedSettings } from './unused-settings.js';

/** What changes only how cells are seen, and not what was written into them. */
const ofReads: ReadonlySet<string> = new Set(['readNoise', 'converter', 'drift', 'relaxation', 'telegraph']);
/** What goes by the time since the last write. */
const ofTime = ['drift', 'relaxation', 'telegraph'] as const;

const onlyUpdates = 'it is of the updates of training, and nothing is learned here';
const onlyBench =
  'nothing is written to an instrument here; ohmprop train --from RUN --cells arc-one:PORT does';
const noSay: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(instrumentCells).map((key) => [key, onlyBench])),
  update_s: `${onlyUpdates}; --wait is the time that passes before the test`,
  pulseLog: `${onlyUpdates}; only those are logged`,
  deadZone: onlyUpdates,
  rounds: onlyUpdates,
  mostPulses: onlyUpdates,
  refreshEvery: onlyUpdates,
  transferEvery: onlyUpdates,
  transferRate: onlyUpdates,
  fastGain: onlyUpdates,
  chopEvery: onlyUpdates,
};
/** Those by which cells are set, or read and pulsed until they hold what is wanted: other policies only train. */
const writes: ReadonlySet<unknown> = new Set(['exact', 'write-verify', 'verify']);

/** Settings of cells that mean something to a run that is only looked at, and the seed by which its hardware is another. */
export const cellsToTry = settingsOf(runConfigSchema).filter(
  ({ path: [part, key] }) => (part === 'cells' && noSay[key] === undefined) || part === 'hardwareSeed',
);

/** Whether what was asked of cells goes into making or writing them, so that fresh ones have to be programmed. */
export function needsFreshCells({ cells = {} }: Tree): boolean {
  return Object.keys(cells as Tree).some((key) => !ofReads.has(key));
}

/**
 * The configuration of a run in the cells asked for. Another model of cells comes without what was said of the run's own;
 * anything else changes those.
 * @param wait_s time that passes before it is looked at
 * @throws `config.invalid`; `config.unused` for what would change nothing
 */
export function inCells(config: RunConfig, asked: Tree, wait_s: number | undefined): RunConfig {
  const cells = asked.cells as Tree | undefined;
  const { hardwareSeed } = asked;
  const tried =
    cells === undefined && hardwareSeed === undefined
      ? config
      : checkConfig(
          {
            ...config,
            ...(hardwareSeed === undefined ? {} : { hardwareSeed }),
            ...(cells === undefined
              ? {}
              : { cells: cells.model === undefined ? over(config.cells, cells) : cells }),
          },
          'eval',
        );
  if (cells?.model !== undefined && isInstrument(String(cells.model))) {
    throw inputError(
      'config.cells',
      `--cells ${String(cells.model)}: eval looks, and would have to program these cells; ohmprop train --from RUN --cells ${String(cells.model)} --limits FILE does that`,
    );
  }
  const unused = [
    ...unusedSettings(tried).filter(
      ({ path: [part, key] }) =>
        (part === 'cells' && cells?.[key] !== undefined) ||
        (part === 'hardwareSeed' && hardwareSeed !== undefined),
    ),
    ...unusedHere(cells ?? {}),
    ...unusedTimes(config, tried, cells ?? {}, wait_s),
  ];
  if (unused.length === 0) return tried;
  throw inputError('config.unused', unused.map(describeUnused).join('\n'));
}

/** The run's cells, changed part by part: a spread of the drift leaves its exponent. */
function over(own: RunConfig['cells'], asked: Tree): Tree {
  const changed: Tree = { ...own };
  for (const [key, value] of Object.entries(asked)) {
    const under = changed[key];
    const parts = typeof value === 'object' && value !== null && typeof under === 'object';
    changed[key] = parts ? { ...under, ...value } : value;
  }
  return changed;
}

function unusedHere(asked: Tree): UnusedSetting[] {
  const found = Object.keys(asked).flatMap((key) =>
    noSay[key] === undefined ? [] : [{ path: ['cells', key], reason: noSay[key] }],
  );
  if (asked.policy === undefined || writes.has(asked.policy)) return found;
  const reason =
    `${asked.policy} is how training makes pulses of its updates, and nothing is learned here; ` +
    'cells are programmed by write and verify whatever the policy, but exact, which sets them';
  return [...found, { path: ['cells', 'policy'], reason }];
}

function unusedTimes(
  { cells: own }: RunConfig,
  { cells: tried }: RunConfig,
  asked: Tree,
  wait_s: number | undefined,
): UnusedSetting[] {
  if (wait_s !== undefined) {
    if (ofTime.some((key) => tried?.[key])) return [];
    const what = tried === undefined ? 'the run is not in cells' : 'these cells do not change with time';
    return [{ path: ['--wait'], reason: `${what}; --drift, --relaxation and their like say how they do` }];
  }
  // Cells that are as training left them have their ages from there.
  if (!needsFreshCells({ cells: asked }) && ofTime.some((key) => own?.[key])) return [];
  const reason = 'no time passes after the cells are written; --wait 1e6s, for instance, says how much does';
  return ofTime.flatMap((key) => (asked[key] ? [{ path: ['cells', key], reason }] : []));
}
