import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedCells } from '../../devices/cells/index.js';
import { checkPlacement, PlacedCells, placeGroups, SharedArray } from '../../devices/cells/placed/index.js';
import { linearCells } from '../../devices/cells/pulse/index.js';

const model = linearCells(100, 10, 100e-6);
const simulated = (rows = 4, columns = 4) =>
  new SimulatedCells({ rows, columns, model, seed: 1, initial_S: 50e-6 });

describe('groups on arrays', () => {
  it('are laid out so that every cell lies once, wherever they fit', () => {
    const size = fc.record({
      rows: fc.integer({ min: 1, max: 12 }),
      columns: fc.integer({ min: 1, max: 12 }),
    });
    fc.assert(
      fc.property(
        fc.array(size, { minLength: 1, maxLength: 5 }),
        fc.array(size, { minLength: 1, maxLength: 3 }),
        (g, a) => {
          const groups = g.map((one, n) => ({ ...one, name: `g${n}` }));
          const arrays = a.map((one, n) => ({ ...one, name: `array ${n}` }));
          const count = (list: readonly { rows: number; columns: number }[]) =>
            list.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
          if (count(groups) > count(arrays))
            expect(() => placeGroups(groups, arrays)).toThrow(/needs \d+ cells/);
          else checkPlacement(placeGroups(groups, arrays), groups, arrays);
        },
      ),
    );
  });

  it('of a network of 32-24-10 fill a 32 × 32 array', () => {
    const groups = [
      { name: 'g1', rows: 32, columns: 24 },
      { name: 'g2', rows: 24, columns: 10 },
    ];
    const arrays = [{ name: 'a', rows: 32, columns: 32 }];
    const parts = placeGroups(groups, arrays);
    checkPlacement(parts, groups, arrays);
    expect(parts[0]).toEqual({
      group: 'g1',
      array: 0,
      part: { row: 0, column: 0, rows: 32, columns: 24 },
      at: { row: 0, column: 0 },
    });
    expect(parts.reduce((sum, { part }) => sum + part.rows * part.columns, 0)).toBe(1008);
  });

  it.each([
    [[{ group: 'g2' }], /there is no group g2; this network has g1/],
    [[{ part: { row: 0, column: 0, rows: 3, columns: 2 } }], /g1 has 2 × 2 cells/],
    [[{ at: { row: 3, column: 0 } }], /reach beyond a, 4 × 4/],
    [[{}, {}], /cell 0,0 of g1 lies elsewhere already/],
    [[{ part: { row: 0, column: 0, rows: 1, columns: 2 } }], /cell 1,0 of group g1 lies on no array/],
    [
      [
        { part: { row: 0, column: 0, rows: 1, columns: 2 } },
        { part: { row: 1, column: 0, rows: 1, columns: 2 }, at: { row: 0, column: 1 } },
      ],
      /cell 0,1 of a is taken by cells.layout\[0\]/,
    ],
  ])('a table that is wrong is refused: %#', (entries, message) => {
    const parts = entries.map((entry) => ({
      group: 'g1',
      array: 0,
      part: { row: 0, column: 0, rows: 2, columns: 2 },
      at: { row: 0, column: 0 },
      ...entry,
    }));
    expect(() =>
      checkPlacement(parts, [{ name: 'g1', rows: 2, columns: 2 }], [{ name: 'a', rows: 4, columns: 4 }]),
    ).toThrow(message);
  });
});

/** A 2 × 3 group, its first row on one array at 1,1, its second on another at 0,0. */
function split(options = {}) {
  const arrays = [simulated(), simulated()];
  const shared = arrays.map((array) => new SharedArray(array, options));
  const row = (n: number) => ({ row: n, column: 0, rows: 1, columns: 3 });
  const cells = new PlacedCells({ name: 'g1', rows: 2, columns: 3 }, [
    { on: shared[0], part: row(0), at: { row: 1, column: 1 } },
    { on: shared[1], part: row(1), at: { row: 0, column: 0 } },
  ]);
  return { arrays, shared, cells };
}

describe('cells on rectangles of arrays', () => {
  it('are pulsed and read where they lie, and nothing else is', async () => {
    const { arrays, cells } = split();
    await cells.pulse({ counts: Int16Array.of(1, 2, 0, 0, -3, 4) }, { id: 1 });
    const step = 0.01 * 90e-6;
    const moved = (await cells.read()).map((g) => Math.round((g - 50e-6) / step));
    expect([...moved]).toEqual([1, 2, 0, 0, -3, 4]);
    const there = await Promise.all(arrays.map((array) => array.read()));
    const expected = [
      { 5: 1, 6: 2 },
      { 1: -3, 2: 4 },
    ] as Record<number, number>[];
    for (const [n, all] of there.entries()) {
      expect([...all].map((g) => Math.round((g - 50e-6) / step))).toEqual(
        [...all.keys()].map((cell) => expected[n][cell] ?? 0),
      );
    }
    const sparse = { counts: Int16Array.of(5), indices: Uint32Array.of(4) };
    await cells.pulse(sparse, { id: 2 });
    expect(
      Math.round(((await cells.read({ row: 1, column: 1, rows: 1, columns: 1 }))[0] - 50e-6) / step),
    ).toBe(2);
    expect((await cells.pulse(sparse, { id: 2 })).applied).toBe(false);
  });

  it('are looked at once until they are pulsed', async () => {
    const { shared, cells } = split({ averages: 2 });
    await cells.read();
    await cells.read();
    expect(shared[0].work).toMatchObject({ looks: 2, cellReads: 6 });
    await cells.pulse({ counts: Int16Array.of(1, 0, 0, 0, 0, 0) }, { id: 1 });
    await cells.read();
    expect(shared.map(({ work }) => work.looks)).toEqual([4, 2]);
  });

  it('get no more than their life has: nothing of a plan is given that would pass it', async () => {
    const { arrays, cells } = split({ endurance: 5 });
    await cells.pulse({ counts: Int16Array.of(3, 0, 0, 0, 0, 0) }, { id: 1 });
    const before = await arrays[1].read();
    await expect(cells.pulse({ counts: Int16Array.of(3, 0, 0, 1, 0, 0) }, { id: 2 })).rejects.toMatchObject({
      code: 'cells.endurance',
      message: expect.stringMatching(/cell 1,1 has had 3 pulses, and 3 more would be above its 5/),
    });
    expect(await arrays[1].read()).toEqual(before);
    await cells.pulse({ counts: Int16Array.of(-2, 0, 0, 1, 0, 0) }, { id: 2 });
  });

  it('had, where the line goes in the midst of a plan, what was asked for: none is given beyond their life', async () => {
    const { arrays, cells } = split({ endurance: 5 });
    arrays[1].pulse = async () => {
      throw new Error('the line is gone');
    };
    await expect(cells.pulse({ counts: Int16Array.of(0, 0, 0, 4, 0, 0) }, { id: 1 })).rejects.toThrow('gone');
    await expect(cells.pulse({ counts: Int16Array.of(0, 0, 0, 2, 0, 0) }, { id: 2 })).rejects.toThrow(
      /has had 4 pulses/,
    );
  });

  it('get nothing once programming was broken off, and say so', async () => {
    const array = simulated();
    const ended = new AbortController();
    const all = { row: 0, column: 0, rows: 4, columns: 4 };
    const cells = new PlacedCells(
      { name: 'g1', rows: 4, columns: 4 },
      [{ on: new SharedArray(array), part: all, at: { row: 0, column: 0 } }],
      { signal: () => ended.signal },
    );
    ended.abort();
    const before = await array.read();
    await expect(cells.pulse({ counts: new Int16Array(16).fill(1) }, { id: 1 })).rejects.toMatchObject({
      code: 'cells.interrupted',
    });
    expect(await array.read()).toEqual(before);
  });
});
