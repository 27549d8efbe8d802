import { inputError } from '../../core/index.js';

/** Resistances of the wires and what is at their ends, Ω. All may be 0. */
export interface CrossbarWires {
  /** One segment of a word line, between neighbouring cells. */
  readonly row_ohm: number;
  /** One segment of a bit line, between neighbouring cells. */
  readonly column_ohm: number;
  /** From a driver to the cell next to it; 0: the driver sits on that cell. */
  readonly firstRow_ohm: number;
  /** From the cell next to a sense end to that end; 0: the cell sits on it. */
  readonly lastColumn_ohm: number;
  /** Output resistance of every word-line driver. */
  readonly driver_ohm: number;
  /** Input resistance of every sense amplifier. */
  readonly sense_ohm: number;
}

/** Which ends of the bit lines are sensed: after the last cell, before the first, or both. */
export const senseEnds = ['last', 'first', 'both'] as const;
/** One of `senseEnds`. */
export type SenseEnds = (typeof senseEnds)[number];

/**
 * A crossbar of rows × columns cells. Word line i: driver – (driver_ohm + firstRow_ohm) – W[i][0] – row_ohm – W[i][1] …, far
 * end open, or driven likewise with `driveBothEnds`. Bit line j: B[0][j], open, – column_ohm – … B[M−1][j] –
 * (lastColumn_ohm + sense_ohm) – sense end; `senseEnds` puts the sense end before B[0][j] instead, or at both ends. The cell at
 * (i, j) lies between W[i][j] and B[i][j]. Rows and columns count from 0. A floating line has neither driver nor sense end.
 */
export interface CrossbarCircuit {
  readonly rows: number;
  readonly columns: number;
  /** Cell conductances, row-major [rows × columns], S; 0 is an open cell. */
  readonly conductances_S: Float64Array;
  readonly wires: CrossbarWires;
  readonly driveBothEnds: boolean;
  readonly senseEnds: SenseEnds;
  readonly floatingRows: readonly number[];
  readonly floatingColumns: readonly number[];
}

/** What must be said of a crossbar; everything but cells and shape has a default. */
export interface CrossbarDescription {
  /** Row-major [rows × columns], S; 0 is an open cell. Never written to. */
  readonly conductances_S: Float64Array;
  readonly rows: number;
  readonly columns: number;
  /** Defaults: 0 Ω each; first and last segments as the others of their line. */
  readonly wires?: Partial<CrossbarWires>;
  readonly driveBothEnds?: boolean;
  /** Default: 'last'. */
  readonly senseEnds?: SenseEnds;
  readonly floatingRows?: readonly number[];
  readonly floatingColumns?: readonly number[];
}

/**
 * Checks shape, wires and lines of a description and fills in what was left out. The conductances themselves are
 * checked by `requireConductances`, or by whoever reads them anyway.
 * @throws OhmpropError `crossbar.shape`, `crossbar.wires`, `crossbar.lines`
 */
export function describeCrossbar(description: CrossbarDescription): CrossbarCircuit {
  const { rows, columns, conductances_S } = description;
  for (const [name, value] of [
    ['rows', rows],
    ['columns', columns],
  ] as const) {
    if (!Number.isInteger(value) || value < 1) {
      throw inputError(
        'crossbar.shape',
        `${name}: got ${value}; a crossbar needs a whole number of at least 1`,
      );
    }
  }
  if (conductances_S.length !== rows * columns) {
    throw inputError(
      'crossbar.shape',
      `conductances_S: got ${conductances_S.length} values for ${rows} rows × ${columns} columns = ${rows * columns} cells; give one value a cell, row by row`,
    );
  }
  return {
    rows,
    columns,
    conductances_S,
    wires: requireWires(description.wires ?? {}),
    driveBothEnds: description.driveBothEnds ?? false,
    senseEnds: description.senseEnds ?? 'last',
    floatingRows: requireLines('floatingRows', description.floatingRows ?? [], rows),
    floatingColumns: requireLines('floatingColumns', description.floatingColumns ?? [], columns),
  };
}

/**
 * Wires with what was left out filled in: 0 Ω, first and last segments as the others of their line.
 * @throws OhmpropError `crossbar.wires`
 */
export function requireWires(wires: Partial<CrossbarWires>): CrossbarWires {
  const { row_ohm = 0, column_ohm = 0, driver_ohm = 0, sense_ohm = 0 } = wires;
  const { firstRow_ohm = row_ohm, lastColumn_ohm = column_ohm } = wires;
  const full = { row_ohm, column_ohm, firstRow_ohm, lastColumn_ohm, driver_ohm, sense_ohm };
  for (const [name, value] of Object.entries(full)) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw inputError(
        'crossbar.wires',
        `wires.${name}: got ${value}; a resistance in ohm, 0 or more, is needed`,
      );
    }
  }
  return full;
}

function requireLines(field: string, lines: readonly number[], count: number): readonly number[] {
  for (const line of lines) {
    if (!Number.isInteger(line) || line < 0 || line >= count) {
      throw inputError('crossbar.lines', `${field}: got ${line}; lines count from 0 to ${count - 1}`);
    }
  }
  return [...new Set(lines)].sort((a, b) => a - b);
}

/**
 * Names the first value that is no conductance.
 * @throws OhmpropError `crossbar.conductance`
 */
export function requireConductances(circuit: CrossbarCircuit): void {
  const bad = circuit.conductances_S.findIndex((g) => !(g >= 0 && g < Number.POSITIVE_INFINITY));
  if (bad < 0) return;
  const row = Math.floor(bad / circuit.columns);
  throw inputError(
    'crossbar.conductance',
    `conductances_S at row ${row}, column ${bad % circuit.columns} (rows and columns count from 0): got ${circuit.conductances_S[bad]} S; a conductance is 0 (open) or more, and finite (a short is for instance 1000 S)`,
  );
}
