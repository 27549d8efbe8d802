import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';
import { withEmulator } from './emulated-board.js';

describe('ohmprop board', () => {
  it('info, as JSON, without arming', async () => {
    const { code, stdout } = await ohmprop(['board', 'info', 'virtual', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      board: 'reference',
      firmware: '1.0.0',
      pots: 84,
      armed: false,
    });
  });

  it('selftest of both boards', async () => {
    for (const board of ['reference', 'xor-nano']) {
      const { code, stdout } = await ohmprop(['board', 'selftest', 'virtual', '--board', board]);
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/FAILED/);
      expect(stdout.match(/^ok/gm)?.length).toBeGreaterThanOrEqual(8);
    }
  });

  it('sweep, map and record write what they say', async () => {
    const cwd = scratch();
    const sweep = await ohmprop(
      ['board', 'sweep', 'virtual', '--pot', '12', '--points', '3', '--out', 's.csv'],
      { cwd },
    );
    expect(sweep.code).toBe(0);
    const [head, ...rows] = readFileSync(join(cwd, 's.csv'), 'utf8').trim().split('\n');
    expect(head).toBe('tap,measured_S,nominal_S');
    expect(rows.length).toBe(3);
    const map = await ohmprop(['board', 'map', 'virtual', '--out', 'map.svg'], { cwd });
    expect(map.code).toBe(0);
    expect(readFileSync(join(cwd, 'map.svg'), 'utf8')).toMatch(/^<svg/);
    await ohmprop(['board', 'record', 'virtual', 'session.txt'], { cwd });
    expect(existsSync(join(cwd, 'session.txt'))).toBe(true);
  });

  it('serves a board in its own process, which is written, read, trained and stopped over TCP', async () => {
    await withEmulator([], async (address) => {
      const cwd = scratch();
      expect((await ohmprop(['board', 'write', address, '5=77', '6=99'])).code).toBe(0);
      const read = await ohmprop(['board', 'read', address]);
      expect(read.stdout).toMatch(/^5,77,.*\n6,99,/m);
      // what was read is a table to write
      writeFileSync(join(cwd, 'taps.csv'), `# after a lesson\n${read.stdout.replace('5,77,', '5,78,')}`);
      expect((await ohmprop(['board', 'write', address, 'taps.csv'], { cwd })).code).toBe(0);
      expect((await ohmprop(['board', 'read', address])).stdout).toMatch(/^5,78,.*\n6,99,/m);
      const run = await ohmprop(
        ['train', '--device', address, '--data', 'xor', '--epochs', '2', '--out', 'run', '--json'],
        { cwd },
      );
      expect(run.code).toBe(0);
      expect(JSON.parse(readFileSync(join(cwd, 'run/manifest.json'), 'utf8')).device).toMatchObject({
        firmware: '1.0.0',
        line: address,
      });
      expect((await ohmprop(['board', 'info', address, '--json'])).stdout).toMatch(/"armed":\s*false/);
      expect((await ohmprop(['board', 'stop', address])).stderr).toMatch(/the board has stopped/);
      expect((await ohmprop(['board', 'info', address, '--json'])).stdout).toMatch(/"armed":\s*false/);
      const holder = connect(Number(address.split(':')[2]), '127.0.0.1');
      try {
        await new Promise((resolve) => holder.once('connect', resolve));
        const unheard = await ohmprop(['board', 'stop', address]);
        expect(unheard).toMatchObject({ code: 1 });
        expect(unheard.stderr).toMatch(/nobody knows that it has stopped/);
      } finally {
        holder.destroy();
      }
    });
  });
});

describe('ohmprop train on a board', () => {
  it('tells what it would do, and does nothing', async () => {
    const { code, stderr } = await ohmprop([
      'train',
      '--device',
      '/dev/ttyNOTHERE',
      '--data',
      'iris',
      '--dry-run',
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/1050 updates from 15750 examples.*±1\.75 V.*mA/s);
  });

  it('goes on from a run on the simulated twin', async () => {
    const cwd = scratch();
    await ohmprop(
      [
        'train',
        '--device',
        'simulated-board',
        '--parts',
        'nominal',
        '--data',
        'xor',
        '--epochs',
        '60',
        '--out',
        'twin',
      ],
      { cwd },
    );
    const { code, stderr } = await ohmprop(
      [
        'train',
        '--device',
        'virtual',
        '--data',
        'xor',
        '--from',
        'twin',
        '--mismatch',
        '0.5',
        '--epochs',
        '2',
        '--out',
        'board',
      ],
      { cwd },
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/starting from twin: \d/);
  });

  it('refuses bad input with 2 and a lost board with 1', async () => {
    const unfit = await ohmprop(['train', '--device', 'virtual', '--data', 'digits']);
    expect(unfit).toMatchObject({ code: 2 });
    expect(unfit.stderr).toMatch(/256 features and 10 classes do not fit/);
    const gone = await ohmprop(['train', '--device', '/dev/ttyNOTHERE', '--data', 'xor']);
    expect(gone).toMatchObject({ code: 1 });
    expect(gone.stderr).toMatch(/ttyNOTHERE.*board list/s);
    const cwd = scratch();
    for (const [text, message] of [
      ['pot,tap\n5,50\n\n6,3\n', /taps\.csv: line 4: taps go from 4 to 255, got 3 for pot 6/],
      ['pot,tap\n5,50\n6,x\n', /taps\.csv: line 3, column 2: "x" is not a number/],
      ['pot,position\n5,50\n', /taps\.csv: line 1: there is no column "tap"/],
      ['"pot,tap\n5,50\n', /taps\.csv: not CSV/],
    ] as const) {
      writeFileSync(join(cwd, 'taps.csv'), text);
      const table = await ohmprop(['board', 'write', 'virtual', 'taps.csv'], { cwd });
      expect(table).toMatchObject({ code: 2 });
      expect(table.stderr).toMatch(message);
    }
    const tap = await ohmprop(['board', 'write', 'virtual', '5=3']);
    expect(tap).toMatchObject({ code: 2 });
    expect(tap.stderr).toMatch(/taps go from 4 to 255, got 3 for pot 5/);
  });

  it('refuses flags that are no numbers, ports that cannot be and files that cannot be written', async () => {
    const refused: [args: string[], message: RegExp][] = [
      [['info', 'virtual', '--seed', 'abc'], /whole number from 0/],
      [['info', 'virtual', '--mismatch', '3'], /from 0 to 0.9/],
      [['info', 'tcp://127.0.0.1:99999'], /up to 65535/],
      [['emulate', '--tcp', '99999'], /from 0 to 65535/],
      [['emulate', '--tcp', '0', '--drop', 'some'], /--drop.*"some" is not a number/],
      [['emulate', '--tcp', '0', '--drop', '1.5'], /--drop.*from 0 to 1/],
      [['record', 'virtual', 'nowhere/session.txt'], /cannot write nowhere\/session.txt/],
    ];
    for (const [args, message] of refused) {
      const { code, stderr } = await ohmprop(['board', ...args]);
      expect([args, code]).toEqual([args, 2]);
      expect(stderr).toMatch(message);
    }
  });

  it('doctor looks around', async () => {
    expect((await ohmprop(['doctor'])).stdout).toMatch(/^ok {5}Node/);
  });
});
