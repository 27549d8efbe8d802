import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberOf } from '../../drivers/instruments/arc-one/emulator/firmware.js';
import { ArcOneBench } from '../../drivers/instruments/arc-one/emulator/index.js';
import { ArcOne, ArcOneDoubt } from '../../drivers/instruments/arc-one/index.js';
import { floatsOf, ReplyReader } from '../../drivers/instruments/arc-one/replies.js';
import {
  initCommand,
  MAX_COMMAND_BYTES,
  pulseReadCommand,
  readAllCommand,
  readCommand,
  readVoltageCommand,
} from '../../drivers/instruments/arc-one/wire.js';
import { LinearCells } from './emulated-resistors.js';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('commands to an ArC ONE', () => {
  it('are the fields that its clients send, one a line', () => {
    const settings = { readCycles: 30, words: 32, bits: 32, sneakPath: 'half', read_V: 0.5 } as const;
    expect(text(initCommand(settings))).toBe('0\n30\n32\n32\n2\n0\n1\n0.5\n');
    expect(text(initCommand({ ...settings, read_V: -0.5 }))).toBe('0\n30\n32\n32\n3\n0\n1\n-0.5\n');
    expect(text(readVoltageCommand(-0.2))).toBe('01\n3\n-0.2\n');
    expect(text(readCommand(3, 7))).toBe('1\n3\n7\n');
    expect(text(readAllCommand(32, 16))).toBe('2\n1\n32\n16\n');
    // %f of both clients makes 0.000000 of 100 ns
    expect(text(pulseReadCommand(1, 2, -1.25, 100e-9))).toBe('3\n1\n2\n-1.25\n1e-07\n');
    expect(text(pulseReadCommand(1, 2, 1, 1.5e-3))).toBe('3\n1\n2\n1\n1.5e-03\n');
  });

  it('say any pulse to the microvolt and to seven digits of its width, in one packet', () => {
    const anyPulse = fc.tuple(
      fc.integer({ min: 1, max: 32 }),
      fc.integer({ min: 1, max: 32 }),
      fc.double({ min: -12, max: 12, noNaN: true }),
      fc.double({ min: 90e-9, max: 10, noNaN: true }),
    );
    fc.assert(
      fc.property(anyPulse, ([word, bit, amplitude_V, width_s]) => {
        const command = text(pulseReadCommand(word, bit, amplitude_V, width_s));
        expect(command.length).toBeLessThanOrEqual(MAX_COMMAND_BYTES);
        const fields = command.split('\n');
        expect(fields.length).toBe(6);
        const [, w, b, v, s] = fields;
        expect([Number(w), Number(b)]).toEqual([word, bit]);
        expect(Math.abs(numberOf(v) - amplitude_V)).toBeLessThanOrEqual(0.51e-6);
        expect(Math.abs(numberOf(s) / width_s - 1)).toBeLessThanOrEqual(1e-6);
        expect(s).toMatch(/^\d(\.\d+)?e[+-]\d\d$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('replies of an ArC ONE', () => {
  it('are cut out of a stream by what is expected, however it is split', () => {
    const anyReply = fc.tuple(fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 20 }), fc.nat());
    fc.assert(
      fc.property(anyReply, ([values, at]) => {
        const bytes = new Uint8Array(Float32Array.from(values).buffer);
        const got: number[][] = [];
        const { framing, expect: expectNext, unexpected } = ReplyReader.framing();
        const reader = framing((reply) => got.push([...floatsOf(reply)]));
        expectNext(bytes.length);
        const cut = at % (bytes.length + 1);
        for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)])
          if (part.length > 0) reader.push(part);
        expect(got).toEqual([values]);
        expect(unexpected()).toBe(0);
        reader.push(Uint8Array.of(1));
        expect(unexpected()).toBe(1);
      }),
    );
  });
});

describe('an ArC ONE', () => {
  const bench = (options: ConstructorParameters<typeof ArcOneBench>[1] = {}) => {
    const cells = new LinearCells(32, 32);
    const emulated = new ArcOneBench(cells, { noise: 0, ...options });
    return { cells, emulated };
  };
  const open = async (emulated: ArcOneBench, options = {}) => {
    const line = emulated.connect();
    await line.open();
    return new ArcOne(line, options);
  };

  it('says its version without being reset, reads, pulses and reads all', async () => {
    const { cells, emulated } = bench();
    const instrument = await open(emulated);
    expect(await instrument.askVersion()).toEqual({ major: 1, minor: 0 });
    expect(instrument.resets).toBe(0);
    expect(await instrument.read(3, 5)).toBeCloseTo(50e3, 0);
    expect(instrument.resets).toBe(1);
    const after = await instrument.pulse(3, 5, 1.5, 100e-9);
    expect(1e6 / after).toBeCloseTo(22, 4);
    expect(emulated.instrument.sockets.pulses[3 * 32 + 5]).toBe(1);
    const all = await instrument.readAll();
    expect(all.length).toBe(1024);
    for (const [i, g] of cells.conductances_S.entries()) expect(1 / all[i]).toBeCloseTo(g, 9);
    expect(await instrument.read(3, 5, -0.2)).toBeCloseTo(after, 0);
  });

  it('works with firmware that does not say its version, and refuses what it cannot give before anything is sent', async () => {
    const { emulated } = bench({ firmware: 'silent' });
    const instrument = await open(emulated);
    expect(await instrument.askVersion()).toBeUndefined();
    expect(await instrument.read(0, 0)).toBeCloseTo(50e3, 0);
    expect(() => instrument.pulse(0, 32, 1, 1e-6)).toThrow('no cell 0,32 (W1B33)');
    expect(() => instrument.pulse(0, 0, 12.5, 1e-6)).toThrow('up to 12 V');
    expect(() => instrument.pulse(0, 0, 1, 20)).toThrow('20 s');
    expect(() => instrument.read(-1, 0)).toThrow('no cell');
    expect(emulated.instrument.sockets.pulses.every((n) => n === 0)).toBe(true);
  });

  it('says a doubt where a byte of a reply is lost, and begins anew before the next command', async () => {
    const { emulated } = bench();
    const instrument = await open(emulated);
    await instrument.read(0, 0);
    emulated.line.faults = { lostBytes: 0.5 };
    const doubt = await instrument.pulse(0, 0, 1.5, 100e-9).catch((error: unknown) => error);
    expect(doubt).toBeInstanceOf(ArcOneDoubt);
    expect((doubt as ArcOneDoubt).replied).toBeGreaterThan(0);
    emulated.line.faults = {};
    expect(1e6 / (await instrument.read(0, 0))).toBeCloseTo(22, 4);
    expect(instrument.resets).toBe(2);
    expect(emulated.instrument.sockets.pulses[0]).toBe(1);
  });

  it.each(['stalls', 'powerLosses', 'lostCommands'] as const)('is in step again after %s', async (fault) => {
    const { emulated } = bench();
    const instrument = await open(emulated);
    await instrument.read(0, 0);
    emulated.line.faults = { [fault]: 1, stall_seconds: 50 };
    await expect(instrument.pulse(0, 0, 1.5, 100e-9)).rejects.toBeInstanceOf(ArcOneDoubt);
    emulated.line.faults = {};
    const given = () => emulated.instrument.sockets.pulses[0];
    const read = await instrument.read(0, 0);
    expect(1e6 / read).toBeCloseTo(20 + 2 * given(), 4);
    expect(given()).toBeLessThanOrEqual(1);
    expect(await instrument.read(1, 1)).toBeCloseTo(50e3, 0);
  });

  it('ends whatever a command that was cut off waits for without giving a pulse', async () => {
    const { cells, emulated } = bench();
    for (const cut of [
      '3\n',
      '3\n5\n',
      '3\n5\n7\n',
      '3\n5\n7\n1.5\n',
      '3\n57\n1.5',
      '0\n30\n',
      '2\n2\n32\n32\n4\n1\n',
    ]) {
      const instrument = await open(emulated);
      await instrument.read(0, 0);
      await instrument.line.write(Buffer.from(cut));
      await instrument.begin();
      expect(await instrument.read(2, 3)).toBeCloseTo(50e3, 0);
      await instrument.close();
    }
    expect(cells.conductances_S.every((g) => g === 20e-6)).toBe(true);
    expect(emulated.instrument.sockets.pulses.every((n) => n === 0)).toBe(true);
  });

  it('is stopped in the middle of a pulse by a reset at once, confirmed by a read, and refuses everything after', async () => {
    const { emulated } = bench();
    const instrument = await open(emulated);
    await instrument.read(0, 0);
    const before_seconds = emulated.clock.now_seconds();
    const pulse = instrument.pulse(0, 0, 1.5, 1).catch((error: unknown) => error);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await instrument.stop()).toEqual({ confirmed: true });
    expect(emulated.clock.now_seconds() - before_seconds).toBeLessThan(4);
    expect(await pulse).toBeInstanceOf(ArcOneDoubt);
    await expect(instrument.read(0, 0)).rejects.toMatchObject({ code: 'arc-one.stopped' });
  });

  it('says that nothing is there on a dead line', async () => {
    const { emulated } = bench();
    const instrument = await open(emulated);
    emulated.line.dead = true;
    await expect(instrument.read(0, 0)).rejects.toMatchObject({ code: 'line.no-answer' });
  });
});
