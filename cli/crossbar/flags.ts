import {
  applyScheme,
  type CrossbarCells,
  type CrossbarDescription,
  type CrossbarDrive,
  describeCrossbar,
  type PlannedProduct,
  planProduct,
  type SchemeDrive,
  type TurnedCrossbar,
  turnCells,
  turnCrossbar,
} from '../../circuits/crossbar/index.js';
import { inputError } from '../../core/index.js';
import type { Io } from '../io.js';
import { warnBeyond } from './cell-states.js';
import { wiresOf } from './lines.js';
import { requireAllInputs } from './one-source.js';
import type { ArrayFlags, CrossbarFlags } from './options.js';
import { randomInputs_V } from './random-array.js';
import { readArray } from './read-array.js';
import { readInputs } from './read-inputs.js';
import { requireNoShort } from './shorted.js';
import { convertersOf, type WeightFlags } from './weights.js';

/** How it is solved. */
export interface SolverFlags {
  readonly threads: number;
  readonly tolerance: number;
}

/** A crossbar as the solver takes it: driven lines are word lines. */
export interface ReadCrossbar {
  /** Cells with models; the description's conductances are then not numbers. */
  readonly cells?: CrossbarCells;
  readonly description: CrossbarDescription;
  readonly drive: CrossbarDrive;
  /** Several arrays, solved one after another: all their cells, [count × rows × columns], S. */
  readonly stack?: { readonly count: number; readonly cells_S: Float64Array };
  /** The signed matrix that its cells stand for, and the input vectors. */
  readonly weights?: PlannedProduct;
  /** With inputs on the bit lines: how to get back to the array as it is drawn. */
  readonly turned?: TurnedCrossbar;
}

/** Reads the files of an array. */
export async function readDrawnArray(io: Io, flags: ArrayFlags) {
  const wires = wiresOf(flags);
  const { weights, reach_V, models, ...cells } = await readArray(io, flags);
  const drawn = {
    rows: cells.rows,
    columns: cells.columns,
    conductances_S: cells.values.subarray(0, cells.rows * cells.columns),
    wires,
    driveBothEnds: flags.driveBothEnds,
    senseEnds: flags.senseEnds,
    floatingRows: flags.floatRows,
    floatingColumns: flags.floatCols,
  };
  // lines are checked where they have the numbers that were typed
  describeCrossbar(drawn);
  return {
    drawn,
    ...(models === undefined ? {} : { cells: models }),
    ...(reach_V === undefined ? {} : { reach_V }),
    ...(cells.count > 1 ? { stack: { count: cells.count, cells_S: cells.values } } : {}),
    ...(weights === undefined ? {} : { weights }),
  };
}

/** Reads the files and puts the crossbar and its drive together. */
export async function readCrossbar(
  io: Io,
  flags: CrossbarFlags & Partial<WeightFlags>,
): Promise<ReadCrossbar> {
  requireAllInputs(flags);
  const { drawn, stack, weights, reach_V, cells } = await readDrawnArray(io, flags);
  if (stack !== undefined && flags.inputsOn === 'columns') {
    throw inputError(
      'crossbar.usage',
      '--inputs-on columns: goes with one array, not with a file of several',
    );
  }
  const turned = flags.inputsOn === 'columns' ? turnCrossbar(drawn) : undefined;
  const { rows, columns } = turned?.description ?? drawn;
  const { scheme, select } = flags;
  requireSelected(select, drawn);
  const [row, column] = select ?? [0, 0];
  const { count, inputs_V: typed_V } =
    flags.inputs === undefined
      ? { count: 1, inputs_V: randomInputs_V(rows, flags) }
      : await readInputs(flags.inputs, {
          lines: weights?.inputs ?? rows,
          lineName:
            weights !== undefined ? 'row of --weights' : turned === undefined ? 'word line' : 'bit line',
          // with one selected line one row of voltages is enough
          spread: scheme !== 'parallel',
        });
  const planned = weights && planProduct(weights, typed_V, convertersOf(flags));
  const inputs_V = planned?.rows_V[0] ?? typed_V;
  if (reach_V !== undefined) warnBeyond(io, inputs_V, reach_V);
  const applied = applyScheme(scheme, {
    ...(flags.gate === undefined ? {} : { gate_V: flags.gate }),
    rows,
    columns,
    inputs_V:
      turned === undefined || flags.inputs === undefined ? inputs_V : turnedInputs(inputs_V, count, turned),
    count,
    selected:
      turned === undefined ? { row, column } : { row: turned.rowOf(column), column: turned.columnOf(row) },
  });
  const { floatingRows: _rows, floatingColumns: _columns, ...drive } = applied;
  const description = turned?.description ?? drawn;
  if (cells === undefined && stack === undefined && weights === undefined) {
    requireNoShort({ ...description, ...withFloating(description, applied) }, drive, flags.shortOhm);
  }
  return {
    description: {
      ...description,
      ...withFloating(description, applied),
    },
    drive,
    ...(cells === undefined ? {} : { cells: turned === undefined ? cells : turnCells(cells, turned) }),
    ...(turned === undefined ? {} : { turned }),
    ...(stack === undefined ? {} : { stack }),
    ...(planned === undefined ? {} : { weights: planned }),
  };
}

/** Lines that float, by what describes the array and by the scheme. */
function withFloating(
  description: CrossbarDescription,
  { floatingRows, floatingColumns }: Pick<SchemeDrive, 'floatingRows' | 'floatingColumns'>,
) {
  return {
    floatingRows: [...(description.floatingRows ?? []), ...floatingRows],
    floatingColumns: [...(description.floatingColumns ?? []), ...floatingColumns],
  };
}

function requireSelected(
  select: readonly [number, number] | undefined,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): void {
  if (select === undefined || (select[0] < rows && select[1] < columns)) return;
  throw inputError(
    'crossbar.lines',
    `--select: got row ${select[0]}, column ${select[1]}; rows count from 0 to ${rows - 1}, columns from 0 to ${columns - 1}`,
  );
}

/** Bit-line voltages in the order of the turned word lines. */
function turnedInputs(inputs_V: Float64Array, count: number, { rowOf }: TurnedCrossbar): Float64Array {
  const lines = inputs_V.length / count;
  return inputs_V.map((_, k) => inputs_V[k - (k % lines) + rowOf(k % lines)]);
}

/** Cells with models that stand for weights, with their lines and drive; nothing of conductances. */
export function setCells({ cells, description, drive }: ReadCrossbar) {
  if (cells === undefined) return undefined;
  return { models: cells, rows: description.rows, columns: description.columns, drive };
}

/** @throws `crossbar.usage` for what works on one array alone */
export function requireOneArray({ stack }: Pick<ReadCrossbar, 'stack'>, command: string): void {
  if (stack === undefined) return;
  throw inputError(
    'crossbar.usage',
    `${command} takes one array, the file has ${stack.count}; ohmprop crossbar solve takes them all`,
  );
}

/** The input vector that `--input` names. @throws `crossbar.usage` */
export function oneInput(input: number, count: number): number {
  if (input < count) return input;
  throw inputError('crossbar.usage', `--input: got ${input}; input vectors count from 0 to ${count - 1}`);
}
