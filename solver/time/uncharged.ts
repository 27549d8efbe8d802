import { type CircuitEquations, type StoredRelation, sourceHeld } from '../equations/index.js';

/**
 * `UIC`: a charge that does not say at which voltage it starts has that of its nodes' initial voltages, 0 V where there is none,
 * whatever sources hold its ends at from time 0 on: a step at one end reaches the other. Given to the charges whose other end nothing
 * holds, and to those behind them.
 */
export function startUncharged(equations: CircuitEquations, initial_V: ReadonlyMap<string, number>): void {
  const { charges, voltages, nodeNames } = equations;
  const held = sourceHeld(equations);
  const own = charges.filter((charge) => charge.initial === undefined && isOwn(charge));
  const given_V = (node: number) => initial_V.get(nodeNames[node]) ?? 0;
  const reached = new Set<number>();
  for (const { from, to } of own) {
    const [inner, outer] = held.has(from) ? [to, from] : [from, to];
    if (!held.has(outer) || held.has(inner)) continue;
    if (held.get(outer) !== given_V(outer)) reached.add(inner);
  }
  if (reached.size === 0) return;
  const joined = new Map<number, number[]>();
  for (const { from, to } of [...own, ...voltages]) {
    if (held.has(from) || held.has(to)) continue;
    joined.set(from, [...(joined.get(from) ?? []), to]);
    joined.set(to, [...(joined.get(to) ?? []), from]);
  }
  for (const node of reached) for (const next of joined.get(node) ?? []) reached.add(next);
  charges.forEach((charge, k) => {
    const { from, to, initial } = charge;
    if (initial !== undefined || !isOwn(charge) || !(reached.has(from) || reached.has(to))) return;
    charges[k] = { ...charge, initial: given_V(from) - given_V(to), presumed: true };
  });
}

/** A function of the voltage between its own ends. */
function isOwn({ from, to, controls }: StoredRelation): boolean {
  const [control] = controls;
  return (
    controls.length === 1 && 'plus' in control && control.plus === from && control.minus === to && from !== to
  );
}
