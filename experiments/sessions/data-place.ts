import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { inputError } from '../../core/index.js';
import { dataSources } from '../../learning/index.js';
import { type RunDirectory, readManifest } from '../../records/index.js';

/**
 * Finds the files that a run's configuration names by relative paths: where the run was trained, else where we are now, so
 * that a run is looked at from anywhere, and is found again where it was moved with its data.
 * @returns a specification (`csv:FILE`) by its place: as it stands, or with an absolute path; throws `run.no-data`, naming the
 * places, where there is no such file
 */
export async function dataFinder(run: Pick<RunDirectory, 'path'>): Promise<(spec: string) => string> {
  const manifest = await readManifest(run.path).catch(() => undefined);
  const trainedIn = manifest?.data?.directory;
  const here = process.cwd();
  const places = [...new Set([trainedIn ?? here, here])];
  return (spec) => {
    const colon = spec.indexOf(':');
    const file = spec.slice(colon + 1);
    // What stands behind a kind of a module is that module's to read.
    if (colon < 0 || file === '' || isAbsolute(file) || dataSources.isAdded(spec.slice(0, colon)))
      return spec;
    const place = places.find((directory) => existsSync(join(directory, file)));
    if (place === here) return spec;
    if (place !== undefined) return `${spec.slice(0, colon)}:${join(place, file)}`;
    throw inputError(
      'run.no-data',
      `${file}: there is no such file in ${places.join(', nor in ')}; ${run.path} was trained on it${trainedIn === undefined ? '' : ` in ${trainedIn}`}: put it back, or go to the directory where it is`,
    );
  };
}

/** Where paths of data are relative to, for the manifest. @param trainedIn where they were, when the run began */
export function dataDirectory(data: string, trainedIn: string | undefined): string {
  const file = data.slice(data.indexOf(':') + 1);
  return trainedIn !== undefined && existsSync(join(trainedIn, file)) ? trainedIn : process.cwd();
}
