import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fourierTransform, welch } from '../../calibration/estimates/index.js';
import { featuresOf } from '../../calibration/features/index.js';
import { RandomStream } from '../../core/index.js';
import { column, dataPath, file, rowsOf, series } from './measured-series.js';

const noiseOf = (conductance_S: ArrayLike<number>, rate_Hz = 400) =>
  featuresOf(file([series('noise', { conductance_S })], [{ name: 'rate_Hz', value: rate_Hz, from: 'file' }]))
    .noise[0];

describe('spectra', () => {
  it('transforms as the sum does', () => {
    const random = new RandomStream(2, 'fourier');
    const x = Array.from({ length: 16 }, () => random.normal());
    const [re, im] = [Float64Array.from(x), new Float64Array(16)];
    fourierTransform(re, im);
    for (let k = 0; k < 16; k++) {
      const sum = (part: (angle: number) => number) =>
        x.reduce((total, value, j) => total + value * part((-2 * Math.PI * j * k) / 16), 0);
      expect(re[k]).toBeCloseTo(sum(Math.cos), 12);
      expect(im[k]).toBeCloseTo(sum(Math.sin), 12);
    }
  });

  it('has the density of white noise, σ² over half the rate', () => {
    const random = new RandomStream(3, 'white');
    const { density } = welch(
      Float64Array.from({ length: 65536 }, () => 2 * random.normal()),
      1000,
      256,
    );
    const mean = density.reduce((sum, value) => sum + value, 0) / density.length;
    expect(Math.abs(mean / (4 / 500) - 1)).toBeLessThan(0.03);
  });

  it('refuses a segment that does not fit', () => {
    expect(() => welch(new Float64Array(100), 1, 128)).toThrow('power of two');
  });
});

describe('noise', () => {
  /** Dwells of 40 and 100 samples on the average, 10 σ apart, on a slow drift. */
  function telegraph(n: number) {
    const random = new RandomStream(4, 'telegraph');
    let high = false;
    return Float64Array.from({ length: n }, (_, k) => {
      if (random.uniform() < (high ? 1 / 100 : 1 / 40)) high = !high;
      return 1e-5 + (high ? 1e-6 : 0) + 1e-7 * random.normal() + 2e-7 * Math.sin(k / 3000);
    });
  }

  it('finds two levels and how long it stays in each', () => {
    const { telegraph: found, remarks } = noiseOf(telegraph(20000));
    expect((found?.high ?? 0) - (found?.low ?? 0)).toBeCloseTo(1e-6, 7);
    expect([found?.dwellLow.low, found?.dwellLow.high].map((t) => (t ?? 0) * 400 < 40)).toEqual([
      true,
      false,
    ]);
    expect([found?.dwellHigh.low, found?.dwellHigh.high].map((t) => (t ?? 0) * 400 < 100)).toEqual([
      true,
      false,
    ]);
    expect(remarks.join()).toContain('Lorentzian');
  });

  it('calls one sharp frequency what it is, not two levels; levels without one stay levels', () => {
    for (const [hertz, cause] of [
      [50, '50 Hz mains'],
      [120, '60 Hz mains'],
      [37.3, 'periodic disturbance'],
    ] as const) {
      const random = new RandomStream(6, `hum ${hertz}`);
      const hum = Float64Array.from(
        { length: 4000 },
        (_, k) => 1e-7 + 5e-9 * Math.sin((2 * Math.PI * hertz * k) / 1000) + 1e-9 * random.normal(),
      );
      const { telegraph: none, line, remarks } = noiseOf(hum, 1000);
      expect(none).toBeUndefined();
      expect(Math.abs((line?.frequency_Hz ?? 0) - hertz)).toBeLessThan(0.25);
      expect(line?.share).toBeGreaterThan(0.8);
      expect(remarks.join()).toContain(cause);
      expect(remarks.join()).not.toContain('Lorentzian');
    }
    for (let seed = 0; seed < 20; seed++) {
      const random = new RandomStream(seed, 'levels or white');
      const rate = 10 ** (-0.5 - 2.5 * random.uniform());
      let high = false;
      const levels = Float64Array.from({ length: 4000 }, () => {
        if (random.uniform() < rate) high = !high;
        return 1e-5 + (high ? 1e-6 : 0) + 1e-7 * random.normal();
      });
      expect(noiseOf(levels).line, `seed ${seed}, rate ${rate}`).toBeUndefined();
      expect(noiseOf(levels.map(() => random.normal())).line).toBeUndefined();
    }
  });

  it('takes neither a drift nor a start for two levels', () => {
    const random = new RandomStream(5, 'drift');
    let walk = 0;
    const drift = Float64Array.from({ length: 20000 }, () => {
      walk += random.normal();
      return 1e-5 + 1e-9 * walk + 1e-8 * random.normal();
    });
    expect(noiseOf(drift).telegraph).toBeUndefined();
    expect(noiseOf(drift).exponent?.binned.value).toBeLessThan(-1.3);
    const start = drift.map((_, k) => 1e-5 + (k < 300 ? -1e-6 : 0) + 1e-8 * random.normal());
    const { startTransient, kurtosis, settled, telegraph: none } = noiseOf(start);
    expect([startTransient, none]).toEqual([300, undefined]);
    expect(kurtosis).toBeGreaterThan(20);
    expect(settled.kurtosis).toBeCloseTo(3, 0);
  });

  it('counts in samples where nobody knows the rate, and makes no spectrum of uneven times', () => {
    const quiet = telegraph(2000);
    const [unknown] = featuresOf(file([series('noise', { conductance_S: quiet })])).noise;
    expect(unknown).toMatchObject({ rateIsKnown: false, rate_Hz: 1 });
    const time_s = quiet.map((_, k) => (k % 2 === 0 ? k : k + 0.7));
    const [uneven] = featuresOf(file([series('noise', { time_s, conductance_S: quiet })])).noise;
    expect(uneven.spectrum).toBeUndefined();
    expect(uneven.remarks.join()).toContain('not evenly spaced');
  });

  const cells = dataPath('cases/calibration/C2-noise-series/five_cells_400Hz.csv');
  it.skipIf(cells === undefined)(
    'gives the exponents, moments and levels of five cells (OHMPROP_DATA)',
    () => {
      const rows = rowsOf(cells as string, ',', 2);
      const expected = JSON.parse(
        readFileSync((cells as string).replace('five_cells_400Hz.csv', 'expected.json'), 'utf8'),
      );
      expected.cells.forEach(
        ({ level, excerpt }: { level: number; excerpt: Record<string, number> }, k: number) => {
          const found = noiseOf(column(rows, k));
          expect(found.exponent?.binned.value, `${level}`).toBeCloseTo(excerpt.slope_binned_nperseg_2048, 4);
          expect(found.exponent?.unbinned.value, `${level}`).toBeCloseTo(
            excerpt.slope_unbinned_nperseg_2048,
            4,
          );
          expect(found.exponent?.binned.method).toContain('Welch, Hann window, segments of 2048');
          expect(found.mean * 1e6, `${level}`).toBeCloseTo(excerpt.mean_uS, 4);
          expect(found.sd * 1e6, `${level}`).toBeCloseTo(excerpt.sd_uS, 3);
          expect(Math.abs(found.kurtosis / excerpt.kurtosis - 1), `${level}`).toBeLessThan(0.001);
          expect(found.lag1, `${level}`).toBeCloseTo(excerpt.lag1, 2);
          if (level !== 16)
            expect(found.telegraph !== undefined, `${level}`).toBe(level === 8 || level === 24);
          if (level === 31) expect(found.startTransient).toBeGreaterThan(50);
        },
      );
    },
  );
});
