import { z } from 'zod';
import {
  exactProducts,
  mapWeights,
  type SignedArray,
  type SignedWeights,
  weightPairs,
} from '../../circuits/crossbar/index.js';
import { inputError } from '../../core/index.js';
import { conductanceWindow } from '../../experiments/schema/index.js';
import { path } from '../frame/index.js';
import { readMatrix, readNumber } from './read-matrix.js';

/** A signed matrix instead of cells. */
export const weightOptions = {
  weights: path(z.string().optional()).meta({
    flag: '--weights <file>',
    description:
      'a signed matrix instead, mapped onto cells: CSV or NPY, one row an input, one column an output',
  }),
  window: conductanceWindow().meta({
    flag: '--window <window>',
    description: 'with --weights: least and largest conductance of a cell, LOW,HIGH in S',
  }),
  pairs: z.enum(weightPairs).optional().meta({
    flag: '--pairs <which>',
    description:
      'with --weights: a weight is the difference of two cells, or of one and a reference (columns)',
  }),
};

/** A signed matrix as read, on its cells. */
export interface ReadWeights {
  readonly signed: SignedWeights;
  readonly array: SignedArray;
}

/** @throws `crossbar.usage`, `crossbar.file`, `crossbar.weights` */
export async function readWeights(
  file: string,
  window: readonly number[] | number | undefined,
  pairs: SignedWeights['pairs'] = 'columns',
): Promise<ReadWeights> {
  if (window === undefined || typeof window === 'number') {
    throw inputError(
      'crossbar.usage',
      `--weights: --window LOW,HIGH is needed, what its cells can be, as 10uS,100uS${window === undefined ? '' : `; got ${window}, a ratio, which says how far they go and not where`}`,
    );
  }
  const [low_S, high_S] = window;
  const { rows, columns, values } = await readMatrix(
    file,
    '--weights',
    (text, decimalComma) => readNumber(text, '1', decimalComma),
    'a number is needed',
  );
  const signed = {
    weights: values,
    inputs: rows,
    outputs: columns,
    window_S: [low_S, high_S] as const,
    pairs,
  };
  return { signed, array: mapWeights(signed) };
}

/** What a crossbar makes of a signed matrix. Arrays [outputs][input vectors]. */
export interface WeightsAnswer {
  /** Σ w·v as the crossbar has it, in weights times V, and exactly. */
  readonly products: number[][];
  readonly exactProducts: number[][];
  /** Differences of currents that stand for them, A. */
  readonly pairCurrents_A: number[][];
  /** Root mean square of products − exactProducts over the rms exactProducts; largest |difference| over the largest exact one. */
  readonly relativeError: number;
  readonly largestRelativeError: number;
  /** The |weight| that has the whole window. */
  readonly fullScale: number;
}

/**
 * @param inputs_V [count × inputs]
 * @param currents_A [count × columns]
 */
export function weightsAnswer(
  { signed, array }: ReadWeights,
  inputs_V: Float64Array,
  currents_A: Float64Array,
): WeightsAnswer {
  const differences_A = array.differences(currents_A);
  const products = array.products(differences_A);
  const exact = exactProducts(signed, inputs_V);
  const squares = (values: Float64Array) => values.reduce((sum, v) => sum + v * v, 0);
  const most = (values: Float64Array) => values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const off = products.map((product, k) => product - exact[k]);
  const byOutput = (values: Float64Array) =>
    Array.from({ length: signed.outputs }, (_, j) =>
      Array.from({ length: values.length / signed.outputs }, (_, p) => values[p * signed.outputs + j]),
    );
  return {
    products: byOutput(products),
    exactProducts: byOutput(exact),
    pairCurrents_A: byOutput(differences_A),
    relativeError: Math.sqrt(squares(off) / squares(exact)),
    largestRelativeError: most(off) / most(exact),
    fullScale: array.fullScale,
  };
}
