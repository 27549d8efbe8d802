import { Netlist } from '../../circuits/netlist/index.js';
import { inputError } from '../../core/index.js';
import { type CircuitEquations, sourceHeld } from '../equations/index.js';

/** @throws `settle.source` where a source changes with time */
export function requireStill(equations: CircuitEquations): void {
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
export function drivenNodes(equations: CircuitEquations): Set<string> {
  return new Set([...sourceHeld(equations).keys()].map((node) => equations.nodeNames[node]));
}

/** The circuit with a capacitance from each of `nodes` to ground. */
export function withLoads(
  circuit: Netlist,
  nodes: readonly string[],
  capacitance_F: number | undefined,
): Netlist {
  const loaded = new Netlist(circuit.title);
  for (const element of circuit.elements) loaded.add(element);
  if (capacitance_F !== undefined) {
    for (const node of nodes) loaded.capacitor(`c#load#${node}`, node, '0', capacitance_F);
  }
  return loaded;
}

/** @throws `settle.node` */
export function wantedNodes(
  asked: readonly string[] | undefined,
  free: readonly string[],
  all: readonly string[],
): readonly string[] {
  const nodes = asked === undefined ? free : [...new Set(asked.map((node) => node.toLowerCase()))];
  const unknown = nodes.find((node) => !all.includes(node));
  if (unknown !== undefined) {
    throw inputError(
      'settle.node',
      `--nodes ${unknown}: the circuit has no such node; there are ${all.slice(0, 12).join(', ')}${all.length > 12 ? ' …' : ''}`,
    );
  }
  if (free.length === 0) {
    throw inputError(
      'settle.node',
      'settle: every node of this circuit is held by a source; nothing settles',
    );
  }
  const held = nodes.find((node) => !free.includes(node));
  if (held !== undefined) {
    throw inputError(
      'settle.node',
      `--nodes ${held}: a source holds this node, which settles nowhere; there are ${free.slice(0, 12).join(', ')}${free.length > 12 ? ' …' : ''}`,
    );
  }
  return nodes;
}
