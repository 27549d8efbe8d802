import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyScheme, type schemeBiases, senseEnds } from '../../circuits/crossbar/index.js';
import { RandomStream } from '../../core/index.js';
import { mapSelections, solveCrossbar } from '../../solver/crossbar/index.js';

// A map of selections against a solve of each: what is selected there is driven by its scheme and solved by itself.

it('has every cell as it is when it is selected, in every scheme', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('row-by-row', 'v/2', 'v/3', 'float' as const),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom(0, 2, 300),
      fc.constantFrom(0, 50),
      fc.constantFrom(...senseEnds),
      fc.integer({ min: 1, max: 1000 }),
      (scheme, rows, columns, wire_ohm, end_ohm, sense, seed) => {
        const random = new RandomStream(seed, 'cells');
        const description = {
          rows,
          columns,
          conductances_S: Float64Array.from({ length: rows * columns }, () => 10 ** -random.between(3, 5)),
          wires: { row_ohm: wire_ohm, column_ohm: 2 * wire_ohm, driver_ohm: end_ohm, sense_ohm: end_ohm },
          senseEnds: scheme === 'float' && sense === 'both' ? ('last' as const) : sense,
        };
        const map = mapSelections({
          ...description,
          scheme: scheme as keyof typeof schemeBiases,
          selected_V: 0.7,
        });
        expect(map.status).toBe('settled');
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < columns; column++) {
            const k = row * columns + column;
            const { floatingRows, floatingColumns, ...drive } = applyScheme(scheme, {
              rows,
              columns,
              inputs_V: new Float64Array(rows).fill(0.7),
              count: 1,
              selected: { row, column },
            });
            const alone = solveCrossbar({
              ...description,
              floatingRows,
              floatingColumns,
              inputs_V: drive.rows_V,
              columns_V: drive.columns_V ?? new Float64Array(columns),
            });
            const cell_V = alone.wordVoltages_V[k] - alone.bitVoltages_V[k];
            expect(map.cell_V[k]).toBeCloseTo(cell_V, 9);
            expect(Math.abs(map.cell_A[k] - description.conductances_S[k] * cell_V)).toBeLessThan(1e-12);
            expect(Math.abs(map.sensed_A[k] - alone.outputCurrents_A[column])).toBeLessThan(1e-11);
          }
        }
      },
    ),
    { numRuns: 60, seed: 3 },
  );
});

it('makes no single terminal of two pads that float', () => {
  const array = { rows: 1, columns: 1, conductances_S: Float64Array.of(1e-3), senseEnds: 'both' as const };
  expect(() => mapSelections({ ...array, scheme: 'float', selected_V: 1 })).toThrow(/lines with one pad/);
});

it('leaves out lines that have no pad', () => {
  const { cell_V, sensed_A } = mapSelections({
    rows: 2,
    columns: 2,
    conductances_S: new Float64Array(4).fill(1e-3),
    floatingRows: [1],
    scheme: 'v/2',
    selected_V: 1,
  });
  expect(Array.from(cell_V)).toEqual([1, 1, Number.NaN, Number.NaN]);
  expect(sensed_A[3]).toBeNaN();
});
