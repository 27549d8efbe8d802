import { MosLevel1 } from '../../devices/elements/index.js';
import type { CrossbarCells, CrossbarCircuit, CrossbarDrive } from '../crossbar/index.js';
import { Netlist } from './netlist.js';

/**
 * A crossbar under one of its input vectors as a netlist: nodes w_<row>_<column> and b_<row>_<column>, cells rd_<row>_<column>,
 * drivers vw_<row> (ve_<row> at the far ends), sense ends vs_<column> (vf_<column> at the first cells where both ends are sensed), whose
 * branch currents, from + to −, make the output current.
 * Lines without wire resistance are one node, w_<row> or b_<column>. Open cells are left out. Cells with models take the place of
 * conductances: with something in series m_<row>_<column> lies between, a selector is rs_<row>_<column>, a transistor
 * mt_<row>_<column> with its gate on g_<row>.
 */
export function crossbarNetlist(
  circuit: CrossbarCircuit,
  drive: CrossbarDrive,
  input = 0,
  cells?: CrossbarCells,
): Netlist {
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
  if (cells !== undefined) {
    placeCells(netlist, cells, circuit, { word, bit });
    for (let i = 0; i < rows && cells.transistor !== undefined; i++) {
      netlist.voltage(`vg_${i}`, `g_${i}`, '0', drive.gates_V?.[input * rows + i] ?? 0);
    }
    return netlist;
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const conductance_S = conductances_S[i * columns + j];
      if (conductance_S > 0) netlist.resistor(`rd_${i}_${j}`, word(i, j), bit(i, j), 1 / conductance_S);
    }
  }
  return netlist;
}

/** Where a line's nodes are. */
type NodeOf = (row: number, column: number) => string;

function placeCells(
  netlist: Netlist,
  { model, states, selector, transistor }: CrossbarCells,
  { rows, columns }: CrossbarCircuit,
  { word, bit }: { readonly word: NodeOf; readonly bit: NodeOf },
): void {
  // bulk junctions are no part of these cells
  const channel =
    transistor && new MosLevel1({ ...transistor.values, IS: LEAST_SATURATION_A, JS: 0, gmin_S: 0 });
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const place = `${i}_${j}`;
      const end = selector === undefined && channel === undefined ? bit(i, j) : `m_${place}`;
      const state = model.state === undefined ? undefined : states[i * columns + j];
      netlist.model(`rd_${place}`, word(i, j), end, model, state);
      if (selector !== undefined) netlist.model(`rs_${place}`, end, bit(i, j), selector);
      if (channel !== undefined) netlist.mos(`mt_${place}`, end, `g_${i}`, bit(i, j), '0', channel);
    }
  }
}

/** Simulators take no 0 A for a junction. */
const LEAST_SATURATION_A = 1e-30;

/** A voltage source at `node` behind a resistance; straight on the node where there is none. */
function source(netlist: Netlist, name: string, node: string, ohm: number, volts: number): void {
  if (ohm === 0) {
    netlist.voltage(`v${name}`, node, '0', volts);
    return;
  }
  netlist.voltage(`v${name}`, `s${name}`, '0', volts);
  netlist.resistor(`r${name}`, `s${name}`, node, ohm);
}
