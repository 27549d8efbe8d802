import { inputError } from '../../core/index.js';

/** One number to be found, between bounds. */
export interface Parameter {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /**
   * How steps are measured: `linear`; `log` for positive scales that may lie anywhere over decades; `asinh` for signed ones,
   * straight below `knee` and logarithmic beyond.
   */
  readonly spacing?: 'linear' | 'log' | 'asinh';
  readonly knee?: number;
  /** Zero is a value like any other (a curvature, an offset): a standard error above the value says nothing then. */
  readonly zeroCounts?: boolean;
}

/** A parameter's way to 0 … 1 between its bounds and back; a search steps in those, so that units and decades do not matter. */
export interface Coordinate {
  readonly of: (value: number) => number;
  readonly value: (coordinate: number) => number;
}

/** The coordinate of a parameter. @throws `estimates.bounds`, exit code 2: bounds that are not finite, in the wrong order, or not positive for `log` */
export function coordinateOf({ name, low, high, spacing = 'linear', knee = 1 }: Parameter): Coordinate {
  const finite = Number.isFinite(low) && Number.isFinite(high);
  if (!finite || !(high > low) || (spacing === 'log' && !(low > 0)) || !(knee > 0)) {
    const need = spacing === 'log' ? '0 < low < high' : 'low < high';
    throw inputError('estimates.bounds', `${name}: ${need}, both finite, is needed; got ${low} … ${high}`);
  }
  const there = { linear: (v: number) => v, log: Math.log, asinh: (v: number) => Math.asinh(v / knee) }[
    spacing
  ];
  const back = { linear: (t: number) => t, log: Math.exp, asinh: (t: number) => knee * Math.sinh(t) }[
    spacing
  ];
  const [from, to] = [there(low), there(high)];
  return {
    of: (value) =>
      Math.min(1, Math.max(0, (there(Math.min(high, Math.max(low, value))) - from) / (to - from))),
    // the bounds themselves come back to the last bit
    value: (t) => (t <= 0 ? low : t >= 1 ? high : back(from + (to - from) * t)),
  };
}

/** Of the way between its bounds: a parameter that near to one lies at it. */
const AT_BOUND = 1e-6;

/** Whether a coordinate of 0 … 1 lies at a bound. */
export const liesAtBound = (coordinate: number): boolean => Math.min(coordinate, 1 - coordinate) <= AT_BOUND;
