#!/usr/bin/env node
import { listenForSignals } from './interruption.js';
import { Exit } from './io.js';
import { outliveReaders } from './output-streams.js';
import { defectText, main } from './program.js';

const results = outliveReaders(process, (text) => process.stderr.write(`${text}\n`));

/** What an orderly end may take where something has broken, ms. */
const LAST_RESORT_ms = 10_000;

let interruption: AbortController | undefined;

// A command that can come to an orderly end does so even now: it may hold a board that is driven.
process.on('uncaughtException', (error) => {
  process.stderr.write(`${defectText(error, process.env)}\n`);
  if (interruption === undefined || interruption.signal.aborted) process.exit(1);
  interruption.abort(new Exit(1));
  setTimeout(() => process.exit(1), LAST_RESORT_ms).unref();
});

const exitCode = await main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  get signal() {
    interruption ??= listenForSignals(process);
    return interruption.signal;
  },
});
process.exitCode = exitCode;
// A disk is found full only after the last write has been handed over.
process.on('exit', () => {
  if (results.failed && process.exitCode === 0) process.exitCode = 1;
});
