import type { CrossbarCircuit, CrossbarDrive } from '../../circuits/crossbar/index.js';

/** Node voltages of one input vector, row-major [rows × columns], V. */
export interface ReferenceVoltages {
  readonly word_V: Float64Array;
  readonly bit_V: Float64Array;
}

/** A node that is solved for has an index; one whose voltage is given has none. */
interface Node {
  readonly index: number;
  readonly volts: number;
}

/**
 * The plain, slow answer to check others by: nodal equations of the whole network in float64, factored by an envelope
 * Cholesky decomposition (George & Liu, 1981, §4) without any of the structure that the kernel uses. Lines without wire
 * resistance are one node each. For some thousand cells; one input vector.
 */
export function solveReference(circuit: CrossbarCircuit, drive: CrossbarDrive, input = 0): ReferenceVoltages {
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

  const edges: [Node, Node, number][] = [];
  const join = (a: Node, b: Node, conductance_S: number) => {
    if (conductance_S > 0 && a !== b && (a.index >= 0 || b.index >= 0)) edges.push([a, b, conductance_S]);
  };
  const { word, bit } = perCell;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const k = i * columns + j;
      join(word[k], bit[k], conductances_S[k]);
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
  const volts = solveEdges(unknowns, edges);
  const read = (nodes: Node[]) => Float64Array.from(nodes, (n) => (n.index >= 0 ? volts[n.index] : n.volts));
  return { word_V: read(word), bit_V: read(bit) };
}

function repeated<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

/** Assembles and solves the nodal equations. */
function solveEdges(unknowns: number, edges: readonly [Node, Node, number][]): Float64Array {
  const first = Int32Array.from({ length: unknowns }, (_, i) => i);
  for (const [{ index: a }, { index: b }] of edges) {
    if (a >= 0 && b >= 0) first[Math.max(a, b)] = Math.min(first[Math.max(a, b)], a, b);
  }
  const rows = Array.from({ length: unknowns }, (_, i) => new Float64Array(i - first[i] + 1));
  const x = new Float64Array(unknowns);
  for (const [a, b, g] of edges) {
    for (const [here, there] of [
      [a, b],
      [b, a],
    ]) {
      if (here.index < 0) continue;
      rows[here.index][here.index - first[here.index]] += g;
      if (there.index < 0) x[here.index] += g * there.volts;
      else if (there.index < here.index) rows[here.index][there.index - first[here.index]] -= g;
    }
  }
  for (let i = 0; i < unknowns; i++) {
    const row = rows[i];
    for (let j = first[i]; j <= i; j++) {
      const other = rows[j];
      let sum = row[j - first[i]];
      for (let k = Math.max(first[i], first[j]); k < j; k++) sum -= row[k - first[i]] * other[k - first[j]];
      row[j - first[i]] = j < i ? sum / other[j - first[j]] : Math.sqrt(sum);
    }
    let sum = x[i];
    for (let k = first[i]; k < i; k++) sum -= row[k - first[i]] * x[k];
    x[i] = sum / row[i - first[i]];
  }
  for (let i = unknowns - 1; i >= 0; i--) {
    const row = rows[i];
    x[i] /= row[i - first[i]];
    for (let k = first[i]; k < i; k++) x[k] -= row[k - first[i]] * x[i];
  }
  return x;
}
