import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { joglekarWindow, LinearIonDrift, Vteam } from '../../devices/elements/index.js';
import { simulateWaveform, sineDrive } from '../../solver/device-waveform/index.js';

// Waveforms of two circuits, from an adaptive integration at 1e-12 and from ngspice 39.3.
interface Golden {
  params: { x0: number };
  t: number[];
  exact: Record<'i' | 'x', number[]>;
  ngspice: Record<'i' | 'x', number[]>;
}
const golden = (name: string): Golden =>
  JSON.parse(readFileSync(new URL(`./transient/${name}.json`, import.meta.url), 'utf8'));

const fullScale = (values: number[]) => Math.max(...values) - Math.min(...values);

function expectWithin(ours: Float64Array, theirs: number[], tolerance: number): void {
  const worst = Math.max(...theirs.map((value, k) => Math.abs(ours[k + 1] - value)));
  expect(worst / fullScale(theirs)).toBeLessThan(tolerance);
}

describe('memristor waveforms', () => {
  it('linear ion drift with the Joglekar window, 3 periods at 1 Hz', () => {
    const { t, exact, ngspice, params } = golden('hp_joglekar_p1');
    const model = new LinearIonDrift({
      r_on_ohm: 100,
      r_off_ohm: 16e3,
      thickness_m: 10e-9,
      mobility_m2_per_Vs: 1e-14,
      window: joglekarWindow(1),
      initial: params.x0,
    });
    const wave = simulateWaveform(model, { drive_V: sineDrive(1, 1, 1), times_s: [0, ...t] });
    expectWithin(wave.state, exact.x, 1e-7);
    expectWithin(wave.current_A, exact.i, 1e-7);
    expectWithin(wave.state, ngspice.x, 1e-5);
    expectWithin(wave.current_A, ngspice.i, 1e-5);
  });

  it('VTEAM behind 200 Ω, 2 periods at 10 Hz', () => {
    const { t, exact, ngspice, params } = golden('vteam_sin');
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
    const wave = simulateWaveform(model, { drive_V: sineDrive(1, 1, 10), times_s: [0, ...t], series_ohm: 200 });
    expectWithin(wave.state, exact.x, 1e-7);
    expectWithin(wave.current_A, exact.i, 1e-7);
    expectWithin(wave.state, ngspice.x, 1e-5);
    expectWithin(wave.current_A, ngspice.i, 1e-5);
  });
});
