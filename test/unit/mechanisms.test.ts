import { describe, expect, it } from 'vitest';
import { type Film, mechanismsOf, mobilityTimesPermittivity } from '../../calibration/branches/index.js';

// textbook numbers: q, k, ε₀, and 4·√(2m)·q^1.5/(3ħ)
const [q, k_B, vacuum, tunnel] = [1.602176634e-19, 1.380649e-23, 8.8541878128e-12, 6.83e9];
const [T, d] = [300, 10e-9];
const film: Film = { thickness_m: d, temperature_K: T, permittivity: [4, 25] };
const volts = Float64Array.from({ length: 81 }, (_, k) => (k - 40) / 40);

/** @param ofV current at a voltage above 0; odd */
function found(ofV: (v: number) => number, of: Film = film) {
  const current_A = volts.map((v) => (v === 0 ? 0 : Math.sign(v) * ofV(Math.abs(v))));
  const all = mechanismsOf(volts, current_A, of);
  return (name: string) => all.find((one) => one.name === name && one.polarity === 'negative')!;
}

const fieldLowered = (share: 1 | 4, epsilon: number) => (v: number) =>
  Math.exp((q / (k_B * T)) * Math.sqrt((q * v) / (share * Math.PI * vacuum * epsilon * d)));

describe('the mechanism behind a branch', () => {
  it.each([
    ['Schottky', (v: number) => 1e-12 * fieldLowered(4, 6)(v), 6],
    ['Poole–Frenkel', (v: number) => 1e-12 * v * fieldLowered(1, 12)(v), 12],
  ] as const)('%s: its slope gives the permittivity back', (name, ofV, epsilon) => {
    const { found: estimate, verdict, rmse } = found(ofV)(name);
    expect(estimate.value / epsilon).toBeCloseTo(1, 4);
    expect(verdict).toBe('plausible');
    expect(rmse).toBeLessThan(1e-10);
  });

  it('that is straight and means a permittivity that no such film has is implausible', () => {
    // a Schottky line of ε_r 6 is nearly one of Poole–Frenkel, of four times that and more
    const other = found((v) => 1e-12 * fieldLowered(4, 6)(v))('Poole–Frenkel');
    expect(other.rmse).toBeLessThan(0.15);
    expect(other.found.value).toBeGreaterThan(25);
    expect(other.verdict).toBe('implausible');
    expect(found((v) => 1e-12 * v * fieldLowered(1, 0.5)(v))('Poole–Frenkel').verdict).toBe('implausible');
  });

  it('is one by the exponent of the voltage where nothing bends', () => {
    const ohmic = found((v) => 1e-6 * v);
    expect([ohmic('ohmic').verdict, ohmic('SCLC').verdict]).toEqual(['plausible', 'implausible']);
    const area_m2 = 1e-10;
    const [mobility, epsilon] = [1e-10, 9];
    const child = (v: number) => (area_m2 * 9 * epsilon * vacuum * mobility * v * v) / (8 * d ** 3);
    expect(found(child)('SCLC').verdict).toBe('plausible');
    expect(mobilityTimesPermittivity(1, child(1), { thickness_m: d, area_m2 })).toBeCloseTo(
      mobility * epsilon,
      12,
    );
  });

  it('has the mobility of each polarity by its own largest voltage', () => {
    const area_m2 = 1e-10;
    const [positive, negative] = [2e-11, 7e-11];
    const voltage_V = Float64Array.from({ length: 60 }, (_, k) => -0.6 + (1.6 * (k + 0.5)) / 60);
    const current_A = voltage_V.map(
      (v) => (Math.sign(v) * area_m2 * 9 * vacuum * (v > 0 ? positive : negative) * v * v) / (8 * d ** 3),
    );
    const own = (polarity: string) =>
      mechanismsOf(voltage_V, current_A, { thickness_m: d, area_m2 }).find(
        (one) => one.name === 'SCLC' && one.polarity === polarity,
      )?.mobilityTimesPermittivity;
    expect(own('positive')).toBeCloseTo(positive, 20);
    expect(own('negative')).toBeCloseTo(negative, 20);
  });

  it('tunnels through the barrier that its slope over 1/V says', () => {
    const { found: estimate, unit } = found((v) => 1e-6 * v * v * Math.exp((-tunnel * 0.8 ** 1.5 * d) / v))(
      'Fowler–Nordheim',
    );
    expect(unit).toBe('eV');
    expect(estimate.value).toBeCloseTo(0.8, 3);
  });

  it('cannot be judged without a thickness: the product is said', () => {
    const {
      verdict,
      found: estimate,
      unit,
    } = found((v) => 1e-12 * fieldLowered(4, 6)(v), {
      temperature_K: T,
    })('Schottky');
    expect(verdict).toBe('cannot be judged');
    expect(unit).toBe('m');
    expect(estimate.value / (6 * d)).toBeCloseTo(1, 4);
  });
});
