import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CellParts,
  cellFileText,
  cellJsonSchema,
  checkCell,
  estimateInFile,
  missingPart,
  readCellFile,
  writeCellFile,
} from '../../calibration/cell-files/index.js';
import { OhmpropError } from '../../core/index.js';
import { scratch } from '../scratch.js';

const parts: CellParts = {
  name: 'chip 3, row 2',
  pulse: {
    g_min_S: 2e-6,
    g_max_S: 20e-6,
    window: 'measured',
    potentiation: {
      law: { kind: 'soft-bounds', asymptote_S: 22e-6, share: 0.03 },
      pulses: 100,
      range_S: [2e-6, 20e-6],
      nonlinearity: { fixed: { label: 1.2, r2: 0.99 } },
      parameters: {
        share: estimateInFile({
          value: 0.03,
          low: 0.028,
          high: Number.POSITIVE_INFINITY,
          level: 0.95,
          identifiable: true,
          n: 100,
          method: 'least squares, profile likelihood interval',
        }),
      },
    },
    depression: {
      law: { kind: 'table', conductance_S: [2e-6, 10e-6, 20e-6], step_S: [-1e-7, -2e-7, -9e-7] },
    },
  },
};
const provenance = { sources: [{ file: 'trains.csv', sha256: 'a'.repeat(64) }] };

const codeOf = (run: () => unknown): string | undefined => {
  try {
    run();
  } catch (error) {
    if (error instanceof OhmpropError) return `${error.code} ${error.message}`;
    throw error;
  }
  return undefined;
};

describe('a cell file', () => {
  it('comes back as it was written, with the hash of its bytes', async () => {
    const path = join(scratch('cell'), 'my.cell.json');
    const written = await writeCellFile(path, parts, provenance);
    const { cell, sha256 } = await readCellFile(path);
    expect(cell).toEqual(written);
    expect(cell.pulse).toEqual(JSON.parse(JSON.stringify(parts.pulse)));
    expect(cell.pulse?.potentiation.parameters?.share.high).toBeNull();
    expect(cell).toMatchObject({ kind: 'cell', format: 1, provenance });
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    // a list of numbers is one line for people
    expect(readFileSync(path, 'utf8')).toContain('"step_S": [-1e-7, -2e-7, -9e-7]');
    await expect(writeCellFile(path, parts, provenance)).rejects.toMatchObject({ code: 'records.exists' });
  });

  it('names what is wrong, where, what was got and what to change', async () => {
    const good = JSON.parse(cellFileText(await written()));
    const wrong = (change: (file: typeof good) => void) => {
      const file = structuredClone(good);
      change(file);
      return codeOf(() => checkCell(file, 'my.cell.json'));
    };
    expect(wrong((f) => (f.kind = 'experiment'))).toMatch(
      /cell.kind .*its kind is "experiment"; ohmprop train/,
    );
    expect(wrong((f) => (f.format = 2))).toMatch(/cell.format .*format "2" .*newer ohmprop/);
    expect(wrong((f) => (f.puls = {}))).toMatch(/puls: unknown key; did you mean "pulse"\?/);
    expect(wrong((f) => (f.pulse.g_min_S = 30e-6))).toMatch(/pulse.g_max_S: must be above g_min_S/);
    expect(wrong((f) => f.pulse.depression.law.step_S.pop())).toMatch(/equal length are needed, got 3 and 2/);
    expect(wrong((f) => f.pulse.depression.law.conductance_S.reverse())).toMatch(
      /must rise, got 0.00001 after/,
    );
    expect(wrong((f) => (f.provenance.sources[0].sha256 = 'abc'))).toMatch(
      /sha256: needs 64 hex.*got "\\?"abc/,
    );
    expect(codeOf(() => checkCell([], 'x.json'))).toMatch(/cell.kind/);
    expect(wrong(() => {})).toBeUndefined();
  });

  it('without the part that somebody needs says who needs it and what makes it', async () => {
    const cell = await written();
    const { message } = missingPart({ path: 'my.cell.json', cell }, ['dynamics'], 'cell sweep');
    expect(message).toContain('ohmprop cell sweep needs the part "dynamics", the file has "pulse"');
  });

  it('refuses what is damaged without falling over', async () => {
    const text = cellFileText(await written());
    const path = join(scratch('cell'), 'my.cell.json');
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.nat(40), fc.string(), async (at, cut, put) => {
        writeFileSync(path, text.slice(0, at) + put + text.slice(at + cut));
        const error = await readCellFile(path).catch((e: unknown) => e);
        if (error instanceof Error) expect(error).toBeInstanceOf(OhmpropError);
      }),
      { numRuns: 200 },
    );
  });

  it('has its JSON schema in the package', async () => {
    await expect(`${JSON.stringify(cellJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
      '../../docs/schemas/cell-1.json',
    );
  });
});

function written() {
  return writeCellFile(join(scratch('cell'), 'a.cell.json'), parts, provenance);
}
