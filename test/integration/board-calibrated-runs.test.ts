import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { boardFileText } from '../../calibration/boards/index.js';
import { drawParts, xorNanoAsDrawn } from '../../devices/boards/index.js';
import { VirtualBoard } from '../../drivers/virtual-board/index.js';
import { keepBoardCalibration } from '../../experiments/composition/index.js';
import { SolvedBoard } from '../../solver/board/index.js';
import { exactCalibration } from '../exact-calibration.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';
import { withServed } from './emulated-board.js';

// Issue 16, points 2 and 8. How exactly a board is calibrated: test/unit/board-calibration.test.ts, and `npm run bench -- board-twin`.

const nano = ['--board', 'xor-nano-as-drawn', '--data', 'xor'];

describe('a run on a board that was calibrated', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('learns on the twin, is copied onto the board, and goes on by its own copy of the calibration wherever that was', async () => {
    vi.stubEnv('OHMPROP_LAB', scratch('lab'));
    // Its pots ±50 % each: what is learned on nominal parts is of no use here.
    const parts = drawParts(xorNanoAsDrawn, 4, { mismatch: 0.5 });
    const file = await exactCalibration(parts, 'V0000004', new Date('2026-05-04T12:00:00Z'));
    const cwd = scratch();
    const twin = join(cwd, 't.board.json');
    writeFileSync(twin, boardFileText(file));
    const learned = await ohmprop(
      ['train', '--device', 'twin:t.board.json', ...nano, '--epochs', '300', '--out', 'twin'],
      { cwd },
    );
    expect(learned.stdout).toMatch(/test accuracy 100\.00 %/);

    const board = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 4 });
    await withServed(board, async (address) => {
      const onBoard = [
        'train',
        '--device',
        address,
        ...nano,
        '--calibration',
        't.board.json',
        '--from',
        'twin',
      ];
      const copied = await ohmprop([...onBoard, '--epochs', '1', '--out', 'run'], { cwd });
      expect(copied.stderr).toMatch(/16 of 16 wipers are written/);
      expect(copied.stderr).toMatch(/starting from twin: 100\.0 % of the test set right before training/);
      expect(copied.code).toBe(0);

      // From elsewhere, and the file is gone.
      const run = join(cwd, 'run');
      rmSync(twin);
      const elsewhere = { cwd: scratch() };
      const steps = board.wiperSteps;
      const looked = await ohmprop(['eval', run], elsewhere);
      expect([looked.code, looked.stdout]).toEqual([0, expect.stringMatching(/error 0\.00 %/)]);
      expect(board.wiperSteps).toBe(steps);
      expect((await ohmprop(['eval', join(cwd, 'twin')], elsewhere)).code).toBe(0);
      expect((await ohmprop(['resume', run, '--epochs', '2'], elsewhere)).code).toBe(0);

      await keepBoardCalibration({ ...file, date: new Date().toISOString() });
      const newer = await ohmprop(['resume', run, '--epochs', '3'], elsewhere);
      expect(newer.code).toBe(0);
      expect(newer.stderr).toMatch(/calibrated again on .* keeps the calibration of 2026-05-04/);

      const copy = join(run, 'calibration.board.json');
      writeFileSync(copy, readFileSync(copy, 'utf8').replace(/"noise_V": [\d.e-]+/, '"noise_V": 0.5'));
      const changed = await ohmprop(['resume', run, '--epochs', '4'], elsewhere);
      expect(changed.code).toBe(2);
      expect(changed.stderr).toMatch(
        /calibration\.board\.json: this is not the calibration that the run was begun with/,
      );
    });
  });
});
