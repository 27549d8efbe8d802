import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import { composeRun } from '../../experiments/composition/index.js';
import { readConfig } from '../../experiments/schema/index.js';
import { loadData, targetRemarks } from '../../learning/index.js';
import { scratch } from '../scratch.js';

// Numbers as targets: columns of a table, R² and RMSE in volts, and what is refused.

const folder = join(scratch(), 'numbers');
mkdirSync(folder, { recursive: true });

/** A table of `count` rows: x1 and x2 in ±1, and columns made of them. */
function table(
  name: string,
  header: string,
  row: (x1: number, x2: number) => readonly number[],
  count = 200,
): string {
  const stream = new RandomStream(5, 'test');
  const rows = Array.from({ length: count }, () =>
    row(stream.between(-1, 1), stream.between(-1, 1)).join(','),
  );
  const file = join(folder, name);
  writeFileSync(file, `${header}\n${rows.join('\n')}\n`);
  return `csv:${file}`;
}

const map = table('map.csv', 'x1,x2,sum,difference', (x1, x2) => [x1, x2, 2 + x1 + 0.5 * x2, x1 - x2]);

describe('numbers as targets', () => {
  it('are told of where a few far-off values take the range, and where test samples do not vary', async () => {
    const slip = table('slip.csv', 'x1,x2,y', (x1, x2) => [x1, x2, x1 > 0.98 ? 1e6 : x1]);
    const rare = table('rare.csv', 'x1,x2,y', (x1, x2) => [x1, x2, x1 > 0.98 ? 1 : 0]);
    const [far] = targetRemarks(await loadData(slip, { seed: 1, targets: ['y'] }));
    expect(far).toMatch(
      /column y goes from -0\.972 to 1000000 over the training samples, and all but 16 of 160 lie between .* hardly tell these apart/,
    );
    expect(targetRemarks(await loadData(map, { seed: 1, targets: ['sum', 'difference'] }))).toEqual([]);
    expect(targetRemarks(await loadData(rare, { seed: 1, targets: ['y'] }))).toEqual([
      `${rare}: column y is 0 in every test sample: its R² on them says nothing`,
    ]);
  });

  it('are columns by name or by place, split and picked with their rows', async () => {
    const byName = await loadData(map, { seed: 1, targets: ['sum', 'difference'] });
    const byPlace = await loadData(map, { seed: 1, targets: ['3', '4'] });
    expect(byName.featureNames).toEqual(['x1', 'x2']);
    expect([byName.train.count, byName.test.count]).toEqual([160, 40]);
    for (const { targets, values } of [byName, byPlace].flatMap(({ train, test }) => [train, test])) {
      for (let s = 0; s < 40; s++) {
        const [x1, x2] = values.subarray(2 * s);
        expect(targets?.[2 * s]).toBeCloseTo(2 + x1 + 0.5 * x2, 12);
        expect(targets?.[2 * s + 1]).toBeCloseTo(x1 - x2, 12);
      }
    }
  });

  it('are learned: R² and RMSE of a linear map of two voltages by two outputs', async () => {
    const config = await readConfig({
      set: [
        `data=${map}`,
        'targets=sum,difference',
        'network.hidden=[]',
        // a node whose conductances all went to 0 would be left to its bias current
        'network.window=50',
        'training.nudge=current-held',
        'training.beta=1',
        'training.epochs=60',
        'training.rateDecay=1',
        'training.conductanceRates=0.02',
        'training.biasRates=0.02',
      ],
    });
    const { trainer, coder, dataSet } = await composeRun(config);
    let last:
      | { testError: number; trainError: number; fit?: { r2: readonly number[]; rmse_V: readonly number[] } }
      | undefined;
    for await (const event of trainer.run()) if (event.type === 'epoch') last = event.record;
    // as they are defined
    const { inputs, targets, size } = coder.firstBatch(dataSet.test, 40);
    const free = await trainer.device.settle({ batch: size, inputs });
    const outputs = free.outputs();
    for (const k of [0, 1]) {
      const column = (values: Float64Array) => Array.from({ length: 40 }, (_, s) => values[2 * s + k]);
      const [v, y] = [column(outputs), column(targets)];
      const mean = y.reduce((sum, value) => sum + value, 0) / 40;
      const left = v.reduce((sum, value, s) => sum + (value - y[s]) ** 2, 0);
      const whole = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      expect(last?.fit?.r2[k]).toBeCloseTo(1 - left / whole, 4);
      expect(last?.fit?.rmse_V[k]).toBeCloseTo(Math.sqrt(left / 40), 7);
      // voltages of targets go back to the table's own numbers
      expect(coder.values?.decode(y[0], k)).toBeCloseTo(dataSet.test.targets?.[k] ?? Number.NaN, 9);
    }
    expect(last?.testError).toBeCloseTo(1 - ((last?.fit?.r2[0] ?? 0) + (last?.fit?.r2[1] ?? 0)) / 2, 12);
    expect(Math.min(...(last?.fit?.r2 ?? [0]))).toBeGreaterThanOrEqual(0.999);
    expect(last?.trainError).toBeLessThan(0.002);
    await trainer.device.close();
  });

  const run = async (...set: string[]) => {
    const { trainer } = await composeRun(await readConfig({ set: ['training.epochs=1', ...set] }));
    await trainer.device.close();
  };
  const still = table('still.csv', 'x1,x2,y', (x1, x2) => [x1, x2, 3]);
  const one = table('one.csv', 'x1,x2,y', (x1, x2) => [x1, x2, x1], 1);
  const words = table('words.csv', 'x1,x2,y', (x1, x2) => [x1, x2, x1]).slice(4);
  writeFileSync(words, 'x1,y\n1,high\n2,low\n');

  it.each([
    [[`data=${map}`, 'targets=sums'], /there is no column sums for targets; it has x1, x2, sum, difference/],
    [[`data=${map}`, 'targets=sum,sum'], /column 3 is named twice among the targets/],
    [
      [`data=${map}`, 'targets=x1,x2,sum,difference'],
      /0 feature columns beside 4 of targets; at least one is needed/,
    ],
    [
      [`data=${map}`, 'targets=sum', 'training.cost=cross-entropy', 'training.nudge=current-held'],
      /for numbers there are regression and squared/,
    ],
    [
      [`data=csv:${words}`, 'targets=y'],
      /column 2 \(y\) holds words \(high, low\), and targets must be numbers/,
    ],
    [[`data=${one}`, 'targets=y'], /there are not two samples, so none can be kept for testing/],
    [
      [`data=${still}`, 'targets=y'],
      /column y is 3 in every training sample; there is nothing to learn of it/,
    ],
    [
      ['data=iris', 'targets=y'],
      /columns of numbers as targets are read from csv:FILE and npz:FILE; these data have classes/,
    ],
    [
      ['data=iris', 'training.cost=regression'],
      /regression takes numbers as targets, and these data have classes/,
    ],
    [
      ['data=iris', 'coding.target={kind: value, off: 0mV, on: 1mV}'],
      /"value" targets are numbers, and iris has classes/,
    ],
  ])('refuse %j', async (set, message) => {
    await expect(run(...set)).rejects.toThrow(message);
  });
});
