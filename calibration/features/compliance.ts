import { formatQuantity } from '../../core/index.js';
import { type HalfLoop, halfLoopsOf } from './half-loops.js';
import { largest, type Trace } from './trace.js';

/** Currents that equal within that while the voltage runs on are held by the instrument. */
const FLAT = 0.005;
/** … over that share of the amplitude, and at least so many points. */
const RUN = 0.1;
const MIN_POINTS = 5;

/**
 * The trace with its points at the compliance marked: those of the file, else those of a flat top that looks like one. A flat top
 * is the largest current of its side, equal within half a percent while the voltage runs over a tenth of the amplitude.
 */
export function withCompliance(trace: Trace, stated_A?: number): Trace {
  if (trace.censored.some((mark) => mark === 1)) return trace;
  const censored = new Uint8Array(trace.censored.length);
  const amplitude = largest(trace.drive_V);
  const tops: number[] = [];
  const loops = halfLoopsOf(trace);
  for (const polarity of [1, -1] as const) {
    const side = loops.filter((loop) => loop.polarity === polarity);
    const top = stated_A ?? largest(side.flatMap((loop) => pointsOf(loop).map((k) => trace.current_A[k])));
    for (const loop of side) {
      const points = pointsOf(loop).filter((k) => Math.abs(trace.current_A[k]) >= (1 - FLAT) * top);
      if (points.length < MIN_POINTS) continue;
      const drives = points.map((k) => Math.abs(trace.drive_V[k]));
      if (Math.max(...drives) - Math.min(...drives) < RUN * amplitude) continue;
      for (const k of points) censored[k] = 1;
      if (!tops.includes(top)) tops.push(top);
    }
  }
  if (tops.length === 0) return trace;
  const words =
    stated_A === undefined
      ? `the current stays at ${tops.map((top) => formatQuantity(top, 'A')).join(' and ')} while the voltage runs on: taken for the instrument's compliance, which the file does not state`
      : `points at the compliance of ${formatQuantity(stated_A, 'A')} are censored`;
  return { ...trace, censored, remarks: [...trace.remarks, words] };
}

function pointsOf({ out, back }: HalfLoop): number[] {
  const points: number[] = [];
  for (const leg of [out, back])
    if (leg !== undefined) for (let k = leg.from; k <= leg.to; k++) points.push(k);
  return points;
}
