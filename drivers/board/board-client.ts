import { randomInt } from 'node:crypto';
import { inputError } from '../../core/index.js';
import type { Frame } from '../framing/index.js';
import { type Transport, wallClock } from '../transport/index.js';
import { type BoardDescription, readDescription } from './board-description.js';
import { BoardLink, type LinkCounters } from './board-link.js';
import { BoardRequests, type RequestOptions } from './board-requests.js';
import { events, operations, safeCauses } from './operations-table.js';
import { PayloadWriter } from './payload.js';

/** So many zero bytes in a row stop a board whatever it is doing. */
export const emergencyStop = new Uint8Array(10);

/** A board that opening the port has reset spends two seconds in its bootloader before it hears anything. */
const defaultGreetings = 35;
const defaultWatchdog_ms = 2000;

export interface BoardClientOptions extends RequestOptions {
  /** Errors only on the wrong side of the target. Default true. */
  readonly oneSided?: boolean;
  /** After so long without a request an armed board makes itself safe, ms. Default 2000. */
  readonly watchdog_ms?: number;
  /** Leave the board's last update id as it is: for a run that goes on. Default: a new run starts with 0. */
  readonly keepUpdates?: boolean;
  /** Open without arming: nothing is driven and nothing changes. */
  readonly readOnly?: boolean;
  /** Default random. */
  readonly session?: number;
  readonly attempts?: number;
  /** Attempts to greet the board, of 150 ms each. Default 35. */
  readonly greetings?: number;
  /** What the board says unasked, for people. */
  readonly onNotice?: (text: string) => void;
}

/** A learning board on a line, from the greeting to the disarming. */
export class BoardClient extends BoardRequests {
  private closed = false;
  private stopped = false;
  private heart: NodeJS.Timeout | undefined;
  private beats = 0;

  private constructor(
    readonly transport: Transport,
    link: BoardLink,
    description: BoardDescription,
    readonly options: BoardClientOptions,
    private readonly notices: Notices,
  ) {
    super(link, transport.name, description, options);
  }

  /**
   * Opens the line, greets the board and arms it.
   * @throws OhmpropError when nothing answers, or what answers is not a board that this driver knows
   */
  static async open(transport: Transport, options: BoardClientOptions = {}): Promise<BoardClient> {
    await transport.open();
    const session = options.session ?? randomInt(1, 2 ** 32);
    const notices = new Notices(options.onNotice);
    const link = new BoardLink(transport, session, {
      ...(options.attempts === undefined ? {} : { attempts: options.attempts }),
      onEvent: (frame) => notices.hear(frame),
    });
    try {
      const greeting = await link.request(
        operations.hello,
        undefined,
        0.1,
        options.greetings ?? defaultGreetings,
      );
      const description = readDescription(greeting, transport.name);
      const client = new BoardClient(transport, link, description, options, notices);
      if (!options.readOnly) await client.prepare();
      client.keepAlive();
      return client;
    } catch (error) {
      link.detach();
      await transport.write(emergencyStop).catch(() => {});
      await transport.close();
      throw error;
    }
  }

  get counts(): LinkCounters {
    return this.link.counters;
  }

  private async prepare(): Promise<void> {
    const { profile, options, use } = this;
    if (use.inputs < 1 || use.inputs > profile.inputs || use.outputs < 1 || use.outputs > profile.outputs) {
      throw inputError(
        'board.use',
        `a ${profile.name} board has ${profile.inputs} inputs and ${profile.outputs} outputs; ${use.inputs} and ${use.outputs} were asked for`,
      );
    }
    const oneSided = options.oneSided ?? true;
    const difference = profile.differential && use.outputs === 2;
    const settle_us = options.settle_us ?? profile.settle_us;
    const flags = (oneSided ? 1 : 0) | (difference ? 2 : 0);
    await this.link.request(
      operations.configure,
      new PayloadWriter()
        .u8(use.inputs)
        .u8(use.outputs)
        .u8(options.reads ?? profile.reads)
        .u8(flags)
        .u16(settle_us).done,
    );
    if (!options.keepUpdates) await this.setLastUpdate(0);
    await this.arm();
  }

  /**
   * A host that thinks for a while is not lost: it says so. On a line that counts the board's own time nothing is needed,
   * because that stands still meanwhile.
   */
  private keepAlive(): void {
    if (this.transport.clock !== wallClock || this.options.readOnly) return;
    const watchdog_ms = this.options.watchdog_ms ?? defaultWatchdog_ms;
    this.heart = setInterval(() => {
      const idle = this.link.counters.requests === this.beats;
      this.beats = this.link.counters.requests;
      // Whoever asks next hears of a line that is lost; here is not the place.
      if (idle) this.ping(new Uint8Array()).catch(() => {});
    }, watchdog_ms / 4).unref();
  }

  async arm(): Promise<void> {
    const watchdog_ms = this.options.watchdog_ms ?? defaultWatchdog_ms;
    await this.link.request(operations.arm, new PayloadWriter().u8(1).u16(watchdog_ms).done);
    this.notices.armed();
  }

  async disarm(): Promise<void> {
    await this.link.request(operations.arm, new PayloadWriter().u8(0).u16(0).done);
  }

  /** Stops the board at once, even in the middle of a request. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.link.shout(emergencyStop);
  }

  /** Disarms the board and closes the line; if the board no longer answers, tells it to stop. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.heart);
    try {
      if (!this.options.readOnly && !this.stopped) await this.disarm();
    } catch {
      await this.transport.write(emergencyStop).catch(() => {});
    } finally {
      this.link.detach();
      await this.transport.close();
    }
  }
}

/** Tells people what a board says unasked: every start, and once after each arming that it made itself safe. */
class Notices {
  private told = false;

  constructor(private readonly tell: (text: string) => void = () => {}) {}

  armed(): void {
    this.told = false;
  }

  hear(frame: Frame): void {
    const cause = frame.payload[0];
    if (frame.operation === events.boot) this.tell(`the board started (reset cause ${cause})`);
    if (frame.operation !== events.safe || this.told) return;
    this.told = true;
    this.tell(`the board made itself safe: ${safeCauses[cause] ?? `cause ${cause}`}`);
  }
}
