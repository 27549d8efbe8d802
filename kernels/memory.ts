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
