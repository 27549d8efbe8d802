import { type CircuitSystem, fullCircuit } from '../equations/index.js';
import { type NewtonEnd, type NewtonLimits, type NewtonReport, newton } from './newton.js';

const START_S = 1;
const END_S = 1e-12;
const STIFFEST_S = 1e9;
const MAX_STEPS = 400;
/** Newton steps that one step in time may take. */
const MAX_NEWTON_STEPS = 25;

/**
 * Pseudo-transient continuation (Kelley & Keyes, SIAM J. Numer. Anal. 35:508, 1998): as if every node had a capacitor to
 * ground, the circuit is followed from 0 V in implicit Euler steps that lengthen where Newton's method settles quickly
 * and shorten where it does not, until the capacitors carry no current. Finds stable points that a homotopy of the
 * equations jumps past.
 */
export function pseudoTransient(
  circuit: CircuitSystem,
  x: Float64Array,
  step: Float64Array,
  limits: NewtonLimits,
  report: NewtonReport,
): NewtonEnd {
  const patient = { ...limits, maxIterations: MAX_NEWTON_STEPS };
  x.fill(0);
  circuit.setKnown(x, 1);
  circuit.restartJunctions(x);
  const anchor = Float64Array.from(x);
  let shunt_S = START_S;
  for (let count = 0; count < MAX_STEPS; count++) {
    const before = report.iterations;
    if (newton(circuit, x, step, { scale: 1, shunt_S, anchor }, patient, report) === 'settled') {
      anchor.set(x);
      if (shunt_S <= END_S) return newton(circuit, x, step, fullCircuit, limits, report);
      shunt_S = Math.max(END_S, shunt_S / (report.iterations - before < MAX_NEWTON_STEPS / 3 ? 4 : 1.5));
    } else {
      shunt_S *= 8;
      if (shunt_S > STIFFEST_S) return report.end;
      x.set(anchor);
      circuit.restartJunctions(x);
    }
  }
  return report.end === 'settled' ? 'not-settled' : report.end;
}
