import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BoardClient, boardLineLog } from '../../drivers/board/index.js';
import { LineRing, ReplayTransport } from '../../drivers/transport/index.js';
import { InProcessTransport } from '../../drivers/virtual-board/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';
import { newBoard, withServed } from './emulated-board.js';

// Case 14 of shared/data/cases/boards: every byte of a training, with time, direction and meaning.

const linesOf = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n');

describe('--record', () => {
  it('writes down a training byte for byte: when, which way, and what it was', async () => {
    await withServed(newBoard(), async (address) => {
      const cwd = scratch();
      const train = ['train', '--device', address, '--data', 'xor', '--epochs', '2', '--out', 'run'];
      const { code, stderr } = await ohmprop([...train, '--record', 'bytes.txt'], { cwd });
      expect(stderr).toMatch(/wrote bytes\.txt/);
      expect(code).toBe(0);
      const lines = linesOf(join(cwd, 'bytes.txt'));
      expect(lines[0]).toMatch(/^# ohmprop transcript 2/);
      expect(lines[1]).toMatch(/^# \+0\.000000 tcp:\/\/127\.0\.0\.1:\d+ is opened, \d{4}-\d\d-\d\dT/);
      const said = lines.filter((line) => !line.startsWith('#'));
      expect(said.filter((line) => !/^\+\d+\.\d{6} [<>] ([0-9a-f]{2})+( ; .+)?$/.test(line))).toEqual([]);
      const times = said.map((line) => Number(line.slice(1, line.indexOf(' '))));
      expect(times).toEqual([...times].sort((a, b) => a - b));
      const text = said.join('\n');
      for (const pattern of [
        /> \w+ ; hello #1, session [0-9a-f]{8}/,
        /< \w+ ; .*reply to hello #1: done/,
        /> \w+ ; arm #\d+: on, watchdog 2000 ms/,
        /> \w+ ; step #\d+: update 1, part 0, the last, 4 examples/,
        /> \w+ ; step #\d+: update 2, part 0, the last, 4 examples/,
        /> \w+ ; arm #\d+: off/,
      ]) {
        expect(text).toMatch(pattern);
      }
      // It ended well: the ring of the last minutes is gone.
      expect(readdirSync(join(cwd, 'run/logs'))).toEqual([]);
    });
  });

  it('is refused where there is no line, and leaves no file', async () => {
    const cwd = scratch();
    const { code, stderr } = await ohmprop(
      ['train', '--data', 'xor', '--epochs', '1', '--record', 'bytes.txt'],
      { cwd },
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/--record has no effect: a simulated network is on no line/);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('writes down what doctor says to a board; without one it is refused', async () => {
    await withServed(newBoard(), async (address) => {
      const cwd = scratch();
      await ohmprop(['doctor', address, '--record', 'bytes.txt'], { cwd });
      const text = readFileSync(join(cwd, 'bytes.txt'), 'utf8');
      expect(text.match(/> \w+ ; hello #\d+/g)?.length).toBeGreaterThanOrEqual(2);
      expect(text).not.toMatch(/arm #/);
      const none = await ohmprop(['doctor', '--record', 'none.txt'], { cwd });
      expect(none.code).toBe(2);
      expect(none.stderr).toMatch(/--record has no effect: without an address no line is opened/);
    });
  });

  it('replaces no file without --force', async () => {
    const cwd = scratch();
    const info = ['board', 'info', 'virtual', '--record', 'bytes.txt'];
    expect((await ohmprop(info, { cwd })).code).toBe(0);
    const again = await ohmprop(info, { cwd });
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/bytes\.txt exists, and is not overwritten/);
    expect((await ohmprop([...info, '--force'], { cwd })).code).toBe(0);
  });

  it('a transcript plays back as a test', async () => {
    const cwd = scratch();
    const recorded = await ohmprop(['board', 'record', 'virtual', 'session.txt', '--json'], { cwd });
    expect(recorded.code).toBe(0);
    const replay = new ReplayTransport(join(cwd, 'session.txt'));
    const client = await BoardClient.open(replay, { session: 1 });
    expect(client.identity).toBe('V0000001');
    expect(replay.left).toBeGreaterThan(10);
  });

  it('says of foreign text, damaged frames and emergency stops what they are', async () => {
    const lines: string[] = [];
    const log = boardLineLog();
    log.add({ note: (line) => lines.push(line) });
    const line = new InProcessTransport(newBoard());
    const watched = log.watch(line);
    await watched.open();
    await watched.write(new TextEncoder().encode('AT+GCAP\r'));
    await watched.write(new Uint8Array(10));
    await watched.write(Uint8Array.of(0, 3, 7, 9, 0));
    expect(lines.join('\n')).toMatch(/> 41542b474341500d ; text "AT\+GCAP"/);
    // What was begun before the zeros is ended by them.
    expect(lines.join('\n')).toMatch(/> 0{20} ; 1 damaged; emergency stop/);
    expect(lines.join('\n')).toMatch(/> 0003070900 ; 1 damaged/);
  });
});

describe('the ring of the last minutes', () => {
  it('is kept in the run’s logs when the run fails, and named', async () => {
    const board = newBoard();
    await withServed(board, async (address, served) => {
      const cwd = scratch();
      const train = ['train', '--device', address, '--data', 'xor', '--epochs', '100000', '--out', 'run'];
      train.push('--board-patience', '0s');
      let ended = false;
      const running = ohmprop(train, { cwd }).finally(() => {
        ended = true;
      });
      const metrics = join(cwd, 'run/metrics.jsonl');
      while (!ended && (!existsSync(metrics) || linesOf(metrics).length < 2)) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      await served.close();
      const { code, stderr } = await running;
      expect(code).toBe(1);
      const [file] = readdirSync(join(cwd, 'run/logs'));
      expect(stderr).toContain(`what went over the line before that: ${join(cwd, 'run/logs', file)}`);
      const text = readFileSync(join(cwd, 'run/logs', file), 'utf8');
      expect(text).toMatch(/> \w+ ; hello #1/);
      expect(text).toMatch(/the line is lost/);
    });
  });

  it('is there while the run goes on, for whoever finds it after the process was killed', () => {
    const folder = scratch();
    const ring = new LineRing();
    ring.note('+0.000000 > 00');
    ring.keepIn(join(folder, 'logs'));
    ring.note('+0.100000 < 00');
    const [file] = readdirSync(join(folder, 'logs'));
    expect(linesOf(join(folder, 'logs', file)).slice(1)).toEqual(['+0.000000 > 00', '+0.100000 < 00']);
    ring.discard();
    expect(readdirSync(join(folder, 'logs'))).toEqual([]);
  });

  it('forgets what is older: no more than two stretches', () => {
    const folder = scratch();
    const ring = new LineRing();
    ring.keepIn(folder);
    const line = `+1.000000 > ${'00'.repeat(50_000)}`;
    for (let n = 0; n < 400; n++) ring.note(`${line}${n.toString(16).padStart(4, '0')}`);
    const names = readdirSync(folder).sort();
    expect(names).toEqual([expect.stringMatching(/-before\.txt$/), expect.stringMatching(/\d\.txt$/)]);
    const sizes = names.map((name) => readFileSync(join(folder, name)).length);
    expect(Math.max(...sizes)).toBeLessThan(9e6);
    expect(readFileSync(join(folder, names[1]), 'utf8').trimEnd().endsWith('018f')).toBe(true);
    ring.discard();
  });
});
