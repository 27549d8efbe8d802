import { eventLoopTurn, inputError, type Status } from '../../core/index.js';
import type { Nudge } from '../../devices/contract/index.js';
import { eulerSteps, type HopfieldParameters, hopfieldDrive, iterate } from '../hopfield/index.js';
import { OutputPull } from '../layered/index.js';
import type { Within } from './within.js';

/** How the leaky integrators of a Hopfield network are followed. */
export interface HopfieldSettlingOptions {
  /** The Euler step ε, in time constants of the leak. */
  readonly epsilon: number;
  readonly within: Within;
  /** Given up after so many time constants. */
  readonly longest: number;
  readonly signal?: AbortSignal;
  /** Called at the start and after every step. */
  readonly watch?: (time: number, states: Float64Array) => void;
}

/** How a phase of leaky integrators settled. Times are dimensionless: in time constants of the leak. */
export interface SettledIntegrators {
  readonly status: Extract<Status, 'settled' | 'stopped-early' | 'aborted'>;
  readonly settling: number;
  readonly outputSettling: number;
  readonly tolerance: number;
  readonly outputTolerance: number;
  readonly followed: number;
  /** Euler steps. */
  readonly steps: number;
  /** Of every layer at rest. */
  readonly rest: readonly Float64Array[];
}

/** At rest nothing moves any more by so much in a time constant. */
const AT_REST = 1e-9;
const TURN_MS = 40;

/**
 * The founding paper's dynamics, ds/dt = −∂E/∂s − β ∂C/∂s on [0, 1], by its Euler steps of ε (Scellier & Bengio 2017, eqs 4
 * and 20): dimensionless, as its states are. Followed until nothing moves, and then looked back over: such an energy may have
 * several minima, and the one that matters is the one that was reached.
 * @param start states of each layer
 */
export async function settleHopfield(
  parameters: HopfieldParameters,
  inputs: Float64Array,
  start: readonly Float64Array[],
  nudge: Nudge | undefined,
  options: HopfieldSettlingOptions,
): Promise<SettledIntegrators> {
  const { epsilon, within, longest, signal, watch } = options;
  const states = start.map((layer) => layer.slice());
  const outputs = states[states.length - 1].length;
  if (nudge !== undefined && !['current', 'current-held', 'conductance'].includes(nudge.kind)) {
    throw inputError(
      'settle.nudge',
      `settle: a nudge of kind "${nudge.kind}" is no pull at the outputs; ask for --phases free, or a run with training.nudge current or current-held`,
    );
  }
  const pull = nudge && new OutputPull(nudge, outputs);
  const drive = hopfieldDrive(parameters, inputs, 1);
  const relaxation = eulerSteps(epsilon);
  const flat = (): Float64Array => Float64Array.from(states.flatMap((layer) => [...layer]));
  const seen = [flat()];
  watch?.(0, seen[0]);
  let status: SettledIntegrators['status'] = 'settled';
  let turn = performance.now();
  while (true) {
    const residual = iterate(parameters, drive, states, relaxation, pull);
    if (residual <= AT_REST) break;
    if ((seen.length - 1) * epsilon >= longest) status = 'stopped-early';
    else if (signal?.aborted) status = 'aborted';
    if (status !== 'settled') break;
    seen.push(flat());
    watch?.((seen.length - 1) * epsilon, seen[seen.length - 1]);
    if (performance.now() - turn < TURN_MS) continue;
    await eventLoopTurn();
    turn = performance.now();
  }
  const rest = seen[seen.length - 1];
  const n = rest.length;
  const of = (from: number) => {
    const distances = seen.map((at) => {
      let most = 0;
      for (let k = from; k < n; k++) most = Math.max(most, Math.abs(at[k] - rest[k]));
      return most;
    });
    const tolerance = 'share' in within ? within.share * distances[0] : within.voltage_V;
    const last = distances.findLastIndex((distance) => distance > tolerance);
    // On a straight line between two steps.
    const beyond = last < 0 ? 0 : (distances[last] - tolerance) / (distances[last] - distances[last + 1]);
    return {
      tolerance,
      time: status === 'settled' ? (last < 0 ? 0 : (last + beyond) * epsilon) : Number.NaN,
    };
  };
  const [all, ofOutputs] = [of(0), of(n - outputs)];
  return {
    status,
    settling: Math.max(all.time, ofOutputs.time),
    outputSettling: ofOutputs.time,
    tolerance: all.tolerance,
    outputTolerance: ofOutputs.tolerance,
    followed: (seen.length - 1) * epsilon,
    steps: seen.length - 1,
    rest: states,
  };
}
