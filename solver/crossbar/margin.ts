import {
  applyScheme,
  type CrossbarCells,
  type CrossbarDescription,
  describeCrossbar,
  requireConductances,
  type schemeBiases,
} from '../../circuits/crossbar/index.js';
import { inputError, RandomStream } from '../../core/index.js';
import { readAllPatterns } from './all-patterns.js';
import { cellLaw, cellPoint } from './cell-law.js';
import type { CrossbarOptions } from './options.js';
import { LinearReads, ModelReads, type PatternReads, type ReadCircuit } from './pattern-reads.js';
import { patternCount, searchPatterns, tryEveryPattern, type WorstRead } from './worst-pattern.js';

/** What cells may hold, from off (first) to on (last); every level has a value of each cell, row-major [rows × columns]. */
export interface MarginCells {
  /** Conductances, S, of cells that are linear. */
  readonly levels_S?: readonly Float64Array[];
  /** Cells that follow a model, and their states. */
  readonly models?: {
    readonly cells: Omit<CrossbarCells, 'states'>;
    readonly levels: readonly Float64Array[];
  };
}

/** A cell that is read while all others hold whatever they hold. */
export interface MarginProblem extends Omit<CrossbarDescription, 'conductances_S'>, CrossbarOptions {
  readonly cells: MarginCells;
  /** A scheme that selects one cell. */
  readonly scheme: keyof typeof schemeBiases;
  /** On the selected word line, V. */
  readonly read_V: number;
  /** Of cells with transistors: what opens those of the selected word line, V. */
  readonly gate_V?: number;
  readonly selected: { readonly row: number; readonly column: number };
  /** Most patterns tried where they are too many to try all. Default 200. */
  readonly most?: number;
  /** Of random patterns. Default 0. */
  readonly seed?: number;
  /** Told how many reads are done. */
  readonly onRead?: (reads: number) => void;
}

/** What a read can tell apart. */
export interface ReadMargin {
  /** A selected cell that is on, under the pattern that leaves least of its current; one that is off, under the pattern that adds most. */
  readonly on: WorstRead;
  readonly off: WorstRead;
  /** (I_on − I_off)/I_on of these two; below 0 no threshold tells them apart, NaN where nothing flows. */
  readonly margin: number;
  /** I_on/I_off. */
  readonly ratio: number;
  /** (V_on − V_off)/V_read across the sense resistance (Flocke & Noll, ESSCIRC 2007, with it as the pull-up); 0 without one. */
  readonly swing: number;
  /** Share of the off current that does not flow through the selected cell, and of the on current. */
  readonly sneakShareOff: number;
  readonly sneakShareOn: number;
}

/** All patterns of a read are tried up to so many: linear cells by changes of one cell, others by a solve each. */
const [MOST_LINEAR, MOST_SOLVED] = [2 ** 20, 2 ** 15];
/** Of linear arrays all patterns are tried up to so many cells. */
const MOST_PORTS = 24;

/**
 * The read margin of one cell over the data patterns of all others.
 * @throws OhmpropError `crossbar.margin` for levels that are none, `crossbar.lines` for a cell that is none; what `Crossbar` and `CellsCrossbar` throw
 */
export function readMargin(problem: MarginProblem): ReadMargin {
  const { rows, columns, selected, most = 200, seed = 0, read_V, onRead } = problem;
  const circuit = circuitOf(problem);
  const levels = requireLevels(problem);
  const sign = Math.sign(read_V);
  const count = patternCount(rows * columns, levels);
  const { levels_S } = problem.cells;
  const search = { rows, columns, levels, selected };
  const reads = new CountedReads(readsOf(circuit, problem.cells), onRead);
  try {
    const worstOf = (own: number, direction: 1 | -1): WorstRead => {
      const towards = (sign * direction) as 1 | -1;
      if (levels_S !== undefined && count <= MOST_LINEAR && rows * columns <= MOST_PORTS) {
        const { least, most, tried } = readAllPatterns(circuit, levels_S, own);
        const pattern = towards > 0 ? most : least;
        return { ...reads.read(pattern), pattern, tried, all: true };
      }
      if (levels_S === undefined && count <= MOST_SOLVED) {
        return tryEveryPattern(reads, { ...search, own, towards, most });
      }
      return searchPatterns(reads, { ...search, own, towards, most }, new RandomStream(seed, 'patterns'));
    };
    return marginOf(worstOf(levels - 1, -1), worstOf(0, 1), read_V, circuit.senseOhm);
  } finally {
    reads.close();
  }
}

/** The margin of two reads. */
export function marginOf(on: WorstRead, off: WorstRead, read_V: number, sense_ohm: number): ReadMargin {
  const sign = Math.sign(read_V);
  const [on_A, off_A] = [sign * on.sensed_A, sign * off.sensed_A];
  const sneak = ({ sensed_A, cell_A }: WorstRead) => (sensed_A === 0 ? Number.NaN : 1 - cell_A / sensed_A);
  return {
    on,
    off,
    margin: on_A > 0 ? (on_A - off_A) / on_A : Number.NaN,
    ratio: off_A > 0 ? on_A / off_A : Number.NaN,
    swing: ((on_A - off_A) * sense_ohm) / Math.abs(read_V),
    sneakShareOff: sneak(off),
    sneakShareOn: sneak(on),
  };
}

class CountedReads implements PatternReads {
  private count = 0;

  constructor(
    private readonly reads: PatternReads,
    private readonly onRead: ((reads: number) => void) | undefined,
  ) {}

  read(pattern: Uint8Array) {
    const found = this.reads.read(pattern);
    this.onRead?.(++this.count);
    return found;
  }

  gains_A(): Float64Array {
    return this.reads.gains_A();
  }

  close(): void {
    this.reads.close();
  }
}

function readsOf(circuit: ReadCircuit, { levels_S, models }: MarginCells): PatternReads {
  if (levels_S !== undefined) return new LinearReads(circuit, levels_S);
  return new ModelReads(circuit, models!.cells, models!.levels);
}

function circuitOf(problem: MarginProblem): ReadCircuit & { readonly senseOhm: number } {
  const { rows, columns, scheme, read_V, gate_V, selected } = problem;
  const described = describeCrossbar({
    ...problem,
    conductances_S: new Float64Array(rows * columns).fill(1),
  });
  const { floatingRows, floatingColumns, ...drive } = applyScheme(scheme, {
    rows,
    columns,
    inputs_V: new Float64Array(rows).fill(read_V),
    count: 1,
    selected,
    ...(gate_V === undefined ? {} : { gate_V }),
  });
  if (described.floatingRows.includes(selected.row) || described.floatingColumns.includes(selected.column)) {
    throw inputError(
      'crossbar.lines',
      `the selected cell ${selected.row},${selected.column} lies on a floating line: it is not read; select another, or give its line a pad`,
    );
  }
  const { cells: _, ...lines } = problem;
  return {
    ...lines,
    drive,
    floatingRows: [...described.floatingRows, ...floatingRows],
    floatingColumns: [...described.floatingColumns, ...floatingColumns],
    senseOhm: described.wires.sense_ohm,
  };
}

/** @returns how many levels there are */
function requireLevels({
  cells,
  rows,
  columns,
  selected,
  read_V,
  gate_V = 0,
  ...lines
}: MarginProblem): number {
  const levels = cells.levels_S ?? cells.models?.levels ?? [];
  const at = selected.row * columns + selected.column;
  if (!(Math.abs(read_V) > 0 && Number.isFinite(read_V))) {
    throw inputError('crossbar.inputs', `read_V: got ${read_V}; a voltage other than 0 is needed`);
  }
  if (levels.length < 2 || levels.length > 256) {
    throw inputError(
      'crossbar.margin',
      `levels: got ${levels.length}; 2 to 256 are needed, off first, on last`,
    );
  }
  for (const values of cells.levels_S ?? []) {
    requireConductances(describeCrossbar({ ...lines, rows, columns, conductances_S: values }));
  }
  const floats = lines.scheme === 'float' || lines.floatingRows?.length || lines.floatingColumns?.length;
  const open = cells.levels_S?.some((values) => values.some((g) => g === 0));
  if (floats && open) {
    throw inputError(
      'crossbar.margin',
      'levels: a cell of 0 S may leave a line that floats without any path; give off a conductance above 0, as 1e-12 S',
    );
  }
  const carried = (level: number) => {
    if (cells.levels_S !== undefined) return cells.levels_S[level][at] * Math.abs(read_V);
    const point = cellPoint();
    const { models } = cells;
    if (models === undefined) return 0;
    const { levels: states, cells: kind } = models;
    cellLaw({ ...kind, states: states[level] }).evaluate(read_V, 0, states[level][at], gate_V, 0, point);
    return Math.sign(read_V) * point.current_A;
  };
  const [off_A, on_A] = [carried(0), carried(levels.length - 1)];
  if (!(on_A > off_A)) {
    throw inputError(
      'crossbar.margin',
      `levels of cell ${selected.row},${selected.column}: at ${read_V} V it carries ${off_A} A when off and ${on_A} A when on; the last level must carry more than the first`,
    );
  }
  return levels.length;
}
