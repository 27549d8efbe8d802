import { type BoardProfile, checkTaps, type TapReport, type Taps } from '../../devices/boards/index.js';
import type { BoardLink } from './board-link.js';
import { type Operation, operations } from './operations-table.js';
import { PayloadReader, PayloadWriter } from './payload.js';

/** What moving taps takes beside the line, s. */
const work_seconds = 5e-3;

/** What a request more costs the line in both directions, bytes: header, checksum and frame, and the page that it names. */
const REQUEST_BYTES = 32;

/** Requests about potentiometers: taps, residuals, contrast, which are connected. */
export class TapRequests {
  /** @param page longest payload, bytes */
  constructor(
    private readonly link: BoardLink,
    private readonly profile: BoardProfile,
    private readonly page: number,
  ) {}

  /** @param pots which of them to read, rising; of the others there are zeros, unless they stand between */
  async read(pots: readonly number[] = allOf(this.profile)): Promise<Taps> {
    const taps = new Uint8Array(this.profile.pots);
    const residuals = new Int16Array(this.profile.pots);
    await this.readPages(operations.readTaps, 3, pots, (reply, e) => {
      taps[e] = reply.u8();
      residuals[e] = reply.i16();
    });
    return { taps, residuals };
  }

  /** Writes taps and residuals of these pots, rising, and of no others; neighbours share a request. */
  async write({ taps, residuals }: Taps, pots: readonly number[]): Promise<void> {
    checkTaps(this.profile, taps, residuals);
    const most = Math.floor((this.page - 2) / 3);
    for (let start = 0, end = 0; start < pots.length; start = end) {
      end = start + 1;
      while (end < pots.length && pots[end] === pots[end - 1] + 1 && end - start < most) end++;
      const payload = new PayloadWriter().u8(pots[start]).u8(end - start);
      for (const e of pots.slice(start, end)) payload.u8(taps[e]).u16(residuals[e]);
      await this.link.request(operations.writeTaps, payload.done, work_seconds);
    }
  }

  async move(id: number, steps: Int16Array): Promise<TapReport> {
    const payload = new PayloadWriter().u32(id).u8(0).u8(steps.length).i16s(steps);
    const reply = new PayloadReader(await this.link.request(operations.moveTaps, payload.done, work_seconds));
    const applied = reply.u8() === 1;
    reply.u8();
    const [moved, saturatedFraction] = [reply.u16(), reply.u8()];
    reply.u8();
    return { applied, moved, saturatedFraction, tapsHash: reply.u32() };
  }

  /** Sums of contrast of the update under way or the last one, 4e-6 V². [pots] */
  async readContrast(): Promise<Int32Array> {
    const sums = new Int32Array(this.profile.pots);
    await this.readPages(operations.readContrast, 4, allOf(this.profile), (reply, e) => {
      sums[e] = reply.i32();
    });
    return sums;
  }

  /** Opens every pot but these. */
  async connectOnly(pots: Iterable<number>): Promise<void> {
    const mask = new Uint8Array(Math.ceil(this.profile.pots / 8));
    for (const pot of pots) mask[pot >> 3] |= 1 << (pot & 7);
    await this.link.request(operations.connect, mask, work_seconds);
  }

  /** Reads something of these pots, `each` bytes long, page after page; what stands in a gap is read rather than asked around. */
  private async readPages(
    operation: Operation,
    each: number,
    pots: readonly number[],
    take: (reply: PayloadReader, pot: number) => void,
  ): Promise<void> {
    const most = Math.floor(this.page / each);
    const pages: { from: number; count: number }[] = [];
    for (let next = 0; next < pots.length; ) {
      const from = pots[next];
      let end = from + 1;
      while (next < pots.length && pots[next] < from + most && (pots[next] - end) * each <= REQUEST_BYTES) {
        end = pots[next++] + 1;
      }
      pages.push({ from, count: end - from });
    }
    const payloads = pages.map(({ from, count }) => new PayloadWriter().u8(from).u8(count).done);
    for (const [n, bytes] of (await this.link.stream(operation, payloads)).entries()) {
      const reply = new PayloadReader(bytes);
      for (let e = pages[n].from; reply.left > 0; e++) take(reply, e);
    }
  }
}

function allOf({ pots }: BoardProfile): number[] {
  return Array.from({ length: pots }, (_, e) => e);
}
