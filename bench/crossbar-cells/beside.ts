import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeCrossbar } from '../../circuits/crossbar/index.js';
import { crossbarNetlist } from '../../circuits/netlist/index.js';
import { readRaw, writeSpice } from '../../circuits/spice/index.js';
import { ngspiceTime_s } from '../ngspice/index.js';
import { inputs, kinds, statesOf, timeOf, timeText, wires } from './cells.js';

/** ngspice is stopped after it, ms. */
const PATIENCE = 18 * 60_000;

/** Node voltages beside ngspice's, and both times. */
export async function besideNgspice(
  wanted: readonly string[],
  shapes: readonly [number, number][],
): Promise<void> {
  const all = await kinds();
  const folder = mkdtempSync(join(tmpdir(), 'crossbar-cells-'));
  try {
    for (const [rows, columns] of shapes) {
      for (const kind of wanted) {
        const made = all[kind];
        const cells = { ...made, states: statesOf(made.model, rows * columns) };
        const { time, solution } = timeOf(cells, rows, columns);
        const circuit = describeCrossbar({
          rows,
          columns,
          wires,
          conductances_S: new Float64Array(rows * columns).fill(1),
        });
        const gates_V = made.transistor && { gates_V: new Float64Array(rows).fill(2.5) };
        const netlist = crossbarNetlist(circuit, { count: 1, rows_V: inputs(rows), ...gates_V }, 0, cells);
        const tail = ['.options reltol=1e-9 vntol=1e-12 abstol=1e-16 gmin=1e-18', '.op'];
        const [cir, raw] = [join(folder, 'a.cir'), join(folder, 'a.raw')];
        writeFileSync(cir, writeSpice(netlist, { tail }));
        rmSync(raw, { force: true });
        const seconds = ngspiceTime_s(['-b', '-r', raw, cir], PATIENCE);
        if (seconds === undefined) {
          console.log(
            `${rows} × ${columns} ${kind}: ngspice stopped after ${PATIENCE / 1000} s; ours ${timeText(time)}`,
          );
          continue;
        }
        const { variables } = readRaw(readFileSync(raw));
        const theirs = new Map(variables.map(({ name, values }) => [name, values[0]]));
        let [most_V, over] = [0, 0];
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            const k = i * columns + j;
            for (const [name, got] of [
              [`v(w_${i}_${j})`, solution.wordVoltages_V[k]],
              [`v(b_${i}_${j})`, solution.bitVoltages_V[k]],
            ] as const) {
              const apart_V = Math.abs(got - (theirs.get(name) ?? Number.NaN));
              if (!(apart_V < 1e-9 + 1e-6 * Math.abs(got))) over++;
              most_V = Math.max(most_V, apart_V);
            }
          }
        }
        console.log(
          `${rows} × ${columns} ${kind}: apart by at most ${most_V.toExponential(1)} V, ${over} of ${2 * rows * columns} nodes beyond 1e-9 V + 1e-6; ours ${timeText(time)}, ngspice ${seconds.toFixed(2)} s of processor time: ${((1000 * seconds) / time.processor_ms).toFixed(0)} ×`,
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
