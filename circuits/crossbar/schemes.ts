import { inputError, nearestWord } from '../../core/index.js';

/** What is applied from outside, one row an input vector. */
export interface CrossbarDrive {
  /** Input vectors. */
  readonly count: number;
  /** Word-line driver voltages, row-major [count × rows], V. */
  readonly rows_V: Float64Array;
  /** Voltages of the sense ends of the bit lines, row-major [count × columns], V; left out: all 0. */
  readonly columns_V?: Float64Array;
  /** Of cells with transistors: voltages of the gate lines, row-major [count × rows], V. */
  readonly gates_V?: Float64Array;
}

/** Where a scheme applies its inputs. */
export interface SchemeTarget {
  readonly rows: number;
  readonly columns: number;
  /** Row-major [count × rows], V. */
  readonly inputs_V: Float64Array;
  readonly count: number;
  /** The selected cell, for the schemes that have one. */
  readonly selected: { readonly row: number; readonly column: number };
  /** Of cells with transistors: what opens those of the selected word line, of all in the scheme parallel, V. */
  readonly gate_V?: number;
}

/** Voltages of the lines when one cell is selected, as fractions of the selected word line's input. */
export interface SchemeBias {
  readonly otherRows: number;
  readonly selectedColumn: number;
  readonly otherColumns: number;
}

/** One cell is selected: its word line carries its input, its bit line 0 V, all others a fraction (Chen, IEEE T-ED 60, 2013). */
function biased(bias: SchemeBias): (target: SchemeTarget) => CrossbarDrive {
  return ({ rows, columns, inputs_V, count, selected }) => {
    const rows_V = new Float64Array(rows * count);
    const columns_V = new Float64Array(columns * count);
    for (let p = 0; p < count; p++) {
      const v = inputs_V[p * rows + selected.row];
      for (let i = 0; i < rows; i++) rows_V[p * rows + i] = i === selected.row ? v : v * bias.otherRows;
      for (let j = 0; j < columns; j++) {
        columns_V[p * columns + j] = v * (j === selected.column ? bias.selectedColumn : bias.otherColumns);
      }
    }
    return { count, rows_V, columns_V };
  };
}

/** A drive, and the lines that it leaves alone. */
export interface SchemeDrive extends CrossbarDrive {
  readonly floatingRows: readonly number[];
  readonly floatingColumns: readonly number[];
}

/** Lines other than the selected ones float: who reads one cell of a passive array with nothing else connected. */
function floatOthers({ rows, columns, selected }: SchemeTarget) {
  const others = (count: number, line: number) =>
    Array.from({ length: count }, (_, k) => k).filter((k) => k !== line);
  return { floatingRows: others(rows, selected.row), floatingColumns: others(columns, selected.column) };
}

/** Names that schemes had before 0.2; still read. */
export const formerSchemeNames: Readonly<Record<string, string>> = { all: 'parallel', row: 'row-by-row' };

/** The schemes that select one cell, by name: what the lines carry. */
export const schemeBiases = {
  /** The selected word line at its input, the others grounded, every bit line sensed at 0 V. */
  'row-by-row': { otherRows: 0, selectedColumn: 0, otherColumns: 0 },
  /** Half the voltage on every line that is not selected. */
  'v/2': { otherRows: 1 / 2, selectedColumn: 0, otherColumns: 1 / 2 },
  /** A third on the other word lines, two thirds on the other bit lines: ±V/3 on every other cell. */
  'v/3': { otherRows: 1 / 3, selectedColumn: 0, otherColumns: 2 / 3 },
  /** The selected word line at its input, the selected bit line sensed at 0 V, all others floating. */
  float: { otherRows: 0, selectedColumn: 0, otherColumns: 0 },
} as const satisfies Readonly<Record<string, SchemeBias>>;

/** The drive schemes by name. */
export const driveSchemes: Readonly<Record<string, (target: SchemeTarget) => CrossbarDrive>> = {
  /** Every word line at its input, every bit line sensed at 0 V. */
  parallel: ({ inputs_V, count }) => ({ count, rows_V: inputs_V }),
  ...Object.fromEntries(Object.entries(schemeBiases).map(([name, bias]) => [name, biased(bias)])),
};

/**
 * The drive of a named scheme; former names are read too.
 * @throws OhmpropError `crossbar.scheme`, `crossbar.inputs`, `crossbar.lines`
 */
export function applyScheme(name: string, target: SchemeTarget): SchemeDrive {
  const present = Object.hasOwn(formerSchemeNames, name) ? formerSchemeNames[name] : name;
  const scheme = Object.hasOwn(driveSchemes, present) ? driveSchemes[present] : undefined;
  if (scheme === undefined) {
    const names = Object.keys(driveSchemes);
    const near = nearestWord(name, names);
    throw inputError(
      'crossbar.scheme',
      `scheme: got "${name}"; known are ${names.join(', ')}${near === undefined ? '' : ` (did you mean ${near}?)`}`,
    );
  }
  requireInputs('inputs_V', target.inputs_V, target.rows, target.count);
  const { row, column } = target.selected;
  const inside = (k: number, count: number) => Number.isInteger(k) && k >= 0 && k < count;
  if (!inside(row, target.rows) || !inside(column, target.columns)) {
    throw inputError(
      'crossbar.lines',
      `selected cell: got row ${row}, column ${column}; rows count from 0 to ${target.rows - 1}, columns from 0 to ${target.columns - 1}`,
    );
  }
  const gates = target.gate_V === undefined ? {} : { gates_V: gatesOf(target, present, target.gate_V) };
  const floats = present === 'float' ? floatOthers(target) : { floatingRows: [], floatingColumns: [] };
  return { ...scheme(target), ...gates, ...floats };
}

/** The gates of the selected word line are open, those of others at 0 V. */
function gatesOf({ rows, count, selected }: SchemeTarget, scheme: string, gate_V: number): Float64Array {
  return Float64Array.from({ length: rows * count }, (_, k) =>
    scheme === 'parallel' || k % rows === selected.row ? gate_V : 0,
  );
}

/**
 * Checks voltages [count × lines], row-major.
 * @throws OhmpropError `crossbar.inputs`
 */
export function requireInputs(field: string, values_V: Float64Array, lines: number, count: number): void {
  if (!Number.isInteger(count) || count < 1 || values_V.length !== lines * count) {
    throw inputError(
      'crossbar.inputs',
      `${field}: got ${values_V.length} values for ${lines} lines × ${count} input vectors; give one row an input vector, one column a line`,
    );
  }
  const bad = values_V.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) {
    throw inputError(
      'crossbar.inputs',
      `${field}, line ${bad % lines}, input vector ${Math.floor(bad / lines)} (both from 0): got ${values_V[bad]}; a finite voltage is needed`,
    );
  }
}
