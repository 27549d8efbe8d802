import { describe, expect, it } from 'vitest';
import { dataSources, digits, iris, loadData, xor } from '../../learning/data/index.js';

describe('loadData', () => {
  it('loads what is built in by its name', async () => {
    expect(await loadData('xor', { seed: 1 })).toEqual(xor());
    expect(await loadData('iris', { seed: 5 })).toEqual(iris({ seed: 5 }));
    const drawn = await loadData('digits', { seed: 5 });
    expect([drawn.train.count, drawn.test.count]).toEqual([10_000, 2_000]);
    expect(drawn.test.values.slice(0, 2560)).toEqual(digits({ seed: 5, train: 1, test: 10 }).test.values);
  });

  it('holds validation samples out of training where asked to', async () => {
    const { train, validation, test } = await loadData('iris', { seed: 1, validation: 15 });
    expect([train.count, validation?.count, test.count]).toEqual([90, 15, 45]);
    await expect(loadData('iris', { seed: 1, validation: 200 })).rejects.toMatchObject({
      code: 'data.bad-count',
    });
    await expect(loadData('iris', { seed: 1, validation: -1 })).rejects.toMatchObject({
      code: 'data.bad-count',
    });
  });

  it.each([
    ['mnsit', 'data.unknown', /data "mnsit" is unknown; did you mean "mnist"\?/],
    ['cvs:a.csv', 'data.unknown', /did you mean "csv"/],
    ['photographs', 'data.unknown', /is unknown; known are xor, iris, digits, mnist, mnist:DIR, csv:FILE/],
    ['constructor', 'data.unknown', /"constructor" is unknown/],
    ['', 'data.unknown', /data "" is unknown/],
    ['xor:2', 'data.argument', /"xor" takes nothing after it; write xor/],
    ['csv', 'data.argument', /names no FILE; write csv:FILE/],
    ['csv:', 'data.argument', /names no FILE/],
    ['mnist:', 'data.argument', /names no DIR; write mnist:DIR/],
  ])('refuses "%s"', async (spec, code, message) => {
    const loading = loadData(spec, { seed: 1 });
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toMatchObject({ code, exitCode: 2 });
  });

  it('has a line of help for every source', () => {
    for (const kind of dataSources.names) {
      const source = dataSources.get(kind)!;
      expect(source.help, kind).not.toBe('');
      expect(source.from === undefined, kind).toBe(source.argument === undefined);
    }
  });
});
