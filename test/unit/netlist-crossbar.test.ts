import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeCrossbar } from '../../circuits/crossbar/index.js';
import { crossbarNetlist } from '../../circuits/netlist/index.js';
import { parseSpice, writeSpice } from '../../circuits/spice/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';

interface Reference {
  M: number;
  N: number;
  R: (number | null)[][];
  V: number[][];
  rw: number;
  rb: number;
  r_driver: number;
  r_sense: number;
  W: number[][][];
  B: number[][][];
}

it.each(['xb16', 'xb16_open_short'])(
  '%s, as a netlist, as text and read again, has the reference voltages',
  (name) => {
    const file = new URL(`../golden/crossbar/${name}.json`, import.meta.url);
    // Open cells are null or Infinity, which is no JSON.
    const text = readFileSync(file, 'utf8').replace(/\bInfinity\b/g, 'null');
    const { M, N, R, V, rw, rb, r_driver, r_sense, W, B } = JSON.parse(text) as Reference;
    const crossbar = describeCrossbar({
      rows: M,
      columns: N,
      conductances_S: Float64Array.from(R.flat(), (ohm) => (ohm === null ? 0 : 1 / ohm)),
      wires: { row_ohm: rw, column_ohm: rb, driver_ohm: r_driver, sense_ohm: r_sense },
    });
    const netlist = crossbarNetlist(crossbar, { count: 1, rows_V: Float64Array.from(V, ([v]) => v) });
    for (const circuit of [netlist, parseSpice(writeSpice(netlist))]) {
      const point = solveOperatingPoint(circuit);
      expect(point.status).toBe('settled');
      for (let i = 0; i < M; i++) {
        for (let j = 0; j < N; j++) {
          expect(Math.abs(point.voltages_V[`w_${i}_${j}`] - W[i][j][0])).toBeLessThan(1e-10);
          expect(Math.abs(point.voltages_V[`b_${i}_${j}`] - B[i][j][0])).toBeLessThan(1e-10);
        }
      }
    }
  },
);

it('joins the nodes of lines without resistance', () => {
  const conductances_S = Float64Array.from([1e-3, 0, 2e-3, 1e-3, 4e-3, 0]);
  const crossbar = describeCrossbar({ rows: 2, columns: 3, conductances_S, driveBothEnds: true });
  // the second of two input vectors
  const drive = {
    count: 2,
    rows_V: Float64Array.of(9, 9, 1, 2),
    columns_V: Float64Array.of(9, 9, 9, 0, 0.5, 0),
  };
  const point = solveOperatingPoint(crossbarNetlist(crossbar, drive, 1));
  expect(point.currents_A.vs_0).toBeCloseTo(1e-3 + 2e-3, 15);
  expect(point.currents_A.vs_1).toBeCloseTo(1.5 * 4e-3, 15);
  expect(point.currents_A.vs_2).toBeCloseTo(2e-3, 15);
});
