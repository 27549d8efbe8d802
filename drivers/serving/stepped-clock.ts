import type { Clock } from '../transport/index.js';

interface Timer {
  readonly due_seconds: number;
  readonly callback: () => void;
}

/**
 * Time that jumps from one thing that is due to the next, as soon as nobody in this process has anything else to do: an
 * emulator and who speaks to it wait hours in no time, and in the same order every time.
 */
export class SteppedClock implements Clock {
  readonly passesUnasked = false;
  private now = 0;
  private readonly timers = new Set<Timer>();
  private pumping = false;

  now_seconds(): number {
    return this.now;
  }

  after(seconds: number, callback: () => void): () => void {
    const timer = { due_seconds: this.now + Math.max(0, seconds), callback };
    this.timers.add(timer);
    this.pump();
    return () => this.timers.delete(timer);
  }

  private pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    // What the last one led to may take several turns of promises before it asks for time itself.
    setImmediate(() => setImmediate(() => this.step()));
  }

  private step(): void {
    this.pumping = false;
    let next: Timer | undefined;
    for (const timer of this.timers) {
      if (next === undefined || timer.due_seconds < next.due_seconds) next = timer;
    }
    if (next === undefined) return;
    this.timers.delete(next);
    this.now = Math.max(this.now, next.due_seconds);
    next.callback();
    if (this.timers.size > 0) this.pump();
  }
}
