import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type BoardFile,
  boardFile,
  boardFileText,
  boardJsonSchema,
  calibrateBoard,
  readBoardFile,
} from '../../calibration/boards/index.js';
import { drawParts, xorNanoAsDrawn } from '../../devices/boards/index.js';
import {
  calibrationFor,
  keepBoardCalibration,
  newestBoardCalibration,
} from '../../experiments/composition/index.js';
import { SimulatedBench } from './simulated-bench.js';

const scratch = () => mkdtempSync(join(tmpdir(), 'ohmprop-boards-'));

describe('a file of a board', () => {
  let file: BoardFile;
  beforeAll(async () => {
    const board = new SimulatedBench(drawParts(xorNanoAsDrawn, 4), 1, 8);
    const found = await calibrateBoard(board, { reads: 8, quick: true });
    file = await boardFile(found, { serial: 'A3', date: new Date('2026-05-04T12:00:00Z') });
  }, 120_000);
  afterEach(() => vi.unstubAllEnvs());

  it('comes back from its text as what it was, one line an estimate and a pot’s taps', async () => {
    const path = join(scratch(), 'a3.board.json');
    const text = boardFileText(file);
    writeFileSync(path, text);
    const read = await readBoardFile(path);
    expect(read.file).toEqual(file);
    expect(read.profile).toBe(xorNanoAsDrawn);
    expect(read.parts.calibration.resistance_ohm[3][200]).toBe(file.pots[3].resistance_ohm[199]);
    expect(text.split('\n').length).toBeLessThan(700);
  });

  it.each([
    ['{', 'board-file.syntax'],
    ['{"kind":"cell"}', 'board-file.kind'],
    ['{"kind":"board-calibration"}', 'board-file.invalid'],
  ])('is refused as %s', async (text, code) => {
    const path = join(scratch(), 'a.board.json');
    writeFileSync(path, text);
    await expect(readBoardFile(path)).rejects.toMatchObject({ code, exitCode: 2 });
  });

  it('is refused with fewer pots than its board has, naming the list', async () => {
    const path = join(scratch(), 'a.board.json');
    writeFileSync(path, boardFileText({ ...file, pots: file.pots.slice(1) }));
    await expect(readBoardFile(path)).rejects.toThrow(/pots has 15 entries.* needs 16/);
  });

  it('is kept by serial and date, the newest counts, and an old one is warned about', async () => {
    vi.stubEnv('OHMPROP_LAB', scratch());
    const [path] = [await keepBoardCalibration(file)];
    expect(path).toMatch(/boards.A3.2026-05-04\.board\.json$/);
    const now = { ...file, date: new Date().toISOString() };
    await keepBoardCalibration(now);
    expect((await newestBoardCalibration('A3'))?.file.date).toBe(now.date);
    const board = { serial: 'A3', firmware: 'xor-nano' };
    expect((await calibrationFor(undefined, board)).warnings).toEqual([]);
    expect((await calibrationFor(path, board)).warnings[0]).toMatch(/days old/);
    expect(await calibrationFor('none', board)).toEqual({ warnings: [] });
  });

  it('is refused for another board, and by itself never taken for one', async () => {
    vi.stubEnv('OHMPROP_LAB', scratch());
    const path = (await keepBoardCalibration(file)) ?? '';
    const other = { serial: 'B7', firmware: 'xor-nano' };
    await expect(calibrationFor(path, other)).rejects.toMatchObject({ code: 'board.calibration' });
    expect(await calibrationFor(undefined, other)).toEqual({ warnings: [] });
  });

  it('of another board among those of this one is not taken for its own, whoever asks', async () => {
    vi.stubEnv('OHMPROP_LAB', scratch());
    const path = (await keepBoardCalibration(file)) ?? '';
    writeFileSync(path, boardFileText({ ...file, serial: 'B7' }));
    await expect(newestBoardCalibration('A3')).rejects.toThrow(
      /is of .* board B7, not of board A3, among whose/,
    );
    const { calibration, warnings } = await calibrationFor(undefined, { serial: 'A3', firmware: 'xor-nano' });
    expect(calibration).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringMatching(/board B7, not of board A3.*; the board counts as in its data/),
    ]);
  });

  it('has its JSON schema in the package', async () => {
    await expect(`${JSON.stringify(boardJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
      '../../docs/schemas/board-1.json',
    );
    expect(readFileSync(new URL('../../docs/schemas/board-1.json', import.meta.url), 'utf8')).toContain(
      'board-1.json',
    );
  });
});
