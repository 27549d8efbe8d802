import { fitText, percent, type RunOutcome } from '../experiments/sessions/index.js';
import type { Answer } from './frame/index.js';
import { interruptionOf } from './interruption.js';
import { type Io, printLine } from './io.js';
import { runSummary } from './run-summary.js';

/** How a session of training ended. */
export function sessionAnswer(io: Io, outcome: RunOutcome): Answer {
  const { path, config, epochs, interrupted, reportPath, best } = outcome;
  const last = epochs.at(-1);
  const json = runSummary(path, config.preset, epochs, best);
  if (interrupted) {
    printLine(io.stderr, `Interrupted; to go on: ohmprop resume ${path}`);
    return { text: '', json, files: [path], failure: interruptionOf(io.signal) };
  }
  const lines: string[] = [];
  if (last !== undefined) {
    lines.push(
      last.fit === undefined
        ? `test accuracy ${percent(1 - last.testError)} (error ${percent(last.testError)})`
        : `test ${fitText(last.fit, config.network.kind === 'hopfield' ? '1' : 'V')}`,
    );
  }
  if (best !== undefined && best.epoch !== last?.epoch) {
    lines.push(
      `kept: epoch ${best.epoch}, the best on the validation samples (error ${percent(best.validationError)}), with test error ${percent(best.testError)}`,
    );
  }
  return {
    text: [...lines, reportPath === undefined ? `run: ${path}` : `report: ${reportPath}`].join('\n'),
    json,
    files: [path, ...(reportPath === undefined ? [] : [reportPath])],
  };
}
