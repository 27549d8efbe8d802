import { cellForPulses, readCellFile } from '../../calibration/cell-files/index.js';
import {
  type DirectionRamp,
  learnedStrategy,
  type ProgramLimits,
  type ProgramOrder,
  type ProgramRequest,
  type PulseStrategy,
  rampStrategy,
} from '../../calibration/program/index.js';
import { inputError, quoted, readCellPlace, readQuantities, readQuantity } from '../../core/index.js';
import { narrowLimits, type Permit, pulseLimit_V } from '../../devices/limits/index.js';
import type { WindowSetting } from '../../experiments/schema/index.js';
import { readCellMatrix } from './read-cells.js';

/** What is said of targets and how they are reached. */
export interface ProgramAsked {
  readonly target?: string;
  readonly write?: readonly string[];
  /** Share of the target, and conductance, S. */
  readonly within?: number;
  readonly near?: number;
  readonly reads: number;
  readonly after: number;
  readonly guard: number;
  readonly budget: number;
  readonly order: string;
  readonly seed: number;
  readonly cells?: string;
  readonly ramp?: Ramped;
  readonly potentiation: 'positive' | 'negative';
  readonly read?: number;
  readonly window?: WindowSetting;
}

/** A ramp as it is typed: where it starts, V, its steps, V, and the width of its pulses, s. */
export interface Ramped {
  readonly start_V: number;
  readonly step_V: number;
  readonly width_s: number;
}

/** `0.5V,50mV,1us`: start, step, width. */
export function readRamp(text: string): Ramped {
  const [start, step, width, ...more] = text.split(',');
  if (width === undefined || more.length > 0) {
    throw inputError(
      'program.ramp',
      `--ramp takes START,STEP,WIDTH as in 0.5V,50mV,1us, got ${quoted(text)}`,
    );
  }
  return {
    start_V: readQuantity(start, 'V', '--ramp').value,
    step_V: readQuantity(step, 'V', '--ramp').value,
    width_s: readQuantity(width, 's', '--ramp').value,
  };
}

/** Targets of all cells of an array, S, NaN where there is none. */
export async function readTargets(
  { target, write = [] }: Pick<ProgramAsked, 'target' | 'write'>,
  rows: number,
  columns: number,
): Promise<Float64Array> {
  if ((target === undefined) === (write.length === 0)) {
    throw inputError('program.targets', 'say what to write: --target G.csv, or --write 0,0=80uS');
  }
  if (target !== undefined) return readCellMatrix(target, rows, columns);
  const targets_S = new Float64Array(rows * columns).fill(Number.NaN);
  for (const text of write) {
    const [place, value, ...more] = text.split('=');
    if (value === undefined || more.length > 0) {
      throw inputError(
        'program.targets',
        `--write takes ROW,COLUMN=CONDUCTANCE as in 0,0=80uS, got ${quoted(text)}`,
      );
    }
    const { row, column } = readCellPlace(place);
    if (row >= rows || column >= columns) {
      throw inputError(
        'program.targets',
        `--write ${quoted(text)}: there is no cell ${row},${column}; the array has rows 0 … ${rows - 1}, columns 0 … ${columns - 1}`,
      );
    }
    if (!Number.isNaN(targets_S[row * columns + column])) {
      throw inputError('program.targets', `--write: cell ${row},${column} is named twice; say one target`);
    }
    targets_S[row * columns + column] = readQuantities(value, 'S', '--write')[0];
  }
  return targets_S;
}

/** How cells are pulsed, and within what. */
export interface ProgramStrategy {
  readonly strategy: PulseStrategy;
  readonly limits: ProgramLimits;
  readonly permit: Permit;
  /** Where the cells work, S. */
  readonly window?: readonly [number, number];
  /** The pulses as data: a ramp each way, or those of a cell file. */
  readonly pulses: object;
}

/**
 * How cells are pulsed and within what, by a cell file where one is named, else by a ramp up to the limits.
 * @param ramp_s width that a ramp begins with where nobody says
 */
export async function strategyOf(
  asked: ProgramAsked,
  permit: Permit,
  ramp_s: number,
): Promise<ProgramStrategy> {
  const cell = asked.cells === undefined ? undefined : (await readCellFile(asked.cells)).cell;
  const { voltage_V, width_s, current_A } = cell?.limits ?? {};
  const narrowed = narrowLimits(permit.limits, {
    ...(voltage_V === undefined ? {} : { maxVoltage_V: Math.max(...voltage_V.map(Math.abs)) }),
    ...(width_s === undefined ? {} : { maxWidth_s: Math.max(...width_s) }),
    ...(current_A === undefined ? {} : { compliance_A: current_A }),
  });
  const within: Permit = { ...permit, limits: narrowed };
  const { maxWidth_s, maxPulses } = narrowed;
  const limits: ProgramLimits = { maxPulse_V: pulseLimit_V(within), maxWidth_s, maxPulses };
  const pulses = cell === undefined || asked.ramp !== undefined ? undefined : cellForPulses(cell);
  const window = windowOf(asked.window, cell?.pulse);
  if (pulses?.model.pulse !== undefined) {
    return {
      strategy: learnedStrategy(pulses.model),
      limits,
      permit: within,
      pulses: pulses.model.pulse,
      ...window,
    };
  }
  const most_V = pulseLimit_V(within);
  const {
    start_V = most_V / 3,
    step_V = most_V / 30,
    width_s: first_s = Math.min(maxWidth_s, ramp_s),
  } = asked.ramp ?? {};
  const one = (sign: number): DirectionRamp => ({
    start_V: sign * start_V,
    step_V,
    stop_V: sign * most_V,
    width_s: first_s,
    longest_s: maxWidth_s,
  });
  const sign = asked.potentiation === 'positive' ? 1 : -1;
  const ramp = { potentiation: one(sign), depression: one(-sign) };
  return {
    strategy: rampStrategy(ramp, limits),
    pulses: ramp,
    limits,
    permit: within,
    ...window,
  };
}

function windowOf(
  asked: WindowSetting | undefined,
  pulse: { readonly g_min_S: number; readonly g_max_S: number } | undefined,
): { readonly window?: readonly [number, number] } {
  if (typeof asked === 'number') {
    throw inputError('program.window', `--window ${asked}: both ends are needed here, such as 1uS,100uS`);
  }
  if (asked !== undefined) return { window: asked };
  return pulse === undefined ? {} : { window: [pulse.g_min_S, pulse.g_max_S] };
}

/** The request as the loop takes it. */
export async function programRequest(
  asked: ProgramAsked,
  targets_S: Float64Array,
  columns: number,
  { strategy, limits }: { readonly strategy: PulseStrategy; readonly limits: ProgramLimits },
): Promise<ProgramRequest> {
  const { within, near, reads, after, guard, budget, seed, read } = asked;
  if (within === undefined && near === undefined) {
    throw inputError('program.within', 'say how near a target counts as reached: --within 2%, or --near 1uS');
  }
  return {
    targets_S,
    within: {
      ...(within === undefined ? {} : { share: within }),
      ...(near === undefined ? {} : { absolute_S: near }),
    },
    strategy,
    limits,
    reads,
    after_seconds: after,
    guard,
    budget,
    order: await orderOf(asked.order, columns),
    seed,
    ...(read === undefined ? {} : { read_V: read }),
  };
}

/** `rows`, `random`, or a file with a cell a line, `row,column`. */
async function orderOf(order: string, columns: number): Promise<ProgramOrder> {
  if (order === 'rows' || order === 'random') return order;
  const { readRegularFile } = await import('../../core/input/index.js');
  const bytes = await readRegularFile(order, { most_bytes: 2 ** 24 }).catch((cause: Error) => {
    throw inputError(
      'program.order',
      `--order takes rows, random or a file of cells; ${order} cannot be read (${cause.message})`,
      cause,
    );
  });
  const lines = new TextDecoder()
    .decode(bytes)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const { row, column } = readCellPlace(line.trim());
    return row * columns + column;
  });
}
