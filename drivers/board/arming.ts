import { atAnyEnd, runError } from '../../core/index.js';
import type { Clock } from '../transport/index.js';
import type { BoardEvents } from './board-events.js';
import type { BoardLink } from './board-link.js';
import { stopNow } from './emergency-stop.js';
import { operations } from './operations-table.js';
import { PayloadWriter } from './payload.js';

/** How a board is to work while it is armed; `configure` of the protocol. */
export interface BoardSettings {
  readonly inputs: number;
  readonly outputs: number;
  readonly reads: number;
  readonly settle_us: number;
  /** Errors only on the wrong side of the target. */
  readonly oneSided: boolean;
  /** The answer is the difference of two outputs. */
  readonly difference: boolean;
}

/**
 * Arms a board when something is first driven, so that whoever only looks leaves it as it is: settings first (they open
 * the pots of inputs and outputs that are not in use), then the arming. While it is armed, a host that thinks for a while
 * says that it is there; on a clock that stands still meanwhile that is not needed.
 */
export class Arming {
  private started: Promise<void> | undefined;
  /** It was asked to arm, and has not said since that it is disarmed. */
  private mayBeArmed = false;
  private over = false;
  private keepAliveTimer: NodeJS.Timeout | undefined;
  private requestsSeen = 0;
  /** Takes back that every end of this process stops the board first. */
  private release = () => {};

  constructor(
    private readonly link: BoardLink,
    private readonly settings: BoardSettings,
    private readonly watchdog_ms: number,
    private readonly events: BoardEvents,
  ) {}

  /** Arms the board unless this session has done so. A board that has made itself safe since then stays safe. */
  ensure(): Promise<void> {
    // What is still under way when a board is closed must not arm it again.
    if (this.over) {
      const { name } = this.link.transport;
      return Promise.reject(runError('device.closed', `${name}: used after close()`));
    }
    this.started ??= this.start().catch((error) => {
      this.started = undefined;
      throw error;
    });
    return this.started;
  }

  /** Arms the board, once more if it has made itself safe. */
  async arm(): Promise<void> {
    if (this.started === undefined) return this.ensure();
    await this.started;
    await this.sendArm();
  }

  /** Leaves the board as it is, for instance because it was stopped. */
  forget(): void {
    this.leaveAlone();
    this.mayBeArmed = false;
  }

  /** The line is closed: nothing more can be sent over it. */
  end(): void {
    this.forget();
    this.release();
  }

  /** Disarms a board that this session has armed or may have armed, or is about to; it is not armed again. */
  async disarm(): Promise<void> {
    this.over = true;
    await this.started?.catch(() => {});
    await this.sendDisarm();
  }

  /** Disarms a board while nobody drives it; what drives it next arms it again. */
  async rest(): Promise<void> {
    if (this.over || this.started === undefined) return;
    await this.started;
    await this.sendDisarm();
  }

  /** Sets how long an armed board waits before it reads, µs. It closes all pots of inputs and outputs in use anew. */
  async settleFor(settle_us: number): Promise<void> {
    await this.ensure();
    await this.sendSettings(settle_us);
  }

  private async sendSettings(settle_us: number): Promise<void> {
    const { inputs, outputs, reads, oneSided, difference } = this.settings;
    const flags = (oneSided ? 1 : 0) | (difference ? 2 : 0);
    const payload = new PayloadWriter().u8(inputs).u8(outputs).u8(reads).u8(flags).u16(settle_us);
    await this.link.request(operations.configure, payload.done);
  }

  private async start(): Promise<void> {
    await this.sendSettings(this.settings.settle_us);
    await this.sendArm();
    this.keepAlive(this.link.transport.clock);
  }

  private async sendArm(): Promise<void> {
    // Before it is asked for: a board may be armed whose answer is lost.
    this.release();
    this.release = atAnyEnd(() => stopNow(this.link.transport));
    this.mayBeArmed = true;
    await this.link.request(operations.arm, new PayloadWriter().u8(1).u16(this.watchdog_ms).done);
    this.link.watchdog_seconds = this.watchdog_ms / 1000;
    this.events.armed();
  }

  /** What asks for a disarming that nobody confirms has not disarmed it: whoever closes the board asks again. */
  private async sendDisarm(): Promise<void> {
    this.leaveAlone();
    if (!this.mayBeArmed) return;
    await this.link.request(operations.arm, new PayloadWriter().u8(0).u16(0).done);
    this.mayBeArmed = false;
    this.release();
  }

  /** Says no longer that somebody is there, and arms anew before anything is driven. */
  private leaveAlone(): void {
    clearInterval(this.keepAliveTimer);
    this.started = undefined;
  }

  private keepAlive(clock: Clock): void {
    if (!clock.passesUnasked) return;
    this.keepAliveTimer = setInterval(() => {
      const { requests } = this.link.counters;
      const idle = requests === this.requestsSeen;
      this.requestsSeen = requests;
      // Whoever asks next learns of a line that is lost; here is not the place.
      if (idle) this.link.request(operations.ping).catch(() => {});
    }, this.watchdog_ms / 4).unref();
  }
}
