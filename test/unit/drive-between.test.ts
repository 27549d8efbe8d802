import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DriveBetween,
  driveKnown,
  LoopProblem,
  LoopResponse,
  loopModel,
  scaleOf,
  weightsOf,
} from '../../calibration/dynamics/index.js';
import { leastSquares } from '../../calibration/estimates/index.js';
import { sineDrive, triangleDrive } from '../../core/index.js';
import { LinearIonDrift, noWindow } from '../../devices/elements/index.js';
import { simulateWaveform } from '../../solver/device-waveform/index.js';

const sampled = (drive: (t: number) => number, samples: number, period_s = 1) => {
  const times_s = Float64Array.from({ length: samples + 1 }, (_, i) => (i * period_s) / samples);
  return { times_s, drive_V: times_s.map(drive) };
};

describe('between its samples a voltage', () => {
  it('that is a sine is known to the fourth power of their distance', () => {
    const worst = (samples: number): number => {
      const drive = sampled((t) => Math.sin(2 * Math.PI * t), samples);
      const between = new DriveBetween(drive);
      let most = 0;
      for (let i = 1; i + 2 < samples; i++) {
        const t = (i + 0.5) / samples;
        most = Math.max(most, Math.abs(between.at(i, 0.5) - Math.sin(2 * Math.PI * t)));
      }
      return most;
    };
    // 3/128·(2π/N)⁴ where the curve is steep; a straight line is (2π/N)²/8 off: 7.7e-4 at 80
    expect(worst(80)).toBeLessThan(4e-5);
    expect(worst(20)).toBeLessThan(2e-3);
  });

  it('goes straight from corner to corner, and never beyond the steps of pulses', () => {
    const triangle = sampled(triangleDrive(1.2, -0.8, 1), 60);
    const pulses = sampled((t) => (t % 0.25 < 0.1 ? 1 : t % 0.25 < 0.2 ? -0.7 : 0), 80);
    for (const drive of [triangle, pulses]) {
      const between = new DriveBetween(drive);
      for (let i = 0; i + 1 < drive.times_s.length; i++) {
        const straight = 0.7 * drive.drive_V[i] + 0.3 * drive.drive_V[i + 1];
        expect(Math.abs(between.at(i, 0.3) - straight)).toBeLessThan(1e-12);
      }
    }
  });

  it('that bends up to a kink bends before it as it did, and not as the kink does', () => {
    const volts = (k: number): number => (k <= 10 ? 0.01 * k * k : 1 + (k - 10));
    const drive = sampled((t) => volts(20 * t), 20);
    const between = new DriveBetween(drive);
    expect(Math.abs(between.at(9, 0.5) - volts(9.5))).toBeLessThan(2e-3);
    expect(Math.abs(between.at(4, 0.5) - volts(4.5))).toBeLessThan(1e-12);
  });

  it('stays near its samples, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 2, maxLength: 12 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (volts, along) => {
          const drive = {
            times_s: Float64Array.from(volts, (_, i) => i),
            drive_V: Float64Array.from(volts),
          };
          const between = new DriveBetween(drive);
          const span = Math.max(...volts) - Math.min(...volts);
          volts.slice(1).forEach((v, i) => {
            expect(between.at(i, 0)).toBeCloseTo(volts[i], 15);
            expect(between.at(i, 1)).toBeCloseTo(v, 12);
            const value = between.at(i, along);
            expect(value).toBeLessThanOrEqual(Math.max(...volts) + span / 2);
            expect(value).toBeGreaterThanOrEqual(Math.min(...volts) - span / 2);
          });
        },
      ),
    );
  });
});

it('an ion drift without a window ends each quarter where the flux has brought it, 24 samples a period', () => {
  // R(x)·dx/dt = k·V, so R_off·x − (R_off − R_on)·x²/2 = k·∫V dt + constant
  const [on, off, k_per_C, start] = [1e3, 1e4, 1e6, 0.2];
  const model = new LinearIonDrift({
    r_on_ohm: on,
    r_off_ohm: off,
    thickness_m: 1e-8,
    mobility_m2_per_Vs: (k_per_C * 1e-16) / on,
    window: noWindow,
    initial: start,
  });
  const drive = sampled(sineDrive(1, 1, 100), 24, 0.01);
  const response = new LoopResponse(drive, { series_ohm: 0 }, [], 4);
  response.run(model, start, false);
  const total = (x: number): number => off * x - ((off - on) * x * x) / 2;
  const w = 2 * Math.PI * 100;
  for (const at of [3, 6, 9, 12, 18]) {
    const flux = (1 - Math.cos(w * drive.times_s[at])) / w;
    expect(Math.abs(total(response.state[at]) - total(start) - k_per_C * flux)).toBeLessThan(
      // straight lines leave out (2π/24)²/12 of the flux, .6 %
      5e-4 * k_per_C * (2 / w),
    );
  }
});

it('80 samples a period of a sine give the resistances of the cell, not others by .4 %', () => {
  const model = loopModel('mss');
  const truth = [2e3, 2e4, 0.3, 0.25, 1e-3, 0.035];
  const frequency_Hz = 10;
  const drive = sampled(sineDrive(0.8, 0.8, frequency_Hz), 80, 1 / frequency_Hz);
  const guess = {
    ...drive,
    name: 'sine',
    cell: '',
    current_A: drive.drive_V.map((v) => v / 2e3),
    fitted: new Uint8Array(81).fill(1),
    circuit: { series_ohm: 0 },
  };
  const cell = new LoopProblem(model, [guess], scaleOf([guess]), { weights: weightsOf([guess], 0) });
  const { current_A } = simulateWaveform(cell.elementOf(truth)!, {
    drive_V: sineDrive(0.8, 0.8, frequency_Hz),
    times_s: drive.times_s,
    initial: 0.1,
    tolerance: 1e-8,
  });
  const loop = { ...guess, current_A };
  const problem = new LoopProblem(model, [loop], scaleOf([loop]), { weights: weightsOf([loop], 0) });
  const { values } = leastSquares(problem, [...truth, 0.1]);
  truth.forEach((value, j) => {
    expect(Math.abs(values[j] / value - 1), problem.own[j].name).toBeLessThan(2e-3);
  });
  expect(Math.abs(values[0] / truth[0] - 1)).toBeLessThan(1e-4);
});

it('says how far samples leave a voltage open', () => {
  const sine = (samples: number) => driveKnown(sampled((t) => Math.sin(2 * Math.PI * t), samples));
  expect(sine(200).within_V).toBeLessThan(1e-6);
  // what it says and by how much it is off a sine in the middles, as an amplitude
  const [samples, drive] = [80, sampled((t) => Math.sin(2 * Math.PI * t), 80)];
  const between = new DriveBetween(drive);
  const off = Array.from(
    { length: samples - 2 },
    (_, i) => between.at(i + 1, 0.5) - Math.sin((2 * Math.PI * (i + 1.5)) / samples),
  );
  const truly = Math.sqrt((2 * off.reduce((sum, v) => sum + v * v, 0)) / off.length);
  expect(sine(samples).within_V / truly).toBeGreaterThan(0.4);
  expect(sine(samples).within_V / truly).toBeLessThan(1.6);
  // the true error at 10 a period is .4 % of the amplitude
  expect(sine(10).within_V).toBeGreaterThan(1e-3);
  const pulses = driveKnown(sampled((t) => (Math.round(80 * t) % 20 < 8 && t < 1 ? 1 : 0), 80));
  expect(pulses.jumps).toBe(7);
  expect(pulses.shortest).toBe(8);
  expect(pulses.within_V).toBeLessThan(1e-12);
});
