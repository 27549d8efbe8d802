import cliProgress from 'cli-progress';
import type { Io } from '../io.js';

/** Work below this is done before a bar would help. */
const SHOW_AFTER_MS = 2000;

/** A bar on stderr for what turns out to take more than two seconds. */
export class SettlingBar {
  private readonly started = performance.now();
  private readonly bar: cliProgress.SingleBar;
  private active = false;

  constructor(io: Io) {
    this.bar = new cliProgress.SingleBar({
      stream: io.stderr,
      format: '{bar} {done} of {of} {what}, {eta_formatted} left',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    });
  }

  update(
    done: number,
    of: number,
    what: string,
    shown: { done: string; of: string } = { done: String(done), of: String(of) },
  ): void {
    const elapsed = performance.now() - this.started;
    const texts = { ...shown, what };
    if (this.active) this.bar.update(done, texts);
    else if (done < of && (elapsed * of) / Math.max(done, Number.MIN_VALUE) > SHOW_AFTER_MS) {
      this.bar.start(of, done, texts);
      this.active = true;
    }
  }

  stop(): void {
    if (this.active) this.bar.stop();
    this.active = false;
  }
}
