import { allowRelaxedSimd, readKernelFile } from './files.js';
import type { KernelMemory } from './memory.js';

export interface KernelOptions {
  /** Use fused multiply-add where the machine has it: faster, last bits differ between machines. Off by default. */
  readonly relaxed?: boolean;
}

const compiled = new Map<string, WebAssembly.Module>();

function runsRelaxed(bytes: Uint8Array): boolean {
  if (WebAssembly.validate(bytes)) return true;
  allowRelaxedSimd();
  return WebAssembly.validate(bytes);
}

/** Whether this engine runs kernels with fused multiply-add: the option `relaxed`. */
export function hasRelaxedSimd(): boolean {
  return runsRelaxed(readKernelFile('layered.relaxed.wasm'));
}

/** The compiled kernel `name` (kernels/assembly/<name>), compiled once a process, when it is first used. */
export function kernelModule(name: string, options: KernelOptions = {}): WebAssembly.Module {
  const file = `${name}${options.relaxed ? '.relaxed' : ''}.wasm`;
  let module = compiled.get(file);
  if (module === undefined) {
    const bytes = readKernelFile(file);
    if (options.relaxed && !runsRelaxed(bytes)) {
      throw new Error(
        `${file}: this engine runs no relaxed SIMD instructions; leave the option "relaxed" out`,
      );
    }
    module = new WebAssembly.Module(bytes);
    compiled.set(file, module);
  }
  return module;
}

/** An instance of a kernel on the given memory. Its exports take byte offsets into that memory. */
export function instantiateKernel<Exports>(
  name: string,
  memory: Pick<KernelMemory, 'memory'>,
  options: KernelOptions = {},
): Exports {
  return instantiateModule(name, kernelModule(name, options), memory.memory) as unknown as Exports;
}

/** The exports of a compiled kernel on a memory that may be another thread's. */
export function instantiateModule(
  name: string,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Record<string, unknown> {
  const abort = () => {
    throw new Error(`kernel ${name} aborted`);
  };
  return new WebAssembly.Instance(module, { env: { memory, abort } }).exports;
}
