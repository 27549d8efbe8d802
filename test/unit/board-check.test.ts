import { describe, expect, it } from 'vitest';
import { DrivenBoard } from '../../calibration/boards/check/driven-board.js';
import { dataSheetSpread } from '../../calibration/boards/check/part-spread.js';
import {
  boardProfiles,
  checkDrives,
  drawParts,
  nominalParts,
  randomTaps,
  restDrive,
} from '../../devices/boards/index.js';
import { BoardClient } from '../../drivers/board/index.js';
import { InProcessTransport } from '../../drivers/virtual-board/index.js';
import { virtualBoard } from '../../experiments/composition/index.js';

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

describe.each(boardProfiles)('rest of a $name board', (profile) => {
  it('is where its firmware rests: from power-on, and held by the host', async () => {
    const board = virtualBoard(nominalParts(profile), 1);
    const client = await BoardClient.open(new InProcessTransport(board));
    const { inputs_mV, nudges_mV } = restDrive(profile, client.use);
    const fromStart_V = [...board.analog.source_V];
    await client.setInputs(inputs_mV, nudges_mV);
    expect([...board.analog.source_V]).toEqual(fromStart_V);
    await client.close();
    expect([...board.analog.source_V]).toEqual(fromStart_V);
  });
});
