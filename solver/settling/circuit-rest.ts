import { Netlist } from '../../circuits/netlist/index.js';
import { formatQuantity, isUsable, type OhmpropError, runError } from '../../core/index.js';
import { type OperatingPoint, OperatingPointSolver, operatingPoint } from '../mna/index.js';
import type { TransientWaveforms } from '../time/index.js';

/** Shares of a current's or a state's largest value: nearer than the first to its rest is not asked for, further than the second is not at rest. */
const [FINEST, COARSEST] = [1e-6, 1e-2];

/** How far from its rest something was where a run ended. */
export interface Unrest {
  /** A node, an inductor or an element with a state. */
  readonly name: string;
  readonly unit: 'V' | 'A' | '';
  readonly away: number;
}

/**
 * What of a whole circuit had not come to rest where a run ended: nodes that stand still for now may be moved by it later. Voltages
 * count beyond the tolerance, currents and states beyond the share of their largest value that the tolerance is of the largest voltage.
 * @returns nothing where all is at rest
 */
export function unrestOf(
  { voltages_V, currents_A, states }: TransientWaveforms,
  point: OperatingPoint,
  inductors: readonly string[],
  tolerance_V: number,
): Unrest | undefined {
  let scale_V = 0;
  for (const node of Object.keys(point.voltages_V)) scale_V = Math.max(scale_V, largest(voltages_V[node]));
  const share = Math.min(COARSEST, Math.max(FINEST, tolerance_V / scale_V));
  const near_V = Math.max(tolerance_V, FINEST * scale_V);
  for (const [name, rest_V] of Object.entries(point.voltages_V)) {
    const away = Math.abs(last(voltages_V[name]) - rest_V);
    if (away > near_V) return { name, unit: 'V', away };
  }
  for (const name of inductors) {
    const [curve, rest_A] = [currents_A[name], point.currents_A[name]];
    const away = Math.abs(last(curve) - rest_A);
    if (away > share * Math.max(Math.abs(rest_A), largest(curve))) return { name, unit: 'A', away };
  }
  for (const [name, curve] of Object.entries(states)) {
    const away = Math.abs(last(curve) - curve[curve.length >> 1]);
    if (away > share * largest(curve)) return { name, unit: '', away };
  }
  return undefined;
}

/** Whether nothing but what is asked for moved in the second half of a run. */
export function standsStill(
  { time_s, voltages_V, currents_A }: TransientWaveforms,
  tolerance_V: number,
  inductors: readonly string[],
): boolean {
  const half = time_s.findIndex((time) => time >= time_s[time_s.length - 1] / 2);
  const still = (curve: Float64Array, tolerance: number) => {
    const end = last(curve);
    return curve.subarray(half).every((value) => Math.abs(value - end) <= tolerance);
  };
  return (
    Object.entries(voltages_V).every(([name, curve]) => name.startsWith('#') || still(curve, tolerance_V)) &&
    inductors.every((name) => still(currents_A[name], COARSEST * largest(currents_A[name])))
  );
}

/** Nodes that were asked for are not at rest: what keeps them from it, and what to do. */
export function notSettled(
  circuit: Netlist,
  { voltages_V }: TransientWaveforms,
  nodes: readonly string[],
  rest_V: Float64Array,
  { until_s, tolerance_V }: { readonly until_s: number; readonly tolerance_V: number },
): OhmpropError {
  const away = nodes.map((node, k) => Math.abs(last(voltages_V[node]) - rest_V[k]));
  const worst = away.indexOf(Math.max(...away));
  const end_V = last(voltages_V[nodes[worst]]);
  const other_V = restNear(circuit, voltages_V)?.[nodes[worst]];
  const why =
    other_V !== undefined && Math.abs(other_V - end_V) <= tolerance_V
      ? `it rests at ${formatQuantity(end_V, 'V')}, while the operating point has ${formatQuantity(rest_V[worst], 'V')}: the circuit has several; .ic begins nearer to the one that is meant`
      : 'it goes on moving: a circuit that oscillates never settles, a slow one needs more time (--longest)';
  return runError(
    'settle.not-settled',
    `settle: not settled after ${formatQuantity(until_s, 's')} were simulated: node ${nodes[worst]} is ${formatQuantity(away[worst], 'V')} from its rest, and ${why}`,
  );
}

/** The nodes that were asked for are within the tolerance, but what may still move them is not at rest. */
export function othersMove({ name, unit, away }: Unrest, until_s: number): OhmpropError {
  const how = unit === '' ? 'still moves' : `is ${formatQuantity(away, unit)} from its rest`;
  return runError(
    'settle.not-settled',
    `settle: not settled after ${formatQuantity(until_s, 's')} were simulated: ${name} ${how} and may move the nodes that were asked for; a slow circuit needs more time (--longest), one that oscillates never settles`,
  );
}

/** The operating point that is sought from where a run ended. */
function restNear(
  circuit: Netlist,
  voltages_V: TransientWaveforms['voltages_V'],
): Readonly<Record<string, number>> | undefined {
  const near = new Netlist(circuit.title);
  for (const element of circuit.elements) near.add(element);
  for (const node of circuit.nodes()) near.startVoltages_V.set(node, last(voltages_V[node]));
  const found = operatingPoint(new OperatingPointSolver(near).solve());
  return isUsable(found.status) ? found.voltages_V : undefined;
}

const last = (curve: Float64Array): number => curve[curve.length - 1];

function largest(curve: Float64Array): number {
  return curve.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
