import { expect, it } from 'vitest';
import { AnalogBoard, drawParts, nominalCalibration, referenceBoard } from '../../devices/boards/index.js';
import { SimulatedBoard } from '../../solver/board/index.js';

it('a written group leaves what its taps still had to move behind, and every other group as it is', async () => {
  const parts = drawParts(referenceBoard, 1);
  const use = { inputs: 2, outputs: 1 };
  const board = new SimulatedBoard({ parts, use, seed: 1 });
  const taps = Uint8Array.from({ length: referenceBoard.pots }, (_, e) => 60 + e);
  await board.writeTaps({ taps, residuals: new Int16Array(taps.length).fill(9) });
  const device = new AnalogBoard(board, { calibration: nominalCalibration(referenceBoard), clip: 4 });
  const before = await device.readParameters();
  const [first] = device.info.groups;
  await device.writeParameters({ [first.name]: before[first.name] });
  const after = await board.readTaps();
  expect(after.taps).toEqual(taps);
  expect(await device.readParameters()).toEqual(before);
  const cleared = after.residuals.filter((residual) => residual === 0);
  expect(cleared).toHaveLength(before[first.name].length);
  expect(after.residuals.filter((residual) => residual === 9)).toHaveLength(taps.length - cleared.length);
});

it('every tap is the nearest to the conductance that it has', async () => {
  const parts = drawParts(referenceBoard, 1);
  const board = new SimulatedBoard({ parts, use: { inputs: 10, outputs: 3 }, seed: 1 });
  const device = new AnalogBoard(board, { calibration: nominalCalibration(referenceBoard), clip: 4 });
  const { tapMin, tapMax, pots } = referenceBoard;
  for (let tap = tapMin; tap <= tapMax; tap += 7) {
    const taps = new Uint8Array(pots).fill(tap);
    await board.writeTaps({ taps, residuals: new Int16Array(pots) });
    await device.writeParameters(await device.readParameters());
    expect((await board.readTaps()).taps).toEqual(taps);
  }
});
