import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeCrossbar } from '../../circuits/crossbar/index.js';
import { solveCrossbar, solveReference } from '../../solver/crossbar/index.js';

// Voltages of every node from an independent solver in extended precision, agreed with ngspice to 3e-14 V.
interface Golden {
  M: number;
  N: number;
  P: number;
  rw: number;
  rb: number;
  r_driver?: number;
  r_sense?: number;
  R: (number | null)[][];
  V: number[][];
  W?: number[][][];
  B?: number[][][];
  Idev?: number[][][];
  Iout: number[][] | number[];
}

const files = ['xb16', 'xb16_batch5', 'xb16_open_short', 'xb8x6_ideal'];

function load(name: string): Golden {
  return JSON.parse(
    readFileSync(new URL(`../golden/crossbar/${name}.json`, import.meta.url), 'utf8'),
  ) as Golden;
}

describe.each(files)('golden crossbar %s', (name) => {
  const golden = load(name);
  const { M: rows, N: columns } = golden;
  const inputs = golden.P ?? 1;
  const description = {
    rows,
    columns,
    conductances_S: Float64Array.from(golden.R.flat(), (r) => (r === null ? 0 : 1 / r)),
    wires: {
      row_ohm: golden.rw,
      column_ohm: golden.rb,
      driver_ohm: golden.r_driver ?? 0,
      sense_ohm: golden.r_sense ?? 0,
    },
  };
  // in the file a column is an input vector
  const inputs_V = Float64Array.from(
    { length: inputs * rows },
    (_, k) => golden.V[k % rows][Math.floor(k / rows)],
  );

  it('has every output within 1e-9', () => {
    const solution = solveCrossbar({ ...description, inputs_V });
    expect(solution.status).toBe('settled');
    for (let p = 0; p < inputs; p++) {
      for (let j = 0; j < columns; j++) {
        const output_A = solution.outputCurrents_A[p * columns + j];
        expect(Math.abs(output_A / [golden.Iout[j]].flat()[p] - 1)).toBeLessThan(1e-9);
      }
    }
  });

  const { W, B, Idev } = golden;
  it.skipIf(!(W && B && Idev))('has every node within 1e-10 V, where the file holds them', () => {
    const solution = solveCrossbar({ ...description, inputs_V });
    const devices = solution.deviceCurrents_A();
    for (let p = 0; p < inputs; p++) {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const at = (p * rows + i) * columns + j;
          expect(Math.abs(solution.wordVoltages_V[at] - W![i][j][p])).toBeLessThan(1e-10);
          expect(Math.abs(solution.bitVoltages_V[at] - B![i][j][p])).toBeLessThan(1e-10);
          expect(Math.abs(devices[at] - Idev![i][j][p])).toBeLessThan(1e-9 * solution.stats.largestCurrent_A);
        }
      }
    }
  });

  it('is met by the plain float64 reference too', () => {
    const circuit = describeCrossbar(description);
    for (let p = 0; p < inputs; p++) {
      const { word_V, bit_V } = solveReference(circuit, { count: inputs, rows_V: inputs_V }, p);
      for (let k = 0; k < rows * columns && golden.W && golden.B; k++) {
        expect(Math.abs(word_V[k] - golden.W[Math.floor(k / columns)][k % columns][p])).toBeLessThan(1e-11);
        expect(Math.abs(bit_V[k] - golden.B[Math.floor(k / columns)][k % columns][p])).toBeLessThan(1e-11);
      }
      expect(word_V.every(Number.isFinite)).toBe(true);
    }
  });
});
