import { inputError } from '../../core/index.js';
import type { CrossbarCircuit } from './description.js';

/** Lines that no path of wires and cells joins to a driver or a sense end. */
export interface FloatingLines {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/**
 * Finds the lines without a path to a driven, grounded or sensed end: their voltages are not determined. A breadth-first
 * walk over lines; cells of 0 S do not conduct.
 */
export function findFloatingLines(circuit: CrossbarCircuit): FloatingLines {
  const { rows, columns, conductances_S: g } = circuit;
  const floatingRows = new Set(circuit.floatingRows);
  const floatingColumns = new Set(circuit.floatingColumns);
  if (floatingRows.size === 0 && floatingColumns.size === 0) return { rows: [], columns: [] };
  // lines are numbered rows first, then columns
  const queue: number[] = [];
  for (let i = 0; i < rows; i++) if (!floatingRows.has(i)) queue.push(i);
  for (let j = 0; j < columns; j++) if (!floatingColumns.has(j)) queue.push(rows + j);
  for (let head = 0; head < queue.length && floatingRows.size + floatingColumns.size > 0; head++) {
    const line = queue[head];
    if (line < rows) {
      for (const j of floatingColumns) {
        if (g[line * columns + j] > 0) {
          floatingColumns.delete(j);
          queue.push(rows + j);
        }
      }
    } else {
      for (const i of floatingRows) {
        if (g[i * columns + line - rows] > 0) {
          floatingRows.delete(i);
          queue.push(i);
        }
      }
    }
  }
  return { rows: [...floatingRows], columns: [...floatingColumns] };
}

/**
 * Refuses a crossbar in which a line's voltage is not determined.
 * @throws OhmpropError `crossbar.floating`, the floating nodes named
 */
export function requireGrounded(circuit: CrossbarCircuit): void {
  const floating = findFloatingLines(circuit);
  if (floating.rows.length + floating.columns.length === 0) return;
  const nodes = [
    ...floating.rows.map((i) => `W[${i}][0…${circuit.columns - 1}]`),
    ...floating.columns.map((j) => `B[0…${circuit.rows - 1}][${j}]`),
  ];
  const shown =
    nodes.slice(0, 8).join(', ') + (nodes.length > 8 ? `, and ${nodes.length - 8} more lines` : '');
  throw inputError(
    'crossbar.floating',
    `no path to ground from ${shown} (W word-line nodes, B bit-line nodes): ${lineNames(floating)} neither driven nor sensed, and no conducting cell joins them to a line that is; drive or ground one of them, or give one of their cells a conductance`,
  );
}

function lineNames(floating: FloatingLines): string {
  const parts: string[] = [];
  const list = (lines: readonly number[]) =>
    lines.length > 8 ? `${lines.slice(0, 8).join(', ')}, …` : lines.join(', ');
  if (floating.rows.length > 0) parts.push(`word lines ${list(floating.rows)}`);
  if (floating.columns.length > 0) parts.push(`bit lines ${list(floating.columns)}`);
  return `${parts.join(' and ')} are`;
}
