import cliProgress from 'cli-progress';
import type { EpochRecord, TrainingEvent } from '../../learning/index.js';
import { formatQuantity } from '../../report/index.js';
import type { Io } from '../io.js';

/** Milliseconds between two drawings of the live line. */
const REDRAW = 100;

/** What a person sees on stderr while a run goes on: a bar in a terminal, a line an epoch elsewhere. */
export class Progress {
  private readonly bar: cliProgress.SingleBar;
  private readonly live: boolean;
  private drawn = 0;
  private active = false;

  /** @param figures what else to show beside the rate: errors of a line */
  constructor(
    private readonly io: Io,
    private readonly epochs: number,
    private readonly figures?: () => string,
  ) {
    this.live = io.stderr.isTTY === true;
    this.bar = new cliProgress.SingleBar({
      stream: io.stderr,
      format: 'epoch {epoch}/{epochs} {bar} {percentage}%  {stage}  {rate} samples/s  {left}',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    });
  }

  show(event: TrainingEvent): void {
    if (event.type === 'epoch') {
      const figures = this.figures ? `, ${this.figures()}` : '';
      this.line(epochLine(event.record, this.epochs) + figures);
    }
    if (!this.live || event.type === 'epoch' || event.type === 'interrupted') return;
    const now = performance.now();
    if (event.type === 'minibatch' && now - this.drawn < REDRAW && event.done < event.total) return;
    this.drawn = now;
    const payload = { epoch: event.epoch, epochs: this.epochs, ...this.stageOf(event) };
    if (!this.active) {
      this.bar.start(event.total, event.done, payload);
      this.active = true;
    } else {
      this.bar.setTotal(event.total);
      this.bar.update(event.done, payload);
    }
  }

  /** A finished line of text above the bar. */
  line(text: string): void {
    this.stop();
    this.io.stderr.write(`${text}\n`);
  }

  stop(): void {
    if (this.active) this.bar.stop();
    this.active = false;
  }

  private stageOf(event: Exclude<TrainingEvent, { type: 'epoch' | 'interrupted' }>): Record<string, string> {
    if (event.type === 'evaluating') return { stage: 'testing', rate: '–', left: '' };
    const { tally, done, total, epoch } = event;
    const rate = tally.samples / tally.seconds;
    const perMinibatch = tally.seconds / Math.max(1, done);
    const left = perMinibatch * (total - done + (this.epochs - epoch) * total);
    return {
      stage: `error ${percent(tally.wrong / tally.samples)}`,
      rate: rate.toFixed(0),
      left: `${duration(left)} left${this.figures ? `  ${this.figures()}` : ''}`,
    };
  }
}

export function epochLine(record: EpochRecord, epochs: number): string {
  const { epoch, trainError, testError, freeIterations, nudgedIterations, power_W, seconds } = record;
  const power = Number.isFinite(power_W) ? `, ${formatQuantity(power_W, 'W')} a sample` : '';
  const unsettled =
    record.unsettled > 0
      ? `, ${record.unsettled} ${record.unsettled === 1 ? 'phase' : 'phases'} not settled`
      : '';
  return `epoch ${epoch}/${epochs}: train error ${percent(trainError)}, test error ${percent(testError)}, iterations ${freeIterations.toFixed(1)} free + ${nudgedIterations.toFixed(1)} nudged${power}, ${seconds.toFixed(1)} s (${record.samplesPerSecond.toFixed(0)} samples/s)${unsettled}`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
