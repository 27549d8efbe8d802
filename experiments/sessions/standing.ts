import { livingHolder, type RunDirectory, readManifest } from '../../records/index.js';

/**
 * What is to be told of a run whose manifest says that it runs: that somebody trains it now, or that it was cut off. A process
 * that was killed cannot write how it ended; that nobody holds the run says it.
 * @param ours whether we hold it, to go on with it
 */
export async function standingOf({ path }: RunDirectory, ours: boolean): Promise<string[]> {
  const manifest = await readManifest(path).catch(() => undefined);
  if (manifest?.exitStatus !== 'running') return [];
  const holder = ours ? undefined : await livingHolder(path);
  if (holder !== undefined) return [`${path} is being trained by ${holder}: this is its newest checkpoint`];
  const cutOff = `${path} was cut off: its process was killed, or its machine stopped; what it did after its newest checkpoint is lost`;
  return [ours ? cutOff : `${cutOff}; to go on from there: ohmprop resume ${path}`];
}
