import { inputError } from '../../core/index.js';
import { type KnownData, loadRows, type Samples, unlabelledData } from '../../learning/index.js';
import type { RunDirectory } from '../../records/index.js';
import { describeRun } from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';
import { dataFinder } from './data-place.js';
import type { OpenRunOptions } from './open-run-options.js';
import { changedFiles, knownFromOwnData, readKnownData } from './run-data.js';

/**
 * The data of a run, or others in their place, presented as those that it was trained on.
 * @throws `run.changed-data` where its own files changed, if that is to be refused
 */
export async function loadRunData(
  directory: RunDirectory,
  stored: RunConfig,
  config: RunConfig,
  { data, rows: asked, changedData, withoutData }: OpenRunOptions,
) {
  const { path } = directory;
  const read = await readKnownData(directory);
  const locate = await dataFinder(directory);
  if (withoutData && read?.features !== undefined) {
    const dataSet = unlabelledData(stored.data, noRows(read, read.features), read);
    return { known: read, other: undefined, description: { config, dataSet }, changed: [], rows: undefined };
  }
  if (asked !== undefined) {
    const known = await knownFromOwnData(read, stored, path, locate);
    const rows = await loadRows(asked, known);
    const unlabelled = unlabelledData(asked, rows.samples, known);
    const dataSet = { ...unlabelled, ...(rows.remarks && { remarks: rows.remarks }) };
    return { known, other: asked, description: { config, dataSet }, changed: [], rows };
  }
  // The same words from another directory mean another file.
  const isOwn = data === undefined || (data === stored.data && locate(data) === data);
  const other = isOwn ? undefined : data;
  const known = other === undefined ? read : await knownFromOwnData(read, stored, path, locate);
  const description = await describeRun(config, {
    locate,
    ...(known && { known }),
    ...(other !== undefined && { other }),
  });
  const changed = other === undefined ? changedFiles(config, description.dataSet, known) : [];
  if (changed.length > 0 && known?.split === undefined && description.dataSet.splitDrawn) {
    changed.push(`${path} does not say which rows it was trained on: some of them may be tested now`);
  }
  if (changed.length > 0 && changedData === 'refused') {
    throw inputError(
      'run.changed-data',
      `${changed.join('; ')}. Nothing was done: --changed-data goes on with the file as it is now, on the same classes and scales, ` +
        'with new rows for training only',
    );
  }
  return { known, other, description, changed, rows: undefined };
}

function noRows({ classNames }: KnownData, features: number): Samples {
  const [values, labels] = [new Float64Array(0), new Uint16Array(0)];
  return { count: 0, features, classes: classNames.length, values, labels };
}
