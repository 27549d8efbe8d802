import { RandomStream } from '../../core/index.js';

/** How often a line damages bytes, each way, and holds replies back; 0 when left out. */
export interface FaultRates {
  /** Probability that a byte is replaced by another, and that it is lost. */
  readonly corrupt?: number;
  readonly drop?: number;
  /** Probability that a frame to the host is held back, and with it what comes after; and for how long at most, s. Default 2. */
  readonly late?: number;
  readonly late_seconds?: number;
}

const LATE_seconds = 2;

/** What goes wrong on a line, drawn from a seed, both directions apart. Told at any time to do more or less of it. */
export class LineFaults {
  rates: FaultRates;
  corrupted = 0;
  dropped = 0;
  /** Frames held back. */
  held = 0;
  private readonly lateness: RandomStream;
  private readonly streams: Record<'toBoard' | 'toHost', RandomStream>;

  constructor(seed: number, rates: FaultRates = {}) {
    this.rates = rates;
    this.lateness = new RandomStream(seed, 'line/late');
    this.streams = {
      toBoard: new RandomStream(seed, 'line/to-board'),
      toHost: new RandomStream(seed, 'line/to-host'),
    };
  }

  /** How long a frame to the host that is complete is held back, s. */
  heldBack_seconds(): number {
    const { late = 0, late_seconds = LATE_seconds } = this.rates;
    if (late === 0 || this.lateness.uniform() >= late) return 0;
    this.held++;
    return late_seconds * this.lateness.uniform();
  }

  /** The bytes as they come out at the other end. */
  pass(bytes: Uint8Array, direction: 'toBoard' | 'toHost'): Uint8Array {
    const { corrupt = 0, drop = 0 } = this.rates;
    if (corrupt === 0 && drop === 0) return bytes;
    const random = this.streams[direction];
    const out: number[] = [];
    for (const byte of bytes) {
      const draw = random.uniform();
      if (draw < drop) this.dropped++;
      else if (draw < drop + corrupt) {
        this.corrupted++;
        out.push(byte ^ (1 + random.integer(255)));
      } else out.push(byte);
    }
    return Uint8Array.from(out);
  }
}
