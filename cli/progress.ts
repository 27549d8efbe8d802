import cliProgress from 'cli-progress';
import { formatQuantity } from '../core/index.js';
import {
  type LineFigures,
  percent,
  type SessionEvent,
  type SessionOptions,
  type SessionStarted,
  type Sink,
} from '../experiments/sessions/index.js';
import type { EpochRecord } from '../learning/index.js';
import { type Io, onInterrupt, printLine, warn } from './io.js';
import { Notifier, type NotifySettings } from './notify.js';

/** Milliseconds between two drawings of the live line. */
const REDRAW = 100;

/** Trains while a person watches on stderr, and may ask for an orderly end. */
export async function watchTraining<T>(
  io: Io,
  notify: NotifySettings | undefined,
  train: (
    options: Required<Pick<SessionOptions, 'signal' | 'sinks'>> & Pick<SessionOptions, 'lineLog'>,
  ) => Promise<T>,
): Promise<T> {
  const progress = new Progress(io);
  const { signal, dispose } = onInterrupt(
    io,
    'Finishing the minibatch and writing a checkpoint (Ctrl-C again leaves at once) …',
  );
  try {
    const notifier = notify && new Notifier(io, notify);
    const sinks: Sink[] = [(event) => progress.show(event)];
    if (notifier !== undefined) sinks.push(notifier.sink);
    return await train({ signal, sinks, ...(io.lineLog === undefined ? {} : { lineLog: io.lineLog }) });
  } finally {
    progress.stop();
    dispose();
  }
}

/** What a person sees on stderr while a run goes on: a bar in a terminal, a line an epoch elsewhere. */
class Progress {
  private readonly bar: cliProgress.SingleBar;
  private readonly live: boolean;
  private epochs = 0;
  private drawn = 0;
  private active = false;

  constructor(private readonly io: Io) {
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

  show(event: SessionEvent): void {
    switch (event.type) {
      case 'session-started':
        this.epochs = event.epochs;
        for (const text of openingLines(event)) this.line(text);
        break;
      case 'warning':
        this.stop();
        warn(this.io, event.text);
        break;
      case 'chosen':
        this.line(`chosen: ${event.text}`);
        break;
      case 'early-stop':
        this.line(
          `ended early: the validation error has not fallen since epoch ${event.best.epoch} (${percent(event.best.validationError)})`,
        );
        break;
      case 'hardware':
        this.line(event.text);
        break;
      case 'paused':
        this.line(`paused: ${event.text}`);
        break;
      case 'resumed':
        this.line(`goes on after ${event.seconds.toFixed(1)} s: ${event.text}`);
        break;
      case 'epoch':
        this.line([epochLine(event.record, this.epochs), ...lineText(event.line)].join(', '));
        break;
      case 'minibatch':
      case 'evaluating':
        if (this.live) this.draw(event);
        break;
      case 'update-intended':
      case 'update-applied':
        break;
      default:
        this.stop();
    }
  }

  /** A finished line of text above the bar. */
  private line(text: string): void {
    this.stop();
    printLine(this.io.stderr, text);
  }

  stop(): void {
    if (this.active) this.bar.stop();
    this.active = false;
  }

  private draw(event: UnderWay): void {
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

  private stageOf(event: UnderWay): Record<string, string> {
    if (event.type === 'evaluating') return { stage: 'testing', rate: '–', left: '' };
    const { tally, done, total, epoch } = event;
    const rate = tally.samples / tally.seconds;
    const perMinibatch = tally.seconds / Math.max(1, done);
    const left = perMinibatch * (total - done + (this.epochs - epoch) * total);
    return {
      stage: `error ${percent(tally.wrong / tally.samples)}`,
      rate: rate.toFixed(0),
      left: [`${duration(left)} left`, ...lineText(event.line)].join('  '),
    };
  }
}

type UnderWay = Extract<SessionEvent, { type: 'minibatch' | 'evaluating' }>;

function openingLines(started: SessionStarted): string[] {
  const { device, data, label, cells, samples, seed, particles, startedFrom, resumed } = started;
  if (resumed !== undefined) {
    const left = started.epochs - resumed.epoch + 1;
    return [
      `going on in epoch ${resumed.epoch} after ${resumed.updates} updates: ${left} of ${started.epochs} epochs left`,
    ];
  }
  const { train, validation, test } = samples;
  const heldOut = validation === undefined ? '' : `, ${validation} validation`;
  const classIn = label === undefined ? '' : `, the class is ${label}`;
  const inCells = cells === undefined ? '' : `, in ${cells.model} cells under policy ${cells.policy},`;
  const lines = [
    `${device}${inCells} on ${data}: ${train} training${heldOut} and ${test} test samples${classIn}, seed ${seed}`,
  ];
  if (cells !== undefined && cells.idealBiases > 0) {
    lines.push(
      `cells hold the conductances; the bias currents of ${cells.idealBiases} nodes are learned as ideal numbers beside them (in cells too: --bias-cells; without: --set training.biasRates=0)`,
    );
  }
  if (startedFrom !== undefined) {
    const right = (100 * (1 - startedFrom.testError)).toFixed(1);
    if (startedFrom.programming !== undefined) lines.unshift(startedFrom.programming);
    lines.unshift(`starting from ${startedFrom.run}: ${right} % of the test set right before training`);
  }
  if (particles !== undefined) lines.push(`persistent particles: ${particles}`);
  return lines;
}

function lineText(line: LineFigures | undefined): string[] {
  return line === undefined ? [] : [`${line.errors} link errors, ${line.retries} retries`];
}

function epochLine(record: EpochRecord, epochs: number): string {
  const { epoch, trainError, testError, freeIterations, nudgedIterations, power_W, seconds } = record;
  const power = Number.isFinite(power_W) ? `, ${formatQuantity(power_W, 'W')} a sample` : '';
  const unsettled =
    record.unsettled > 0
      ? `, ${record.unsettled} ${record.unsettled === 1 ? 'phase' : 'phases'} not settled`
      : '';
  // Of an epoch whose answers were all lost with a line nothing can be counted.
  const counted = Number.isNaN(freeIterations)
    ? ''
    : `, iterations ${freeIterations.toFixed(1)} free + ${nudgedIterations.toFixed(1)} nudged`;
  const speed = Number.isNaN(freeIterations) ? '' : ` (${record.samplesPerSecond.toFixed(0)} samples/s)`;
  const errors =
    record.fit === undefined
      ? `train error ${percent(trainError)}, test error ${percent(testError)}`
      : `train R² ${(1 - trainError).toFixed(4)}, test R² ${(1 - testError).toFixed(4)}`;
  return `epoch ${epoch}/${epochs}: ${errors}${counted}${power}, ${seconds.toFixed(1)} s${speed}${unsettled}`;
}

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
