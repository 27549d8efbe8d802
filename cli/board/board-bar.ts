import cliProgress from 'cli-progress';
import type { Io } from '../io.js';

/** Readings that a self-test takes, about. */
const EXPECTED = 480;
const PATIENCE_ms = 1000;

/** How far what is done with a board has come: a bar at a terminal, from the second second on. */
export class BoardBar {
  private readonly bar: cliProgress.SingleBar;
  private readonly began = performance.now();
  private active = false;

  /** @param format of cli-progress */
  constructor(
    private readonly io: Io,
    format = '{what} {bar} {value} readings',
  ) {
    this.bar = new cliProgress.SingleBar({
      stream: io.stderr,
      format,
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    });
  }

  show(what: string, done: number, of = EXPECTED): void {
    if (this.io.stderr.isTTY !== true) return;
    if (!this.active) {
      if (performance.now() - this.began < PATIENCE_ms) return;
      this.bar.start(of, done, { what });
      this.active = true;
    }
    this.bar.setTotal(of);
    this.bar.update(done, { what });
  }

  stop(): void {
    if (this.active) this.bar.stop();
    this.active = false;
  }
}
