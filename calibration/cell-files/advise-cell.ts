import { largestStep, type PulseModel } from '../../devices/cells/pulse/index.js';
import { SMALL_WINDOW } from './pulse-cell.js';

/** Which way of writing suits a cell, and why. */
export interface CellAdvice {
  readonly policy: 'proportional' | 'accumulate' | 'write-verify';
  readonly pairing: 'single' | 'differential';
  /** Sentences, the deciding one first. */
  readonly reasons: readonly string[];
}

/** Mean difference of steps up and down, of their mean: above it single updates drift to where the steps cancel. */
const ASYMMETRIC = 0.2;
/** Pulses from end to end below which a single wanted change is less than a pulse. */
const COARSE = 64;
/** σ that a pulse adds, of the range, above which counting pulses loses more than verifying costs. */
const NOISY_RANGE = 0.01;

/**
 * Which update policy suits a cell. The thresholds are those at which `docs/results/memristors.md`, "Which policies survive which cells",
 * changes its order: asymmetry costs `proportional` points and `sign` everything, noise of the range costs what counts pulses; a window
 * below ten costs single cells most.
 */
export function adviseCell(model: PulseModel, read = 0): CellAdvice {
  const { g_min_S, g_max_S, spreads } = model;
  const window = g_max_S / g_min_S;
  const asymmetry = asymmetryOf(model);
  const step = largestStep(model);
  const states = 1 / step;
  const noise = Math.hypot(spreads.c2cRange ?? 0, (spreads.c2c ?? 0) * step, spreads.write ?? 0);
  // of the range, where a read is relative to the largest conductance
  const readNoise = (read * g_max_S) / (g_max_S - g_min_S);
  const reasons: string[] = [];
  const few = window < SMALL_WINDOW;
  const pairReasons = few
    ? [
        `its window of ${window.toPrecision(3)} is below ${SMALL_WINDOW}: pairs take the offset that all conductances share away`,
      ]
    : [];
  if (noise > NOISY_RANGE && noise > 2 * readNoise) {
    reasons.push(
      `a pulse is off by ${share(noise)} of the range (σ): write-verify looks at what came of each, at more pulses and reads`,
    );
    return {
      policy: 'write-verify',
      pairing: few ? 'differential' : 'single',
      reasons: [...reasons, ...pairReasons],
    };
  }
  if (asymmetry > ASYMMETRIC) {
    reasons.push(
      `its steps up and down differ by ${share(asymmetry)} of their mean: changes that are summed up until they are worth a pulse do not drift to where the two cancel`,
    );
  }
  if (states < COARSE) {
    reasons.push(
      `its largest step is ${share(step)} of the range, more than most wanted changes: summed up, none is lost`,
    );
  }
  if (noise > NOISY_RANGE) {
    reasons.push(
      `a pulse is off by ${share(noise)} of the range (σ), but reads are too (${share(readNoise)}): verifying would chase them`,
    );
  }
  if (reasons.length === 0) {
    reasons.push(
      'its steps are fine, alike up and down, and come out as meant: pulses counted by the step at the state lose nothing, and need no memory beside the cells',
    );
    return {
      policy: 'proportional',
      pairing: few ? 'differential' : 'single',
      reasons: [...reasons, ...pairReasons],
    };
  }
  return {
    policy: 'accumulate',
    pairing: few ? 'differential' : 'single',
    reasons: [...reasons, ...pairReasons],
  };
}

function asymmetryOf({ potentiation, depression }: PulseModel): number {
  let [apart, sum] = [0, 0];
  for (let k = 0; k <= 100; k++) {
    const [up, down] = [potentiation.step(k / 100), -depression.step(k / 100)];
    apart += Math.abs(up - down);
    sum += 0.5 * (up + down);
  }
  return sum > 0 ? apart / sum : 0;
}

function share(value: number): string {
  return `${(100 * value).toPrecision(value >= 0.995 ? 3 : 2)} %`;
}

/** An advice for people: the policy, the pairing where that is not one cell, and why. */
export function adviceText({ policy, pairing, reasons }: CellAdvice): string {
  return `${policy}${pairing === 'differential' ? ', --pairing differential' : ''}: ${reasons.join('; ')}`;
}
