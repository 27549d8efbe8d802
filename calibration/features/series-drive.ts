import { turningPoints } from './half-loops.js';
import { largest, type Trace } from './trace.js';

/** Series resistances to try, as multiples of span of voltage over span of current. */
const TRIED = [1, 2, 4];

/**
 * The trace with what drove it, where the file has the voltage at the device alone. Behind a series resistor that voltage falls back
 * when the cell sets, which looks like the end of a sweep. V + R I with the resistance that was set, else the R of three that leaves
 * fewest turning points, fewer than V itself. Voltages reported stay those at the device.
 */
export function withSeriesDrive(trace: Trace, hasApplied: boolean, series_Ohm?: number): Trace {
  if (hasApplied) return trace;
  const { voltage_V, current_A } = trace;
  const behind = (resistance: number) => voltage_V.map((value, k) => value + resistance * current_A[k]);
  if (series_Ohm !== undefined && series_Ohm > 0) return { ...trace, drive_V: behind(series_Ohm) };
  const scale = largest(voltage_V) / largest(current_A);
  if (!Number.isFinite(scale)) return trace;
  let [best, fewest] = [voltage_V, turningPoints(voltage_V).length];
  for (const multiple of TRIED) {
    const drive = behind(multiple * scale);
    const turns = turningPoints(drive).length;
    if (turns < fewest) [best, fewest] = [drive, turns];
  }
  if (best === voltage_V) return trace;
  return {
    ...trace,
    drive_V: best,
    remarks: [
      ...trace.remarks,
      'the voltage falls back while the current rises, as behind a series resistor: sweeps were told apart by V + R I, voltages are those at the device',
    ],
  };
}
