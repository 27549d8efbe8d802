import type { DeviceState, StateArray } from '../../core/index.js';
import {
  ageFields,
  CELL_SCRATCH,
  type CellKernel,
  type KernelMemory,
  KernelRecord,
  paddedCells,
} from '../../kernels/index.js';
import type { CellRange } from '../contract/index.js';
import {
  CellDraws,
  Converter,
  drawDriftExponents,
  type Nonidealities,
  TelegraphNoise,
} from './nonidealities/index.js';
import type { PulseModel } from './pulse/index.js';
import { streamKeys } from './stream-keys.js';

/** Everything but plain read noise by which a read differs from the state: time since the write, telegraph noise, converter. */
export class ReadEffects {
  private readonly written_s: Float64Array;
  /** Update that wrote each cell last: names its relaxation. */
  private readonly writer: Uint32Array;
  private readonly telegraph: TelegraphNoise | undefined;
  private readonly converter: Converter | undefined;
  private readonly readDraws: CellDraws;
  private readonly record: KernelRecord<(typeof ageFields)[number]>;
  private readonly ages: boolean;
  private readonly kernel: CellKernel;
  private now_s = 0;
  private waits = 0;

  /** What they need of a kernel memory, bytes. */
  static bytes(cells: number, all: Partial<Nonidealities>): number {
    return isSome(all) ? paddedCells(cells) * (8 + 4 + 4 + 4) + CELL_SCRATCH + 512 : 0;
  }

  /** Undefined where reads see the state and at most read noise. */
  static of(
    all: Nonidealities,
    model: PulseModel,
    cells: number,
    place: {
      readonly seed: number;
      readonly group: number;
      readonly memory: KernelMemory;
      readonly kernel: CellKernel;
    },
  ): ReadEffects | undefined {
    return isSome(all) ? new ReadEffects(all, model, cells, place) : undefined;
  }

  private constructor(
    all: Nonidealities,
    private readonly model: PulseModel,
    private readonly cells: number,
    { seed, group, memory, kernel }: Parameters<typeof ReadEffects.of>[3],
  ) {
    const padded = paddedCells(cells);
    this.kernel = kernel;
    this.written_s = memory.float64(padded);
    const writer = memory.allocate(4 * padded);
    this.writer = new Uint32Array(memory.memory.buffer, writer, padded);
    const exponents = all.drift === undefined ? undefined : memory.float32(padded);
    if (all.drift !== undefined) exponents?.set(drawDriftExponents(all.drift, cells, seed, group));
    const relaxing = all.relaxation ? memory.float32(padded) : undefined;
    this.ages = exponents !== undefined || relaxing !== undefined;
    this.record = new KernelRecord(ageFields, memory.memory.buffer, memory.allocate(4 * ageFields.length));
    this.record.set({
      written: this.written_s.byteOffset,
      writer,
      exponents: exponents?.byteOffset ?? 0,
      relaxing: relaxing?.byteOffset ?? 0,
      t0: all.drift?.t0_s ?? 1,
      seed,
      group,
      key: streamKeys.relaxation,
      scratch: memory.allocate(CELL_SCRATCH),
    });
    if (all.telegraph !== undefined) this.telegraph = new TelegraphNoise(all.telegraph, cells, seed, group);
    if (all.converter !== undefined) this.converter = new Converter(all.converter, 0, model.g_max_S);
    this.readDraws = new CellDraws(seed, 'read', group);
  }

  /** Whether age and read noise are all, which the kernel adds by itself. */
  get isAgeAlone(): boolean {
    return this.telegraph === undefined && this.converter === undefined;
  }

  wait(elapsed_s: number): void {
    this.now_s += elapsed_s;
    this.waits++;
    this.telegraph?.advance(elapsed_s, this.waits);
  }

  /** Notes which cells an update has written. @param counts dense, of the whole array, in the kernel's memory */
  wrote(counts: Int16Array, id: number): void {
    this.kernel.noteWrites(this.record.offset, 0, this.cells, counts.byteOffset, this.now_s, id);
  }

  /** Notes that cells first … first + count − 1 were set to new states; `first` a multiple of 16. */
  rewrote(first: number, count: number, id: number): void {
    this.kernel.noteWrites(this.record.offset, first, count, 0, this.now_s, id);
  }

  /** Lets conductances as written, S times `scale`, of the whole array at `out`, age: in place. */
  age(out: Float32Array, scale: number): void {
    if (!this.ages) return;
    this.kernel.ageReads(
      this.record.offset,
      this.cells,
      out.byteOffset,
      this.now_s,
      scale * this.model.g_max_S,
    );
  }

  /** Adds to aged conductances what only single cells know, and read noise, in place. @param g_S row-major over the range */
  apply(g_S: Float64Array, range: CellRange, columns: number, readSigma: number, event: number): void {
    const { telegraph, converter } = this;
    for (let i = 0; i < range.rows; i++) {
      const first = (range.row + i) * columns + range.column;
      const noise = readSigma > 0 ? this.readDraws.shortNormals(event, first, range.columns) : undefined;
      for (let j = 0; j < range.columns; j++) {
        let g = g_S[i * range.columns + j];
        if (telegraph !== undefined) g *= telegraph.factor(first + j);
        if (noise !== undefined) g *= 1 + readSigma * noise[j];
        g = Math.max(0, g);
        g_S[i * range.columns + j] = converter === undefined ? g : converter.convert(g);
      }
    }
  }

  snapshot(): Record<string, StateArray> {
    return {
      written_s: Float64Array.from(this.written_s.subarray(0, this.cells)),
      writer: Uint32Array.from(this.writer.subarray(0, this.cells)),
      ...(this.telegraph === undefined ? {} : { telegraph: this.telegraph.states.slice() }),
    };
  }

  values(): Record<string, number> {
    return { now_s: this.now_s, waits: this.waits };
  }

  /** As a snapshot says, one of cells without such effects included. */
  restore(arrays: DeviceState['arrays'], values: DeviceState['values']): void {
    // Cells that knew no time until now are as just written: theirs begins here.
    if (arrays.written_s === undefined) {
      this.now_s = 0;
      this.waits = 0;
      this.rewrote(0, this.cells, Number(values.lastUpdate));
      return;
    }
    this.written_s.set(arrays.written_s);
    this.writer.set(arrays.writer);
    if (this.record.get('relaxing') !== 0) this.kernel.drawRelaxing(this.record.offset, this.cells);
    if (arrays.telegraph !== undefined) this.telegraph?.states.set(arrays.telegraph);
    this.now_s = Number(values.now_s);
    this.waits = Number(values.waits);
  }
}

function isSome({ drift, telegraph, converter, relaxation }: Partial<Nonidealities>): boolean {
  return drift !== undefined || telegraph !== undefined || converter !== undefined || relaxation === true;
}
