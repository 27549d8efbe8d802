import { RandomStream } from '../core/index.js';

/** A state of a drawn cell: current [A] at a voltage [V]. */
export type DrawnState = (v: number) => number;

/**
 * Bipolar loops from closed forms, one line a point: out to +1.5 V, back, out to −1.5 V, back; set at +1 V, reset at −1 V.
 * @param noise of the current, relative @param compliance_A where the instrument stops [A]
 */
export function bipolarCsv(
  low: DrawnState,
  high: DrawnState,
  { cycles = 1, noise = 0.002, compliance_A = Number.POSITIVE_INFINITY, seed = 14 } = {},
): string {
  const random = new RandomStream(seed, 'drawn loops');
  const steps = 60;
  const rows: string[] = [];
  for (let c = 0; c < cycles; c++) {
    let on = false;
    for (const [sign, back] of [
      [1, false],
      [1, true],
      [-1, false],
      [-1, true],
    ] as const) {
      // a way begins behind the last point of the one before
      for (let k = rows.length === 0 ? 0 : 1; k <= steps; k++) {
        const v = sign * 1.5 * (back ? 1 - k / steps : k / steps);
        if (!back && sign > 0 && v > 1) on = true;
        if (!back && sign < 0 && v < -1) on = false;
        const i = (on ? low : high)(v) * (1 + noise * random.normal());
        rows.push(`${v},${Math.sign(i) * Math.min(Math.abs(i), compliance_A)}`);
      }
    }
  }
  return `Voltage (V),Current (A)\n${rows.join('\n')}\n`;
}

/** A curve that no voltage changes, there and back over `ends`. */
export function staticCsv(
  state: DrawnState,
  { ends = [-1, 1] as readonly [number, number], points = 101, noise = 0.002, seed = 14 } = {},
): string {
  const random = new RandomStream(seed, 'drawn curve');
  const way = Array.from({ length: points }, (_, k) => ends[0] + ((ends[1] - ends[0]) * k) / (points - 1));
  const rows = [...way, ...[...way].reverse()].map((v) => `${v},${state(v) * (1 + noise * random.normal())}`);
  return `Voltage (V),Current (A)\n${rows.join('\n')}\n`;
}
