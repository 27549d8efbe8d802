import { z } from 'zod';
import {
  applyScheme,
  type CrossbarCells,
  type CrossbarDescription,
  type CrossbarDrive,
  describeCrossbar,
  mapWeights,
  type PlannedProduct,
  planProduct,
  type SchemeDrive,
  type SignedWeights,
  type TurnedCrossbar,
  turnCells,
  turnCrossbar,
} from '../../circuits/crossbar/index.js';
import { inputError } from '../../core/index.js';
import { requireCrossbarMemory, statesFor } from '../../solver/crossbar/index.js';
import type { OptionsOf } from '../frame/index.js';
import type { Io } from '../io.js';
import { readCellStates, warnBeyond } from './cell-states.js';
import { wiresOf } from './lines.js';
import { areModels, readCellModel, readModelCells } from './model-cells.js';
import { crossbarOptions } from './options.js';
import { randomCells_S, randomInputs_V } from './random-array.js';
import { readInputs } from './read-inputs.js';
import { type Matrix, readCells } from './read-matrix.js';
import { requireNoShort } from './shorted.js';
import { convertersOf, readWeights, requireWeights, type WeightFlags } from './weights.js';

const described = z.strictObject(crossbarOptions);

/** What describes a crossbar on the command line. */
export type CrossbarFlags = OptionsOf<typeof described>;

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

/** What describes an array without its inputs. */
export type ArrayFlags = Omit<CrossbarFlags, 'inputs' | 'inputsOn' | 'select' | 'scheme'>;

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

/**
 * Checks that cells are said in one way, and that nothing is given which goes with another.
 * @returns whether they follow a model
 * @throws `crossbar.usage`
 */
export async function requireOneSource(flags: ArrayFlags): Promise<boolean> {
  const { conductances, resistances, cells, random, weights } = flags;
  const modelled = await areModels(flags);
  // of cells with models, random are the states
  const set = modelled && weights !== undefined;
  const given = [
    conductances,
    resistances,
    set ? undefined : cells,
    modelled && !set ? undefined : random,
    weights,
  ].filter((said) => said !== undefined);
  if (given.length !== 1) {
    throw inputError(
      'crossbar.usage',
      'give one of --conductances FILE (S), --resistances FILE (ohm), --random 64x64, --weights FILE with --window LOW,HIGH (and perhaps --cells MODEL with --read V), --cells MODEL with --states FILE, or --cells FILE with --cell-states FILE and --read V',
    );
  }
  if (set) requireSetCells(flags);
  requireModels(flags, modelled);
  if (!modelled) requireStates(flags);
  requireWeights(flags);
  if (random === undefined) requireNoSpread(flags);
  return modelled;
}

/** Cells from whichever flag says them. */
async function readArray(
  io: Io,
  flags: ArrayFlags,
): Promise<
  Matrix & { readonly weights?: SignedWeights; readonly reach_V?: number; readonly models?: CrossbarCells }
> {
  const { conductances, resistances, cells, random, weights: signed, shortOhm } = flags;
  const modelled = await requireOneSource(flags);
  if (modelled && cells !== undefined && signed !== undefined) {
    const weights = await readWeights(signed, flags);
    const { rows, columns, conductances_S } = mapWeights(weights);
    requireCrossbarMemory(rows, columns);
    const series = await readCellModel({ ...flags, cells });
    const models = { ...series, states: statesFor(conductances_S, { ...series, ...readingOf(flags) }) };
    return {
      count: 1,
      rows,
      columns,
      values: new Float64Array(rows * columns).fill(Number.NaN),
      weights,
      models,
    };
  }
  if (modelled && cells !== undefined) {
    const { rows, columns, cells: models } = await readModelCells({ ...flags, cells });
    requireCrossbarMemory(rows, columns);
    return { count: 1, rows, columns, values: new Float64Array(rows * columns).fill(Number.NaN), models };
  }
  if (random !== undefined) {
    const [rows, columns] = random;
    requireCrossbarMemory(rows, columns);
    return { count: 1, rows, columns, values: randomCells_S(rows * columns, flags) };
  }
  if (signed !== undefined) {
    const weights = await readWeights(signed, flags);
    const { rows, columns, conductances_S } = mapWeights(weights);
    return { count: 1, rows, columns, values: conductances_S, weights };
  }
  if (cells !== undefined) {
    const states = { cells, states: flags.cellStates ?? '', read: flags.read ?? 0 };
    return { count: 1, ...(await readCellStates(io, states)) };
  }
  return conductances === undefined
    ? readCells(io, resistances ?? '', 'resistances', shortOhm)
    : readCells(io, conductances, 'conductances', shortOhm);
}

/** @throws `crossbar.usage` for inputs that are not there, or do not go with the cells */
export function requireAllInputs(flags: CrossbarFlags): void {
  const some = [flags.conductances, flags.resistances, flags.cells, flags.weights].some(
    (f) => f !== undefined,
  );
  if (some && flags.random === undefined && flags.inputs === undefined) {
    throw inputError('crossbar.usage', '--inputs FILE or a voltage, as --inputs 200mV, is needed');
  }
  if (flags.scheme === 'parallel' && flags.select !== undefined) {
    throw inputError(
      'crossbar.usage',
      '--select: the scheme parallel drives every line; give --scheme row-by-row, v/2, v/3 or float too',
    );
  }
  if (flags.weights === undefined || (flags.scheme === 'parallel' && flags.inputsOn === 'rows')) return;
  throw inputError(
    'crossbar.usage',
    `--weights: inputs go to all rows at once; leave out ${flags.scheme === 'parallel' ? '--inputs-on' : '--scheme'}`,
  );
}

/** @throws `crossbar.usage` for what goes with one way to say cells and not with the one given */
function requireNoSpread(flags: ArrayFlags): void {
  for (const name of ['on', 'ratio', 'seed'] as const) {
    if (flags[name] === undefined) continue;
    throw inputError(
      'crossbar.usage',
      `--${name} goes with --random 64x64; cells of a file are what they are`,
    );
  }
}

/** @throws `crossbar.usage` for what only cells with models have, and what they have not */
function requireModels(flags: ArrayFlags, modelled: boolean): void {
  const said = (name: keyof ArrayFlags) => {
    const value = flags[name];
    return value !== undefined && !(Array.isArray(value) && value.length === 0);
  };
  if (!modelled) {
    const flag = (
      [
        ['states', '--states'],
        ['set', '--set'],
        ['selector', '--selector'],
        ['selectorSet', '--selector-set'],
        ['transistor', '--transistor'],
        ['gate', '--gate'],
      ] as const
    ).find(([name]) => said(name));
    if (flag === undefined) return;
    throw inputError(
      'crossbar.usage',
      `${flag[1]} goes with --cells MODEL; ${flags.cells === undefined ? 'numbers of a matrix are what they are' : 'static branches (--cell-states, --read) are resistors'}`,
    );
  }
  const spread = (['on', 'ratio'] as const).find(said);
  if (spread !== undefined) {
    throw inputError(
      'crossbar.usage',
      `--${spread}: of resistors; random cells with models have random states, between the ends of their model`,
    );
  }
}

/** @throws `crossbar.usage` where weights say where cells are, and something else does too, or nothing says at which voltage */
function requireSetCells({ states, cellStates, read }: ArrayFlags): void {
  const said = states !== undefined ? '--states' : cellStates !== undefined ? '--cell-states' : undefined;
  if (said !== undefined) {
    throw inputError(
      'crossbar.usage',
      `${said}: --weights says where each cell is; leave one of the two out`,
    );
  }
  if (read !== undefined && read !== 0) return;
  throw inputError(
    'crossbar.usage',
    '--weights with --cells: --read V is needed, the voltage at which a cell has the conductance of its weight, not 0',
  );
}

/** At which voltage cells are set, and what opens their transistors. */
export function readingOf({ read = 0, gate }: Pick<ArrayFlags, 'read' | 'gate'>): {
  readonly read_V: number;
  readonly gate_V?: number;
} {
  return { read_V: read, ...(gate === undefined ? {} : { gate_V: gate }) };
}

/** What only goes together. */
function requireStates({ cells, cellStates, read }: ArrayFlags): void {
  if (cells === undefined) {
    const flag = cellStates !== undefined ? '--cell-states' : read !== undefined ? '--read' : undefined;
    if (flag === undefined) return;
    throw inputError(
      'crossbar.usage',
      `${flag} goes with --cells my.cell.json; numbers of a matrix are what they are`,
    );
  }
  if (cellStates === undefined) {
    throw inputError('crossbar.usage', '--cells: --cell-states FILE is needed, where each cell is, 0 to 1');
  }
  if (read === undefined || read === 0) {
    throw inputError(
      'crossbar.usage',
      '--cells: --read V is needed, the voltage at which cells are taken as resistors, not 0',
    );
  }
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
