import type { Labelled } from './tables.js';

/** Penalty on squared weights, of the mean log loss. */
const RIDGE = 1e-3;
const STEPS = 1500;

/**
 * The yardstick: multinomial logistic regression on z-scores of the training rows, by Nesterov's accelerated gradient.
 * @returns its share of wrong answers on `fresh`
 */
export function logisticError(train: Labelled, fresh: Labelled): number {
  const classes = [...new Set(train.labels)];
  const scale = zScores(train.rows);
  const x = train.rows.map(scale);
  const y = train.labels.map((label) => classes.indexOf(label));
  const width = x[0].length;
  const size = classes.length * width;
  let weights = new Float64Array(size);
  let ahead = weights;
  const rate = 2 / (largestEigenvalue(x) + 2 * RIDGE);
  for (let step = 1; step <= STEPS; step++) {
    const gradient = Float64Array.from(ahead, (w) => 2 * RIDGE * w);
    for (const [s, row] of x.entries()) {
      const p = probabilities(ahead, row, classes.length);
      for (let k = 0; k < classes.length; k++) {
        const pull = (p[k] - (y[s] === k ? 1 : 0)) / x.length;
        for (let f = 0; f < width; f++) gradient[k * width + f] += pull * row[f];
      }
    }
    const next = ahead.map((w, e) => w - rate * gradient[e]);
    const momentum = (step - 1) / (step + 2);
    ahead = next.map((w, e) => w + momentum * (w - weights[e]));
    weights = next;
  }
  let wrong = 0;
  for (const [s, row] of fresh.rows.entries()) {
    const p = probabilities(weights, scale(row), classes.length);
    if (classes[p.indexOf(Math.max(...p))] !== fresh.labels[s]) wrong++;
  }
  return wrong / fresh.rows.length;
}

/** Features as z-scores, and a 1 for the bias. */
function zScores(rows: Labelled['rows']): (row: readonly number[]) => number[] {
  const width = rows[0].length;
  const of = (f: number) => rows.map((row) => row[f]);
  const mean = Array.from({ length: width }, (_, f) => average(of(f)));
  const sigma = Array.from({ length: width }, (_, f) =>
    Math.sqrt(average(of(f).map((v) => (v - mean[f]) ** 2))),
  );
  return (row) => [
    ...row.map((v, f) => (sigma[f] > 1e-12 * Math.abs(mean[f]) ? (v - mean[f]) / sigma[f] : 0)),
    1,
  ];
}

function average(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

/** Softmax of the classes' scores. */
function probabilities(weights: Float64Array, row: readonly number[], classes: number): number[] {
  const scores = Array.from({ length: classes }, (_, k) =>
    row.reduce((sum, v, f) => sum + v * weights[k * row.length + f], 0),
  );
  const top = Math.max(...scores);
  const e = scores.map((score) => Math.exp(score - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / sum);
}

/** Of XᵀX/n, by power iteration: the curvature that bounds the rate. */
function largestEigenvalue(x: readonly (readonly number[])[]): number {
  let v = x[0].map(() => 1);
  let value = 1;
  for (let step = 0; step < 30; step++) {
    const next = v.map(() => 0);
    for (const row of x) {
      const along = row.reduce((sum, a, f) => sum + a * v[f], 0);
      for (const [f, a] of row.entries()) next[f] += (a * along) / x.length;
    }
    value = Math.hypot(...next);
    v = next.map((a) => a / value);
  }
  return value;
}
