#!/usr/bin/env node
import { INTERRUPTED } from './io.js';
import { main } from './program.js';

// A reader of --json that has gone away is no failure; a full disk behind it is.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`ohmprop: cannot write to standard output: ${error.message}\n`);
  process.exit(1);
});

let interruption: AbortController | undefined;

process.exitCode = await main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  get signal() {
    interruption ??= listenForInterrupts();
    return interruption.signal;
  },
});

/** The first Ctrl-C (or a SIGTERM) asks for an orderly end; a second one leaves at once. */
function listenForInterrupts(): AbortController {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller;
}
