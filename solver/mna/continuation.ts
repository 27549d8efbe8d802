import { type CircuitSystem, type Continuation, fullCircuit } from '../equations/index.js';
import { type NewtonEnd, type NewtonLimits, type NewtonReport, newton } from './newton.js';

const SHUNT_START_S = 1e-2;
const SHUNT_END_S = 1e-13;
const LARGEST_SHUNT_S = 1e6;
const SMALLEST_FACTOR = 1.0005;
const MIN_STEP = 1e-7;

/** A way from an easy circuit to the full one, in steps that adapt. */
interface Path {
  readonly start: number;
  /** The circuit at a point of the way. */
  circuitAt(at: number): Continuation;
  isEnd(at: number): boolean;
  /** The next point, after Newton's method has settled at this one. */
  advance(at: number): number;
  /** A nearer point than this one, where it did not; undefined: give up. */
  retreat(at: number): number | undefined;
}

/** Follows a path from x; on success x is the solution at its end. */
function follow(
  circuit: CircuitSystem,
  x: Float64Array,
  step: Float64Array,
  limits: NewtonLimits,
  report: NewtonReport,
  path: Path,
): NewtonEnd {
  const kept = Float64Array.from(x);
  let at = path.start;
  while (true) {
    const continuation = path.circuitAt(at);
    circuit.setKnown(x, continuation.scale);
    if (newton(circuit, x, step, continuation, limits, report) === 'settled') {
      if (path.isEnd(at)) return report.end;
      kept.set(x);
      at = path.advance(at);
    } else {
      const nearer = path.retreat(at);
      if (nearer === undefined) return report.end;
      x.set(kept);
      circuit.restartJunctions(x);
      at = nearer;
    }
  }
}

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
  x.fill(0, circuit.unknowns.first);
  circuit.setKnown(x, 1);
  circuit.restartJunctions(x);
  let reached_S = Number.POSITIVE_INFINITY;
  let factor = 10;
  const end = follow(circuit, x, step, limits, report, {
    start: SHUNT_START_S,
    circuitAt: (shunt_S) => ({ scale: 1, shunt_S }),
    isEnd: (shunt_S) => shunt_S <= SHUNT_END_S,
    advance(shunt_S) {
      reached_S = shunt_S;
      const next = Math.max(SHUNT_END_S, shunt_S / factor);
      factor = Math.min(10, factor * 1.5);
      return next;
    },
    retreat(shunt_S) {
      // Not even the first one: start from more.
      if (reached_S === Number.POSITIVE_INFINITY)
        return shunt_S > LARGEST_SHUNT_S ? undefined : shunt_S * 100;
      factor = Math.sqrt(factor);
      return factor < SMALLEST_FACTOR ? undefined : reached_S / factor;
    },
  });
  return end === 'settled' ? newton(circuit, x, step, fullCircuit, limits, report) : end;
}

/** Source stepping: all independent sources grow from 0 to their values. */
export function sourceStepping(
  circuit: CircuitSystem,
  x: Float64Array,
  step: Float64Array,
  limits: NewtonLimits,
  report: NewtonReport,
): NewtonEnd {
  x.fill(0, 1);
  circuit.restartJunctions(x);
  let reached = -1;
  let advance = 0.05;
  return follow(circuit, x, step, limits, report, {
    start: 0,
    circuitAt: (scale) => ({ scale, shunt_S: 0 }),
    isEnd: (scale) => scale >= 1,
    advance(scale) {
      reached = scale;
      const next = Math.min(1, scale + advance);
      advance *= 1.5;
      return next;
    },
    retreat(scale) {
      // Even with all sources off there is no solution: another element is active.
      if (reached < 0) return undefined;
      advance = (scale - reached) / 4;
      return advance < MIN_STEP ? undefined : reached + advance;
    },
  });
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
