import { type HalfLoop, halfLoopsOf } from './half-loops.js';
import { largest, type Trace } from './trace.js';

/** Ends that differ by less than that share of the amplitude (or three steps of the drive) close a period. */
const CLOSED = 0.03;
/** … and currents by less than that factor: else the cell is nowhere near where it began. */
const SAME_STATE = 3;
/** A difference of more is said. */
const CLOSE_STATE = 1.1;

/**
 * A record of one period that begins in the middle of a sweep (a scope's, or a sweep that starts at its largest voltage), turned so that it
 * begins where the drive passes zero: what came before is taken for the continuation of its end. Every other trace as it is.
 */
export function fromZero(trace: Trace): Trace {
  const { drive_V, current_A } = trace;
  const n = drive_V.length;
  const amplitude = largest(drive_V);
  const closed = Math.max(CLOSED * amplitude, 3 * Math.abs(drive_V[1] - drive_V[0]));
  // Two periods that go on as one another: a little drift between them is usual.
  const ratio = current_A[n - 1] / current_A[0];
  const differs = Math.max(ratio, 1 / ratio);
  if (
    Math.abs(drive_V[0]) <= CLOSED * amplitude ||
    Math.abs(drive_V[n - 1] - drive_V[0]) > closed ||
    !(ratio > 0 && differs <= SAME_STATE)
  )
    return trace;
  const start = drive_V.findIndex(
    (value) => value * drive_V[0] <= 0 || Math.abs(value) <= CLOSED * amplitude,
  );
  if (start <= 0) return trace;
  const turned = turnedTo(trace, start, differs);
  const loops = halfLoopsOf(turned);
  const once = ([1, -1] as const).every((polarity) =>
    isOnce(loops.filter((loop) => loop.polarity === polarity)),
  );
  return once ? turned : trace;
}

const isOnce = (loops: readonly HalfLoop[]): boolean =>
  loops.length === 0 || (loops.length === 1 && loops[0].out !== undefined && loops[0].back !== undefined);

function turnedTo(trace: Trace, start: number, differs: number): Trace {
  const turn = <T extends Float64Array | Uint32Array | Uint8Array>(values: T): T => {
    const result = values.slice() as T;
    result.set(values.subarray(start));
    result.set(values.subarray(0, start), values.length - start);
    return result;
  };
  // Time would run backwards at the seam; nothing that needs it works over a seam.
  const { time_s: _, ...rest } = trace;
  return {
    ...rest,
    rows: turn(trace.rows),
    voltage_V: turn(trace.voltage_V),
    drive_V: turn(trace.drive_V),
    current_A: turn(trace.current_A),
    censored: turn(trace.censored),
    remarks: [
      ...trace.remarks,
      `the record is one period and begins in the middle of a sweep: its first points are taken for the continuation of its last${differs > CLOSE_STATE ? ` (the currents there differ ${differs.toFixed(1)} times)` : ''}`,
    ],
  };
}
