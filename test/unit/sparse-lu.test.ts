import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/random.js';
import {
  minimumDegreeOrder,
  patternOfEntries,
  SparseLu,
  symmetricNeighbours,
} from '../../solver/sparse/index.js';

interface Entries {
  size: number;
  rows: number[];
  columns: number[];
  values: number[];
}

/** Largest |A·x − b|. */
function residual({ rows, columns, values }: Entries, x: Float64Array, b: Float64Array): number {
  const r = Float64Array.from(b, (v) => -v);
  rows.forEach((row, k) => {
    r[row] += values[k] * x[columns[k]];
  });
  return Math.max(...r.map(Math.abs));
}

function compile(entries: Entries): { lu: SparseLu; values: (scale?: number) => Float64Array } {
  const { pattern, valueIndex } = patternOfEntries(entries.size, entries.rows, entries.columns);
  return {
    lu: new SparseLu(pattern),
    values: (scale = 1) => {
      const values = new Float64Array(pattern.rowIndex.length);
      valueIndex.forEach((place, k) => {
        values[place] += scale * entries.values[k];
      });
      return values;
    },
  };
}

function randomEntries(size: number, perRow: number, seed: number): Entries {
  const random = new RandomStream(seed, 'sparse');
  const entries: Entries = { size, rows: [], columns: [], values: [] };
  const shift = random.permutation(size);
  for (let i = 0; i < size; i++) {
    // A permuted diagonal keeps it regular; the true diagonal is mostly empty.
    for (let k = 0; k <= perRow; k++) {
      entries.rows.push(i);
      entries.columns.push(k === 0 ? shift[i] : random.integer(size));
      entries.values.push(k === 0 ? 2 + random.uniform() : random.between(-1, 1));
    }
  }
  return entries;
}

function grid(side: number, seed: number): Entries {
  const random = new RandomStream(seed, 'grid');
  const entries: Entries = { size: side * side, rows: [], columns: [], values: [] };
  const add = (i: number, j: number, value: number): void => {
    entries.rows.push(i);
    entries.columns.push(j);
    entries.values.push(value);
  };
  for (let i = 0; i < side * side; i++) {
    add(i, i, 1e-3);
    for (const j of [(i + 1) % side === 0 ? -1 : i + 1, i + side < side * side ? i + side : -1]) {
      if (j < 0) continue;
      const g = random.between(0.1, 1.1);
      add(i, i, g);
      add(j, j, g);
      add(i, j, -g);
      add(j, i, -g);
    }
  }
  return entries;
}

describe('sparse LU', () => {
  it.each([1, 2, 5, 33, 150])('solves random unsymmetric systems with empty diagonals, n = %i', (size) => {
    for (let seed = 0; seed < 5; seed++) {
      const entries = randomEntries(size, 3, seed);
      const { lu, values } = compile(entries);
      const b = Float64Array.from({ length: size }, (_, i) => Math.cos(i));
      expect(lu.factor(values())).toBe(-1);
      expect(residual(entries, lu.solve(b, new Float64Array(size)), b)).toBeLessThan(1e-9);
      const transposed = { ...entries, rows: entries.columns, columns: entries.rows };
      expect(residual(transposed, lu.solveTransposed(b, new Float64Array(size)), b)).toBeLessThan(1e-9);
    }
  });

  it('factors again for other values, and still finds pivots when they turn against the old order', () => {
    const entries = randomEntries(80, 4, 11);
    const { lu, values } = compile(entries);
    expect(lu.factor(values())).toBe(-1);
    for (let round = 1; round < 6; round++) {
      const random = new RandomStream(round, 'values');
      entries.values = entries.values.map((v) => v * 10 ** random.between(-3, 3));
      expect(lu.factor(values())).toBe(-1);
      const b = Float64Array.from({ length: 80 }, (_, i) => (i % 7) - 3);
      const x = lu.solve(b, new Float64Array(80));
      const scale = Math.max(...x.map(Math.abs)) * Math.max(...entries.values.map(Math.abs));
      expect(residual(entries, x, b)).toBeLessThan(1e-11 * scale);
    }
  });

  it('keeps to the diagonal in a resistor grid, with the fill of a minimum-degree order', () => {
    const entries = grid(40, 3);
    const { lu, values } = compile(entries);
    expect(lu.factor(values())).toBe(-1);
    const b = Float64Array.from({ length: entries.size }, (_, i) => Math.sin(i));
    expect(residual(entries, lu.solve(b, new Float64Array(entries.size)), b)).toBeLessThan(1e-11);
    expect(lu.stats.pivoting).toBe('diagonal');
    // CSparse's AMD leaves about 22 n entries in L and U of a 40 × 40 grid; natural order leaves 80 n.
    expect(lu.stats.entries).toBeLessThan(30 * entries.size);
  });

  it('names a column of a singular matrix', () => {
    const { lu, values } = compile({
      size: 3,
      rows: [0, 1, 2, 0, 1],
      columns: [0, 1, 0, 1, 0],
      values: [1, 1, 1, 1, 1],
    });
    expect(lu.factor(values())).toBe(2);
  });

  it('orders every node once', () => {
    for (const size of [1, 7, 60, 400]) {
      const { rows, columns } = randomEntries(size, 2, size);
      const { pattern } = patternOfEntries(size, rows, columns);
      const { start, neighbour } = symmetricNeighbours(pattern);
      expect([...minimumDegreeOrder(size, start, neighbour)].sort((a, b) => a - b)).toEqual([
        ...Array(size).keys(),
      ]);
    }
  });

  it('keeps two matrices of one pattern apart, though they share its analysis, also where rows are exchanged', () => {
    const entries = grid(8, 11);
    const { size } = entries;
    const one = compile(entries);
    const tiny = {
      ...entries,
      values: entries.values.map((v, k) => (entries.rows[k] === entries.columns[k] ? 1e-9 * v : v)),
    };
    const other = compile(tiny);
    const b = Float64Array.from({ length: size }, (_, k) => Math.sin(k));
    for (let round = 0; round < 2; round++) {
      expect(other.lu.factor(other.values())).toBe(-1);
      expect(one.lu.factor(one.values())).toBe(-1);
      expect(residual(entries, one.lu.solve(b, new Float64Array(size)), b)).toBeLessThan(1e-10);
      expect(residual(tiny, other.lu.solve(b, new Float64Array(size)), b)).toBeLessThan(1e-8);
    }
    expect(one.lu.stats.pivoting).toBe('diagonal');
    expect(other.lu.stats.pivoting).toBe('row exchange');
    // A pattern that differs by one entry alone is another.
    const more = compile({
      ...entries,
      rows: [...entries.rows, 0],
      columns: [...entries.columns, size - 1],
      values: [...entries.values, 2],
    });
    const wanted = {
      ...entries,
      rows: [...entries.rows, 0],
      columns: [...entries.columns, size - 1],
      values: [...entries.values, 2],
    };
    expect(more.lu.factor(more.values())).toBe(-1);
    expect(residual(wanted, more.lu.solve(b, new Float64Array(size)), b)).toBeLessThan(1e-10);
  });
});
