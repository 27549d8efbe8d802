import { describe, expect, it } from 'vitest';
import { sweptCurve } from '../../calibration/batch/drawn-curves.js';
import { figureCsv, loopsFigure } from '../../report/index.js';
import { series } from './measured-series.js';

/** Eight loops of 290 points: off below 0.9 V, on from there until −0.8 V, which jumps within one step of 14 mV. */
function loops() {
  const [voltage, current]: [number[], number[]] = [[], []];
  let on = false;
  for (let cycle = 0; cycle < 8; cycle++)
    for (let k = 0; k < 290; k++) {
      const phase = (4 * k) / 290;
      const v = phase < 1 ? phase : phase < 3 ? 2 - phase : phase - 4;
      if (v >= 0.9) on = true;
      if (v <= -0.8) on = false;
      voltage.push(v);
      current.push(v * (on ? 1e-3 : 1e-5));
    }
  return { voltage_V: voltage, current_A: current };
}

describe('curves to be drawn', () => {
  it('are whole for files of some thousands of points, and whole in the CSV of the figure', () => {
    const { voltage_V, current_A } = loops();
    const curve = sweptCurve(series('sweep', { voltage_V, current_A }));
    expect(curve?.of).toBeUndefined();
    expect(Array.from(curve?.x ?? [])).toEqual(voltage_V);
    const figure = loopsFigure({
      loops: [{ name: 'a', group: 'a', voltage_V: curve?.x ?? [], current_A: curve?.y ?? [] }],
    });
    expect(figureCsv(figure).trim().split('\n').length).toBeGreaterThanOrEqual(voltage_V.length);
    // Every corner of the drawn line is a measured point: edges of the jump stay within their one step of the voltage.
    const paths = [...figure.svg(170).matchAll(/class="line"[^>]* d="([^"]*)"/g)].map(([, d]) =>
      d
        .slice(1)
        .split(/[ML]/)
        .map((point) => point.split(',').map(Number)),
    );
    const [linear] = paths;
    expect(linear.length).toBeLessThan(200);
    const xs = linear.map(([x]) => x);
    const wide = Math.max(...xs) - Math.min(...xs);
    const [low, high] = [Math.min(...linear.map(([, y]) => y)), Math.max(...linear.map(([, y]) => y))];
    const jumps = linear
      .slice(1)
      .map(([x, y], k) => [Math.abs(x - linear[k][0]), Math.abs(y - linear[k][1])])
      .filter(([dx, dy]) => dy > 0.3 * (high - low) && dx < 0.2 * wide);
    expect(jumps).toHaveLength(16);
    for (const [dx] of jumps) expect(dx).toBeLessThan((1.5 * wide) / 145);
  });

  it('keep the steps of very long curves, and say how many points there were', () => {
    const x = Float64Array.from({ length: 90_001 }, (_, k) => k * 1e-5);
    const y = x.map((v) => (v < 0.45 ? 1e-6 * v : 1e-3 * v));
    const curve = sweptCurve(series('sweep', { voltage_V: x, current_A: y }));
    expect(curve?.of).toBe(90_001);
    const at = Array.from(curve?.y ?? []).findIndex((value) => value > 1e-5);
    expect((curve?.x[at] ?? 0) - (curve?.x[at - 1] ?? 0)).toBeLessThan(1.01e-5);
  });
});
