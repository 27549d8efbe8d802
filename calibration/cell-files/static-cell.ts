import { formatQuantity, inputError } from '../../core/index.js';
import type { CellFile } from './schema.js';
import type { BranchLaw } from './step-laws.js';

/** Current of a branch, A, without its offset. */
export function branchCurrent_A(law: BranchLaw, voltage_V: number): number {
  const sign = Math.sign(voltage_V);
  const size = Math.abs(voltage_V);
  if (law.kind === 'ohmic') return law.conductance_S * voltage_V;
  if (law.kind === 'sinh') return law.current_A * Math.sinh(law.per_V * voltage_V);
  if (law.kind === 'exponential') return sign * law.current_A * Math.expm1(law.per_V * size);
  if (law.kind === 'power') return sign * law.current_A * size ** law.exponent;
  if (law.kind === 'polynomial') {
    return [...law.coefficients].reverse().reduce((sum, c) => (sum + c) * voltage_V, 0);
  }
  const { voltage_V: x, current_A: y } = law;
  const after = Math.min(
    Math.max(
      1,
      x.findIndex((v) => v >= voltage_V),
    ),
    x.length - 1,
  );
  const k = voltage_V > x[x.length - 1] ? x.length - 1 : after;
  return y[k - 1] + ((y[k] - y[k - 1]) * (voltage_V - x[k - 1])) / (x[k] - x[k - 1]);
}

/** What a cell's branches come to as resistors at one voltage. */
export interface CellAtVoltage {
  /** Of the least and of the most conducting branch, S. */
  readonly low_S: number;
  readonly high_S: number;
  /** By how much the conductance of either at half the voltage differs, relative; the larger one. 0: ohmic. */
  readonly bend: number;
}

/**
 * The conductances I/V of a cell at a stated voltage: all that a linear solver can take from it. Offsets of the instrument are left out.
 * @throws `cell.voltage` outside what the branches were found over; `cell.branches` where they do not differ or do not conduct
 */
export function cellAtVoltage({ iv, name }: Pick<CellFile, 'iv' | 'name'>, voltage_V: number): CellAtVoltage {
  const branches = iv?.branches ?? [];
  const there = branches.filter(({ voltage_V: [low, high] }) => voltage_V >= low && voltage_V <= high);
  if (there.length < 2) {
    const ranges = branches.map(
      ({ name: branch, voltage_V: [low, high] }) =>
        `${branch} from ${formatQuantity(low, 'V')} to ${formatQuantity(high, 'V')}`,
    );
    throw inputError(
      'cell.voltage',
      `${name}: two branches are needed at ${formatQuantity(voltage_V, 'V')}, of the lowest and of the highest state; the file has ${ranges.join(', ')}`,
    );
  }
  const found = there
    .map(({ law }) => {
      const at = (v: number) => branchCurrent_A(law, v) / v;
      return { g_S: at(voltage_V), bend: Math.abs(at(voltage_V / 2) / at(voltage_V) - 1) };
    })
    .sort((a, b) => a.g_S - b.g_S);
  const [low, high] = [found[0], found[found.length - 1]];
  if (!(low.g_S >= 0 && high.g_S > low.g_S)) {
    throw inputError(
      'cell.branches',
      `${name}: at ${formatQuantity(voltage_V, 'V')} its branches have ${found.map(({ g_S }) => formatQuantity(g_S, 'S')).join(', ')}; conductances of 0 or more that differ are needed`,
    );
  }
  return { low_S: low.g_S, high_S: high.g_S, bend: Math.max(low.bend, high.bend) };
}
