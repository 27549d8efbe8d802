#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { cutShort, modulesAtWork, ownErrorText } from './cut-short.js';
import { listenForSignals } from './interruption.js';
import { Exit } from './io.js';
import { outliveReaders } from './output-streams.js';
import { defectText, main } from './program.js';

const results = outliveReaders(process, (text) => process.stderr.write(`${text}\n`));

/** What an orderly end may take where something has broken, ms. */
const LAST_RESORT_ms = 10_000;

/** Exit codes from here on are those of signals, whose end is in order. */
const FIRST_SIGNAL = 128;
let ended = false;

let interruption: AbortController | undefined;

// A command that can come to an orderly end does so even now: it may hold a board that is driven.
process.on('uncaughtException', (error) => {
  process.stderr.write(`${ownErrorText(error) ?? defectText(error, process.env)}\n`);
  ended = true;
  if (interruption === undefined || interruption.signal.aborted) process.exit(1);
  interruption.abort(new Exit(1));
  setTimeout(() => process.exit(1), LAST_RESORT_ms).unref();
});

// Code of a module may end the process under a command, or wait for what never comes: never without a word.
const endShort = (asked?: number): void => {
  const short = ended || (asked ?? 0) >= FIRST_SIGNAL ? undefined : cutShort(asked);
  ended = true;
  if (short === undefined) return;
  const { exitCode, ...error } = short;
  try {
    writeSync(2, `ohmprop: ${error.message}\n`);
    if (process.argv.includes('--json') && !modulesAtWork.answered)
      writeSync(1, `${JSON.stringify({ error, files: [] })}\n`);
  } catch {
    // Nobody reads it.
  }
  ended = true;
  process.exitCode = exitCode;
};
process.on('exit', endShort);
process.once('beforeExit', () => {
  if (ended) return;
  endShort();
  if (process.exitCode !== undefined) process.exit();
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
