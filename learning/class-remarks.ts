import { printableLine } from '../core/index.js';
import type { DataSet, Samples } from './data/index.js';

/** Named in one sentence; the rest is counted. */
const MOST_NAMED = 5;
const MOST_NAME = 40;

/**
 * Classes of which a part of a data set has no sample: what is not trained is not known, what is not tested is in no error. Nothing is said
 * of data to look at, which hold no training samples, nor where numbers are asked for.
 */
export function classRemarks(dataSet: DataSet): string[] {
  const { name, train, validation, test, targets } = dataSet;
  if (targets !== undefined || train.count === 0) return [];
  const parts: readonly (readonly [Samples | undefined, part: string, what: string])[] = [
    [train, 'training', 'cannot be learned'],
    [validation, 'validation', 'counts in no validation error'],
    [test, 'test', 'counts in no test error'],
  ];
  return parts.flatMap(([samples, part, what]) => {
    if (samples === undefined || samples.count === 0) return [];
    const missing = missingIn(dataSet, samples);
    if (missing.length === 0) return [];
    const named = missing.slice(0, MOST_NAMED).map((label) => shownName(dataSet, label));
    const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : '';
    const [of, which] = missing.length === 1 ? ['class', what] : ['classes', plural(what)];
    return [
      `${name}: no ${part} sample is of ${of} ${named.join(', ')}${more}, which ${which}; give more samples of each, or leave ${missing.length === 1 ? 'it' : 'them'} out`,
    ];
  });
}

function plural(what: string): string {
  return what.replace('counts', 'count');
}

/** Classes that no sample of a part is of. */
function missingIn({ classes }: DataSet, { labels }: Samples): number[] {
  const there = new Uint8Array(classes);
  for (const label of labels) there[label] = 1;
  return Array.from(there.keys()).filter((label) => there[label] === 0);
}

function shownName({ classNames }: DataSet, label: number): string {
  return printableLine(classNames[label] ?? String(label), MOST_NAME);
}
