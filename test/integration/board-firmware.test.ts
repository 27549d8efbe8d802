import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawParts, referenceBoard, xorNanoBoard } from '../../devices/boards/index.js';
import { BoardClient } from '../../drivers/board/index.js';
import { InProcessTransport, readIntelHex, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { SolvedBoard } from '../../solver/board/index.js';

/** An ATmega328P has 32 KB of flash and 2 KB of RAM; a fifth of both is to spare. */
const flashBytes = 32768;
const ramBytes = 2048;
const ramStart = 0x100;
const paint = 0xa5;

for (const profile of [referenceBoard, xorNanoBoard]) {
  describe(`firmware of the ${profile.name} board`, () => {
    it('leaves a fifth of flash and RAM to spare, stack included', async () => {
      const parts = drawParts(profile, 1);
      const text = readFileSync(new URL(`../../firmware/hex/${profile.name}.hex`, import.meta.url), 'utf8');
      const flash = readIntelHex(text);
      const used = flash.length - [...flash].reverse().findIndex((byte) => byte !== 0xff);
      expect(used).toBeLessThan(0.8 * flashBytes);

      const board = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 1 });
      board.memory.fill(paint, ramStart);
      const client = await BoardClient.open(new InProcessTransport(board));
      const { use } = client;
      const binary = profile.inputLimit_V * 1000;
      const count = 3;
      const inputs_mV = new Int16Array(count * use.inputs).fill(binary);
      const targets_mV = new Int16Array(count * use.outputs).fill(100);
      const nudges = { first: -768, second: 768 };
      const update = { id: 1, gainHidden: 300000, gainOutput: 300000, clip: 4, hash: true, shortTaps: true };
      await client.step({ count, inputs_mV, targets_mV }, nudges, update, true);
      await client.measure({ count, inputs_mV, targets_mV }, 768);
      await client.readTaps();
      await client.readContrast();
      await client.status();
      await client.close();
      // The longest stretch that nobody has written lies between the static variables and the stack's deepest point.
      const memory = board.memory.subarray(ramStart);
      let longest = 0;
      let run = 0;
      let end = 0;
      for (let at = 0; at < memory.length; at++) {
        run = memory[at] === paint ? run + 1 : 0;
        if (run > longest) {
          longest = run;
          end = at + 1;
        }
      }
      const stack = memory.length - end;
      expect(memory.length).toBe(ramBytes);
      expect(stack).toBeLessThanOrEqual(250);
      expect(longest).toBeGreaterThan(0.2 * ramBytes);
    });
  });
}
