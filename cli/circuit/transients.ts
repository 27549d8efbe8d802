import cliProgress from 'cli-progress';
import type { SpiceCircuit } from '../../circuits/spice/index.js';
import { formatQuantity, isUsable } from '../../core/index.js';
import { solveTransient, type TransientSolution } from '../../solver/time/index.js';
import { interruptionOf } from '../interruption.js';
import { type Io, onInterrupt, warn } from '../io.js';

/** Work below this is done before a bar would help. */
const SHOW_AFTER_MS = 2000;
const STEPS_OF_BAR = 1000;

/** A file's transients, a bar on stderr while they take long; Ctrl-C ends them, what was computed is kept. */
export async function transients(io: Io, circuit: SpiceCircuit): Promise<TransientSolution[]> {
  const { transient, tolerances, initialVoltages_V } = circuit.analyses;
  if (transient.length === 0) return [];
  const { signal, dispose } = onInterrupt(io, 'Ending the transient; what was computed is kept …');
  const solutions: TransientSolution[] = [];
  try {
    for (const analysis of transient) {
      const bar = new TimeBar(io, analysis.stop_s);
      const progress = (reached_s: number) => bar.update(reached_s);
      const options = { ...tolerances, initialVoltages_V, signal, progress };
      const solution = await solveTransient(circuit, analysis, options).finally(() => bar.stop());
      const { floatingAtStart, start, switchesHeldAtStart } = solution.stats;
      if (floatingAtStart.length > 0 && (start === undefined || isUsable(start.status))) {
        warn(
          io,
          `${floatingAtStart.slice(0, 8).join(', ')}: no path for direct current to ground; taken to start at 0 V (.ic sets another)`,
        );
      }
      if (switchesHeldAtStart) {
        warn(
          io,
          'no operating point has all switches stay as they are; they were held as they start (ON, OFF)',
        );
      }
      solutions.push(solution);
      if (solution.status === 'aborted') break;
    }
    return solutions;
  } finally {
    dispose();
  }
}

/** How a command ends whose transient was interrupted: its results are out all the same. */
export function endOf(io: Io, solutions: readonly TransientSolution[]) {
  return solutions.some(({ status }) => status === 'aborted') ? interruptionOf(io.signal) : undefined;
}

class TimeBar {
  private readonly started = performance.now();
  private readonly bar: cliProgress.SingleBar;
  private active = false;

  constructor(
    io: Io,
    private readonly stop_s: number,
  ) {
    this.bar = new cliProgress.SingleBar({
      stream: io.stderr,
      format: '{bar} {reached} of {stop}, {eta_formatted} left',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    });
  }

  update(reached_s: number): void {
    const share = reached_s / this.stop_s;
    const elapsed = performance.now() - this.started;
    const shown = { reached: formatQuantity(reached_s, 's'), stop: formatQuantity(this.stop_s, 's') };
    if (this.active) this.bar.update(STEPS_OF_BAR * share, shown);
    else if (elapsed > SHOW_AFTER_MS / 4 && elapsed > SHOW_AFTER_MS * share) {
      this.bar.start(STEPS_OF_BAR, STEPS_OF_BAR * share, shown);
      this.active = true;
    }
  }

  stop(): void {
    if (this.active) this.bar.stop();
    this.active = false;
  }
}
