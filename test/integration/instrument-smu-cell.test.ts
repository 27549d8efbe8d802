import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linearCells } from '../../devices/cells/pulse/index.js';
import { cellOf, Emulated2400, Emulated2600 } from '../../drivers/instruments/emulated-smu/index.js';
import { PulsedCells } from '../../experiments/composition/index.js';
import { ohmprop } from './command-line.js';
import { withSmu } from './emulated-smu.js';

// Issue 17: what is done with an array of an ArC ONE is done with the cell of a source-measure unit, in either language, over TCP.

const pulse = {
  potentiation: { amplitude_V: 1.2, width_s: 0.002 },
  depression: { amplitude_V: -1.2, width_s: 0.002 },
};
const limits = '--max-voltage 1.2V --compliance 1mA --max-width 5ms --max-pulses 400'.split(' ');
let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'smu-cell-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe.each([
  ['2400', Emulated2400],
  ['2600', Emulated2600],
] as const)('the cell of a %s', (name, Emulated) => {
  const model = linearCells(40, 20, 100e-6);

  it('is mapped, watched, programmed and made a cell file of, and left at 0 V', async () => {
    const cells = new PulsedCells(model, {
      rows: 1,
      columns: 1,
      from_S: 30e-6,
      pulse,
      nonidealities: { c2c: 0.1 },
    });
    await withSmu(
      async (address, { terminals }) => {
        const run = async (line: string) => {
          const [verb, ...rest] = line.split(' ');
          const answer = await ohmprop(['instrument', verb, address, ...limits, ...rest, '--json'], { cwd });
          expect(answer.stderr).not.toMatch(/defect/);
          expect(answer, answer.stderr).toMatchObject({ code: 0 });
          expect(terminals.output).toBe(false);
          return JSON.parse(answer.stdout);
        };
        await run(`map -o ${name}-map.csv`);
        const map = readFileSync(join(cwd, `${name}-map.csv`), 'utf8')
          .split('\n')[1]
          .split(',');
        expect(Number(map[2])).toBeCloseTo(30e-6, 7);
        await run(`retention --for 0.3 --every 0.1 -o ${name}-kept.csv`);
        await run(
          `program --write 0,0=60uS --within 3% --reads 2 --after 0.1 --ramp 1V,0.1V,2ms --window 5uS,100uS --yes -o ${name}-run`,
        );
        expect(Math.abs(cells.conductance_S(0, 0) / 60e-6 - 1)).toBeLessThan(0.05);
        await run(
          `twin --pulse 1.2V,2ms,-1.2V,2ms --pulses 30 --cycles 1 --rest-reads 4 --yes -o ${name}.cell.json`,
        );
        expect(readFileSync(join(cwd, `${name}.cell.json`), 'utf8')).toMatch(/"potentiation"/);
        expect(terminals.seen().most_V).toBeLessThan(1.2 * 1.001);
      },
      cellOf(cells),
      {},
      Emulated,
    );
  });
});
