import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';

/** Where a built file of this folder lies, seen from the sources as well as from dist/. */
export function builtFile(name: string): string {
  const beside = fileURLToPath(new URL(`./${name}`, import.meta.url));
  if (existsSync(beside)) return beside;
  const built = fileURLToPath(new URL(`../dist/kernels/${name}`, import.meta.url));
  if (existsSync(built)) return built;
  throw new Error(`${name} is not built: run "npm run build"`);
}

export interface KernelOptions {
  /** Use fused multiply-add where the machine has it: faster, last bits differ between machines. Off by default. */
  readonly relaxed?: boolean;
}

const compiled = new Map<string, WebAssembly.Module>();

/** Node 20 has the instructions behind a flag, later versions as they are. */
function runsRelaxed(bytes: Uint8Array): boolean {
  if (WebAssembly.validate(bytes)) return true;
  v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(bytes);
}

/** Whether this engine runs kernels with fused multiply-add: the option `relaxed`. */
export function hasRelaxedSimd(): boolean {
  return runsRelaxed(readFileSync(builtFile('layered.relaxed.wasm')));
}

/** The compiled kernel `name` (kernels/assembly/<name>), compiled once a process. */
export function kernelModule(name: string, options: KernelOptions = {}): WebAssembly.Module {
  const file = `${name}${options.relaxed ? '.relaxed' : ''}.wasm`;
  let module = compiled.get(file);
  if (module === undefined) {
    const bytes = readFileSync(builtFile(file));
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
  const instance = new WebAssembly.Instance(kernelModule(name, options), {
    env: { memory: memory.memory, abort: () => fail(name) },
  });
  return instance.exports as unknown as Exports;
}

function fail(name: string): never {
  throw new Error(`kernel ${name} aborted`);
}

const PAGE = 65536;
/** Where allocation starts: below lie the kernels' own static data. */
const BASE = 16384;

/** One WebAssembly memory and a bump allocator over it. A view made before it grew stays valid. */
export class KernelMemory {
  readonly memory: WebAssembly.Memory;
  private next = BASE;

  /**
   * @param bytes how much will be allocated in all (alignment included: 64 bytes an array)
   * @param most up to where the memory may grow beyond that; it does not, by default
   */
  constructor(
    bytes: number,
    private readonly most = bytes,
  ) {
    const pages = pagesFor(bytes);
    if (pages > 65536)
      throw new RangeError(`a kernel memory holds at most 4 GiB; ${bytes} bytes were asked for`);
    const maximum = Math.min(65536, pagesFor(Math.max(bytes, most)));
    this.memory = new WebAssembly.Memory({ initial: pages, maximum, shared: true });
  }

  get bytesUsed(): number {
    return this.next;
  }

  /** Byte offset of a fresh, zeroed block, aligned to 64. */
  allocate(bytes: number): number {
    const start = Math.ceil(this.next / 64) * 64;
    const missing = start + bytes - this.memory.buffer.byteLength;
    if (missing > 0 && start + bytes <= this.most) this.memory.grow(Math.ceil(missing / PAGE));
    if (start + bytes > this.memory.buffer.byteLength) {
      throw new RangeError(
        `kernel memory of ${this.memory.buffer.byteLength} bytes is full: ${bytes} more asked for`,
      );
    }
    this.next = start + bytes;
    return start;
  }

  float32(length: number): Float32Array {
    const offset = this.allocate(length * 4);
    return new Float32Array(this.memory.buffer, offset, length);
  }

  float64(length: number): Float64Array {
    const offset = this.allocate(length * 8);
    return new Float64Array(this.memory.buffer, offset, length);
  }

  int32(length: number): Int32Array {
    const offset = this.allocate(length * 4);
    return new Int32Array(this.memory.buffer, offset, length);
  }
}

function pagesFor(bytes: number): number {
  return Math.ceil((bytes + BASE) / PAGE) + 1;
}
