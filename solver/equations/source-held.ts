import type { CircuitEquations } from './circuit-equations.js';

/** Nodes that independent voltage sources hold against ground, by number, and at what voltage at time 0, V; ground is one of them. */
export function sourceHeld({ voltages }: CircuitEquations): Map<number, number> {
  const held = new Map<number, number>([[0, 0]]);
  for (let before = 0; before !== held.size; ) {
    before = held.size;
    for (const { from, to, source } of voltages) {
      const [plus, minus] = [held.get(from), held.get(to)];
      if (plus !== undefined && minus === undefined) held.set(to, plus - source.at(0));
      else if (minus !== undefined && plus === undefined) held.set(from, minus + source.at(0));
    }
  }
  return held;
}
