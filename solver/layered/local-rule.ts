import type { Floats } from '../../devices/contract/index.js';
import type { LayeredParameters } from './parameters.js';

/** Two phases of the same inputs at their node voltages, [batch × n_l] a layer, V. */
export interface PhasePair {
  readonly batch: number;
  readonly inputs: Floats;
  readonly first: readonly Float64Array[];
  readonly second: readonly Float64Array[];
  /** second.beta − first.beta, S. */
  readonly betaSpan: number;
}

/**
 * The gradient of one layer's conductances, batch mean, in the form that does not square large drops: with
 * δ = v(second) − v(first) and m = ½(v(second) + v(first)) at a node, δ = 0 at a source,
 *   ∂C/∂g_ij ≈ mean[(δ_i − δ_j)(m_i − m_j)] / betaSpan     [V²/S]
 * Calls `row(i, gradient)` for each node i before the layer; `gradient` [n_l] is overwritten by the next row.
 */
export function forEachGradientRow(
  parameters: LayeredParameters,
  pair: PhasePair,
  l: number,
  row: (i: number, gradient: Float64Array) => void,
): void {
  const { network } = parameters;
  const { batch } = pair;
  const columns = network.layers[l];
  const scale = 1 / (batch * pair.betaSpan);
  const difference = new Float64Array(batch * columns);
  const mean = new Float64Array(batch * columns);
  const own = new Float64Array(columns);
  for (let s = 0; s < batch; s++) {
    for (let j = 0; j < columns; j++) {
      const e = s * columns + j;
      difference[e] = scale * (pair.second[l][e] - pair.first[l][e]);
      mean[e] = 0.5 * (pair.second[l][e] + pair.first[l][e]);
      own[j] += difference[e] * mean[e];
    }
  }
  const nodes = { difference, mean, own };
  if (l === 0) sourceRows(network.inputs, network.inputGain, pair, nodes, row);
  else nodeRows(network.layers[l - 1], pair, l, scale, nodes, row);
}

/** What the nodes of a layer have of a contrast. */
interface LayerContrast {
  /** δ / (batch · betaSpan), [batch × n_l]. */
  readonly difference: Float64Array;
  /** m, [batch × n_l]. */
  readonly mean: Float64Array;
  /** Σ δ·m over the batch, scaled as `difference`, [n_l]. */
  readonly own: Float64Array;
}

function sourceRows(
  signals: number,
  gain: number,
  pair: PhasePair,
  { difference, own }: LayerContrast,
  row: (i: number, gradient: Float64Array) => void,
): void {
  const columns = own.length;
  const gradient = new Float64Array(columns);
  for (let i = 0; i < 2 * signals; i++) {
    gradient.set(own);
    const top = i < signals;
    for (let s = 0; s < pair.batch; s++) {
      const x = pair.inputs[s * signals + (top ? i : i - signals)];
      if (x === 0) continue;
      const v = top ? gain * x : -gain * x;
      const from = s * columns;
      for (let j = 0; j < columns; j++) gradient[j] -= v * difference[from + j];
    }
    row(i, gradient);
  }
}

function nodeRows(
  rows: number,
  pair: PhasePair,
  l: number,
  scale: number,
  { difference, mean, own }: LayerContrast,
  row: (i: number, gradient: Float64Array) => void,
): void {
  const columns = own.length;
  const gradient = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    gradient.set(own);
    for (let s = 0; s < pair.batch; s++) {
      const low = pair.first[l - 1][s * rows + i];
      const high = pair.second[l - 1][s * rows + i];
      if (low === 0 && high === 0) continue;
      const differenceHere = scale * (high - low);
      const meanHere = 0.5 * (high + low);
      const shared = differenceHere * meanHere;
      const from = s * columns;
      for (let j = 0; j < columns; j++) {
        gradient[j] += shared - differenceHere * mean[from + j] - meanHere * difference[from + j];
      }
    }
    row(i, gradient);
  }
}

/** ∂C/∂b_j ≈ −mean[δ_j] / betaSpan, V²/A, [n_l]. */
export function biasGradient(pair: PhasePair, l: number, size: number): Float64Array {
  const gradient = new Float64Array(size);
  const scale = -1 / (pair.batch * pair.betaSpan);
  for (let s = 0; s < pair.batch; s++) {
    for (let j = 0; j < size; j++) {
      gradient[j] += scale * (pair.second[l][s * size + j] - pair.first[l][s * size + j]);
    }
  }
  return gradient;
}
