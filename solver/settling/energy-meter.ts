import { Netlist } from '../../circuits/netlist/index.js';
import type { CircuitEquations } from '../equations/index.js';
import type { OperatingPoint } from '../mna/index.js';

/** The node whose voltage is what sources have delivered. */
export const ENERGY = '#energy';

/** What energies are measured in: the largest capacitance, F, times 1 V². */
export function unitOf({ charges }: CircuitEquations): number {
  let most = 0;
  for (const { law, controls } of charges) {
    if (controls.length !== 1) continue;
    most = Math.max(most, Math.abs(law.evaluate(Float64Array.of(1), new Float64Array(1))));
  }
  return most > 0 ? most : 1e-12;
}

/** A node whose voltage is what sources have delivered so far: the power of each is a current into one capacitor. */
export function withMeter(
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

/** What sources deliver at rest, W. */
export function restPower(
  { voltages, currents, nodeNames }: CircuitEquations,
  point: OperatingPoint,
): number {
  const v = (node: number) => (node === 0 ? 0 : point.voltages_V[nodeNames[node]]);
  let sum = 0;
  for (const { element, source } of voltages) sum -= source.dc * point.currents_A[element];
  for (const { from, to, source } of currents) sum += source.dc * (v(to) - v(from));
  return sum;
}
