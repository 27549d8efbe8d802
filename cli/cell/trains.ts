import {
  adviseCell,
  type CellAdvice,
  type CellDirection,
  type CellPulse,
  isCellFileName,
  readCellFile,
} from '../../calibration/cell-files/index.js';
import { inputError, type PulsesDrive, type PulseTrain } from '../../core/index.js';
import {
  type FittedLabel,
  type PulseModel,
  pulsePreset,
  pulsePresets,
  pulsesEndToEnd,
  pulseTrain,
  symmetryPoint,
} from '../../devices/cells/pulse/index.js';
import type { PulseShape } from '../../devices/contract/index.js';
import { physicalPresets } from '../../devices/elements/index.js';
import type { NamedCell } from '../../experiments/composition/index.js';
import {
  beyondText,
  physicalTrains,
  pulseBeyond,
  pulseModelOf,
  pulseStep,
} from '../../solver/device-waveform/index.js';
import { type NamedModel, namedModel, startState, withParameters } from './user-model.js';

/** How the trains are asked for; what is left out is up to the model. */
export interface AskedTrains {
  readonly drive: readonly PulsesDrive[];
  /** Parameters of a physical model, as typed: `name=value`. */
  readonly set?: readonly string[];
  readonly pulses?: number;
  readonly read?: number;
  /** State of a physical model that its first train starts in, in its own unit. */
  readonly from?: number;
  readonly up?: number;
  readonly down?: number;
  readonly width?: number;
}

/** Trains of identical pulses, up and then down, and what they say of the device. */
export interface Trains {
  readonly name: string;
  readonly source: string;
  readonly g_min_S: number;
  readonly g_max_S: number;
  /** After 0, 1, 2 … pulses, S. */
  readonly up_S: Float64Array;
  readonly down_S: Float64Array;
  /** The pulses, where they are known. */
  readonly pulse?: { readonly potentiation: PulseShape; readonly depression: PulseShape };
  /** Of a physical model: a cell that pulses like these move, for its file. */
  readonly cell?: () => PulseModel;
  /** What its conductance was read at. */
  readonly read_V?: number;
  /** Share of the range at which a pulse up and one down cancel. */
  readonly symmetry: number | 'everywhere' | undefined;
  readonly warnings: readonly string[];
  /** How training on such cells is best written, of cells that pulses move. */
  readonly advice?: CellAdvice;
  /** Where the cell comes from a file of measurements, what was measured each way. */
  readonly measured?: { readonly up: MeasuredTrain; readonly down: MeasuredTrain };
}

/** One direction as it was measured. */
export interface MeasuredTrain {
  /** Pulses that were given. */
  readonly pulses: number;
  /** NeuroSim's labels of the data themselves. */
  readonly nonlinearity: readonly FittedLabel[];
  /** Conductance after so many pulses, where the file holds the train. */
  readonly train?: { readonly pulse: Float64Array; readonly conductance_S: Float64Array };
}

/** A train longer than this is cut. */
export const MAX_PULSES = 20_000;

/** Cells as such, or a physical model under pulses. A name that both lists have means the cells, unless pulses are given. */
export async function trainsOf(name: string, asked: AskedTrains): Promise<Trains> {
  const { up, down } = askedPulses(asked);
  const given = up !== undefined || down !== undefined;
  const { set = [] } = asked;
  if (isCellFileName(name) && (given || !(await hasPulses(name)))) {
    const named = await namedModel(name, given ? 'cell pulse --drive' : 'cell pulse');
    return modelTrains(withParameters(named, set), asked);
  }
  const physical = physicalPresets.some((p) => p.name === name) || /\.(ya?ml|json)$/i.test(name);
  const cells = pulsePresets.some((p) => p.name === name);
  if (set.length > 0 && (!physical || isCellFileName(name) || (cells && !given))) {
    throw inputError(
      'cell.set',
      `--set is for physical models and YAML files (with --drive where cells have the same name); ${name} is none`,
    );
  }
  if (isCellFileName(name) || /^(table|aihwkit|crosssim):/.test(name)) {
    const { namedCell } = await import('../../experiments/composition/index.js');
    requireOwnPulses(name, asked);
    return fileTrains(await namedCell(name, 'cell pulse'), asked);
  }
  if (physical && (!cells || given)) return modelTrains(withParameters(await namedModel(name), set), asked);
  if (!cells) {
    const models = physicalPresets.map((p) => p.name).filter((p) => !pulsePresets.some((c) => c.name === p));
    pulsePreset(name, [...models, 'FILE.yaml']);
  }
  requireOwnPulses(name, asked);
  return cellTrains(pulsePreset(name), asked);
}

/** What is asked of either direction; nothing where it is left to the model. */
function askedPulses({ drive, up, down, width, pulses }: AskedTrains): {
  up?: Partial<PulseTrain>;
  down?: Partial<PulseTrain>;
} {
  const former = up !== undefined || down !== undefined || width !== undefined;
  if (drive.length === 0) {
    const all = {
      ...(width === undefined ? {} : { width_s: width }),
      ...(pulses === undefined ? {} : { count: pulses }),
    };
    return former
      ? {
          up: { ...all, ...(up === undefined ? {} : { amplitude_V: up }) },
          down: { ...all, ...(down === undefined ? {} : { amplitude_V: down }) },
        }
      : {};
  }
  const { trains } = drive[0];
  if (drive.length > 1 || trains.length > 2) {
    throw inputError(
      'device.pulse',
      '--drive: one drive of two trains is needed, up and then down: pulses:1.2V,1us,100/-1.3V,1us,100',
    );
  }
  if (former) {
    throw inputError('device.pulse', '--up, --down and --width are part of --drive now; give that alone');
  }
  const counted = trains.find(({ count }) => count !== undefined);
  if (pulses !== undefined && counted !== undefined) {
    throw inputError('device.pulse', '--pulses: --drive says how many; give one of the two');
  }
  const long = trains.find(({ count = 0 }) => count > MAX_PULSES);
  if (long !== undefined) {
    throw inputError('device.pulse', `--drive: a train has at most ${MAX_PULSES} pulses, got ${long.count}`);
  }
  return { up: trains[0], ...(trains[1] === undefined ? {} : { down: trains[1] }) };
}

function requireOwnPulses(name: string, { drive, up, down, width, read, from }: AskedTrains): void {
  if (from !== undefined) {
    throw inputError(
      'device.pulse',
      `--from: the cells ${name} are moved by the pulses of their source, from end to end; only physical models start in a state`,
    );
  }
  if (read !== undefined) {
    throw inputError(
      'device.pulse',
      `--read: the conductances of the cells ${name} are those of their source; only physical models are read at a voltage`,
    );
  }
  const flag =
    drive.length > 0
      ? '--drive'
      : up !== undefined
        ? '--up'
        : down !== undefined
          ? '--down'
          : width !== undefined
            ? '--width'
            : undefined;
  if (flag === undefined) return;
  throw inputError(
    'device.pulse',
    `${flag}: the pulses of the cells ${name} are those of their source; only physical models take others, --pulses says how many`,
  );
}

/** Without a part that pulses move, the equations of the file are pulsed. */
async function hasPulses(name: string): Promise<boolean> {
  const { cell } = await readCellFile(name);
  return cell.pulse !== undefined || cell.dynamics === undefined;
}

/** What was measured; simulated by the law of the file where other pulses are asked for, or the file holds no train. */
function fileTrains({ model, remarks, file, read }: NamedCell, asked: AskedTrains): Trains {
  const pulse = file?.parts.pulse;
  const counts = {
    potentiation: pulse?.potentiation.pulses,
    depression: pulse?.depression.pulses,
  };
  const trains = cellTrains(model, asked, counts);
  const beyond = (['potentiation', 'depression'] as const).filter(
    (direction) => (asked.pulses ?? 0) > (counts[direction] ?? Number.POSITIVE_INFINITY),
  );
  const warnings = [
    ...remarks,
    ...trains.warnings,
    ...beyond.map(
      (direction) =>
        `${direction} was measured over ${counts[direction]} pulses: beyond them its law is carried on, as far as the window, and labels are of that`,
    ),
  ];
  const advice = adviseCell(model, read);
  if (pulse === undefined || asked.pulses !== undefined) return { ...trains, advice, warnings };
  return { ...trains, advice, warnings, measured: measuredTrains(pulse, trains) };
}

function measuredTrains(pulse: CellPulse, { up_S, down_S }: Trains): NonNullable<Trains['measured']> {
  const of = ({ pulses, nonlinearity, train }: CellDirection, simulated: Float64Array): MeasuredTrain => ({
    pulses: pulses ?? simulated.length - 1,
    nonlinearity: (['fixed', 'free'] as const).flatMap((rule) => {
      const label = nonlinearity?.[rule];
      return label === undefined ? [] : [{ ...label, rule }];
    }),
    ...(train === undefined || train.pulse.length < 2
      ? {}
      : {
          train: {
            pulse: Float64Array.from(train.pulse),
            conductance_S: Float64Array.from(train.conductance_S),
          },
        }),
  });
  return { up: of(pulse.potentiation, up_S), down: of(pulse.depression, down_S) };
}

function cellTrains(
  model: PulseModel,
  asked: AskedTrains,
  measured: { readonly potentiation?: number | undefined; readonly depression?: number | undefined } = {},
): Trains {
  const { name, source, g_min_S, g_max_S } = model;
  const span = g_max_S - g_min_S;
  const warnings: string[] = [];
  const length = (direction: 'potentiation' | 'depression') => {
    const wanted =
      asked.pulses ?? measured[direction] ?? pulsesEndToEnd(model[direction], direction === 'potentiation');
    if (wanted > MAX_PULSES) {
      warnings.push(`${direction} is cut after ${MAX_PULSES} pulses; from end to end it takes ${wanted}`);
    }
    return Math.min(MAX_PULSES, wanted);
  };
  const up = pulseTrain(model.potentiation, 0, length('potentiation'));
  const down = pulseTrain(model.depression, up[up.length - 1], length('depression'));
  const toS = (w: number) => g_min_S + span * w;
  return {
    name,
    source,
    g_min_S,
    g_max_S,
    up_S: up.map(toS),
    down_S: down.map(toS),
    ...(model.pulse === undefined ? {} : { pulse: model.pulse }),
    symmetry: symmetryPoint(model),
    advice: adviseCell(model),
    warnings,
  };
}

/** Where nothing is said, V. */
const DEFAULT_READ_V = 0.1;

/** Intervals that the symmetry point of a physical model is searched in; every step is a simulation. */
const INTERVALS = 100;

function modelTrains(named: NamedModel, asked: AskedTrains): Trains {
  const { model, name, source, sweep } = named;
  const { series_ohm } = sweep;
  const { up, down } = askedPulses(asked);
  const trains = physicalTrains(model, {
    up_V: up?.amplitude_V ?? sweep.positive_V,
    down_V: down?.amplitude_V ?? -sweep.negative_V,
    either: up?.amplitude_V === undefined && down?.amplitude_V === undefined,
    ...trainShape(up, asked.pulses),
    ...(down === undefined ? {} : { down: trainShape(down, asked.pulses) }),
    read_V: asked.read ?? DEFAULT_READ_V,
    ...(asked.from === undefined ? {} : { from: startState(named, asked.from) }),
    series_ohm,
    mostPulses: MAX_PULSES,
  });
  const { axis, potentiation, depression } = trains;
  const warnings = [potentiation, depression].flatMap(({ amplitude_V }) => {
    const beyond = pulseBeyond(model, amplitude_V, series_ohm);
    return beyond === undefined ? [] : [`${name} ${beyondText(beyond, amplitude_V)}`];
  });
  if (trains.lockedEnd) {
    warnings.push(`${name} does not leave its lowest state; the train begins 1 % of the range above it`);
  }
  if (trains.cut) {
    warnings.push(`a train is cut after ${MAX_PULSES} pulses; wider pulses go further`);
  }
  return {
    name,
    source,
    g_min_S: axis.g_min_S,
    g_max_S: axis.g_max_S,
    up_S: trains.up_S,
    down_S: trains.down_S,
    pulse: { potentiation, depression },
    read_V: asked.read ?? DEFAULT_READ_V,
    cell: () => ({
      ...pulseModelOf(
        model,
        { potentiation, depression },
        { read_V: asked.read ?? DEFAULT_READ_V, series_ohm },
      ),
      name,
      source,
    }),
    symmetry: symmetryPoint(
      {
        potentiation: { step: pulseStep(model, axis, potentiation, series_ohm) },
        depression: { step: pulseStep(model, axis, depression, series_ohm) },
      },
      INTERVALS,
    ),
    warnings,
  };
}

function trainShape(train: Partial<PulseTrain> | undefined, pulses: number | undefined) {
  const count = train?.count ?? pulses;
  return {
    ...(train?.width_s === undefined ? {} : { width_s: train.width_s }),
    ...(count === undefined ? {} : { pulses: count }),
  };
}
