import { formatQuantity, inputError } from '../../core/index.js';
import { between } from '../branches/index.js';
import type { CellFile } from './schema.js';
import type { BranchLaw } from './step-laws.js';

/** One branch of the part `iv`: a state, or one polarity of it. */
export type CellBranch = NonNullable<CellFile['iv']>['branches'][number];

/** Current [A] of a law at v [V], without its offset. */
function lawCurrent_A(law: BranchLaw, v: number): number {
  if (law.kind === 'ohmic') return law.conductance_S * v;
  if (law.kind === 'sinh') return law.current_A * Math.sinh(law.per_V * v);
  if (law.kind === 'exponential') return Math.sign(v) * law.current_A * Math.expm1(law.per_V * Math.abs(v));
  if (law.kind === 'power') return Math.sign(v) * law.current_A * Math.abs(v) ** law.exponent;
  if (law.kind === 'polynomial') return v * law.coefficients.reduceRight((sum, c) => c + v * sum, 0);
  return between(law.voltage_V, law.current_A, v);
}

/** Current [A] of a branch at v [V], offset included. Carries the law on beyond its voltages. */
export const branchCurrent_A = ({ law, offset_A = 0 }: CellBranch, v: number): number =>
  lawCurrent_A(law, v) + offset_A;

/** Whether a branch was found over that voltage; small ones of a polarity that was measured belong to it. */
function covers({ voltage_V: [low, high] }: CellBranch, v: number): boolean {
  const slack = 1e-9 * Math.max(Math.abs(low), Math.abs(high));
  return v >= Math.min(0, low) - slack && v <= Math.max(0, high) + slack && (v > 0 ? high > 0 : low < 0);
}

/** What a cell's branches come to as resistors at one voltage. */
export interface CellAtVoltage {
  /** Of the least and of the most conducting branch, S; one number where the file has one state. */
  readonly low_S: number;
  readonly high_S: number;
  /** By how much the conductance of either at half the voltage differs, relative; the larger one. 0: ohmic. */
  readonly bend: number;
  /** Branches found over that voltage: 1 for a cell that does not switch. */
  readonly states: number;
}

/**
 * The conductances I/V of a cell at a stated voltage: all that a linear solver can take from it. Offsets of the instrument are left out.
 * Of states with a law of their own each side, those of the voltage's sign.
 * @throws `cell.voltage` outside what the branches were found over; `cell.branches` where a fit is none, or they do not conduct (exit code 2)
 */
export function cellAtVoltage({ iv, name }: Pick<CellFile, 'iv' | 'name'>, voltage_V: number): CellAtVoltage {
  const branches = iv?.branches ?? [];
  const there = branches.filter((branch) => covers(branch, voltage_V));
  const at = formatQuantity(voltage_V, 'V');
  // one state is all there is of a cell that does not switch; of one that does, half of what is needed
  if (there.length === 0 || (there.length === 1 && statesOf(branches) > 1)) {
    const ranges = branches.map(
      ({ name: branch, voltage_V: [low, high] }) =>
        `${branch} from ${formatQuantity(low, 'V')} to ${formatQuantity(high, 'V')}`,
    );
    throw inputError(
      'cell.voltage',
      `${name}: every state is needed at ${at}, the lowest and the highest; the file has ${ranges.join(', ') || 'no branch'}`,
    );
  }
  const failed = there.find(({ fit }) => fit?.converged === false);
  if (failed !== undefined) {
    throw inputError(
      'cell.branches',
      `${name}: the fit of branch ${failed.name} has not converged; it is no law to compute with. Fit another: ohmprop calibrate fit --model`,
    );
  }
  const found = there
    .map(({ law }) => {
      const g_S = (v: number) => lawCurrent_A(law, v) / v;
      return { g_S: g_S(voltage_V), bend: Math.abs(g_S(voltage_V / 2) / g_S(voltage_V) - 1) };
    })
    .sort((a, b) => a.g_S - b.g_S);
  const [low, high] = [found[0], found[found.length - 1]];
  if (!(low.g_S >= 0 && high.g_S > 0 && (there.length === 1 || high.g_S > low.g_S))) {
    throw inputError(
      'cell.branches',
      `${name}: at ${at} its branches have ${found.map(({ g_S }) => formatQuantity(g_S, 'S')).join(', ')}; conductances of 0 or more that differ are needed`,
    );
  }
  return {
    low_S: low.g_S,
    high_S: high.g_S,
    bend: Math.max(low.bend, high.bend),
    states: there.length,
  };
}

/** Branches of one polarity are halves of a state: those beside each other that share no voltage. */
function statesOf(branches: readonly CellBranch[]): number {
  const count = (v: 1 | -1) =>
    branches.filter(({ voltage_V: [low, high] }) => (v > 0 ? high > 0 : low < 0)).length;
  return Math.max(count(1), count(-1));
}
