import { inputError } from '../core/index.js';
import type { DataSet } from './data/index.js';

/** Named in one sentence; the rest is counted. */
const MOST_NAMED = 5;

/**
 * What features of a table tell nothing: one sentence on those that do not vary over the training samples. Nothing is said of
 * images, whose edges are empty, or of data to look at, which hold no training samples.
 * @throws `data.too-large` where the spread of a feature is beyond the range of numbers, so that nothing can scale it
 */
export function featureRemarks(dataSet: DataSet): string[] {
  if (dataSet.imageShape !== undefined || dataSet.train.count === 0) return [];
  const { count, features, values } = dataSet.train;
  const still: string[] = [];
  for (let f = 0; f < features; f++) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let s = 0; s < count; s++) {
      const value = values[s * features + f];
      if (value < low) low = value;
      if (value > high) high = value;
    }
    // squares of deviations are summed over all samples
    if (!Number.isFinite((high - low) ** 2 * count)) {
      throw inputError(
        'data.too-large',
        `${dataSet.name}: ${nameOf(dataSet, f)} goes from ${low} to ${high}: values too large to scale; give the column in a larger unit`,
      );
    }
    if (low === high) still.push(nameOf(dataSet, f));
  }
  if (still.length === 0) return [];
  const named = still.slice(0, MOST_NAMED).join(', ');
  const more = still.length > MOST_NAMED ? ` and ${still.length - MOST_NAMED} more` : '';
  return [
    `${dataSet.name}: ${still.length} ${still.length === 1 ? 'feature does' : 'features do'} not vary over the training samples and ${still.length === 1 ? 'tells' : 'tell'} nothing: ${named}${more}`,
  ];
}

function nameOf(
  { featureNames }: DataSet & { readonly featureNames?: readonly string[] },
  f: number,
): string {
  return featureNames?.[f] === undefined
    ? `feature ${f + 1}`
    : `feature ${f + 1} (${featureNames[f].slice(0, 80)})`;
}
