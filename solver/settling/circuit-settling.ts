import type { Netlist } from '../../circuits/netlist/index.js';
import { formatQuantity, inputError, isUsable, runError, statusRemedy } from '../../core/index.js';
import { CircuitEquations } from '../equations/index.js';
import { OperatingPointSolver, operatingPoint } from '../mna/index.js';
import { solveTransient, type TransientWaveforms } from '../time/index.js';
import { drivenNodes, requireStill, wantedNodes, withLoads } from './circuit-nodes.js';
import { notSettled, othersMove, standsStill, unrestOf } from './circuit-rest.js';
import { ENERGY, restPower, unitOf, withMeter } from './energy-meter.js';
import type { Within } from './within.js';

/** How a circuit's settling is followed. */
export interface CircuitSettlingOptions {
  /** From every node to ground that no source holds, besides what the circuit has, F. */
  readonly capacitance_F?: number;
  /** Nodes that are to settle; all that no source holds where nothing is said. */
  readonly nodes?: readonly string[];
  readonly within: Within;
  /** Given up after so much simulated time, s. */
  readonly longest_s: number;
  /** Voltages at which nodes begin, V; 0 V elsewhere. */
  readonly initialVoltages_V?: ReadonlyMap<string, number>;
  readonly signal?: AbortSignal;
  /** Called now and then with the time reached, and where it is to end, s. */
  readonly progress?: (reached_s: number, until_s: number) => void;
}

/** How a circuit settled after its sources were switched on. */
export interface SettledCircuit {
  readonly settling_s: number;
  readonly tolerance_V: number;
  /** The nodes that were to settle, and where they come to rest, V. */
  readonly nodes: readonly string[];
  readonly rest_V: Float64Array;
  /** By independent sources, until then, J; and at rest, W. */
  readonly delivered_J: number;
  readonly restPower_W: number;
  readonly steps: number;
  /** Of the nodes, V. */
  readonly times_s: Float64Array;
  readonly waveforms_V: readonly Float64Array[];
}

const RELTOL = 1e-6;
const VNTOL = 1e-9;
/** The first time that is tried, s, and what it grows by. */
const SHORTEST_S = 1e-12;
const GROWTH = 30;
/** How far the run that counts goes beyond the settling time. */
const BEYOND = 1.5;
/** Of the largest voltage: what is nearer is rounding. */
const ROUNDING = 1e-12;

/**
 * All sources of a circuit are switched on at once, from 0 V everywhere (or from `.ic`): how long until its nodes stay near the
 * operating point, and what its sources deliver until then.
 * @returns nothing where it was interrupted
 * @throws `settle.capacitance`, `settle.source`, `settle.node`, `settle.within` (exit code 2); `settle.not-settled`, `settle.no-rest` (exit code 1)
 */
export async function settleCircuit(
  circuit: Netlist,
  options: CircuitSettlingOptions,
): Promise<SettledCircuit | undefined> {
  const { within, longest_s } = options;
  const equations = new CircuitEquations(circuit);
  requireStill(equations);
  const driven = drivenNodes(equations);
  const free = circuit.nodes().filter((node) => !driven.has(node));
  const loaded = withLoads(circuit, free, options.capacitance_F);
  const stores = new CircuitEquations(loaded);
  const nodes = wantedNodes(options.nodes, free, circuit.nodes());
  if (stores.charges.length + stores.fluxes.length + stores.capacitances.length === 0) {
    throw inputError(
      'settle.capacitance',
      'settle: nothing in this circuit takes time: it has no capacitance and no inductance; say what every node has, for instance --node-capacitance 1pF',
    );
  }
  const point = operatingPoint(new OperatingPointSolver(circuit).solve());
  if (!isUsable(point.status)) {
    throw runError(
      'settle.no-rest',
      `settle: the circuit has no operating point to settle to: ${statusRemedy[point.status]}`,
    );
  }
  const rest_V = Float64Array.from(nodes, (node) => point.voltages_V[node]);
  const start_V = Float64Array.from(nodes, (node) => options.initialVoltages_V?.get(node) ?? 0);
  const change_V = rest_V.reduce((most, v, k) => Math.max(most, Math.abs(v - start_V[k])), 0);
  const tolerance_V = 'share' in within ? within.share * change_V : within.voltage_V;
  const energyUnit_F = unitOf(stores);
  const inductors = stores.fluxes.map(({ element }) => element);
  const metered = withMeter(loaded, equations, energyUnit_F);
  for (let until_s = Math.min(SHORTEST_S, longest_s); ; until_s = Math.min(longest_s, GROWTH * until_s)) {
    const coarse = await follow(metered, until_s, options);
    if (coarse === undefined) return undefined;
    const settling_s = settlingTime(coarse.value, nodes, rest_V, tolerance_V);
    const settles = settling_s <= 0.9 * until_s;
    // What else moves may move them later, from the rest in which they began as well.
    const unrest = settles ? unrestOf(coarse.value, point, inductors, tolerance_V) : undefined;
    if (until_s < longest_s && (!settles || unrest !== undefined)) continue;
    if (!settles) throw notSettled(circuit, coarse.value, nodes, rest_V, { until_s, tolerance_V });
    if (unrest !== undefined && !standsStill(coarse.value, tolerance_V, inductors))
      throw othersMove(unrest, until_s);
    if (settling_s > 0) requireCoarser(tolerance_V, coarse.value, nodes);
    const fine = settling_s === 0 ? coarse : await follow(metered, BEYOND * settling_s, options);
    if (fine === undefined) return undefined;
    const { value, steps } = fine;
    const exact_s = settlingTime(value, nodes, rest_V, tolerance_V);
    return {
      settling_s: exact_s,
      tolerance_V,
      nodes,
      rest_V,
      delivered_J: exact_s === 0 ? 0 : energyUnit_F * at(value.time_s, value.voltages_V[ENERGY], exact_s),
      restPower_W: restPower(equations, point),
      steps,
      times_s: value.time_s,
      waveforms_V: nodes.map((node) => value.voltages_V[node]),
    };
  }
}

async function follow(
  netlist: Netlist,
  stop_s: number,
  { signal, progress, initialVoltages_V }: CircuitSettlingOptions,
): Promise<{ value: TransientWaveforms; steps: number } | undefined> {
  const analysis = { step_s: stop_s, stop_s, start_s: 0, maxStep_s: undefined, useInitial: true };
  const { value, status, stats } = await solveTransient(netlist, analysis, {
    reltol: RELTOL,
    vntol: VNTOL,
    ...(initialVoltages_V === undefined ? {} : { initialVoltages_V }),
    ...(signal === undefined ? {} : { signal }),
    ...(progress === undefined ? {} : { progress: (reached_s: number) => progress(reached_s, stop_s) }),
  });
  if (status === 'aborted') return undefined;
  if (!isUsable(status)) {
    const where = stats.worst === '' ? '' : ` at ${stats.worst}`;
    throw runError(
      'settle.not-followed',
      `settle: the circuit could not be followed beyond ${formatQuantity(stats.reached_s, 's')}${where}. ${statusRemedy[status]}`,
    );
  }
  return { value, steps: stats.steps };
}

/** The last time at which a node is beyond the tolerance of its rest, s. */
function settlingTime(
  { time_s, voltages_V }: TransientWaveforms,
  nodes: readonly string[],
  rest_V: Float64Array,
  tolerance_V: number,
): number {
  let last_s = 0;
  for (const [k, node] of nodes.entries()) {
    const v = voltages_V[node];
    for (let i = v.length - 1; i >= 0; i--) {
      const off = Math.abs(v[i] - rest_V[k]);
      if (!(off > tolerance_V)) continue;
      if (i === v.length - 1) return time_s[i];
      const next = Math.abs(v[i + 1] - rest_V[k]);
      // Distances fall like exponentials.
      const share =
        next > 0 ? Math.log(off / tolerance_V) / Math.log(off / next) : (off - tolerance_V) / (off - next);
      last_s = Math.max(last_s, time_s[i] + share * (time_s[i + 1] - time_s[i]));
      break;
    }
  }
  return last_s;
}

/** A share of no change at all, or of one that is all rounding, is no distance that a node could be told to be within. */
function requireCoarser(
  tolerance_V: number,
  { voltages_V }: TransientWaveforms,
  nodes: readonly string[],
): void {
  const scale_V = nodes.reduce(
    (most, node) => voltages_V[node].reduce((a, v) => Math.max(a, Math.abs(v)), most),
    0,
  );
  if (tolerance_V > ROUNDING * scale_V) return;
  throw inputError(
    'settle.within',
    `settle: ${formatQuantity(tolerance_V, 'V')} is too near to tell where nodes reach ${formatQuantity(scale_V, 'V')}: a share is of how far their rest lies from where they began; say a voltage with --lsb`,
  );
}

/** A value between two points of a curve. */
function at(time_s: Float64Array, values: Float64Array, when_s: number): number {
  const after = time_s.findIndex((time) => time >= when_s);
  if (after <= 0) return values[Math.max(after, 0)];
  const share = (when_s - time_s[after - 1]) / (time_s[after] - time_s[after - 1]);
  return values[after - 1] + share * (values[after] - values[after - 1]);
}
