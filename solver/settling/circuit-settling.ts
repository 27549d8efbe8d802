import { Netlist } from '../../circuits/netlist/index.js';
import { formatQuantity, inputError, isUsable, runError, statusRemedy } from '../../core/index.js';
import { CircuitEquations } from '../equations/index.js';
import { OperatingPointSolver, operatingPoint } from '../mna/index.js';
import { solveTransient, type TransientWaveforms } from '../time/index.js';
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
const ENERGY = '#energy';

/**
 * All sources of a circuit are switched on at once, from 0 V everywhere (or from `.ic`): how long until its nodes stay near the
 * operating point, and what its sources deliver until then.
 * @returns nothing where it was interrupted
 * @throws `settle.capacitance`, `settle.source`, `settle.node` (exit code 2); `settle.not-settled`, `settle.no-rest` (exit code 1)
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
  if (stores.charges.length + stores.fluxes.length + stores.capacitances.length === 0) {
    throw inputError(
      'settle.capacitance',
      'settle: nothing in this circuit takes time: it has no capacitance and no inductance; say what every node has, for instance --node-capacitance 1pF',
    );
  }
  const nodes = wantedNodes(options.nodes, free, circuit.nodes());
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
  const metered = withMeter(loaded, equations, energyUnit_F);
  for (let until_s = Math.min(SHORTEST_S, longest_s); ; until_s = Math.min(longest_s, GROWTH * until_s)) {
    const coarse = await follow(metered, until_s, options);
    if (coarse === undefined) return undefined;
    const settling_s = settlingTime(coarse.value, nodes, rest_V, tolerance_V);
    if (settling_s > 0.9 * until_s) {
      if (until_s < longest_s) continue;
      throw notSettled(coarse.value, nodes, rest_V, { until_s, tolerance_V });
    }
    const fine = settling_s === 0 ? coarse : await follow(metered, BEYOND * settling_s, options);
    if (fine === undefined) return undefined;
    const { value, steps } = fine;
    const exact_s = settlingTime(value, nodes, rest_V, tolerance_V);
    return {
      settling_s: exact_s,
      tolerance_V,
      nodes,
      rest_V,
      delivered_J: energyUnit_F * at(value.time_s, value.voltages_V[ENERGY], exact_s),
      restPower_W: restPower(equations, point),
      steps,
      times_s: value.time_s,
      waveforms_V: nodes.map((node) => value.voltages_V[node]),
    };
  }
}

type Point = ReturnType<typeof operatingPoint>;

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

/** A value between two points of a curve. */
function at(time_s: Float64Array, values: Float64Array, when_s: number): number {
  const after = time_s.findIndex((time) => time >= when_s);
  if (after <= 0) return values[Math.max(after, 0)];
  const share = (when_s - time_s[after - 1]) / (time_s[after] - time_s[after - 1]);
  return values[after - 1] + share * (values[after] - values[after - 1]);
}

function requireStill(equations: CircuitEquations): void {
  const moving = [...equations.voltages, ...equations.currents].find(({ source }) => source.still !== true);
  const timed = [...equations.controlledCurrents, ...equations.controlledVoltages].find(({ controls }) =>
    controls.some((control) => 'time' in control),
  );
  const name = moving?.element ?? timed?.element;
  if (name === undefined) return;
  throw inputError(
    'settle.source',
    `settle: ${name} changes with time, so that there is no rest to settle to; give it its last value (DC), or follow it by circuit run with a .tran card`,
  );
}

/** Nodes that voltage sources hold against ground. */
function drivenNodes({ voltages, nodeNames }: CircuitEquations): Set<string> {
  const held = new Set<number>([0]);
  for (let before = 0; before !== held.size; ) {
    before = held.size;
    for (const { from, to } of voltages) {
      if (held.has(from)) held.add(to);
      else if (held.has(to)) held.add(from);
    }
  }
  return new Set([...held].map((node) => nodeNames[node]));
}

function withLoads(circuit: Netlist, nodes: readonly string[], capacitance_F: number | undefined): Netlist {
  const loaded = new Netlist(circuit.title);
  for (const element of circuit.elements) loaded.add(element);
  if (capacitance_F !== undefined) {
    for (const node of nodes) loaded.capacitor(`c#load#${node}`, node, '0', capacitance_F);
  }
  return loaded;
}

function wantedNodes(
  asked: readonly string[] | undefined,
  free: readonly string[],
  all: readonly string[],
): readonly string[] {
  const nodes = asked?.map((node) => node.toLowerCase()) ?? free;
  const unknown = nodes.find((node) => !all.includes(node));
  if (unknown !== undefined) {
    throw inputError(
      'settle.node',
      `--nodes ${unknown}: the circuit has no such node; there are ${all.slice(0, 12).join(', ')}${all.length > 12 ? ' …' : ''}`,
    );
  }
  if (nodes.length === 0) {
    throw inputError(
      'settle.node',
      'settle: every node of this circuit is held by a source; nothing settles',
    );
  }
  return nodes;
}

/** What energies are measured in: the largest capacitance, F, times 1 V². */
function unitOf({ charges }: CircuitEquations): number {
  let most = 0;
  for (const { law, controls } of charges) {
    if (controls.length !== 1) continue;
    most = Math.max(most, Math.abs(law.evaluate(Float64Array.of(1), new Float64Array(1))));
  }
  return most > 0 ? most : 1e-12;
}

/** A node whose voltage is what sources have delivered so far: the power of each is a current into one capacitor. */
function withMeter(
  circuit: Netlist,
  { voltages, currents, nodeNames }: CircuitEquations,
  unit_F: number,
): Netlist {
  const metered = new Netlist(circuit.title);
  for (const element of circuit.elements) metered.add(element);
  metered.capacitor(`c${ENERGY}`, ENERGY, '0', unit_F, 0);
  for (const { element, source } of voltages) {
    if (source.dc !== 0) metered.currentControlledCurrent(`f#${element}`, '0', ENERGY, element, -source.dc);
  }
  for (const { element, from, to, source } of currents) {
    if (source.dc === 0) continue;
    metered.voltageControlledCurrent(`g#${element}`, '0', ENERGY, nodeNames[to], nodeNames[from], source.dc);
  }
  return metered;
}

function restPower({ voltages, currents, nodeNames }: CircuitEquations, point: Point): number {
  const v = (node: number) => (node === 0 ? 0 : point.voltages_V[nodeNames[node]]);
  let sum = 0;
  for (const { element, source } of voltages) sum -= source.dc * point.currents_A[element];
  for (const { from, to, source } of currents) sum += source.dc * (v(to) - v(from));
  return sum;
}

function notSettled(
  { time_s, voltages_V }: TransientWaveforms,
  nodes: readonly string[],
  rest_V: Float64Array,
  { until_s, tolerance_V }: { until_s: number; tolerance_V: number },
) {
  const half = time_s.findIndex((time) => time >= until_s / 2);
  const away = nodes.map((node, k) => Math.abs(voltages_V[node][time_s.length - 1] - rest_V[k]));
  const worst = away.indexOf(Math.max(...away));
  const v = voltages_V[nodes[worst]];
  const end_V = v[v.length - 1];
  const rests = v.subarray(half).every((value) => Math.abs(value - end_V) <= tolerance_V);
  const why = rests
    ? `it rests at ${formatQuantity(end_V, 'V')}, while the operating point has ${formatQuantity(rest_V[worst], 'V')}: the circuit has several; .ic begins nearer to the one that is meant`
    : 'it goes on moving: a circuit that oscillates never settles, a slow one needs more time (--longest)';
  return runError(
    'settle.not-settled',
    `settle: not settled after ${formatQuantity(until_s, 's')} were simulated: node ${nodes[worst]} is ${formatQuantity(away[worst], 'V')} from its rest, and ${why}`,
  );
}
