import { execFileSync } from 'node:child_process';
import { constants, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BoardClient, type BoardEvent, boardLineLog, emergencyStop } from '../../drivers/board/index.js';
import {
  listPorts,
  ReplayTransport,
  SerialTransport,
  TcpTransport,
  TranscriptFile,
  type Transport,
} from '../../drivers/transport/index.js';
import { InProcessTransport, serveOnPty, serveOnTcp } from '../../drivers/virtual-board/index.js';
import { scratch } from '../scratch.js';
import { newBoard, withServed } from './emulated-board.js';

const folder = scratch('lines');

/** A short session: taps out and back, a measurement, a step. */
async function session(transport: Transport): Promise<{ taps: number[]; readings: number[] }> {
  const client = await BoardClient.open(transport, { session: 0x1234, use: { inputs: 2, outputs: 1 } });
  const taps = Uint8Array.from({ length: 84 }, (_, e) => 30 + e);
  await client.writeTaps({ taps, residuals: new Int16Array(84) });
  const examples = {
    count: 2,
    inputs_mV: Int16Array.of(1750, -1750, 500, 0),
    targets_mV: Int16Array.of(150, -150),
  };
  const { readings } = await client.measure(examples, undefined);
  const update = { id: 1, gainHidden: 1e6, gainOutput: 1e6, clip: 4 };
  await client.step(examples, { first: -768, second: 768 }, update, false);
  const after = await client.readTaps();
  await client.close();
  return { taps: [...after.taps], readings: [...readings] };
}

describe('the same session', () => {
  it('over TCP gives what it gives in process', async () => {
    const expected = await session(new InProcessTransport(newBoard({ nominal: true })));
    const got = await withServed(newBoard({ nominal: true }), (address) => session(TcpTransport.of(address)));
    expect(got).toEqual(expected);
    expect(expected.taps.slice(0, 4)).not.toEqual([30, 31, 32, 33]);
  });

  it('over a pseudo-terminal and serialport gives what it gives in process', async (context) => {
    const served = await serveOnPty(newBoard({ nominal: true })).catch(() => undefined);
    if (served === undefined) return context.skip('no pseudo-terminals here');
    try {
      const got = await session(new SerialTransport(served.address));
      expect(got).toEqual(await session(new InProcessTransport(newBoard({ nominal: true }))));
    } finally {
      await served.close();
    }
  });

  it.runIf(process.platform === 'linux')(
    'leaves a port as it is when it closes it: DTR does not fall',
    async (context) => {
      const served = await serveOnPty(newBoard()).catch(() => undefined);
      if (served === undefined) return context.skip('no pseudo-terminals here');
      const hangsUp = () => !/-hupcl/.test(execFileSync('stty', ['-a', '-F', served.address]).toString());
      try {
        execFileSync('stty', ['-F', served.address, 'hupcl']);
        expect(hangsUp()).toBe(true);
        const client = await BoardClient.open(new SerialTransport(served.address));
        expect(hangsUp()).toBe(false);
        await client.close();
        expect(hangsUp()).toBe(false);
      } finally {
        await served.close();
      }
    },
  );

  it.runIf(process.platform === 'linux')(
    'opens, closes and opens a port again: nothing of it stays locked, no read blocks a thread',
    async (context) => {
      const served = await serveOnPty(newBoard()).catch(() => undefined);
      if (served === undefined) return context.skip('no pseudo-terminals here');
      const opened = () =>
        readdirSync('/proc/self/fd').flatMap((fd) => {
          try {
            return readlinkSync(`/proc/self/fd/${fd}`) === served.address ? [fd] : [];
          } catch {
            return [];
          }
        });
      try {
        for (let time = 0; time < 3; time++) {
          const client = await BoardClient.open(new SerialTransport(served.address));
          const flags = opened().map((fd) =>
            Number.parseInt(
              /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0',
              8,
            ),
          );
          expect(flags.map((bits) => bits & constants.O_NONBLOCK)).toEqual([constants.O_NONBLOCK]);
          await client.readTaps();
          await client.close();
          expect(opened()).toEqual([]);
        }
      } finally {
        await served.close();
      }
    },
    60_000,
  );

  it('can be written down and played back, byte for byte', async () => {
    const file = join(folder, 'session.txt');
    const log = boardLineLog();
    log.add(new TranscriptFile(file));
    const recorded = await session(log.watch(new InProcessTransport(newBoard())));
    const replay = new ReplayTransport(file);
    expect(await session(replay)).toEqual(recorded);
    expect(replay.left).toBe(0);
  });

  it('played back refuses what was not sent then, naming the line', async () => {
    const file = join(folder, 'session.txt');
    const other = join(folder, 'other.txt');
    const lines = readFileSync(file, 'utf8').split('\n');
    const at = lines.findLastIndex((line) => line.includes(' > '));
    writeFileSync(
      other,
      lines.map((line, i) => (i === at ? line.replace(/> (.{16})../, '> $1ff') : line)).join('\n'),
    );
    const lost = await session(new ReplayTransport(other)).then(
      () => undefined,
      (error: Error) => error,
    );
    // The last thing that is sent is the disarming, and closing bears with a line that fails.
    if (lost !== undefined) expect(lost.message).toMatch(new RegExp(`line ${at + 1}`));
    else expect(new ReplayTransport(other).left).toBeGreaterThan(0);
    writeFileSync(other, 'nonsense\n');
    expect(() => new ReplayTransport(other)).toThrow(/line 1/);
  });
});

describe('a board on TCP, to one at a time', () => {
  it('serves who comes next in order, and is not held up by one who left while waiting', async () => {
    await withServed(newBoard(), async (address) => {
      const port = Number(address.split(':')[2]);
      const first = await BoardClient.open(TcpTransport.of(address));
      const impatient = connect(port, '127.0.0.1');
      await new Promise((resolve) => impatient.once('connect', resolve));
      const next = BoardClient.open(TcpTransport.of(address));
      impatient.destroy();
      await first.close();
      const second = await next;
      expect(second.description.boots).toBe(1);
      await second.close();
    });
  });
});

describe('lines that are not there', () => {
  it('a port that does not exist', async () => {
    await expect(BoardClient.open(new SerialTransport('/dev/ttyNOTHERE'))).rejects.toThrow(
      /ttyNOTHERE.*not there/s,
    );
  });

  it('a TCP port where nobody listens, and an address that is none', async () => {
    const address = await withServed(newBoard(), async (served) => served);
    await expect(BoardClient.open(TcpTransport.of(address))).rejects.toThrow(/server/);
    expect(() => TcpTransport.of('tcp://nowhere')).toThrow(/tcp:\/\/localhost/);
  });

  it('a list of ports, even without udev', async () => {
    expect(Array.isArray(await listPorts())).toBe(true);
  });
});

describe('what is written now', () => {
  it.each(['tcp', 'pty'] as const)('over %s stops a board, past what waits to be written', async (kind) => {
    const board = newBoard();
    const served = await (kind === 'tcp' ? serveOnTcp(board, { port: 0 }) : serveOnPty(board)).catch(
      () => undefined,
    );
    if (served === undefined) return;
    const transport = kind === 'tcp' ? TcpTransport.of(served.address) : new SerialTransport(served.address);
    try {
      const events: BoardEvent[] = [];
      const client = await BoardClient.open(transport, { onEvent: (event) => events.push(event) });
      await client.setInputs([1750, -1750, 0, 0], [0, 0, 0]);
      const pending = client.ping(new Uint8Array(200));
      transport.writeNow(emergencyStop);
      await pending.catch(() => {});
      await expect(client.setInputs([0, 0, 0, 0], [0, 0, 0])).rejects.toMatchObject({
        code: 'board.stopped',
      });
      expect(events).toContainEqual({ type: 'board-safe', cause: 2 });
      await client.close();
      // A line that is closed takes nothing, and says nothing.
      transport.writeNow(emergencyStop);
    } finally {
      await served.close();
    }
  });
});
