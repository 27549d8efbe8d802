import type { DataSet, Range } from './data-set.js';
import { irisTable } from './iris-table.js';
import { stratifiedSplit } from './stratified-split.js';

const testOfEachSpecies = 15;
/** Smallest and largest of the 150 flowers: sepal length and width, petal length and width [cm]. */
const ranges_cm: readonly Range[] = [
  [4.3, 7.9],
  [2.0, 4.4],
  [1.0, 6.9],
  [0.1, 2.5],
];

/**
 * Fisher's iris flowers (Annals of Eugenics 7:179, 1936): 150 samples of four lengths [cm], three species.
 * Of each species 35 are for training and 15 for testing, drawn by the stream `split` of `seed`.
 */
export function iris({ seed }: { seed: number }): DataSet {
  const classNames = Object.keys(irisTable);
  const flowers = Object.values(irisTable).flat();
  const perSpecies = flowers.length / classNames.length;
  const all = {
    count: flowers.length,
    features: 4,
    classes: 3,
    values: Float64Array.from(flowers.flat()),
    labels: Uint8Array.from(flowers, (_, i) => Math.floor(i / perSpecies)),
  };
  return {
    name: 'iris',
    features: 4,
    classes: 3,
    classNames,
    featureRange: ranges_cm,
    ...stratifiedSplit(all, seed, () => testOfEachSpecies),
    sources: [],
  };
}
