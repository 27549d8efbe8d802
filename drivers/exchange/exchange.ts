import { type OhmpropError, runError } from '../../core/index.js';
import type { Framing, MessageReader } from '../framing/index.js';
import type { Transport } from '../transport/index.js';
import { holdersOf } from '../transport/index.js';
import { AwaitedReplies } from './awaited-replies.js';
import { LineQuality } from './line-quality.js';
import { sayingOf, saysInUse, wordsOf } from './line-words.js';
import type { ExchangeRequest, RequestLimits } from './request.js';
import { RoundTrips } from './round-trips.js';
import { type Counterpart, silenceError } from './silence.js';
import { Trial } from './trial.js';

/** How long a request is repeated, s, unless somebody says otherwise: longer than a computer is busy with one thing. */
export const defaultPatience_seconds = 120;
/** Longest wait between two attempts where nobody watches, s (Klipper's). */
const LONGEST_WAIT_seconds = 5;
/** A day: timers take no more than 24 of them. */
const MAX_WAIT_seconds = 86_400;
/** After so long without a reply whoever listens is told, s. */
const TOLD_AFTER_seconds = 5;
/** What is kept to say what else speaks on a line. */
const HEARD_BYTES = 256;
/** Requests that were answered and whose late replies are still recognised. */
const REMEMBERED = 16;

/** What has happened on a line since it was opened. */
export interface ExchangeCounters {
  requests: number;
  retries: number;
  /** Replies to something that is no longer waited for. */
  staleReplies: number;
}

/** What an exchange is told of its line and of what is at its other end. */
export interface ExchangeOptions<M> {
  readonly framing: Framing<M>;
  /** How long a byte takes on the line, s. */
  readonly byte_seconds: number;
  readonly counterpart: Counterpart;
  /** How long a request is repeated before the other end counts as silent, by the line's clock, s. Default 120. */
  readonly patience_seconds?: number;
  /** Attempts a request. Default: as many as its patience allows. */
  readonly attempts?: number;
  /** Hears what is said unasked; a request of ours that comes back is an `echo`. */
  readonly unasked?: (message: M) => 'event' | 'echo' | undefined;
  /** Told when a request has waited for some seconds, and when it is answered after all. */
  readonly onWaiting?: (waiting: boolean, seconds: number) => void;
}

/**
 * Requests and replies over a line, one at a time: a deadline for each from the round trips that were measured, the same
 * bytes again when nothing comes, with back-off, for as long as patience lasts; what comes too late is recognised and
 * dropped. How the other end tells a repetition is its protocol's affair.
 */
export class Exchange<M> {
  readonly counters: ExchangeCounters = { requests: 0, retries: 0, staleReplies: 0 };
  /** After so long without a word the other end makes itself safe, s; it then has to hear one attempt of several. */
  watchdog_seconds: number | undefined;
  private readonly reader: MessageReader;
  private readonly roundTrips: RoundTrips;
  private readonly quality = new LineQuality();
  private readonly replies: AwaitedReplies<M>;
  private readonly removers: (() => void)[];
  private readonly past: Trial<M>[] = [];
  private patience_seconds: number;
  private queue: Promise<unknown> = Promise.resolve();
  private lost: OhmpropError | undefined;
  private answered = false;
  private echoes = 0;
  /** The last bytes that came before anything was answered: they may say what is there instead. */
  private heard: Uint8Array = new Uint8Array();
  private outOfStep: string | undefined;
  /** Of the request under way: what to do when its reply begins to come. */
  private onFirstByte: (() => void) | undefined;

  constructor(
    readonly transport: Transport,
    private readonly options: ExchangeOptions<M>,
  ) {
    this.patience_seconds = options.patience_seconds ?? defaultPatience_seconds;
    this.roundTrips = new RoundTrips(transport.latency_seconds);
    this.replies = new AwaitedReplies(transport.clock);
    this.reader = options.framing((message) => this.take(message));
    this.removers = [
      transport.onData((bytes) => this.hear(bytes)),
      transport.onClose((error) => this.end(error)),
    ];
  }

  /**
   * The reply to a request, once everything before it is done.
   * @throws OhmpropError `line.no-answer`, `line.echo`, `line.foreign`, `line.slow`, `line.noisy` or
   * `line.silent` (see `silence.ts`) when patience ends;
   * `line.lost` or `line.in-use` when the line does; `line.out-of-step`
   */
  request(request: ExchangeRequest<M>, limits: RequestLimits = {}): Promise<M> {
    return this.inTurn(() => this.attempts(request, limits, () => this.transport.write(request.bytes)));
  }

  /**
   * Replies to many requests that may be repeated and change nothing. Each leaves when the reply before it begins to come,
   * so that the line back never rests.
   */
  stream(requests: readonly ExchangeRequest<M>[]): Promise<M[]> {
    return this.inTurn(async () => {
      const replies: M[] = [];
      let sent = 0;
      try {
        for (const [i, request] of requests.entries()) {
          const ahead = () => {
            if (sent !== i + 1 || sent === requests.length) return;
            sent++;
            this.replies.expectAhead(requests[i + 1]);
            this.transport.write(requests[i + 1].bytes).catch(() => {});
          };
          // After a lost reply nothing that was sent ahead counts.
          const send = (again: boolean) => {
            if (sent > i && !again) return;
            sent = i + 1;
            return this.transport.write(request.bytes);
          };
          replies.push(await this.attempts(request, {}, send, ahead));
        }
      } finally {
        this.replies.forgetAhead();
      }
      return replies;
    });
  }

  /** From now on nothing is waited for longer than this, what is under way included. */
  hurry(patience_seconds: number): void {
    this.patience_seconds = Math.min(this.patience_seconds, patience_seconds);
  }

  /** What comes from now on has nothing to do with this request any longer: `error` is its end, and that of those behind it. */
  fail(error: OhmpropError): void {
    this.lost ??= error;
    this.replies.fail(this.lost);
  }

  /** Waits until nothing has come for so long, and drops what comes: requests without numbers are then in step again. */
  drain(quiet_seconds: number): Promise<void> {
    return this.inTurn(async () => {
      for (let before = -1; before !== this.reader.bytes; ) {
        before = this.reader.bytes;
        await new Promise<void>((resolve) => this.transport.clock.after(quiet_seconds, resolve));
      }
      this.outOfStep = undefined;
    });
  }

  /** Stops listening; the line stays open. */
  detach(): void {
    for (const remove of this.removers) remove();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => {});
    return turn;
  }

  private async attempts(
    request: ExchangeRequest<M>,
    limits: RequestLimits,
    send: (again: boolean) => Promise<void> | undefined,
    onFirstByte?: () => void,
  ): Promise<M> {
    this.counters.requests++;
    if (this.outOfStep !== undefined) throw this.stepError(request.name);
    const trial = new Trial(request, this.transport.clock, {
      bytes: this.reader.bytes,
      damaged: this.reader.damaged,
      late: this.counters.staleReplies,
    });
    const most = request.repeatable
      ? (limits.attempts ?? this.options.attempts ?? Number.POSITIVE_INFINITY)
      : 1;
    const patience = () =>
      Math.min(limits.patience_seconds ?? Number.POSITIVE_INFINITY, this.patience_seconds);
    let told = false;
    while (trial.attempts < most && trial.waited_seconds < patience()) {
      if (this.lost) throw this.lost;
      if (trial.attempts > 0) this.counters.retries++;
      const wait_seconds = this.wait_seconds(trial, limits, patience());
      if (this.replies.hasArrived(request)) onFirstByte?.();
      else this.onFirstByte = onFirstByte;
      const reply = this.replies.wait(request, wait_seconds);
      // A line that is lost while we write says so through the reply as well.
      const sending = send(trial.attempts > 0);
      trial.began(wait_seconds, sending !== undefined);
      await sending?.catch(() => {});
      const answer = await reply.finally(() => {
        this.onFirstByte = undefined;
      });
      if (answer !== undefined) {
        this.settle(trial);
        if (told) this.options.onWaiting?.(false, trial.took_seconds);
        return answer;
      }
      trial.inVain();
      if (!told && trial.waited_seconds >= TOLD_AFTER_seconds && this.answered) {
        told = true;
        this.options.onWaiting?.(true, trial.waited_seconds);
      }
    }
    if (!request.repeatable) this.outOfStep = request.name;
    throw silenceError(
      {
        ...trial.observed(this.reader, this.counters.staleReplies),
        name: this.transport.name,
        answered: this.answered,
        bytes: this.reader.bytes,
        echoes: this.echoes,
        rest: this.reader.rest,
        heard: this.heard,
        otherUsers: this.transport.otherUsers?.() ?? [],
      },
      this.options.counterpart,
    );
  }

  private wait_seconds(
    { request, attempts }: Trial<M>,
    { longestWait_seconds = LONGEST_WAIT_seconds }: RequestLimits,
    patience_seconds: number,
  ): number {
    if (!request.repeatable) return Math.min(patience_seconds, MAX_WAIT_seconds);
    const bytes = request.bytes.length;
    const expected_seconds = request.work_seconds + (bytes + request.reply_bytes) * this.options.byte_seconds;
    const { watchdog_seconds } = this;
    const longest_seconds =
      watchdog_seconds === undefined
        ? longestWait_seconds
        : this.quality.longestWait_seconds(watchdog_seconds, bytes);
    return this.roundTrips.wait_seconds(expected_seconds, attempts, longest_seconds);
  }

  /** A request was answered. What its reply to a repetition says of the line is known when the others come, or do not. */
  private settle(trial: Trial<M>): void {
    this.answered = true;
    trial.answered();
    // The reply to one of several attempts says nothing of how long it took (Karn & Partridge, SIGCOMM 1987).
    if (trial.attempts > 0) this.past.unshift(trial);
    else if (trial.sentItself) this.roundTrips.measured(trial.beyond(this.options.byte_seconds));
    if (this.past.length > REMEMBERED) this.past.pop();
  }

  private hear(bytes: Uint8Array): void {
    this.onFirstByte?.();
    const { messages, damaged, bytes: before } = this.reader;
    this.reader.push(bytes);
    const spoiled = this.reader.damaged - damaged;
    if (!this.answered) {
      this.heard = Buffer.concat([this.heard, bytes]).subarray(-HEARD_BYTES);
    } else {
      this.quality.saw(this.reader.messages - messages + spoiled, spoiled, this.reader.bytes - before);
    }
  }

  private take(message: M): void {
    const unasked = this.options.unasked?.(message);
    if (unasked === 'echo') this.echoes++;
    if (unasked !== undefined || this.replies.take(message)) return;
    this.counters.staleReplies++;
    // A second reply: the first one was to an earlier attempt, so all attempts but the first were made too early.
    const at = this.past.findIndex(({ request }) => request.answers(message));
    if (at < 0) return;
    const [trial] = this.past.splice(at, 1);
    this.roundTrips.measured(trial.beyond(this.options.byte_seconds));
  }

  private end(error?: Error): void {
    // A server that sends somebody away says so in a line of its own.
    const words = wordsOf(this.answered ? this.reader.rest : this.heard);
    const { name } = this.transport;
    const { counterpart } = this.options;
    this.fail(
      !this.answered && saysInUse(words)
        ? runError(
            'line.in-use',
            `${name}: in use by another program${this.holderText()}${sayingOf(words)}; close that one`,
            error,
          )
        : runError(
            'line.lost',
            `${name}: the line is ${error ? `lost (${error.message})` : 'closed'}${sayingOf(words)}; what the ${counterpart.name} did with a request under way is not known`,
            error,
          ),
    );
  }

  /** Who of this machine is known to have it: one who has been answered, and so has said what is there. */
  private holderText(): string {
    const { address } = this.transport;
    const held =
      address === undefined ? undefined : holdersOf(address).find(({ what }) => what !== undefined);
    return held === undefined ? '' : ` (process ${held.pid}, since ${held.since}: ${held.what})`;
  }

  private stepError(request: string): OhmpropError {
    return runError(
      'line.out-of-step',
      `${this.transport.name}: "${request}" was not sent: "${this.outOfStep}" before it got no reply in time, and a late one would be taken for its own; clear the line first`,
    );
  }
}
