import { z } from 'zod';
import { formatQuantity, inputError, runError, type Status, worseStatus } from '../../core/index.js';
import { type CellsSolution, Crossbar, type CrossbarSolution } from '../../solver/crossbar/index.js';
import { type Answer, defineCommand } from '../frame/index.js';
import type { Io } from '../io.js';
import { asDrawn } from './as-drawn.js';
import { readCrossbar, requireOneArray, type SolverFlags, setCells } from './flags.js';
import { type CrossbarFlags, crossbarOptions, solverOptions } from './options.js';
import { joinInputs, solveInputs } from './solve-inputs.js';
import { solveLines, stdinNotes } from './solve-lines.js';
import { solveStack } from './solve-stack.js';
import { solveTiles } from './solve-tiles.js';
import {
  productOptions,
  type WeightFlags,
  type WeightsAnswer,
  weightsAnswer,
  weightsText,
} from './weights.js';

/** What `--json` prints. */
interface SolveResult {
  readonly rows: number;
  readonly cols: number;
  readonly inputs: number;
  readonly status: Status;
  readonly method: string;
  readonly iterations: number;
  readonly kclResidual_A: number;
  readonly largestCurrent_A: number;
  /** The tolerance was missed by what the last bits of voltages leave. */
  readonly limitedByRounding: boolean;
  readonly setupSeconds: number;
  readonly solveSeconds: number;
  /** Of the sensed lines: [cols][inputs], or [rows][inputs] with inputs on the columns. */
  readonly outputCurrents_A: number[][];
  /** [inputs]; null with --transfer, which does not solve for it. */
  readonly power_W: number[] | null;
  /** With --weights: what they make of the inputs. */
  readonly weights?: WeightsAnswer;
}

export const solveCrossbarCommand = defineCommand({
  options: z.strictObject({
    ...crossbarOptions,
    ...productOptions,
    ...solverOptions,
    transfer: z.boolean().default(false).meta({
      flag: '--transfer',
      description: 'output currents only, through the exact transfer matrix',
    }),
    stdin: z.boolean().default(false).meta({
      flag: '--stdin',
      description: 'cells and inputs come line by line as JSON objects, each answered by one',
    }),
  }),
  outputs: { '.npz': 'voltages, cell and output currents' },
  examples: [
    'ohmprop crossbar solve --conductances g.csv --inputs v.csv --wire-row-ohm 2 --json',
    'ohmprop crossbar solve --resistances r.npy --inputs v.csv --scheme v/2 --select 3,5 -o solved.npz',
    'ohmprop crossbar solve --conductances many.npy --inputs v.csv --wire-ohm 2 -o currents.npz',
    'ohmprop crossbar solve --weights w.csv --window 10uS,100uS --inputs x.csv --wire-ohm 2 --json',
    'ohmprop crossbar solve --weights layer.npz:w1 --window 10uS,100uS --levels 16 --slices 2 --tile 128x128 --dac-bits 8 --node-bits 8 --inputs x.npy --wire-ohm 2',
    'ohmprop crossbar solve --weights w.csv --window 100uS,1mS --cells tio2-strukov --read 100mV --inputs x.csv --wire-ohm 2',
    'ohmprop crossbar solve --cells tunnel.yaml --states x.csv --inputs v.csv --wire-ohm 5 --json',
    'ohmprop crossbar solve --cells vteam-kvatinsky --random 64x64 --selector threshold --inputs 800mV --wire-ohm 2',
    'ohmprop crossbar solve --stdin --wire-ohm 2 < arrays.jsonl > solved.jsonl',
    'ohmprop crossbar solve --random 64x64 --inputs 200mV --wire-ohm 2 --first-row-ohm 0',
  ],
  notes: stdinNotes,
  async answer(options, { io, asked }) {
    if (!options.stdin) return options.transfer ? solveByTransfer(io, options) : solve(io, options);
    if (asked.size === 0) return solveLines(io, options);
    throw inputError(
      'crossbar.usage',
      '--out: replies of --stdin go to standard output, line by line; leave it out',
    );
  },
});

async function solve(io: Io, flags: CrossbarFlags & SolverFlags & Partial<WeightFlags>): Promise<Answer> {
  if (flags.tile !== undefined) return solveTiles(io, { ...flags, tile: flags.tile });
  const read = await readCrossbar(io, flags);
  if (read.stack !== undefined) return solveStack(io, { ...read, stack: read.stack }, flags);
  const { description, drive } = read;
  const { rows, columns, cells, sensed, lines } = asDrawn(read);
  const { parts, setupSeconds, solveSeconds } = solveInputs(io, read, flags);
  const currents_A = joinInputs(parts, (part) => part.outputCurrents_A);
  const outputs = transposed(sensed(currents_A), description.columns);
  const { weights } = read;
  const power_W = joinInputs(parts, (part) => part.power_W);
  const bent = read.cells;
  /** Of cells with models what they are for small changes; [rows × cols] of others. */
  const conductances = () =>
    bent === undefined
      ? { shape: [rows, columns], data: cells(description.conductances_S) }
      : {
          shape: [drive.count, rows, columns],
          data: cells(joinInputs(parts as CellsSolution[], (part) => part.cellConductances_S())),
        };
  const { status, message, stats } = worst(parts);
  const result: SolveResult = {
    rows,
    cols: columns,
    inputs: drive.count,
    status,
    method: stats.method,
    iterations: stats.iterations,
    kclResidual_A: stats.kclResidual_A,
    largestCurrent_A: stats.largestCurrent_A,
    limitedByRounding: stats.limitedByRounding,
    setupSeconds,
    solveSeconds,
    outputCurrents_A: nested(outputs, drive.count),
    power_W: Array.from(power_W),
    ...(weights === undefined ? {} : { weights: weightsAnswer(weights, currents_A, setCells(read)) }),
  };
  const nodes = {
    wordVoltages_V: () =>
      cells(joinInputs(parts, (part) => lines(part.wordVoltages_V, part.bitVoltages_V)[0])),
    bitVoltages_V: () =>
      cells(joinInputs(parts, (part) => lines(part.wordVoltages_V, part.bitVoltages_V)[1])),
    /** From the driven to the sensed line. */
    deviceCurrents_A: () => cells(joinInputs(parts, (part) => part.deviceCurrents_A())),
  };
  const perInput = (data: Float64Array) =>
    Array.from({ length: drive.count }, (_, p) =>
      nested(data.subarray(p * rows * columns, (p + 1) * rows * columns), columns),
    );
  return {
    ...answerOf(result, message),
    outputs: {
      '.npz': () => ({
        npz: {
          ...mapValues(nodes, (data) => ({ shape: [drive.count, rows, columns], data: data() })),
          conductances_S: conductances(),
          ...(bent === undefined ? {} : { states: { shape: [rows, columns], data: cells(bent.states) } }),
          outputCurrents_A: { shape: [description.columns, drive.count], data: outputs },
          power_W: { shape: [drive.count], data: power_W },
        },
      }),
      '.json': () => `${JSON.stringify({ ...result, ...mapValues(nodes, (data) => perInput(data())) })}\n`,
    },
  };
}

async function solveByTransfer(io: Io, flags: CrossbarFlags & SolverFlags): Promise<Answer> {
  if (flags.weights !== undefined) {
    throw inputError('crossbar.usage', '--transfer: of cells, not of --weights; leave one of the two out');
  }
  const read = await readCrossbar(io, flags);
  requireOneArray(read, '--transfer');
  if (read.cells !== undefined) {
    throw inputError(
      'crossbar.usage',
      '--transfer: outputs of cells with models are no sums over their inputs; leave it out',
    );
  }
  const { description, drive } = read;
  const view = asDrawn(read);
  if (drive.columns_V?.some((v) => v !== 0)) {
    throw inputError(
      'crossbar.usage',
      `--transfer needs the sensed lines at 0 V: use --scheme parallel or row-by-row instead of ${flags.scheme}`,
    );
  }
  const { rows, columns } = description;
  const crossbar = new Crossbar(description, flags);
  const { matrix_S, solution } = crossbar.transferMatrix();
  const { count } = drive;
  const currents_A = new Float64Array(columns * count);
  for (let p = 0; p < count; p++) {
    for (let j = 0; j < columns; j++) {
      let sum_A = 0;
      for (let i = 0; i < rows; i++) sum_A += matrix_S[j * rows + i] * drive.rows_V[p * rows + i];
      currents_A[p * columns + j] = sum_A;
    }
  }
  crossbar.close();
  const outputs = transposed(view.sensed(currents_A), columns);
  // lines of the matrix as they are drawn: driven ones within each sensed one, then these
  const drawn_S = transposed(view.sensed(transposed(view.driven(matrix_S), rows)), columns);
  const { status, message, stats, setupSeconds, solveSeconds } = solution;
  const result: SolveResult = {
    rows: view.rows,
    cols: view.columns,
    inputs: count,
    status,
    method: stats.method,
    iterations: stats.iterations,
    kclResidual_A: stats.kclResidual_A,
    largestCurrent_A: stats.largestCurrent_A,
    limitedByRounding: stats.limitedByRounding,
    setupSeconds,
    solveSeconds,
    outputCurrents_A: nested(outputs, count),
    power_W: null,
  };
  return {
    ...answerOf(result, message),
    outputs: {
      '.npz': () => ({
        npz: {
          transferMatrix_S: { shape: [columns, rows], data: drawn_S },
          outputCurrents_A: { shape: [columns, count], data: outputs },
        },
      }),
      '.json': () => `${JSON.stringify({ ...result, transferMatrix_S: nested(drawn_S, rows) })}\n`,
    },
  };
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** The worst of several solutions, with the largest figures of all. */
function worst(parts: readonly CrossbarSolution[]): Pick<CrossbarSolution, 'status' | 'message' | 'stats'> {
  return parts.slice(1).reduce((worstYet: Pick<CrossbarSolution, 'status' | 'message' | 'stats'>, part) => {
    const { stats } = worstYet;
    const sooner = part.stats.limitedByRounding && !stats.limitedByRounding && worstYet.status === 'settled';
    const kept = !sooner && worseStatus(worstYet.status, part.status) === worstYet.status;
    const { status, message } = kept ? worstYet : part;
    const iterations = Math.max(stats.iterations, part.stats.iterations);
    const kclResidual_A = Math.max(stats.kclResidual_A, part.stats.kclResidual_A);
    const largestCurrent_A = Math.max(stats.largestCurrent_A, part.stats.largestCurrent_A);
    const limitedByRounding = stats.limitedByRounding || part.stats.limitedByRounding;
    return {
      status,
      message,
      stats: { ...stats, iterations, kclResidual_A, largestCurrent_A, limitedByRounding },
    };
  }, parts[0]);
}

/** Row-major [n × width] as [width × n]: files and JSON have one row a line, as the input file has. */
function transposed(values: Float64Array, width: number): Float64Array {
  const n = values.length / width;
  return Float64Array.from(values, (_, k) => values[(k % n) * width + Math.floor(k / n)]);
}

/** Row-major [n × width] as nested arrays. */
function nested(values: Float64Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, k) =>
    Array.from(values.subarray(k * width, (k + 1) * width)),
  );
}

export const iterationsText = (count: number) => `${count} iteration${count === 1 ? '' : 's'}`;

const SHOWN = 8;

function answerOf(result: SolveResult, message: string): Answer {
  const { rows, cols, inputs, iterations, kclResidual_A, setupSeconds, solveSeconds, power_W } = result;
  const ms = (seconds: number) => `${(1000 * seconds).toPrecision(3)} ms`;
  const lines = [
    `${rows} × ${cols} cells, ${inputs} input vector${inputs === 1 ? '' : 's'}. ${message}`,
    `${result.method}, ${iterationsText(iterations)}, largest net node current ${formatQuantity(kclResidual_A, 'A')}; set-up ${ms(setupSeconds)}, solve ${ms(solveSeconds)}`,
  ];
  for (let p = 0; p < Math.min(inputs, 3); p++) {
    const shown = result.outputCurrents_A.slice(0, SHOWN).map((line) => formatQuantity(line[p], 'A'));
    const power = power_W === null ? '' : `; power ${formatQuantity(power_W[p], 'W')}`;
    lines.push(
      `input ${p}: outputs ${shown.join(', ')}${result.outputCurrents_A.length > SHOWN ? ', …' : ''}${power}`,
    );
  }
  if (result.weights !== undefined) lines.push(...weightsText(result.weights));
  const failure = result.status === 'settled' ? {} : { failure: runError('crossbar.not-settled', message) };
  return { text: lines.join('\n'), json: result, ...failure };
}
