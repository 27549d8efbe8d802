import { RandomStream } from 'ohmprop';
import { type CrossbarSolution, productErrors, solveCrossbar } from 'ohmprop/crossbar';

/** What is chosen in the page. */
export interface ArraySetting {
  /** Word lines, and as many bit lines. */
  readonly size: number;
  /** Of the best conducting cell; the others are log-uniform up to 100 times that. */
  readonly on_ohm: number;
  /** One segment of either line, and those before the first and after the last cell. */
  readonly wire_ohm: number;
}

/** Every word line is driven with this, V; bit lines are sensed at 0 V. */
export const INPUT_V = 1;
export const RATIO = 100;
export const SEED = 1;

/** An array, solved with its wires. */
export interface SolvedArray {
  readonly setting: ArraySetting;
  /** [size × size], S. */
  readonly conductances_S: Float64Array;
  readonly solution: CrossbarSolution;
  /** Output currents that the same cells would give without wire resistance, [size], A. */
  readonly ideal_A: Float64Array;
  /** Share, mean and largest of |ΔI/I| over the columns. */
  readonly meanError: number;
  readonly largestError: number;
}

/** Solves arrays one after the other; what the last one took is used again where the size is the same. */
export class ArraySolver {
  /** log-uniform shares of the best conductance, [size × size]; drawn once a size. */
  private shares: Float64Array = new Float64Array(0);
  private last: CrossbarSolution | undefined;

  solve(setting: ArraySetting): SolvedArray {
    const { size, on_ohm, wire_ohm } = setting;
    if (this.shares.length !== size * size) {
      this.shares = sharesOf(size * size);
      this.last = undefined;
    }
    const conductances_S = this.shares.map((share) => share / on_ohm);
    const solution = solveCrossbar({
      rows: size,
      columns: size,
      conductances_S,
      wires: { row_ohm: wire_ohm, column_ohm: wire_ohm },
      inputs_V: new Float64Array(size).fill(INPUT_V),
      ...(this.last === undefined ? {} : { into: this.last }),
    });
    this.last = solution;
    const ideal_A = new Float64Array(size);
    for (let k = 0; k < conductances_S.length; k++) ideal_A[k % size] += conductances_S[k] * INPUT_V;
    const errors = productErrors(solution.outputCurrents_A, ideal_A);
    return {
      setting,
      conductances_S,
      solution,
      ideal_A,
      meanError: errors.meanOfRatios,
      largestError: errors.largestOfRatios,
    };
  }
}

/** What the wires take from the input before it reaches a cell, V. */
export function drop_V({ solution }: SolvedArray, cell: number): number {
  return INPUT_V - (solution.wordVoltages_V[cell] - solution.bitVoltages_V[cell]);
}

/** The same array on the command line, which answers the same. */
export function commandOf({ size, on_ohm, wire_ohm }: ArraySetting): string {
  const array = `--random ${size}x${size} --on ${on_ohm} --ratio ${RATIO} --seed ${SEED}`;
  return `npx ohmprop crossbar report ${array} --inputs ${INPUT_V}V --wire-ohm ${wire_ohm}`;
}

/** The cells of `--random`, over the least resistance: the same stream, the same draws. */
function sharesOf(count: number): Float64Array {
  const stream = new RandomStream(SEED, 'devices');
  const decades = Math.log10(RATIO);
  return Float64Array.from({ length: count }, () => 10 ** (-decades * stream.uniform()));
}
