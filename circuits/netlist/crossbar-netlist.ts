import type { CrossbarCircuit, CrossbarDrive } from '../crossbar/index.js';
import { Netlist } from './netlist.js';

/**
 * A crossbar under one of its input vectors as a netlist: nodes w_<row>_<column> and b_<row>_<column>, cells rd_<row>_<column>,
 * drivers vw_<row> (ve_<row> at the far ends), sense ends vs_<column> (vf_<column> at the first cells where both ends are sensed), whose
 * branch currents, from + to −, make the output current.
 * Lines without wire resistance are one node, w_<row> or b_<column>. Open cells are left out.
 */
export function crossbarNetlist(circuit: CrossbarCircuit, drive: CrossbarDrive, input = 0): Netlist {
  const { rows, columns, conductances_S, wires } = circuit;
  const floatingRow = new Set(circuit.floatingRows);
  const floatingColumn = new Set(circuit.floatingColumns);
  const netlist = new Netlist(`crossbar ${rows} x ${columns}, input vector ${input}`);
  const word = (i: number, j: number): string => (wires.row_ohm > 0 ? `w_${i}_${j}` : `w_${i}`);
  const bit = (i: number, j: number): string => (wires.column_ohm > 0 ? `b_${i}_${j}` : `b_${j}`);
  for (let i = 0; i < rows; i++) {
    if (!floatingRow.has(i)) {
      const volts = drive.rows_V[input * rows + i];
      const ohm = wires.firstRow_ohm + wires.driver_ohm;
      source(netlist, `w_${i}`, word(i, 0), ohm, volts);
      // a second source straight on the same node would be a loop of voltage sources
      const apart = ohm > 0 || (wires.row_ohm > 0 && columns > 1);
      if (circuit.driveBothEnds && apart) source(netlist, `e_${i}`, word(i, columns - 1), ohm, volts);
    }
    for (let j = 1; j < columns && wires.row_ohm > 0; j++) {
      netlist.resistor(`rw_${i}_${j}`, word(i, j - 1), word(i, j), wires.row_ohm);
    }
  }
  for (let j = 0; j < columns; j++) {
    if (!floatingColumn.has(j)) {
      const volts = drive.columns_V?.[input * columns + j] ?? 0;
      const ohm = wires.lastColumn_ohm + wires.sense_ohm;
      const first = circuit.senseEnds === 'first';
      source(netlist, `s_${j}`, bit(first ? 0 : rows - 1, j), ohm, volts);
      const apart = ohm > 0 || (wires.column_ohm > 0 && rows > 1);
      if (circuit.senseEnds === 'both' && apart) source(netlist, `f_${j}`, bit(0, j), ohm, volts);
    }
    for (let i = 1; i < rows && wires.column_ohm > 0; i++) {
      netlist.resistor(`rb_${i}_${j}`, bit(i - 1, j), bit(i, j), wires.column_ohm);
    }
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const conductance_S = conductances_S[i * columns + j];
      if (conductance_S > 0) netlist.resistor(`rd_${i}_${j}`, word(i, j), bit(i, j), 1 / conductance_S);
    }
  }
  return netlist;
}

/** A voltage source at `node` behind a resistance; straight on the node where there is none. */
function source(netlist: Netlist, name: string, node: string, ohm: number, volts: number): void {
  if (ohm === 0) {
    netlist.voltage(`v${name}`, node, '0', volts);
    return;
  }
  netlist.voltage(`v${name}`, `s${name}`, '0', volts);
  netlist.resistor(`r${name}`, `s${name}`, node, ohm);
}
