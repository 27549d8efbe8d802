import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import { AnalogBoard, nominalCalibration, referenceBoard } from '../../devices/boards/index.js';
import { BoardClient, type BoardEvent } from '../../drivers/board/index.js';
import { encodeFrame, protocolVersion } from '../../drivers/framing/index.js';
import { type Transport, TransportListeners } from '../../drivers/transport/index.js';
import { InProcessTransport } from '../../drivers/virtual-board/index.js';
import { newBoard } from './emulated-board.js';

// Cases 5 and 6 of shared/data/cases/boards: another program's bytes on the line, and what is no board of ours.

const text = (words: string) => new TextEncoder().encode(words);

/** What ModemManager, a terminal program and a loose cable put on a line: towards the board, and towards the host. */
const foreign: Record<string, { toBoard?: Uint8Array; toHost?: Uint8Array }> = {
  'five times AT': { toBoard: text('AT\rAT\rAT\rAT\rAT\r') },
  'AT+GCAP and its answer': { toBoard: text('AT+GCAP\r'), toHost: text('+GCAP: +CGSM\r\nOK\r\n') },
  'random bytes each way': { toBoard: noise('to-board'), toHost: noise('to-host') },
  'a banner': {
    toHost: text('U-Boot 2021.01 (Jan 11 2021 - 18:11:43 +0000)\r\nHit any key to stop autoboot:  3 '),
  },
};

function noise(name: string): Uint8Array {
  const random = new RandomStream(7, name);
  return Uint8Array.from({ length: 300 }, () => random.integer(256));
}

/** The line of a virtual board onto which somebody else puts bytes before every fifth write of the host. */
class DisturbedLine implements Transport {
  readonly inner = new InProcessTransport(newBoard({ nominal: true }));
  readonly name = 'a line that is not ours alone';
  readonly clock = this.inner.clock;
  readonly latency_seconds = this.inner.latency_seconds;
  private readonly listeners = new TransportListeners();
  readonly onData = this.listeners.onData;
  readonly onClose = this.listeners.onClose;
  private writes = 0;

  constructor(private readonly foreign: { toBoard?: Uint8Array; toHost?: Uint8Array } = {}) {
    this.inner.onData((bytes) => this.listeners.emit(bytes));
    this.inner.onClose((error) => this.listeners.end(error));
  }

  open = () => this.inner.open();
  close = () => this.inner.close();

  async write(bytes: Uint8Array): Promise<void> {
    if (this.writes++ % 5 === 0) {
      const { toBoard, toHost } = this.foreign;
      if (toBoard !== undefined) this.inner.board.receive(toBoard);
      if (toHost !== undefined) this.listeners.emit(toHost);
    }
    await this.inner.write(bytes);
  }
}

/** Ten updates of XOR, what the board holds after them, and how many damaged frames host and board have counted. */
async function learned(line: DisturbedLine) {
  const events: BoardEvent[] = [];
  const client = await BoardClient.open(line, {
    use: { inputs: 2, outputs: 1 },
    onEvent: (event) => events.push(event),
  });
  const device = new AnalogBoard(client, { calibration: nominalCalibration(referenceBoard) });
  await device.initialise(1);
  const inputs = Float64Array.of(1.75, 1.75, 1.75, -1.75, -1.75, 1.75, -1.75, -1.75);
  const targets = Float64Array.of(-0.15, 0.15, 0.15, -0.15);
  for (let id = 1; id <= 10; id++) {
    const report = await device.step?.(
      { size: 4, inputs, targets },
      { nudge: 'current', betas: [-68e-6, 68e-6], update: { id, rates: { g1: 1e-7, g2: 1e-7 } } },
    );
    expect(report?.adapt.applied).toBe(true);
    report?.free.release();
  }
  const { arrays, values } = await device.snapshot();
  const { crcErrors, framingErrors } = client.counts;
  const there = await client.status();
  await device.close();
  return { arrays, values, events, amiss: crcErrors + framingErrors + there.crcErrors + there.framingErrors };
}

describe("another program's bytes on a board's line", () => {
  it.each(Object.keys(foreign))(
    '%s: what is spoiled is asked again, and no update is lost, doubled or changed',
    async (name) => {
      const undisturbed = await learned(new DisturbedLine());
      const { arrays, values, events, amiss } = await learned(new DisturbedLine(foreign[name]));
      expect(arrays).toEqual(undisturbed.arrays);
      expect(values).toEqual(undisturbed.values);
      expect(values.lastUpdate).toBe(10);
      expect(events.filter(({ type }) => type === 'board-unconfirmed')).toEqual([]);
      expect(amiss).toBeGreaterThan(undisturbed.amiss);
    },
  );
});

/** A line at whose other end something answers every write in its own way; its clock goes from deadline to deadline. */
class StrangeLine implements Transport {
  readonly name = '/dev/ttyStrange';
  readonly latency_seconds = 0.04;
  private readonly listeners = new TransportListeners();
  readonly onData = this.listeners.onData;
  readonly onClose = this.listeners.onClose;
  readonly sent: Uint8Array[] = [];
  private now = 0;
  readonly clock = {
    passesUnasked: false,
    now_seconds: () => this.now,
    after: (seconds: number, callback: () => void) => {
      const immediate = setImmediate(() => {
        this.now += seconds;
        callback();
      });
      return () => clearImmediate(immediate);
    },
  };

  constructor(private readonly answer: (request: Uint8Array) => Uint8Array | undefined) {}

  async open(): Promise<void> {}
  async close(): Promise<void> {}
  async write(bytes: Uint8Array): Promise<void> {
    this.sent.push(bytes);
    const answer = this.answer(bytes);
    if (answer !== undefined) this.listeners.emit(answer);
  }
}

describe('what answers, but is not our board, is told apart', () => {
  const hello = encodeFrame({
    version: protocolVersion,
    operation: 0x81,
    status: 0,
    sequence: 1,
    session: 1,
    payload: Uint8Array.of(1, 1, 0, 0),
  });
  it.each<[string, (request: Uint8Array) => Uint8Array | undefined, RegExp]>([
    ['silence', () => undefined, /nothing came at all: this is not a learning board, or it has no supply/],
    [
      'Firmata',
      () => Uint8Array.of(0xf9, 2, 5, 0xf0, 0x79, 2, 5, 0x53, 0x74, 0xf7),
      /bytes came, but none of them make a frame: this is not a learning board/,
    ],
    [
      'a text banner without any zero byte',
      () => text("Grbl 1.1f ['$' for help]\r\n"),
      /bytes came, but none .* it says "Grbl 1\.1f \['\$' for help\]/,
    ],
    [
      'our board at another rate, where two bits are read for each',
      () => hello.map((byte) => (byte & 0x0f) * 0x11),
      /bytes came, but none of them make a frame: .*or its rate is not 500000 baud/,
    ],
    ['a line that is looped back', (request) => request, /what was sent comes back: the line is looped back/],
  ])('%s', async (_what, answer, message) => {
    const line = new StrangeLine(answer);
    await expect(BoardClient.open(line)).rejects.toThrow(message);
    expect(line.clock.now_seconds()).toBeLessThan(7);
    // Nothing but hello was ever said: nothing is armed.
    expect(new Set(line.sent.map((bytes) => bytes.length))).toEqual(new Set([hello.length + 1 - 4]));
  });
});
