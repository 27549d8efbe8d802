import cliProgress from 'cli-progress';
import type { Io } from './io.js';

/** Work below this is done before a bar would help, ms. */
const SHOW_AFTER_ms = 2000;

/** Time left in words; the bar hands over no number as long as nothing has been done since it began. */
const timeLeft: cliProgress.TimeFormatter = (seconds, options, step) =>
  Number.isFinite(seconds) ? cliProgress.Format.TimeFormat(seconds, options, step) : 'unknown time';

/** A progress bar on stderr, at a terminal, for work that turns out to take more than two seconds. */
export class WorkBar {
  private readonly started_ms = performance.now();
  private readonly bar: cliProgress.SingleBar;
  private active = false;

  /** @param format of cli-progress; `{done}` and `{of}` are numbers in words of their own, where `update` says them */
  constructor(io: Io, format = '{bar} {value}/{total} {what}, {eta_formatted} left') {
    this.bar = new cliProgress.SingleBar({
      stream: io.stderr,
      format,
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
      formatTime: timeLeft,
    });
  }

  /** @param what is done, or where it is @param words for numbers that are no counts */
  update(done: number, of: number, what: string, words: Readonly<Record<string, string>> = {}): void {
    const texts = { what, ...words };
    if (this.active) {
      this.bar.setTotal(of);
      this.bar.update(done, texts);
      return;
    }
    const elapsed_ms = performance.now() - this.started_ms;
    // what has not got anywhere yet may take any time: a bar helps from a quarter of that on
    const long = done > 0 ? elapsed_ms * of > SHOW_AFTER_ms * done : elapsed_ms > SHOW_AFTER_ms / 4;
    if (done >= of || !long) return;
    this.bar.start(of, done, texts);
    this.active = true;
  }

  stop(): void {
    if (this.active) this.bar.stop();
    this.active = false;
  }
}
