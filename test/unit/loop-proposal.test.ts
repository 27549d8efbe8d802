import { expect, it } from 'vitest';
import { LoopProblem, loopModel, proposeExperiment, scaleOf } from '../../calibration/dynamics/index.js';
import { sineDrive } from '../../core/index.js';
import { simulateWaveform } from '../../solver/device-waveform/index.js';

const model = loopModel('vteam');
// fast and barely above the threshold: speed, threshold and power can hardly be told apart
const shared = [2e3, 1e5, 1, 80, 80, 0.5, 0.4, 1, 1, 2];
const element = model.element.with({
  r_on_ohm: 2e3,
  r_off_ohm: 1e5,
  b_per_V: 1,
  k_set: 80,
  k_reset: 80,
  v_set_V: 0.5,
  v_reset_V: 0.4,
  alpha_set: 1,
  alpha_reset: 1,
  p: 2,
});
const SIGMA = 5e-3;

function loop(frequency_Hz: number, positive_V: number, negative_V: number, periods: number) {
  const n = 200 * periods;
  const times_s = Float64Array.from({ length: n + 1 }, (_, i) => i / (200 * frequency_Hz));
  const drive_V = times_s.map(sineDrive(positive_V, -negative_V, frequency_Hz));
  const { current_A } = simulateWaveform(element, {
    drive_V: sineDrive(positive_V, -negative_V, frequency_Hz),
    times_s,
    initial: 0.5,
    tolerance: 1e-6,
  });
  return {
    name: `${frequency_Hz} Hz`,
    cell: '',
    times_s,
    drive_V,
    current_A,
    fitted: new Uint8Array(n + 1).fill(1),
    frequency_Hz,
    circuit: { series_ohm: 0 },
  };
}

it('proposes the drive that leaves the least standard error, which is then as it said', () => {
  const measured = loop(100, 0.7, -0.7, 1);
  const scale = scaleOf([measured]);
  const weights = { scale_A: scale.current_A, logShare: 0, knee_A: 1e-9 };
  const errorOf = (loops: readonly ReturnType<typeof loop>[]) => {
    const problem = new LoopProblem(model, loops, scale, { weights });
    return proposeExperiment(problem, [...shared, ...loops.map(() => 0.5)], ['k_set'], SIGMA)!;
  };
  const first = errorOf([measured]);
  expect(first.parameter).toBe('k_set');
  expect(first.afterwards).toBeLessThan(0.8 * first.now);
  const proposed = loop(first.frequency_Hz, first.positive_V, first.negative_V, first.periods);
  const withIt = errorOf([measured, proposed]).now;
  expect(withIt / first.afterwards).toBeGreaterThan(0.95);
  expect(withIt / first.afterwards).toBeLessThan(1.05);
  // the same loop again, as long, tells less
  const again = loop(100, 0.7, -0.7, first.periods);
  expect(errorOf([measured, again]).now).toBeGreaterThan(withIt);
  // and what is known leaves nothing to propose
  const problem = new LoopProblem(model, [measured], scale, { weights });
  expect(proposeExperiment(problem, [...shared, 0.5], [], SIGMA)).toBeUndefined();
});
