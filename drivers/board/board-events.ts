import type { Frame } from '../framing/index.js';
import { type TapsAtStart, tapsAtStarts } from './board-description.js';
import { events, resetCauses, safeCauses } from './operations-table.js';

/** What a board says without being asked. */
export type BoardEvent =
  | {
      readonly type: 'board-started';
      /** MCUSR of the processor: 1 power-on, 2 reset pin, 4 brown-out, 8 watchdog; 0 where a bootloader hides it. */
      readonly resetCause: number;
      readonly tapsAtStart: TapsAtStart;
    }
  | {
      readonly type: 'board-safe';
      /** 1 its watchdog, 2 an emergency stop. */
      readonly cause: number;
    }
  | {
      /** Not said by the board, but of it: it was to be disarmed, and did not confirm it. */
      readonly type: 'board-unconfirmed';
      readonly watchdog_seconds: number;
    }
  | {
      /** Not said by the board, but of it: a request has waited for so long and is repeated, or is answered after all. */
      readonly type: 'board-waiting' | 'board-answers';
      readonly seconds: number;
    };

/** What a start did with the taps, in words. */
export const tapsAtStartText: Readonly<Record<TapsAtStart, string>> = {
  'power-on': 'its taps are lost and stand in the middle',
  kept: 'its taps are as they were',
  'written-again': 'its taps are as it remembers them, told to every wiper again',
};

/** An event as a sentence for people. */
export function describeBoardEvent(event: BoardEvent): string {
  if (event.type === 'board-unconfirmed') {
    return `nobody knows that it is disarmed: it was told to stop, and its watchdog stops it after ${event.watchdog_seconds} s without a word from here`;
  }
  if (event.type === 'board-safe') {
    return `the board made itself safe: ${safeCauses[event.cause] ?? `cause ${event.cause}`}`;
  }
  if (event.type === 'board-started') {
    return `the board started (${resetCauses(event.resetCause)}); ${tapsAtStartText[event.tapsAtStart]}`;
  }
  if (event.type === 'board-waiting') return `no answer for ${event.seconds.toFixed(1)} s; it is asked again`;
  return `it answers again, after ${event.seconds.toFixed(1)} s`;
}

/** Passes on what a board says: every start, and once after each arming that it made itself safe. */
export class BoardEvents {
  private saidSafe = false;
  private readonly waitingForSafety = new Set<() => void>();

  constructor(private readonly onEvent: (event: BoardEvent) => void = () => {}) {}

  /** The board did not confirm its disarming. */
  unconfirmed(watchdog_seconds: number): void {
    this.onEvent({ type: 'board-unconfirmed', watchdog_seconds });
  }

  /** A request has waited for so long, or is answered after all. */
  waiting(waiting: boolean, seconds: number): void {
    this.onEvent({ type: waiting ? 'board-waiting' : 'board-answers', seconds });
  }

  armed(): void {
    this.saidSafe = false;
  }

  /** Calls back once when the board says that it is safe, or has started; returns what takes that back. */
  onceSafe(listener: () => void): () => void {
    this.waitingForSafety.add(listener);
    return () => this.waitingForSafety.delete(listener);
  }

  take(frame: Frame): void {
    const cause = frame.payload[0];
    if (frame.operation === events.safe || frame.operation === events.boot) {
      for (const listener of this.waitingForSafety) listener();
      this.waitingForSafety.clear();
    }
    if (frame.operation === events.boot) {
      const tapsAtStart = tapsAtStarts[frame.payload[1]] ?? 'power-on';
      this.onEvent({ type: 'board-started', resetCause: cause, tapsAtStart });
    }
    if (frame.operation !== events.safe || this.saidSafe) return;
    this.saidSafe = true;
    this.onEvent({ type: 'board-safe', cause });
  }
}
