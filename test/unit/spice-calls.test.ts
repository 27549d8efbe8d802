import { describe, expect, it } from 'vitest';
import { parseSpice } from '../../circuits/spice/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';

/** One call of a subcircuit that shows its pa, pb and pc as one voltage: pa + 100 pb + 10000 pc. */
function shown(header: string, body: string, call: string): { value: number; warnings: string[] } {
  const circuit = parseSpice(
    [
      'calls',
      '.param pa=1 pb=2 pc=3 pd=4 pe=5',
      '.func f(x) {x+pe}',
      `.subckt s o ${header}`,
      body,
      'V1 o 0 {pa+pb*100+pc*10000}',
      'R1 o 0 1k',
      '.ends',
      `X1 o s ${call}`,
      '.op',
      '.end',
    ].join('\n'),
  );
  const warnings = circuit.warnings.map(({ message }) => message);
  return { value: solveOperatingPoint(circuit).voltages_V.o, warnings };
}

/** The current of 1 V through what these cards join to o. */
function current(...cards: string[]): { value: number; warnings: string[] } {
  const circuit = parseSpice(['m', '.param pa=1 pb=2', 'V1 o 0 1', ...cards, '.op', '.end'].join('\n'));
  const warnings = circuit.warnings.map(({ message }) => message);
  return { value: -solveOperatingPoint(circuit).currents_A.v1, warnings };
}

// The numbers are those of ngspice 39.3.
describe('parameters of a call, as ngspice works them out', () => {
  it.each([
    ['a number of the call comes first, and the others see it', 'pa={pe} pe=9', '', 'pa={pe}', 30209],
    ['the number of a default too', 'pa=1 pe={9}', '', 'pa={pe}', 30209],
    ['and that of a .param in the body', 'pa=1', '.param pe = 9kohm', 'pa={pe}', 39200],
    ['with sign and exponent', 'pa=1 pe=7', '', 'pa={pe} pe={-1e+1}', 30190],
    ['and where a function names it', 'pa=1 pe=9', '', 'pa={f(pb)}', 30211],
    ['a product is no number', 'pa=1 pe=7', '', 'pa={pe} pe={3*3}', 30205],
    ['nor is one in parentheses', 'pa=1 pe=7', '', 'pa={pe} pe={(9)}', 30205],
    ['nor one with a blank behind it', 'pa=1 pe=7', '', 'pa={pe} pe={9 }', 30205],
    ['defaults that name others come after these', 'pa={f(pb)} pe={pc+1}', '', 'pa={pe} pe={pb*4}', 30208],
    [
      'a parameter stands where it is defined last',
      'pc={pd+pe} pd={pe*2}',
      '.param pc=8',
      "pc='pd' pd={pd*3+1}",
      130201,
    ],
    ['the header is in order before the body', 'pc={pa} pa={pe} pb={pa}', '', 'pb={pc} pa={pb}', 20202],
    ["a header's own name is the caller's", 'pa={pa*2}', '', '', 30202],
    ["a .param's own name is the caller's, not the header's", 'pa=2', '.param pa={pa*3}', '', 30203],
    ['a parameter that there is not is left out', 'pa=7', '', 'pb=9', 30207],
  ])('%s', (_, header, body, call, value) => {
    expect(shown(header, body, call).value).toBeCloseTo(value, 9);
  });

  it('says where a number is not what the place of the call would make it', () => {
    expect(shown('pa=1 pe=9', '', 'pa={pe}').warnings).toEqual([
      expect.stringMatching(/^pa = "pe" is 9: .*the place of the call would make it 5$/),
    ]);
    expect(shown('pa=1 pe=5', '', 'pa={pe}').warnings).toEqual([]);
  });

  it('says where a default that starts with a number misses the others', () => {
    // pb is worked out before pe, which ngspice therefore takes from the file.
    const { value, warnings } = shown('pb={3?pe:1}', '.param pe=8', '');
    expect(value).toBeCloseTo(30501, 9);
    expect(warnings).toEqual([expect.stringMatching(/^pb = .* is 5: .* would make it 8$/)]);
  });

  it('says that ngspice takes a .param that .if leaves out', () => {
    const { value, warnings } = shown('pa=1', '.if (pa==1)\n.param pb=50\n.endif', 'pa=2');
    expect(value).toBe(30202);
    expect(warnings).toEqual([expect.stringMatching(/\.if that does not hold.*ngspice takes it/)]);
  });
});

describe('m of a call', () => {
  const inner = ['.subckt in o pa=1', 'R1 o 0 1k', '.ends'];
  const outer = (m: string): string[] => ['.subckt out o pa=1', 'R1 o 0 1k', `Xi o in pa=2 ${m}`, '.ends'];

  it("sees the subcircuit's parameters, as in ngspice", () => {
    expect(current(...inner, 'X1 o in pa=3 m={pa+pb}').value).toBeCloseTo(5e-3, 12);
    const body = ['.subckt in o pa=1', '.param pb={pa*2}', 'R1 o 0 1k', '.ends'];
    const { value, warnings } = current(...body, 'X1 o in pa=3 m={pb}');
    expect(value).toBeCloseTo(6e-3, 12);
    expect(warnings).toEqual([expect.stringMatching(/^m = "pb" is 6: .* would make it 2$/)]);
  });

  it('multiplies calls within, and says where ngspice does not', () => {
    const after = current('X1 o out m=3', ...outer(''), ...inner);
    expect(after.value).toBeCloseTo(6e-3, 12);
    expect(after.warnings).toEqual([]);
    // 4 mA in ngspice.
    const before = current(...inner, ...outer(''), 'X1 o out m=3');
    expect(before.value).toBeCloseTo(6e-3, 12);
    expect(before.warnings).toEqual([expect.stringMatching(/ngspice leaves that m out/)]);
    // 6 mA in ngspice.
    const both = current('X1 o out m=3', ...outer('m=2'), ...inner);
    expect(both.value).toBeCloseTo(9e-3, 12);
    expect(both.warnings).toEqual([expect.stringMatching(/ngspice puts that m in the place/)]);
  });
});
