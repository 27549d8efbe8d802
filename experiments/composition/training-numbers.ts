import { readQuantity } from '../../core/index.js';
import type { RunConfig } from '../schema/index.js';

/**
 * β of a configuration in the device's nudge unit, or `auto`.
 * @param flagUnit what a β without a unit is a multiple of
 */
export function readBeta(beta: number | string, unit: 'S' | '1', flagUnit = 1): number | 'auto' {
  if (beta === 'auto') return beta;
  const { value, hadUnit } = readQuantity(beta, unit, 'training.beta');
  return hadUnit ? value : value * flagUnit;
}

/** Published rates of conductances (weights) and of biases, one a layer. */
export interface LayerRates {
  readonly g: readonly number[];
  readonly b: readonly number[];
  readonly warnings: readonly string[];
}

/** One rate a layer: a single one serves all, a shorter list goes on with its last, a longer one is cut with a warning. */
export function ratesPerLayer(
  { conductanceRates, biasRates }: Pick<RunConfig['training'], 'conductanceRates' | 'biasRates'>,
  layers: number,
): LayerRates {
  const warnings: string[] = [];
  const each = (given: number | readonly number[], field: string): number[] => {
    const list = typeof given === 'number' ? [given] : given;
    if (list.length > layers) {
      const kept = list.slice(0, layers).join(', ');
      warnings.push(
        `training.${field}: ${list.length} rates for ${layers} ${layers === 1 ? 'layer' : 'layers'} of conductances; ${kept} is used, ${list.slice(layers).join(', ')} is not`,
      );
    }
    return Array.from({ length: layers }, (_, l) => list[Math.min(l, list.length - 1)]);
  };
  const g = each(conductanceRates, 'conductanceRates');
  return { g, b: each(biasRates, 'biasRates'), warnings };
}
