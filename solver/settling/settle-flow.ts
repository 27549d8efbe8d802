import { eventLoopTurn, formatQuantity, inputError, type Status } from '../../core/index.js';
import { coupled, type Flow, powerNames, powersAt, stored_J } from './flow.js';
import { FlowFollower } from './follower.js';
import { restOf } from './rest.js';
import { SettlingClock } from './settling-clock.js';
import type { Within } from './within.js';

/** How a phase is followed. */
export interface SettleFlowOptions {
  readonly within: Within;
  /** Given up after so much simulated time, s. */
  readonly longest_s: number;
  /** Estimated error of a step, as a share of the largest change of a node; 2e-6. */
  readonly tolerance?: number;
  readonly signal?: AbortSignal;
  /** Called at the start and after every step. */
  readonly watch?: (time_s: number, voltages: Float64Array) => void;
}

/** How a phase settled. */
export interface SettledPhase {
  readonly status: Extract<Status, 'settled' | 'stopped-early' | 'not-passive' | 'aborted'>;
  /** Until all nodes and the outputs stay within their tolerance of their rest, s; and until the outputs do. */
  readonly settling_s: number;
  readonly outputSettling_s: number;
  /** Tolerances, V: of all nodes and of the outputs. */
  readonly tolerance_V: number;
  readonly outputTolerance_V: number;
  /** Until then, J. */
  readonly energy: PhaseEnergy;
  /** Delivered at rest, W: what every further second takes. */
  readonly restPower_W: number;
  /** Simulated, s. */
  readonly followed_s: number;
  readonly steps: number;
  /** Times at which diodes turned. */
  readonly turns: number;
  /** Of all nodes at rest, V. */
  readonly rest_V: Float64Array;
}

/** Energies of a phase, J. */
export interface PhaseEnergy {
  /** By inputs, biases and nudge together, and apart. */
  readonly delivered_J: number;
  readonly inputs_J: number;
  readonly biases_J: number;
  readonly nudge_J: number;
  readonly dissipated_J: number;
  /** What the capacitances gained. */
  readonly stored_J: number;
  /** Delivered less dissipated and stored, as a share of the largest of them: what following it in time got wrong. */
  readonly imbalance: number;
}

const TURN_MS = 40;
/** Least tolerance, beside the largest change: below it steps would be wrong by as much. */
const SMALLEST_SHARE = 1e-6;
/** Of the largest voltage: what is nearer is rounding. */
const ROUNDING = 1e-14;

/**
 * Follows a flow from its start until all nodes stay within the tolerance of where they come to rest.
 * @param outputs nodes at the end of the flow that are outputs
 * @throws `settle.within` (exit code 2) for a tolerance that rounding hides
 */
export async function settleFlow(
  flow: Flow,
  start_V: Float64Array,
  outputs: number,
  options: SettleFlowOptions,
): Promise<SettledPhase> {
  const { within, longest_s, signal, watch, tolerance = 2e-6 } = options;
  const n = start_V.length;
  const rest_V = restOf(flow, start_V);
  if (rest_V === undefined) return unsettled('not-passive', start_V);
  const largest = (from: number) => {
    let most = 0;
    for (let k = from; k < n; k++) most = Math.max(most, Math.abs(rest_V[k] - start_V[k]));
    return most;
  };
  const change_V = largest(0) || Number.MIN_VALUE;
  const outputChange_V = Math.max(largest(n - outputs), SMALLEST_SHARE * change_V);
  const toleranceOf = (change: number) => ('share' in within ? within.share * change : within.voltage_V);
  const scales_V = new Float64Array(n).fill(change_V).fill(outputChange_V, n - outputs);
  // What is asked for may be finer than a step is exact.
  const fineness = Math.min(1, (10 * toleranceOf(change_V)) / change_V);
  const follower = new FlowFollower(flow, start_V, {
    scales_V,
    tolerance: tolerance * Math.max(fineness, 1e-4),
  });
  const groups = [
    { from: 0, to: n, tolerance_V: toleranceOf(change_V) },
    { from: n - outputs, to: n, tolerance_V: toleranceOf(outputChange_V) },
  ];
  const reach_V = rest_V.reduce((most, v, k) => Math.max(most, Math.abs(v), Math.abs(start_V[k])), 0);
  if ('voltage_V' in within && within.voltage_V < ROUNDING * reach_V) throw tooNear(within, reach_V);
  const clock = new SettlingClock(rest_V, groups, flow.capacitances_F, follower.after);
  watch?.(0, start_V);
  let turn = performance.now();
  let status: SettledPhase['status'] = 'settled';
  while (!clock.isOver(follower.after)) {
    if (follower.after.time_s >= longest_s) status = 'stopped-early';
    else if (signal?.aborted) status = 'aborted';
    else if (!follower.advance(longest_s)) status = 'not-passive';
    if (status !== 'settled') break;
    clock.see(follower.before, follower.after);
    watch?.(follower.after.time_s, follower.after.voltages);
    if (performance.now() - turn < TURN_MS) continue;
    await eventLoopTurn();
    turn = performance.now();
  }
  // Rounding keeps a node outside, however long it is followed.
  const hidden = groups.some(({ tolerance_V }) => tolerance_V < ROUNDING * reach_V);
  if (status === 'stopped-early' && (hidden || follower.after.time_s === Number.POSITIVE_INFINITY))
    throw tooNear(within, reach_V);
  const [all, ofOutputs] = clock.moments;
  const later =
    all === undefined || ofOutputs === undefined
      ? undefined
      : ofOutputs.time_s > all.time_s
        ? ofOutputs
        : all;
  const [inputs_J, biases_J, nudge_J, dissipated_J] = later?.energies_J ?? powerNames.map(() => Number.NaN);
  const delivered_J = inputs_J + biases_J + nudge_J;
  const gained_J =
    later === undefined ? Number.NaN : stored_J(flow, later.voltages) - stored_J(flow, start_V);
  const size_J = Math.max(Math.abs(delivered_J), Math.abs(dissipated_J), Math.abs(gained_J));
  const coupled_A = new Float64Array(n);
  coupled(flow, rest_V, coupled_A);
  const powers_W = new Float64Array(powerNames.length);
  powersAt(flow, rest_V, coupled_A, powers_W);
  return {
    status,
    settling_s: later?.time_s ?? Number.NaN,
    outputSettling_s: ofOutputs?.time_s ?? Number.NaN,
    tolerance_V: groups[0].tolerance_V,
    outputTolerance_V: groups[1].tolerance_V,
    energy: {
      delivered_J,
      inputs_J,
      biases_J,
      nudge_J,
      dissipated_J,
      stored_J: gained_J,
      imbalance: size_J === 0 ? 0 : (delivered_J - dissipated_J - gained_J) / size_J,
    },
    restPower_W: powers_W[0] + powers_W[1] + powers_W[2],
    followed_s: follower.after.time_s,
    steps: follower.steps,
    turns: follower.turns - 1,
    rest_V,
  };
}

/** What is asked for cannot be told from rounding: no time would do. */
function tooNear(within: Within, reach_V: number): Error {
  const least_V = Math.max(100 * ROUNDING * reach_V, 'share' in within ? 0 : 10 * within.voltage_V);
  const least = formatQuantity(least_V, 'V');
  const [asked, instead] =
    'share' in within
      ? [`--within ${within.share}`, `ask for a larger share, or for ${least} and more with --lsb`]
      : [`--lsb ${formatQuantity(within.voltage_V, 'V')}`, `ask for ${least} and more`];
  return inputError(
    'settle.within',
    `settle: ${asked} is too near to tell from rounding where nodes reach ${formatQuantity(reach_V, 'V')}; ${instead}`,
  );
}

function unsettled(status: SettledPhase['status'], start_V: Float64Array): SettledPhase {
  const none = Number.NaN;
  return {
    status,
    settling_s: none,
    outputSettling_s: none,
    tolerance_V: none,
    outputTolerance_V: none,
    energy: {
      delivered_J: none,
      inputs_J: none,
      biases_J: none,
      nudge_J: none,
      dissipated_J: none,
      stored_J: none,
      imbalance: none,
    },
    restPower_W: none,
    followed_s: 0,
    steps: 0,
    turns: 0,
    rest_V: start_V,
  };
}
