import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import {
  Chang,
  DataDriven,
  type ElementModel,
  elementPoint,
  MetastableSwitch,
  messaris2018,
  messaris2021,
  NormalizedVteam,
  physicalPreset,
  physicalPresets,
} from '../../devices/elements/index.js';
import {
  integrate,
  pulseModelOf,
  sampleTimes,
  simulateWaveform,
  sineDrive,
} from '../../solver/device-waveform/index.js';

const stateOf = (model: ElementModel, share: number) =>
  model.state!.low + share * (model.state!.high - model.state!.low);

describe.each(physicalPresets.map((preset) => [preset.name, preset] as const))('%s', (_, preset) => {
  const model = preset.make();
  const [low, high] = [
    Math.max(-2 * preset.sweep.negative_V, model.validRange_V[0]),
    Math.min(2 * preset.sweep.positive_V, model.validRange_V[1]),
  ];
  const voltage = fc.double({ min: low, max: high, noNaN: true });
  const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });

  it('names its source and its preset', () => {
    expect(preset.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
    expect(model.source).toMatch(/\d{4}/);
  });

  it('its derivatives are those of its current', () => {
    const [a, b, c] = [elementPoint(), elementPoint(), elementPoint()];
    fc.assert(
      fc.property(voltage, share, (v, s) => {
        const x = stateOf(model, s);
        model.evaluate(v, x, a);
        const scale = Math.abs(a.current_A) + Math.abs(a.conductance_S) * 0.1;
        const dv = 1e-6 * Math.max(1, Math.abs(v));
        if (Math.sign(v - dv) === Math.sign(v + dv)) {
          model.evaluate(v - dv, x, b);
          model.evaluate(v + dv, x, c);
          expect(Math.abs((c.current_A - b.current_A) / (2 * dv) - a.conductance_S)).toBeLessThan(
            1e-4 * (scale / 0.1 + 1e-12),
          );
        }
        const dx = 1e-6 * (model.state!.high - model.state!.low);
        model.evaluate(v, x - dx, b);
        model.evaluate(v, x + dx, c);
        const slope = (c.current_A - b.current_A) / (2 * dx);
        expect(Math.abs(slope - a.stateSlope_A)).toBeLessThan(
          1e-4 * (Math.abs(slope) + 1e-9 / (model.state!.high - model.state!.low)),
        );
      }),
    );
  });

  it('is passive and monotonic where it says so, and finite far outside its range', () => {
    const point = elementPoint();
    fc.assert(
      fc.property(
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (v, s) => {
          model.evaluate(v, stateOf(model, s), point);
          expect(Number.isFinite(point.current_A)).toBe(true);
          if (model.passive) expect(v * point.current_A).toBeGreaterThanOrEqual(0);
          if (model.monotonic) expect(point.conductance_S).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it('shows a pinched loop in the sweep that it proposes', () => {
    const { positive_V, negative_V, frequency_Hz, series_ohm } = preset.sweep;
    const { voltage_V, current_A, state } = simulateWaveform(model, {
      drive_V: sineDrive(positive_V, negative_V, frequency_Hz),
      times_s: sampleTimes(frequency_Hz, 2, 400),
      series_ohm,
      tolerance: 1e-6,
    });
    const largest = Math.max(...current_A.map(Math.abs));
    voltage_V.forEach((v, k) => {
      if (Math.abs(v) < 1e-12) expect(Math.abs(current_A[k])).toBeLessThan(1e-9 * largest);
    });
    const moved = Math.max(...state) - Math.min(...state);
    expect(moved).toBeGreaterThan(0.01 * (model.state!.high - model.state!.low));
  });
});

/** The rate integrated in fine adaptive steps at constant voltage. */
function integrated(model: ElementModel, x: number, voltage_V: number, width_s: number): number {
  const { low, high } = model.state!;
  const point = elementPoint();
  const rate = (_: number, at: number) => {
    model.evaluate(voltage_V, at, point);
    return model.rate!(voltage_V, point.current_A, at);
  };
  const result = integrate(rate, x, 0, width_s, { low, high, tolerance: 1e-12, maxSteps: 1e6 });
  expect(result.status).toBe('settled');
  return result.state;
}

describe('closed forms against fine integration, 1e-6 of the range', () => {
  it.each([
    ['quadratic', messaris2021],
    ['exponential', messaris2018],
  ])('data-driven pulses, %s form', (_, parameters) => {
    const model = new DataDriven(parameters);
    const { low, high } = model.state;
    for (const share of [0.05, 0.3, 0.6, 0.95]) {
      for (const voltage_V of [-2, -1.2, -0.5, 0.5, 0.9, 2]) {
        for (const width_s of [1e-6, 1e-3, 0.1]) {
          const x = stateOf(model, share);
          const error = model.pulse(x, voltage_V, width_s) - integrated(model, x, voltage_V, width_s);
          expect(Math.abs(error) / (high - low)).toBeLessThan(1e-6);
        }
      }
    }
  });

  it('metastable switches', () => {
    const model = new MetastableSwitch();
    for (const x of [0, 0.2, 0.7, 1]) {
      for (const voltage_V of [-1, -0.3, 0, 0.25, 0.6]) {
        for (const elapsed_s of [1e-7, 1e-4, 1e-2]) {
          const error = model.step(x, voltage_V, elapsed_s) - integrated(model, x, voltage_V, elapsed_s);
          expect(Math.abs(error)).toBeLessThan(1e-6);
        }
      }
    }
  });

  it('k stochastic steps have the mean of the exact one and the spread of N switches', () => {
    const model = new MetastableSwitch();
    const stream = new RandomStream(1, 'switches');
    const switches = 1000;
    let [sum, squares] = [0, 0];
    const draws = 20_000;
    for (let n = 0; n < draws; n++) {
      const x = model.stochasticStep(0.3, 0.3, 5e-5, switches, stream);
      sum += x;
      squares += x * x;
    }
    const mean = sum / draws;
    const sigma = Math.sqrt(squares / draws - mean * mean);
    // each switch is on with its own probability: variance of a sum of two binomials
    const from = (start: number) => model.step(start, 0.3, 5e-5);
    const variance = (0.3 * from(1) * (1 - from(1)) + 0.7 * from(0) * (1 - from(0))) / switches;
    expect(Math.abs(mean - from(0.3))).toBeLessThan((3 * Math.sqrt(variance)) / Math.sqrt(draws));
    expect(Math.abs(sigma / Math.sqrt(variance) - 1)).toBeLessThan(3 / Math.sqrt(2 * draws));
  });
});

describe('a physical model as cells', () => {
  it('steps as its own pulses do', () => {
    const model = physicalPreset('vteam-normalized').make();
    const pulses = {
      potentiation: { amplitude_V: 0.8, width_s: 1e-3 },
      depression: { amplitude_V: -0.8, width_s: 1e-3 },
    };
    const cells = pulseModelOf(model, pulses, { read_V: 0.1 });
    // w after 10 pulses of 1 ms is w after 10 ms
    const wave = simulateWaveform(model, { drive_V: () => 0.8, times_s: [0, 1e-2], initial: 0.2 });
    const shareOf = (w: number) => w;
    expect(cells.potentiation.after(shareOf(0.2), 10)).toBeCloseTo(shareOf(wave.state[1]), 3);
    expect(cells.g_max_S / cells.g_min_S).toBeCloseTo(100, 6);
  });

  it('a volatile one forgets', () => {
    const model = new Chang();
    const { state } = simulateWaveform(model, { drive_V: () => 0, times_s: [0, 5], initial: 0.8 });
    expect(state[1]).toBeCloseTo(0.8 * Math.exp((-4.5 * 5) / 10), 7);
  });
});

describe('bad parameters name the field', () => {
  it.each([
    [() => new NormalizedVteam({ r_on_ohm: 2e5 }), /r_on_ohm must be below r_off_ohm, got 200000 and 100000/],
    [() => new MetastableSwitch({ tau_s: 0 }), /tau_s must be positive, got 0/],
    [() => new Chang({ gamma_A: -1 }), /gamma_A must be ≥ 0, got -1/],
    [() => physicalPreset('tio2-joglekr'), /did you mean tio2-joglekar/],
  ])('%#', (make, message) => {
    expect(make).toThrow(message);
  });
});
