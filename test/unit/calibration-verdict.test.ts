import { describe, expect, it } from 'vitest';
import { featuresOf } from '../../calibration/features/index.js';
import { RandomStream } from '../../core/index.js';
import { column, dataPath, file, rowsOf, series } from './measured-series.js';

/** Voltages through the corners, `points` to each. */
function ramp(corners: readonly number[], points = 50): number[] {
  const voltages = [corners[0]];
  for (let c = 1; c < corners.length; c++)
    for (let k = 1; k <= points; k++)
      voltages.push(corners[c - 1] + ((corners[c] - corners[c - 1]) * k) / points);
  return voltages;
}

/** Verdict of the current that `cell` lets through, a fresh cell a sweep, with relative noise of half a percent. */
function verdictOf(voltages: number[], cell: () => (volt: number) => number, noise_A = 0) {
  const random = new RandomStream(5, 'verdict');
  const through = cell();
  const current = voltages.map(
    (volt) => through(volt) * (1 + 0.005 * random.normal()) + noise_A * random.normal(),
  );
  const features = featuresOf(file([series('sweep', { voltage_V: voltages, current_A: current })]));
  if (features.verdict === undefined) throw new Error('a sweep has a verdict');
  return { verdict: features.verdict, loops: features.loops[0] };
}

/** A cell of two states: `next` says which it is in after a voltage. */
const twoStates =
  (on_S: number, off_S: number, next: (volt: number, on: boolean) => boolean) =>
  (): ((volt: number) => number) => {
    let on = false;
    return (volt) => {
      on = next(volt, on);
      return volt * (on ? on_S : off_S);
    };
  };

const bipolarCell = twoStates(1e-3, 1e-6, (volt, on) => (volt >= 0.8 ? true : volt <= -0.6 ? false : on));

describe('the verdict of a sweep', () => {
  const loop = ramp([0, 1, 0, -1, 0]);

  it('is bipolar where one polarity sets and the other resets', () => {
    const { verdict, loops } = verdictOf(ramp([0, 1, 0, -1, 0, 1, 0, -1, 0]), bipolarCell);
    expect(verdict).toMatchObject({ name: 'bipolar', switches: true });
    expect(loops.cycles).toHaveLength(2);
  });

  it('is bipolar whichever polarity sets, and however the file begins', () => {
    const turned = twoStates(1e-3, 1e-6, (volt, on) => (volt <= -0.8 ? true : volt >= 0.6 ? false : on));
    expect(
      verdictOf(
        loop.map((v) => -v),
        bipolarCell,
      ).verdict.name,
    ).toBe('unclear');
    expect(verdictOf(ramp([0, 1, 0, -1, 0, 1, 0, -1, 0]), turned).verdict.name).toBe('bipolar');
    expect(verdictOf(ramp([1, 0, -1, 0, 1]), bipolarCell).verdict.name).toBe('bipolar');
  });

  it('is bipolar where the state creeps, from whichever extreme the sweep starts; no reset voltage where no maximum is passed', () => {
    // The state follows the voltage slowly: no jump anywhere, the current largest at both turning points.
    const creeping = () => {
      let w = 0.4;
      return (volt: number) => {
        w += 0.02 * (volt > 0 ? volt ** 2 * (1 - w) : -(volt ** 2) * w);
        return 1e-5 * Math.sinh(3 * volt) * (0.1 + w);
      };
    };
    for (const corners of [
      [1, 0, -1, 0, 1],
      [-1, 0, 1, 0, -1],
      [0, 1, 0, -1, 0],
    ]) {
      const { verdict, loops } = verdictOf(ramp(corners), creeping);
      expect(verdict.name, corners.join()).toBe('bipolar');
      expect(loops.cycles).toHaveLength(1);
      expect(loops.cycles[0].reset).toMatchObject({ seen: false, after_V: -1 });
      expect(loops.cycles[0].set).toBeUndefined();
      expect(loops.remarks.join()).toContain('none up to the largest voltage');
    }
  });

  it('is unipolar where the same polarity sets and resets', () => {
    // Sets at 1.2 V, resets at 0.6 V in a sweep that stops short of the set.
    const cell = () => {
      let [on, last] = [false, 0];
      return (volt: number) => {
        if (volt >= 1.2) on = true;
        else if (on && volt > last && volt >= 0.6) on = false;
        last = volt;
        return volt * (on ? 1e-3 : 1e-6);
      };
    };
    const { verdict, loops } = verdictOf(ramp([0, 1.5, 0, 1, 0, 1.5, 0, 1, 0]), cell);
    expect(verdict.name).toBe('unipolar');
    expect(loops.cycles).toHaveLength(2);
    expect(loops.cycles[0].set?.at_V).toBeCloseTo(1.2, 6);
    expect(loops.cycles[0].reset?.at_V).toBeCloseTo(0.58, 6);
  });

  it('is volatile where the on state lasts as long as the voltage', () => {
    const threshold = twoStates(1e-4, 1e-7, (volt, on) =>
      Math.abs(volt) >= 0.8 ? true : Math.abs(volt) <= 0.3 ? false : on,
    );
    expect(verdictOf(loop, threshold).verdict).toMatchObject({ name: 'volatile', switches: true });
  });

  it('is rectifying where one polarity conducts', () => {
    const { verdict, loops } = verdictOf(loop, () => (volt) => 1e-9 * (Math.exp(volt / 0.06) - 1));
    expect(verdict).toMatchObject({ name: 'rectifying', switches: false });
    expect(loops.cycles).toEqual([]);
  });

  it('is capacitive where the current follows the rate of the voltage', () => {
    const time = Array.from(loop, (_, k) => 0.01 * k);
    const current = loop.map(
      (volt, k) => volt * 1e-9 + (((loop[k + 1] ?? 0) - (loop[k - 1] ?? 0)) / 0.02) * 5e-9,
    );
    const { verdict } = featuresOf(
      file([series('sweep', { time_s: time, voltage_V: loop, current_A: current })]),
    );
    expect(verdict?.name).toBe('capacitive');
    expect(verdict?.capacitance_F).toBeCloseTo(5e-9, 10);
  });

  it('is open where the current does not follow, shorted where it meets nothing', () => {
    expect(verdictOf(loop, () => () => 0, 1e-10).verdict.name).toBe('open');
    expect(verdictOf(loop, () => (volt) => volt * 1e-14).verdict.name).toBe('open');
    expect(verdictOf(loop, () => (volt) => volt / 12).verdict.name).toBe('shorted');
    const held = loop.map((volt) => Math.max(-1e-3, Math.min(1e-3, volt * 10)));
    const limited = featuresOf(file([series('sweep', { voltage_V: loop, current_A: held })]));
    expect(limited.verdict?.name).toBe('shorted');
  });

  it('is ohmic with its resistance', () => {
    const { verdict } = verdictOf(loop, () => (volt) => volt / 4700);
    expect(verdict.name).toBe('ohmic');
    expect(Math.abs((verdict.resistance_Ohm?.value ?? 0) / 4700 - 1)).toBeLessThan(0.002);
  });

  it('is ohmic under any noise, relative or not, and in one cycle or many: noise neither bends nor switches', () => {
    const many = ramp([0, 1, 0, -1, 0, 1, 0, -1, 0, 1, 0, -1, 0]);
    for (let seed = 0; seed < 6; seed++) {
      const random = new RandomStream(seed, 'noisy resistor');
      for (const share of [0.02, 0.025, 0.05, 0.1, 0.3])
        for (const sweep of [loop, many]) {
          const added = sweep.map((volt) => volt / 5000 + share * 2e-4 * random.normal());
          const scaled = sweep.map((volt) => (volt / 5000) * (1 + share * random.normal()));
          for (const [kind, current_A] of Object.entries({ added, scaled })) {
            const { verdict } = featuresOf(file([series('sweep', { voltage_V: sweep, current_A })]));
            expect(verdict, `${kind} ${share} ${sweep.length} seed ${seed}`).toMatchObject({
              name: 'ohmic',
              switches: false,
            });
            const R = verdict?.resistance_Ohm;
            expect(Math.abs((R?.value ?? 0) / 5000 - 1)).toBeLessThan(0.15);
          }
        }
    }
  });

  it('sees a bend and a threshold switch through noise', () => {
    const many = ramp([0, 1, 0, -1, 0, 1, 0, -1, 0, 1, 0, -1, 0]);
    const curved = verdictOf(many, () => (volt) => 1e-5 * Math.sinh(3 * volt), 0.1 * 1e-4);
    expect(curved.verdict.because).toContain('curved conductor');
    const threshold = twoStates(1e-4, 1e-7, (volt, on) =>
      Math.abs(volt) >= 0.8 ? true : Math.abs(volt) <= 0.3 ? false : on,
    );
    expect(verdictOf(many, threshold, 3e-6).verdict.name).toBe('volatile');
  });

  it('refuses a read voltage beyond the sweep rather than call the state the same', () => {
    const random = new RandomStream(5, 'beyond');
    const through = bipolarCell();
    const current_A = loop.map((volt) => through(volt) * (1 + 0.005 * random.normal()));
    const { verdict } = featuresOf(file([series('sweep', { voltage_V: loop, current_A })]), {
      readVoltage_V: 3,
    });
    expect(verdict).toMatchObject({ name: 'unclear', switches: false });
    expect(verdict?.because).toContain('3.00 V, lies beyond the sweep, which goes to 1.00 V');
  });

  it('is unclear, with what is missing, where the data does not decide', () => {
    const half = verdictOf(ramp([0, 1, 0]), bipolarCell);
    expect(half.verdict).toMatchObject({ name: 'unclear', switches: true });
    expect(half.verdict.missing).toContain('negative side');
    expect(half.loops.cycles[0].set?.at_V).toBeCloseTo(0.8, 6);
    const curved = verdictOf(loop, () => (volt) => 1e-6 * Math.sinh(4 * volt));
    expect(curved.verdict).toMatchObject({ name: 'unclear', switches: false });
    const piece = verdictOf(ramp([1, 0.86]), () => (volt) => volt / 1000);
    expect(piece.verdict.missing).toContain('from zero');
    const ramped = verdictOf(ramp([0, 1]), () => (volt) => volt / 1000);
    expect(ramped.verdict).toMatchObject({ name: 'unclear', resistance_Ohm: { identifiable: true } });
    expect(verdictOf(ramp([-1, 1]), () => (volt) => volt / 1000).verdict.name).toBe('ohmic');
    expect(verdictOf([0, 0.5, 1, 0.5], bipolarCell).verdict.because).toContain('fewer than 8 points');
    const oneWay = verdictOf(ramp([0, 1]), bipolarCell);
    expect(oneWay.verdict).toMatchObject({ name: 'unclear', switches: false });
  });
});

describe('the verdict of files of others', () => {
  const resistor = dataPath('cases/calibration/B2-a-resistor/10-FS-1.5v-0.05sv-0.05sd.txt');
  it.skipIf(resistor === undefined)('calls a resistor a resistor (OHMPROP_DATA)', () => {
    const rows = rowsOf(resistor as string, '\t');
    const { verdict, loops } = featuresOf(
      file([series('sweep', { voltage_V: column(rows, 0), current_A: column(rows, 1) })]),
    );
    expect(verdict?.name).toBe('ohmic');
    expect(Math.abs((verdict?.resistance_Ohm?.value ?? 0) / 2427.1049175029193 - 1)).toBeLessThan(1e-6);
    expect(Math.abs((verdict?.offset_A?.value ?? 0) / -5.591311475410155e-8 - 1)).toBeLessThan(0.01);
    expect(verdict?.because).toContain('± 0.00021 kΩ');
    expect(loops[0].cycles).toEqual([]);
  });

  const run = dataPath('devices/endurance/05_endurance_set_run.txt');
  it.skipIf(run === undefined)('finds set, reset and reads as the instrument did (OHMPROP_DATA)', () => {
    const [set, reset] = ['set', 'reset'].map((name) => {
      const rows = rowsOf(dataPath(`devices/endurance/05_endurance_${name}_run.txt`) as string, '\t');
      return series('sweep', { voltage_V: column(rows, 2), current_A: column(rows, 1) }, { name });
    });
    const { verdict, loops } = featuresOf(file([set, reset]), { readVoltage_V: 0.2 });
    expect(verdict?.name).toBe('bipolar');
    const [cycle] = loops[0].cycles;
    // The instrument's own formulas wrote VSET 1.43 V, ILRS 108.97 µA and IHRS 321.9 nA at 0.2 V, VRESET 0.69 V.
    expect(cycle.set).toMatchObject({ after_V: -1.42, at_V: -1.43, abrupt: true });
    expect(cycle.reset?.at_V).toBeCloseTo(0.69, 9);
    expect(cycle.on_S * 0.2).toBeCloseTo(108.9703e-6, 9);
    expect(cycle.off_S * 0.2).toBeCloseTo(321.8892e-9, 12);
    expect(cycle.complianceReached).toBe(true);
  });

  const sine = dataPath('devices/knowm_sdc/5kohm_.8V_100Hz_M1_Memristor.csv');
  it.skipIf(sine === undefined)(
    'reads one period of a sine, at the device and before its resistor (OHMPROP_DATA)',
    () => {
      for (const what of ['Memristor', 'Resistor_plus_Memristor'])
        for (const device of ['M1', 'M3']) {
          const rows = rowsOf(
            dataPath(`devices/knowm_sdc/5kohm_.8V_100Hz_${device}_${what}.csv`) as string,
            ',',
            0,
          );
          const sweep = series('waveform', { voltage_V: column(rows, 0), current_A: column(rows, 1, 1e-6) });
          expect(featuresOf(file([sweep])).verdict?.name, `${device} ${what}`).toBe('bipolar');
        }
    },
  );
});
