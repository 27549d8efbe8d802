import { inputError, RandomStream } from '../../core/index.js';
import type { CellArrayInfo } from '../../devices/contract/index.js';
import { checkTarget, type ProgramLimits } from './limits.js';
import type { PulseStrategy } from './strategy.js';

/** How near a target counts as reached: a share of the target, or conductance; where both are given, the wider. */
export interface Within {
  readonly share?: number;
  readonly absolute_S?: number;
}

/** In what order cells are taken: row by row, drawn by the seed, or as listed (every cell with a target once). */
export type ProgramOrder = 'rows' | 'random' | ArrayLike<number>;

/** What is to be programmed, and how hard it is tried. */
export interface ProgramRequest {
  /** S, row-major over the whole array; NaN leaves a cell alone. */
  readonly targets_S: Float64Array;
  readonly within: Within;
  readonly strategy: PulseStrategy;
  /** Reads that judge a cell after its rest; none of them is the one that ended the writing. Default 4. */
  readonly reads?: number;
  /** How long a cell rests before it is judged, s. Default 0. */
  readonly after_seconds?: number;
  /**
   * Share of the tolerance, 0 … 0.9, that is kept for what a cell still relaxes after it was judged: judging reads must lie within the rest.
   * Default 0.
   */
  readonly guard?: number;
  /** Most pulses that one cell is given. Default 200. */
  readonly budget?: number;
  readonly order?: ProgramOrder;
  /** Of the random order. */
  readonly seed?: number;
  readonly limits?: ProgramLimits;
  /** Read voltage, V; the array's own when left out. */
  readonly read_V?: number;
  /** Rounds in which cells that no longer hold when all are done are written again. Default 2. */
  readonly passes?: number;
}

/** A request with every number there and checked. */
export interface CheckedRequest extends Required<Omit<ProgramRequest, 'order' | 'seed' | 'read_V'>> {
  readonly read_V?: number;
  /** Cells with a target, in the order in which they are taken. */
  readonly cells: Uint32Array;
  /** Of each of them, S. */
  readonly tolerances_S: Float64Array;
}

/** Checks a request against an array. Throws `program.*`, exit code 2, saying which number. */
export function checkRequest(info: CellArrayInfo, request: ProgramRequest): CheckedRequest {
  const { targets_S, within, limits = {}, reads = 4, after_seconds = 0, guard = 0 } = request;
  const { budget = 200, passes = 2 } = request;
  const size = info.rows * info.columns;
  if (targets_S.length !== size) {
    throw inputError(
      'program.targets',
      `${info.name}: needs ${size} targets, one a cell of ${info.rows} × ${info.columns}, got ${targets_S.length}`,
    );
  }
  whole('reads', reads, 1, 10_000);
  whole('budget', budget, 1, 1e9);
  whole('passes', passes, 0, 1000);
  if (!(after_seconds >= 0 && Number.isFinite(after_seconds))) {
    throw inputError('program.after', `a rest before judging must be ≥ 0 s, got ${after_seconds}`);
  }
  if (!(guard >= 0 && guard <= 0.9)) {
    throw inputError('program.guard', `a guard is a share of the tolerance, 0 … 0.9, got ${guard}`);
  }
  const cells = inOrder(targets_S, request.order ?? 'rows', request.seed ?? 0, info);
  for (const cell of cells) checkTarget(info, limits, cell, targets_S[cell]);
  const tolerances_S = Float64Array.from(cells, (cell) => tolerance_S(within, targets_S[cell], cell, info));
  return {
    targets_S,
    within,
    strategy: request.strategy,
    reads,
    after_seconds,
    guard,
    budget: Math.min(budget, limits.maxPulses ?? budget),
    limits,
    passes,
    cells,
    tolerances_S,
    ...(request.read_V === undefined ? {} : { read_V: request.read_V }),
  };
}

function whole(field: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw inputError(`program.${field}`, `${field} must be a whole number ${low} … ${high}, got ${value}`);
}

function tolerance_S(
  { share = 0, absolute_S = 0 }: Within,
  target_S: number,
  cell: number,
  info: CellArrayInfo,
) {
  const tolerance = Math.max(share * target_S, absolute_S);
  if (share >= 0 && absolute_S >= 0 && tolerance > 0 && Number.isFinite(tolerance)) return tolerance;
  const place = `${Math.floor(cell / info.columns)},${cell % info.columns}`;
  throw inputError(
    'program.within',
    `cell ${place}: a tolerance of ${share} of ${target_S} S or ${absolute_S} S is none; give a conductance, as in --near 1uS`,
  );
}

function inOrder(
  targets_S: Float64Array,
  order: ProgramOrder,
  seed: number,
  info: CellArrayInfo,
): Uint32Array {
  const rows = Uint32Array.from(targets_S.keys()).filter((cell) => !Number.isNaN(targets_S[cell]));
  if (rows.length === 0) throw inputError('program.targets', `${info.name}: no cell has a target`);
  if (order === 'rows') return rows;
  if (order === 'random') {
    return new RandomStream(seed, 'program-order').permutation(rows.length).map((i) => rows[i]);
  }
  if (typeof order === 'string') {
    throw inputError('program.order', `an order is rows, random, or a list of cells, got "${order}"`);
  }
  const listed = Array.from(order);
  const left = new Set(rows);
  for (const [i, cell] of listed.entries()) {
    if (left.delete(cell)) continue;
    const why = listed.indexOf(cell) < i ? 'comes a second time' : 'has no target';
    throw inputError('program.order', `the order's entry ${i}, cell ${cell}, ${why}`);
  }
  if (left.size > 0) {
    throw inputError(
      'program.order',
      `the order leaves out ${left.size} cells with a target, first ${[...left][0]}`,
    );
  }
  return Uint32Array.from(listed);
}
