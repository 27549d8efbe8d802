import type { RunConfig } from '../../experiments/schema/run-config.js';
import type { RunDirectory } from '../../records/index.js';
import { INTERRUPTED } from './interrupt.js';
import { percent } from './progress.js';
import type { SessionResult } from './session.js';
import { printJson, runSummary } from './summary.js';

/** Tells how a session of training ended: for people on stderr, and as JSON where asked for. */
export function concludeSession(
  directory: RunDirectory,
  config: RunConfig,
  result: SessionResult,
  json: boolean,
): void {
  if (result.interrupted) {
    process.stderr.write(`Interrupted; to go on: ohmprop resume ${directory.path}\n`);
    process.exitCode = INTERRUPTED;
  } else {
    const last = result.epochs.at(-1);
    if (last !== undefined) {
      const accuracy = percent(1 - last.testError);
      process.stderr.write(`test accuracy ${accuracy} (error ${percent(last.testError)})\n`);
    }
    process.stderr.write(`report: ${result.reportPath}\n`);
  }
  if (json) printJson(runSummary(directory.path, config.preset, result.epochs));
}
