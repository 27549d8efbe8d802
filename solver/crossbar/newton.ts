import type { CellsNetwork } from './cells-network.js';
import { type CrossbarStop, MAX_ROUNDING, type Relaxed, verdictOf } from './outcome.js';

/** Tangents are taken at most so often; twice as often as the steepest published selectors needed. */
const MAX_TANGENTS = 60;
/** The coarse operator is built anew so often; later tangents differ too little for that to pay. */
const COARSE_TANGENTS = 3;
/** A step is solved at least to this share of what Kirchhoff's law lacked before it, further the nearer the end is: a tangent costs more. */
const STEP_SHARE = 1e-2;
/** Kirchhoff's law is looked at where relaxation and tangents lack no more than this many times what is asked. */
const NEAR = 4;
/** An iteration that leaves more than this share of the residual is slow; so many of them and it gives up. */
const SLOW = 0.7;
const MAX_SLOW = 12;
/** Where lines float, currents far below the largest decide where they are: this share of what is asked, as far as it can be had. */
const FLOATING_SHARE = 1e-4;
/** So many tangents without a residual half the least one: nothing better comes. */
const MAX_STALLED = 6;
const MAX_STALLED_SETTLED = 2;

/** How one input ended, and why nothing better came where it did not settle. */
export interface NewtonOutcome extends Relaxed {
  readonly method: 'newton';
  /** Relaxation hardly moved: lines that nothing holds, wires far better than ends or cells. */
  readonly slow: boolean;
  readonly tangents: number;
}

/**
 * Newton's method on all cells at once: tangents, then the two-grid line relaxation with a current source at each cell, until the cells'
 * own currents keep Kirchhoff's law at every node. Begins at the voltages in `cells.work`.
 * @param drive_V largest source voltage
 * @param options `warm`: the voltages may be the solution already; `floating`: some line has no pad
 */
export function newton(
  cells: CellsNetwork,
  drive_V: number,
  stop: CrossbarStop,
  { warm, floating }: { readonly warm: boolean; readonly floating: boolean },
): NewtonOutcome {
  const { kernel, network, work, scaling } = cells;
  const lastBit_V = 4 * Number.EPSILON * drive_V;
  const least_ohm = Math.min(scaling.leastRow_ohm, scaling.leastColumn_ohm);
  const goal = floating ? FLOATING_SHARE * stop.tolerance : stop.tolerance;
  let iterations = 0;
  let tangents = 0;
  let slow = 0;
  /** What relaxation itself left at the word lines. */
  let relaxed_A = Number.POSITIVE_INFINITY;
  let least_A = Number.POSITIVE_INFINITY;
  let stalled = 0;
  let largest_S = 0;
  const outcome = (kclResidual_A: number, largestCurrent_A: number): NewtonOutcome => {
    const asked_A = stop.tolerance * largestCurrent_A;
    const bound_A = Math.max(asked_A, Math.min(lastBit_V * largest_S, MAX_ROUNDING * largestCurrent_A));
    const checked = { kclResidual_A, largestCurrent_A, asked_A, bound_A };
    return {
      method: 'newton',
      iterations,
      tangents,
      slow: slow > MAX_SLOW,
      kclResidual_A,
      largestCurrent_A,
      ...verdictOf(checked),
    };
  };
  for (;;) {
    const { largest_A, apart_A } = cells.takeTangents();
    if (Number.isNaN(largest_A)) return outcome(Number.NaN, Number.NaN);
    const guess_A = apart_A + relaxed_A;
    const spent = tangents >= MAX_TANGENTS || iterations >= stop.maxIterations || slow > MAX_SLOW;
    const near = spent || stalled > 0 || (warm && tangents === 0) || !(guess_A > NEAR * goal * largest_A);
    const measured_A = near ? cells.kirchhoff() : guess_A;
    // where the drop along a wire is lost in the last bit of a voltage, net currents cannot be had from voltages
    const resolved = lastBit_V / least_ohm < stop.tolerance * largest_A;
    const kcl_A = resolved ? measured_A : guess_A;
    const last = outcome(kcl_A, largest_A);
    if (near && kcl_A <= goal * largest_A) return last;
    stalled = kcl_A < 0.5 * least_A ? 0 : stalled + 1;
    least_A = Math.min(least_A, kcl_A);
    if (near && last.settled && stalled >= (last.rounded ? MAX_STALLED : MAX_STALLED_SETTLED)) return last;
    if (spent) return last;
    largest_S = cells.factor(tangents < COARSE_TANGENTS);
    tangents++;
    // a step leaves about the square of what was lacking, relative to the largest current
    const lacking_A = Math.min(kcl_A, largest_A);
    const wanted_A = Math.max(
      0.2 * goal * largest_A,
      lacking_A * Math.min(STEP_SHARE, lacking_A / (largest_A || 1)),
    );
    let previous = Number.POSITIVE_INFINITY;
    for (let first = true; iterations < stop.maxIterations && slow <= MAX_SLOW; first = false) {
      kernel.sweepDownInjected(network.pointer, work.pointer, cells.coarse && !first);
      relaxed_A = kernel.sweepUp(network.pointer, work.pointer, true, cells.coarse) / scaling.row_ohm;
      iterations++;
      // what is lost in the last bit of a voltage does not shrink
      if (relaxed_A <= wanted_A || !Number.isFinite(relaxed_A)) break;
      if (!first && relaxed_A > SLOW * previous) {
        if (relaxed_A <= lastBit_V * largest_S) break;
        slow++;
      }
      previous = relaxed_A;
      if (cells.coarse) kernel.coarseCorrection(network.pointer, work.pointer, 0);
    }
    kernel.wordLinesInjected(network.pointer, work.pointer);
  }
}
