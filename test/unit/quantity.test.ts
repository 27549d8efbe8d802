import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayUnit, formatQuantity, readQuantities, readQuantity } from '../../core/index.js';

describe('a quantity', () => {
  it.each([
    ['0.5', 'S', 0.5, false],
    ['8.5cm', 'm', 0.085, true],
    ['1k', 'ohm', 1000, false],
    ['10uS', 'S', 1e-5, true],
    ['10\u00b5S', 'S', 1e-5, true],
    ['10\u03bcS', 'S', 1e-5, true],
    ['136uS', 'S', 136e-6, true],
    ['1.2 mV', 'V', 1.2e-3, true],
    ['-5mV', 'V', -5e-3, true],
    ['\u22125 mV', 'V', -5e-3, true],
    ['1us', 's', 1e-6, true],
    ['1e-6', 's', 1e-6, false],
    ['2.5E3', 'V', 2500, false],
    ['4.7k\u03a9', 'ohm', 4700, true],
    ['4.7k\u2126', 'ohm', 4700, true],
    ['4.7kohm', 'ohm', 4700, true],
    ['1MOhm', 'ohm', 1e6, true],
    ['3mohm', 'ohm', 3e-3, true],
    ['5%', '1', 0.05, true],
    ['.25', '1', 0.25, false],
    ['10m', '1', 0.01, false],
    ['3m', 'm', 3, true],
    ['3mm', 'm', 3e-3, true],
    ['1TS', 'S', 1e12, true],
  ])('%s in %s is %d', (text, unit, value, hadUnit) => {
    expect(readQuantity(text, unit, 'here')).toEqual({ value, hadUnit });
  });

  it.each([
    ['3mV', 'S', /here: "3mV" is not a quantity in S: V is another unit; write for instance/],
    ['1uS', '1', /here: dimensionless here; give a bare number, got "1uS"/],
    ['5%', 'V', /not a quantity in V/],
    ['1K', 'ohm', /kilo is written k/],
    ['5mv', 'V', /the unit is written V/],
    ['1meg', 'ohm', /mega is written M/],
    ['0x10', 'V', /not a quantity/],
    ['', 'V', /"" is not a number/],
    ['Infinity', 'V', /"Infinity" is not a number/],
    ['1e999', 'V', /1e999; a finite number/],
    ['1+1', '1', /dimensionless here/],
    ['ones(9,9)', '1', /"ones\(9,9\)" is not a number/],
    ['4k7', 'ohm', /not a quantity in ohm/],
    ['1\u0007V', 'V', /"1\\x07V"/],
    ['x'.repeat(500), 'V', /x{79}\u2026"/],
  ])('%s in %s is refused, saying why', (text, unit, message) => {
    expect(() => readQuantity(text, unit, 'here')).toThrow(message);
  });

  it('is the nearest number to what was written, whatever the prefix', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99999 }), fc.integer({ min: 0, max: 4 }), (digits, decimals) => {
        const written = `${digits}e-${decimals}`;
        for (const [prefix, exponent] of [
          ['p', -12],
          ['u', -6],
          ['m', -3],
          ['', 0],
          ['M', 6],
        ] as const) {
          const { value } = readQuantity(`${written}${prefix}V`, 'V', '');
          expect(value).toBe(Number(`${digits}e${exponent - decimals}`));
        }
      }),
    );
  });

  it('is read back from what people are shown, to its three digits', () => {
    const values = fc.tuple(fc.double({ min: -16, max: 14, noNaN: true }), fc.boolean());
    fc.assert(
      fc.property(values, fc.constantFrom('V', 'S', 'ohm', 's', '1'), ([power, negative], unit) => {
        const value = (negative ? -1 : 1) * 10 ** power;
        const read = readQuantity(formatQuantity(value, unit), unit, '').value;
        expect(Math.abs(read - value)).toBeLessThanOrEqual(0.00501 * Math.abs(value));
      }),
    );
    expect(formatQuantity(-3.4e-6, 'S')).toBe('\u22123.40 \u00b5S');
    expect(displayUnit(0.9996e-3, 'V').unit).toBe('mV');
  });
});

describe('lists and ranges', () => {
  it('reads lists, each value by itself', () => {
    expect(readQuantities('1,2,5', 'V', '')).toEqual([1, 2, 5]);
    expect(readQuantities('1mS, 20uS,0', 'S', '')).toEqual([1e-3, 20e-6, 0]);
    expect(readQuantities(3, 'V', '')).toEqual([3]);
  });

  it('reads ranges by their count, both ends exact', () => {
    expect(readQuantities('0:1V:11', 'V', '')).toHaveLength(11);
    expect(readQuantities('0:1V:3', 'V', '')).toEqual([0, 0.5, 1]);
    const decades = readQuantities('log:1uS:1mS:7', 'S', '');
    expect([decades[0], decades[6]]).toEqual([1e-6, 1e-3]);
    expect(decades[2]).toBeCloseTo(1e-5, 18);
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 99 }),
        fc.double({ min: 0.001, max: 9, noNaN: true }),
        (n, end) => {
          const values = readQuantities(`-1:${end}:${n}`, 'V', '');
          expect([values.length, values[0], values[n - 1]]).toEqual([n, -1, end]);
          for (let i = 1; i < n; i++) expect(values[i]).toBeGreaterThan(values[i - 1]);
        },
      ),
    );
  });

  it.each([
    ['1,2,5mV', /some values have a unit and some have none/],
    ['1:5mV:5', /some values have a unit and some have none/],
    ['0:1', /no range; write start:stop:count/],
    ['0:1:1', /count from 2/],
    ['0:1:2.5', /count from 2/],
    ['log:0:1:5', /neither 0/],
    ['1,,2', /"" is not a number/],
    ['0:1:2:3', /no range/],
  ])('%s is refused', (text, message) => {
    expect(() => readQuantities(text, 'V', 'sweep')).toThrow(message);
  });
});

it('squares a prefix with its unit', () => {
  for (const text of ['100um²', '100 µm2', '100um^2', '1e-4mm²', '1e-6cm2', '1e-10', '1e-10m²']) {
    expect(readQuantity(text, 'm²').value, text).toBeCloseTo(1e-10, 24);
  }
  expect(readQuantity('1um²/(V·s)', 'm²/(V·s)').value).toBe(1e-12);
  expect(() => readQuantity('100u', 'm²')).toThrow('100um²');
  expect(formatQuantity(1e-10, 'm²')).toBe('1.00e\u221210 m²');
});
