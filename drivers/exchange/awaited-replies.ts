import type { Clock } from '../transport/index.js';
import type { ExchangeRequest } from './request.js';

interface Waiting<M> {
  readonly request: ExchangeRequest<M>;
  readonly resolve: (message: M) => void;
  readonly reject: (error: Error) => void;
}

/** Brings replies to who waits for them: one at a time, and those to requests that were sent ahead. */
export class AwaitedReplies<M> {
  private waiting: Waiting<M> | undefined;
  /** Replies to requests that were sent ahead, which may come in one stretch with the reply before. */
  private readonly ahead = new Map<ExchangeRequest<M>, { readonly message: M } | undefined>();

  constructor(private readonly clock: Clock) {}

  /** A request that nobody waits for yet has been sent. */
  expectAhead(request: ExchangeRequest<M>): void {
    this.ahead.set(request, undefined);
  }

  /** The reply to a request that was sent ahead is here. */
  hasArrived(request: ExchangeRequest<M>): boolean {
    return this.ahead.get(request) !== undefined;
  }

  /** The reply, or undefined when the deadline comes first. */
  wait(request: ExchangeRequest<M>, seconds: number): Promise<M | undefined> {
    const here = this.ahead.get(request);
    this.ahead.delete(request);
    if (here !== undefined) return Promise.resolve(here.message);
    return new Promise((resolve, reject) => {
      const cancel = this.clock.after(seconds, () => {
        this.waiting = undefined;
        resolve(undefined);
      });
      const settle = <T>(end: (value: T) => void) => {
        return (value: T) => {
          cancel();
          this.waiting = undefined;
          end(value);
        };
      };
      this.waiting = { request, resolve: settle(resolve), reject: settle(reject) };
    });
  }

  /** Nothing that was sent ahead is waited for any longer. */
  forgetAhead(): void {
    this.ahead.clear();
  }

  /** @returns whether somebody waits for it, now or soon */
  take(message: M): boolean {
    for (const request of this.ahead.keys()) {
      if (!request.answers(message)) continue;
      this.ahead.set(request, { message });
      return true;
    }
    const { waiting } = this;
    if (waiting === undefined || !waiting.request.answers(message)) return false;
    waiting.resolve(message);
    return true;
  }

  fail(error: Error): void {
    this.waiting?.reject(error);
  }
}
