import { expect, it } from 'vitest';
import { atBounds, beyondBounds } from '../../calibration/dynamics/beyond-bounds.js';
import {
  estimateLoops,
  type LoopData,
  LoopProblem,
  loopModel,
  scaleOf,
  weightsOf,
} from '../../calibration/dynamics/index.js';
import { leastSquares } from '../../calibration/estimates/index.js';
import { RandomStream, sineDrive } from '../../core/index.js';
import { simulateWaveform } from '../../solver/device-waveform/index.js';

it('lets a bound of the search go, and finds what was held by it: a switch driven by a third of what it switches at', () => {
  const truth: Record<string, number> = {
    r_on_ohm: 2e3,
    r_off_ohm: 2e4,
    v_on_V: 0.33,
    v_off_V: 0.22,
    tau_s: 1e-3,
    v_t_V: 0.035,
  };
  const { element, parameters } = loopModel('mss');
  const own = parameters({
    highest_V: 1,
    lowest_V: -1,
    current_A: 1,
    g_high_S: 1,
    g_low_S: 0.1,
    step_s: 1,
    span_s: 9,
  });
  const cell = element.with(
    Object.fromEntries(own.map(({ name, element: of, factor = 1 }) => [of, factor * truth[name]])),
  );
  const drive = sineDrive(0.1, 0.1, 10);
  const times_s = Float64Array.from({ length: 201 }, (_, i) => i / 1000);
  const { current_A } = simulateWaveform(cell, { drive_V: drive, times_s, initial: 0.2, tolerance: 1e-6 });
  const noise = new RandomStream(1, 'a loop that hardly opens');
  const loop: LoopData = {
    name: 'low',
    cell: '',
    times_s,
    drive_V: times_s.map(drive),
    current_A: current_A.map((i) => i + 3e-8 * noise.normal()),
    fitted: new Uint8Array(201).fill(1),
    circuit: { series_ohm: 0 },
  };
  const problem = new LoopProblem(loopModel('mss'), [loop], scaleOf([loop]), {
    weights: weightsOf([loop], 0),
  });
  const { values } = leastSquares(problem, [3.4e3, 2e4, 0.15, 0.085, 0.022, 0.02, 0.35]);
  expect(atBounds(problem, values)).toEqual(['v_on_V']);
  // as sharp as profiles inside the bounds have them, and wrong
  const sharp = Object.fromEntries(
    problem.own.map(({ name }, j) => [name, { low: 0.95 * values[j], high: 1.05 * values[j] }]),
  );
  const { bound, moved } = beyondBounds(problem, values, sharp);
  expect(bound).toEqual(['v_on_V']);
  expect(Object.keys(moved)).toEqual(['r_on_ohm', 'v_on_V', 'v_off_V', 'tau_s', 'v_t_V']);
  for (const [name, value] of Object.entries(moved)) {
    const j = problem.own.findIndex((one) => one.name === name);
    const [before, after] = [values[j], value].map((v) => Math.abs(Math.log(v / truth[name])));
    expect(after, name).toBeLessThan(0.5 * before);
  }
  const fitted = { model: 'mss', values: Array.from(values), weights: weightsOf([loop], 0) };
  const { estimates, warnings } = estimateLoops(fitted, [loop], { propose: false, only: ['tau_s'] });
  expect(estimates.tau_s.identifiable).toBe(false);
  expect(estimates.tau_s.low).toBe(moved.tau_s);
  expect(warnings.join('\n')).toMatch(/v_on_V would lie beyond the bound of the search, and with it .*tau_s/);
  // bounds of intervals that hold it all move nothing
  const wide = Object.fromEntries(problem.own.map(({ name }) => [name, { low: 0, high: 1e9 }]));
  expect(beyondBounds(problem, values, wide).moved).toEqual({});
});
