import { describe, expect, it } from 'vitest';
import { compile } from '../../core/expression/index.js';
import {
  biolekWindow,
  Diode,
  DiodeSelector,
  type ElementModel,
  elementCurrent_A,
  elementPartials,
  elementPoint,
  elementRate,
  expressionModel,
  initialState,
  joglekarWindow,
  LinearIonDrift,
  Memdiode,
  MetastableSwitch,
  mirrored,
  NormalizedVteam,
  noWindow,
  physicalPresets,
  prodromakisWindow,
  Resistor,
  rateSlopesOf,
  strukovWindow,
  ThresholdSelector,
  Vteam,
  Yakopcic,
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
  ['diode selector', new DiodeSelector()],
  ['threshold selector', new ThresholdSelector()],
  ['linear ion drift', new LinearIonDrift()],
  ['linear ion drift, biolek', new LinearIonDrift({ window: biolekWindow(2) })],
  ['linear ion drift, strukov', new LinearIonDrift({ window: strukovWindow })],
  ['linear ion drift, prodromakis', new LinearIonDrift({ window: prodromakisWindow(2) })],
  ['linear ion drift, zha', new LinearIonDrift({ window: zhaWindow(2) })],
  ['vteam', new Vteam({ initial: 1e-9 })],
  ['vteam, exponential', new Vteam({ initial: 1e-9, mixing: 'exponential', window: joglekarWindow(2) })],
  ['normalized vteam, ohmic', new NormalizedVteam({ b_per_V: 0 })],
  ['memdiode', new Memdiode()],
  ['memdiode, steep one way, behind a resistance', new Memdiode({ beta: 0.99, r_off_ohm: 1e5 })],
  ['memdiode, rectifying', new Memdiode({ beta: 0.9, r_on_ohm: 0, alpha_off_per_V: 5 })],
  ['mirrored', mirrored(new NormalizedVteam({ v_set_V: 0.3, alpha_set: 1.4 }))],
  ['mirrored twice, by its current', mirrored(mirrored(new LinearIonDrift({ window: biolekWindow(2) })))],
  ['metastable switch with a contact', new MetastableSwitch({ phi: 0.8 })],
  ...physicalPresets.map(({ name, make }): [string, ElementModel] => [name, make()]),
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
        // At a kink, the slope of one side.
        const right = (at(v + h, x).current_A - here.current_A) / h;
        const left = (here.current_A - at(v - h, x).current_A) / h;
        const off = Math.min(...[slope, right, left].map((g) => Math.abs(here.conductance_S - g)));
        const size = Math.abs(slope) + Math.abs(here.current_A) + 1e-12;
        expect(off, `∂I/∂V at ${v} V`).toBeLessThan(2e-4 * size);
        if (model.state === undefined) continue;
        const d = 1e-5 * (model.state.high - model.state.low);
        const byState = (at(v, x + d).current_A - at(v, x - d).current_A) / (2 * d);
        expect(Math.abs(here.stateSlope_A - byState)).toBeLessThan(
          1e-4 * (Math.abs(byState) + 1e-12) + (4e-16 * Math.abs(here.current_A)) / d,
        );
      }
    }
  });

  it.skipIf(model.rate === undefined)('gives the slopes of its rate', () => {
    const rate = elementRate();
    const speed = (v: number, x: number) => {
      model.evaluate(v, x, point);
      return model.rate!(v, point.current_A, x);
    };
    for (const x of states(model).slice(1, -1)) {
      for (const v of voltages) {
        model.evaluate(v, x, point);
        rateSlopesOf(model)(v, x, point, rate);
        const d = 1e-6 * (model.state!.high - model.state!.low);
        const here = speed(v, x);
        expect(close(rate.rate, here, 1e-9)).toBe(true);
        for (const [slope, above, below, h] of [
          [rate.voltageSlope, speed(v + 1e-6, x), speed(v - 1e-6, x), 1e-6],
          [rate.stateSlope, speed(v, x + d), speed(v, x - d), d],
        ]) {
          // At a threshold or a change of sign, the slope of one side.
          const sides = [(above - below) / 2, above - here, here - below].map((rise) => rise / h);
          const off = Math.min(...sides.map((side) => Math.abs(side - slope)));
          const size = Math.abs(sides[0]) + (1e-8 * Math.abs(here)) / h;
          expect(off, `at ${v} V, ${x}: ${slope}, ${sides}`).toBeLessThanOrEqual(2e-4 * size + 1e-300);
        }
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

  it.skipIf(model.equations === undefined)('states the equations that it computes', () => {
    const { current, rate } = model.equations!;
    const keys = ['v', 'x', 'i', ...model.parameters.map(({ name }) => name)];
    const indexOf = new Map(keys.map((key, k) => [key, k]));
    const values = [0, 0, 0, ...model.parameters.map(({ value }) => value)];
    const [stated, statedRate, inFront] = [current, rate, model.equations!.series].map(
      (tree) => tree && compile(tree, indexOf),
    );
    expect(rate === undefined).toBe(model.rate === undefined);
    for (const x of states(model)) {
      for (const v of [...voltages, -1e3, 1e3]) {
        const { current_A } = at(v, x);
        if (!Number.isFinite(current_A)) continue;
        const u = Float64Array.from(values);
        u.set([v, x, current_A]);
        u[0] -= (inFront?.(u) ?? 0) * current_A;
        expect(close(stated!(u), current_A, 1e-11), `I at ${v} V, ${x}`).toBe(true);
        u[0] = v;
        if (model.rate === undefined) continue;
        const speed = model.rate(v, current_A, x);
        expect(close(statedRate!(u), speed, 1e-9), `rate at ${v} V, ${x}: ${statedRate!(u)}, ${speed}`).toBe(
          true,
        );
      }
    }
  });

  it.skipIf(model.rate === undefined)('has a finite rate at its bounds', () => {
    for (const x of [model.state!.low, model.state!.high]) {
      for (const v of [-2, 2]) expect(Number.isFinite(model.rate!(v, at(v, x).current_A, x))).toBe(true);
    }
  });

  it('names its parameters with units and bounds', () => {
    const names = model.parameters.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, value, min, max, unit } of model.parameters) {
      expect(unit, name).not.toBe('');
      expect(min <= value && value <= max, `${name} within its bounds`).toBe(true);
    }
  });

  it('is made again with other values, and refuses those out of bounds', () => {
    const before = model.parameters.map(({ value }) => value);
    for (const { name, value, min, max, unit } of model.parameters) {
      const step = stepOf({ value, unit }) * (value + stepOf({ value, unit }) > max ? -1 : 1);
      const moved = model.with({ [name]: value + step });
      expect([moved.name, moved.source]).toEqual([model.name, model.source]);
      moved.parameters.forEach((parameter, k) => {
        const wanted = parameter.name === name ? value + step : before[k];
        expect(close(parameter.value, wanted, 1e-15), parameter.name).toBe(true);
      });
      const refused = [Number.NaN];
      if (min > -Number.MAX_VALUE) refused.push(min - (Math.abs(min) + 1e-12));
      if (max < Number.MAX_VALUE) refused.push(max + (Math.abs(max) + 1e-12));
      for (const wrong of refused) {
        expect(() => model.with({ [name]: wrong })).toThrow(
          new RegExp(`${name.replace('.', '\\.')} must lie`),
        );
      }
    }
    expect(model.parameters.map(({ value }) => value)).toEqual(before);
    expect(() => model.with({ nonsense: 1 })).toThrow(/has no parameter nonsense.*Known: /);
  });

  it('gives the partial derivatives by its parameters', () => {
    const out = elementPartials(model);
    let [checked, kinks] = [0, 0];
    model.parameters.forEach((parameter, k) => {
      const { name, value, min, max } = parameter;
      const h = stepOf(parameter);
      // Where a bound is near, away from it: the same formula around a shifted centre.
      const centre = Math.min(max - 2 * h, Math.max(min + 2 * h, value));
      const shifted = centre === value ? model : model.with({ [name]: centre });
      const neighbours = [-2, -1, 1, 2].map((n) => model.with({ [name]: centre + n * h }));
      for (const x of states(model)) {
        for (const v of voltages) {
          shifted.evaluate(v, x, point);
          const { current_A } = point;
          shifted.partials(v, current_A, x, out);
          const currents = neighbours.map((m) => elementCurrent_A(m, v, x));
          const rates = neighbours.map((m) => m.rate?.(v, current_A, x) ?? 0);
          for (const [exact, [a, b, c, d]] of [
            [out.current[k], currents],
            [out.rate[k], rates],
          ] as const) {
            const [coarse, fine] = [(d - a) / (4 * h), (c - b) / (2 * h)];
            const noise = (1e-12 * (Math.abs(a) + Math.abs(d))) / h;
            if (Math.abs(coarse - fine) > 1e-4 * Math.abs(fine) + noise) {
              kinks++;
              continue;
            }
            checked++;
            const difference = (4 * fine - coarse) / 3;
            expect(
              Math.abs(exact - difference),
              `∂/∂${name} at ${v} V, state ${x}: ${exact}, by differences ${difference}`,
            ).toBeLessThanOrEqual(2e-6 * Math.abs(difference) + noise);
          }
        }
      }
    });
    expect(kinks).toBeLessThan(0.05 * checked);
  });
});

const close = (a: number, b: number, relative: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b));

/** A small change of a parameter; of one at 0, small against what its unit is about. */
function stepOf({ value, unit }: { value: number; unit: string }): number {
  if (value !== 0) return 1e-4 * Math.abs(value);
  return unit === 'm' ? 1e-13 : 1e-7;
}

describe('windows', () => {
  // by hand, from the equations of the papers
  it.each([
    [noWindow, [1, 1, 1, 1, 1, 1]],
    [strukovWindow, [0, 0.1875, 0.25, 0, 0.1875, 0.25]],
    [joglekarWindow(2), [0, 1 - 0.5 ** 4, 1, 0, 1 - 0.5 ** 4, 1]],
    [biolekWindow(2), [1, 1 - 0.25 ** 4, 1 - 0.5 ** 4, 0, 1 - 0.75 ** 4, 1 - 0.5 ** 4]],
    [
      prodromakisWindow(2, 3),
      [0, 3 * (1 - 0.8125 ** 2), 3 * (1 - 0.75 ** 2), 0, 3 * (1 - 0.8125 ** 2), 3 * (1 - 0.75 ** 2)],
    ],
    [
      zhaWindow(1, 2),
      [
        0.5,
        2 * (1 - 0.25 / 16 - 0.75),
        2 * (1 - 0.25 / 4 - 0.75),
        0,
        2 * (1 - (0.25 * 9) / 16 - 0.75),
        2 * (1 - 0.25 / 4 - 0.75),
      ],
    ],
  ])('$name at x = 0, ¼, ½ under a current of either sign', (window, wanted) => {
    const got = [1e-3, -1e-3].flatMap((i) => [0, 0.25, 0.5].map((x) => window.evaluate(x, i)));
    for (const [k, value] of got.entries()) expect(value).toBeCloseTo(wanted[k], 14);
    expect(window.source === '').toBe(window === noWindow);
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

  it.each([0.5, 0.02, 0.98])(
    'carries the current of its diode behind its resistance, steepness split %s',
    (beta) => {
      const [i0_A, alpha_per_V, series_ohm] = [1e-5, 3, 2e4];
      const model = new Memdiode({
        ...{ beta, i_on_A: i0_A, i_off_A: i0_A, alpha_on_per_V: alpha_per_V, alpha_off_per_V: alpha_per_V },
        ...{ r_on_ohm: series_ohm, r_off_ohm: series_ohm },
      });
      for (const diode_V of [-8, -3, -1, -0.2, -1e-6, 1e-6, 0.2, 1, 3]) {
        const up = beta * alpha_per_V * diode_V;
        const current_A = i0_A * (Math.expm1(up) - Math.expm1(up - alpha_per_V * diode_V));
        const found_A = elementCurrent_A(model, diode_V + series_ohm * current_A, 0.5);
        expect(found_A / current_A - 1, `${diode_V} V`).toBeLessThan(1e-9);
        expect(found_A / current_A - 1, `${diode_V} V`).toBeGreaterThan(-1e-9);
      }
    },
  );

  it('breaks a diode down with IBV at BV', () => {
    const model = new Diode({ IS: 1e-12, BV: 5, IBV: 1e-3, gmin_S: 0 });
    const point = elementPoint();
    model.evaluate(-5, 0, point);
    expect(point.current_A).toBeCloseTo(-1e-3, 6);
  });
});

it('an element without a state starts in state 0, any other where it says', () => {
  expect(initialState(Resistor.ofResistance(1))).toBe(0);
  expect(initialState(new LinearIonDrift({ initial: 0.3 }))).toBe(0.3);
});

describe('parameters that make no sense', () => {
  const yakopcic = physicalPresets.map(({ make }) => make()).find((model) => model instanceof Yakopcic)!;
  it.each([
    [() => new LinearIonDrift({ r_on_ohm: 2e4 }), /r_on_ohm must be below/],
    [() => new Vteam({ v_on_V: 0.1 }), /v_on_V < 0 < v_off_V/],
    [() => new Diode({ IS: -1 }), /IS must be a positive number/],
    [() => Resistor.ofResistance(0), /0 Ω has no finite conductance/],
    [() => new Yakopcic({ ...yakopcic.values, gMaxP_A: -1e-3 }), /gMaxP_A/],
    [() => new Yakopcic({ ...yakopcic.values, alphaN: -1 }), /alphaN/],
    [() => new Yakopcic({ ...yakopcic.values, bMinN_per_V: 0 }), /bMinN_per_V/],
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
