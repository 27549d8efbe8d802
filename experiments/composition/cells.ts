import { type LayeredNetwork, nodesBefore } from '../../circuits/layered/index.js';
import { inputError, quoted, readPulsePair } from '../../core/index.js';
import {
  CellStore,
  conductanceMap,
  type StoreGroup,
  type StoreReport,
  signedMap,
} from '../../devices/cells/index.js';
import type { Nonidealities } from '../../devices/cells/nonidealities/index.js';
import { type UpdatePolicy, updatePolicy } from '../../devices/cells/policies/index.js';
import { linearCells, type PulseModel, withRange } from '../../devices/cells/pulse/index.js';
import { type CellsConfig, isInstrument, type WindowSetting } from '../schema/index.js';
import { cellWarnings } from './cell-warnings.js';
import type { Opening } from './composition.js';
import { narrowedBy, permitOfCells } from './limits-of-cells.js';
import { type NamedCell, namedCell } from './named-cell.js';
import { PulseLog } from './pulse-log.js';
import { pulsedDynamics } from './pulsed-dynamics.js';
import { RunArrays } from './run-arrays.js';

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
  /** Touches no cell. @param arrays that the cells are in, of cells behind an instrument */
  open(network: LayeredNetwork, seed: number, arrays?: RunArrays): CellStore;
  /** Opens the arrays behind instruments that the cells are in; nothing where they are simulated. */
  openArrays(network: LayeredNetwork, opening: Opening): Promise<RunArrays | undefined>;
}

/** Reads the cells of a configuration. @param window asked for, over the model's own */
export async function composeCells(config: CellsConfig, window?: WindowSetting): Promise<ComposedCells> {
  const ratio = typeof window === 'object' ? window[1] / window[0] : window;
  if (ratio === Number.POSITIVE_INFINITY)
    throw inputError('network.window', 'network.window: cells need a lowest conductance above 0');
  const real = isInstrument(config.model);
  const named = await cellOf(real ? likeOf(config, window) : config, ratio);
  requireSameFile(config, named);
  const published = real ? withPulse(named.model, config.pulse) : named.model;
  const model =
    typeof window === 'object'
      ? withRange(published, window[0], window[1])
      : ratio === undefined || (config.like ?? config.model) === 'linear'
        ? published
        : withRange(published, published.g_max_S / ratio, published.g_max_S);
  if (real && typeof window !== 'object' && !(model.rangeMeasured || config.like === undefined)) {
    throw inputError(
      'cells.like',
      `cells.like: the source of ${model.name} gives no absolute conductances, and cells behind an instrument have some: say where they work, --window 1uS,100uS`,
    );
  }
  const policy = policyOf(config);
  const groupsOf = (network: LayeredNetwork): StoreGroup[] => [
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
  ];
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
    openArrays: async (network, opening) =>
      real
        ? RunArrays.open({
            config,
            model,
            permit: narrowedBy(named, await permitOfCells(config)),
            groups: groupsOf(network),
            fast: policy.fastArray ?? false,
            opening,
          })
        : undefined,
    open: (network, seed, arrays) =>
      new CellStore({
        groups: groupsOf(network),
        model,
        policy,
        ...definedOnly(config, ['pairUpdate']),
        ...(config.pairUpdate === 'one-sided' ? { refreshEvery: config.refreshEvery ?? REFRESH_EVERY } : {}),
        seed,
        nonidealities: { ...ownNonidealities(named), ...nonidealitiesOf(config) },
        maskStuck: (config.stuck ?? 0) > 0,
        ...(agesWithTime(config) ? { update_s: config.update_s ?? 1 } : {}),
        ...(pulseLog === undefined ? {} : { listener: pulseLog }),
        ...(arrays === undefined ? {} : { open: arrays.openGroup, openFast: arrays.openFast }),
      }),
  };
}

/** What cells behind an instrument are like, as simulated ones would be named. @throws `cells.like` */
function likeOf(config: CellsConfig, window: WindowSetting | undefined): CellsConfig {
  const { like = 'linear', pulse, ...rest } = config;
  if (like === 'linear' && typeof window !== 'object') {
    throw inputError(
      'cells.like',
      `cells.like: nobody said what the cells behind ${config.model} are like: --like my.cell.json ("ohmprop instrument twin" measures one), or --window 1uS,100uS with --pulse +1.2V,1us,-1.3V,1us`,
    );
  }
  return { ...rest, model: like };
}

/** @param pulse what training gives, over what the cell's source names */
function withPulse(model: PulseModel, pulse: string | undefined): PulseModel {
  if (pulse === undefined) return model;
  const [potentiation, depression] = readPulsePair(pulse).map(({ amplitude_V, width_s }) => ({
    amplitude_V,
    width_s,
  }));
  return { ...model, pulse: { potentiation, depression } };
}

function policyOf(config: CellsConfig): UpdatePolicy {
  return updatePolicy(
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
  );
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
  const { potentiationPulses, depressionPulses, energy_J, saturatedFraction, masked, cutCounts } = report;
  return {
    potentiationPulsesSoFar: potentiationPulses,
    depressionPulsesSoFar: depressionPulses,
    cellsAtEdge: saturatedFraction,
    maskedCells: masked,
    ...(cutCounts === undefined ? {} : { cutCountsSoFar: cutCounts }),
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
