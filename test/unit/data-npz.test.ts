import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { knownData, loadData } from '../../learning/data/index.js';
import { encodeNpy, readMixedNpz, writeNpz, writeZip } from '../../records/index.js';
import { scratch } from '../scratch.js';

let file = '';
beforeEach(() => {
  file = join(scratch('npz'), 'data.npz');
});

const load = (known?: Parameters<typeof loadData>[1]['known']) =>
  loadData(`npz:${file}`, { seed: 1, ...(known && { known }) });

/** `n` rows of two features, of classes 0, 1, 2 in turn. */
function arrays(n: number) {
  return {
    x: { data: Float64Array.from({ length: 2 * n }, (_, k) => k), shape: [n, 2] },
    y: Int32Array.from({ length: n }, (_, k) => k % 3),
  };
}

/** As `numpy.save` writes an array of texts: `<U5`. */
function textNpy(texts: readonly string[], characters: number): Uint8Array {
  const dictionary = `{'descr': '<U${characters}', 'fortran_order': False, 'shape': (${texts.length},), }`;
  const header = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${dictionary.padEnd(117)}\n`, 'latin1');
  header.writeUInt16LE(118, 8);
  const data = Buffer.alloc(4 * characters * texts.length);
  for (const [k, text] of texts.entries()) {
    for (const [c, character] of [...text].entries()) {
      data.writeUInt32LE(character.codePointAt(0) ?? 0, 4 * (k * characters + c));
    }
  }
  return Buffer.concat([header, data]);
}

describe('npz:FILE', () => {
  it('is split as a CSV file is, where it does not say', async () => {
    await writeNpz(file, arrays(30));
    const { train, test, classNames, features, sources } = await load();
    expect([train.count, test.count, features, classNames]).toEqual([24, 6, 2, ['0', '1', '2']]);
    expect(sources[0]).toMatchObject({ file, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    for (const part of [train, test]) {
      for (let s = 0; s < part.count; s++) expect(part.labels[s]).toBe((part.values[2 * s] / 2) % 3);
    }
  });

  it('keeps its own test samples, and names classes by classes', async () => {
    const { x, y } = arrays(9);
    await writeZip(file, [
      { name: 'x.npy', parts: encodeNpy(x.data, x.shape) },
      { name: 'y.npy', parts: encodeNpy(y) },
      { name: 'x_test.npy', parts: encodeNpy(Float64Array.of(5, 6), [1, 2]) },
      { name: 'y_test.npy', parts: encodeNpy(Int32Array.of(2)) },
      { name: 'classes.npy', parts: [textNpy(['red', 'grün', 'blue'], 5)] },
    ]);
    const { train, test, classNames, featureRange } = await load();
    expect(classNames).toEqual(['red', 'grün', 'blue']);
    expect([...train.labels]).toEqual([...y]);
    expect([[...test.values], [...test.labels]]).toEqual([[5, 6], [2]]);
    expect(featureRange).toEqual([
      [0, 16],
      [1, 17],
    ]);
  });

  it('takes names as labels, and images of bytes', async () => {
    await writeZip(file, [
      { name: 'x.npy', parts: encodeNpy(new Uint8Array(8 * 6).fill(9), [8, 2, 3]) },
      { name: 'y.npy', parts: [textNpy(['b', 'a', 'b', 'a', 'b', 'a', 'b', 'a'], 1)] },
    ]);
    const { classNames, imageShape, featureRange, train } = await load();
    expect([classNames, imageShape, featureRange]).toEqual([
      ['b', 'a'],
      [2, 3],
      [0, 255],
    ]);
    expect(train.values).toBeInstanceOf(Uint8Array);
  });

  it('has its classes matched by name', async () => {
    await writeNpz(file, arrays(30));
    const known = { ...knownData(await load()), classNames: ['2', '0', '1'] };
    const { train, classNames } = await load(known);
    expect(classNames).toEqual(['2', '0', '1']);
    for (let s = 0; s < train.count; s++)
      expect(train.labels[s]).toBe((((train.values[2 * s] / 2) % 3) + 1) % 3);
  });

  it.each([
    ['no x', { y: Int32Array.of(1) }, /there is no array x \(it has .*\)|there is no array x/],
    ['no y', { x: arrays(4).x }, /there is no array y of labels/],
    ['another number of labels', { ...arrays(9), y: Int32Array.of(1, 2) }, /x has 9 samples, y has 2 labels/],
    ['one axis', { ...arrays(9), x: Float64Array.of(1, 2) }, /x must be \[samples × features\]/],
    [
      'labels that are fractions',
      { ...arrays(2), y: Float64Array.of(0, 0.5) },
      /y\[1\] is 0\.5; labels are whole/,
    ],
    [
      'one-hot labels',
      { ...arrays(2), y: { data: Int32Array.of(0, 1, 1, 0), shape: [2, 2] } },
      /y must have one axis/,
    ],
    [
      'what is not finite',
      { ...arrays(2), x: { data: Float64Array.of(1, 2, Number.NaN, 4), shape: [2, 2] } },
      /x\[1, 0\] is NaN/,
    ],
    ['half a test set', { ...arrays(9), x_test: arrays(3).x }, /there is no array y_test/],
    [
      'a label beyond the classes',
      { ...arrays(9), classes: Int32Array.of(7, 8) },
      /y\[0\] is 0|y\[2\] is 2, which is none of the 2 classes/,
    ],
  ])('is refused with %s', async (_, content, message) => {
    await writeNpz(file, content);
    const loading = load();
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toMatchObject({ exitCode: 2 });
  });

  it('is refused where it is none', async () => {
    await writeFile(file, 'x,y\n');
    await expect(load()).rejects.toMatchObject({ code: 'records.damaged' });
  });
});

it('texts of a damaged length are refused', async () => {
  await writeZip(file, [{ name: 'y.npy', parts: [textNpy(['ab', 'c'], 2).subarray(0, 130)] }]);
  await expect(readMixedNpz(file, ['y'])).rejects.toMatchObject({ code: 'npy.text', exitCode: 2 });
});

describe('npz:FILE of numbers that are to be learned', () => {
  const x = encodeNpy(
    Float64Array.from({ length: 40 }, (_, k) => k),
    [20, 2],
  );
  const y = encodeNpy(
    Float64Array.from({ length: 60 }, (_, k) => k / 4),
    [20, 3],
  );
  const numbers = (targets: readonly string[], known?: Parameters<typeof loadData>[1]['known']) =>
    loadData(`npz:${file}`, { seed: 1, targets, ...(known && { known }) });

  it('takes columns of y by name or place, with their rows', async () => {
    await writeZip(file, [
      { name: 'x.npy', parts: x },
      { name: 'y.npy', parts: y },
      { name: 'targets.npy', parts: [textNpy(['force', 'angle', 'time'], 5)] },
    ]);
    const { train, test, targets } = await numbers(['time', '1']);
    expect(targets?.names).toEqual(['time', 'force']);
    for (const part of [train, test]) {
      for (let s = 0; s < part.count; s++) {
        const row = part.values[2 * s] / 2;
        expect([...(part.targets?.subarray(2 * s, 2 * s + 2) ?? [])]).toEqual([
          (3 * row + 2) / 4,
          (3 * row) / 4,
        ]);
      }
    }
    expect((await numbers([])).targets?.names).toEqual(['force', 'angle', 'time']);
    await expect(numbers(['mass'])).rejects.toThrow(
      /no column "mass" for targets; it has force, angle, time/,
    );
    await expect(numbers(['2', 'angle'])).rejects.toThrow(/column 2 is named twice/);
  });

  it('keeps its own test samples, and asks another file for the same columns', async () => {
    await writeZip(file, [
      { name: 'x.npy', parts: x },
      { name: 'y.npy', parts: encodeNpy(Float64Array.from({ length: 20 }, (_, k) => 5 - k)) },
      { name: 'x_test.npy', parts: encodeNpy(Float64Array.of(1, 2), [1, 2]) },
      { name: 'y_test.npy', parts: encodeNpy(Float64Array.of(7)) },
    ]);
    const trained = await numbers([]);
    expect([trained.targets?.names, [...(trained.test.targets ?? [])]]).toEqual([['y'], [7]]);
    expect(trained.targets?.ranges).toEqual([[-14, 5]]);
    await writeNpz(file, {
      x: { data: new Float64Array(2), shape: [1, 2] },
      y: { data: Float64Array.of(1, 2), shape: [1, 2] },
    });
    await expect(numbers([], knownData(trained))).rejects.toThrow(/no column "y" for targets; it has y1, y2/);
  });

  it.each([
    [{ y: { data: Float64Array.of(1, Number.NaN), shape: [2] } }, /y\[1\] is NaN; finite numbers/],
    [
      { y: { data: new Float64Array(8), shape: [2, 2, 2] } },
      /y must be \[samples\] or \[samples × columns\]/,
    ],
    [{ y: Float64Array.of(1, 2, 3) }, /x has 2 samples, y has 3 rows of numbers/],
  ])('refuses %j', async (wrong, message) => {
    await writeNpz(file, { x: { data: Float64Array.of(1, 2), shape: [2, 1] }, ...wrong });
    await expect(numbers([])).rejects.toThrow(message);
  });
});
