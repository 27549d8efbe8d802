import { formatQuantity, runError } from '../../core/index.js';
import type { HardwareLine } from '../composition/index.js';
import { pause } from './lost-board.js';

// Of what a lab should watch (supply, temperature, middle potential) a board of protocol 2 measures the last alone, against its own
// converters: a supply or a reference that gives way shows there. The diodes return to it, so that answers shift with it.

/**
 * How far the middle potential may be off where nothing else is said, V. The parts leave 5 mV, the converter that reads it 3 more
 * (3 of its steps); an answer counts as right by 37 mV, and half of that is left.
 */
const middleBand_V = 20e-3;

/** Code of the error that pauses a run. */
export const outOfBand = 'board.out-of-band';

/** Between two looks during training, s: a look takes a board 5 ms, a thousandth of that. */
const LOOK_seconds = 5;
/** Between two looks while a run is paused, s. */
const PAUSED_seconds = 1;
/** It is back once so many looks in a row find it well inside: at an edge it would come and go. */
const BACK = { looks: 3, share: 0.75 } as const;

/** Watches whether a board stays within the band that its answers can be trusted in. */
export class BoardBand {
  private looked = Number.NEGATIVE_INFINITY;

  /** @param band_V 0 watches nothing */
  constructor(
    private readonly line: Pick<HardwareLine, 'middle_V'>,
    private readonly name: string,
    private readonly band_V = middleBand_V,
  ) {}

  /**
   * Looks, unless that was done a moment ago.
   * @throws OhmpropError `board.out-of-band`
   */
  async look(): Promise<void> {
    const now = performance.now() / 1000;
    if (now - this.looked < LOOK_seconds) return;
    this.looked = now;
    const off_V = await this.off_V();
    if (Math.abs(off_V) > this.band_V) throw runError(outOfBand, this.textOf(off_V));
  }

  /**
   * Waits, for as long as it takes, until the middle potential is where it should be. The board is only asked.
   * @param wasOut it was found out of its band before
   * @param tell told once where it is out of it now
   * @returns false where an end was asked for meanwhile
   */
  async back(wasOut: boolean, tell: (text: string) => Promise<void>, signal?: AbortSignal): Promise<boolean> {
    let out = wasOut;
    for (let inside = 0; !signal?.aborted; ) {
      const off_V = await this.off_V();
      const within = Math.abs(off_V) <= (out ? BACK.share : 1) * this.band_V;
      inside = within ? inside + 1 : 0;
      if (inside >= (out ? BACK.looks : 1)) {
        this.looked = performance.now() / 1000;
        return true;
      }
      if (!within && !out) await tell(this.textOf(off_V));
      out ||= !within;
      await pause(PAUSED_seconds, signal);
    }
    return false;
  }

  private async off_V(): Promise<number> {
    return (this.band_V === 0 ? undefined : await this.line.middle_V()) ?? 0;
  }

  private textOf(off_V: number): string {
    const [off, band] = [off_V, this.band_V].map((v) => formatQuantity(v, 'V'));
    return `${this.name}: its middle potential is ${off} off, more than ${band} (--middle-band); look at its supply and reference. Nothing is driven until it is back`;
  }
}
