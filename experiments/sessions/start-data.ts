import { classFinder, type DataSet, identitiesOf, type KnownData } from '../../learning/index.js';
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
  const { split, sources: _, ...alike } = known;
  const presented = await composeData(config, { ...options, known: alike });
  const again = trainedTestSamples(presented, split);
  if (again === 0) return { config, dataSet: presented };
  const text = `--from ${from}: it was trained on ${again} of the ${presented.test.count} samples that this run tests, so that the test error is too good; its own seed splits alike, and --test-data gives other samples`;
  return { config, dataSet: { ...presented, remarks: [...(presented.remarks ?? []), text] } };
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
