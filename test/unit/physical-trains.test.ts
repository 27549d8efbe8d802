import { describe, expect, it } from 'vitest';
import { fitLabel } from '../../devices/cells/pulse/index.js';
import {
  expressionModel,
  MetastableSwitch,
  physicalPreset,
  physicalPresets,
} from '../../devices/elements/index.js';
import { physicalTrains, pulseModelOf } from '../../solver/device-waveform/index.js';

const options = { either: true, read_V: 0.1, series_ohm: 0, mostPulses: 5000 };

describe('trains of pulses on a physical model', () => {
  it('are the closed form of metastable switches, and the label of its exponential', () => {
    const model = new MetastableSwitch({ initial: 0.7 });
    const pulse = { up_V: 0.5, down_V: -0.5, width_s: 1e-5, pulses: 30 };
    const { up_S, down_S } = physicalTrains(model, { ...options, ...pulse });
    const conductance = (x: number) => x / 500 + (1 - x) / 1500;
    const top = model.step(0, 0.5, 3e-4);
    for (const n of [0, 1, 7, 30]) {
      expect(up_S[n] / conductance(model.step(0, 0.5, n * 1e-5))).toBeCloseTo(1, 8);
      expect(down_S[n] / conductance(model.step(top, -0.5, n * 1e-5))).toBeCloseTo(1, 8);
    }
    // a = 1/(ΣP·t/τ), t the whole train: NL = 10.1015·(B − a − a·ln(B/a))
    const rate = -Math.log(1 - top / model.step(0, 0.5, 1)) / 3e-4;
    const a = 1 / (rate * 3e-4);
    const b = 1 / (1 - Math.exp(-1 / a));
    expect(fitLabel(up_S, 'fixed').label).toBeCloseTo(10.1015 * (b - a - a * Math.log(b / a)), 3);
  });

  it.each(physicalPresets.map((preset) => [preset.name, preset] as const))(
    '%s goes up and comes down in about 50 pulses of its own',
    (_, preset) => {
      const { positive_V, negative_V, series_ohm } = preset.sweep;
      const ends = { up_V: positive_V, down_V: -negative_V, series_ohm };
      const { up_S, down_S, axis } = physicalTrains(preset.make(), { ...options, ...ends });
      for (const train of [up_S, down_S]) {
        expect(train.length).toBeGreaterThan(45);
        expect(train.length).toBeLessThan(56);
      }
      expect(up_S.every((g, n) => n === 0 || g >= up_S[n - 1])).toBe(true);
      expect(down_S.every((g, n) => n === 0 || g <= down_S[n - 1])).toBe(true);
      // five per cent are left of the way up, and again of the way down
      const top = up_S[up_S.length - 1];
      expect(down_S[0]).toBe(top);
      expect(down_S[down_S.length - 1] - axis.g_min_S).toBeLessThan(0.2 * (axis.g_max_S - axis.g_min_S));
    },
  );

  it('take the polarity that raises the conductance, and say where an end is locked', () => {
    const vteam = physicalTrains(physicalPreset('vteam-kvatinsky').make(), {
      ...options,
      up_V: 1,
      down_V: -1,
    });
    expect(vteam.potentiation.amplitude_V).toBe(-1);
    expect(vteam.lockedEnd).toBe(false);
    const strukov = physicalPreset('tio2-strukov').make();
    expect(physicalTrains(strukov, { ...options, up_V: 1, down_V: -1 }).lockedEnd).toBe(true);
  });

  it('name the amplitude that does not do what it should', async () => {
    const model = physicalPreset('ag-asi-jo').make();
    const asked = { ...options, either: false };
    expect(() => physicalTrains(model, { ...asked, up_V: 1, down_V: -2 })).toThrow(
      /1 V does not raise .* that potentiate/,
    );
    expect(() => physicalTrains(model, { ...asked, up_V: 4, down_V: -0.2 })).toThrow(
      /-0.2 V does not lower .* that depress/,
    );
    const ohmic = await expressionModel({ name: 'ohmic', current: 'v/1000' });
    expect(() => physicalTrains(ohmic, { ...asked, up_V: 1, down_V: -1 })).toThrow(/no state that moves/);
    const source = await expressionModel({ name: 'source', current: '-1e-3*v*x', rate: 'v' });
    expect(() => physicalTrains(source, { ...asked, up_V: 1, down_V: -1 })).toThrow(/none negative/);
  });
});

describe('a physical model as cells', () => {
  it('may reach its end with one pulse', () => {
    const { make, sweep } = physicalPreset('sdc-knowm');
    const pulses = {
      potentiation: { amplitude_V: 0.8, width_s: 0.1 },
      depression: { amplitude_V: -0.8, width_s: 0.1 },
    };
    const cells = pulseModelOf(make(), pulses, { read_V: 0.1, series_ohm: sweep.series_ohm });
    for (const w of [0, 0.1, 0.55, 0.9]) {
      expect(cells.potentiation.after(w, 1)).toBeCloseTo(cells.potentiation.after(0, 1), 4);
      expect(cells.depression.after(w, 1)).toBeCloseTo(0, 4);
    }
  });
});
