import { livingHolder, type RunDirectory, readManifest } from '../../records/index.js';

/**
 * What is to be told of a run whose manifest says that it runs: that somebody trains it now, or that it was cut off. A process
 * that was killed cannot write how it ended; that nobody holds the run says it.
 * @param ours whether we hold it, to go on with it
 * @param journalled nothing that it did is lost
 */
export async function standingOf(
  { path }: RunDirectory,
  ours: boolean,
  journalled: boolean,
): Promise<string[]> {
  const manifest = await readManifest(path).catch(() => undefined);
  if (manifest?.exitStatus !== 'running') return [];
  const holder = ours ? undefined : await livingHolder(path);
  if (holder !== undefined)
    return [
      `${path} is being trained by ${holder}: this is ${journalled ? 'how far its journal tells' : 'its newest checkpoint'}`,
    ];
  const lost = journalled
    ? 'what it did is in its journal'
    : 'what it did after its newest checkpoint is lost';
  const cutOff = `${path} was cut off: its process was killed, or its machine stopped; ${lost}`;
  return [ours ? cutOff : `${cutOff}; to go on from there: ohmprop resume ${path}`];
}
