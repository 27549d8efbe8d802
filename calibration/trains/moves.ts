/** Fewer points are too few to tell. */
const FEWEST = 8;
/** Two-sided chance of one in a hundred, and one-sided of one in a hundred. */
const [Z_RANKS, Z_LAG] = [2.576, 2.326];

/**
 * Why no pulse moves a cell, as a sentence, or undefined where its states show more than scatter: their ranks go with the pulses
 * (Spearman's coefficient over 1/√(n − 1)), or neighbours are alike (lag-1 correlation over 1/√n, as of a rise and a fall).
 */
export function whyUnmoved(states: Float64Array): string | undefined {
  const n = states.length;
  const mean = states.reduce((sum, v) => sum + v, 0) / n;
  const squares = states.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  if (Math.sqrt(squares / n) <= 1e-9 * Math.abs(mean))
    return `no pulse changes anything: all reads are ${mean.toPrecision(4)}`;
  if (n < FEWEST) return undefined;
  const ranks = spearman(states);
  let lagged = 0;
  for (let i = 1; i < n; i++) lagged += (states[i] - mean) * (states[i - 1] - mean);
  const lag = lagged / squares;
  if (Math.abs(ranks) * Math.sqrt(n - 1) > Z_RANKS || lag * Math.sqrt(n) > Z_LAG) return undefined;
  return `no pulse moves it beyond its scatter: the states do not go with the pulses (rank correlation ${ranks.toFixed(2)}) nor with each other (lag 1 ${lag.toFixed(2)})`;
}

/** Rank correlation of values with their order; equal values share their rank. */
function spearman(values: Float64Array): number {
  const n = values.length;
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(n);
  for (let i = 0; i < n; ) {
    let j = i;
    while (j + 1 < n && values[order[j + 1]] === values[order[i]]) j++;
    for (let k = i; k <= j; k++) ranks[order[k]] = (i + j) / 2;
    i = j + 1;
  }
  const middle = (n - 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    xy += (i - middle) * (ranks[i] - middle);
    xx += (i - middle) ** 2;
    yy += (ranks[i] - middle) ** 2;
  }
  return yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
}
