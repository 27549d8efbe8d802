import { describe, expect, it } from 'vitest';
import { referenceBoard, tapsHash, xorNanoBoard } from '../../devices/boards/index.js';
import { BoardClient, type BoardEvent } from '../../drivers/board/index.js';
import { InProcessTransport, type VirtualBoard } from '../../drivers/virtual-board/index.js';
import { newBoard } from './emulated-board.js';

// What a board keeps when its processor starts again: firmware/PROTOCOL.md, "What a reset leaves".

const use = { inputs: 2, outputs: 1 };

async function trained(board: VirtualBoard, onEvent?: (event: BoardEvent) => void) {
  const line = new InProcessTransport(board);
  const options = { use: board.profile === xorNanoBoard ? {} : use, ...(onEvent ? { onEvent } : {}) };
  const client = await BoardClient.open(line, options);
  const pots = board.profile.pots;
  const taps = Uint8Array.from({ length: pots }, (_, pot) => 20 + ((pot * 29) % 200));
  await client.writeTaps({ taps, residuals: new Int16Array(pots).fill(17) });
  await client.moveTaps(
    5,
    new Int16Array(pots).map((_, pot) => 100 * (pot % 7) - 300),
  );
  return { line, client, taps: await client.readTaps() };
}

for (const profile of [referenceBoard, xorNanoBoard]) {
  describe(`a ${profile.name} board whose processor starts again`, () => {
    it.each([
      ['by its reset pin: no wiper is touched', false, 'kept'],
      [
        'for a cause that a bootloader hides: wipers hear their taps again, none moves',
        true,
        'written-again',
      ],
    ] as const)('%s', async (_, causeHidden, tapsAtStart) => {
      const board = newBoard({ profile });
      const events: BoardEvent[] = [];
      const { line, client, taps } = await trained(board, (event) => events.push(event));
      const steps = board.wiperSteps;
      const resistances = board.analog.resistance_ohm.slice();
      board.resetPin({ bootloader_seconds: 0.3, causeHidden });
      await expect(client.ping(Uint8Array.of(1))).rejects.toThrow(/the board started again/);
      expect(events).toContainEqual({ type: 'board-started', resetCause: causeHidden ? 0 : 2, tapsAtStart });
      const next = await BoardClient.open(line);
      expect(next.description).toMatchObject({
        boots: 2,
        lastUpdate: 5,
        armed: false,
        cutShort: 0,
        tapsAtStart,
      });
      expect(next.description.tapsHash).toBe(tapsHash(taps));
      expect(await next.readTaps()).toEqual(taps);
      await next.close();
      expect(board.wiperSteps).toBe(steps);
      expect(board.analog.resistance_ohm).toEqual(resistances);
    });

    it('by a brown-out: wipers may have moved, so that all are set and nothing is claimed', async () => {
      const board = newBoard({ profile });
      const { line } = await trained(board);
      board.brownOut();
      const next = await BoardClient.open(line);
      expect(next.description).toMatchObject({
        boots: 2,
        resetCause: 4,
        lastUpdate: 0,
        tapsAtStart: 'power-on',
      });
      expect((await next.readTaps()).taps.every((tap) => tap === 128)).toBe(true);
      await next.close();
    });

    it('at any moment of an update: taps that it names are those that its wipers have', async () => {
      const board = newBoard({ profile, nominal: true });
      const seen = new Set<string>();
      for (let i = 0; i < 24; i++) {
        const { line, client } = await trained(board);
        const { lastUpdate } = await client.counters();
        await client.setLastUpdate(lastUpdate);
        const before = tapsHash(await client.readTaps());
        const steps = new Int16Array(profile.pots).map((_, pot) => (pot % 2 === 0 ? 700 : -700));
        const moving = client.moveTaps(6, steps).catch(() => {});
        for (let turn = 0; turn < 20; turn++) await Promise.resolve();
        // The end of the line's bytes, the check of them, and the moving itself.
        const line_cycles = 320 * (2 * profile.pots + 20);
        board.run(board.cycles + line_cycles + i * 40 * profile.pots);
        board.resetPin();
        await moving;
        const next = await BoardClient.open(line);
        const { description } = next;
        const { taps, residuals } = await next.readTaps();
        expect(description.tapsAtStart).toBe('kept');
        expect(description.tapsHash).toBe(tapsHash({ taps, residuals }));
        // The wipers themselves, by the resistances that they make.
        const { calibration } = board.parts;
        for (const [pot, tap] of taps.entries()) {
          const ohm = board.analog.resistance_ohm[pot];
          if (Number.isFinite(ohm)) expect(ohm, `pot ${pot}`).toBe(calibration.resistance_ohm[pot][tap]);
        }
        const { lastUpdate: now, cutShort } = description;
        expect(cutShort === 0 || cutShort === 6).toBe(true);
        if (cutShort === 0 && now === 5) expect(description.tapsHash).toBe(before);
        seen.add(now === 6 ? 'after' : cutShort === 6 ? 'cut short' : 'before');
        await next.setLastUpdate(0);
        await next.close();
      }
      expect([...seen].sort()).toEqual(['after', 'before', 'cut short']);
    });
  });
}
