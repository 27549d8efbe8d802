import { inputError, runError } from '../../core/index.js';
import type {
  BoardCounters,
  BoardExamples,
  BoardOperations,
  BoardProfile,
  BoardStepReport,
  BoardUse,
  NudgePair,
  TapReport,
  Taps,
  TapUpdate,
} from '../../devices/boards/index.js';
import { checkHeld, checkTaps } from '../../devices/boards/index.js';
import type { BoardDescription } from './board-description.js';
import type { BoardLink } from './board-link.js';
import { type Operation, operations } from './operations-table.js';
import { PayloadReader, PayloadWriter } from './payload.js';

/** Parts of an update are counted in eight bits, and part 0 begins it anew. */
const mostParts = 256;

export interface BoardStatus {
  readonly uptime_ms: number;
  readonly crcErrors: number;
  readonly framingErrors: number;
  readonly overruns: number;
  readonly pulses: number;
  readonly lastUpdate: number;
  readonly pendingUpdate: number;
  readonly armed: boolean;
  readonly stopped: boolean;
  readonly boots: number;
  /** Middle potential against the converter's own middle, mV. */
  readonly middle_mV: number;
}

/** What the requests of a client have in common. */
export interface RequestOptions {
  readonly use?: Partial<BoardUse>;
  /** Conversions a reading. Default the board's. */
  readonly reads?: 1 | 2 | 4 | 8 | 16;
  readonly settle_us?: number;
  /** Longest page that is read at a time, bytes. Default what the board allows; shorter ones suit a bad line. */
  readonly page?: number;
}

/** The requests of the protocol as calls: what is asked is checked here and once more in the firmware. */
export abstract class BoardRequests implements BoardOperations {
  readonly profile: BoardProfile;
  readonly use: BoardUse;
  private readonly example_seconds: number;
  private readonly page: number;

  protected constructor(
    readonly link: BoardLink,
    readonly name: string,
    readonly description: BoardDescription,
    options: RequestOptions,
  ) {
    this.profile = description.profile;
    this.use = {
      inputs: options.use?.inputs ?? this.profile.inputs,
      outputs: options.use?.outputs ?? this.profile.outputs,
    };
    this.page = Math.min(options.page ?? Number.POSITIVE_INFINITY, description.payloadMax);
    const reads = options.reads ?? this.profile.reads;
    const nodes = this.profile.hidden + this.use.outputs;
    // Twice that for everything around it.
    const read_seconds = 2 * this.profile.reader.conversion_seconds;
    const settle_seconds = (options.settle_us ?? this.profile.settle_us) * 1e-6;
    this.example_seconds = 3 * (settle_seconds + nodes * reads * read_seconds + 1e-3);
  }

  get identity(): string {
    return this.description.serial;
  }

  abstract close(): Promise<void>;

  async ping(bytes: Uint8Array): Promise<Uint8Array> {
    return this.link.request(operations.ping, bytes);
  }

  async measure(
    examples: BoardExamples,
    nudgeGain_q8: number | undefined,
    signal?: AbortSignal,
  ): Promise<{ readings: Int16Array; clipped: number }> {
    const nodes = this.profile.hidden + this.use.outputs;
    const readings = new Int16Array(examples.count * nodes);
    const most = this.mostExamples(6, 1 + 2 * nodes, this.description.payloadMax);
    let clipped = 0;
    // A few frames at a time stream; in between an interrupted caller is heard.
    const stretch = 8 * most;
    for (let start = 0; start < examples.count && !signal?.aborted; start += stretch) {
      const end = Math.min(examples.count, start + stretch);
      const payloads: Uint8Array[] = [];
      for (let from = start; from < end; from += most) {
        const count = Math.min(most, end - from);
        const payload = new PayloadWriter()
          .u8(nudgeGain_q8 === undefined ? 1 : 2)
          .u8(count)
          .u16(nudgeGain_q8 ?? 0)
          .u16(0);
        this.writeExamples(payload, examples, from, count);
        payloads.push(payload.done);
      }
      const replies = await this.link.stream(operations.measure, payloads, most * this.example_seconds);
      let n = start;
      for (const bytes of replies) {
        const reply = new PayloadReader(bytes);
        for (; reply.left > 0; n++) {
          clipped += reply.u8();
          readings.set(reply.i16s(nodes), n * nodes);
        }
      }
    }
    return { readings, clipped };
  }

  async step(
    examples: BoardExamples,
    nudges: NudgePair,
    update: TapUpdate,
    observeAll: boolean,
  ): Promise<BoardStepReport> {
    const nodes = (observeAll ? this.profile.hidden : 0) + this.use.outputs;
    const most = this.mostExamples(20, 2 * nodes, this.description.actPayloadMax - 6);
    if (examples.count > most * mostParts) {
      throw inputError(
        'board.batch',
        `a batch of ${examples.count} examples: ${this.name} takes at most ${most * mostParts} in one update; use a smaller batch`,
      );
    }
    const free = new Int16Array(examples.count * nodes);
    let clipped = 0;
    for (let from = 0, chunk = 0; ; chunk++) {
      const count = Math.min(most, examples.count - from);
      const last = from + count === examples.count;
      const payload = new PayloadWriter()
        .u32(update.id)
        .u8(chunk)
        .u8((last ? 1 : 0) | (observeAll ? 2 : 0))
        .u8(count)
        .u8(update.clip)
        .u16(nudges.first)
        .u16(nudges.second)
        .u32(update.gainHidden)
        .u32(update.gainOutput);
      this.writeExamples(payload, examples, from, count);
      const reply = new PayloadReader(
        await this.link.request(operations.step, payload.done, count * this.example_seconds + 5e-3),
      );
      const applied = reply.u8() === 1;
      clipped += reply.u8();
      const moved = reply.u16();
      const saturatedFraction = reply.u8();
      reply.u8();
      free.set(reply.i16s(count * nodes), from * nodes);
      from += count;
      if (last) return { applied, moved, saturatedFraction, clipped, free };
    }
  }

  async moveTaps(id: number, steps: Int16Array): Promise<TapReport> {
    const payload = new PayloadWriter().u32(id).u8(0).u8(steps.length).i16s(steps);
    const reply = new PayloadReader(await this.link.request(operations.moveTaps, payload.done, 5e-3));
    const applied = reply.u8() === 1;
    reply.u8();
    return { applied, moved: reply.u16(), saturatedFraction: reply.u8() };
  }

  async readTaps(): Promise<Taps> {
    const { pots } = this.profile;
    const taps = new Uint8Array(pots);
    const residuals = new Int16Array(pots);
    await this.readPages(operations.readTaps, 3, (reply, e) => {
      taps[e] = reply.u8();
      residuals[e] = reply.i16();
    });
    return { taps, residuals };
  }

  /** Reads something of every pot, `each` bytes long, page after page. */
  private async readPages(
    operation: Operation,
    each: number,
    take: (reply: PayloadReader, pot: number) => void,
  ): Promise<void> {
    const { pots } = this.profile;
    const most = Math.floor(this.page / each);
    const pages: Uint8Array[] = [];
    for (let from = 0; from < pots; from += most) {
      pages.push(new PayloadWriter().u8(from).u8(Math.min(most, pots - from)).done);
    }
    let e = 0;
    for (const bytes of await this.link.stream(operation, pages)) {
      const reply = new PayloadReader(bytes);
      while (reply.left > 0) take(reply, e++);
    }
  }

  async writeTaps({ taps, residuals }: Taps): Promise<void> {
    checkTaps(this.profile, taps, residuals);
    const { pots } = this.profile;
    const most = Math.floor((this.description.payloadMax - 2) / 3);
    for (let from = 0; from < pots; from += most) {
      const count = Math.min(most, pots - from);
      const payload = new PayloadWriter().u8(from).u8(count);
      for (let e = from; e < from + count; e++) payload.u8(taps[e]).u16(residuals[e]);
      await this.link.request(operations.writeTaps, payload.done, 5e-3);
    }
  }

  /** Sums of contrast of the update under way or the last one, 4e-6 V². [pots] */
  async readContrast(): Promise<Int32Array> {
    const sums = new Int32Array(this.profile.pots);
    await this.readPages(operations.readContrast, 4, (reply, e) => {
      sums[e] = reply.i32();
    });
    return sums;
  }

  /** Holds inputs and nudges [mV], those in use, until something else is asked for. */
  async setInputs(inputs_mV: ArrayLike<number>, nudges_mV: ArrayLike<number>): Promise<void> {
    checkHeld(this.profile, this.use, inputs_mV, nudges_mV);
    const payload = new PayloadWriter().i16s(Array.from(inputs_mV)).i16s(Array.from(nudges_mV));
    await this.link.request(operations.setInputs, payload.done, 1e-3);
  }

  /** Present readings of all nodes in use, 1/8 mV. */
  async readNodes(): Promise<Int16Array> {
    const reply = await this.link.request(operations.readNodes, undefined, this.example_seconds);
    return new PayloadReader(reply).i16s(this.profile.hidden + this.use.outputs);
  }

  /** Opens every pot but these. */
  async connectOnly(pots: Iterable<number>): Promise<void> {
    const mask = new Uint8Array(Math.ceil(this.profile.pots / 8));
    for (const pot of pots) mask[pot >> 3] |= 1 << (pot & 7);
    await this.link.request(operations.connect, mask, 5e-3);
  }

  async setLastUpdate(id: number): Promise<void> {
    await this.link.request(operations.setUpdate, new PayloadWriter().u32(id).done);
  }

  /** Gives the board a name of up to eight characters, kept in its EEPROM. */
  async setSerial(serial: string): Promise<void> {
    if (!/^[\x21-\x7e]{1,8}$/.test(serial)) {
      throw inputError(
        'board.serial',
        `serial "${serial}": needs one to eight printable characters without spaces`,
      );
    }
    const bytes = Uint8Array.from(serial.padEnd(8), (c) => c.charCodeAt(0));
    await this.link.request(operations.setSerial, bytes, 0.1);
  }

  async status(): Promise<BoardStatus> {
    const reply = new PayloadReader(await this.link.request(operations.status, undefined, 5e-3));
    const uptime_ms = reply.u32();
    const [crcErrors, framingErrors, overruns] = [reply.u16(), reply.u16(), reply.u16()];
    const [pulses, lastUpdate, pendingUpdate] = [reply.u32(), reply.u32(), reply.u32()];
    reply.u8();
    const [armed, stopped] = [reply.u8() === 1, reply.u8() === 1];
    const boots = reply.u16();
    return {
      uptime_ms,
      crcErrors,
      framingErrors,
      overruns,
      pulses,
      lastUpdate,
      pendingUpdate,
      armed,
      stopped,
      boots,
      middle_mV: reply.i16() / 8,
    };
  }

  async counters(): Promise<BoardCounters> {
    const { boots, pulses, lastUpdate } = await this.status();
    return { boots, pulses, lastUpdate };
  }

  /** Examples that fit a request behind `head` bytes and whose `each` bytes fit a reply of `room`. */
  private mostExamples(head: number, each: number, room: number): number {
    const perExample = 2 * (this.use.inputs + this.use.outputs);
    const most = Math.min(
      Math.floor((this.description.payloadMax - head) / perExample),
      Math.floor(room / each),
    );
    if (most < 1) throw runError('board.payload', `${this.name}: an example does not fit a frame`);
    return most;
  }

  private writeExamples(payload: PayloadWriter, examples: BoardExamples, from: number, count: number): void {
    const { inputs, outputs } = this.use;
    for (let n = from; n < from + count; n++) {
      payload.i16s(examples.inputs_mV.subarray(n * inputs, (n + 1) * inputs));
      payload.i16s(examples.targets_mV.subarray(n * outputs, (n + 1) * outputs));
    }
  }
}
