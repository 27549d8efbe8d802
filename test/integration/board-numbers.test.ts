import { realpathSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { udevRules } from '../../cli/doctor-port.js';
import { boardProfile } from '../../devices/boards/index.js';
import { BoardClient, findBoard, knownBoards, rememberBoard } from '../../drivers/board/index.js';
import { TcpTransport } from '../../drivers/transport/index.js';
import { serveOnTcp } from '../../drivers/virtual-board/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';
import { newBoard, withServed } from './emulated-board.js';

// Boards by their own numbers: found again wherever they are, and what is known of them.

beforeEach(() => {
  process.env.OHMPROP_LAB = scratch('lab');
});

describe('a board that this machine has known', () => {
  it('is found by its number, used by it, and listed with what it has counted', async () => {
    expect((await ohmprop(['board', 'list', '--known'])).stdout).toMatch(/no board has been on a line/);
    await withServed(newBoard({ seed: 7 }), async (address) => {
      await ohmprop(['board', 'write', address, '5=77', '--yes']);
      await ohmprop(['board', 'info', address]);
      const { stdout } = await ohmprop(['board', 'list', '--known', '--json']);
      const { boards } = JSON.parse(stdout);
      expect(boards).toMatchObject([
        { serial: 'V0000007', profile: 'reference', line: address, boots: 1, steps: 51, heldBy: null },
      ]);
      expect(await findBoard('V0000007')).toBe(address);
      const read = await ohmprop(['board', 'read', 'serial:V0000007']);
      expect(read.stdout).toMatch(/^5,77,/m);
      const text = (await ohmprop(['board', 'list', '--known'])).stdout;
      expect(text).toMatch(
        /^serial:V0000007 {2}reference board, firmware 2\.\d\.\d; 1 start, 51 wiper steps/,
      );
      const trained = await ohmprop([
        'train',
        '--device',
        'serial:V0000007',
        '--data',
        'xor',
        '--epochs',
        '1',
      ]);
      expect(trained.stderr).toMatch(/wipers are written: a random start/);
      expect(trained.code).toBe(0);
    });
  });

  it('is listed with its last run and no line opened', async () => {
    let openings = 0;
    const counting = createServer((socket) => {
      openings++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => counting.listen(0, '127.0.0.1', resolve));
    const { port } = counting.address() as AddressInfo;
    try {
      await withServed(newBoard({ seed: 7 }), async (address) => {
        const cwd = scratch();
        const flags = ['--device', address, '--data', 'xor', '--epochs', '1', '--out', 'run'];
        await ohmprop(['train', ...flags], { cwd });
        const client = await BoardClient.open(TcpTransport.of(address));
        await client.close();
        await rememberBoard(`tcp://127.0.0.1:${port}`, client.description);
        const { stdout } = await ohmprop(['board', 'list', '--known', '--json']);
        const [board] = JSON.parse(stdout).boards;
        expect(board).toMatchObject({ line: `tcp://127.0.0.1:${port}`, calibration: null });
        expect(realpathSync(board.lastRun.run)).toBe(realpathSync(join(cwd, 'run')));
        const text = (await ohmprop(['board', 'list', '--known'])).stdout;
        expect(text).toMatch(/not calibrated; last run \S+run, \d{4}-/);
        await ohmprop(['board', 'list']);
      });
      expect(openings).toBe(0);
    } finally {
      counting.close();
    }
  });

  it('is not taken for another that is where it was', async () => {
    await withServed(newBoard({ seed: 7 }), async (address) => {
      const client = await BoardClient.open(TcpTransport.of(address));
      await client.close();
      await rememberBoard(address, { ...client.description, serial: 'V0000008' });
      const { code, stderr } = await ohmprop(['board', 'read', 'serial:V0000008']);
      expect(stderr).toMatch(
        new RegExp(`serial:V0000008: no board with this serial number.*it was on ${address} last`),
      );
      expect(code).toBe(1);
    });
  });

  it.each([
    ['serial:', /a serial number has one to eight characters/],
    ['serial:V00000001', /a serial number has one to eight characters/],
    ['serial:V 1', /a serial number has one to eight characters/],
  ])('%j is no number', async (address, message) => {
    const { code, stderr } = await ohmprop(['board', 'info', address]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('counts its steps on through resets, and anew after its supply was gone', async () => {
    const seen = {
      protocol: 2,
      firmware: '2.1.0',
      tellsTaps: true,
      profile: boardProfile('reference'),
      payloadMax: 240,
      actPayloadMax: 108,
      lastUpdate: 0,
      armed: false,
      cutShort: 0,
      tapsHash: 0,
      serial: 'A1',
    };
    const steps = async (boots: number, pulses: number, tapsAtStart: 'power-on' | 'kept') => {
      await rememberBoard('/dev/ttyUSB0', { ...seen, boots, pulses, tapsAtStart, resetCause: 1 });
      return knownBoards()[0].steps;
    };
    expect(await steps(1, 100, 'power-on')).toBe(100);
    expect(await steps(1, 150, 'power-on')).toBe(150);
    expect(await steps(2, 160, 'kept')).toBe(160);
    expect(await steps(3, 20, 'power-on')).toBe(180);
    expect(await steps(4, 30, 'power-on')).toBe(210);
  });

  it('with a record that is none is passed over', async () => {
    await rememberBoard('/dev/ttyUSB0', {
      ...(await description()),
      serial: '../x',
    });
    expect(knownBoards()).toEqual([]);
    await rememberBoard('/dev/ttyUSB0', { ...(await description()), serial: 'A1' });
    writeFileSync(join(process.env.OHMPROP_LAB ?? '', 'boards/A1/seen.json'), '{"kind":"other"}');
    expect(knownBoards()).toEqual([]);
  });
});

async function description() {
  let found: BoardClient['description'] | undefined;
  await withServed(newBoard(), async (address) => {
    const client = await BoardClient.open(TcpTransport.of(address));
    found = client.description;
    await client.close();
  });
  if (found === undefined) throw new Error('no board');
  return found;
}

describe('an emulated board', () => {
  it('with --dtr-reset keeps its taps through every opening, and no wiper moves by looking', async () => {
    const board = newBoard();
    const served = await serveOnTcp(board, { port: 0, dtrReset: { bootloader_seconds: 0.05 } });
    try {
      await ohmprop(['board', 'write', served.address, '5=77', '6=99', '--yes']);
      const steps = board.wiperSteps;
      const looks = [['info'], ['read'], ['map']];
      for (const [verb] of looks) expect((await ohmprop(['board', verb, served.address])).code).toBe(0);
      expect(board.wiperSteps).toBe(steps);
      const client = await BoardClient.open(TcpTransport.of(served.address));
      expect(client.description).toMatchObject({ tapsAtStart: 'kept', resetCause: 2 });
      expect([...(await client.readTaps()).taps.slice(5, 7)]).toEqual([77, 99]);
      await client.close();
    } finally {
      await served.close();
    }
  });

  it('is examined by doctor: whether opening resets it, and that its taps outlive that', async () => {
    for (const dtrReset of [undefined, { bootloader_seconds: 0.05 }]) {
      const served = await serveOnTcp(newBoard(), { port: 0, ...(dtrReset ? { dtrReset } : {}) });
      try {
        const { stdout } = await ohmprop(['doctor', served.address]);
        expect(stdout).toMatch(/reference board V0000001, firmware 2\./);
        expect(stdout).toMatch(
          dtrReset
            ? /opening the port resets this board \(one start more\)/
            : /opening the port does not reset/,
        );
      } finally {
        await served.close();
      }
    }
    expect(udevRules('0403', '6001')).toBe(
      [
        'SUBSYSTEM=="tty", ATTRS{idVendor}=="0403", ATTRS{idProduct}=="6001", ENV{ID_MM_DEVICE_IGNORE}="1", GROUP="dialout", MODE="0660"',
        'SUBSYSTEM=="usb-serial", DRIVER=="ftdi_sio", ATTRS{idVendor}=="0403", ATTRS{idProduct}=="6001", ATTR{latency_timer}="1"',
        '# then: sudo udevadm control --reload && sudo udevadm trigger',
      ].join('\n'),
    );
  });

  it('can be unplugged: who is served is cut off, who comes finds nobody, until it is back', async () => {
    const served = await serveOnTcp(newBoard(), { port: 0 });
    try {
      const client = await BoardClient.open(TcpTransport.of(served.address));
      served.unplug?.(0.2);
      await expect(client.ping(Uint8Array.of(1))).rejects.toMatchObject({ code: 'line.lost' });
      await client.close();
      await expect(BoardClient.open(TcpTransport.of(served.address), { helloAttempts: 1 })).rejects.toThrow();
      await new Promise((resolve) => setTimeout(resolve, 250));
      const again = await BoardClient.open(TcpTransport.of(served.address));
      expect(again.description.boots).toBe(1);
      await again.close();
    } finally {
      await served.close();
    }
  });
});
