import { percent, type RunOutcome } from '../experiments/sessions/index.js';
import { interruptionOf } from './interruption.js';
import { type Io, printJson, printLine } from './io.js';
import { runSummary } from './run-summary.js';

/** Tells how a session of training ended: for people on stderr, and as JSON where asked for. */
export function concludeSession(io: Io, outcome: RunOutcome, json: boolean): void {
  const { path, config, epochs, interrupted, reportPath, best } = outcome;
  if (interrupted) printLine(io.stderr, `Interrupted; to go on: ohmprop resume ${path}`);
  else {
    const last = epochs.at(-1);
    if (last !== undefined) {
      const accuracy = percent(1 - last.testError);
      printLine(io.stderr, `test accuracy ${accuracy} (error ${percent(last.testError)})`);
    }
    if (best !== undefined && best.epoch !== last?.epoch) {
      printLine(
        io.stderr,
        `kept: epoch ${best.epoch}, the best on the validation samples (error ${percent(best.validationError)}), with test error ${percent(best.testError)}`,
      );
    }
    printLine(io.stderr, `report: ${reportPath}`);
  }
  if (json) printJson(io, runSummary(path, config.preset, epochs, best));
  if (interrupted) throw interruptionOf(io.signal);
}
