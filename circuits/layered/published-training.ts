import type { LayeredNetwork } from './layered-network.js';

/** How papers say what a training does: dimensionless numbers; rates are one for every layer, or one a layer. */
export interface PublishedTraining {
  readonly beta: number;
  readonly conductanceRates: number | readonly number[];
  readonly biasRates: number | readonly number[];
}

/** What a layered device takes: β in S, rates by parameter group, `g1` in S²/V² and `b1` in S². */
export interface LayeredTraining {
  readonly beta: number;
  readonly rates: Readonly<Record<string, number>>;
}

/**
 * Published, dimensionless numbers of a training in the units of a network
 * (docs/decisions/0002-units-of-learning-rates.md): a rate η stands for g ← g − η·∂g with everything dimensionless.
 */
export function publishedTraining(network: LayeredNetwork, published: PublishedTraining): LayeredTraining {
  const { conductance_S, voltage_V } = network.units;
  const ofLayer = (rates: number | readonly number[], l: number): number =>
    typeof rates === 'number' ? rates : rates[Math.min(l, rates.length - 1)];
  return {
    beta: published.beta * conductance_S,
    rates: Object.fromEntries(
      network.layers.flatMap((_, l) => [
        [`g${l + 1}`, (ofLayer(published.conductanceRates, l) * conductance_S ** 2) / voltage_V ** 2],
        [`b${l + 1}`, ofLayer(published.biasRates, l) * conductance_S ** 2],
      ]),
    ),
  };
}
