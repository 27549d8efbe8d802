import cliProgress from 'cli-progress';
import type { Io } from '../io.js';

/** Work below this is done before a bar would help. */
const SHOW_AFTER_MS = 2000;

/** A progress bar on stderr for work that turns out to take more than two seconds. */
export class CrossbarBar {
  private readonly started = performance.now();
  private readonly bar: cliProgress.SingleBar;
  private active = false;

  constructor(
    io: Io,
    private total: number,
    unit: string,
  ) {
    this.bar = new cliProgress.SingleBar({
      stream: io.stderr,
      format: `{bar} {value}/{total} ${unit}, {eta_formatted} left`,
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    });
  }

  /** @param total where it is known only by now */
  update(done: number, total = this.total): void {
    this.total = total;
    const elapsed = performance.now() - this.started;
    const expected = (elapsed * this.total) / Math.max(1, done);
    if (!this.active && done < this.total && expected > SHOW_AFTER_MS) {
      this.bar.start(this.total, done);
      this.active = true;
    } else if (this.active) this.bar.update(done);
  }

  stop(): void {
    if (this.active) this.bar.stop();
    this.active = false;
  }
}
