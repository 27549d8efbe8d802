import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMeasuredBytes } from '../../calibration/files/index.js';
import { columnOf } from '../../calibration/measured/index.js';
import { loop_A, loop_V, loopFiles, type WrittenFile } from './measured-texts.js';

function bytesOf({ text, encoding = 'utf-8' }: Pick<WrittenFile, 'text' | 'encoding'>): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  return Uint8Array.from(Buffer.from(text, encoding));
}

function expectClose(
  got: ArrayLike<number>,
  wanted: readonly number[],
  scale: number,
  tolerance = 2e-9,
): void {
  expect(got.length).toBe(wanted.length);
  for (const [k, value] of wanted.entries())
    expect(Math.abs(got[k] - value)).toBeLessThanOrEqual(tolerance * scale);
}

describe('one loop, as instruments and programs write it', () => {
  for (const [name, written] of Object.entries(loopFiles)) {
    it(`${name}: no question, the same V, A and rows`, async () => {
      const file = await readMeasuredBytes(bytesOf(written), 'loop.txt');
      expect(file.questions).toEqual([]);
      expect(file.series.map(({ kind }) => kind)).toEqual(['sweep']);
      const [series] = file.series;
      expectClose(columnOf(series, 'voltage_V')?.values ?? [], loop_V, 1);
      expectClose(columnOf(series, 'current_A')?.values ?? [], loop_A, 1e-4, written.tolerance ?? 2e-8);
      if (written.time_s !== undefined) {
        expectClose(
          columnOf(series, 'time_s')?.values ?? [],
          loop_V.map((_, k) => written.time_s?.(k) ?? 0),
          1,
        );
      }
      // Lines are told as an editor counts them.
      const [first, last] = series.lines;
      const rows = written.text.split(/\r\n|\n/);
      if (!name.includes('end twice')) {
        expect(rows[first - 1]).toContain(name.includes('savetxt') ? 'e+0' : '0');
        expect(last - first).toBe(loop_V.length - 1);
      }
    });
  }

  it('whatever separates cells and decimals, numbers come back as they were', async () => {
    const layout = fc.record({
      separator: fc.constantFrom(',', ';', '\t', ' ', ' ; ', ', '),
      comma: fc.boolean(),
      end: fc.constantFrom('\n', '\r\n', '\r'),
      plus: fc.boolean(),
      digits: fc.integer({ min: 3, max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(layout, async ({ separator, comma, end, plus, digits }) => {
        const decimalComma = comma && !separator.includes(',');
        const cell = (x: number): string => {
          const text = x.toExponential(digits);
          const signed = plus && x >= 0 ? `+${text}` : text;
          return decimalComma ? signed.replace('.', ',') : signed;
        };
        const rows = loop_V.map((v, k) => `${cell(v)}${separator}${cell(loop_A[k])}`);
        const text = [`V(V)${separator}I(A)`, ...rows].join(end);
        const { series, questions } = await readMeasuredBytes(new TextEncoder().encode(text), 'any.txt');
        expect(questions).toEqual([]);
        expect(series).toHaveLength(1);
        const scale = 10 ** -digits;
        expectClose(columnOf(series[0], 'voltage_V')?.values ?? [], loop_V, 1, scale);
        expectClose(columnOf(series[0], 'current_A')?.values ?? [], loop_A, 1e-3, scale);
      }),
      { numRuns: 60 },
    );
  });
});
