import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equationReader } from '../../core/equations/index.js';
import {
  apply,
  call,
  compile,
  compileSlope,
  derivative,
  type Expression,
  evaluate,
  minus,
  number,
  type Operation,
  operations,
  over,
  plus,
  times,
  treeSize,
  variable,
  variablesOf,
  when,
} from '../../core/expression/index.js';

const read = await equationReader();
const keys = ['a', 'b', 'c'];
const indexOf = new Map(keys.map((key, k) => [key, k]));
const all = Object.keys(operations) as Operation[];

const leaf: fc.Arbitrary<Expression> = fc.oneof(
  fc.double({ min: -4, max: 4, noNaN: true }).map(number),
  fc.integer({ min: -3, max: 4 }).map(number),
  fc.constantFrom(...keys).map(variable),
);
/** Trees over the whole language. */
const trees = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    leaf,
    fc
      .tuple(fc.constantFrom(...all), tie('tree'), tie('tree'), tie('tree'))
      .map(([operation, ...args]) => call(operation, ...args.slice(0, operations[operation].arity))),
  ),
})).tree;
const points = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 });

describe('compiled and walked', () => {
  it('are the same number, bit for bit, over the whole language', () => {
    fc.assert(
      fc.property(trees, points, (tree, point) => {
        const walked = evaluate(tree, (key) => point[indexOf.get(key)!]);
        expect(compile(tree, indexOf)(Float64Array.from(point))).toBe(walked);
        const slope = derivative(tree, 'a');
        if (treeSize(slope, 2000) > 2000) return;
        const walkedSlope = evaluate(slope, (key) => point[indexOf.get(key)!]);
        expect(compile(slope, indexOf)(Float64Array.from(point))).toBe(walkedSlope);
      }),
      { numRuns: 3000 },
    );
  });

  it('look only at the branch that counts', () => {
    const tree = when(apply('greater', 'a', 0), apply('ln', 'a'), 7);
    expect(compile(tree, indexOf)(Float64Array.of(-1, 0, 0))).toBe(7);
    expect(compile(derivative(tree, 'a'), indexOf)(Float64Array.of(0, 0, 0))).toBe(0);
  });

  it('refuse a variable that is bound to nothing', () => {
    expect(() => compile(variable('z'), indexOf)).toThrow(/z is bound to nothing/);
  });
});

/** Where each operation is smooth, and not too steep for differences. */
const smooth: { readonly [operation in Operation]?: [low: number, high: number] } = {
  sqrt: [0.2, 4],
  ln: [0.2, 4],
  log10: [0.2, 4],
  log2: [0.2, 4],
  cbrt: [0.2, 4],
  log1p: [-0.7, 3],
  asin: [-0.8, 0.8],
  acos: [-0.8, 0.8],
  atanh: [-0.8, 0.8],
  acosh: [1.2, 4],
  tan: [-1.2, 1.2],
  powReal: [0.2, 3],
  powAbs: [-3, -0.2],
  powSigned: [-3, -0.2],
  atan2: [0.3, 3],
  abs: [-3, -0.2],
  ramp: [0.1, 2],
};
const jumps = new Set<Operation>([
  ...(['truncate', 'round', 'roundToEven', 'floor', 'ceil', 'sign', 'step', 'halfStep'] as const),
]);
const truths = new Set<Operation>([
  ...(['not', 'and', 'or', 'equal', 'notEqual', 'less', 'greater', 'lessOrEqual', 'greaterOrEqual'] as const),
]);

describe('derivatives', () => {
  const slopeAt = (tree: Expression, key: string, point: number[]): [number, number] => {
    const value = compile(tree, indexOf);
    const k = indexOf.get(key)!;
    const h = 1e-5;
    const at = (shift: number) => value(Float64Array.from(point, (u, j) => (j === k ? u + shift : u)));
    // Richardson: error O(h⁴)
    const coarse = (at(2 * h) - at(-2 * h)) / (4 * h);
    const fine = (at(h) - at(-h)) / (2 * h);
    return [compile(derivative(tree, key), indexOf)(Float64Array.from(point)), (4 * fine - coarse) / 3];
  };

  it.each(all.filter((operation) => !jumps.has(operation) && !truths.has(operation)))(
    'of %s are finite differences',
    (operation) => {
      const [low, high] = smooth[operation] ?? [-2, 2];
      const values = fc.integer({ min: 0, max: 10_007 }).map((n) => low + ((high - low) * n) / 10_007);
      fc.assert(
        fc.property(values, values, values, (a, b, c) => {
          fc.pre(Math.abs(a - b) > 0.01 && Math.abs(b) > 0.05);
          // Each argument is itself a function of the variable, so that the chain rule counts.
          const args = [variable('a'), plus('b', times(0.125, 'a', 'a')), variable('c')];
          const tree = call(operation, ...args.slice(0, operations[operation].arity));
          for (const key of keys) {
            const point = [a, b - 0.125 * a * a, c];
            const [exact, difference] = slopeAt(tree, key, point);
            expect(Math.abs(exact - difference)).toBeLessThan(1e-6 * (1 + Math.abs(difference)));
          }
        }),
        { numRuns: 60, maxSkipsPerRun: 1000 },
      );
    },
  );

  it.each([...jumps, ...truths])('of %s are flat', (operation) => {
    const args = keys.map(variable).slice(0, operations[operation].arity);
    expect(derivative(call(operation, ...args), 'a')).toEqual(number(0));
  });

  it('of piecewise equations are those of the piece', () => {
    const tree = when(apply('greater', 'a', 'b'), times('a', 'a', 'c'), apply('sinh', 'a'));
    expect(slopeAt(tree, 'a', [1, 0.5, 3])[0]).toBe(6);
    expect(slopeAt(tree, 'a', [0, 0.5, 3])[0]).toBe(1);
  });

  it('that grow without bounds are replaced by differences, and say so', () => {
    let tree: Expression = variable('a');
    for (let k = 0; k < 9; k++) tree = apply('tanh', times(tree, plus(tree, 1)));
    const value = compile(tree, indexOf);
    const slope = compileSlope(tree, 'a', indexOf, value);
    expect([slope.exact, slope.constant]).toEqual([false, false]);
    const u = Float64Array.of(0.3, 0, 0);
    const difference = (value(Float64Array.of(0.30001, 0, 0)) - value(Float64Array.of(0.29999, 0, 0))) / 2e-5;
    expect(slope.evaluate(u)).toBeCloseTo(difference, 6);
    expect(u[0]).toBe(0.3);
    expect(compileSlope(over('a', 2), 'a', indexOf, value)).toMatchObject({ exact: true, constant: true });
  });
});

describe('equations that users write', () => {
  it.each<[string, number]>([
    ['a^2 + b', 1.5 ** 2 - 0.25],
    ['-a^2', -(1.5 ** 2)],
    ['2 a b', 2 * 1.5 * -0.25],
    ['a > 1 ? log(a) : sqrt(b)', Math.log(1.5)],
    ['0 < a < 2', 1],
    ['0 < a < 1 or not (b == b)', 0],
    ['sinh(b*pi)/tau + e', Math.sinh(-0.25 * Math.PI) / (2 * Math.PI) + Math.E],
    ['max(a, b, 3)', 3],
    ['square(a) - cube(b)', 1.5 ** 2 - (-0.25) ** 3],
    ['round(2.5) + fix(-1.5)', 2],
    ['+a', 1.5],
  ])('%s', (text, value) => {
    const tree = read(text, keys);
    expect(evaluate(tree, (key) => ({ a: 1.5, b: -0.25, c: 0 })[key]!)).toBeCloseTo(value, 14);
  });

  it('finds the variables, and lets a name stand before a constant', () => {
    expect(variablesOf(read('c*sin(a) + c', keys))).toEqual(['c', 'a']);
    expect(read('e', ['e'])).toEqual(variable('e'));
    expect(minus(1, 'a')).toEqual(read('1 - a', keys));
  });

  it.each([
    ['sum(ones(30000,30000))', /no function "sum"/],
    ['ones(30000,30000)', /no function "ones"/],
    ['evaluate("1+1")', /no function "evaluate"/],
    ['import(a)', /no function "import"/],
    ['constructor(1)', /no function "constructor"/],
    ['toString', /toString is neither a parameter/],
    ['', /it is empty; write an equation/],
    [' \t ', /it is empty/],
    ['createUnit("foo")', /no function "createUnit"/],
    ['[1,2]', /a list in square brackets has no place/],
    ['f(x) = x', /definition of a function \(write only what stands right of "="\) has no place/],
    ['a = 3', /an assignment .* has no place/],
    ['a; b', /a sequence of several .* has no place/],
    ['a.b', /an index or a property .* has no place/],
    ['"text"', /"text" is not a finite number/],
    ['a!', /operator factorial/],
    ['a % 2', /operator mod/],
    ['1e400', /is not a finite number/],
    ['sin(a, b)', /sin takes 1 argument, got 2/],
    ['max(a)', /max takes 2 to 20 arguments, got 1/],
    ['sqr(a)', /did you mean sqrt\?/],
    ['3 cm', /cm is neither/],
    ['a'.repeat(5000), /5000 characters; 4000 are the most/],
    [`${'('.repeat(61)}a${')'.repeat(61)}`, /nested more than 60 deep/],
    [`${'-'.repeat(3000)}a`, /inside each other|stack/],
    [Array(1999).fill('a').join('+'), /more than 300 operations stand inside each other/],
    [Array(900).fill('a').join('^'), /inside each other/],
    [
      Array(35)
        .fill(`max(${Array(20).fill('a+a')})`)
        .join('+'),
      /more than 2000 operations/,
    ],
  ])('what no equation needs is refused (%#)', (text, message) => {
    expect(() => read(text, keys)).toThrow(message);
  });
});
