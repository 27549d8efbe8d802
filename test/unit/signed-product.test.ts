import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  exactProducts,
  mapWeights,
  productErrors,
  type SignedWeights,
  tileWeights,
  weightPairs,
} from '../../circuits/crossbar/index.js';
import { RandomStream } from '../../core/index.js';
import {
  DiodeSelector,
  elementCurrent_A,
  expressionModel,
  MosLevel1,
  Vteam,
} from '../../devices/elements/index.js';
import { solveCells, solveSignedProduct, statesFor } from '../../solver/crossbar/index.js';

const [low_S, high_S] = [10e-6, 100e-6];

function matrix(rows: number[][], more: Partial<SignedWeights> = {}): SignedWeights {
  return {
    weights: Float64Array.from(rows.flat()),
    inputs: rows.length,
    outputs: rows[0].length,
    window_S: [low_S, high_S],
    pairs: 'columns',
    ...more,
  };
}

function random(inputs: number, outputs: number, seed: number): number[][] {
  const draw = new RandomStream(seed, 'signed matrix');
  return Array.from({ length: inputs }, () => Array.from({ length: outputs }, () => 2 * draw.uniform() - 1));
}

const close = (got: ArrayLike<number>, right: ArrayLike<number>, digits = 12) => {
  expect(got.length).toBe(right.length);
  for (let k = 0; k < right.length; k++) expect(got[k]).toBeCloseTo(right[k], digits);
};

describe('digits of a weight', () => {
  it('two cells of 4 levels hold fifteenths exactly, the first four times the second', () => {
    const { weights, conductances_S, columns } = mapWeights(
      matrix([[1, 7 / 15, -6 / 15]], { levels: 4, slices: 2 }),
    );
    close(weights, [1, 7 / 15, -6 / 15]);
    expect(columns).toBe(12);
    const shares = conductances_S.map((g) => (3 * (g - low_S)) / (high_S - low_S));
    // 15 = 3·4 + 3, 7 = 1·4 + 3, 6 = 1·4 + 2: plus and minus of the first slice, then of the second
    close(shares, [3, 0, 3, 0, 1, 0, 3, 0, 0, 1, 0, 2], 9);
  });

  it('a cell of three levels rounds to the nearest of them', () => {
    close(mapWeights(matrix([[1, 0.4, -0.8, 0.2]], { levels: 3 })).weights, [1, 0.5, -1, 0]);
    // around a reference: shares .7, .1 and .6 of the window are levels of a half, nothing and a half
    close(
      mapWeights(matrix([[1, 0.4, -0.8, 0.2]], { levels: 3, pairs: 'reference' })).weights,
      [1, 0, -1, 0],
    );
  });

  it('no weight is further off than half a step, in any arrangement', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(...weightPairs),
        (row, levels, slices, pairs) => {
          const given = matrix([[1, ...row]], { levels, slices, pairs });
          const step = (pairs === 'reference' ? 2 : 1) / (levels ** slices - 1);
          const { weights } = mapWeights(given);
          for (const [k, w] of [1, ...row].entries())
            expect(Math.abs(weights[k] - w)).toBeLessThanOrEqual(step / 2 + 1e-12);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('products on crossbars', () => {
  const inputs_V = Float64Array.of(0.2, -0.1, 0.15, 0, 0.05, 0.1, -0.2, 0.02, 0.03, 0.12);

  it.each(weightPairs)('without wires are those of the cells, on however many arrays: %s', (pairs) => {
    const signed = matrix(random(5, 4, 1), { pairs });
    const held = matrix(random(5, 4, 1), { pairs, levels: 5, slices: 2 });
    const sizes = [{ rows: 4, columns: 6 }, { rows: 10, columns: 5 }, { rows: 100, columns: 100 }, undefined];
    for (const tile of sizes) {
      const some = tile === undefined ? {} : { tile };
      const exact = solveSignedProduct({ ...signed, inputs_V, ...some });
      close(exact.products, exactProducts(signed, inputs_V));
      expect(exact.errors.rmsOverRms).toBeLessThan(1e-12);
      const rounded = solveSignedProduct({ ...held, inputs_V, ...some });
      close(rounded.products, exactProducts({ ...held, weights: mapWeights(held).weights }, inputs_V));
      expect(rounded.parts.cells).toBeCloseTo(rounded.errors.rmsOverRms, 9);
      expect(rounded.parts.wires).toBeLessThan(1e-12);
    }
  });

  it('cuts a matrix into arrays of the lines that are there', () => {
    const whole = matrix(random(5, 4, 2));
    const cut = (pairs: SignedWeights['pairs'], rows: number, columns: number) => {
      const { tiles, tileRows, tileColumns } = tileWeights({ ...whole, pairs }, { rows, columns });
      for (const { array } of tiles) {
        expect(array.rows).toBeLessThanOrEqual(rows);
        expect(array.columns).toBeLessThanOrEqual(columns);
      }
      return [tileRows, tileColumns];
    };
    expect(cut('columns', 2, 5)).toEqual([3, 2]);
    expect(cut('rows', 5, 3)).toEqual([3, 2]);
    // one column of each array is its reference
    expect(cut('reference', 5, 3)).toEqual([1, 2]);
    expect(() => cut('columns', 8, 1)).toThrow(/1 bit lines holds no weight, which takes 2/);
    expect(() => cut('reference', 8, 1)).toThrow(/holds no weight/);
  });

  it('a driver behind a resistance divides its voltage with the cells of its own array alone', () => {
    const rows = [
      [1, -0.5],
      [0.25, 0.75],
      [-1, 0.5],
    ];
    const driver_ohm = 3000;
    const found = solveSignedProduct({
      ...matrix(rows),
      inputs_V: inputs_V.subarray(0, 3),
      tile: { rows: 1, columns: 2 },
      wires: { driver_ohm },
    });
    expect([found.tileRows, found.tileColumns]).toEqual([3, 2]);
    const right = [0, 1].map((j) =>
      rows.reduce((sum, row, i) => {
        const loaded_S = 2 * low_S + Math.abs(row[j]) * (high_S - low_S);
        return sum + (row[j] * inputs_V[i]) / (1 + driver_ohm * loaded_S);
      }, 0),
    );
    close(found.products, right, 9);
    const exact = exactProducts(matrix(rows), inputs_V.subarray(0, 3));
    const off = Math.hypot(right[0] - exact[0], right[1] - exact[1]) / Math.hypot(exact[0], exact[1]);
    expect(found.parts.wires).toBeCloseTo(off, 9);
    // a larger array has both outputs of an input on one driver
    const wide = solveSignedProduct({
      ...matrix(rows),
      inputs_V: inputs_V.subarray(0, 3),
      wires: { driver_ohm },
    });
    expect(wide.parts.wires).toBeGreaterThan(1.1 * off);
  });
});

describe('converters', () => {
  const one = matrix([[1], [0.5], [0.5]]);
  const inputs_V = Float64Array.of(1, 0.3, -0.6);

  it('drive 2^bits − 1 voltages, 0 among them, and say what lay beyond their range', () => {
    // of 2 bits: −1, 0 and 1 V
    const found = solveSignedProduct({ ...one, inputs_V, dacBits: 2 });
    expect(found.dacFullScale_V).toBe(1);
    close(found.products, [1 + 0 - 0.5]);
    close([found.parts.drivers], [0.35 / 0.85], 9);
    const short = solveSignedProduct({ ...one, inputs_V, dacBits: 2, dacFullScale_V: 0.5 });
    expect(short.clippedInputs).toBe(1);
    close(short.products, [0.5 + 0.25 - 0.25]);
  });

  it('read 2^bits codes of each line, the highest one step below full scale', () => {
    // the lines carry 100 + 16.5 − 33 = 83.5 µA and 10·.7 = 7 µA; steps of 50 µA
    const found = solveSignedProduct({ ...one, inputs_V, nodeBits: 2, nodeFullScale_A: 100e-6 });
    close(found.pairCurrents_A, [50e-6], 15);
    expect(found.clippedCurrents).toBe(1);
    expect(found.nodeFullScale_A).toBe(100e-6);
    // without a range the larger current is the highest of codes −2 … 1
    const fitted = solveSignedProduct({ ...one, inputs_V, nodeBits: 2 });
    close(fitted.pairCurrents_A, [83.5e-6], 12);
    expect(fitted.nodeFullScale_A).toBeCloseTo(167e-6, 12);
    close([fitted.parts.readOut], [7 / (0.85 * 90)], 9);
  });

  it.each([
    [{ dacBits: 1 }, /dacBits: got 1; a whole number from 2 to 32/],
    [{ nodeFullScale_A: 1e-6 }, /nodeFullScale_A: is the range of nodeBits/],
    [{ nodeBits: 8, nodeFullScale_A: 0 }, /a range above 0/],
    [{ slices: 2 }, /give levels too/],
    [{ levels: 1 }, /levels: got 1; a whole number of at least 2/],
    [{ levels: 256, slices: 7 }, /at most 2\^48/],
    [{ fullScale: 0.5 }, /the largest \|weight\|, 1, or more/],
  ])('%o is refused', (wrong, why) => {
    expect(() => solveSignedProduct({ ...one, inputs_V, ...wrong })).toThrow(why);
  });
});

describe('cells with models', () => {
  const law = (current: string, low = 0, high = 1e-3) =>
    expressionModel({ name: 'law', current, state: { low, high, initial: low }, rate: '0' });
  const signed = matrix([
    [1, -0.5],
    [-0.25, 0.75],
  ]);
  const inputs_V = Float64Array.of(0.3, -0.2, 0.5, 0.5);
  const wires = { row_ohm: 20, column_ohm: 30 };

  it('that are conductances make the same products as conductances, in any arrangement and cut', async () => {
    const cells = { model: await law('x*v'), read_V: 0.1 };
    for (const pairs of weightPairs) {
      for (const tile of [undefined, { rows: 2, columns: 3 }]) {
        const problem = { ...signed, pairs, inputs_V, wires, ...(tile === undefined ? {} : { tile }) };
        const found = solveSignedProduct({ ...problem, cells });
        const plain = solveSignedProduct(problem);
        close(found.products, plain.products, 9);
        expect(found.status).toBe('settled');
        expect(found.parts.curves).toBeLessThan(1e-12);
        close([found.parts.wires], [plain.parts.wires], 9);
        expect(plain.parts).not.toHaveProperty('curves');
      }
    }
  });

  it('whose currents bend are right at the voltage they were set at, and off by their curve at others', async () => {
    const cells = { model: await law('x*sinh(3*v)/3'), read_V: 0.5 };
    const found = solveSignedProduct({ ...signed, inputs_V, cells });
    const bent = (v: number) => (Math.sinh(3 * v) / 3) * (0.5 / (Math.sinh(1.5) / 3));
    const right = [
      bent(0.3) - 0.25 * bent(-0.2),
      -0.5 * bent(0.3) + 0.75 * bent(-0.2),
      0.75 * 0.5,
      0.25 * 0.5,
    ];
    close(found.products, right, 9);
    const exact = [0.35, -0.3, 0.375, 0.125];
    const off = Math.hypot(...right.map((y, k) => y - exact[k])) / Math.hypot(...exact);
    close([found.parts.curves ?? Number.NaN, found.errors.rmsOverRms], [off, off], 9);
    expect(found.parts.wires).toBeLessThan(1e-9);
  });

  it('are set as a whole, what is in series with them included, whichever way their state goes', async () => {
    const wanted_S = Float64Array.of(2e-5, 5e-5, 2e-5);
    const falling = await law('v*(1e-3 - x)');
    const transistor = new MosLevel1({ KP: 2e-4, W: 2e-6, L: 1e-7, VTO: 0.5 });
    for (const series of [{}, { selector: new DiodeSelector() }, { transistor }]) {
      const gate = 'transistor' in series ? { gate_V: 2 } : {};
      const states = statesFor(wanted_S, { model: falling, ...series, read_V: 0.8, ...gate });
      const gates_V = 'transistor' in series ? { gates_V: Float64Array.of(2) } : {};
      const { outputCurrents_A } = solveCells({
        rows: 1,
        columns: 3,
        cells: { model: falling, states, ...series },
        inputs_V: Float64Array.of(0.8),
        ...gates_V,
      });
      close(
        outputCurrents_A.map((I) => I / 0.8 / 1e-5),
        wanted_S.map((g) => g / 1e-5),
        6,
      );
    }
    const model = new Vteam();
    const [state] = statesFor(Float64Array.of(2e-3), { model, read_V: -0.1 });
    expect(elementCurrent_A(model, -0.1, state)).toBeCloseTo(-2e-4, 12);
    // both ends of the window, to the last bit of what they conduct
    const ends = statesFor(Float64Array.of(0, 1e-3), { model: await law('x*v'), read_V: 0.3 });
    expect([...ends]).toEqual([0, 1e-3]);
  });

  it.each([
    [
      'x*v',
      0,
      5e-5,
      0.1,
      /a cell of 100\.0 µS is asked for; at 100 mV cells of law have 0\.000 S to 50\.00 µS/,
    ],
    ['x*v*(1e-3 - x)', 0, 1e-3, 0.1, /does not go one way with its state/],
    ['1e-5*v + 0*x', 0, 1e-3, 0.1, /does not go one way with its state/],
    ['x*v', 0, 1e-3, 0, /read_V: got 0; a voltage other than 0/],
  ])('of %s between %d and %d read at %d V are refused', async (current, low, high, read_V, why) => {
    const model = await law(current, low, high);
    expect(() => solveSignedProduct({ ...signed, inputs_V, cells: { model, read_V } })).toThrow(why);
  });
});

it('errors are what their names say', () => {
  const errors = productErrors(Float64Array.of(1, 2.5, 0.5, 0), Float64Array.of(1, 2, 0, -1));
  close(
    [errors.rmsOverRms, errors.largestOverLargest, errors.meanOfRatios, errors.largestOfRatios],
    [Math.sqrt(1.5 / 6), 1 / 2, (0 + 0.25 + 1) / 3, 1],
  );
  close(
    [errors.rmsOverSpan, errors.effectiveBits],
    [Math.sqrt(1.5 / 4) / 3, (10 * Math.log10(4) - 1.76) / 6.02],
  );
  expect(productErrors(Float64Array.of(2, 1), Float64Array.of(2, 1)).effectiveBits).toBe(
    Number.POSITIVE_INFINITY,
  );
  // nothing to compare with is no error of 0
  expect(productErrors(Float64Array.of(1), Float64Array.of(0)).meanOfRatios).toBeNaN();
});
