import { inputError } from '../../core/index.js';
import {
  type PulseModel,
  pulsePreset,
  pulsePresets,
  pulsesEndToEnd,
  pulseTrain,
  symmetryPoint,
} from '../../devices/cells/pulse/index.js';
import type { PulseShape } from '../../devices/contract/index.js';
import { physicalPresets } from '../../devices/elements/index.js';
import { physicalTrains, pulseStep } from '../../solver/device-waveform/index.js';
import { type NamedModel, namedModel } from './user-model.js';

/** How the trains are asked for; what is left out is up to the model. */
export interface TrainFlags {
  pulses?: number;
  up?: number;
  down?: number;
  width?: number;
  read: number;
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
  /** Share of the range at which a pulse up and one down cancel. */
  readonly symmetry: number | 'everywhere' | undefined;
  readonly warnings: readonly string[];
}

/** A train longer than this is cut. */
const MAX_PULSES = 20_000;

/** Cells as such, or a physical model under pulses. A name that both lists have means the cells, unless pulses are given. */
export async function trainsOf(name: string, flags: TrainFlags): Promise<Trains> {
  if (name.startsWith('table:')) {
    const { readPulseTable } = await import('../../experiments/composition/index.js');
    return cellTrains(await readPulseTable(name.slice('table:'.length)), flags);
  }
  const given = (['up', 'down', 'width'] as const).filter((flag) => flags[flag] !== undefined);
  const physical = physicalPresets.some((p) => p.name === name) || /\.(ya?ml|json)$/i.test(name);
  const cells = pulsePresets.some((p) => p.name === name);
  if (physical && (!cells || given.length > 0)) return modelTrains(await namedModel(name), flags);
  if (!cells) {
    const models = physicalPresets.map((p) => p.name).filter((p) => !pulsePresets.some((c) => c.name === p));
    pulsePreset(name, [...models, 'FILE.yaml']);
  }
  if (given.length > 0) {
    throw inputError(
      'device.pulse',
      `--${given[0]}: the pulses of the cells ${name} are those of their source; only physical models take others`,
    );
  }
  return cellTrains(pulsePreset(name), flags);
}

function cellTrains(model: PulseModel, flags: TrainFlags): Trains {
  const { name, source, g_min_S, g_max_S } = model;
  const span = g_max_S - g_min_S;
  const warnings: string[] = [];
  const length = (direction: 'potentiation' | 'depression') => {
    const wanted = flags.pulses ?? pulsesEndToEnd(model[direction], direction === 'potentiation');
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
    warnings,
  };
}

/** Intervals that the symmetry point of a physical model is searched in; every step is a simulation. */
const INTERVALS = 100;

function modelTrains({ model, name, source, sweep }: NamedModel, flags: TrainFlags): Trains {
  const { series_ohm } = sweep;
  const trains = physicalTrains(model, {
    up_V: flags.up ?? sweep.positive_V,
    down_V: flags.down ?? -sweep.negative_V,
    either: flags.up === undefined && flags.down === undefined,
    ...(flags.width === undefined ? {} : { width_s: flags.width }),
    ...(flags.pulses === undefined ? {} : { pulses: flags.pulses }),
    read_V: flags.read,
    series_ohm,
    mostPulses: MAX_PULSES,
  });
  const { axis, potentiation, depression } = trains;
  const [low, high] = model.validRange_V;
  const warnings = [potentiation, depression]
    .filter(({ amplitude_V: v }) => v < low || v > high)
    .map(({ amplitude_V: v }) => `${name} holds between ${low} and ${high} V; these pulses are of ${v} V`);
  if (trains.lockedEnd) {
    warnings.push(`${name} does not leave its lowest state; the train begins 1 % of the range above it`);
  }
  if (trains.cut) {
    warnings.push(`a train is cut after ${MAX_PULSES} pulses; a longer --width goes further`);
  }
  return {
    name,
    source,
    g_min_S: axis.g_min_S,
    g_max_S: axis.g_max_S,
    up_S: trains.up_S,
    down_S: trains.down_S,
    pulse: { potentiation, depression },
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
