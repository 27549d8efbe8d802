import { describe, expect, it } from 'vitest';
import {
  AnalogBoard,
  type BoardProfile,
  drawParts,
  nominalCalibration,
  randomTaps,
  referenceBoard,
  xorNanoBoard,
} from '../../devices/boards/index.js';
import { BoardClient } from '../../drivers/board/index.js';
import { InProcessTransport, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { SolvedBoard } from '../../solver/board/index.js';

// Open, initialise and restore are three verbs: what each of them does to a board, by what the board itself counts.

function newLine(profile: BoardProfile): InProcessTransport {
  const parts = drawParts(profile, 1);
  return new InProcessTransport(new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 1 }));
}

async function opened(line: InProcessTransport) {
  const client = await BoardClient.open(line);
  return { client, device: new AnalogBoard(client, { calibration: nominalCalibration(client.profile) }) };
}

/** A board that somebody has trained: taps, residuals and an update id of its own. */
async function used(profile: BoardProfile): Promise<InProcessTransport> {
  const line = newLine(profile);
  const { client } = await opened(line);
  const taps = Uint8Array.from({ length: profile.pots }, (_, e) => 30 + ((7 * e) % 200));
  await client.writeTaps({ taps, residuals: new Int16Array(profile.pots).fill(11) });
  await client.setLastUpdate(12);
  await client.close();
  return line;
}

describe.each([referenceBoard, xorNanoBoard])('$name board', (profile) => {
  const signal = profile.inputLimit_V;

  it('open says what is there and touches nothing: not armed, nothing driven, no tap, the same update id', async () => {
    const line = await used(profile);
    const before = line.board.analog.source_V.slice();
    const { client, device } = await opened(line);
    const { pulses } = await client.status();
    expect(client.description).toMatchObject({ serial: 'V0000001', boots: 1, lastUpdate: 12, armed: false });
    expect((await client.readTaps()).taps[3]).toBe(30 + 21);
    expect((await device.snapshot()).values.lastUpdate).toBe(12);
    expect(await client.status()).toMatchObject({ pulses, lastUpdate: 12, armed: false });
    expect(line.board.analog.source_V).toEqual(before);
    await client.close();
  });

  it('settle arms it, drives inputs, and leaves taps and update id alone; close disarms it', async () => {
    const line = await used(profile);
    const { client, device } = await opened(line);
    const before = await client.readTaps();
    const { pulses } = await client.status();
    await device.settle({ batch: 1, inputs: new Float64Array(profile.inputs).fill(signal) });
    expect(await client.status()).toMatchObject({ pulses, lastUpdate: 12, armed: true });
    expect(await client.readTaps()).toEqual(before);
    await device.close();
    const after = await BoardClient.open(line);
    expect((await after.status()).armed).toBe(false);
    await after.close();
  });

  it('initialise writes the random start of its seed and counts updates from 0', async () => {
    const line = await used(profile);
    const { client, device } = await opened(line);
    await device.initialise(9);
    expect(await client.readTaps()).toEqual(randomTaps(profile, 9));
    expect((await client.counters()).lastUpdate).toBe(0);
    await device.close();
  });

  it('restore of what is there writes nothing and does not even arm', async () => {
    const line = await used(profile);
    const { client, device } = await opened(line);
    const state = await device.snapshot();
    expect(await device.compare(state)).toMatchObject({ equal: true, wipers: [], pots: [] });
    const { pulses } = await client.status();
    await device.restore(state);
    expect(await client.status()).toMatchObject({ pulses, armed: false, lastUpdate: 12 });
    await device.close();
  });

  it('restore writes only what differs: two taps, a residual, the update id', async () => {
    const line = await used(profile);
    const { client, device } = await opened(line);
    const state = await device.snapshot();
    const taps = state.arrays.taps.slice();
    const residuals = state.arrays.residuals.slice();
    taps[1] += 5;
    taps[2] -= 3;
    residuals[7] = -100;
    const wanted = { ...state, arrays: { taps, residuals }, values: { ...state.values, lastUpdate: 40 } };
    expect(await device.compare(wanted)).toEqual({
      equal: false,
      wipers: [1, 2],
      pots: [1, 2, 7],
      lastUpdate: { here: 12, inState: 40 },
    });
    await client.arm();
    const { pulses } = await client.status();
    const { requests } = client.counts;
    await device.restore(wanted);
    const reading = Math.ceil((3 * profile.pots) / 240);
    // Taps and counters are read; pots 1 and 2 share a request, pot 7 and the update id take one each.
    expect(client.counts.requests - requests).toBe(reading + 1 + 2 + 1);
    expect((await client.status()).pulses - pulses).toBe(8);
    expect(await device.compare(wanted)).toMatchObject({ equal: true });
    await device.close();
  });

  it('refuses a state of another board before anything is written', async () => {
    const line = await used(profile);
    const { client, device } = await opened(line);
    const state = await device.snapshot();
    const { pulses } = await client.status();
    const other = { ...state, values: { ...state.values, profile: 'another' } };
    await expect(device.restore(other)).rejects.toThrow(/written by a another board/);
    expect(await client.status()).toMatchObject({ pulses, armed: false });
    await device.close();
  });
});
