import { quoted } from '../../core/index.js';
import {
  classFinder,
  type DataSet,
  featureRanges,
  identitiesOf,
  type KnownData,
  measureRanges,
  outsideRange,
} from '../../learning/index.js';
import { openRunDirectory } from '../../records/index.js';
import { composeData, type DataOptions, type RunDescription } from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';
import { readKnownData } from './run-data.js';

/**
 * Data of a new run that starts where another ended. Where they are of the same classes and features, they are presented as
 * that run's were, as its conductances expect; where not, that is told.
 * @param from the other run, as it was named
 */
export async function describeStart(
  config: RunConfig,
  from: string,
  options: Pick<DataOptions, 'signal'> = {},
): Promise<RunDescription> {
  const dataSet = await composeData(config, options);
  const directory = await openRunDirectory(from, { write: false });
  const known = await readKnownData(directory).finally(() => directory.release());
  const told = (text: string): RunDescription => ({
    config,
    dataSet: { ...dataSet, remarks: [...(dataSet.remarks ?? []), `--from ${from}: ${text}`] },
  });
  if (known === undefined) return told('that run does not say on which classes it was trained');
  if (!sameClasses(dataSet, known)) {
    return told(
      `its outputs stood for ${known.classNames.join(', ')}, they stand for ${dataSet.classNames.join(', ')} now`,
    );
  }
  if (!sameFeatures(dataSet, known)) {
    return told(
      `its inputs were ${known.featureNames?.join(', ')}, they are ${dataSet.featureNames?.join(', ')} now`,
    );
  }
  const { split, sources: _, trainedRange: __, ...alike } = known;
  const taken = await composeData(config, { ...options, known: alike });
  const off = scalesText(taken);
  const presented =
    off === undefined ? taken : { ...taken, remarks: [...(taken.remarks ?? []), `--from ${from}: ${off}`] };
  const again = trainedTestSamples(presented, split);
  if (again === 0) return { config, dataSet: presented };
  const text = `--from ${from}: it was trained on ${again} of the ${presented.test.count} samples that this run tests, so that the test error is too good; its own seed splits alike, and --test-data gives other samples`;
  return { config, dataSet: { ...presented, remarks: [...(presented.remarks ?? []), text] } };
}

/** A feature that fills less of the range it is scaled by is all but one value to the network. */
const LEAST_FILLED = 0.01;

/** What to say where samples do not fit the scales that were taken over from another run; nothing where they do. */
function scalesText({ train, test, ...dataSet }: DataSet): string | undefined {
  const scales = featureRanges(dataSet);
  const now = measureRanges(train);
  const nameOf = (f: number) => quoted(dataSet.featureNames?.[f] ?? `feature ${f + 1}`);
  const rangeOf = ([low, high]: readonly [number, number]) =>
    `${Number(low.toPrecision(6))} to ${Number(high.toPrecision(6))}`;
  const advice = 'Give the features in the units of that run, or leave --from out';
  const count = outsideRange({ ...dataSet, train, test }, train).outside.filter(Boolean).length;
  if (count > 0) {
    const all = train.count;
    const beyond = (f: number) => {
      const [[low, high], [from, to]] = [scales[f], now[f]];
      return Math.max(low - from, to - high, 0) / (high - low || 1);
    };
    const worst = now.reduce((most, _, f) => (beyond(f) > beyond(most) ? f : most), 0);
    return (
      `${count} of the ${all} training samples (${((100 * count) / all).toFixed(1)} %) lie outside the scales taken over from that run ` +
      `(${nameOf(worst)} goes from ${rangeOf(now[worst])}, it was ${rangeOf(scales[worst])}) and are clipped or driven that far beyond. ${advice}`
    );
  }
  const filled = now.map(([low, high], f) => (high - low) / (scales[f][1] - scales[f][0] || 1));
  const tight = filled.findIndex((share, f) => share < LEAST_FILLED && scales[f][1] > scales[f][0]);
  if (tight < 0) return undefined;
  return (
    `${nameOf(tight)} goes from ${rangeOf(now[tight])} and fills ${(100 * filled[tight]).toPrecision(2)} % of the scale taken over from that run ` +
    `(${rangeOf(scales[tight])}), so that it is all but one value to the network. ${advice}`
  );
}

function sameClasses({ classNames }: DataSet, known: KnownData): boolean {
  const placeOf = classFinder(known.classNames);
  return (
    classNames.length === known.classNames.length && classNames.every((name) => placeOf(name) !== undefined)
  );
}

/** By name, where both have names: in any order. */
function sameFeatures({ features, featureNames }: DataSet, known: KnownData): boolean {
  if (known.features !== undefined && known.features !== features) return false;
  if (featureNames === undefined || known.featureNames === undefined) return true;
  return known.featureNames.every((name) => featureNames.includes(name));
}

function trainedTestSamples({ test, classNames }: DataSet, split: KnownData['split']): number {
  if (split === undefined) return 0;
  const trained = new Set(Array.from(split.train));
  return identitiesOf(test, classNames).filter((identity) => trained.has(identity)).length;
}
