import { formatQuantity, runError, type Status, worseStatus } from '../../core/index.js';
import { CrossbarMemory, solveCrossbar } from '../../solver/crossbar/index.js';
import type { Answer } from '../frame/index.js';
import type { Io } from '../io.js';
import { WorkBar } from '../work-bar.js';
import type { ReadCrossbar, SolverFlags } from './flags.js';

/** What `--json` prints of many arrays. */
interface StackResult {
  readonly arrays: number;
  readonly rows: number;
  readonly cols: number;
  readonly inputs: number;
  /** The worst of all, and the array that it is of. */
  readonly status: Status;
  readonly worstArray: number;
  /** Over all arrays. */
  readonly kclResidual_A: number;
  readonly limitedByRounding: boolean;
  readonly solveSeconds: number;
  /** [arrays][cols][inputs] */
  readonly outputCurrents_A: number[][][];
  /** [arrays][inputs] */
  readonly power_W: number[][];
}

type Stack = ReadCrossbar & { readonly stack: NonNullable<ReadCrossbar['stack']> };

/** Many arrays of one shape under the same lines and inputs, one after another in the same memory. */
export async function solveStack(
  io: Io,
  { description, drive, stack }: Stack,
  { threads, tolerance }: SolverFlags,
): Promise<Answer> {
  const { rows, columns } = description;
  const { count: arrays, cells_S } = stack;
  const { count: inputs, rows_V, columns_V } = drive;
  const memory = new CrossbarMemory();
  const bar = new WorkBar(io);
  const started = performance.now();
  const currents_A = new Float64Array(arrays * columns * inputs);
  const power_W = new Float64Array(arrays * inputs);
  let status: Status = 'settled';
  let worst = { array: 0, message: '' };
  let kclResidual_A = 0;
  let limitedByRounding = false;
  try {
    for (let k = 0; k < arrays; k++) {
      const solved = solveCrossbar({
        ...description,
        conductances_S: cells_S.subarray(k * rows * columns, (k + 1) * rows * columns),
        inputs_V: rows_V,
        ...(columns_V === undefined ? {} : { columns_V }),
        nodeVoltages: false,
        memory,
        threads,
        tolerance,
      });
      for (let p = 0; p < inputs; p++) {
        for (let j = 0; j < columns; j++) {
          currents_A[(k * columns + j) * inputs + p] = solved.outputCurrents_A[p * columns + j];
        }
      }
      power_W.set(solved.power_W, k * inputs);
      kclResidual_A = Math.max(kclResidual_A, solved.stats.kclResidual_A);
      limitedByRounding ||= solved.stats.limitedByRounding;
      const now = worseStatus(status, solved.status);
      if (worst.message === '' || now !== status) worst = { array: k, message: solved.message };
      status = now;
      bar.update(k + 1, arrays, 'arrays');
    }
  } finally {
    bar.stop();
  }
  const result: StackResult = {
    arrays,
    rows,
    cols: columns,
    inputs,
    status,
    worstArray: worst.array,
    kclResidual_A,
    limitedByRounding,
    solveSeconds: (performance.now() - started) / 1000,
    outputCurrents_A: cut(cut(Array.from(currents_A), inputs), columns),
    power_W: cut(Array.from(power_W), inputs),
  };
  const about = status === 'settled' ? '' : `Array ${worst.array} (from 0): ${worst.message} `;
  return {
    text: `${arrays} arrays of ${rows} × ${columns} cells, ${inputs} input vector${inputs === 1 ? '' : 's'} each. ${about}Largest net node current ${formatQuantity(kclResidual_A, 'A')}${limitedByRounding ? ', where the last bits of voltages set the limit' : ''}; ${result.solveSeconds.toPrecision(3)} s. Currents: --json, -o FILE.npz`,
    json: result,
    outputs: {
      '.npz': () => ({
        npz: {
          outputCurrents_A: { shape: [arrays, columns, inputs], data: currents_A },
          power_W: { shape: [arrays, inputs], data: power_W },
        },
      }),
      '.json': () => `${JSON.stringify(result)}\n`,
    },
    ...(status === 'settled'
      ? {}
      : { failure: runError('crossbar.not-settled', `array ${worst.array} (from 0): ${worst.message}`) }),
  };
}

/** One row after another. */
function cut<T>(values: readonly T[], width: number): T[][] {
  return Array.from({ length: values.length / width }, (_, k) => values.slice(k * width, (k + 1) * width));
}
