import { inputError, runError } from '../../core/index.js';
import {
  type BoardExamples,
  type BoardProfile,
  type BoardReadings,
  type BoardStepReport,
  checkHeld,
  type NudgePair,
  type TapUpdate,
} from '../../devices/boards/index.js';
import type { BoardSettings } from './arming.js';
import type { BoardDescription } from './board-description.js';
import type { BoardLink } from './board-link.js';
import { operations } from './operations-table.js';
import { PayloadReader, PayloadWriter } from './payload.js';

/** Parts of an update are counted in eight bits, and part 0 begins the update. */
const MAX_PARTS = 256;

/** Requests that drive the network and read its nodes. */
export class PhaseRequests {
  private readonly profile: BoardProfile;
  /** Hidden nodes, then outputs in use. */
  private readonly nodes: number;
  private readonly example_seconds: number;

  constructor(
    private readonly link: BoardLink,
    private readonly description: BoardDescription,
    private readonly settings: BoardSettings,
  ) {
    const { profile } = description;
    this.profile = profile;
    this.nodes = profile.hidden + settings.outputs;
    // Conversions take twice their time with everything around them.
    const read_seconds = 2 * settings.reads * profile.reader.conversion_seconds;
    this.example_seconds = 3 * (settings.settle_us * 1e-6 + this.nodes * read_seconds + 1e-3);
  }

  async measure(
    examples: BoardExamples,
    nudgeGain_q8: number | undefined,
    signal?: AbortSignal,
  ): Promise<{ readings: BoardReadings; clipped: number }> {
    const { nodes } = this;
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
    const nodes = observeAll ? this.nodes : this.settings.outputs;
    const most = this.mostExamples(20, 2 * nodes, this.description.actPayloadMax - 10);
    if (examples.count > most * MAX_PARTS) {
      throw inputError(
        'board.batch',
        `a batch of ${examples.count} examples: ${this.link.transport.name} takes at most ${most * MAX_PARTS} in one update; use a smaller batch`,
      );
    }
    const free = new Int16Array(examples.count * nodes);
    const shortTaps = update.shortTaps === true && this.description.tellsTaps;
    const asked = (update.hash === true ? 4 : 0) | (shortTaps ? 8 : 0);
    let clipped = 0;
    for (let from = 0, part = 0; ; part++) {
      const count = Math.min(most, examples.count - from);
      const last = from + count === examples.count;
      const payload = new PayloadWriter()
        .u32(update.id)
        .u8(part)
        .u8((last ? 1 : 0) | (observeAll ? 2 : 0) | (last ? asked : 0))
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
      const tapsHash = reply.u32();
      free.set(reply.i16s(count * nodes), from * nodes);
      from += count;
      if (last) {
        return {
          ...{ applied, moved, saturatedFraction, clipped, free },
          ...(update.hash === true ? { tapsHash } : {}),
          ...(shortTaps ? { shortTaps: reply.rest() } : {}),
        };
      }
    }
  }

  /** Holds inputs and nudges [mV], those in use, until something else is asked for. */
  async setInputs(inputs_mV: ArrayLike<number>, nudges_mV: ArrayLike<number>): Promise<void> {
    const payload = new PayloadWriter().i16s(Array.from(inputs_mV)).i16s(Array.from(nudges_mV));
    await this.link.request(operations.setInputs, payload.done, 1e-3);
  }

  /** @throws OhmpropError `board.limits` unless the board can hold these */
  check(inputs_mV: ArrayLike<number>, nudges_mV: ArrayLike<number>): void {
    checkHeld(this.profile, this.settings, inputs_mV, nudges_mV);
  }

  /** Present readings of all nodes in use, 1/8 mV. */
  async readNodes(): Promise<BoardReadings> {
    const reply = await this.link.request(operations.readNodes, undefined, this.example_seconds);
    return new PayloadReader(reply).i16s(this.nodes);
  }

  /** Examples that fit a request behind `head` bytes and whose `each` bytes fit a reply of `room`. */
  private mostExamples(head: number, each: number, room: number): number {
    const perExample = 2 * (this.settings.inputs + this.settings.outputs);
    const most = Math.min(
      Math.floor((this.description.payloadMax - head) / perExample),
      Math.floor(room / each),
    );
    if (most < 1) {
      throw runError('board.payload', `${this.link.transport.name}: an example does not fit a frame`);
    }
    return most;
  }

  private writeExamples(payload: PayloadWriter, examples: BoardExamples, from: number, count: number): void {
    const { inputs, outputs } = this.settings;
    for (let n = from; n < from + count; n++) {
      payload.i16s(examples.inputs_mV.subarray(n * inputs, (n + 1) * inputs));
      payload.i16s(examples.targets_mV.subarray(n * outputs, (n + 1) * outputs));
    }
  }
}
