import { constants } from 'node:os';
import { actNow } from '../core/index.js';
import { Exit } from './io.js';

/** Signals that ask for an orderly end: Ctrl-C, a closed terminal or lost ssh, a service manager or `kill`. */
const SIGNALS = ['SIGINT', 'SIGHUP', 'SIGTERM'] as const;
type Signal = (typeof SIGNALS)[number];

/** npm passes a terminal's Ctrl-C on to a program that has had it from the terminal already: within so long it is one, ms. */
const ECHO_ms = 500;

/**
 * Signals that end a program by default and leave it no time: what is driven is stopped, and it goes. Not SIGUSR1 (Node's own),
 * SIGPIPE (Node ignores it), nor those of a fault, after which nothing can be relied upon.
 */
const FATAL = ['SIGQUIT', 'SIGALRM', 'SIGVTALRM', 'SIGXCPU', 'SIGPWR', 'SIGIO', 'SIGBREAK'] as const;

/** A signal has ended a command: exit code 128 + its number, as shells have it. */
export class Interruption extends Exit {
  constructor(readonly signal: Signal = 'SIGINT') {
    super(128 + constants.signals[signal]);
  }
}

/** What a command that was interrupted ends with. @param signal `Io.signal`; where its reason does not say, it was a Ctrl-C */
export function interruptionOf(signal: AbortSignal | undefined): Exit {
  return signal?.reason instanceof Exit ? signal.reason : new Interruption();
}

/** What of a process is needed to hear its signals and to leave it. */
export interface SignalSource {
  on(signal: Signal | (typeof FATAL)[number], listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * The first signal aborts, which asks for an orderly end. Of those after it only another Ctrl-C leaves at once: a terminal
 * that goes away, a machine that shuts down, send several. Signals that leave no time end the program at once.
 * @param now_ms a clock
 */
export function listenForSignals(source: SignalSource, now_ms = () => performance.now()): AbortController {
  const controller = new AbortController();
  let first_ms = 0;
  for (const signal of SIGNALS) {
    source.on(signal, () => {
      if (!controller.signal.aborted) {
        first_ms = now_ms();
        // Nobody sits there any more: what is driven stops before anything else is done.
        if (signal === 'SIGHUP') actNow();
        controller.abort(new Interruption(signal));
      } else if (signal === 'SIGINT' && now_ms() - first_ms > ECHO_ms) {
        source.exit(interruptionOf(controller.signal).exitCode);
      }
    });
  }
  // What is driven is stopped at every exit (core/last-acts.ts).
  for (const signal of FATAL) source.on(signal, () => source.exit(128 + (constants.signals[signal] ?? 0)));
  return controller;
}
