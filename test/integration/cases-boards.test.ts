import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { xorNanoAsDrawn } from '../../devices/boards/index.js';
import { BoardClient } from '../../drivers/board/index.js';
import { SerialTransport, TcpTransport } from '../../drivers/transport/index.js';
import { serveOnPty, serveOnTcp, type VirtualBoard } from '../../drivers/virtual-board/index.js';
import { scratch } from '../scratch.js';
import { mainFile, ohmprop, startOhmprop } from './command-line.js';
import { newBoard, withServed } from './emulated-board.js';

// Situations of shared/data/cases/boards and, of a board on TCP, input 2.2 and 3.7. 5 and 6 are in board-foreign.test.ts,
// 12 in runs-that-live.test.ts, 7's texts of Windows in unit/line-diagnoses.test.ts, 14 in board-record.test.ts, 2b in board-ways-out.test.ts, 15 in board-stop.test.ts,
// 3b in board-journal.test.ts and unit/board-elsewhere.test.ts.

const manifestOf = (run: string) => JSON.parse(readFileSync(join(run, 'manifest.json'), 'utf8'));
const ended = (child: ChildProcess) => new Promise((resolve) => child.once('close', resolve));

/** All sources that the host controls are at rest. */
function atRest(board: VirtualBoard): boolean {
  const { source_V } = board.analog;
  return [...source_V.subarray(0, 8), ...source_V.subarray(10)].every((v) => Math.abs(v) < 0.01);
}

/** What a stream has said, once it matches. */
function heard(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk;
      if (pattern.test(text)) resolve(text);
    });
    stream.once('close', () => reject(new Error(`it closed having said "${text}"`)));
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

async function socketTo(address: string): Promise<Socket> {
  const socket = connect(Number(address.split(':')[2]), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

describe('2, 2c: a terminal that is closed, a service that is stopped, in mid-training', () => {
  it.each([
    ['SIGHUP', 129],
    ['SIGTERM', 143],
  ] as const)('%s: disarmed, checkpoint, manifest, exit code %i, to be resumed', async (signal, exitCode) => {
    const board = newBoard();
    await withServed(board, async (address) => {
      const cwd = scratch();
      const args = ['train', '--device', address, '--data', 'xor', '--epochs', '100000', '--out', 'run'];
      const child = startOhmprop(args, { cwd });
      await heard(child.stderr, /epoch 2\//);
      expect(atRest(board)).toBe(false);
      child.kill(signal);
      expect(await ended(child)).toBe(exitCode);
      // Before its watchdog could have done it.
      const client = await BoardClient.open(TcpTransport.of(address));
      expect(client.description.armed).toBe(false);
      await client.close();
      expect(atRest(board)).toBe(true);
      expect(manifestOf(join(cwd, 'run'))).toMatchObject({ exitStatus: 'interrupted' });
      const lines = readFileSync(join(cwd, 'run/metrics.jsonl'), 'utf8').trim().split('\n');
      const more = String(lines.length + 1);
      const resumed = await ohmprop(['resume', 'run', '--epochs', more], { cwd });
      expect(resumed.stderr).toMatch(/no wiper is written: all 84 stand where they are wanted/);
      expect(resumed.code).toBe(0);
    });
  });

  it('an error that nobody foresaw: disarmed, checkpoint, exit code 1', async () => {
    const board = newBoard();
    await withServed(board, async (address) => {
      const cwd = scratch();
      const defect = 'process.on("SIGUSR2", () => { throw new Error("nobody foresaw it") })';
      const args = ['train', '--device', address, '--data', 'xor', '--epochs', '100000', '--out', 'run'];
      const child = spawn(
        process.execPath,
        ['--import', `data:text/javascript,${encodeURIComponent(defect)}`, mainFile, ...args],
        { cwd },
      );
      onTestFinished(() => void child.kill('SIGKILL'));
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk;
        if (said.includes('epoch 2/') && !said.includes('nobody foresaw')) child.kill('SIGUSR2');
      });
      expect(await ended(child)).toBe(1);
      expect(said).toMatch(/a defect of ohmprop, please report it: nobody foresaw it/);
      expect(said).toMatch(/to go on: ohmprop resume/);
      expect(atRest(board)).toBe(true);
      expect(manifestOf(join(cwd, 'run')).exitStatus).not.toBe('running');
    });
  });

  it('a command that only looks leaves the board at rest as well', async () => {
    const board = newBoard();
    await withServed(board, async (address) => {
      const cwd = scratch();
      const flags = ['--device', address, '--data', 'iris', '--epochs', '1', '--out', 'run'];
      await ohmprop(['train', ...flags], { cwd });
      expect(atRest(board)).toBe(true);
      const interruption = new AbortController();
      const looking = ohmprop(['eval', 'run', '--json'], { cwd, signal: interruption.signal });
      await until(() => !atRest(board));
      interruption.abort();
      const { code, stdout } = await looking;
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'interrupted' } });
      expect(code).toBe(130);
      expect(atRest(board)).toBe(true);
    });
  });

  it('a reader of stdout and stderr that goes away does not end the work, nor leave the board driven', async () => {
    const board = newBoard();
    await withServed(board, async (address) => {
      const child = startOhmprop(['board', 'sweep', address, '--pot', '3', '--points', '40']);
      child.stderr.destroy();
      await heard(child.stdout, /^tap,/);
      child.stdout.destroy();
      expect(await ended(child)).toBe(0);
      expect(atRest(board)).toBe(true);
    });
  });
});

describe('4: a second program on the same board', () => {
  it('hears at once that it is in use, and by whom, on TCP', async () => {
    const told: string[] = [];
    const served = await serveOnTcp(newBoard(), { port: 0, tell: (text) => told.push(text) });
    try {
      const first = await BoardClient.open(TcpTransport.of(served.address));
      const second = BoardClient.open(TcpTransport.of(served.address));
      await expect(second).rejects.toThrow(
        /in use by another program \(process \d+, since [^)]*\): it says "in use by 127\.0\.0\.1:\d+ since \d\d:\d\d:\d\d"/,
      );
      // Who is served is not disturbed.
      expect(await first.ping(Uint8Array.of(7))).toEqual(Uint8Array.of(7));
      await first.close();
      await until(() => told.some((text) => text.endsWith('has left')));
      expect(told.filter((text) => /is served|has left|sent away/.test(text))).toEqual([
        expect.stringMatching(/is served/),
        expect.stringMatching(/was sent away: in use by 127/),
        expect.stringMatching(/has left/),
      ]);
    } finally {
      await served.close();
    }
  });

  it('hears it on a serial port', async (context) => {
    const served = await serveOnPty(newBoard()).catch(() => undefined);
    if (served === undefined) return context.skip('no pseudo-terminals here');
    try {
      const first = await BoardClient.open(new SerialTransport(served.address));
      const second = BoardClient.open(new SerialTransport(served.address));
      await expect(second).rejects.toThrow(/in use by another program/);
      await first.close();
    } finally {
      await served.close();
    }
  });
});

describe('a board on TCP', () => {
  it('serves the next client whatever became of those before it', async () => {
    await withServed(newBoard(), async (address) => {
      const a = await socketTo(address);
      const b = await socketTo(address);
      b.destroy();
      a.destroy();
      for (let i = 0; i < 3; i++) {
        const next = await BoardClient.open(TcpTransport.of(address));
        expect(next.description.boots).toBe(1);
        await next.close();
      }
    });
  });

  it('takes no more than the board can take: what a flood sends stays with its sender', async () => {
    const board = newBoard();
    await withServed(board, async (address) => {
      const flood = await socketTo(address);
      flood.on('error', () => {});
      flood.write(Buffer.alloc(7_000_000, 0x55));
      // The board takes some of it, and its backlog stays within a read of the socket.
      let most = 0;
      const taken = board.cycles + 16e6;
      while (board.cycles < taken) {
        await new Promise((resolve) => setImmediate(resolve));
        most = Math.max(most, board.backlog_bytes);
      }
      expect(most).toBeGreaterThan(4096);
      expect(most).toBeLessThan(4096 + 65536 + 1);
      flood.destroy();
    });
  });

  it('lets a client go who says nothing, tells it so, and serves the next', async () => {
    const told: string[] = [];
    const served = await serveOnTcp(newBoard(), {
      port: 0,
      silence_seconds: 0.05,
      tell: (text) => told.push(text),
    });
    try {
      const silent = await socketTo(served.address);
      // The board has said that it started.
      expect(await heard(silent, /\n/)).toMatch(/let go: nothing was heard for 0\.05 s\r\n$/);
      const next = await socketTo(served.address);
      const servings = () => told.filter((text) => text.endsWith('is served')).length;
      await until(() => servings() === 2);
      expect(told[1]).toMatch(/^127\.0\.0\.1:\d+ was let go: nothing was heard/);
      next.destroy();
    } finally {
      await served.close();
    }
  });

  it('is served by a command that says who comes and how long it bears silence', async () => {
    const child = startOhmprop(['board', 'emulate', '--tcp', '0', '--silence', '100ms']);
    const address = (await heard(child.stdout, /\n/)).trim();
    const said = heard(child.stderr, /has left|let go: nothing/);
    const silent = await socketTo(address);
    expect(await said).toMatch(
      /one client at a time, let go after 100 ms of silence.*is served\n.*was let go/s,
    );
    silent.destroy();
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(143);
  });
});

describe('7: names that are no board', () => {
  it.each([
    [['train', '--device', 'vritual', '--data', 'xor'], /no device "vritual"; did you mean virtual\?/],
    [['train', '--device', 'simulated-bord', '--data', 'xor'], /did you mean simulated-board\?/],
    [['train', '--device', '', '--data', 'xor'], /no device named; name one: virtual/],
    [['train', '--device', 'the one on the left', '--data', 'xor'], /name one: virtual, .*a port such as/],
    [['board', 'info', 'vritual'], /did you mean virtual\?/],
    [['board', 'info', ''], /no device named/],
    [['board', 'info', 'simulated-board'], /a simulated board is on no line/],
    [
      ['board', 'stop', 'virtual'],
      /there is no such board to stop: a virtual board lives inside the command/,
    ],
    [['board', 'stop', 'virtaul'], /did you mean virtual\?/],
  ])('%j is refused', async (args, message) => {
    const cwd = scratch();
    const { code, stderr } = await ohmprop(args, { cwd });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(existsSync(join(cwd, 'runs'))).toBe(false);
  });
});

describe('a run on a board', () => {
  it('says how many wipers it writes, when it starts, goes on, and goes on with a board that holds something else', async () => {
    await withServed(newBoard(), async (address) => {
      const cwd = scratch();
      const train = ['train', '--device', address, '--data', 'xor', '--epochs', '1', '--out', 'run'];
      expect((await ohmprop(train, { cwd })).stderr).toMatch(
        /: \d\d of 84 wipers are written: a random start/,
      );
      expect((await ohmprop(['board', 'write', address, '0=200', '1=201', '2=202', '--yes'])).code).toBe(0);
      const resumed = await ohmprop(['resume', 'run', '--epochs', '2'], { cwd });
      expect(resumed.stderr).toMatch(/: 3 of 84 wipers are written: a saved state/);
      expect(resumed.code).toBe(0);
    });
  });
});

describe('10: replies that are held back', () => {
  it.each([0.2, 0.6, 3])(
    'for %s s in mid-training: the run goes on, and no wiper moves twice',
    async (seconds) => {
      const trained = async (hold: boolean) =>
        withServed(newBoard({ nominal: true }), async (address, served) => {
          const cwd = scratch();
          const args = ['train', '--device', address, '--data', 'xor', '--epochs', '6', '--out', 'run'];
          const running = ohmprop(args, { cwd });
          let ended = false;
          const end = running.finally(() => {
            ended = true;
          });
          await until(() => ended || existsSync(join(cwd, 'run/metrics.jsonl')));
          if (hold) served.paced.stall(seconds);
          const { code } = await end;
          expect(code).toBe(0);
          const client = await BoardClient.open(TcpTransport.of(address));
          const held = [...(await client.readTaps()).taps];
          await client.close();
          return held;
        });
      expect(await trained(true)).toEqual(await trained(false));
    },
  );
});

describe('the XOR board as drawn', () => {
  it('has a profile of its own, with its pump and its switches, and the firmware of the published board', async () => {
    // Of the schematic: 1 MΩ sets, 10 kΩ elsewhere, 100 Ω of a CD4053 at 5 V; 199 µS a volt, loaded with 99 µS.
    expect(Math.abs(xorNanoAsDrawn.nudgeConductance_S) * 1e6).toBeCloseTo(199, -0.5);
    expect(Math.abs(xorNanoAsDrawn.nudgeLoad_S) * 1e6).toBeCloseTo(99, -0.5);
    expect(xorNanoAsDrawn.switch_ohm).toBe(100);
    await withServed(newBoard({ profile: xorNanoAsDrawn }), async (address) => {
      const { code, stdout } = await ohmprop([
        'board',
        'info',
        address,
        '--board',
        'xor-nano-as-drawn',
        '--json',
      ]);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ board: 'xor-nano' });
    });
  });
});

describe('what later work brings', () => {
  it.todo('5: a udev rule that keeps ModemManager away (issue 16)');
});
