import type { CrossbarCircuit } from './description.js';
import type { CrossbarDrive } from './schemes.js';

/**
 * One input vector of a crossbar as SPICE text that ngspice runs unchanged (`.op`): nodes w_<row>_<column> and
 * b_<row>_<column>, devices rd_<row>_<column>, drivers vw_<row>, sense ends vs_<column> (their branch current, from
 * + to −, is the output current). Lines without wire resistance are one node, w_<row> or b_<column>: a resistor of
 * 0 Ω is read as 1 mΩ. Open cells are left out.
 */
export function writeCrossbarSpice(circuit: CrossbarCircuit, drive: CrossbarDrive, input: number): string {
  const { rows, columns, conductances_S, wires } = circuit;
  const floatingRow = new Set(circuit.floatingRows);
  const floatingColumn = new Set(circuit.floatingColumns);
  const lines = [`crossbar ${rows} x ${columns}, input vector ${input}`];
  const word = (i: number, j: number) => (wires.row_ohm > 0 ? `w_${i}_${j}` : `w_${i}`);
  const bit = (i: number, j: number) => (wires.column_ohm > 0 ? `b_${i}_${j}` : `b_${j}`);
  /** A voltage source at `node` through `ohm`; straight on the node if that is 0. */
  const source = (name: string, node: string, ohm: number, volts: number) => {
    if (ohm > 0) {
      lines.push(`v${name} s${name} 0 dc ${volts}`, `r${name} s${name} ${node} ${ohm}`);
    } else lines.push(`v${name} ${node} 0 dc ${volts}`);
  };
  for (let i = 0; i < rows; i++) {
    if (!floatingRow.has(i)) {
      const volts = drive.rows_V[input * rows + i];
      const ohm = wires.row_ohm + wires.driver_ohm;
      source(`w_${i}`, word(i, 0), ohm, volts);
      // a second source straight on the same node would be a loop of voltage sources
      if (circuit.driveBothEnds && ohm > 0) source(`e_${i}`, word(i, columns - 1), ohm, volts);
    }
    for (let j = 1; j < columns && wires.row_ohm > 0; j++) {
      lines.push(`rw_${i}_${j} ${word(i, j - 1)} ${word(i, j)} ${wires.row_ohm}`);
    }
  }
  for (let j = 0; j < columns; j++) {
    if (!floatingColumn.has(j)) {
      source(
        `s_${j}`,
        bit(rows - 1, j),
        wires.column_ohm + wires.sense_ohm,
        drive.columns_V?.[input * columns + j] ?? 0,
      );
    }
    for (let i = 1; i < rows && wires.column_ohm > 0; i++) {
      lines.push(`rb_${i}_${j} ${bit(i - 1, j)} ${bit(i, j)} ${wires.column_ohm}`);
    }
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const g = conductances_S[i * columns + j];
      if (g > 0) lines.push(`rd_${i}_${j} ${word(i, j)} ${bit(i, j)} ${1 / g}`);
    }
  }
  lines.push('.options reltol=1e-9 vntol=1e-12 abstol=1e-15 gmin=1e-18', '.op', '.end');
  return `${lines.join('\n')}\n`;
}
