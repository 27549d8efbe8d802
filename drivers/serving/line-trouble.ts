import { RandomStream } from '../../core/index.js';
import type { LineDevice, LineEnd } from './line-device.js';

/** What goes wrong on a line of text or bytes, drawn from a seed; told at any time to do more or less of it. */
export class LineTrouble implements LineDevice {
  /** Probability that a byte is lost, either way. */
  drop = 0;
  /** Nothing passes either way, and nobody is told. */
  dead = false;
  dropped = 0;
  private stalledUntil_seconds = 0;
  private readonly random: RandomStream;

  constructor(
    private readonly device: LineDevice,
    seed: number,
  ) {
    this.random = new RandomStream(seed, 'line/trouble');
  }

  get name(): string {
    return this.device.name;
  }

  get clock() {
    return this.device.clock;
  }

  /** What the device says is held back for so long. */
  stall(seconds: number): void {
    this.stalledUntil_seconds = this.clock.now_seconds() + seconds;
  }

  connect(send: (bytes: Uint8Array) => void): LineEnd {
    const end = this.device.connect((bytes) => {
      const passed = this.pass(bytes);
      if (passed.length === 0) return;
      const held = this.stalledUntil_seconds - this.clock.now_seconds();
      if (held > 0) this.clock.after(held, () => send(passed));
      else send(passed);
    });
    return {
      input: (bytes) => {
        const passed = this.pass(bytes);
        if (passed.length > 0) end.input(passed);
      },
      closed: () => end.closed(),
    };
  }

  private pass(bytes: Uint8Array): Uint8Array {
    if (this.dead) return new Uint8Array();
    if (this.drop === 0) return bytes;
    const kept = bytes.filter(() => this.random.uniform() >= this.drop);
    this.dropped += bytes.length - kept.length;
    return kept;
  }
}
