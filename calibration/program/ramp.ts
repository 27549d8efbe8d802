import { formatQuantity, inputError } from '../../core/index.js';
import type { PulseShape } from '../../devices/contract/index.js';
import type { ProgramLimits } from './limits.js';
import type { CellBefore, PulseStrategy } from './strategy.js';

/** Pulses of one direction from the weakest to the strongest: amplitude first, then width. Amplitudes are signed. */
export interface DirectionRamp {
  readonly start_V: number;
  /** Size of a step, V. */
  readonly step_V: number;
  readonly stop_V: number;
  readonly width_s: number;
  /** Widths grow up to this once the amplitude cannot, s; `width_s` when left out. */
  readonly longest_s?: number;
  /** By how much a width grows at once; √10 when left out. */
  readonly widen?: number;
}

/** A ramp each way. */
export interface Ramp {
  readonly potentiation: DirectionRamp;
  readonly depression: DirectionRamp;
}

const MAX_LEVELS = 10_000;
/** A pulse that covered this share of the way left is given again as it is. */
const HOLDS = 0.25;

/**
 * Pulses of growing amplitude and then width, starting anew after each change of polarity (Alibart et al., Nanotechnology 23,
 * 075201 (2012)): not from the weakest, but from two levels below where this cell last began to move that way. A pulse that
 * covered a good part of the way is given again; one that went too far is followed by a weaker one.
 * @throws `program.ramp` where a ramp leads nowhere or beyond the limits
 */
export function rampStrategy(ramp: Ramp, limits: ProgramLimits = {}): PulseStrategy {
  const levels = {
    1: levelsOf('potentiation', ramp.potentiation, limits),
    [-1]: levelsOf('depression', ramp.depression, limits),
  };
  return {
    name: 'ramp',
    numbersPerCell: 4,
    next(cell) {
      const list = levels[cell.direction];
      const level = nextLevel(cell, list.length);
      cell.memory[place(cell.direction, 0)] = level;
      return { count: cell.direction, shape: list[level], strongest: level === list.length - 1 };
    },
    saw({ count, moved_S }, memory, tolerance_S) {
      const [level, onset] = [place(count, 0), place(count, 1)];
      if (memory[onset] === 0 && moved_S > 0.5 * tolerance_S) memory[onset] = memory[level] + 1;
    },
  };
}

/** Of each direction: the level last given, and 1 + the level at which the cell was seen to move. */
function place(direction: number, number: 0 | 1): number {
  return number + (direction > 0 ? 0 : 2);
}

function nextLevel(cell: CellBefore, levels: number): number {
  const { memory, last, direction } = cell;
  if (last === undefined) return Math.max(0, memory[place(direction, 1)] - 3);
  const level = memory[place(direction, 0)];
  const left_S = Math.abs(cell.target_S - cell.now_S);
  if (last.moved_S > left_S) return Math.max(0, level - 1);
  if (last.moved_S >= HOLDS * left_S) return level;
  return Math.min(levels - 1, level + 1);
}

function levelsOf(direction: string, ramp: DirectionRamp, limits: ProgramLimits): readonly PulseShape[] {
  const { start_V, step_V, stop_V, width_s, longest_s = width_s, widen = Math.sqrt(10) } = ramp;
  const refuse = (what: string) => inputError('program.ramp', `ramp of ${direction}: ${what}`);
  const numbers = { start_V, step_V, stop_V, width_s, longest_s, widen };
  for (const [field, value] of Object.entries(numbers)) {
    if (!Number.isFinite(value)) throw refuse(`${field} must be a number, got ${value}`);
  }
  if (!(start_V * stop_V > 0 && Math.abs(stop_V) >= Math.abs(start_V))) {
    throw refuse(
      `start and stop need one sign, the stop being the farther from 0, got ${start_V} V and ${stop_V} V`,
    );
  }
  if (!(step_V > 0 || start_V === stop_V)) throw refuse(`a step is above 0 V, got ${step_V} V`);
  if (!(width_s > 0 && longest_s >= width_s)) {
    throw refuse(
      `widths must be above 0 s and the longest no shorter than the first, got ${width_s} s and ${longest_s} s`,
    );
  }
  if (!(widen > 1)) throw refuse(`a width grows by a factor above 1, got ${widen}`);
  const { maxPulse_V = Number.POSITIVE_INFINITY, maxWidth_s = Number.POSITIVE_INFINITY } = limits;
  if (Math.abs(stop_V) > maxPulse_V) {
    throw refuse(
      `it ends at ${formatQuantity(stop_V, 'V')}; the limit is ${formatQuantity(maxPulse_V, 'V')}`,
    );
  }
  if (longest_s > maxWidth_s) {
    throw refuse(
      `its longest pulse is ${formatQuantity(longest_s, 's')}; the limit is ${formatQuantity(maxWidth_s, 's')}`,
    );
  }
  const steps = start_V === stop_V ? 0 : Math.ceil((Math.abs(stop_V - start_V) / step_V) * (1 - 1e-12));
  const widths = Math.ceil((Math.log(longest_s / width_s) / Math.log(widen)) * (1 - 1e-12));
  if (steps + widths >= MAX_LEVELS)
    throw refuse(`it has ${steps + widths + 1} levels; at most ${MAX_LEVELS}`);
  const toward = Math.sign(stop_V) * step_V;
  return [
    ...Array.from({ length: steps + 1 }, (_, i) => ({
      amplitude_V: i === steps ? stop_V : start_V + i * toward,
      width_s,
    })),
    ...Array.from({ length: widths }, (_, i) => ({
      amplitude_V: stop_V,
      width_s: i === widths - 1 ? longest_s : width_s * widen ** (i + 1),
    })),
  ];
}
