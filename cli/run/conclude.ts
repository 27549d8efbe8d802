import type { RunConfig } from '../../experiments/schema/run-config.js';
import type { RunDirectory } from '../../records/index.js';
import { Exit, INTERRUPTED, type Io, printJson } from '../io.js';
import { percent } from './progress.js';
import type { SessionResult } from './session.js';
import { runSummary } from './summary.js';

/** Tells how a session of training ended: for people on stderr, and as JSON where asked for. */
export function concludeSession(
  io: Io,
  directory: RunDirectory,
  config: RunConfig,
  result: SessionResult,
  json: boolean,
): void {
  if (result.interrupted) {
    io.stderr.write(`Interrupted; to go on: ohmprop resume ${directory.path}\n`);
  } else {
    const last = result.epochs.at(-1);
    if (last !== undefined) {
      const accuracy = percent(1 - last.testError);
      io.stderr.write(`test accuracy ${accuracy} (error ${percent(last.testError)})\n`);
    }
    io.stderr.write(`report: ${result.reportPath}\n`);
  }
  if (json) printJson(io, runSummary(directory.path, config.preset, result.epochs));
  if (result.interrupted) throw new Exit(INTERRUPTED);
}
