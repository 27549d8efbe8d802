import { type CrossbarCells, type CrossbarDrive, stateRange } from '../../circuits/crossbar/index.js';
import { formatQuantity, inputError } from '../../core/index.js';
import { cellLaw, cellPoint } from './cell-law.js';
import { cellCurrents_A } from './cell-values.js';

/** Cells with models before they are set: at which voltage each is to have its conductance. */
export interface UnsetCells extends Omit<CrossbarCells, 'states'> {
  /** Across the whole cell, what is in series with the element included, V; not 0. */
  readonly read_V: number;
  /** On the gates of transistors, V. */
  readonly gate_V?: number;
}

/** States between the ends of a model's range at which conductances are looked at, to see that they go one way. */
const SAMPLES = 65;
const MAX_STEPS = 200;

/**
 * The state of every cell at which current over voltage at `read_V` is its conductance, in units of the model's state.
 * @param conductances_S any shape, S
 * @throws OhmpropError `crossbar.cells` where the state does not say the conductance, `crossbar.states` beyond what it can say
 */
export function statesFor(
  conductances_S: Float64Array,
  { read_V, gate_V = 0, ...cells }: UnsetCells,
): Float64Array {
  const { model } = cells;
  if (model.state === undefined) {
    throw inputError(
      'crossbar.cells',
      `${model.name}: has no state, so that its cells cannot be set to conductances; choose a model with a state`,
    );
  }
  if (!(read_V !== 0 && Number.isFinite(read_V))) {
    throw inputError('crossbar.cells', `read_V: got ${read_V}; a voltage other than 0 is needed`);
  }
  const law = cellLaw({ ...cells, states: new Float64Array(0) });
  const point = cellPoint();
  const conductance_S = (state: number) => {
    law.evaluate(read_V, 0, state, gate_V, 0, point);
    return point.current_A / read_V;
  };
  const [low, high] = stateRange(model);
  const sampled = Array.from({ length: SAMPLES }, (_, k) =>
    conductance_S(low + (k / (SAMPLES - 1)) * (high - low)),
  );
  const [first_S, last_S] = [sampled[0], sampled[SAMPLES - 1]];
  const sign = last_S > first_S ? 1 : -1;
  const goesBack = sampled.some((g, k) => k > 0 && !(sign * (g - sampled[k - 1]) >= 0));
  if (goesBack || !(first_S !== last_S)) {
    throw inputError(
      'crossbar.cells',
      `${model.name}: at ${formatQuantity(read_V, 'V')} the conductance of a cell does not go one way with its state ${model.state.name}; read it at another voltage, or choose another model`,
    );
  }
  const known = new Map<number, number>();
  return conductances_S.map((wanted_S) => {
    const before = known.get(wanted_S);
    if (before !== undefined) return before;
    if (!(sign * (wanted_S - first_S) >= 0 && sign * (last_S - wanted_S) >= 0)) {
      const ends = [first_S, last_S].sort((a, b) => a - b).map((end_S) => formatQuantity(end_S, 'S', 4));
      throw inputError(
        'crossbar.states',
        `a cell of ${formatQuantity(wanted_S, 'S', 4)} is asked for; at ${formatQuantity(read_V, 'V')} cells of ${model.name} have ${ends[0]} to ${ends[1]}: a window inside is needed`,
      );
    }
    const state = crossing((x) => sign * (conductance_S(x) - wanted_S), low, high);
    known.set(wanted_S, state);
    return state;
  });
}

/** Where a rising function is 0: by false position, which halves what the end that stays counts for (Illinois). */
function crossing(rising: (x: number) => number, low: number, high: number): number {
  let [a, b, atA, atB] = [low, high, rising(low), rising(high)];
  if (atA >= 0) return a;
  if (atB <= 0) return b;
  let side = 0;
  for (let step = 0; step < MAX_STEPS; step++) {
    const guess = b - (atB * (b - a)) / (atB - atA);
    // every fifth step by halves: curves that are flat at one end
    const x = step % 5 < 4 && guess > a && guess < b ? guess : a + 0.5 * (b - a);
    if (x <= a || x >= b) break;
    const value = rising(x);
    if (value === 0) return x;
    if (value > 0) {
      [b, atB] = [x, value];
      if (side === 1) atA *= 0.5;
      side = 1;
    } else {
      [a, atA] = [x, value];
      if (side === -1) atB *= 0.5;
      side = -1;
    }
    if (b - a <= 2 * Number.EPSILON * Math.max(Math.abs(a), Math.abs(b))) break;
  }
  return a + 0.5 * (b - a);
}

/** What bit lines would carry if wires and ends took nothing, [count × columns], A. */
export function unwiredCurrents_A(
  cells: CrossbarCells,
  size: { readonly rows: number; readonly columns: number },
  drive: CrossbarDrive,
): Float64Array {
  const { columns } = size;
  const sums_A = new Float64Array(drive.count * columns);
  for (let p = 0; p < drive.count; p++) {
    const each_A = cellCurrents_A(cells, size, drive, p);
    for (let k = 0; k < each_A.length; k++) sums_A[p * columns + (k % columns)] += each_A[k];
  }
  return sums_A;
}
