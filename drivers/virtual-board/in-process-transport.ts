import { runError } from '../../core/index.js';
import { type Clock, type Transport, TransportListeners } from '../transport/index.js';
import { clock_Hz } from './avr-core.js';
import { LineFaults } from './line-faults.js';
import type { VirtualBoard } from './virtual-board.js';

/** Board time between two looks at the host, cycles: 1 ms. */
const slice_cycles = 16_000;

/**
 * The line into a virtual board in the same process. Deadlines count the board's time: when the board sleeps and nothing
 * is on its way, time jumps to the next deadline, so a lost byte costs no waiting. Between requests time stands still.
 */
export class InProcessTransport implements Transport {
  readonly name: string;
  readonly clock: Clock;
  /** Of the board's own loop. */
  readonly latency_seconds = 0.04;
  readonly faults: LineFaults;
  private readonly listeners = new TransportListeners();
  readonly onData = this.listeners.onData;
  readonly onClose = this.listeners.onClose;
  private readonly timers = new Map<object, { due_seconds: number; callback: () => void }>();
  private outgoing: number[] = [];
  private pumping = false;
  private isOpen = false;
  private stalledUntil_seconds = 0;

  constructor(
    readonly board: VirtualBoard,
    options: { faults?: LineFaults } = {},
  ) {
    this.name = `virtual ${board.profile.name} board, ${board.parts.name}`;
    this.faults = options.faults ?? new LineFaults(0);
    this.clock = {
      passesUnasked: false,
      now_seconds: () => this.board.now_seconds,
      after: (seconds, callback) => {
        const key = {};
        this.timers.set(key, { due_seconds: this.board.now_seconds + seconds, callback });
        this.pump();
        return () => this.timers.delete(key);
      },
    };
    board.onTransmit = (byte) => {
      this.outgoing.push(byte);
      // A frame ends with a zero.
      if (byte === 0) this.holdBack(this.faults.heldBack_seconds());
    };
  }

  async open(): Promise<void> {
    this.isOpen = true;
    this.listeners.reopen();
    this.pump();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.isOpen) throw runError('line.closed', `${this.name}: the line is not open`);
    this.board.receive(this.faults.pass(bytes, 'toBoard'));
    this.pump();
  }

  writeNow(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    this.board.receive(this.faults.pass(bytes, 'toBoard'));
    this.pump();
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.listeners.end();
  }

  /** Pulls the cable: the host is told, the board runs on. */
  unplug(): void {
    this.isOpen = false;
    this.outgoing = [];
    this.listeners.end(runError('line.lost', `${this.name}: the cable was pulled`));
  }

  /** Holds back what the board sends for so long, board time. */
  stall(seconds: number): void {
    this.stalledUntil_seconds = this.board.now_seconds + seconds;
  }

  private holdBack(seconds: number): void {
    if (seconds > 0) {
      this.stalledUntil_seconds = Math.max(this.stalledUntil_seconds, this.board.now_seconds + seconds);
    }
  }

  private pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    setImmediate(() => this.turn());
  }

  /** A stretch of board time, then what it brought; goes on while anything is under way. */
  private turn(): void {
    this.pumping = false;
    const until = this.board.cycles + slice_cycles;
    const idle = this.board.run(Math.min(until, this.nextDue_cycles()));
    this.deliver();
    if (idle) {
      if (this.timers.size === 0 && this.outgoing.length === 0) return;
      const next = Math.min(this.nextDue_cycles(), this.stalledUntil_cycles());
      // Asleep with nothing under way: to the next deadline at once, in steps that let the board's own clock act.
      this.board.advance(Math.max(0, (next - this.board.cycles) / clock_Hz));
    }
    this.fireTimers();
    this.deliver();
    if (this.timers.size > 0 || this.outgoing.length > 0 || !idle) this.pump();
  }

  private deliver(): void {
    if (this.outgoing.length === 0 || this.board.now_seconds < this.stalledUntil_seconds) return;
    const bytes = Uint8Array.from(this.outgoing);
    this.outgoing = [];
    if (this.isOpen) this.listeners.emit(this.faults.pass(bytes, 'toHost'));
  }

  private nextDue_cycles(): number {
    let due = Number.POSITIVE_INFINITY;
    for (const timer of this.timers.values()) due = Math.min(due, timer.due_seconds);
    return Math.ceil(due * clock_Hz);
  }

  private stalledUntil_cycles(): number {
    return this.outgoing.length > 0
      ? Math.ceil(this.stalledUntil_seconds * clock_Hz)
      : Number.POSITIVE_INFINITY;
  }

  private fireTimers(): void {
    const now = this.board.now_seconds;
    for (const [key, timer] of [...this.timers]) {
      if (timer.due_seconds > now + 1e-9 || !this.timers.delete(key)) continue;
      timer.callback();
    }
  }
}
