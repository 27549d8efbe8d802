import type { Netlist } from '../../circuits/netlist/index.js';
import { elementPoint } from '../../devices/elements/index.js';
import { CircuitEquations, floatingNodes, voltageLoops } from '../equations/index.js';

/** What is odd about a circuit, found without solving it. */
export interface CircuitDiagnosis {
  /** Groups of nodes without a path for direct current to ground. */
  readonly floatingNodes: readonly (readonly string[])[];
  /** Elements that close a loop of voltage sources and inductors, with the nodes they join. */
  readonly voltageLoops: readonly { readonly element: string; readonly nodes: readonly string[] }[];
  /** Elements that can give energy besides independent sources: negative resistances, controlled sources. */
  readonly activeElements: readonly string[];
  /** Nodes at which negative resistances take away all conductance: the node is unstable, or not determined. */
  readonly negativeNodes: readonly string[];
  /** Elements whose current falls with rising voltage somewhere: there may be several operating points. */
  readonly foldedElements: readonly string[];
}

/** Looks a circuit over: what may keep it from having one operating point, or any. */
export function diagnoseCircuit(netlist: Netlist): CircuitDiagnosis {
  const equations = new CircuitEquations(netlist);
  const active = new Set<string>();
  const folded = new Set<string>();
  for (const { element, model } of equations.twoTerminals) {
    if (!model.passive) active.add(element);
    if (!model.monotonic && !model.linear) folded.add(element);
  }
  for (const { element } of [...equations.controlledCurrents, ...equations.controlledVoltages])
    active.add(element);
  return {
    floatingNodes: floatingNodes(equations),
    voltageLoops: voltageLoops(equations),
    activeElements: [...active],
    negativeNodes: negativeNodes(equations),
    foldedElements: [...folded],
  };
}

/**
 * Nodes held by nothing but linear two-terminals whose conductances add up to no more than rounding error: with the
 * neighbours held, such a node would run away from any operating point.
 */
export function negativeNodes(equations: CircuitEquations): string[] {
  const sum_S = new Float64Array(equations.nodeCount);
  const size_S = new Float64Array(equations.nodeCount);
  const hasNegative = new Uint8Array(equations.nodeCount);
  const point = elementPoint();
  for (const { from, to, model, state } of equations.twoTerminals) {
    if (!model.linear) {
      // A junction may hold the node.
      sum_S[from] = sum_S[to] = Number.POSITIVE_INFINITY;
      continue;
    }
    if (from === to) continue;
    model.evaluate(1, state, point);
    const g = point.conductance_S;
    for (const node of [from, to]) {
      sum_S[node] += g;
      size_S[node] += Math.abs(g);
      if (g < 0) hasNegative[node] = 1;
    }
  }
  for (const { from, to } of [
    ...equations.voltages,
    ...equations.controlledVoltages,
    ...equations.fluxes,
    ...equations.controlledCurrents,
    ...equations.switches,
  ]) {
    sum_S[from] = sum_S[to] = Number.POSITIVE_INFINITY;
  }
  const names: string[] = [];
  for (let node = 1; node < equations.nodeCount; node++) {
    if (hasNegative[node] && sum_S[node] <= 1e-12 * size_S[node]) names.push(equations.nodeNames[node]);
  }
  return names;
}
