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
const SLOW = 0.5;
const MAX_SLOW = 3;
/** Conjugate gradients may take so many iterations on one network of tangents. */
const MAX_GRADIENTS = 600;
/** They need wire drops that a voltage can resolve: conductance · wire resistance of at least this. */
const MIN_DROP = 1e-9;
/** Where lines float, currents far below the largest decide where they are: this share of what is asked, as far as it can be had. */
const FLOATING_SHARE = 1e-4;
/** What two elements in series agree to in their currents, as a share: at first, and where Kirchhoff's law is looked at. Tangents have it squared. */
const AGREED_AT_FIRST = 1e-2;
const AGREED = 1e-12;
/** Tangents at voltages that are wrong by more than this share of the largest current are of the first kind. */
const ROUGH = 1e-5;
/** So many tangents without a residual half the least one: nothing better comes. */
const MAX_STALLED = 6;
const MAX_STALLED_SETTLED = 2;

/** How one input ended, and why nothing better came where it did not settle. */
export interface NewtonOutcome extends Relaxed {
  readonly method: 'newton';
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
  /** Relaxation alone was slow: conjugate gradients with it as the preconditioner, from then on. */
  let gradients = false;
  let failed = false;
  /** What relaxation itself left at the word lines. */
  let relaxed_A = Number.POSITIVE_INFINITY;
  let least_A = Number.POSITIVE_INFINITY;
  let stalled = 0;
  let largest_S = 0;
  /** What the last tangents were solved to, as a share of the largest current. */
  let solved = warm ? 0 : Number.POSITIVE_INFINITY;
  /** What the last step began with, as such a share, and how much of its square it left. */
  let from = 0;
  let bend = 1;
  const outcome = (kclResidual_A: number, largestCurrent_A: number): NewtonOutcome => {
    const asked_A = stop.tolerance * largestCurrent_A;
    const bound_A = Math.max(asked_A, Math.min(lastBit_V * largest_S, MAX_ROUNDING * largestCurrent_A));
    const checked = { kclResidual_A, largestCurrent_A, asked_A, bound_A };
    return {
      method: 'newton',
      iterations,
      tangents,
      kclResidual_A,
      largestCurrent_A,
      ...verdictOf(checked),
    };
  };
  for (;;) {
    const isRough = solved > ROUGH;
    const found = cells.takeTangents(isRough ? Math.min(AGREED_AT_FIRST, 0.1 * Math.sqrt(solved)) : AGREED);
    const { apart_A } = found;
    let { largest_A } = found;
    if (from > 0) bend = Math.min(1, apart_A / largest_A / (from * from));
    if (Number.isNaN(largest_A)) return outcome(Number.NaN, Number.NaN);
    const guess_A = apart_A + relaxed_A;
    const spent = tangents >= MAX_TANGENTS || iterations >= stop.maxIterations || failed;
    const near = spent || stalled > 0 || (warm && tangents === 0) || !(guess_A > NEAR * goal * largest_A);
    if (near && isRough) ({ largest_A } = cells.takeTangents(AGREED));
    const measured_A = near ? cells.kirchhoff() : guess_A;
    // where the drop along a wire is lost in the last bit of a voltage, net currents cannot be had from voltages
    const resolved = lastBit_V / least_ohm < stop.tolerance * largest_A;
    const kcl_A = resolved ? measured_A : guess_A;
    const last = outcome(kcl_A, largest_A);
    if (near && kcl_A <= goal * largest_A) return last;
    // nothing is known at the very first
    stalled = kcl_A < 0.5 * least_A || tangents === 0 ? 0 : stalled + 1;
    least_A = Math.min(least_A, kcl_A);
    if (near && last.settled && stalled >= (last.rounded ? MAX_STALLED : MAX_STALLED_SETTLED)) return last;
    if (spent) return last;
    // from voltages that are nearly right the coarse operator of before does as well
    largest_S = cells.factor(tangents < COARSE_TANGENTS && !(warm && cells.coarse));
    tangents++;
    // a step leaves about the square of what was lacking, relative to the largest current, as far as cells bend
    const lacking_A = Math.min(kcl_A, largest_A);
    from = lacking_A / (largest_A || 1);
    const wanted_A = Math.max(0.2 * goal * largest_A, lacking_A * Math.min(STEP_SHARE, bend * from));
    solved = wanted_A / largest_A;
    let previous = Number.POSITIVE_INFINITY;
    for (let first = true; !gradients && iterations < stop.maxIterations; first = false) {
      kernel.sweepDownInjected(network.pointer, work.pointer, cells.coarse && !first);
      relaxed_A = kernel.sweepUp(network.pointer, work.pointer, true, cells.coarse) / scaling.row_ohm;
      iterations++;
      if (relaxed_A <= wanted_A || !Number.isFinite(relaxed_A)) break;
      if (!first && relaxed_A > SLOW * previous) {
        // what is lost in the last bit of a voltage does not shrink
        if (relaxed_A <= lastBit_V * largest_S) break;
        slow++;
        if (slow >= MAX_SLOW) {
          gradients = largest_S * scaling.column_ohm >= MIN_DROP && largest_S * scaling.row_ohm >= MIN_DROP;
          failed = !gradients;
          break;
        }
      }
      previous = relaxed_A;
      if (cells.coarse) kernel.coarseCorrection(network.pointer, work.pointer, 0);
    }
    if (gradients) {
      const most = Math.min(MAX_GRADIENTS, stop.maxIterations - iterations);
      const solved = tangentGradients(cells, wanted_A, most);
      iterations += solved.iterations;
      relaxed_A = solved.residual_A;
      failed = solved.iterations >= most;
    }
    kernel.wordLinesInjected(network.pointer, work.pointer);
  }
}

/**
 * The network of tangents by conjugate gradients on the bit lines, as for linear cells (conjugate-gradients.ts): word lines eliminated,
 * the relaxation as preconditioner. From work.b, until no node lacks more than `wanted_A`.
 */
function tangentGradients(
  { kernel, network: { pointer: net }, work, scaling: { s, sigma }, coarse }: CellsNetwork,
  wanted_A: number,
  most: number,
): { iterations: number; residual_A: number } {
  const own = work.pointer;
  const step = (alpha: number): { energy: number; residual_A: number } => {
    let energy = kernel.advance(net, own, alpha, coarse, work.returned.byteOffset);
    const residual_A = work.returned[0] / sigma;
    if (coarse) {
      kernel.coarseCorrection(net, own, 1);
      energy += kernel.coarseEnergy(net, own);
    }
    return { energy, residual_A };
  };
  work.p.fill(0);
  work.r.fill(0);
  kernel.injectedResidual(net, own, s);
  let { energy, residual_A } = step(1);
  kernel.newDirection(net, own, 0, coarse);
  let iterations = 0;
  while (residual_A > wanted_A && iterations < most && energy > 0) {
    const curvature = kernel.applyOperator(net, own, work.p.byteOffset, s, false);
    const next = step(energy / curvature);
    kernel.newDirection(net, own, next.energy / energy, coarse);
    ({ energy, residual_A } = next);
    iterations++;
  }
  return { iterations, residual_A };
}
