import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LoopResponse } from '../../calibration/dynamics/loop-response.js';
import { sineDrive } from '../../core/index.js';
import {
  biolekWindow,
  type ElementModel,
  joglekarWindow,
  LinearIonDrift,
  Memdiode,
  MetastableSwitch,
  NormalizedVteam,
  physicalPreset,
  Vteam,
} from '../../devices/elements/index.js';
import { simulateWaveform } from '../../solver/device-waveform/index.js';

const cycle = (drive_V: (t: number) => number, period_s: number, samples = 200) => {
  const times_s = Float64Array.from({ length: samples + 1 }, (_, i) => (i * period_s) / samples);
  return { times_s, drive_V: times_s.map(drive_V) };
};
const all = (model: ElementModel) => model.parameters.map((_, k) => k);
const fullScale = (values: ArrayLike<number>) =>
  Math.max(...Array.from(values)) - Math.min(...Array.from(values));

/** Everything but the thresholds, whose kinks no difference sees through. */
const cases: [string, ElementModel, ConstructorParameters<typeof LoopResponse>[1], number, number][] = [
  [
    'a metastable switch alone',
    new MetastableSwitch({ initial: 0.3, v_on_V: 0.2 }),
    { series_ohm: 0 },
    0.5,
    0.01,
  ],
  [
    'the same with a contact behind 5 kΩ',
    physicalPreset('sdc-knowm').make().with({ phi: 0.9, alphaForward_A: 1e-6, alphaReverse_A: 2e-6 }),
    { series_ohm: 5e3 },
    0.8,
    0.1,
  ],
  ['VTEAM behind 1 kΩ', new NormalizedVteam({ r_on_ohm: 2e3 }), { series_ohm: 1e3 }, 1, 0.1],
  ['Yakopcic', physicalPreset('nbsto-yakopcic').make().with({ initial: 0.2 }), { series_ohm: 200 }, 0.9, 0.5],
  ['the memdiode at its compliance', new Memdiode(), { series_ohm: 100, compliance_A: 1e-4 }, 1.3, 2],
  [
    'ion drift, whose rate follows the current, through a filter',
    new LinearIonDrift({ window: biolekWindow(2), initial: 0.3 }),
    { series_ohm: 50, bandwidth_Hz: 30 },
    1,
    1,
  ],
];

describe.each(cases)('the answer of %s', (_, model, circuit, peak_V, period_s) => {
  const drive = cycle(sineDrive(peak_V, peak_V, 1 / period_s), period_s);
  const start = model.state?.initial ?? 0;

  it('is that of an integration with an error estimate', () => {
    const { compliance_A, bandwidth_Hz, series_ohm } = circuit;
    const response = new LoopResponse(drive, { series_ohm, ...(compliance_A && { compliance_A }) }, [], 8);
    expect(response.run(model, start, false)).toBe(true);
    if (compliance_A !== undefined) {
      expect(Math.max(...response.current_A)).toBe(compliance_A);
      return;
    }
    const wave = simulateWaveform(model, {
      drive_V: (t) => sineDrive(peak_V, peak_V, 1 / period_s)(t),
      times_s: drive.times_s,
      series_ohm,
    });
    const worst = Math.max(...wave.current_A.map((i, k) => Math.abs(i - response.current_A[k])));
    // the drive is a polygon here and a sine there: 1.2e-4 of its peak apart
    expect(worst / fullScale(wave.current_A)).toBeLessThan(1e-3);
    expect(bandwidth_Hz === undefined || bandwidth_Hz > 0).toBe(true);
  });

  it('has the sensitivities that differences show, to parameters and start state', () => {
    const followed = all(model);
    const response = new LoopResponse(drive, circuit, followed, 2);
    expect(response.run(model, start, true)).toBe(true);
    const shifted = (element: ElementModel, from: number): Float64Array => {
      const other = new LoopResponse(drive, circuit, [], 2);
      other.run(element, from, false);
      return other.current_A;
    };
    const scale = fullScale(response.current_A);
    model.parameters.forEach(({ name, value, min, max }, k) => {
      const step = 1e-5 * (Math.abs(value) || 1e-3);
      if (name === 'initial' || value - step < min || value + step > max) return;
      const above = shifted(model.with({ [name]: value + step }), start);
      const below = shifted(model.with({ [name]: value - step }), start);
      const differences = above.map((v, i) => (v - below[i]) / (2 * step));
      const most = Math.max(...differences.map(Math.abs), 1e-6 * (scale / Math.max(Math.abs(value), 1e-12)));
      const off = differences.map((d, i) => Math.abs(d - response.slopes[k][i])).sort();
      // a step across a kink moves a few samples: nearly all of them agree closely, all of them about
      expect(off[Math.floor(0.9 * off.length)] / most, name).toBeLessThan(2e-4);
      expect(off[off.length - 1] / most, name).toBeLessThan(0.05);
    });
    const [above, below] = [1e-5, -1e-5].map((step) => shifted(model, start + step));
    const byStart = response.slopes[followed.length];
    const most = Math.max(...byStart.map(Math.abs));
    if (start - 1e-5 >= (model.state?.low ?? 0)) {
      for (const [i, slope] of byStart.entries())
        expect(Math.abs((above[i] - below[i]) / 2e-5 - slope)).toBeLessThan(1e-3 * most + 1e-4 * scale);
    }
  });
});

it('goes along the exact waveform of VTEAM behind 200 Ω', () => {
  const { t, exact, params } = JSON.parse(
    readFileSync(new URL('../golden/transient/vteam_sin.json', import.meta.url), 'utf8'),
  );
  const model = new Vteam({
    r_on_ohm: 1e3,
    r_off_ohm: 20e3,
    x_on: 0,
    x_off: 1,
    k_on: -15,
    k_off: 40,
    alpha_on: 3,
    alpha_off: 2,
    v_on_V: -0.4,
    v_off_V: 0.5,
    window: joglekarWindow(2),
    initial: params.x0,
    unit: '1',
  });
  const times_s = Float64Array.from([0, ...t]);
  const response = new LoopResponse(
    { times_s, drive_V: times_s.map(sineDrive(1, 1, 10)) },
    { series_ohm: 200 },
    [],
    4,
  );
  response.run(model, params.x0, false);
  const worst = Math.max(...exact.i.map((i: number, k: number) => Math.abs(response.current_A[k + 1] - i)));
  expect(worst / fullScale(exact.i)).toBeLessThan(1e-3);
});

it('relaxes exactly where the voltage stands still, however long a step is', () => {
  const model = new MetastableSwitch({ initial: 0 });
  const times_s = Float64Array.of(0, 1, 2, 3);
  const response = new LoopResponse({ times_s, drive_V: times_s.map(() => 0.5) }, { series_ohm: 0 }, [], 1);
  response.run(model, 0, false);
  // τ = 0.1 ms: a second later the state has long arrived
  expect(response.state[1]).toBeCloseTo(model.step(0, 0.5, 1), 6);
  expect(response.state[3]).toBeCloseTo(model.step(0, 0.5, 3), 9);
});

it('filters a step of the current as a first order does', () => {
  const response = new LoopResponse(
    { times_s: Float64Array.of(0, 1e-9, 1e-3, 2e-3), drive_V: Float64Array.of(0, 1, 1, 1) },
    { series_ohm: 0, bandwidth_Hz: 100 },
    [],
    1,
  );
  response.run(new LinearIonDrift({ mobility_m2_per_Vs: 1e-40 }), 0.5, false);
  const [, , one, two] = response.current_A;
  const rest = 1 / (100 * 0.5 + 16e3 * 0.5);
  expect(one / rest).toBeCloseTo(1 - Math.exp(-2 * Math.PI * 0.1), 5);
  expect(two / rest).toBeCloseTo(1 - Math.exp(-2 * Math.PI * 0.2), 5);
});

it('holds the current at the limit of its direction', () => {
  const times_s = Float64Array.of(0, 1e-3, 2e-3);
  const held = (circuit: ConstructorParameters<typeof LoopResponse>[1]): number[] => {
    const drive = { times_s, drive_V: Float64Array.of(0, 1, -1) };
    const response = new LoopResponse(drive, circuit, [], 1);
    response.run(new LinearIonDrift({ mobility_m2_per_Vs: 1e-40 }), 0.5, false);
    return Array.from(response.current_A);
  };
  const free_A = 1 / (100 * 0.5 + 16e3 * 0.5);
  const limit_A = free_A / 4;
  const series_ohm = 0;
  for (const [circuit, positive_A, negative_A] of [
    [{ series_ohm, compliance_A: limit_A }, limit_A, limit_A],
    [{ series_ohm, compliance_A: limit_A, complianceNegative_A: Infinity }, limit_A, free_A],
    [{ series_ohm, compliance_A: Infinity, complianceNegative_A: limit_A }, free_A, limit_A],
  ] as const) {
    const [, up, down] = held(circuit);
    expect(up / positive_A).toBeCloseTo(1, 9);
    expect(-down / negative_A).toBeCloseTo(1, 9);
  }
});

it('filters a ramp of the current as a first order does, however far samples are apart', () => {
  // y = a·(t − τ·(1 − e^(−t/τ))), τ = 1/(2π·corner)
  const times_s = Float64Array.of(0, 1e-3, 4e-3, 5e-3);
  const response = new LoopResponse(
    { times_s, drive_V: times_s.map((t) => 100 * t) },
    { series_ohm: 0, bandwidth_Hz: 100 },
    [],
    1,
  );
  response.run(new LinearIonDrift({ mobility_m2_per_Vs: 1e-40 }), 0.5, false);
  const slope = 100 / (100 * 0.5 + 16e3 * 0.5);
  const tau = 1 / (2 * Math.PI * 100);
  for (const [i, t] of times_s.entries())
    expect(response.current_A[i] / slope).toBeCloseTo(t - tau * (1 - Math.exp(-t / tau)), 9);
});
