import { type AnalogDevice, type NudgeKind, nudgeOf, type StopRule } from '../devices/contract/index.js';
import type { Coder } from './coding.js';
import type { DataSet } from './data/index.js';

/** Samples whose outputs are watched. */
const SAMPLES = 16;

/**
 * Root mean square by which a nudge of +β moves an output, over the first training samples, in the node unit; nothing of a device whose
 * reads differ.
 */
export async function outputShift(
  device: AnalogDevice,
  coder: Coder,
  { train }: DataSet,
  kind: NudgeKind,
  beta: number,
  { stop, nudgedStop = stop }: { readonly stop?: StopRule; readonly nudgedStop?: StopRule },
): Promise<number | undefined> {
  if (!device.info.deterministic) return undefined;
  const { size, inputs, targets } = coder.firstBatch(train, SAMPLES);
  const free = await device.settle({ batch: size, inputs }, stop && { stop });
  const nudge = nudgeOf({ ...coder.cost, nudge: kind }, beta, targets, free);
  const nudged = await device.settle(
    { batch: size, inputs, nudge },
    { ...(nudgedStop && { stop: nudgedStop }), from: free },
  );
  const before = free.outputs();
  const square = nudged.outputs().reduce((sum, v, e) => sum + (v - before[e]) ** 2, 0);
  for (const phase of [free, nudged]) phase.release();
  return Math.sqrt(square / before.length);
}
