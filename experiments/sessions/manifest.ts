import type { KnownData } from '../../learning/index.js';
import {
  type Manifest,
  type RunDirectory,
  readManifest,
  startManifest,
  writeManifest,
} from '../../records/index.js';
import type { ComposedRun } from '../composition/index.js';
import { modulesOf, requireModules } from '../modules/index.js';
import { dataDirectory } from './data-place.js';
import { changedFiles, dataRecord, readKnownData, writeSplit } from './run-data.js';

/**
 * The manifest of a session that begins: a new run's, or what an earlier session left, running again, on the data as they are
 * now.
 * @returns with a warning where what was there cannot be read and is written afresh
 */
export async function openManifest(
  directory: RunDirectory,
  run: ComposedRun,
  { resumed, startedFrom }: { resumed: boolean; startedFrom?: Manifest['startedFrom'] },
): Promise<{ manifest: Manifest; warning?: string }> {
  let warning: string | undefined;
  const earlier = await readManifest(directory.path).catch(({ message, cause }: Error) => {
    // A new run has none yet.
    const absent = (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
    if (resumed || !absent) warning = `${message}; it is written afresh`;
    return undefined;
  });
  const known = earlier && (await readKnownData(directory));
  const changed = known === undefined ? [] : changedFiles(run.config, run.dataSet, known);
  if (earlier?.data === undefined || changed.length > 0) await writeSplit(directory, run, known?.split);
  const modules = modulesOf(run.config);
  const others = requireModules(directory.path, earlier?.modules ?? []);
  const manifest: Manifest =
    earlier === undefined
      ? { ...(await newManifest(run)), ...(startedFrom === undefined ? {} : { startedFrom }) }
      : {
          ...earlier,
          ...boardNow(run, earlier.device),
          ...(modules.length > 0 ? { modules } : {}),
          ...(changed.length > 0 ? { sources: [...run.dataSet.sources] } : {}),
          classNames: earlier.classNames ?? [...run.dataSet.classNames],
          data:
            earlier.data === undefined || changed.length > 0
              ? dataOf(run, known, earlier.data?.directory)
              : earlier.data,
          warnings: [...new Set([...earlier.warnings, ...changed, ...others])],
          exitStatus: 'running',
        };
  await writeManifest(directory.path, manifest);
  return { manifest, ...(warning === undefined ? {} : { warning }) };
}

/** The board that a run goes on with, and all those that it has been on, by serial number and line. */
function boardNow(
  { composition: { hardware } }: ComposedRun,
  then: Manifest['device'],
): Pick<Manifest, 'device'> {
  const { identity } = hardware ?? {};
  if (identity === undefined || then === undefined) return {};
  const { serial, line } = identity;
  const here = then.serial === serial && then.line === line;
  if (here && then.calibrationSha256 === identity.calibrationSha256) return {};
  const before = Array.isArray(then.boards) ? then.boards : [{ serial: then.serial, line: then.line }];
  // What was measured of the other one, or before, is not of this.
  const { calibrationSha256: _, profile: __, ...rest } = then;
  return { device: { ...rest, ...identity, ...(here ? {} : { boards: [...before, { serial, line }] }) } };
}

function dataOf(run: ComposedRun, known?: KnownData, trainedIn?: string): NonNullable<Manifest['data']> {
  const { name, ...record } = dataRecord(run, known);
  return { name, directory: dataDirectory(run.config.data, trainedIn), ...record };
}

function newManifest(run: ComposedRun): Promise<Manifest> {
  const { config, dataSet, trainer, composition } = run;
  const modules = modulesOf(config);
  return startManifest({
    seed: config.seed,
    sources: [...dataSet.sources],
    classNames: [...dataSet.classNames],
    data: dataOf(run),
    device: {
      name: trainer.device.info.name,
      ...(config.relaxedSimd ? { relaxedSimd: true } : {}),
      ...composition.hardware?.identity,
    },
    ...(config.preset === undefined ? {} : { preset: config.preset }),
    ...(modules.length === 0 ? {} : { modules }),
  });
}
