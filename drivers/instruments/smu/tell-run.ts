import { runError } from '../../../core/index.js';
import type { SmuRun } from './dialect.js';
import { drainErrors } from './error-queue.js';
import type { SmuOutput } from './smu-output.js';

/** How often a run is told, and its readings are asked for, before the line counts as bad. */
export const TELL_TRIES = 3;

/**
 * Sets a run up and holds what the instrument says of it against what it was told: a lost byte is another level.
 * @returns what starts it
 */
export async function tellRun(output: SmuOutput, run: SmuRun): Promise<readonly string[]> {
  // Until it has come to its end without a doubt nothing counts as told.
  let before = output.lastRun;
  output.lastRun = undefined;
  for (let attempt = 0; attempt < TELL_TRIES; attempt++) {
    const { settings, told, start } = output.dialect.run(run, before);
    const said = await output.link.ask(told, settings);
    const same =
      said.levels_V.length === run.levels_V.length &&
      said.levels_V.every((level_V, k) => near(level_V, run.levels_V[k], 2e-6)) &&
      near(said.delay_s, run.delay_s, 1e-6) &&
      near(said.nplc, run.nplc, 0) &&
      near(said.compliance_A, run.compliance_A, 0);
    if (same) return start;
    before = undefined;
    // What was lost on the way may have left an error, or a line that is not understood.
    await drainErrors(output.link, output.dialect);
  }
  throw runError(
    'smu.refused',
    `${output.transport.name}: ${TELL_TRIES} times it said that it was told something else than it was: the line loses bytes, look at cable and rate. Nothing was driven`,
  );
}

/** Alike to the digits that instruments say, and to `slack` besides. */
function near(said: number, told: number, slack: number): boolean {
  return Math.abs(said - told) <= 1e-4 * Math.abs(told) + slack;
}
