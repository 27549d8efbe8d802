import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  call,
  compile,
  derivative,
  type Expression,
  generateLaw,
  number,
  type Operation,
  operations,
  variable,
} from '../../core/expression/index.js';

const indexOf = new Map([
  ['x', 0],
  ['y', 1],
]);
const names = Object.keys(operations) as Operation[];

/** Trees of every operation, with parts that occur again. */
const trees: fc.Arbitrary<Expression> = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(variable('x'), variable('y')),
    fc.oneof(fc.integer({ min: -6, max: 6 }), fc.double({ min: -50, max: 50, noNaN: true })).map(number),
    fc
      .record({ operation: fc.constantFrom(...names), args: fc.tuple(tie('tree'), tie('tree'), tie('tree')) })
      .map(({ operation, args }) => call(operation, ...args.slice(0, operations[operation].arity))),
    fc
      .tuple(tie('tree'), tie('tree'))
      .map(([a, b]) => call('multiply', call('add', a, b), call('add', a, b))),
  ),
})).tree;

const points = [
  [0, 0],
  [0.5, -1.25],
  [-3, 2],
  [1e-9, 1e9],
  [Number.NaN, 1],
] as const;

describe('laws written as functions', () => {
  it('are the compiled trees to the last bit, value and slopes', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const slopes = [derivative(tree, 'x'), derivative(tree, 'y')];
        const made = generateLaw(tree, slopes, indexOf);
        if (made === undefined) return;
        const partials = new Float64Array(2);
        for (const point of points) {
          const u = Float64Array.from(point);
          expect(made.law(u, partials, made.constants)).toBe(compile(tree, indexOf)(u));
          slopes.forEach((slope, k) => {
            expect(partials[k]).toBe(Float64Array.of(compile(slope, indexOf)(u))[0]);
          });
        }
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it('are the same for many at once, each with numbers of its own', () => {
    const tree = (a: number, b: number) =>
      call(
        'multiply',
        number(a),
        call('exp', call('add', variable('x'), call('multiply', number(b), variable('y')))),
      );
    const made = [tree(3.7, 0.25), tree(5.5, -1.5), tree(0.125, 7.5)].map(
      (each) => generateLaw(each, [derivative(each, 'x'), derivative(each, 'y')], indexOf)!,
    );
    const u = Float64Array.of(0.5, 0.25, -1, 2, 0.75, 0.1);
    // The numbers of each stand two places apart from those of the next, and begin one place in.
    const constants = Float64Array.of(0, ...made.flatMap((each) => [...each.constants, 0, 0]));
    const [values, partials] = [new Float64Array(3), new Float64Array(6)];
    made[0].many(3, u, constants, made[0].constants.length + 2, 1, values, partials);
    const own = new Float64Array(2);
    for (const [k, { law, constants: numbers }] of made.entries()) {
      expect(values[k]).toBe(law(u.subarray(2 * k, 2 * k + 2), own, numbers));
      expect(partials.subarray(2 * k, 2 * k + 2)).toEqual(own);
    }
  });

  it('share their code where they differ in numbers alone', () => {
    const law = (factor: number) =>
      generateLaw(call('multiply', number(factor), call('exp', variable('x'))), [], indexOf)!;
    expect(law(3.7).law).toBe(law(5.1).law);
    expect(law(5.1).constants).toEqual(Float64Array.of(5.1));
  });

  it('gives up where the text grows too long', () => {
    let tree: Expression = variable('x');
    // Of a branch nothing is worked out before: its text doubles each time.
    for (let n = 0; n < 30; n++) tree = call('cond', variable('y'), call('add', tree, tree), number(0));
    expect(generateLaw(tree, [], indexOf)).toBeUndefined();
  });
});
