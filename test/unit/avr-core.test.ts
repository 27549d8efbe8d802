import { createHash } from 'node:crypto';
import { avrInstruction, CPU } from 'avr8js';
import { describe, expect, it, vi } from 'vitest';
import { RandomStream } from '../../core/index.js';
import { drawParts, referenceBoard, xorNanoBoard } from '../../devices/boards/index.js';
import { BoardClient } from '../../drivers/board/index.js';
import { AvrCore } from '../../drivers/virtual-board/avr-core.js';
import { executeFrequent } from '../../drivers/virtual-board/frequent-instructions.js';
import { InProcessTransport, VirtualBoard } from '../../drivers/virtual-board/index.js';
import { SolvedBoard } from '../../solver/board/index.js';

// The emulation is quicker than avr8js by itself, and not to be told from it.

describe('an instruction', () => {
  it('does to processor, time and hooks what it does in avr8js, all 65 536 of them', () => {
    const random = new RandomStream(1, 'instructions');
    const program = new Uint16Array(16384);
    const [one, other] = [new CPU(program, 2048), new CPU(program, 2048)];
    const seen: number[][] = [[], []];
    [one, other].forEach((cpu, n) => {
      for (const address of [0x44, 0x84, 0xc6]) {
        cpu.readHooks[address] = () => seen[n].push(address, cpu.cycles, cpu.pc) & 255;
        cpu.writeHooks[address] = (value) => seen[n].push(address, value, cpu.cycles, cpu.pc) > 0;
      }
    });
    const amiss: string[] = [];
    for (let opcode = 0; opcode < 65536; opcode++) {
      // Registers, I/O and a stack, all of them new now and then.
      const from = opcode % 256 === 0 ? 0 : 2304;
      for (let at = from; at < 2304; at++) one.data[at] = random.integer(256);
      for (let at = 0; at < 32; at++) one.data[at] = random.integer(256);
      one.SP = 0x100 + random.integer(2000);
      one.data[95] = random.integer(256);
      other.data.set(one.data);
      one.pc = other.pc = 1 + random.integer(8000);
      one.cycles = other.cycles = random.integer(1e6);
      program[one.pc] = opcode;
      program[one.pc + 1] = [0xc6, 0x84, 0x100 + random.integer(2000)][random.integer(3)];
      avrInstruction(one);
      if (!executeFrequent(other, opcode)) avrInstruction(other);
      const alike = one.pc === other.pc && one.cycles === other.cycles && seen[0].join() === seen[1].join();
      if (!alike || Buffer.compare(one.data, other.data) !== 0) amiss.push(opcode.toString(16));
      for (const list of seen) list.length = 0;
    }
    expect(amiss).toEqual([]);
  });
});

describe('loops that wait for a flag', () => {
  const boardOf = (profile: typeof referenceBoard) => {
    const parts = drawParts(profile, 1);
    return new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed: 1 });
  };

  /** What a host said in one session, and when, cycles. */
  async function sessionOf(profile: typeof referenceBoard): Promise<[number, Uint8Array][]> {
    const board = boardOf(profile);
    const said: [number, Uint8Array][] = [];
    const receive = board.receive.bind(board);
    board.receive = (bytes) => {
      said.push([board.cycles, bytes]);
      receive(bytes);
    };
    const client = await BoardClient.open(new InProcessTransport(board));
    await client.readTaps();
    const inputs_mV = new Int16Array(client.use.inputs).fill(profile.inputLimit_V * 1000);
    const targets_mV = new Int16Array(client.use.outputs).fill(100);
    await client.measure({ count: 1, inputs_mV, targets_mV }, 768);
    await client.close();
    return [...said, [board.cycles, new Uint8Array()]];
  }

  /** Where clock and memory of a board stand that is told so, at stops that lie anywhere in such a loop. */
  function heard(profile: typeof referenceBoard, session: readonly [number, Uint8Array][]): string[] {
    const board = boardOf(profile);
    const stops: string[] = [];
    for (const [cycles, bytes] of session) {
      while (board.cycles < cycles) {
        board.run(Math.min(cycles, board.cycles + 777));
        const registers = Buffer.from(board.memory.subarray(0, 96)).toString('latin1');
        stops.push(`${board.cycles}, ${board.sleptCycles} slept: ${registers}`);
        if (board.cycles < cycles) board.advance(1e-6);
      }
      board.receive(bytes);
    }
    return [...stops, createHash('sha256').update(board.memory).digest('hex')];
  }

  it.each([referenceBoard, xorNanoBoard])(
    'of a $name board are passed over to the cycle',
    async (profile) => {
      const session = await sessionOf(profile);
      const quick = heard(profile, session);
      const passing = vi.spyOn(AvrCore.prototype as unknown as { passPolling: () => void }, 'passPolling');
      passing.mockImplementation(() => {});
      const slow = heard(profile, session);
      const turns = passing.mock.calls.length;
      passing.mockRestore();
      expect(turns).toBeGreaterThan(1000);
      expect(quick.length).toBeGreaterThan(1000);
      expect(quick.findIndex((stop, n) => stop !== slow[n])).toBe(-1);
    },
  );
});
