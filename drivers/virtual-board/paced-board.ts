import { clock_Hz } from './avr-core.js';
import { LineFaults } from './line-faults.js';
import type { ResetPin, VirtualBoard } from './virtual-board.js';

/** Board time between two looks at the line, cycles. */
const slice_cycles = 16_000;
/** How often a board that sleeps is brought up to the wall clock, ms. */
const idle_ms = 5;
/** Bytes that may be on their way to the board before nothing more is taken, and those at which more is: some frames. */
const MAX_BACKLOG_bytes = 4096;
const ROOM_bytes = 1024;

/**
 * A virtual board whose idle time is the wall clock's, to be served to other processes. While it works it runs as fast
 * as it can; its watchdog and its clock tick go on when nobody asks for anything.
 */
export class PacedBoard {
  readonly faults: LineFaults;
  private outgoing: number[] = [];
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private lastWall_ms = performance.now();
  private stalledUntil_ms = 0;
  private full = false;
  /** Called when the board can take more, after `input` has said that it could not. */
  onRoom: () => void = () => {};

  constructor(
    readonly board: VirtualBoard,
    private readonly onOutput: (bytes: Uint8Array) => void,
    faults?: LineFaults,
  ) {
    this.faults = faults ?? new LineFaults(0);
    board.onTransmit = (byte) => {
      this.outgoing.push(byte);
      // A frame ends with a zero.
      if (byte === 0) this.holdBack(this.faults.heldBack_seconds());
    };
    this.schedule(false);
  }

  /** @returns false where enough is on its way to the board for now */
  input(bytes: Uint8Array): boolean {
    this.board.receive(this.faults.pass(bytes, 'toBoard'));
    this.schedule(true);
    this.full = this.board.backlog_bytes > MAX_BACKLOG_bytes;
    return !this.full;
  }

  /** Holds back what the board sends for so long. */
  stall(seconds: number): void {
    this.stalledUntil_ms = performance.now() + 1000 * seconds;
  }

  private holdBack(seconds: number): void {
    if (seconds > 0)
      this.stalledUntil_ms = Math.max(this.stalledUntil_ms, performance.now() + 1000 * seconds);
  }

  powerCycle(): void {
    this.startAgain(() => this.board.powerCycle());
  }

  brownOut(): void {
    this.startAgain(() => this.board.brownOut());
  }

  resetPin(how?: ResetPin): void {
    this.startAgain(() => this.board.resetPin(how));
  }

  private startAgain(start: () => void): void {
    this.outgoing = [];
    start();
    this.schedule(true);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.timer = undefined;
    this.immediate = undefined;
  }

  private schedule(busy: boolean): void {
    if (busy) {
      if (this.immediate !== undefined) return;
      clearTimeout(this.timer);
      this.immediate = setImmediate(() => {
        this.immediate = undefined;
        this.turn();
      });
    } else {
      this.timer = setTimeout(() => this.turn(), idle_ms);
    }
  }

  private turn(): void {
    const idle = this.board.run(this.board.cycles + slice_cycles);
    const now_ms = performance.now();
    if (idle) this.board.advance(Math.min(0.1, (now_ms - this.lastWall_ms) / 1000));
    this.lastWall_ms = now_ms;
    if (this.outgoing.length > 0 && now_ms >= this.stalledUntil_ms) {
      const bytes = Uint8Array.from(this.outgoing);
      this.outgoing = [];
      this.onOutput(this.faults.pass(bytes, 'toHost'));
    }
    if (this.full && this.board.backlog_bytes < ROOM_bytes) {
      this.full = false;
      this.onRoom();
    }
    this.schedule(!idle);
  }

  /** Board time, s. */
  get now_seconds(): number {
    return this.board.cycles / clock_Hz;
  }
}
