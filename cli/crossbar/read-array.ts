import { type CrossbarCells, mapWeights, type SignedWeights } from '../../circuits/crossbar/index.js';
import { requireCrossbarMemory, statesFor } from '../../solver/crossbar/index.js';
import type { Io } from '../io.js';
import { readCellStates } from './cell-states.js';
import { readCellModel, readModelCells } from './model-cells.js';
import { requireOneSource } from './one-source.js';
import type { ArrayFlags } from './options.js';
import { randomCells_S } from './random-array.js';
import { type Matrix, readCells } from './read-matrix.js';
import { readWeights } from './weights.js';

/** Cells from whichever flag says them. @throws `crossbar.usage` where none does, or two do */
export async function readArray(
  io: Io,
  flags: ArrayFlags,
): Promise<
  Matrix & { readonly weights?: SignedWeights; readonly reach_V?: number; readonly models?: CrossbarCells }
> {
  const { conductances, resistances, cells, random, weights: signed, shortOhm } = flags;
  const modelled = await requireOneSource(flags);
  if (modelled && cells !== undefined && signed !== undefined) {
    const weights = await readWeights(signed, flags);
    const { rows, columns, conductances_S } = mapWeights(weights);
    requireCrossbarMemory(rows, columns);
    const series = await readCellModel({ ...flags, cells });
    const models = { ...series, states: statesFor(conductances_S, { ...series, ...readingOf(flags) }) };
    return {
      count: 1,
      rows,
      columns,
      values: new Float64Array(rows * columns).fill(Number.NaN),
      weights,
      models,
    };
  }
  if (modelled && cells !== undefined) {
    const { rows, columns, cells: models } = await readModelCells({ ...flags, cells });
    requireCrossbarMemory(rows, columns);
    return { count: 1, rows, columns, values: new Float64Array(rows * columns).fill(Number.NaN), models };
  }
  if (random !== undefined) {
    const [rows, columns] = random;
    requireCrossbarMemory(rows, columns);
    return { count: 1, rows, columns, values: randomCells_S(rows * columns, flags) };
  }
  if (signed !== undefined) {
    const weights = await readWeights(signed, flags);
    const { rows, columns, conductances_S } = mapWeights(weights);
    return { count: 1, rows, columns, values: conductances_S, weights };
  }
  if (cells !== undefined) {
    const states = { cells, states: flags.cellStates ?? '', read: flags.read ?? 0 };
    return { count: 1, ...(await readCellStates(io, states)) };
  }
  return conductances === undefined
    ? readCells(io, resistances ?? '', 'resistances', shortOhm)
    : readCells(io, conductances, 'conductances', shortOhm);
}

/** At which voltage cells are set, and what opens their transistors. */
export function readingOf({ read = 0, gate }: Pick<ArrayFlags, 'read' | 'gate'>): {
  readonly read_V: number;
  readonly gate_V?: number;
} {
  return { read_V: read, ...(gate === undefined ? {} : { gate_V: gate }) };
}
