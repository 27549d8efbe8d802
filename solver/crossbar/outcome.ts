import type { CrossbarKernel, CrossbarWork } from '../../kernels/index.js';
import type { Scaling } from './scaling.js';

/** How the voltages were found, quickest first. */
export const crossbarMethods = [
  'relaxation',
  'conjugate-gradients',
  'merged-lines',
  'direct',
  'newton',
  'operating-point',
] as const;

/** The name of a way to find the voltages. */
export type CrossbarMethod = (typeof crossbarMethods)[number];

/** When to stop. */
export interface CrossbarStop {
  /** Largest net current into a node, relative to the largest device current. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

/** A crossbar made ready: its factors in kernel memory. */
export interface PreparedNetwork {
  readonly kernel: CrossbarKernel;
  /** Where the kernel finds it. */
  readonly pointer: number;
  readonly scaling: Scaling;
  /** Whether the coarse operator could be factored. */
  readonly coarse: boolean;
  /** Cells that conduct more than 8 times as well as the wires. */
  readonly shorts: number;
  /** Largest cell conductance, S. */
  readonly largest_S: number;
}

/** How one input vector ended. */
export interface Relaxed {
  readonly method: CrossbarMethod;
  readonly iterations: number;
  /** Largest net current into a node, A. */
  readonly kclResidual_A: number;
  readonly largestCurrent_A: number;
  readonly settled: boolean;
  /** Settled as far as the last bits of voltages let it, which is not the tolerance asked for. */
  readonly rounded: boolean;
}

/** What the voltages themselves say. */
export interface Checked {
  /** Largest net current into a node, A. */
  readonly kclResidual_A: number;
  readonly largestCurrent_A: number;
  /** What the residual may be by the tolerance. */
  readonly asked_A: number;
  /** What it may be where nothing better comes: what the last bit of a voltage makes of the largest conductance, up to `MAX_ROUNDING`. */
  readonly bound_A: number;
}

/** Whether the residual is what was asked for, or what rounding leaves. */
export function verdictOf({
  kclResidual_A,
  asked_A,
  bound_A,
}: Checked): Pick<Relaxed, 'settled' | 'rounded'> {
  const rounded = kclResidual_A > asked_A && kclResidual_A <= bound_A;
  return { settled: kclResidual_A <= asked_A || rounded, rounded };
}

/** Shorts so good that the last bit of a voltage is more than this share of the largest current leave no solution. */
export const MAX_ROUNDING = 1e-3;

/**
 * Word lines for the final bit lines into work.z, currents into work.rowCurrents and work.columnCurrents, and
 * Kirchhoff's law from the voltages themselves. Where wires are so good that a drop along one is lost in the last bit
 * of a voltage, the net current cannot be had from the voltages; then `relaxed_A`, the iteration's own, stands.
 */
export function finish(
  prepared: PreparedNetwork,
  work: CrossbarWork,
  relaxed_A: number,
  drive_V: number,
  tolerance: number,
): Checked {
  const { kernel, pointer, scaling, largest_S } = prepared;
  const largestCurrent_A = kernel.finish(
    pointer,
    work.pointer,
    scaling.s,
    1 / scaling.sigma,
    work.returned.byteOffset,
  );
  const measured_A = work.returned[0];
  const lastBit_V = 4 * Number.EPSILON * drive_V;
  const resolved =
    lastBit_V / scaling.leastColumn_ohm < tolerance * largestCurrent_A || Number.isNaN(largestCurrent_A);
  const asked_A = tolerance * largestCurrent_A;
  return {
    kclResidual_A: resolved ? measured_A : relaxed_A,
    largestCurrent_A,
    asked_A,
    bound_A: Math.max(asked_A, Math.min(lastBit_V * largest_S, MAX_ROUNDING * largestCurrent_A)),
  };
}
