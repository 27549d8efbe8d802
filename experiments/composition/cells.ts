import { type LayeredNetwork, nodesBefore } from '../../circuits/layered/index.js';
import { inputError, quoted, readPulsePair } from '../../core/index.js';
import { CellStore, conductanceMap, type StoreReport, signedMap } from '../../devices/cells/index.js';
import type { Nonidealities } from '../../devices/cells/nonidealities/index.js';
import { updatePolicy } from '../../devices/cells/policies/index.js';
import { linearCells, type PulseModel, withRange } from '../../devices/cells/pulse/index.js';
import type { CellsConfig, WindowSetting } from '../schema/index.js';
import { cellWarnings } from './cell-warnings.js';
import { type NamedCell, namedCell } from './named-cell.js';
import { PulseLog } from './pulse-log.js';
import { pulsedDynamics } from './pulsed-dynamics.js';

/** g_max/g_min of cells that say nothing else. */
const DEFAULT_WINDOW = 100;

/** Updates from refresh to refresh of one-sided pairs that say nothing else. */
const REFRESH_EVERY = 100;

/** A network's cells, as a run wants them. */
export interface ComposedCells {
  readonly model: PulseModel;
  /** To be told once, and kept in the manifest. */
  readonly warnings: readonly string[];
  /** Where pulses are logged. */
  readonly pulseLog?: PulseLog;
  /** The file that the cells come from, by what its bytes hash to. */
  readonly file?: { readonly path: string; readonly sha256: string };
  /** g_max/g_min that the network takes over from its cells. */
  readonly windowRatio: number;
  /** Touches no cell. */
  open(network: LayeredNetwork, seed: number): CellStore;
}

/** Reads the cells of a configuration. @param window asked for, over the model's own */
export async function composeCells(config: CellsConfig, window?: WindowSetting): Promise<ComposedCells> {
  const ratio = typeof window === 'object' ? window[1] / window[0] : window;
  if (ratio === Number.POSITIVE_INFINITY)
    throw inputError('network.window', 'network.window: cells need a lowest conductance above 0');
  const named = await cellOf(config, ratio);
  requireSameFile(config, named);
  const published = named.model;
  const model =
    typeof window === 'object'
      ? withRange(published, window[0], window[1])
      : ratio === undefined || config.model === 'linear'
        ? published
        : withRange(published, published.g_max_S / ratio, published.g_max_S);
  const pulseLog = config.pulseLog === undefined ? undefined : new PulseLog(config.pulseLog);
  return {
    ...(pulseLog === undefined ? {} : { pulseLog }),
    model,
    ...(named.file === undefined ? {} : { file: { path: named.file.path, sha256: named.file.sha256 } }),
    warnings: [
      ...named.remarks.map((remark) => `cells ${published.name}: ${remark}`),
      ...cellWarnings(config, published, ratio),
    ],
    windowRatio: model.g_max_S / model.g_min_S,
    open: (network, seed) =>
      new CellStore({
        groups: [
          ...network.layers.map((columns, l) => ({
            name: `g${l + 1}`,
            rows: nodesBefore(network.inputs, network.layers, l),
            columns,
            map: conductanceMap(model, network.windows[l].g_max_S, config.pairing),
          })),
          // after the others, whose random numbers they leave alone
          ...(config.biasCells === true ? network.layers : []).map((columns, l) => ({
            name: `b${l + 1}`,
            rows: 1,
            columns,
            map: signedMap(model, network.windows[l].g_max_S),
          })),
        ],
        model,
        policy: updatePolicy(
          config.policy,
          definedOnly(config, [
            'deadZone',
            'rounds',
            'mostPulses',
            'transferEvery',
            'transferRate',
            'fastGain',
            'chopEvery',
          ]),
        ),
        ...definedOnly(config, ['pairUpdate']),
        ...(config.pairUpdate === 'one-sided' ? { refreshEvery: config.refreshEvery ?? REFRESH_EVERY } : {}),
        seed,
        nonidealities: { ...ownNonidealities(named), ...nonidealitiesOf(config) },
        maskStuck: (config.stuck ?? 0) > 0,
        ...(agesWithTime(config) ? { update_s: config.update_s ?? 1 } : {}),
        ...(pulseLog === undefined ? {} : { listener: pulseLog }),
      }),
  };
}

/** What bias currents in cells are read at, V: as a constant input at its highest would be; none where they are ideal numbers. */
export function biasVoltage_V(
  config: CellsConfig | undefined,
  { units, inputGain }: LayeredNetwork,
): number | undefined {
  if (config?.biasCells !== true) return undefined;
  return config.bias_V ?? units.voltage_V * inputGain;
}

/** What a run's metrics say of its cells, all pulses since its start. Energies of unknown pulses are left out. */
export function cellMetrics(report: StoreReport): Record<string, number> {
  const { potentiationPulses, depressionPulses, energy_J, saturatedFraction, masked } = report;
  return {
    potentiationPulsesSoFar: potentiationPulses,
    depressionPulsesSoFar: depressionPulses,
    cellsAtEdge: saturatedFraction,
    maskedCells: masked,
    ...(Number.isNaN(energy_J) ? {} : { pulseEnergySoFar_J: energy_J }),
  };
}

async function cellOf(config: CellsConfig, window = DEFAULT_WINDOW): Promise<NamedCell> {
  const { model, states, pulse } = config;
  if (model === 'linear') return { model: linearCells(states ?? 1000, window), remarks: [] };
  return pulse === undefined
    ? namedCell(model, 'train --cells')
    : pulsedDynamics(model, readPulsePair(pulse));
}

/** A run goes on with the cells that it began with. */
function requireSameFile({ model, sha256 }: CellsConfig, { file }: NamedCell): void {
  if (sha256 === undefined) return;
  if (file === undefined) {
    throw inputError('cells.sha256', `cells.sha256: cells ${quoted(model)} come from no file; leave it out`);
  }
  if (file.sha256 === sha256) return;
  throw inputError(
    'cells.changed',
    `${file.path} is not what the run was begun with: its SHA-256 is ${file.sha256.slice(0, 12)}…, cells.sha256 says ${sha256.slice(0, 12)}…; put the old file back, or begin a new run`,
    undefined,
    { file: file.path },
  );
}

/** What a cell file knows beyond the spreads of its model. */
function ownNonidealities({ read, stuckAt }: NamedCell): Partial<Nonidealities> {
  return { ...(read === undefined ? {} : { read }), ...(stuckAt === undefined ? {} : { stuckAt }) };
}

function agesWithTime({ drift, relaxation, telegraph }: CellsConfig): boolean {
  return drift !== undefined || relaxation === true || telegraph !== undefined;
}

function nonidealitiesOf(config: CellsConfig): Partial<Nonidealities> {
  const { d2d, c2c, c2cRange, writeNoise, readNoise, stuck, telegraph, drift, relaxation, converter } =
    config;
  const asked = {
    d2dStep: d2d,
    c2c,
    c2cRange,
    write: writeNoise,
    read: readNoise,
    stuck,
    ...(stuck === undefined ? {} : { stuckAt: 'ends' as const }),
    telegraph,
    drift,
    relaxation,
    converter,
  };
  return definedOnly(asked, Object.keys(asked) as (keyof typeof asked)[]) as Partial<Nonidealities>;
}

function definedOnly<T extends object, K extends keyof T>(
  from: T,
  keys: readonly K[],
): { [P in K]?: Exclude<T[P], undefined> } {
  return Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]])) as {
    [P in K]?: Exclude<T[P], undefined>;
  };
}
