import type { DeviceState, StateArray } from '../../core/index.js';
import type { CellRange } from '../contract/index.js';
import {
  CellDraws,
  Converter,
  drawDriftExponents,
  driftLogarithm,
  type Nonidealities,
  type RelaxationLaw,
  relaxationLaw,
  relaxed_S,
  TelegraphNoise,
} from './nonidealities/index.js';
import type { PulseModel } from './pulse/index.js';

/** Everything but plain read noise by which a read differs from the state: time since the write, telegraph noise, converter. */
export class ReadEffects {
  private readonly written_s: Float64Array;
  /** Update that wrote each cell last: names its relaxation. */
  private readonly writer: Uint32Array;
  private readonly exponents: Float64Array | undefined;
  /** Each cell's number for its relaxation and the write that it belongs to. */
  private readonly relaxing: Float64Array;
  private readonly relaxingSince: Float64Array;
  private readonly telegraph: TelegraphNoise | undefined;
  private readonly converter: Converter | undefined;
  private readonly readDraws: CellDraws;
  private readonly relaxDraws: CellDraws;
  private now_s = 0;
  private waits = 0;

  private constructor(
    private readonly all: Nonidealities,
    private readonly model: PulseModel,
    private readonly cells: number,
    seed: number,
    group: number,
  ) {
    this.written_s = new Float64Array(cells);
    this.writer = new Uint32Array(cells);
    this.relaxing = new Float64Array(all.relaxation ? cells : 0);
    this.relaxingSince = new Float64Array(all.relaxation ? cells : 0).fill(-1);
    if (all.drift !== undefined) this.exponents = drawDriftExponents(all.drift, cells, seed, group);
    if (all.telegraph !== undefined) this.telegraph = new TelegraphNoise(all.telegraph, cells, seed, group);
    if (all.converter !== undefined) this.converter = new Converter(all.converter, 0, model.g_max_S);
    this.readDraws = new CellDraws(seed, 'read', group);
    this.relaxDraws = new CellDraws(seed, 'relaxation', group);
  }

  /** Undefined where reads see the state and at most read noise. */
  static of(
    all: Nonidealities,
    model: PulseModel,
    cells: number,
    seed: number,
    group: number,
  ): ReadEffects | undefined {
    const any =
      all.drift !== undefined || all.telegraph !== undefined || all.converter !== undefined || all.relaxation;
    return any ? new ReadEffects(all, model, cells, seed, group) : undefined;
  }

  wait(elapsed_s: number): void {
    this.now_s += elapsed_s;
    this.waits++;
    this.telegraph?.advance(elapsed_s, this.waits);
  }

  /** Notes which cells an update has written. @param counts dense, of the whole array */
  wrote(counts: Int16Array, id: number): void {
    for (let c = 0; c < this.cells; c++) {
      if (counts[c] === 0) continue;
      this.written_s[c] = this.now_s;
      this.writer[c] = id;
    }
  }

  /** Notes that cells first … first + count − 1 were set to new states. */
  rewrote(first: number, count: number, id: number): void {
    this.written_s.fill(this.now_s, first, first + count);
    this.writer.fill(id, first, first + count);
  }

  /** Turns conductances as written into conductances as read, in place. @param g_S row-major over the range */
  apply(g_S: Float64Array, range: CellRange, columns: number, readSigma: number, event: number): void {
    const { drift, relaxation } = this.all;
    const { exponents, telegraph, converter } = this;
    // most cells were written long ago, and together: what depends on age alone is found once for each that follows another
    let age = Number.NaN;
    let logarithm = 0;
    let law = relaxationLaw(0);
    for (let i = 0; i < range.rows; i++) {
      const first = (range.row + i) * columns + range.column;
      const noise = readSigma > 0 ? this.readDraws.shortNormals(event, first, range.columns) : undefined;
      for (let j = 0; j < range.columns; j++) {
        const c = first + j;
        if (this.now_s - this.written_s[c] !== age) {
          age = this.now_s - this.written_s[c];
          if (drift !== undefined) logarithm = driftLogarithm(age, drift.t0_s);
          if (relaxation) law = relaxationLaw(age);
        }
        let g = g_S[i * range.columns + j];
        if (relaxation) g += this.relaxationOf(c, g, law);
        if (exponents !== undefined) g *= Math.exp(-exponents[c] * logarithm);
        if (telegraph !== undefined) g *= telegraph.factor(c);
        if (noise !== undefined) g *= 1 + readSigma * noise[j];
        g = Math.max(0, g);
        g_S[i * range.columns + j] = converter === undefined ? g : converter.convert(g);
      }
    }
  }

  snapshot(): Record<string, StateArray> {
    return {
      written_s: this.written_s.slice(),
      writer: this.writer.slice(),
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
    if (arrays.telegraph !== undefined) this.telegraph?.states.set(arrays.telegraph);
    this.now_s = Number(values.now_s);
    this.waits = Number(values.waits);
  }

  private relaxationOf(cell: number, g_S: number, law: RelaxationLaw): number {
    const writer = this.writer[cell];
    if (this.relaxingSince[cell] !== writer) {
      this.relaxing[cell] = this.relaxDraws.normals(writer, cell, 1)[0];
      this.relaxingSince[cell] = writer;
    }
    return relaxed_S(law, g_S, this.relaxing[cell], this.model.g_max_S);
  }
}
