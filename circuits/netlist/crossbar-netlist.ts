import type { CrossbarCircuit } from '../crossbar/index.js';
import { Netlist } from './netlist.js';

/** Voltages of one input vector, V: word-line drivers [rows], and sense ends of the bit lines [columns] (0 V each). */
export interface CrossbarOperation {
  readonly rows_V: ArrayLike<number>;
  readonly columns_V?: ArrayLike<number>;
}

/**
 * A crossbar with wires as a netlist: nodes `w<row>_<column>` and `b<row>_<column>`, sources `vw<row>` and, where a sense
 * end is not grounded, `vb<column>`. A line without wire resistance is one node, named after its first cell.
 */
export function crossbarNetlist(
  crossbar: CrossbarCircuit,
  { rows_V, columns_V }: CrossbarOperation,
): Netlist {
  const { rows, columns, conductances_S, wires } = crossbar;
  const netlist = new Netlist(`crossbar ${rows} x ${columns}`);
  const word = (i: number, j: number): string => `w${i}_${wires.row_ohm === 0 ? 0 : j}`;
  const bit = (i: number, j: number): string => `b${wires.column_ohm === 0 ? 0 : i}_${j}`;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const conductance = conductances_S[i * columns + j];
      if (conductance !== 0) netlist.resistor(`r${i}_${j}`, word(i, j), bit(i, j), 1 / conductance);
      if (j > 0 && wires.row_ohm > 0)
        netlist.resistor(`rw${i}_${j}`, word(i, j - 1), word(i, j), wires.row_ohm);
      if (i > 0 && wires.column_ohm > 0)
        netlist.resistor(`rb${i}_${j}`, bit(i - 1, j), bit(i, j), wires.column_ohm);
    }
  }
  for (let i = 0; i < rows; i++) {
    if (crossbar.floatingRows.includes(i)) continue;
    const ends = [word(i, 0), ...(crossbar.driveBothEnds ? [word(i, columns - 1)] : [])];
    drive(netlist, `w${i}`, rows_V[i], ends, wires.driver_ohm + wires.row_ohm);
  }
  for (let j = 0; j < columns; j++) {
    if (crossbar.floatingColumns.includes(j)) continue;
    const end_V = columns_V?.[j] ?? 0;
    const end = bit(rows - 1, j);
    const resistance = wires.sense_ohm + wires.column_ohm;
    if (end_V === 0 && resistance > 0) netlist.resistor(`rsense${j}`, end, '0', resistance);
    else drive(netlist, `b${j}`, end_V, [end], resistance);
  }
  return netlist;
}

/** A source behind a resistance to each end; straight at the first where there is none. */
function drive(
  netlist: Netlist,
  name: string,
  voltage: number,
  ends: readonly string[],
  resistance: number,
): void {
  if (resistance === 0) {
    netlist.voltage(`v${name}`, ends[0], '0', voltage);
    // Both ends of a line without any resistance at all are one node.
    if (ends.length > 1 && ends[1] !== ends[0]) netlist.voltage(`v${name}_far`, ends[1], '0', voltage);
    return;
  }
  netlist.voltage(`v${name}`, `s${name}`, '0', voltage);
  ends.forEach((end, k) => {
    netlist.resistor(`rdrive_${name}_${k}`, `s${name}`, end, resistance);
  });
}
