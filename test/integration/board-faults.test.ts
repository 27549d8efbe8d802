import { describe, expect, it } from 'vitest';
import { soak } from '../../bench/board-soak.js';
import {
  AnalogBoard,
  drawParts,
  nominalCalibration,
  referenceBoard,
  xorNanoBoard,
} from '../../devices/boards/index.js';
import {
  BoardClient,
  type BoardEvent,
  describeBoardEvent,
  emergencyStop,
  operations,
  readDescription,
} from '../../drivers/board/index.js';
import { encodeFrame, FrameReader, protocolVersion } from '../../drivers/framing/index.js';
import { type Transport, TransportListeners } from '../../drivers/transport/index.js';
import { InProcessTransport, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { SolvedBoard } from '../../solver/board/index.js';

const use = { inputs: 2, outputs: 1 };
const examples = {
  count: 4,
  inputs_mV: Int16Array.of(1750, -1750, 0, 9, 100, -100, 5, 5),
  targets_mV: Int16Array.of(150, -150, 150, -150),
};
const nudges = { first: -768, second: 768 };
const update = (id: number) => ({ id, gainHidden: 1e6, gainOutput: 1e6, clip: 4 });

async function opened(options: { attempts?: number; onEvent?: (event: BoardEvent) => void } = {}) {
  const parts = drawParts(referenceBoard, 1);
  const board = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 1 });
  const line = new InProcessTransport(board);
  const client = await BoardClient.open(line, { use, ...options });
  await client.arm();
  return { board, line, client };
}

/** All sources that the host controls, V: x0+ … x3−, and the nudges. */
function driven(board: VirtualBoard): number {
  const { source_V } = board.analog;
  return Math.max(...[...source_V.subarray(0, 8), ...source_V.subarray(10)].map(Math.abs));
}

/** Converters of a board at rest are off by some millivolts. */
const atRest_V = 0.01;

describe('a bad line', () => {
  it('loses, doubles and spoils no update (a small part of npm run soak, with replies later and more often so)', async () => {
    const report = await soak(100, { corrupt: 3e-3, drop: 1.5e-3, late: 0.05, seed: 2 });
    expect(report).toMatchObject({ updates: 100, lost: 0, doubled: 0, wrong: 0 });
    expect(report.retries).toBeGreaterThan(10);
    expect(report.heldReplies).toBeGreaterThan(10);
  });

  it('that stalls: the request is repeated, the late replies are dropped, and it is done once', async () => {
    const { line, client } = await opened();
    const before = (await client.counters()).pulses;
    line.stall(0.3);
    const report = await client.moveTaps(1, new Int16Array(84).fill(256));
    expect(report).toMatchObject({ applied: true });
    expect(client.counts.retries).toBeGreaterThan(0);
    const after = await client.counters();
    expect(client.counts.staleReplies).toBeGreaterThan(0);
    expect(after.pulses - before).toBe(report.moved);
  });

  it('that is pulled: the request fails, says that its fate is unknown, and the board disarms itself', async () => {
    const { board, line, client } = await opened();
    await client.setInputs([1750, 1750], [0]);
    expect(driven(board)).toBeGreaterThan(1);
    const request = client.step(examples, nudges, update(1), false);
    line.unplug();
    await expect(request).rejects.toThrow(/lost.*not known/s);
    await client.close();
    board.advance(2.5);
    expect(driven(board)).toBeLessThan(atRest_V);
    // Whoever comes back reads what became of it.
    const again = await BoardClient.open(line, { use });
    expect(again.description).toMatchObject({ boots: 1, armed: false });
    await again.close();
  });
});

describe('exactly once', () => {
  it('a retry is answered from memory; an echo of an older request is refused', async () => {
    const { board, line, client } = await opened();
    const replies: { status: number; sequence: number; payload: number[] }[] = [];
    const reader = new FrameReader(({ status, sequence, payload }) =>
      replies.push({ status, sequence, payload: [...payload] }),
    );
    line.onData((bytes) => reader.push(bytes));
    const { session } = client.link;
    const request = (sequence: number, id: number) => {
      const payload = Uint8Array.of(id, 0, 0, 0, 0, 1, 0, 1);
      return encodeFrame({
        version: protocolVersion,
        operation: operations.moveTaps.code,
        status: 0,
        sequence,
        session,
        payload,
      });
    };
    for (const [sequence, id] of [
      [100, 1],
      [100, 1],
      [101, 2],
      [100, 1],
      [101, 2],
    ]) {
      await line.write(request(sequence, id));
      board.advance(0.01);
      await client.transport.write(Uint8Array.of(0));
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    }
    expect(replies.map(({ sequence, status, payload }) => [sequence, status, payload[0]])).toEqual([
      [100, 0, 1],
      [100, 0, 1],
      [101, 0, 1],
      [100, 9, undefined],
      [101, 0, 1],
    ]);
    client.link.detach();
  });

  it('an update id that was applied changes nothing, in this session or the next', async () => {
    const { line, client } = await opened();
    expect(await client.step(examples, nudges, update(7), false)).toMatchObject({ applied: true });
    const taps = await client.readTaps();
    expect(await client.step(examples, nudges, update(7), false)).toMatchObject({ applied: false });
    await client.close();
    const next = await BoardClient.open(line, { use });
    expect(next.description.lastUpdate).toBe(7);
    expect(await next.step(examples, nudges, update(7), false)).toMatchObject({ applied: false });
    expect(await next.readTaps()).toEqual(taps);
    expect(await next.step(examples, nudges, update(8), false)).toMatchObject({ applied: true });
    await next.close();
  });
});

describe('refused', () => {
  it('an acting request that is repeated hears again why, not that it is stale', async () => {
    const { board, line, client } = await opened();
    board.advance(2.1);
    const statuses: number[] = [];
    const reader = new FrameReader(({ status, operation }) => {
      if (operation < 0xc0) statuses.push(status);
    });
    line.onData((bytes) => reader.push(bytes));
    const { session } = client.link;
    const request = encodeFrame({
      version: protocolVersion,
      operation: operations.setInputs.code,
      status: 0,
      sequence: 200,
      session,
      payload: Uint8Array.of(0, 0, 0, 0, 0, 0),
    });
    for (let i = 0; i < 2; i++) {
      await line.write(request);
      board.advance(0.01);
      await line.write(Uint8Array.of(0));
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    }
    expect(statuses).toEqual([4, 4]);
    client.link.detach();
  });
});

describe('safety', () => {
  it('a board whose host falls silent makes itself safe and says so', async () => {
    const events: BoardEvent[] = [];
    const { board, client } = await opened({ onEvent: (event) => events.push(event) });
    await client.setInputs([1750, -1750], [1000]);
    expect(driven(board)).toBeGreaterThan(1);
    board.advance(2.1);
    expect(driven(board)).toBeLessThan(atRest_V);
    await expect(client.setInputs([1, 1], [0])).rejects.toThrow(/disarmed.*arm it again/s);
    const safe = { type: 'board-safe', cause: 1 } as const;
    expect(events.at(-1)).toEqual(safe);
    expect(describeBoardEvent(safe)).toMatch(/watchdog/);
    await client.arm();
    await client.setInputs([1, 1], [0]);
    board.advance(2.1);
    await expect(client.setInputs([1, 1], [0])).rejects.toThrow(/disarmed/);
    // Said once for each time that it was armed.
    expect(events.filter(({ type }) => type === 'board-safe')).toHaveLength(2);
    await client.close();
  });

  it('an emergency stop ends a step under way and leaves everything at rest', async () => {
    const { board, line, client } = await opened({ attempts: 3 });
    const many = {
      count: 16,
      inputs_mV: new Int16Array(32).fill(1750),
      targets_mV: new Int16Array(16).fill(150),
    };
    const step = client.step(many, nudges, update(1), false);
    await new Promise((resolve) => setImmediate(resolve));
    board.run(board.cycles + 300_000);
    await line.write(emergencyStop);
    await expect(step).rejects.toThrow(/stopped/);
    expect(driven(board)).toBeLessThan(atRest_V);
    expect((await client.counters()).lastUpdate).toBe(0);
    await expect(client.arm()).rejects.toThrow(/stopped/);
    const next = await BoardClient.open(line, { use });
    await next.close();
  });

  it.each([8, 9, 10, 16, 20, 30])(
    '%i zeros hold for the session before: a hello right behind them begins a new one',
    async (zeros) => {
      // after a rest, and while inputs and nudges are driven and take their time to come to rest
      for (const inputs_mV of [
        [0, 0],
        [1750, -1750],
      ]) {
        const { board, line, client } = await opened();
        await client.setInputs(inputs_mV, [0]);
        const leaves = line.write(new Uint8Array(zeros));
        const next = await BoardClient.open(line, { use });
        await leaves;
        await next.setInputs([100, 100], [0]);
        expect((await next.status()).armed).toBe(true);
        await next.close();
        expect(driven(board)).toBeLessThan(atRest_V);
      }
    },
  );

  it('closing, and failing to open, leave the board disarmed', async () => {
    const { board, line, client } = await opened();
    await client.setInputs([1750, -1750], [0]);
    await client.close();
    expect(driven(board)).toBeLessThan(atRest_V);
    const wrong = { use: { inputs: 9, outputs: 1 } };
    await expect(BoardClient.open(line, wrong)).rejects.toThrow(/4 inputs and 3 outputs; 9 and 1/);
    const reader = await BoardClient.open(line, {});
    expect(reader.description.armed).toBe(false);
    await reader.close();
  });

  it('closing while it is being armed, or while work goes on, leaves the board disarmed', async () => {
    const parts = drawParts(referenceBoard, 1);
    const board = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 1 });
    const client = await BoardClient.open(new InProcessTransport(board), { use });
    const drives = client.setInputs([1750, -1750], [0]).catch((error: Error) => error);
    const [closed, again] = [client.close(), client.close()];
    const later = client.setInputs([1750, -1750], [0]);
    await expect(later).rejects.toThrow(/used after close/);
    await Promise.all([drives, closed, again]);
    expect(driven(board)).toBeLessThan(atRest_V);
    const next = await BoardClient.open(new InProcessTransport(board), { use });
    expect(next.description.armed).toBe(false);
    await next.close();
  });

  it('a board that does not confirm its disarming is told to stop, and that is said', async () => {
    const events: BoardEvent[] = [];
    const { line, client } = await opened({ attempts: 2, onEvent: (event) => events.push(event) });
    line.unplug();
    await client.close();
    const unconfirmed = { type: 'board-unconfirmed', watchdog_seconds: 2 } as const;
    expect(events.at(-1)).toEqual(unconfirmed);
    expect(describeBoardEvent(unconfirmed)).toMatch(/nobody knows that it is disarmed: .* after 2 s/);
  });

  it('a rest that the line lost is no rest: whoever closes the board asks again, and says that nobody confirmed', async () => {
    const events: BoardEvent[] = [];
    const { line, client } = await opened({ attempts: 2, onEvent: (event) => events.push(event) });
    await client.setInputs([1750, -1750], [0]);
    line.unplug();
    await expect(client.rest()).rejects.toThrow();
    await client.close();
    expect(events.map(({ type }) => type)).toContain('board-unconfirmed');
  });

  it('a brown-out: the board starts again, belongs to nobody, and refuses to go on', async () => {
    const events: BoardEvent[] = [];
    const { board, client } = await opened({ onEvent: (event) => events.push(event) });
    board.powerCycle();
    await expect(client.step(examples, nudges, update(1), false)).rejects.toMatchObject({
      code: 'board.restarted',
      message: expect.stringMatching(/started again \(power-on\)/),
    });
    expect(events).toContainEqual({ type: 'board-started', resetCause: 1, tapsAtStart: 'power-on' });
    await client.close();
    // A board that has started again is disarmed: there is no doubt to be told of.
    expect(events.map(({ type }) => type)).not.toContain('board-unconfirmed');
  });

  it('limits are held by the host and again by the firmware', async () => {
    const { client } = await opened();
    const { link } = client;
    // Past the host: input 1 of 1751 mV, tap 3 of pot 5, and a pot that is not there.
    const raw = (bytes: number[]) => Uint8Array.from(bytes);
    await expect(link.request(operations.setInputs, raw([0, 0, 0xd7, 6, 0, 0]))).rejects.toThrow(
      /input, mV, 1 is 1751, the limit is 1750/,
    );
    await expect(link.request(operations.writeTaps, raw([5, 1, 3, 0, 0]))).rejects.toThrow(
      /tap of pot 5 is 3, the limit is 4/,
    );
    await expect(link.request(operations.readTaps, raw([84, 1]))).rejects.toThrow(
      /pot 84 is 84, the limit is 83/,
    );
    await expect(client.setInputs([0, 1751], [0])).rejects.toThrow(
      /input 1 is 1751 mV; a reference board takes whole millivolts from -1750 to 1750/,
    );
    await expect(client.setInputs([0], [0])).rejects.toThrow(/1 inputs: this reference board uses 2/);
    await expect(client.setInputs([0, 0], [2001])).rejects.toThrow(/nudge 0 is 2001 mV/);
    const { taps, residuals } = await client.readTaps();
    taps[5] = 3;
    await expect(client.writeTaps({ taps, residuals })).rejects.toThrow(
      /tap of pot 5 is 3; a reference board takes whole numbers from 4 to/,
    );
    await client.close();
    const again = await BoardClient.open(client.transport, { use });
    const device = new AnalogBoard(again, { calibration: nominalCalibration(referenceBoard) });
    const written = await device.snapshot();
    const wild = { ...written.arrays, taps: Float64Array.from(taps, () => 260) };
    await expect(device.restore({ ...written, arrays: wild })).rejects.toThrow(/tap of pot 0 is 260/);
    const tooMuch = { batch: 1, inputs: Float64Array.of(0, 1.8) };
    await expect(device.settle(tooMuch)).rejects.toThrow(
      /sample 0, input 1 is 1.8 V; the reference board takes at most ±1.75 V/,
    );
    await device.close();
  });

  it('a batch of more parts than can be counted is refused, and nothing moves', async () => {
    const { client } = await opened();
    const count = 256 * 36 + 1;
    const many = { count, inputs_mV: new Int16Array(2 * count), targets_mV: new Int16Array(count) };
    await expect(client.step(many, nudges, update(1), false)).rejects.toThrow(/9217 examples.*at most 9216/);
    expect(await client.counters()).toMatchObject({ lastUpdate: 0, pulses: 0 });
    await client.close();
  });

  it('a converter that does not answer is reported, not read as a voltage', async () => {
    const parts = drawParts(xorNanoBoard, 1);
    const board = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 1 });
    const client = await BoardClient.open(new InProcessTransport(board));
    await client.setInputs([1505, -1505], [0, 0]);
    await client.readNodes();
    board.failConverter();
    await expect(client.readNodes()).rejects.toThrow(/did not answer: look at its wiring/);
    await client.close();
  });
});

describe('what is not our board', () => {
  /** Something that answers every write with the same bytes. */
  class Chatter implements Transport {
    readonly name = '/dev/ttyChatter';
    private readonly listeners = new TransportListeners();
    readonly latency_seconds = 0.04;
    readonly clock = {
      passesUnasked: false,
      now_seconds: () => 0,
      after: (_: number, callback: () => void) => {
        const timer = setTimeout(callback, 1);
        return () => clearTimeout(timer);
      },
    };
    constructor(private readonly answer: Uint8Array) {}
    async open(): Promise<void> {}
    async write(): Promise<void> {
      setImmediate(() => this.listeners.emit(this.answer));
    }
    onData = (listener: (bytes: Uint8Array) => void) => this.listeners.onData(listener);
    onClose = (listener: (error?: Error) => void) => this.listeners.onClose(listener);
    async close(): Promise<void> {}
  }

  it('a port that says something else, or nothing', async () => {
    const modem = new Chatter(new TextEncoder().encode('OK\r\n\0'));
    await expect(BoardClient.open(modem, { helloAttempts: 3 })).rejects.toThrow(
      /ttyChatter.*not a learning board/s,
    );
    await expect(BoardClient.open(new Chatter(new Uint8Array()), { helloAttempts: 3 })).rejects.toThrow(
      /nothing came at all/,
    );
  });

  it('firmware of another version: both are named', async () => {
    const { client } = await opened();
    const description = await client.link.request(operations.hello);
    const older = description.slice();
    older[1] = 0;
    older[2] = 9;
    expect(() => readDescription(older, 'here')).toThrow(/firmware 0\.9\.\d, this driver needs 2\.0/);
    const other = description.slice();
    other[9] = 70;
    expect(() => readDescription(other, 'here')).toThrow(/10, 6, 3, 70.*10, 6, 3, 84/);
    await client.close();
  });
});
