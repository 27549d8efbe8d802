import { expect, it } from 'vitest';
import {
  LoopProblem,
  loopModel,
  MOST_VOLTAGE,
  proposeExperiment,
  scaleOf,
  sineExperiments,
} from '../../calibration/dynamics/index.js';
import { coordinateErrors, joinedInformation } from '../../calibration/dynamics/loop-information.js';
import { openValues } from '../../calibration/dynamics/open-values.js';
import { proposalLines } from '../../cli/calibrate/loop-proposal.js';
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

const scale = scaleOf([loop(100, 0.7, -0.7, 1)]);
const weights = { scale_A: scale.current_A, logShare: 0, knee_A: 1e-9 };
/** What loops and their model say of parameters that are open within these bounds. */
function proposed(loops: readonly ReturnType<typeof loop>[], open: readonly string[], sigma = SIGMA) {
  const problem = new LoopProblem(model, loops, scaleOf(loops), { weights });
  const bounds = open.map((name) => problem.own.find((own) => own.name === name)!);
  return proposeExperiment(problem, [...shared, ...loops.map(() => 0.5)], bounds, sigma);
}

it('proposes a drive that tells what is open, by the error it says, and with which nothing is left to tell', () => {
  const measured = loop(100, 0.7, -0.7, 1);
  const first = proposed([measured], ['k_set'])!;
  const [{ name, now, afterwards }] = first.told;
  expect(name).toBe('k_set');
  expect(afterwards).toBeLessThan(0.5 * now);
  expect(first.untold).toEqual([]);
  const added = loop(first.frequency_Hz, first.positive_V, first.negative_V, first.periods);
  const kept = proposed([measured, added], ['k_set'])!.told[0].now / afterwards;
  expect(Math.abs(kept - 1)).toBeLessThan(0.05);
  expect(proposed([measured], [])).toBeUndefined();
});

it('says what it would not tell, where noise is larger than any current', () => {
  const found = proposed([loop(100, 0.7, -0.7, 1)], ['k_set'], 2)!;
  expect([found.told, found.untold]).toEqual([[], ['k_set']]);
});

it('counts what bounds say: of a number between 0 and 1 the standard error is 1/√12 at most, and informations add up', () => {
  const errors = coordinateErrors(joinedInformation(Float64Array.of(0, 0, 0, 0), Float64Array.of(36), 1))!;
  expect(errors[0]).toBeCloseTo(1 / Math.sqrt(36 + 12), 12);
  expect(errors[1]).toBeCloseTo(1 / Math.sqrt(12), 12);
});

it('spreads what is open by decades over one to either side of the fit', () => {
  const measured = [loop(100, 0.7, -0.7, 1)];
  const problem = new LoopProblem(model, measured, scaleOf(measured), { weights });
  const k = problem.own.findIndex(({ name }) => name === 'k_set');
  const { low, high } = problem.own[k];
  const values = openValues(problem, problem, [...shared, 0.5], [{ name: 'k_set', low, high }], 2);
  const speeds = values.map((at) => at[k] / shared[k]);
  expect(speeds[0]).toBe(1);
  expect(Math.max(...speeds)).toBeGreaterThan(4);
  expect(Math.min(...speeds)).toBeLessThan(1 / 4);
  for (const speed of speeds) expect(Math.abs(Math.log10(speed))).toBeLessThanOrEqual(1 + 1e-9);
});

it('drives the polarity that loops never did, and says what they reached', () => {
  const positive = loop(100, 0.8, -1e-3, 1);
  const found = proposed([positive], ['v_reset_V'])!;
  // far enough to reset, which begins at 0.4 V
  expect(found.negative_V).toBeLessThan(-0.4);
  expect(found.negative_V).toBeGreaterThanOrEqual(-MOST_VOLTAGE * 0.8 - 1e-9);
  expect(found.told.map(({ name }) => name)).toEqual(['v_reset_V']);
  expect(found.reached.lowest_V).toBeCloseTo(-1e-3, 12);
  const [what, caution] = proposalLines(found, false);
  expect(what).toContain(`,${Number(found.negative_V.toPrecision(3))}V,`);
  expect(caution).toMatch(/caution: that drives .*down to -.*where these loops went down to -0\.001V/);
  // loops that set at negative voltages stand turned in the fit, and what is typed stands as the files do
  const [turned, upwards] = proposalLines(found, true);
  expect(turned).toContain(`sine:${Number((-found.negative_V).toPrecision(3))}V,`);
  expect(upwards).toMatch(/up to [01]\..*where these loops went up to 0\.001V/);
});

it('never goes beyond a multiple of the largest voltage, and has both polarities among the candidates', () => {
  for (const range of [
    { highest_V: 0.8, lowest_V: 0 },
    { highest_V: 0.8, lowest_V: -2e-3 },
    { highest_V: 0, lowest_V: -2 },
    { highest_V: 1, lowest_V: -0.2 },
  ]) {
    const sines = sineExperiments({ ...range, slowest_Hz: 1, fastest_Hz: 100 });
    const size_V = Math.max(range.highest_V, -range.lowest_V);
    const [most, least] = [
      Math.max(...sines.map(({ positive_V }) => positive_V)),
      Math.min(...sines.map(({ negative_V }) => negative_V)),
    ];
    expect(most).toBeCloseTo(MOST_VOLTAGE * size_V, 12);
    expect(least).toBeCloseTo(-MOST_VOLTAGE * size_V, 12);
    // a polarity that was hardly driven is one that was not: nothing near to what it was driven with tells of it
    const shares = [0.4, 0.7, 1, MOST_VOLTAGE];
    for (const sign of [1, -1]) {
      const own = sign > 0 ? range.highest_V : -range.lowest_V;
      const sizes = sines.map(({ positive_V, negative_V }) => (sign > 0 ? positive_V : -negative_V));
      if (own < 0.01 * size_V) expect(Math.min(...sizes)).toBeCloseTo(shares[0] * size_V, 12);
      else expect(Math.min(...sizes)).toBeCloseTo(0.7 * own, 12);
    }
    const hertz = sines.map(({ frequency_Hz }) => frequency_Hz);
    expect(Math.min(...hertz)).toBeCloseTo(0.01, 12);
    expect(Math.max(...hertz)).toBeCloseTo(1e4, 8);
  }
});
