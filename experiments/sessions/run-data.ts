import { join } from 'node:path';
import { inputError } from '../../core/index.js';
import {
  type DataSet,
  dataSources,
  featureRanges,
  identitiesOf,
  type KnownData,
  type KnownSplit,
  knownData,
  measureRanges,
  momentsOf,
  outsideRange,
  type Samples,
  sameSources,
} from '../../learning/index.js';
import { type Manifest, type RunDirectory, readManifest, readNpz, writeNpz } from '../../records/index.js';
import { type ComposedRun, composeData } from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';

// What a run knows of its data: in its manifest, and, where we drew which rows are for testing, in data.npz: an identity a row.

/** What `manifest.json` says of the data of a run. @param earlier what it was trained on before */
export function dataRecord(
  { dataSet, coder }: ComposedRun,
  earlier?: KnownData,
): NonNullable<Manifest['data']> {
  const { train, validation, test, name } = dataSet;
  const trainedRange = trainedRangeOf(dataSet, earlier);
  const { featureRange, sources, moments, trainedRange: _, ...known } = knownData(dataSet, coder.moments);
  const counts = { train: train.count, test: test.count };
  return structuredClone({
    ...known,
    name,
    features: dataSet.features,
    featureRange: (featureRange ?? []) as [number, number][],
    ...(trainedRange && { trainedRange }),
    ...(moments && { moments }),
    counts: validation === undefined ? counts : { ...counts, validation: validation.count },
    sources: sources ?? [],
  }) as NonNullable<Manifest['data']>;
}

/**
 * What the samples that a run was trained on showed, where features are not scaled by that: another run's scales, new rows
 * of a file that changed. Of images their pixels together.
 */
function trainedRangeOf(
  { features, featureRange, imageShape, train }: DataSet,
  earlier: KnownData | undefined,
): [number, number][] | [number, number] | undefined {
  const scales = featureRanges({ features, featureRange });
  const before = earlier?.trainedRange ?? earlier?.featureRange;
  const then = before && featureRanges({ features, featureRange: before });
  const shown = measureRanges(train).map(([low, high], f): [number, number] =>
    then === undefined ? [low, high] : [Math.min(low, then[f][0]), Math.max(high, then[f][1])],
  );
  if (imageShape === undefined) {
    return shown.every(([low, high], f) => low === scales[f][0] && high === scales[f][1]) ? undefined : shown;
  }
  const [low, high] = [Math.min(...shown.map((r) => r[0])), Math.max(...shown.map((r) => r[1]))];
  return low >= scales[0][0] && high <= scales[0][1] ? undefined : [low, high];
}

/**
 * Keeps which rows are for what. @param earlier rows that were trained on before stay so
 */
export async function writeSplit(
  directory: RunDirectory,
  { dataSet }: ComposedRun,
  earlier?: KnownSplit,
): Promise<void> {
  if (!dataSet.splitDrawn) return;
  const identities = (samples: Samples | undefined) =>
    samples === undefined ? new Float64Array(0) : identitiesOf(samples, dataSet.classNames);
  const { train, validation, test } = dataSet;
  await writeNpz(join(directory.path, SPLIT_FILE), {
    train: Float64Array.from(new Set([...Array.from(earlier?.train ?? []), ...identities(train)])),
    validation: identities(validation),
    test: identities(test),
  });
}

const SPLIT_FILE = 'data.npz';

async function readSplit(directory: RunDirectory): Promise<KnownSplit | undefined> {
  const arrays = await readNpz(join(directory.path, SPLIT_FILE)).catch(() => undefined);
  if (arrays === undefined) return undefined;
  const [train, validation, test] = ['train', 'validation', 'test'].map((part) => arrays[part]?.data);
  return train && validation && test ? { train, validation, test } : undefined;
}

/**
 * What a run knows of its data; of an old run what its manifest says, perhaps nothing.
 */
export async function readKnownData(directory: RunDirectory): Promise<KnownData | undefined> {
  const manifest = await readManifest(directory.path).catch(() => undefined);
  if (manifest === undefined) return undefined;
  const { data, classNames, sources } = manifest;
  const filesOf = (list: Manifest['sources']) =>
    list.map(({ bytes = 0, ...source }) => ({ ...source, bytes }));
  if (data === undefined) {
    return classNames === undefined ? undefined : { classNames, sources: filesOf(sources) };
  }
  const split = await readSplit(directory);
  const { moments, labelColumn, counts: _, directory: __, ...rest } = data;
  return {
    ...(rest as Pick<
      KnownData,
      'classNames' | 'features' | 'featureNames' | 'featureRange' | 'trainedRange' | 'targets'
    >),
    ...(labelColumn && { labelColumn: labelColumn as NonNullable<KnownData['labelColumn']> }),
    sources: filesOf(data.sources),
    ...(areFinite(moments) && { moments }),
    ...(split && { split }),
  };
}

/** Sums that overflowed are written as null: such moments are taken anew. */
function areFinite(
  moments: NonNullable<Manifest['data']>['moments'],
): moments is { mean: number[]; deviation: number[] } {
  return moments !== undefined && ![...moments.mean, ...moments.deviation].includes(null);
}

/** The same, but where an old run does not say how features were scaled, told by the data that it was trained on. */
export async function knownFromOwnData(
  known: KnownData | undefined,
  config: RunConfig,
  path: string,
  locate: (spec: string) => string,
): Promise<KnownData> {
  if (known?.featureRange !== undefined) return known;
  const own = await composeData(config, { locate, ...(known && { known }) }).catch((cause: Error) => {
    throw inputError(
      'run.no-data',
      `${path} does not say how its features were scaled, and its own data, which would tell, cannot be read: ${cause.message}`,
      cause,
    );
  });
  return knownData(own, momentsOf(own.train));
}

/**
 * What to tell of data that are not what a run was trained on, file by file; nothing where they are. Data that are built in
 * or downloaded are checked where they are read.
 */
export function changedFiles(config: RunConfig, dataSet: DataSet, known: KnownData | undefined): string[] {
  const then = known?.sources ?? [];
  const { sources } = dataSet;
  if (!namesFiles(config) || known?.sources === undefined || sameSources(sources, then)) return [];
  if (sources.length !== then.length) {
    return [`${dataSet.name}: ${sources.length} files, the run was trained on ${then.length}`];
  }
  return sources.flatMap(({ file, sha256 }, k) =>
    sha256 === then[k].sha256
      ? []
      : [
          `${file} is not what the run was trained on: its SHA-256 is ${sha256.slice(0, 12)}…, it was ${then[k].sha256.slice(0, 12)}…`,
        ],
  );
}

function namesFiles({ data, testData, validation }: RunConfig): boolean {
  return [data, testData, validation].some(
    (spec) => typeof spec === 'string' && (spec.includes(':') || dataSources.isAdded(spec)),
  );
}

/** What to tell of samples to be tested that are not like those that were trained on. */
export function strangeSamples({ dataSet }: ComposedRun): string[] {
  const { text } = outsideRange(dataSet, dataSet.test);
  return text === undefined ? [] : [text];
}
