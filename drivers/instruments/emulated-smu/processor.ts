import type { Clock } from '../../transport/index.js';

/** Work of an instrument: gives back how long it takes until it goes on, s. */
export type Work = Generator<number, void, void>;

/**
 * An instrument's one processor: carries out what it was told in order, each thing taking its time. What is told meanwhile waits in
 * its input buffer.
 */
export class Processor {
  private readonly waiting: (() => Work)[] = [];
  private running: Work | undefined;
  private cancel: (() => void) | undefined;

  constructor(private readonly clock: Clock) {}

  push(work: () => Work): void {
    this.waiting.push(work);
    if (this.running === undefined && this.cancel === undefined) this.next();
  }

  /** Breaks off what is under way and forgets what waits. */
  clear(): void {
    this.waiting.length = 0;
    this.breakOff();
  }

  /** Breaks off what is under way alone. */
  breakOff(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.running?.return();
    this.running = undefined;
    if (this.waiting.length > 0) this.next();
  }

  private next(): void {
    const work = this.waiting.shift();
    if (work === undefined) return;
    this.running = work();
    this.goOn();
  }

  private goOn(): void {
    const { running } = this;
    if (running === undefined) return;
    const { done, value } = running.next();
    if (running !== this.running) return;
    if (!done) {
      this.cancel = this.clock.after(value, () => {
        this.cancel = undefined;
        this.goOn();
      });
      return;
    }
    this.running = undefined;
    this.next();
  }
}
