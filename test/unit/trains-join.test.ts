import { describe, expect, it } from 'vitest';
import { readMeasuredBytes } from '../../calibration/files/index.js';
import { joinedAcrossFiles, type LabelledFile, trainLabels } from '../../calibration/trains/index.js';
import { RandomStream } from '../../core/index.js';

const random = new RandomStream(4, 'joined trains');
/** 40 states of one polarity over pulse numbers, in µS. */
const train = (way: 'up' | 'down', noise = 0): string =>
  `pulse,G (uS)\n${Array.from({ length: 40 }, (_, k) => {
    const risen = (1 - Math.exp(-k / 14)) / (1 - Math.exp(-39 / 14));
    const state = way === 'up' ? 3 + 15 * risen : 18 - 15 * risen;
    return `${k + 1},${(state + noise * random.normal()).toFixed(4)}`;
  }).join('\n')}\n`;

async function labelled(
  files: Readonly<Record<string, string>>,
  namePattern?: string,
): Promise<LabelledFile[]> {
  const read = Object.entries(files).map(async ([path, text]): Promise<LabelledFile> => {
    const answers = namePattern === undefined ? {} : { namePattern };
    const file = await readMeasuredBytes(new TextEncoder().encode(text), path, { answers });
    return { path, trains: trainLabels(file), ...(file.inName === undefined ? {} : { inName: file.inName }) };
  });
  return await Promise.all(read);
}

const cells = (files: readonly LabelledFile[]) =>
  files.flatMap(({ trains }) =>
    (trains?.cells ?? []).map(({ cell, up, down }) => `${cell}: ${up.length} up, ${down.length} down`),
  );

describe('trains of one cell in several files', () => {
  it.each([
    ['d1_LTP.csv', 'd1_LTD.csv', 'd1'],
    ['lab/chip 3 potentiation.txt', 'lab/chip 3 depression.txt', 'chip 3'],
    ['LTP_4.csv', 'LTD_4.csv', '4'],
    ['LTP.csv', 'LTD.csv', 'of both'],
  ])('%s and %s are one cell, which names both', async (up, down, called) => {
    const joined = joinedAcrossFiles(await labelled({ [down]: train('down'), [up]: train('up') }));
    expect(cells(joined)).toEqual([`${up}, cell ${called}: 1 up, 1 down`]);
    const [cell] = joined[1].trains?.cells ?? [];
    expect(cell.files).toEqual([up, down]);
    expect(cell.window).toMatchObject({ low: expect.closeTo(3e-6, 9), high: expect.closeTo(18e-6, 9) });
    expect(cell.warnings.join()).not.toContain('one polarity');
    expect(joined[1].trains?.remarks.join()).toMatch(/one cell with .*, as their names say/);
  });

  it.each([
    ['other cells', { 'd1_LTP.csv': train('up'), 'd2_LTD.csv': train('down') }],
    ['other folders', { 'a/d1_LTP.csv': train('up'), 'b/d1_LTD.csv': train('down') }],
    ['two of one way', { 'd1_LTP.csv': train('up'), 'D1_LTP.csv': train('up') }],
    ['names that say nothing', { 'd1_a.csv': train('up'), 'd1_b.csv': train('down') }],
  ])('%s stay apart', async (_, files) => {
    expect(cells(joinedAcrossFiles(await labelled(files)))).toHaveLength(2);
  });

  it('by a pattern of names are repetitions, which tell noise apart; other cells stay their own', async () => {
    const both = () => `${train('up', 0.2)}${train('down', 0.2).replace(/^.*\n/, '')}`;
    const files = await labelled(
      { 'W1_c2.csv': both(), 'W1_c1.csv': both(), 'W1_c3.csv': both(), 'W2_c1.csv': both() },
      '{cell}_c{cycle}',
    );
    const joined = joinedAcrossFiles(files);
    expect(cells(joined)).toEqual(['W1_c1.csv, cell W1: 3 up, 3 down', 'W2_c1.csv, cell W2: 1 up, 1 down']);
    const [cell] = joined[1].trains?.cells ?? [];
    expect(cell.files).toEqual(['W1_c1.csv', 'W1_c2.csv', 'W1_c3.csv']);
    expect(cell.up.map((one) => one.train.cycle)).toEqual([1, 2, 3]);
    expect(cell.noise.up?.cycles).toBe(3);
  });
});
