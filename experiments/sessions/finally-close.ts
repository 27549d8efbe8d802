import type { ComposedRun } from '../composition/index.js';
import type { Sink } from './events.js';

/**
 * Does some work and closes after it, whatever became of it. What went wrong first is what is thrown: a device or a disk that
 * fails the work often fails the closing as well, and would hide why.
 */
export async function finallyClose<T>(work: () => Promise<T>, close: () => Promise<void>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
  await close();
  return result;
}

/** Closes a run's device, a board being left disarmed; what is to be said of that goes to the sinks. */
export async function closeDevice(
  { composition, trainer }: ComposedRun,
  sinks: readonly Sink[] = [],
): Promise<void> {
  const end = composition.hardware?.onEvent((text) => {
    for (const sink of sinks) (async () => sink({ type: 'hardware', text }))().catch(() => {});
  });
  await trainer.device.close();
  end?.();
}
