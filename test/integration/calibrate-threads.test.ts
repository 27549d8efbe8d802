import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type * as Batches from '../../calibration/batch/index.js';
import { scratch } from '../scratch.js';

/** Threads start from built JavaScript. */
const built = fileURLToPath(new URL('../../dist/calibration/batch/index.js', import.meta.url));

const sweep = (on: number): string => {
  const volts = Array.from({ length: 121 }, (_, i) => Math.sin((2 * Math.PI * i) / 120));
  let low = false;
  const rows = volts.map((v) => {
    if (v > 0.6) low = true;
    if (v < -0.6) low = false;
    return `${v.toFixed(4)},${v / (low ? on : 1e6)}`;
  });
  return ['Voltage (V),Current (A)', ...rows].join('\n');
};
const train = (a: number): string => {
  const state = (n: number) => 1 + 9 * (1 - Math.exp(-n / a));
  const rows = Array.from({ length: 13 }, (_, n) => `${n},${state(n)},${state(12 - n)}`);
  return ['pulse,potentiation (uS),depression (uS)', ...rows].join('\n');
};

describe('a batch in threads', () => {
  it('answers the same for any number of them', async () => {
    const { analyseFiles, findFiles, fitPulsedCells } = (await import(built)) as typeof Batches;
    const root = join(scratch(), 'many');
    mkdirSync(root);
    // More than are read before threads have started.
    for (let i = 0; i < 28; i++) writeFileSync(join(root, `S${i}.csv`), sweep(1e4 + 100 * i));
    for (let i = 0; i < 3; i++) writeFileSync(join(root, `T${i}.csv`), train(3 + i));
    const { files } = await findFiles([root]);
    const read = (threads: number) => analyseFiles(files, { reading: { answer: [] }, features: {}, threads });
    const [one, three] = [await read(1), await read(3)];
    expect(one.analysed).toHaveLength(31);
    expect(three).toEqual(one);
    const cells = one.analysed.flatMap(({ name, trains }) =>
      (trains?.cells ?? []).map((description) => ({ name, description })),
    );
    expect(cells).toHaveLength(3);
    expect(await fitPulsedCells(cells, { threads: 3 })).toEqual(await fitPulsedCells(cells, { threads: 1 }));
  }, 60_000);
});
