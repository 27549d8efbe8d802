import { clock_Hz } from './avr-core.js';
import { LineFaults } from './line-faults.js';
import type { VirtualBoard } from './virtual-board.js';

/** Board time between two looks at the line, cycles. */
const slice_cycles = 16_000;
/** How often a board that sleeps is brought up to the wall clock, ms. */
const idle_ms = 5;

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

  constructor(
    readonly board: VirtualBoard,
    private readonly onOutput: (bytes: Uint8Array) => void,
    faults?: LineFaults,
  ) {
    this.faults = faults ?? new LineFaults(0);
    board.onTransmit = (byte) => this.outgoing.push(byte);
    this.schedule(false);
  }

  input(bytes: Uint8Array): void {
    this.board.receive(this.faults.pass(bytes, 'toBoard'));
    this.schedule(true);
  }

  /** Holds back what the board sends for so long. */
  stall(seconds: number): void {
    this.stalledUntil_ms = performance.now() + 1000 * seconds;
  }

  powerCycle(): void {
    this.outgoing = [];
    this.board.powerCycle();
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
    this.schedule(!idle);
  }

  /** Board time, s. */
  get now_seconds(): number {
    return this.board.cycles / clock_Hz;
  }
}
