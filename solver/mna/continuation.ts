import { type CircuitSystem, fullCircuit } from './circuit-system.js';
import { type NewtonEnd, type NewtonLimits, type NewtonReport, newton } from './newton.js';

const SHUNT_START_S = 1e-2;
const SHUNT_END_S = 1e-13;
const MIN_STEP = 1e-7;

/**
 * Gmin stepping: a conductance from every node to ground, large at first, is taken away by factors that grow where
 * Newton's method follows and shrink where it does not (the dynamic gmin stepping of SPICE3).
 */
export function gminStepping(
  circuit: CircuitSystem,
  x: Float64Array,
  step: Float64Array,
  limits: NewtonLimits,
  report: NewtonReport,
): NewtonEnd {
  const { first } = circuit.unknowns;
  x.fill(0, first);
  circuit.setKnown(x, 1);
  circuit.restartJunctions(x);
  const kept = Float64Array.from(x);
  let shunt_S = SHUNT_START_S;
  let reached_S = Number.POSITIVE_INFINITY;
  let factor = 10;
  while (true) {
    if (newton(circuit, x, step, { scale: 1, shunt_S }, limits, report) === 'settled') {
      kept.set(x);
      if (shunt_S <= SHUNT_END_S) break;
      reached_S = shunt_S;
      shunt_S = Math.max(SHUNT_END_S, shunt_S / factor);
      factor = Math.min(10, factor * 1.5);
    } else {
      x.set(kept);
      circuit.restartJunctions(x);
      if (reached_S === Number.POSITIVE_INFINITY) {
        // Not even the first one: start from more.
        if (shunt_S > 1e6) return report.end;
        shunt_S *= 100;
        continue;
      }
      factor = Math.sqrt(factor);
      if (factor < 1.0005) return report.end;
      shunt_S = reached_S / factor;
    }
  }
  return newton(circuit, x, step, fullCircuit, limits, report);
}

/** Voltages at which to start where an expression, 1/V(a) or sqrt(V(a)), has no value or slope at 0 V. */
const STARTS_V = [1e-3, 0.1, 1];

/** Newton's method from other voltages of all unknown nodes than 0 V, until one of them is in the equations' domain. */
export function shiftedStarts(
  circuit: CircuitSystem,
  x: Float64Array,
  step: Float64Array,
  limits: NewtonLimits,
  report: NewtonReport,
): NewtonEnd {
  const { first } = circuit.unknowns;
  for (const start_V of STARTS_V) {
    x.fill(0, first);
    x.fill(start_V, first, circuit.equations.nodeCount);
    circuit.restartJunctions(x);
    if (newton(circuit, x, step, fullCircuit, limits, report) === 'settled') break;
  }
  return report.end;
}

/** Source stepping: all independent sources grow from 0 to their values, in steps that adapt. */
export function sourceStepping(
  circuit: CircuitSystem,
  x: Float64Array,
  step: Float64Array,
  limits: NewtonLimits,
  report: NewtonReport,
): NewtonEnd {
  x.fill(0, 1);
  circuit.restartJunctions(x);
  const kept = Float64Array.from(x);
  let scale = 0;
  let reached = -1;
  let advance = 0.05;
  while (true) {
    circuit.setKnown(x, scale);
    if (newton(circuit, x, step, { scale, shunt_S: 0 }, limits, report) === 'settled') {
      if (scale >= 1) return report.end;
      kept.set(x);
      reached = scale;
      scale = Math.min(1, scale + advance);
      advance *= 1.5;
    } else {
      // Even with all sources off there is no solution: another element is active.
      if (reached < 0) return report.end;
      advance = (scale - reached) / 4;
      if (advance < MIN_STEP) return report.end;
      x.set(kept);
      circuit.restartJunctions(x);
      scale = reached + advance;
    }
  }
}
