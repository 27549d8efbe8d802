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

      // Another one, or none, only where somebody says so; the one before stays beside it.
      const copy = join(run, 'calibration.board.json');
      const first = readFileSync(copy, 'utf8');
      const named = join(elsewhere.cwd, 'june.board.json');
      writeFileSync(named, boardFileText({ ...file, date: '2026-06-01T12:00:00Z' }));
      const june = await ohmprop(
        ['resume', run, '--epochs', '4', '--calibration', 'june.board.json'],
        elsewhere,
      );
      expect(june.stderr).toMatch(/from epoch 4 on conductances are told by the calibration of 2026-06-01/);
      expect(june.code).toBe(0);
      expect(readFileSync(join(run, 'calibration-to-epoch-3.board.json'), 'utf8')).toBe(first);
      const looks = async (...more: string[]) => {
        const { code, stdout, stderr } = await ohmprop(['eval', run, '--json', ...more], elsewhere);
        return code === 0 ? JSON.parse(stdout).calibration : stderr;
      };
      expect(await looks()).toMatch(/^2026-06-01/);
      expect(await looks('--calibration', 'none')).toBe('nominal');
      writeFileSync(named, boardFileText({ ...file, serial: 'V0000005' }));
      expect(await looks('--calibration', 'june.board.json')).toMatch(/board V0000005, this is .* V0000004/);
      rmSync(named);
      expect((await ohmprop(['resume', run, '--epochs', '5'], elsewhere)).code).toBe(0);
      const none = await ohmprop(['resume', run, '--epochs', '6', '--calibration', 'none'], elsewhere);
      expect(none.stderr).toMatch(/from epoch 6 on conductances are told by data sheets/);
      const { device } = JSON.parse(readFileSync(join(run, 'manifest.json'), 'utf8'));
      expect([device.calibration, device.calibrationSha256]).toEqual(['nominal', undefined]);
      expect(await looks()).toBe('nominal');
      const simulated = await ohmprop(['eval', join(cwd, 'twin'), '--calibration', 'none'], elsewhere);
      expect([simulated.code, simulated.stderr]).toEqual([
        2,
        expect.stringMatching(/--calibration has no effect/),
      ]);

      writeFileSync(named, first);
      const back = await ohmprop(
        ['resume', run, '--epochs', '7', '--calibration', 'june.board.json'],
        elsewhere,
      );
      expect(back.code).toBe(0);
      writeFileSync(copy, readFileSync(copy, 'utf8').replace(/"noise_V": [\d.e-]+/, '"noise_V": 0.5'));
      const changed = await ohmprop(['resume', run, '--epochs', '8'], elsewhere);
      expect(changed.code).toBe(2);
      expect(changed.stderr).toMatch(
        /calibration\.board\.json: this is not the calibration that the run was begun with/,
      );
    });
  });
});
