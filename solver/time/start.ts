import {
  CapacitorElement,
  InductorElement,
  Netlist,
  type NetlistElement,
} from '../../circuits/netlist/index.js';
import { type CircuitEquations, floatingNodes } from '../equations/index.js';
import { type OperatingPoint, OperatingPointSolver, operatingPoint } from '../mna/index.js';
import type { TimeSystem } from './time-system.js';

/** Holds a node at its initial voltage while the start is sought, Ω. */
const HOLD_OHM = 1e-9;
/** From a node that only charges hold to ground, while the start is sought, Ω: SPICE's gmin. */
const LEAK_OHM = 1e12;

/** Where a transient begins. */
export interface Start {
  readonly point: OperatingPoint | undefined;
  /** Nodes without a path for direct current, taken to be at 0 V. */
  readonly floating: readonly string[];
  /** No operating point has all switches stay: they were held as they start. */
  readonly switchesHeld: boolean;
}

/**
 * The operating point at time 0, states frozen, nodes with initial voltages held there.
 * @param ofElements the initial voltages of capacitors and currents of inductors are held too
 */
export function startAtRest(
  netlist: Netlist,
  system: TimeSystem,
  initial_V: ReadonlyMap<string, number>,
  x: Float64Array,
  ofElements = false,
): Start {
  const groups = floatingNodes(system.equations).filter(
    (group) =>
      !group.some(
        (node) =>
          initial_V.has(node) || system.equations.integralNodes.has(system.equations.nodeNumber(node)!),
      ),
  );
  // Most circuits start as they are.
  const asItIs = !ofElements && initial_V.size === 0 && groups.length === 0;
  const held = asItIs ? netlist : heldAtStart(netlist, initial_V, groups, ofElements);
  const sameEquations = asItIs && system.equations.integralNodes.size === 0;
  const solver = new OperatingPointSolver(held, {}, sameEquations ? system.equations : undefined);
  // A source with a DC value of its own stands where its waveform begins all the same, as in SPICE.
  for (const { element, source } of [...system.equations.voltages, ...system.equations.currents]) {
    if (source.at(0) !== source.dc) solver.setter(element)(source.at(0));
  }
  let found = solver.solve();
  // An oscillator made of switches has no point at which they all stay: it starts with them as they are said to be.
  const switchesHeld = found.status !== 'settled' && system.circuit.switches.count > 0;
  if (switchesHeld) {
    solver.coldStart();
    solver.switchesHeld = true;
    found = solver.solve();
  }
  const point = operatingPoint(found);
  const { position, branchOf } = system.unknowns;
  system.equations.nodeNames.forEach((name, node) => {
    if (node > 0) x[position[node]] = point.voltages_V[name];
  });
  for (const [name, branch] of branchOf) x[branch] = point.currents_A[name];
  return { point, floating: groups.flat(), switchesHeld };
}

/** The netlist with all that is held, and what leaks, while the start is sought. */
function heldAtStart(
  netlist: Netlist,
  initial_V: ReadonlyMap<string, number>,
  groups: readonly string[][],
  ofElements: boolean,
): Netlist {
  const held = new Netlist(netlist.title);
  for (const element of netlist.elements) {
    if (ofElements) holdElement(held, element);
    else held.add(element);
  }
  for (const [node, voltage_V] of netlist.startVoltages_V) held.startVoltages_V.set(node, voltage_V);
  for (const [node, voltage_V] of initial_V) {
    held.resistor(`.ic#${node}`, node, '0', HOLD_OHM);
    held.current(`.ic#i${node}`, '0', node, voltage_V / HOLD_OHM);
  }
  for (const group of groups) held.resistor(`.leak#${group[0]}`, group[0], '0', LEAK_OHM);
  return held;
}

/** A capacitor with its voltage held beside it; an inductor's current comes from a source, and through one of 0 V of its name. */
function holdElement(held: Netlist, element: NetlistElement): void {
  const [a, b] = element.nodes;
  if (element instanceof InductorElement && element.initial_A !== undefined) {
    const inner = `.ic#${element.name}`;
    held.voltage(element.name, a, inner, 0);
    held.current(inner, inner, b, element.initial_A);
    return;
  }
  held.add(element);
  if (element instanceof CapacitorElement && element.initial_V !== undefined) {
    held.resistor(`.ic#${element.name}`, a, b, HOLD_OHM);
    held.current(`.ic#i${element.name}`, b, a, element.initial_V / HOLD_OHM);
  }
}

/** Initial voltages and currents as they are given, all else at 0: `UIC`. */
export function startAsGiven(
  system: TimeSystem,
  initial_V: ReadonlyMap<string, number>,
  x: Float64Array,
): Start {
  const { equations, unknowns } = system;
  const given = new Map<number, number>([[0, 0]]);
  for (const { from, to, initial, presumed } of equations.charges) {
    if (initial !== undefined && presumed === undefined && to === 0) given.set(from, initial);
  }
  for (const [name, voltage_V] of initial_V) {
    const node = equations.nodeNumber(name);
    if (node !== undefined) given.set(node, voltage_V);
  }
  followSources(equations, given);
  for (const [node, voltage_V] of given) x[unknowns.position[node]] = voltage_V;
  for (const { element, initial } of equations.fluxes) {
    if (initial !== undefined) x[unknowns.branchOf.get(element)!] = initial;
  }
  return { point: undefined, floating: [], switchesHeld: false };
}

/** Nodes that sources or charges hold against given ones are given too: a state may stand behind a source that measures its current. */
function followSources({ voltages, charges }: CircuitEquations, given: Map<number, number>): void {
  const steps = [
    ...voltages.map(({ from, to, source }) => ({ from, to, across_V: source.at(0) })),
    ...charges
      .filter(({ initial, presumed }) => initial !== undefined && presumed === undefined)
      .map(({ from, to, initial }) => ({ from, to, across_V: initial! })),
  ];
  for (let more = true; more; ) {
    more = false;
    for (const { from, to, across_V } of steps) {
      const [plus, minus] = [given.get(from), given.get(to)];
      if ((plus === undefined) === (minus === undefined)) continue;
      if (plus === undefined) given.set(from, minus! + across_V);
      else given.set(to, plus - across_V);
      more = true;
    }
  }
}
