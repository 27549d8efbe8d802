import { median } from '../../core/index.js';
import { type Estimate, shareEstimate } from '../estimates/index.js';

/** The states that one cell went through while it was driven from end to end. */
export interface DrivenCell {
  readonly cell: string;
  /** [S], in any order. */
  readonly states_S: ArrayLike<number>;
  /** σ of one read [S], from repeats; without it the range of the other cells alone decides. */
  readonly readNoise_S?: number;
  /** Its pulses move it further than chance does; such a cell is stuck only where it moves by less than `MOVED`. */
  readonly moves?: boolean;
}

/** Which cells of many do not follow their pulses. */
export interface StuckCells {
  readonly cells: number;
  readonly stuck: readonly {
    readonly cell: string;
    /** Near the high end of the others, near the low end, or beyond neither. */
    readonly at: 'high' | 'low' | 'between';
    readonly state_S: number;
    readonly range_S: number;
  }[];
  /** Share of cells stuck at the high and at the low conductance, and in all. */
  readonly high: Estimate;
  readonly low: Estimate;
  readonly all: Estimate;
  /** How it was judged, as a methods paragraph prints it. */
  readonly rule: string;
}

/** A cell that moves less than that share of what the others do is stuck. */
const SHARE = 0.05;
/** … or less than that many σ of a read. */
const SIGMAS = 6;
/** A cell that its pulses take from a state to this many times that follows them, however small it is beside others. */
const MOVED = 1.5;
/** Outermost reads are noise: the range is that of the middle nine tenths. */
const OUTER = 0.05;

/** Cells whose states stay within a twentieth of the median range of all, or within six σ of a read, and that no train moves far. */
export function stuckCells(driven: readonly DrivenCell[]): StuckCells {
  const ranges = driven.map(({ cell, states_S, readNoise_S, moves }) => {
    const sorted = Float64Array.from(states_S).filter(Number.isFinite).sort();
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
    const [low, high] = [at(OUTER), at(1 - OUTER)];
    return { cell, low, high, state_S: median(sorted), range_S: high - low, noise: readNoise_S ?? 0, moves };
  });
  const usual = median(ranges.map(({ range_S }) => range_S));
  const stuckAt = (range: (typeof ranges)[number]) =>
    range.range_S <= Math.max(SHARE * usual, SIGMAS * range.noise) &&
    !(range.moves && range.low > 0 && range.high >= MOVED * range.low);
  const free = ranges.filter((range) => !stuckAt(range));
  const [bottom, top] = [median(free.map(({ low }) => low)), median(free.map(({ high }) => high))];
  const stuck = ranges.filter(stuckAt).map(({ cell, state_S, range_S }) => ({
    cell,
    state_S,
    range_S,
    at: atEnd(state_S, bottom, top),
  }));
  const count = (at: 'high' | 'low') => stuck.filter((one) => one.at === at).length;
  const share = (n: number): Estimate => shareEstimate(n, driven.length, 'cells');
  return {
    cells: driven.length,
    stuck,
    high: share(count('high')),
    low: share(count('low')),
    all: share(stuck.length),
    rule: `stuck: the middle nine tenths of its states span less than ${100 * SHARE} % of the median cell's, or ${SIGMAS} σ of a read, and no train takes it to ${MOVED} times its lowest state; high or low: in the outer thirds of the others' range`,
  };
}

function atEnd(state: number, bottom: number, top: number): 'high' | 'low' | 'between' {
  const place = (state - bottom) / (top - bottom);
  return place >= 2 / 3 ? 'high' : place <= 1 / 3 ? 'low' : 'between';
}
