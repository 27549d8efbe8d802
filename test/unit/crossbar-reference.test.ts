import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CrossbarDescription, describeCrossbar, senseEnds } from '../../circuits/crossbar/index.js';
import { RandomStream } from '../../core/index.js';
import { Crossbar, solveReference } from '../../solver/crossbar/index.js';

/** Devices log-uniform 1 kΩ – 100 kΩ. */
function devices(cells: number, seed: number): Float64Array {
  const stream = new RandomStream(seed, 'devices');
  return Float64Array.from({ length: cells }, () => 10 ** -stream.between(3, 5));
}

/** Largest difference of any node voltage from the reference, V, and how it was solved. */
function compare(description: CrossbarDescription, seed = 1) {
  const stream = new RandomStream(seed, 'inputs');
  const { rows, columns } = description;
  const rows_V = Float64Array.from({ length: rows }, () => stream.between(-1, 1));
  const columns_V = Float64Array.from({ length: columns }, () => stream.between(0, 0.2));
  const drive = { count: 1, rows_V, columns_V };
  const crossbar = new Crossbar(description);
  const solution = crossbar.solve(drive);
  crossbar.close();
  const reference = solveReference(describeCrossbar(description), drive);
  const apart = (a: Float64Array, b: Float64Array) =>
    a.reduce((m, v, k) => Math.max(m, Math.abs(v - b[k])), 0);
  return {
    ...solution,
    error_V: Math.max(
      apart(solution.wordVoltages_V, reference.word_V),
      apart(solution.bitVoltages_V, reference.bit_V),
    ),
  };
}

const one = { row_ohm: 1, column_ohm: 1 };

describe('the kernel against the float64 reference', () => {
  it('agrees at odd sizes, unequal wires, ends of their own, either or both driven and sensed, floating lines', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 27 }),
        fc.integer({ min: 1, max: 27 }),
        fc.tuple(
          fc.constantFrom(0, 0.01, 1, 30),
          fc.constantFrom(0, 0.02, 2, 100),
          fc.constantFrom(0, 5, 200),
          fc.constantFrom(0, 3, 1000),
        ),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 1000 }),
        fc.record(
          {
            firstRow_ohm: fc.constantFrom(0, 1e-3, 0.5, 400),
            lastColumn_ohm: fc.constantFrom(0, 1e-3, 0.5, 400),
          },
          { requiredKeys: [] },
        ),
        fc.constantFrom(...senseEnds),
        (rows, columns, [row_ohm, column_ohm, driver_ohm, sense_ohm], both, floating, seed, ends, sense) => {
          const { status, message, error_V } = compare(
            {
              rows,
              columns,
              conductances_S: devices(rows * columns, seed),
              wires: {
                row_ohm,
                column_ohm,
                driver_ohm,
                sense_ohm,
                ...ends,
              },
              driveBothEnds: both,
              senseEnds: sense,
              floatingRows: floating && rows > 2 ? [1] : [],
              floatingColumns: floating && columns > 2 ? [0, 2] : [],
            },
            seed,
          );
          expect(status, message).toBe('settled');
          expect(error_V).toBeLessThan(1e-10);
        },
      ),
      { numRuns: 300, seed: 7 },
    );
  });

  const hard = [
    ['wires as resistive as cells', { row_ohm: 1000, column_ohm: 1000 }, devices(625, 3)],
    ['all on, 100 Ω a segment', { row_ohm: 100, column_ohm: 100 }, new Float64Array(625).fill(1e-3)],
    ['all off', one, new Float64Array(625).fill(1e-5)],
    ['all open', one, new Float64Array(625)],
    ['one short', one, devices(625, 4).fill(1000, 312, 313)],
    ['a line of shorts', one, devices(625, 5).fill(1000, 300, 325)],
    ['half of it shorts', one, devices(625, 6).fill(1000, 0, 312)],
    ['nothing but shorts', one, new Float64Array(625).fill(1000)],
    ['opens', one, devices(625, 7).map((g, k) => (k % 20 === 0 ? 0 : g))],
  ] as const;

  it.each(hard)('settles with %s', (_, wires, conductances_S) => {
    const { status, message, error_V } = compare({ rows: 25, columns: 25, conductances_S, wires });
    expect(status, message).toBe('settled');
    expect(error_V).toBeLessThan(1e-9);
  });

  it.each(hard)('settles with %s, first and last cells on their sources', (_, wires, conductances_S) => {
    const { status, message, error_V } = compare({
      rows: 25,
      columns: 25,
      conductances_S,
      wires: { ...wires, firstRow_ohm: 0, lastColumn_ohm: 0 },
      senseEnds: 'both',
    });
    expect(status, message).toBe('settled');
    expect(error_V).toBeLessThan(1e-9);
  });

  it('says where the last bits of voltages set the limit, and nowhere else', () => {
    const ideal = { row_ohm: 1e-9, column_ohm: 1e-9 };
    const shorts = new Float64Array(64).fill(1e10);
    const short = compare({ rows: 8, columns: 8, conductances_S: shorts, wires: one });
    const plain = compare({ rows: 8, columns: 8, conductances_S: devices(64, 3), wires: one });
    const good = compare({ rows: 8, columns: 8, conductances_S: devices(64, 3), wires: ideal });
    expect([short, plain, good].map(({ stats }) => stats.limitedByRounding)).toEqual([true, false, false]);
    expect(short.message).toMatch(/The tolerance was missed: the last bits of voltages/);
  });

  it('conjugate gradients leave bit lines alone where a sense end holds them', () => {
    const { stats, status, error_V } = compare({
      rows: 40,
      columns: 60,
      conductances_S: devices(2400, 9).map((g, k) => (k % 97 === 0 ? 0.5 : g)),
      wires: { ...one, firstRow_ohm: 0, lastColumn_ohm: 0 },
    });
    expect(stats.method).toBe('conjugate-gradients');
    expect(status).toBe('settled');
    expect(error_V).toBeLessThan(1e-10);
  });

  it('lets the direct solver take over many shorts, and says so', () => {
    const conductances_S = devices(900, 8).map((g, k) => (k % 7 === 0 ? 1000 : g));
    const { status, message, stats, error_V } = compare({
      rows: 30,
      columns: 30,
      conductances_S,
      wires: one,
    });
    expect(stats.method).toBe('direct');
    expect(status).toBe('settled');
    expect(error_V).toBeLessThan(1e-9);
    expect(message).toMatch(/directly/);
  });
});
