import { describe, expect, it } from 'vitest';
import { drawParts, referenceBoard } from '../../devices/boards/index.js';
import { BoardClient, operations } from '../../drivers/board/index.js';
import { clock_Hz, InProcessTransport, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { SolvedBoard } from '../../solver/board/index.js';

const byte_cycles = (10 * clock_Hz) / 500e3;

async function opened() {
  const parts = drawParts(referenceBoard, 1);
  const board = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 1 });
  const line = new InProcessTransport(board);
  const client = await BoardClient.open(line);
  await client.arm();
  let received = 0;
  line.onData((bytes) => {
    received += bytes.length;
  });
  return { board, client, received: () => received };
}

describe('the link in board cycles at 500 kbaud', () => {
  it('carries at least 82 % of the line rate while replies of 200 bytes and more stream', async () => {
    const { board, client, received } = await opened();
    const page = Uint8Array.of(0, 80);
    const [startBytes, startCycles] = [received(), board.cycles];
    const replies = await client.link.stream(operations.readTaps, new Array(40).fill(page));
    const bytes = received() - startBytes;
    const share = (bytes * byte_cycles) / (board.cycles - startCycles);
    expect(replies.every((reply) => reply.length === 240)).toBe(true);
    expect(bytes).toBe(40 * 255);
    expect(share).toBeGreaterThanOrEqual(0.82);
    expect(client.counts.retries).toBeLessThanOrEqual(1);
    await client.close();
  });

  it('takes one round trip for both phases and the update of a batch', async () => {
    const { client } = await opened();
    const before = client.counts.requests;
    const count = 15;
    const examples = {
      count,
      inputs_mV: new Int16Array(4 * count).fill(900),
      targets_mV: new Int16Array(3 * count).fill(-150),
    };
    const update = { id: 1, gainHidden: 3e5, gainOutput: 3e5, clip: 4 };
    const report = await client.step(examples, { first: -768, second: 768 }, update, false);
    expect(report.applied).toBe(true);
    expect(report.free.length).toBe(3 * count);
    expect(client.counts.requests - before).toBe(1);
    await client.close();
  });

  it('spends board time on the line and the work, and sleeps while it settles', async () => {
    const { board, client } = await opened();
    const start = board.cycles;
    const slept = board.sleptCycles;
    await client.measure(
      { count: 3, inputs_mV: new Int16Array(12), targets_mV: new Int16Array(9) },
      undefined,
    );
    // Three settling times of 200 µs at least were slept, none of them executed.
    expect(board.sleptCycles - slept).toBeGreaterThan(3 * 200e-6 * clock_Hz);
    expect((board.cycles - start) / clock_Hz).toBeLessThan(0.02);
    await client.close();
  });
});
