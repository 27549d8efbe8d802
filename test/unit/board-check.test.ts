import { describe, expect, it } from 'vitest';
import { DrivenBoard } from '../../calibration/boards/check/driven-board.js';
import { dataSheetSpread } from '../../calibration/boards/check/part-spread.js';
import { boardProfiles, checkDrives, drawParts, randomTaps } from '../../devices/boards/index.js';

describe.each(boardProfiles)('what nodes of a driven $name board read', (profile) => {
  it('has the slopes of its differences, by every part: switches and loads of nudges too', () => {
    const parts = { ...drawParts(profile, 5), noise_V: 0 };
    const use = { inputs: profile.inputs, outputs: profile.outputs };
    const drives = checkDrives(profile, use).slice(0, 4);
    const known = { parts, spread: dataSheetSpread, by: 'its parts' };
    const { taps } = randomTaps(profile, 3);
    const board = new DrivenBoard(known, use, taps, drives);
    const { deviations } = board;
    // Away from the middle, where nothing cancels by symmetry.
    const x = Float64Array.from(deviations, ({ sigma }, p) => 0.3 * sigma * Math.sin(7.3 * p));
    const { slopes, readings_V } = board.at(x);
    expect([...readings_V]).toEqual([...board.readings(x)]);
    const kinds = new Set(deviations.map(({ of }) => of));
    expect(kinds.has('switch') && kinds.has('load')).toBe(profile.name === 'xor-nano-as-drawn');
    for (let p = 0; p < deviations.length; p += profile.pots > 20 ? 7 : 1) {
      const { sigma } = deviations[p];
      const [up, down] = [1, -1].map((sign) =>
        board.readings(x.map((v, i) => (i === p ? v + sign * 1e-2 * sigma : v))),
      );
      for (let i = 0; i < up.length; i++) {
        // V for one standard deviation of the part.
        const off_V = slopes[p][i] * sigma - (up[i] - down[i]) / 2e-2;
        expect(Math.abs(off_V), `${deviations[p].of} ${deviations[p].index}`).toBeLessThan(2e-5);
      }
    }
  });
});
