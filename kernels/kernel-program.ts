import { instantiateModule, type KernelOptions, kernelModule } from './load.js';
import type { KernelMemory } from './memory.js';
import type { PoolProgram } from './thread-pool.js';

/** What another thread needs to run a kernel on this one's memory. */
interface KernelProgramData {
  readonly kernel: string;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
}

/** In the thread: the kernel's exports. */
export function open({ kernel, module, memory }: KernelProgramData): Record<string, unknown> {
  return instantiateModule(kernel, module, memory);
}

/**
 * A kernel as the program of a pool. The functions that jobs name take the thread's number as their last argument and end
 * in a barrier that all threads of the job reach.
 * @param exports the calling thread's own instance
 */
export function kernelProgram<Exports extends object>(
  kernel: string,
  memory: Pick<KernelMemory, 'memory'>,
  exports: Exports,
  functions: readonly (keyof Exports & string)[],
  options: KernelOptions = {},
): PoolProgram<Exports> {
  return {
    path: 'kernels/kernel-program.js',
    dataOf: (): KernelProgramData => ({
      kernel,
      module: kernelModule(kernel, options),
      memory: memory.memory,
    }),
    names: functions,
    own: exports,
  };
}
