import type { CrossbarCells } from '../../circuits/crossbar/index.js';
import { RandomStream } from '../../core/index.js';
import {
  DiodeSelector,
  type ElementModel,
  expressionModel,
  MosLevel1,
  ThresholdSelector,
  Vteam,
} from '../../devices/elements/index.js';
import { type CellsSolution, CrossbarMemory, solveCells } from '../../solver/crossbar/index.js';

export const SEED = 1;
/** Timed runs of which the best counts. */
export const RUNS = 5;
/** Of every line, Ω. */
export const wires = { row_ohm: 1, column_ohm: 1 };

/** Cells by what they are called on this bench's command line. */
export async function kinds(): Promise<Readonly<Record<string, Omit<CrossbarCells, 'states'>>>> {
  const sinh = await expressionModel({
    name: 'sinh',
    current: 'x*sinh(3*v)/3',
    state: { low: 0, high: 1e-3, initial: 1e-5 },
    rate: '0',
  });
  const transistor = new MosLevel1({ KP: 2e-4, W: 2e-6, L: 1e-7, VTO: 0.5, GAMMA: 0.4, LAMBDA: 0.05 });
  return {
    sinh: { model: sinh },
    diode: { model: sinh, selector: new DiodeSelector() },
    threshold: { model: sinh, selector: new ThresholdSelector() },
    '1T1R': { model: sinh, transistor },
    vteam: { model: new Vteam() },
  };
}

/** States of so many cells, drawn: of the range of conductances log-uniform 10 to 100 µS, else over all of it. */
export function statesOf({ state }: ElementModel, count: number): Float64Array {
  const random = new RandomStream(SEED, 'states');
  const { low, high } = state!;
  return Float64Array.from({ length: count }, () =>
    high === 1e-3 ? 10 ** -random.between(4, 5) : random.between(low, high),
  );
}

/** Word-line voltages, drawn from 0.2 to 1 V. */
export function inputs(count: number): Float64Array {
  const random = new RandomStream(SEED, 'inputs');
  return Float64Array.from({ length: count }, () => random.between(0.2, 1));
}

/** By the clock and by the processor. */
export interface Time {
  readonly ms: number;
  readonly processor_ms: number;
}

/** Best of several after warm-up, by the clock and by the processor. */
export function best(warm: number, runs: number, work: () => void): Time {
  for (let k = 0; k < warm; k++) work();
  let [ms, processor_ms] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let k = 0; k < runs; k++) {
    const usage = process.cpuUsage();
    const started = performance.now();
    work();
    ms = Math.min(ms, performance.now() - started);
    const { user, system } = process.cpuUsage(usage);
    processor_ms = Math.min(processor_ms, (user + system) / 1000);
  }
  return { ms, processor_ms };
}

export const timeText = ({ ms, processor_ms }: Time) =>
  `${ms.toFixed(2)} ms (processor time ${processor_ms.toFixed(2)} ms)`;

/** One solve in a loop, as the bars have it. */
export function timeOf(
  cells: CrossbarCells,
  rows: number,
  columns: number,
): { time: Time; solution: CellsSolution } {
  const memory = new CrossbarMemory();
  const problem = { rows, columns, wires, cells, inputs_V: inputs(rows), tolerance: 1e-9, memory };
  const gates_V = cells.transistor && { gates_V: new Float64Array(rows).fill(2.5) };
  let solution = solveCells({ ...problem, ...gates_V });
  const time = best(rows > 500 ? 2 : 20, RUNS, () => {
    solution = solveCells({ ...problem, ...gates_V, into: solution });
  });
  if (solution.status !== 'settled') throw new Error(solution.message);
  return { time, solution };
}
