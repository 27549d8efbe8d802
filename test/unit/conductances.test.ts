import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/random.js';
import { Conductances } from '../../solver/equations/conductances.js';
import { MatrixEntries } from '../../solver/equations/matrix-entries.js';

/** Ground, known nodes and unknown ones, every pair of them joined by some conductances in both directions. */
function drawn(seed: number, known: number, unknown: number, count: number) {
  const random = new RandomStream(seed, 'conductances');
  const [first, length] = [1 + known, 1 + known + unknown];
  const place = () => Math.floor(random.uniform() * length);
  const from = Int32Array.from({ length: count }, place);
  const to = Int32Array.from({ length: count }, place);
  const matrix = new MatrixEntries(first, length);
  const all = new Conductances(from, to, { first, length }, matrix);
  const { system, valueIndexOf } = matrix.build();
  all.locate(valueIndexOf);
  const values_S = Float64Array.from({ length: count }, () => random.between(-1, 3));
  const x = () => Float64Array.from({ length }, (_, k) => (k === 0 ? 0 : random.between(-2, 2)));
  return { from, to, first, length, all, system, values_S, x };
}

/** Kirchhoff's law, conductance by conductance. */
function oneByOne({ from, to, length, values_S }: ReturnType<typeof drawn>, x: Float64Array): Float64Array {
  const out_A = new Float64Array(length);
  values_S.forEach((g, k) => {
    out_A[from[k]] += g * (x[from[k]] - x[to[k]]);
    out_A[to[k]] -= g * (x[from[k]] - x[to[k]]);
  });
  return out_A;
}

describe('conductances', () => {
  // Few known neighbours of a node, which are worked out apart, and many, whose currents are summed.
  for (const [known, unknown, count] of [
    [2, 5, 20],
    [6, 30, 900],
    [40, 3, 400],
  ]) {
    it(`gives the currents of ${count} between ${known} known and ${unknown} unknown nodes`, () => {
      for (let seed = 1; seed <= 10; seed++) {
        const one = drawn(seed, known, unknown, count);
        const { all, first, length, values_S } = one;
        const check = (x: Float64Array): void => {
          const wanted = oneByOne(one, x);
          const [rows, knownRows] = [new Float64Array(length), new Float64Array(length)];
          all.addTo(rows, x);
          all.addToKnown(knownRows, x);
          for (let k = 1; k < length; k++) {
            expect((k < first ? knownRows : rows)[k]).toBeCloseTo(wanted[k], 10);
          }
        };
        all.value_S.set(values_S);
        all.touch();
        const x = one.x();
        check(x);
        // An unknown moves, then a known one alone, then a value.
        x[first] += 0.5;
        check(x);
        x[first - 1] -= 0.25;
        check(x);
        values_S[count - 1] *= 2;
        values_S[0] += 1;
        all.value_S.set(values_S);
        all.touch();
        check(x);
      }
    });
  }

  it('stamps the slopes of those currents', () => {
    const one = drawn(3, 40, 4, 500);
    one.all.value_S.set(one.values_S);
    one.all.touch();
    one.all.stamp(one.system.values);
    expect(one.system.factor()).toBe(-1);
    const x = one.x();
    const moved = Float64Array.from(x, (v, k) => (k < one.first ? v : v + Math.sin(k)));
    const [before, after] = [oneByOne(one, x), oneByOne(one, moved)];
    const step = after.subarray(one.first).map((i, k) => i - before[one.first + k]);
    one.system.solve(step);
    step.forEach((dv, k) => {
      expect(dv).toBeCloseTo(Math.sin(one.first + k), 9);
    });
  });
});
