import { inputError } from '../../core/index.js';

/**
 * Refuses an empty layer by its place.
 * @param layers hidden …, output
 * @param unit what a layer is made of, in the plural
 */
export function checkLayers(inputs: number, layers: readonly number[], unit: string): void {
  for (const [l, size] of [inputs, ...layers].entries()) {
    if (Number.isInteger(size) && size >= 1) continue;
    const place = l === 0 ? 'inputs' : l === layers.length ? 'outputs' : `hidden layer ${l}`;
    throw inputError(
      'network.size',
      `${place}: a layer needs a positive whole number of ${unit}, got ${size}`,
    );
  }
}
