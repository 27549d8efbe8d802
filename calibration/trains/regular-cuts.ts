import { median } from '../../core/index.js';
import { type CutCosts, MISFIT } from './cut-costs.js';

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly way: 'rises' | 'falls';
}

/** Rows by which a length may differ from the median of those found. */
const AROUND = 4;
/** Twice the logarithm of how much likelier one program is than another: as many pulses each way, none left over. */
const UNEQUAL = 3;
const ONE_MORE = 1;
const LEFT_OVER = 3;
/** Allowed to each cut that a program moves. */
const EACH_CUT = 5;

/**
 * Cuts of a program of pulses: every rise of one length, every fall of one, the first longer by a row where the column begins with a
 * state before any pulse. @param range of the column. Undefined where no program lies within what the rows allow.
 */
export function regularCuts(
  pieces: readonly Piece[],
  costs: readonly (CutCosts | undefined)[],
  range: number,
): (number | undefined)[] | undefined {
  if (pieces.length < 2 || costs.some((cost) => cost === undefined)) return undefined;
  const known = costs as readonly CutCosts[];
  const own = known.map(({ best }) => best);
  const free = known.reduce((sum, { squares, best, from }) => sum + (squares[best - from] ?? 0), 0);
  const rows = known.reduce((sum, cost) => sum + cost.rows, 0);
  const parameters = known.reduce((sum, cost) => sum + cost.parameters + 1, 0);
  const variance = Math.max(free / Math.max(1, rows - parameters), (MISFIT * range) ** 2);
  const total = pieces[pieces.length - 1].to - pieces[0].from + 1;
  const ends = [pieces[0].from - 1, ...own, pieces[pieces.length - 1].to];
  const lengths = ends.slice(1).map((end, k) => end - ends[k]);
  // the first and the last may have been cut short by whoever measured
  const inner = lengths.length > 3 ? lengths.slice(1, -1) : lengths;
  const shift = lengths.length > 3 ? 1 : 0;
  const [a, b] = [0, 1].map((parity) =>
    Math.round(median(inner.filter((_, k) => (k + shift) % 2 === parity))),
  );
  let best: { cuts: number[]; score: number } | undefined;
  for (let first = Math.max(2, a - AROUND); first <= a + AROUND; first++) {
    for (let second = Math.max(2, b - AROUND); second <= b + AROUND; second++) {
      for (const more of [0, 1]) {
        const cuts: number[] = [];
        let at = pieces[0].from - 1 + more;
        for (let k = 0; k < known.length; k++) {
          at += k % 2 === 0 ? first : second;
          cuts.push(at);
        }
        const left = total - 1 - (at - pieces[0].from) - (known.length % 2 === 0 ? first : second);
        const squares = cuts.reduce(
          (sum, cut, k) => sum + (known[k].squares[cut - known[k].from] ?? Number.NaN),
          0,
        );
        if (!Number.isFinite(squares)) continue;
        const score =
          squares / variance +
          (first === second ? 0 : UNEQUAL) +
          more * ONE_MORE +
          (left === 0 ? 0 : LEFT_OVER);
        if (best === undefined || score < best.score) best = { cuts, score };
      }
    }
  }
  if (best === undefined) return undefined;
  const alone = free / variance + UNEQUAL + LEFT_OVER;
  return best.score <= alone + EACH_CUT * known.length ? best.cuts : undefined;
}
