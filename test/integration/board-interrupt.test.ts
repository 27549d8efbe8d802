import { afterEach, describe, expect, it } from 'vitest';
import { withBoard } from '../../cli/board/open-board.js';
import { drawParts, referenceBoard } from '../../devices/board/index.js';
import { BoardClient } from '../../drivers/board/index.js';
import { InProcessTransport, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { SolvedBoard } from '../../solver/board/index.js';

afterEach(() => {
  process.exitCode = undefined;
});

describe('Ctrl-C while a command works on a board', () => {
  it('stops it, puts the taps back, keeps its last update, leaves it disarmed and exits with 130', async () => {
    const parts = drawParts(referenceBoard, 1);
    const line = new InProcessTransport(
      new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 1 }),
    );
    const taps = Uint8Array.from({ length: 84 }, (_, e) => 40 + e);
    const learned = { taps, residuals: new Int16Array(84).fill(7) };
    const run = await BoardClient.open(line);
    await run.writeTaps(learned);
    await run.setLastUpdate(12);
    await run.close();

    let refusal: unknown;
    await withBoard(line, { keepsTaps: true }, async (client) => {
      await client.writeTaps({ taps: new Uint8Array(84).fill(200), residuals: new Int16Array(84) });
      process.emit('SIGINT');
      refusal = await client.writeTaps(learned).catch((error) => error);
      throw refusal;
    });
    expect(String(refusal)).toMatch(/stopped/);
    expect(process.exitCode).toBe(130);

    const after = await BoardClient.open(line, { readOnly: true });
    expect(await after.readTaps()).toEqual(learned);
    expect(await after.status()).toMatchObject({ armed: false, lastUpdate: 12 });
    await after.close();
  });
});
