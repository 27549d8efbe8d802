import type { CrossbarCircuit, CrossbarDrive } from '../../circuits/crossbar/index.js';

/** A node that is solved for has an index; one whose voltage is given has none. */
export interface Node {
  readonly index: number;
  readonly volts: number;
}

/** A conductance between two nodes, S. */
export type Edge = readonly [Node, Node, number];

/** A crossbar as nodes and conductances, one input vector. Lines without wire resistance are one node each. */
export interface NodalNetwork {
  readonly unknowns: number;
  /** Of each cell, row-major. */
  readonly word: readonly Node[];
  readonly bit: readonly Node[];
  readonly cells: readonly Edge[];
  readonly wires: readonly Edge[];
}

/** Nodes and conductances of a circuit under input vector `input`, without any of the structure that the kernel uses. */
export function nodalNetwork(circuit: CrossbarCircuit, drive: CrossbarDrive, input = 0): NodalNetwork {
  const { rows, columns, conductances_S, wires } = circuit;
  const floatingRow = new Set(circuit.floatingRows);
  const floatingColumn = new Set(circuit.floatingColumns);
  let unknowns = 0;
  const unknown = (): Node => ({ index: unknowns++, volts: 0 });
  const given = (volts: number): Node => ({ index: -1, volts });
  const rowVolts = (i: number) => drive.rows_V[input * rows + i];
  const columnVolts = (j: number) => drive.columns_V?.[input * columns + j] ?? 0;

  const driver_ohm = wires.firstRow_ohm + wires.driver_ohm;
  const sense_ohm = wires.lastColumn_ohm + wires.sense_ohm;
  const driven = (i: number, j: number) =>
    !floatingRow.has(i) && (j === 0 || (circuit.driveBothEnds && j === columns - 1));
  const sensed = (i: number, j: number) =>
    !floatingColumn.has(j) &&
    ((i === rows - 1 && circuit.senseEnds !== 'first') || (i === 0 && circuit.senseEnds !== 'last'));
  const perCell = { word: [] as Node[], bit: [] as Node[] };
  // nodes of single cells first, whole lines last: keeps the envelope small
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const k = i * columns + j;
      const onDriver = driver_ohm === 0 && driven(i, j);
      const onSense = sense_ohm === 0 && sensed(i, j);
      if (wires.row_ohm > 0) perCell.word[k] = onDriver ? given(rowVolts(i)) : unknown();
      if (wires.column_ohm > 0) perCell.bit[k] = onSense ? given(columnVolts(j)) : unknown();
    }
  }
  const lineNode = (floating: boolean, end_ohm: number, volts: number): Node =>
    floating || end_ohm > 0 ? unknown() : given(volts);
  if (wires.row_ohm === 0) {
    for (let i = 0; i < rows; i++) {
      perCell.word.push(...repeated(columns, lineNode(floatingRow.has(i), driver_ohm, rowVolts(i))));
    }
  }
  if (wires.column_ohm === 0) {
    const lines = Array.from({ length: columns }, (_, j) =>
      lineNode(floatingColumn.has(j), sense_ohm, columnVolts(j)),
    );
    for (let i = 0; i < rows; i++) perCell.bit.push(...lines);
  }

  const cells: Edge[] = [];
  const segments: Edge[] = [];
  const join = (a: Node, b: Node, conductance_S: number, among = segments) => {
    if (conductance_S > 0 && a !== b && (a.index >= 0 || b.index >= 0)) among.push([a, b, conductance_S]);
  };
  const { word, bit } = perCell;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const k = i * columns + j;
      join(word[k], bit[k], conductances_S[k], cells);
      if (j > 0) join(word[k], word[k - 1], 1 / wires.row_ohm);
      if (i > 0) join(bit[k], bit[k - columns], 1 / wires.column_ohm);
    }
  }
  for (let i = 0; i < rows; i++) {
    if (floatingRow.has(i)) continue;
    join(word[i * columns], given(rowVolts(i)), 1 / driver_ohm);
    if (circuit.driveBothEnds) join(word[i * columns + columns - 1], given(rowVolts(i)), 1 / driver_ohm);
  }
  for (let j = 0; j < columns; j++) {
    if (floatingColumn.has(j)) continue;
    if (circuit.senseEnds !== 'first')
      join(bit[(rows - 1) * columns + j], given(columnVolts(j)), 1 / sense_ohm);
    if (circuit.senseEnds !== 'last') join(bit[j], given(columnVolts(j)), 1 / sense_ohm);
  }
  return { unknowns, word, bit, cells, wires: segments };
}

function repeated<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}
