import { describe, expect, it } from 'vitest';
import { featuresOf } from '../../calibration/features/index.js';
import { RandomStream } from '../../core/index.js';
import { file, series } from './measured-series.js';

/** A dual sweep of a cell that forms at 2.5 V and then sets near 1 V and resets near −0.8 V, in steps of 0.05 V. */
function cycling(setAt: readonly number[], resetAt: readonly number[], more: { forming?: boolean } = {}) {
  const voltage_V: number[] = [];
  const current_A: number[] = [];
  let [on, pristine] = [false, more.forming === true];
  const put = (volt: number, set: number, reset: number) => {
    if (volt >= set - 1e-9) [on, pristine] = [true, false];
    if (volt <= reset + 1e-9) on = false;
    voltage_V.push(volt);
    current_A.push(volt * (on ? 1e-3 : pristine ? 1e-9 : 1e-5));
  };
  setAt.forEach((set, k) => {
    const top = pristine ? 3 : 1.5;
    for (const [from, to] of [
      [0, top],
      [top, 0],
      [0, -1.5],
      [-1.5, 0],
    ]) {
      const steps = Math.round(Math.abs(to - from) / 0.05);
      for (let s = from === 0 && voltage_V.length > 0 ? 1 : 0; s <= steps; s++)
        put(Number((from + ((to - from) * s) / steps).toFixed(6)), set, resetAt[k]);
    }
  });
  return featuresOf(file([series('sweep', { voltage_V, current_A })])).loops[0];
}

describe('features of loops', () => {
  it('puts each event between the voltages around it, at a stated read voltage', () => {
    const { cycles, readVoltage } = cycling([0.9, 1.1], [-0.7, -0.8]);
    expect(readVoltage).toMatchObject({ value_V: 0.1, from: 'chosen' });
    expect(cycles.map(({ set }) => [set?.after_V, set?.at_V])).toEqual([
      [0.85, 0.9],
      [1.05, 1.1],
    ]);
    // The largest current of the on state flows at the last point before the fall.
    expect(cycles.map(({ reset }) => reset?.at_V)).toEqual([-0.65, -0.75]);
    expect(cycles[0].on_S).toBeCloseTo(1e-3, 12);
    expect(cycles[0].off_S).toBeCloseTo(1e-5, 12);
    expect(cycles[0].window).toBeCloseTo(100, 6);
    expect(cycles[0].readAt_V).toBe(0.1);
  });

  it('adds the areas of both lobes', () => {
    const { cycles } = cycling([1.0], [-1.0]);
    // Triangles between lines of 1 mS and 10 µS, by trapezoids of 0.05 V: whole from zero to 0.95 V, half of the step that
    // switches.
    const lobe = 0.99e-3 * (0.95 ** 2 / 2 + (0.95 * 0.05) / 2);
    expect(cycles[0].loopArea_VA).toBeCloseTo(2 * lobe, 9);
  });

  it('keeps forming apart from the cycles after it', () => {
    const { cycles } = cycling([2.5, 1.0, 1.1, 0.9], [-0.8, -0.8, -0.8, -0.8], { forming: true });
    expect(cycles.map(({ forming }) => forming)).toEqual([true, false, false, false]);
    expect(cycling([1.0, 1.1, 0.9], [-0.8, -0.8, -0.8]).cycles.some(({ forming }) => forming)).toBe(false);
  });

  it('says where nothing was seen up to the largest voltage, and nothing of a cell that was on already', () => {
    const { cycles } = cycling([1.0, 1.0, 9, 1.0, 1.0], [-0.8, -0.8, -0.8, -9, -0.8]);
    expect(cycles[2].set).toMatchObject({ seen: false, after_V: 1.5 });
    expect(cycles[2].reset).toBeUndefined();
    expect(cycles[3].reset).toMatchObject({ seen: false, after_V: -1.5 });
    expect(cycles[4].set).toBeUndefined();
  });

  it('reads where the file says it was read, and where it is told to', () => {
    const voltage_V = [0, 0.5, 1, 1.5, 1, 0.5, 0, -0.5, -1, -1.5, -1, -0.5, 0];
    const current_A = voltage_V.map((v, k) => v * (k >= 3 && k < 9 ? 1e-3 : 1e-5));
    const sweep = series('sweep', { voltage_V, current_A });
    const told = file([sweep], [{ name: 'readVoltage_V', value: -0.75, from: 'file' }]);
    expect(featuresOf(told).loops[0].readVoltage).toMatchObject({ value_V: 0.75, from: 'file' });
    expect(featuresOf(told, { readVoltage_V: 0.6 }).loops[0].readVoltage).toMatchObject({
      value_V: 0.6,
      from: 'asked',
    });
    expect(featuresOf(file([sweep])).loops[0].readVoltage).toMatchObject({ value_V: 0.5, from: 'chosen' });
  });

  it('takes off what an amplifier adds in either state, and nothing that a cell gives', () => {
    const drawn = (offset_A: number, inside_V = 0) => {
      const voltage_V: number[] = [];
      const current_A: number[] = [];
      let on = false;
      for (let k = 0; k <= 240; k++) {
        const v = Number(
          (k <= 60 ? k / 40 : k <= 180 ? 1.5 - (k - 60) / 40 : -1.5 + (k - 180) / 40).toFixed(6),
        );
        if (v >= 1) on = true;
        if (v <= -0.8) on = false;
        voltage_V.push(v);
        current_A.push((v + inside_V) * (on ? 1e-3 : 1e-5) + offset_A);
      }
      return featuresOf(file([series('sweep', { voltage_V, current_A })])).loops[0];
    };
    const offset = drawn(3e-6);
    expect(offset.verdict.name).toBe('bipolar');
    expect(offset.cycles[0].off_S).toBeCloseTo(1e-5, 9);
    expect(offset.cycles[0].on_S).toBeCloseTo(1e-3, 9);
    expect(offset.remarks.join()).toContain('3.00 µA flow at zero volts in all 3 passes');
    expect(drawn(0).remarks.join()).not.toContain('zero volts');
    // a voltage within the cell drives more through the on state
    const battery = drawn(0, 0.05);
    expect(battery.remarks.join()).not.toContain('zero volts');
    expect(battery.cycles[0].off_S).toBeCloseTo(1.5e-5, 9);
  });

  describe('of a cell that is on only while it is driven', () => {
    /** Loops ±1 V in steps of 10 mV through a cell of 100 µS and 100 nS, on from V_th to V_hold of each sweep; off by itself below. */
    function volatile(sweeps: readonly (readonly [vTh: number, vHold: number])[], negative = 1) {
      const voltage_V: number[] = [];
      const current_A: number[] = [];
      sweeps.forEach(([vTh, vHold], k) => {
        let on = false;
        for (const sign of [1, -1])
          for (let i = k === 0 && sign === 1 ? 0 : 1; i <= 200; i++) {
            const size = Number((i <= 100 ? i / 100 : 2 - i / 100).toFixed(6));
            const scale = sign === 1 ? 1 : negative;
            if (size >= scale * vTh - 1e-9) on = true;
            if (size < scale * vHold - 1e-9) on = false;
            voltage_V.push(sign * size);
            current_A.push(sign * size * (on ? 1e-4 : 1e-7));
          }
      });
      return featuresOf(file([series('sweep', { voltage_V, current_A })])).loops[0];
    }

    it('threshold and hold voltages stand between the points around them, a polarity each', () => {
      const { verdict, cycles, rules } = volatile([[0.6, 0.2]], 1.2);
      expect(verdict.name).toBe('volatile');
      const [positive, negative] = cycles[0].thresholds!;
      expect(positive).toMatchObject({
        polarity: 1,
        threshold: { after_V: 0.59, at_V: 0.6, seen: true, abrupt: true },
        hold: { after_V: 0.2, at_V: 0.19, seen: true },
      });
      expect(negative).toMatchObject({
        polarity: -1,
        threshold: { after_V: -0.71, at_V: -0.72 },
        hold: { after_V: -0.24, at_V: -0.23 },
      });
      expect(cycles[0].set).toBeUndefined();
      expect(rules).toContain('V_th: largest step of ln|I/V|');
    });

    it('over the cycles they have a median with an interval, and a law; what never switched on is censored', () => {
      const random = new RandomStream(3, 'volatile');
      const drawn = Array.from({ length: 40 }, (_, k): [number, number] => {
        const vTh = k === 17 ? 5 : 0.6 * Math.exp(0.08 * random.normal());
        return [vTh, 0.25 * Math.exp(0.1 * random.normal())];
      });
      const { summaries } = volatile(drawn);
      const of = (name: string) => summaries.find((one) => one.name === name)!;
      const [vTh, vHold] = [of('thresholdPositive_V'), of('holdPositive_V')];
      expect(vTh).toMatchObject({ n: 40, censored: 1, sign: 1, unit: 'V' });
      for (const [{ median }, truth] of [
        [vTh, 0.6],
        [vHold, 0.25],
      ] as const) {
        expect(median.value).toBeGreaterThan(0.93 * truth);
        expect(median.value).toBeLessThan(1.07 * truth);
        // voltages are those of points, 10 mV apart
        expect(median.low).toBeLessThanOrEqual(truth);
        expect(median.high).toBeGreaterThanOrEqual(truth);
      }
      const lognormal = vTh.distributions!.fits.find(({ law }) => law === 'lognormal')!;
      // The cycle that never switched on, beyond 1 V, lies six σ off the others: it widens the law.
      expect(lognormal.parameters.sigma.low).toBeLessThan(0.12);
      expect(lognormal.parameters.sigma.high).toBeGreaterThan(0.08);
      expect(of('thresholdNegative_V').sign).toBe(-1);
    });
  });
});
