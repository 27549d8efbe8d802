import { type KernelOptions, kernelProgram, type LayeredKernel, ThreadPool } from '../../kernels/index.js';
import type { NetworkMemory } from './network-memory.js';

/** Kernel functions that threads share: their last argument is the number of the thread. */
const jobs = [
  'settleStates',
  'settleDeltas',
  'settleGroup',
  'nudgeGroup',
  'applyUpdate',
  'gatherDrive',
] as const;
export type JobName = (typeof jobs)[number];

/** Told how long each job took, ms. */
export type JobListener = (name: JobName, spent_ms: number) => void;

/** The threads of one network. Results are the same at every number of threads. */
export function layeredPool(
  { kernelMemory, kernel }: NetworkMemory,
  threads: number | 'auto',
  options: KernelOptions,
): ThreadPool<LayeredKernel> {
  return new ThreadPool(kernelProgram('layered', kernelMemory, kernel, jobs, options), threads);
}
