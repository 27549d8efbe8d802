import { describe, expect, it } from 'vitest';
import { SimulatedCells } from '../../devices/cells/index.js';
import {
  CellDraws,
  drawDriftExponents,
  driftLogarithm,
  type Nonidealities,
  relaxationLaw,
  relaxed_S,
} from '../../devices/cells/nonidealities/index.js';
import { linearCells } from '../../devices/cells/pulse/index.js';
import { KernelMemory } from '../../kernels/index.js';

const [ROWS, COLUMNS, SEED, GROUP] = [7, 9, 5, 3];
const CELLS = ROWS * COLUMNS;
const model = linearCells(100, 10, 40e-6);
const DRIFT = { exponent: 0.08, spread: 0.03, t0_s: 2 };

function cellsWith(nonidealities: Partial<Nonidealities>) {
  const memory = new KernelMemory(SimulatedCells.bytes(ROWS, COLUMNS, model, nonidealities) + 4096);
  const cells = new SimulatedCells({
    rows: ROWS,
    columns: COLUMNS,
    model,
    seed: SEED,
    group: GROUP,
    memory,
    nonidealities,
    initial_S: 10e-6,
  });
  return { cells, memory };
}

/** Some cells are written at 0 s, some at 0.005 s, the rest at 40 s; then an hour passes. */
async function written(nonidealities: Partial<Nonidealities>) {
  const { cells, memory } = cellsWith(nonidealities);
  const counts = (chosen: number) =>
    Int16Array.from({ length: CELLS }, (_, c) => (c % 3 === chosen ? 1 + (c % 5) : 0));
  await cells.wait(1);
  const at: { id: number; age_s: number }[] = [];
  for (const [n, wait_s] of [0.005, 39.995, 3600].entries()) {
    await cells.pulse({ counts: counts(n) }, { id: 11 + n });
    await cells.wait(wait_s);
  }
  for (const [n, age_s] of [3640, 3639.995, 3600].entries()) at[n] = { id: 11 + n, age_s };
  return { cells, memory, at: (c: number) => at[c % 3] };
}

/** The laws in float64, cell by cell: of what was written, at its age. */
function aged(
  cells: SimulatedCells,
  at: (c: number) => { id: number; age_s: number },
  all: Partial<Nonidealities>,
) {
  const exponents = drawDriftExponents(DRIFT, CELLS, SEED, GROUP);
  const draws = new CellDraws(SEED, 'relaxation', GROUP);
  return Float64Array.from({ length: CELLS }, (_, c) => {
    const { id, age_s } = at(c);
    let g = model.g_min_S + (model.g_max_S - model.g_min_S) * cells.packed.state[c];
    if (all.relaxation) g += relaxed_S(relaxationLaw(age_s), g, draws.normals(id, c, 1)[0], model.g_max_S);
    if (all.drift) g *= Math.exp(-exponents[c] * driftLogarithm(age_s, DRIFT.t0_s));
    return Math.max(0, g);
  });
}

describe('the time since a write', () => {
  it.each<[string, Partial<Nonidealities>, number]>([
    ['drift', { drift: DRIFT }, 1e-6],
    // the kernel's normal numbers are good to 1e-4, of σ up to a tenth of the range
    ['relaxation', { relaxation: true }, 3e-5],
    ['both', { drift: DRIFT, relaxation: true }, 3e-5],
  ])('%s in the kernel is that of the float64 laws, cell by cell', async (_, all, off) => {
    const { cells, memory, at } = await written(all);
    const expected = aged(cells, at, all);
    const read = await cells.read();
    for (let c = 0; c < CELLS; c++) expect(Math.abs(read[c] - expected[c]) / model.g_max_S).toBeLessThan(off);
    // in the network's units where the cells lie, of the whole array
    const out = memory.float32(Math.ceil(CELLS / 16) * 16);
    cells.kernelView(memory)?.readInto?.(out, 2.5e4);
    for (let c = 0; c < CELLS; c++) expect(Math.abs(out[c] / 2.5e4 / read[c] - 1)).toBeLessThan(1e-5);
    const part = await cells.read({ row: 2, column: 3, rows: 2, columns: 4 });
    expect(Array.from(part)).toEqual([...read.subarray(21, 25), ...read.subarray(30, 34)]);
  });

  it('is as written within 10 ms of relaxation, and never negative', async () => {
    const { cells } = cellsWith({ relaxation: true });
    const before = await cells.read();
    await cells.wait(0.009);
    expect(await cells.read()).toEqual(before);
    await cells.set(new Float64Array(CELLS).fill(model.g_min_S));
    await cells.wait(1e7);
    for (const g of await cells.read()) expect(g).toBeGreaterThanOrEqual(0);
  });

  it('drift of so long that nothing is left is 0', async () => {
    const { cells } = cellsWith({ drift: { exponent: 9, spread: 0, t0_s: 1e-9 } });
    await cells.wait(1e9);
    for (const g of await cells.read()) expect(g).toBe(0);
  });

  it('read noise goes on top, the same from the kernel as of single cells', async () => {
    const all = { drift: DRIFT, read: 0.02 };
    const { cells, memory, at } = await written(all);
    const clean = aged(cells, at, all);
    const noise = new CellDraws(SEED, 'read', GROUP);
    const out = memory.float32(Math.ceil(CELLS / 16) * 16);
    cells.kernelView(memory)?.readInto?.(out, 1);
    const xi = noise.shortNormals(1, 0, CELLS);
    for (let c = 0; c < CELLS; c++) expect(out[c] / clean[c] / (1 + 0.02 * xi[c])).toBeCloseTo(1, 4);
    const again = await cells.read();
    const next = noise.shortNormals(2, 0, CELLS);
    for (let c = 0; c < CELLS; c++) expect(again[c] / clean[c] / (1 + 0.02 * next[c])).toBeCloseTo(1, 4);
  });

  it('is in snapshots: what each cell relaxes by is drawn again', async () => {
    const all = { drift: DRIFT, relaxation: true };
    const { cells } = await written(all);
    const other = cellsWith(all).cells;
    await other.restore(structuredClone(await cells.snapshot()));
    for (const each of [cells, other]) {
      await each.pulse({ counts: new Int16Array(CELLS).map((_, c) => c % 2) }, { id: 20 });
      await each.wait(5);
    }
    expect(await other.read()).toEqual(await cells.read());
  });
});
