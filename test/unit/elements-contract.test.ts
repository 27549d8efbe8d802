import { describe, expect, it } from 'vitest';
import {
  biolekWindow,
  Diode,
  type ElementModel,
  elementPoint,
  expressionModel,
  joglekarWindow,
  LinearIonDrift,
  prodromakisWindow,
  Resistor,
  strukovWindow,
  Vteam,
  zhaWindow,
} from '../../devices/elements/index.js';

const user = await expressionModel({
  name: 'sinh',
  current: 'g * x * sinh(b * v) / b',
  rate: 'k * i * x * (1 - x)',
  parameters: { g: 1e-4, b: 2, k: 1e5 },
});

/** Every model of the folder; a new one is added here. */
const models: [string, ElementModel][] = [
  ['resistor', Resistor.ofResistance(4.7e3)],
  ['negative resistor', Resistor.ofResistance(-1e3)],
  ['diode', new Diode()],
  ['zener', new Diode({ IS: 2.52e-9, N: 1.752, BV: 5.1 })],
  ['diode with a knee', new Diode({ IKF: 1e-3, temperature_C: 80 })],
  ['linear ion drift', new LinearIonDrift()],
  ['linear ion drift, biolek', new LinearIonDrift({ window: biolekWindow(2) })],
  ['linear ion drift, strukov', new LinearIonDrift({ window: strukovWindow })],
  ['linear ion drift, prodromakis', new LinearIonDrift({ window: prodromakisWindow(2) })],
  ['linear ion drift, zha', new LinearIonDrift({ window: zhaWindow(2) })],
  ['vteam', new Vteam()],
  ['vteam, exponential', new Vteam({ mixing: 'exponential', window: joglekarWindow(2) })],
  ['user expression', user],
];

function states(model: ElementModel): number[] {
  if (model.state === undefined) return [0];
  const { low, high } = model.state;
  return [0, 0.13, 0.5, 0.9, 1].map((share) => low + share * (high - low));
}

const voltages = [-6, -5.2, -2, -0.3, -0.08, -0.02, 0, 0.01, 0.2, 0.65, 0.8];

describe.each(models)('%s', (_, model) => {
  const point = elementPoint();
  const at = (v: number, x: number) => {
    model.evaluate(v, x, point);
    return { ...point };
  };

  it('gives the derivatives of its current', () => {
    for (const x of states(model)) {
      for (const v of voltages) {
        const here = at(v, x);
        const h = 1e-6;
        const slope = (at(v + h, x).current_A - at(v - h, x).current_A) / (2 * h);
        const size = Math.abs(slope) + Math.abs(here.current_A) + 1e-12;
        expect(Math.abs(here.conductance_S - slope), `∂I/∂V at ${v} V`).toBeLessThan(2e-4 * size);
        if (model.state === undefined) continue;
        const d = 1e-5 * (model.state.high - model.state.low);
        const byState = (at(v, x + d).current_A - at(v, x - d).current_A) / (2 * d);
        expect(Math.abs(here.stateSlope_A - byState)).toBeLessThan(1e-4 * (Math.abs(byState) + 1e-12));
      }
    }
  });

  it('is what it declares', () => {
    for (const x of states(model)) {
      const unit = at(1, x).current_A;
      for (const v of voltages) {
        const { current_A, conductance_S } = at(v, x);
        if (model.passive) expect(current_A * v).toBeGreaterThanOrEqual(0);
        if (model.monotonic) expect(conductance_S).toBeGreaterThanOrEqual(0);
        if (model.linear) expect(current_A).toBeCloseTo(unit * v, 14);
      }
    }
  });

  it('stays finite far out and limits Newton steps to what lies between', () => {
    for (const x of states(model)) {
      for (const v of [-1e3, 1e3]) {
        const { current_A, conductance_S } = at(v, x);
        if (model !== user) expect(Number.isFinite(current_A) && Number.isFinite(conductance_S)).toBe(true);
      }
    }
    const limited = model.limit_V?.(100, 0.7) ?? 0.7;
    expect(limited).toBeGreaterThanOrEqual(0.7);
    expect(limited).toBeLessThan(1.2);
  });

  it('does not leave its bounds by a window that vanishes there', () => {
    if (model.rate === undefined || model.state === undefined) return;
    const { low, high } = model.state;
    for (const x of [low, high]) {
      for (const v of [-2, 2]) expect(Number.isFinite(model.rate(v, at(v, x).current_A, x))).toBe(true);
    }
  });
});

describe('published shapes', () => {
  it('moves a linear-ion-drift state by µ·R_on/D² · i', () => {
    // Strukov 2008, eq. 6 with F = 1 at mid-film for Joglekar p = 1.
    const model = new LinearIonDrift({ initial: 0.5 });
    expect(model.rate(0, 1e-4, 0.5)).toBeCloseTo((1e-14 * 100) / 1e-16 / 1e4, 12);
  });

  it('keeps a VTEAM state between its thresholds and follows the power law beyond', () => {
    const model = new Vteam({
      v_on_V: -0.2,
      v_off_V: 0.5,
      k_off: 40,
      alpha_off: 2,
      x_off: 1,
      initial: 0.5,
      unit: '1',
    });
    expect(model.rate(0.5, 0, 0.5)).toBe(0);
    expect(model.rate(-0.19, 0, 0.5)).toBe(0);
    expect(model.rate(1, 0, 0.5)).toBeCloseTo(40, 12);
    expect(model.rate(-0.4, 0, 0.5)).toBeCloseTo(-10, 12);
  });

  it('breaks a diode down with IBV at BV', () => {
    const model = new Diode({ IS: 1e-12, BV: 5, IBV: 1e-3, gmin_S: 0 });
    const point = elementPoint();
    model.evaluate(-5, 0, point);
    expect(point.current_A).toBeCloseTo(-1e-3, 6);
  });
});

describe('parameters that make no sense', () => {
  it.each([
    [() => new LinearIonDrift({ r_on_ohm: 2e4 }), /r_on_ohm must be below/],
    [() => new Vteam({ v_on_V: 0.1 }), /v_on_V < 0 < v_off_V/],
    [() => new Diode({ IS: -1 }), /IS must be a positive number/],
    [() => Resistor.ofResistance(0), /0 Ω has no finite conductance/],
  ])('are named (%#)', (make, message) => {
    expect(make).toThrow(message);
  });

  it('names the expression that cannot be read', async () => {
    await expect(expressionModel({ name: 'm', current: 'g*v', parameters: {} })).rejects.toThrow(
      /"g\*v".*g is neither/,
    );
    await expect(expressionModel({ name: 'm', current: 'v*(' })).rejects.toThrow(/current "v\*\("/);
  });
});
