import {
  type Manifest,
  type RunDirectory,
  readManifest,
  startManifest,
  writeManifest,
} from '../../records/index.js';
import type { ComposedRun } from '../composition/index.js';

/**
 * The manifest of a session that begins: a new run's, or what an earlier session left, running again.
 * @returns with a warning where what was there cannot be read and is written afresh
 */
export async function openManifest(
  directory: RunDirectory,
  run: ComposedRun,
  { resumed }: { resumed: boolean },
): Promise<{ manifest: Manifest; warning?: string }> {
  let warning: string | undefined;
  const earlier = await readManifest(directory.path).catch(({ message, cause }: Error) => {
    // A new run has none yet.
    const absent = (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
    if (resumed || !absent) warning = `${message}; it is written afresh`;
    return undefined;
  });
  const manifest: Manifest =
    earlier === undefined
      ? await newManifest(run)
      : {
          ...earlier,
          classNames: earlier.classNames ?? [...run.dataSet.classNames],
          exitStatus: 'running',
        };
  await writeManifest(directory.path, manifest);
  return { manifest, ...(warning === undefined ? {} : { warning }) };
}

function newManifest({ config, dataSet, trainer, composition }: ComposedRun): Promise<Manifest> {
  return startManifest({
    seed: config.seed,
    sources: [...dataSet.sources],
    classNames: [...dataSet.classNames],
    device: {
      name: trainer.device.info.name,
      ...(config.relaxedSimd ? { relaxedSimd: true } : {}),
      ...composition.hardware?.identity,
    },
    ...(config.preset === undefined ? {} : { preset: config.preset }),
  });
}
