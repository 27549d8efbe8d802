/** What a cut between two stretches costs, row by row around where it was found. */
export interface CutCosts {
  /** Row of the first entry of `squares`: the last row of the stretch before, if the cut is there. */
  readonly from: number;
  /** Squared distances of the rows around from two smooth pieces, `[candidates]`. */
  readonly squares: Float64Array;
  /** Rows that these are of, and parameters of the pieces. */
  readonly rows: number;
  readonly parameters: number;
  /** The row at which they are least. */
  readonly best: number;
}

/** Rows on either side that are looked at: a train is smooth over so many. */
const MOST_ROWS = 40;
/** Shorter stretches are described whole. */
const WHOLE = 20;
/** Rows from which a piece is a cubic: fewer follow a turn themselves. */
const CUBIC = 16;
/** Rows that a piece keeps on either side of a cut. */
const FEWEST = 2;

/** Share of the range of a column that such a polynomial misses a smooth train by. */
export const MISFIT = 3e-3;
/**
 * Variances that a cut costs before a row that goes on by a step like those before it: where a train turns from the very state that it
 * came to, that state is on the curves of both, and belongs to the pulses that made it.
 */
const TOO_EARLY = 2;
/** Rows that such a step is judged by, and the standard deviations that it must have to be seen. */
const STEPS = 3;
const SEEN = 1.5;

interface Range {
  readonly from: number;
  readonly to: number;
  readonly way: 'rises' | 'falls';
}

/**
 * Costs of cutting between two stretches at each row near where they meet: half of either stretch, described by one polynomial before
 * and one after the cut (cubic where there are rows enough). @param range of the column
 */
export function costsOfCuts(states: Float64Array, before: Range, after: Range, range: number): CutCosts {
  const half = ({ from, to }: Pick<Range, 'from' | 'to'>) => {
    const length = to - from + 1;
    return Math.min(MOST_ROWS, length, Math.max(WHOLE, Math.ceil(length / 2)));
  };
  const [left, right] = [half(before), half(after)];
  const [first, last] = [before.to - left + 1, after.from + right - 1];
  const reach = Math.max(2, Math.ceil(0.35 * Math.min(left, right)));
  const from = Math.max(first + FEWEST - 1, before.to - reach);
  const to = Math.min(last - FEWEST, before.to + reach);
  const squares = new Float64Array(Math.max(1, to - from + 1));
  let parameters = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let cut = from; cut <= to; cut++) {
    const [a, b] = [squaresOf(states, first, cut), squaresOf(states, cut + 1, last)];
    squares[cut - from] = a.squares + b.squares;
    if (squares[cut - from] < least) parameters = a.degree + b.degree + 2;
    least = Math.min(least, squares[cut - from]);
  }
  const rows = last - first + 1;
  const variance = Math.max(least / Math.max(1, rows - parameters), (MISFIT * range) ** 2);
  const sign = before.way === 'rises' ? 1 : -1;
  for (let cut = Math.max(from, first + STEPS); cut <= to; cut++) {
    const step = (sign * (states[cut] - states[cut - STEPS])) / STEPS;
    const next = sign * (states[cut + 1] - states[cut]);
    if (next > 0.5 * step && next > SEEN * Math.sqrt(least / rows))
      squares[cut - from] += TOO_EARLY * variance;
  }
  const best = squares.reduce((at, value, k) => (value < squares[at] ? k : at), 0);
  return { from, squares, rows, parameters, best: to < from ? before.to : from + best };
}

/** Squared distances of rows from the polynomial of least squares, by orthogonal polynomials over even steps (Gram's recurrence). */
function squaresOf(states: Float64Array, from: number, to: number): { squares: number; degree: number } {
  const n = to - from + 1;
  const degree = n < CUBIC ? Math.min(2, Math.floor((n - 1) / 2)) : 3;
  const rest = states.slice(from, to + 1);
  const middle = (n - 1) / 2;
  let older = new Float64Array(n);
  let basis = new Float64Array(n).fill(1);
  let olderNorm = 1;
  for (let d = 0; d <= degree; d++) {
    let [norm, dot] = [0, 0];
    for (let i = 0; i < n; i++) {
      norm += basis[i] * basis[i];
      dot += basis[i] * rest[i];
    }
    for (let i = 0; i < n; i++) rest[i] -= (dot / norm) * basis[i];
    const share = d === 0 ? 0 : norm / olderNorm;
    const next = basis.map((p, i) => (i - middle) * p - share * older[i]);
    older = basis;
    basis = next;
    olderNorm = norm;
  }
  return { squares: rest.reduce((sum, r) => sum + r * r, 0), degree };
}
