import { formatQuantity, inputError, OhmpropError } from '../../core/index.js';
import type { CellStore } from '../../devices/cells/index.js';
import type { DeviceInfo, Floats, ParameterGroup, ParameterValues } from '../../devices/contract/index.js';
import { groupSize } from '../../devices/contract/index.js';
import type { ComposedRun } from '../composition/index.js';
import { openDevice } from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';
import type { LoadedCheckpoint } from './checkpoint.js';
import { percent } from './percent.js';

/** Refusals of a state that a device of another make left; its parameters may still be read and written. */
const OTHER_MAKE: ReadonlySet<string> = new Set([
  'state.format',
  'state.parts',
  'state.arrays',
  'cells.restore',
]);

/** So far outside a window, of its width, is float32 rounding of an end of it. */
const ROUNDING = 1e-6;

/**
 * Puts a device where a checkpoint left its own: bit for bit where that was a device of the same make, else by its parameters.
 * @param config of the run that wrote the checkpoint
 * @returns where parameters were carried over, a sentence on how far off they came out
 */
export async function adopt(
  run: ComposedRun,
  checkpoint: LoadedCheckpoint,
  config: RunConfig,
): Promise<string | undefined> {
  const { device } = run.trainer;
  const state = {
    ...checkpoint.device,
    values: { ...checkpoint.device.values, lastUpdate: 0 },
  };
  // A device that learned in cells says more than one without them would take over.
  const sameMake = (config.cells === undefined) === (run.config.cells === undefined);
  if (sameMake) {
    try {
      await device.restore(state);
      return undefined;
    } catch (error) {
      if (!(error instanceof OhmpropError && OTHER_MAKE.has(error.code))) throw error;
    }
  }
  return reprogram(run, checkpoint, config);
}

/**
 * Writes the parameters that a run left to a device, whatever that is: into fresh cells too where the run had such itself.
 * @param config of the run that wrote the checkpoint
 * @returns a sentence on how far off they came out
 */
export async function reprogram(
  run: ComposedRun,
  checkpoint: LoadedCheckpoint,
  config: RunConfig,
): Promise<string> {
  return carryOver(run, await parametersOf(checkpoint, config));
}

/**
 * The parameters that a run left, in SI units by group, read from a device of its own make.
 * @throws `run.device` for a run on hardware
 */
async function parametersOf(checkpoint: LoadedCheckpoint, config: RunConfig): Promise<ParameterValues> {
  if (config.network.kind === 'board') {
    throw inputError(
      'run.device',
      `${checkpoint.path}: that run was on a board, whose taps only a board takes over; give --device of a board`,
    );
  }
  const sizes = checkpoint.size.split('-').map(Number);
  const { cells: _, ...ideal } = config;
  // Without the noise of its reads: cells were last seen in the arrays of the network itself.
  const { device } = await openDevice({
    config: ideal,
    dataSet: { features: sizes[0], classes: sizes[sizes.length - 1] },
  });
  try {
    const { parts: __, ...bare } = checkpoint.device;
    await device.restore(bare);
    return await device.readParameters();
  } finally {
    await device.close();
  }
}

/**
 * Writes parameters to a device that starts a run: its cells are programmed as its bench would, and read back.
 * @param parameters by group, SI; bias currents may be left out and are then 0
 * @returns a sentence on how far off they came out
 * @throws `run.size`, `run.parameters` where a group is missing, of another size, or not finite
 */
export async function carryOver(run: ComposedRun, parameters: ParameterValues): Promise<string> {
  const { trainer, config, composition } = run;
  const { device } = trainer;
  const { groups } = device.info;
  const wanted = Object.fromEntries(groups.map((group) => [group.name, valuesOf(group, parameters)]));
  const inWindow = Object.fromEntries(
    groups.map((group) => [group.name, clipped(reachOf(group, composition.cells), wanted[group.name])]),
  );
  await device.initialise(config.seed);
  if (composition.cells !== undefined) composition.cells.programs = true;
  try {
    await device.writeParameters(inWindow);
  } finally {
    if (composition.cells !== undefined) composition.cells.programs = false;
  }
  return describeOutcome(device.info, wanted, inWindow, await device.readParameters(), run);
}

function valuesOf(group: ParameterGroup, parameters: ParameterValues): Floats {
  const { name, role } = group;
  const size = groupSize(group);
  const values = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (values === undefined) {
    if (role === 'bias') return new Float64Array(size);
    throw inputError(
      'run.parameters',
      `--from: no group ${name}; there are ${Object.keys(parameters).join(', ') || 'none'}`,
    );
  }
  if (values.length !== size) {
    throw inputError(
      'run.size',
      `--from: group ${name} has ${values.length} entries, this network needs ${group.shape.join(' × ')}; give --data, --layers and --preset that fit`,
    );
  }
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw inputError('run.parameters', `--from: entry ${wrong} of group ${name} is ${values[wrong]}`);
  }
  return values;
}

/**
 * What a group can be written to: its window, or where cells carry it what they reach when just written. What they read as later
 * may lie outside.
 */
function reachOf({ name, min, max }: ParameterGroup, cells: CellStore | undefined): Reach {
  const mapped = cells?.groups.get(name);
  if (mapped === undefined) return { min, max };
  // 1, but for bias currents: the voltage that their cells are read at
  const unit = max / mapped.window().g_max_S;
  return { min: unit * mapped.map.g_min_S, max: unit * mapped.map.g_max_S };
}

interface Reach {
  readonly min: number;
  readonly max: number;
}

function clipped({ min, max }: Reach, values: Floats): Float64Array {
  return Float64Array.from(values, (value) => Math.min(max, Math.max(min, value)));
}

/** `12,928 conductances written …, off by 0.3 % of the range rms, at most 4.1 %; 8.2 % of them lay outside …`. */
function describeOutcome(
  { groups }: DeviceInfo,
  wanted: ParameterValues,
  inWindow: ParameterValues,
  now: ParameterValues,
  { config, composition }: ComposedRun,
): string {
  let count = 0;
  let outside = 0;
  let squares = 0;
  let worst = 0;
  for (const group of groups) {
    // ideal numbers, unless their cells give them a range
    if (group.role === 'bias' && !Number.isFinite(group.max)) continue;
    const { name } = group;
    const { min, max } = reachOf(group, composition.cells);
    const span = Number.isFinite(max) ? max - min : largestOf(wanted[name]) || 1;
    for (let e = 0; e < wanted[name].length; e++) {
      count++;
      if (Math.abs(inWindow[name][e] - wanted[name][e]) > ROUNDING * span) outside++;
      const off = Math.abs(now[name][e] - inWindow[name][e]) / span;
      squares += off ** 2;
      worst = Math.max(worst, off);
    }
  }
  const what = config.cells === undefined ? 'parameters' : `${config.cells.model} cells`;
  const how =
    config.cells === undefined
      ? 'written'
      : config.cells.policy === 'exact'
        ? 'set'
        : `programmed with ${composition.cells?.pulses().toLocaleString('en')} pulses`;
  const first = groups.find(({ role }) => role !== 'bias');
  const window = first && reachOf(first, composition.cells);
  const share =
    outside === 0 ? 'none of the conductances' : `${percent(outside / count)} of the conductances`;
  const clip =
    outside === 0 && config.cells === undefined
      ? ''
      : `; ${share} lay outside the window (${formatQuantity(window?.min ?? 0, 'S')} to ${formatQuantity(window?.max ?? 0, 'S')} in the first layer)${outside === 0 ? '' : ' and went to its nearer end'}`;
  return `${count.toLocaleString('en')} ${what} ${how}: programming error ${percent(Math.sqrt(squares / count))} of the range rms, ${percent(worst)} at most${clip}`;
}

function largestOf(values: Floats): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}
