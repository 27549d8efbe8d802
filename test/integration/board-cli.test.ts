import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { requireConsent } from '../../cli/consent.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';
import { withEmulator } from './emulated-board.js';

describe('ohmprop board', () => {
  it('info, as JSON, without arming', async () => {
    const { code, stdout } = await ohmprop(['board', 'info', 'virtual', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      board: 'reference',
      firmware: '2.1.0',
      pots: 84,
      armed: false,
    });
  });

  it('selftest of both boards', async () => {
    for (const board of ['reference', 'xor-nano']) {
      const { code, stdout } = await ohmprop(['board', 'selftest', 'virtual', '--board', board]);
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/FAILED/);
      expect(stdout.match(/^ok/gm)?.length).toBeGreaterThanOrEqual(6);
    }
  }, 120_000);

  it('sweep, map and record write what they say', async () => {
    const cwd = scratch();
    const sweep = await ohmprop(
      ['board', 'sweep', 'virtual', '--pot', '12', '--points', '3', '-o', 's.csv'],
      { cwd },
    );
    expect(sweep.code).toBe(0);
    const [head, ...rows] = readFileSync(join(cwd, 's.csv'), 'utf8').trim().split('\n');
    expect(head).toBe('tap,measured_S,nominal_S');
    expect(rows.length).toBe(3);
    const map = await ohmprop(['board', 'map', 'virtual', '-o', 'map.svg', '--figure', '85mm', '--json'], {
      cwd,
    });
    expect(map.code).toBe(0);
    expect(readFileSync(join(cwd, 'map.svg'), 'utf8')).toMatch(/^<svg[^>]* width="85mm"/);
    const { pots, files } = JSON.parse(map.stdout);
    expect(files).toEqual(['map.svg', 'map.csv']);
    expect([pots.length, pots[0]]).toMatchObject([84, { pot: 0, from: 'x0+', to: 'h0' }]);
    const record = await ohmprop(['board', 'record', 'virtual', 'session.txt', '--json'], { cwd });
    expect(JSON.parse(record.stdout)).toMatchObject({ failed: 0, files: ['session.txt'] });
    expect(existsSync(join(cwd, 'session.txt'))).toBe(true);
    const again = await ohmprop(['board', 'record', 'virtual', 'session.txt'], { cwd });
    expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/session\.txt.*--force/)]);
    const old = await ohmprop(
      ['board', 'sweep', 'virtual', '--pot', '3', '--points', '2', '--plot', 'p.svg'],
      { cwd },
    );
    expect(old.stderr).toMatch(/^warning: --plot is now --out/);
    expect(old.stdout).toMatch(/^tap,measured_S,nominal_S\n4,/);
  });

  it('serves a board in its own process, which is written, read, trained and stopped over TCP', async () => {
    await withEmulator([], async (address) => {
      const cwd = scratch();
      expect((await ohmprop(['board', 'write', address, '5=77', '6=99', '--yes'])).code).toBe(0);
      const read = await ohmprop(['board', 'read', address]);
      expect(read.stdout).toMatch(/^5,77,.*\n6,99,/m);
      // what was read is a table to write
      writeFileSync(join(cwd, 'taps.csv'), `# after a lesson\n${read.stdout.replace('5,77,', '5,78,')}`);
      expect((await ohmprop(['board', 'write', address, 'taps.csv', '--yes'], { cwd })).code).toBe(0);
      expect((await ohmprop(['board', 'read', address])).stdout).toMatch(/^5,78,.*\n6,99,/m);
      const run = await ohmprop(
        ['train', '--device', address, '--data', 'xor', '--epochs', '2', '--out', 'run', '--json'],
        { cwd },
      );
      expect(run.code).toBe(0);
      expect(JSON.parse(readFileSync(join(cwd, 'run/manifest.json'), 'utf8')).device).toMatchObject({
        firmware: '2.1.0',
        line: address,
      });
      expect((await ohmprop(['board', 'info', address, '--json'])).stdout).toMatch(/"armed":\s*false/);
      expect((await ohmprop(['board', 'stop', address])).stdout).toMatch(/the board has stopped/);
      expect((await ohmprop(['board', 'info', address, '--json'])).stdout).toMatch(/"armed":\s*false/);
      const holder = connect(Number(address.split(':')[2]), '127.0.0.1');
      try {
        await new Promise((resolve) => holder.once('connect', resolve));
        // Somebody else is served: a stop is passed on all the same.
        const past = await ohmprop(['board', 'stop', address]);
        expect(past).toMatchObject({ code: 0 });
      } finally {
        holder.destroy();
      }
    });
  });
});

describe('consent', () => {
  it('is needed to move wipers of a board that is there, and says what would be moved', async () => {
    await withEmulator([], async (address) => {
      const write = ['board', 'write', address, '5=77', '6=99', '--json'];
      const asked = await ohmprop(write);
      expect(asked.code).toBe(2);
      expect(asked.stderr).toMatch(
        /moves 2 of 84 potentiometers of reference board .*5: \d+ → 77, 6: \d+ → 99; \d+ wiper steps\); inputs stay at 0 V\n.*say --yes/,
      );
      expect(JSON.parse(asked.stdout)).toMatchObject({ error: { code: 'consent.missing' }, files: [] });
      expect((await ohmprop(['board', 'read', address])).stdout).not.toMatch(/^5,77,/m);
      const done = await ohmprop([...write, '--yes']);
      expect([done.code, JSON.parse(done.stdout)]).toMatchObject([
        0,
        {
          moved: [
            { pot: 5, to: 77 },
            { pot: 6, to: 99 },
          ],
          unchanged: 0,
        },
      ]);
      // Nothing to move, nobody to ask.
      expect(await ohmprop(['board', 'write', address, '5=77'])).toMatchObject({
        code: 0,
        stdout: '0 potentiometers set, 1 as they were\n',
      });
      const other = await ohmprop(['board', 'read', address, '--board', 'xor-nano']);
      expect([other.code, other.stderr]).toEqual([
        2,
        expect.stringMatching(/this is a reference board, --board asks for xor-nano/),
      ]);
    });
  });

  it.each([
    ['y\n', true],
    ['Yes\n', true],
    ['\n', false],
    ['no\n', false],
  ])('at a terminal is asked for: %j', async (typed, goesOn) => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const stderr = new PassThrough();
    stdin.end(typed);
    const asked = requireConsent({ stdin, stderr, stdout: stderr, env: {} }, 'moves 3', false);
    if (goesOn) await asked;
    else await expect(asked).rejects.toThrow('nothing was changed');
    expect(String(stderr.read())).toMatch(/^moves 3\nGo on\? \[y\/N\] /);
  });

  it('help says of every verb whether it looks, drives or moves', async () => {
    const { stdout } = await ohmprop(['board', '--help']);
    for (const [verb, does] of [
      ...['list', 'info', 'read', 'map'].map((verb) => [verb, 'looks']),
      ...['sweep', 'record'].map((verb) => [verb, 'drives']),
      ...['write', 'selftest'].map((verb) => [verb, 'moves']),
      ['stop', 'makes safe'],
    ]) {
      expect(stdout).toMatch(new RegExp(`^ +${verb} .*${does}: `, 'm'));
      const said = (await ohmprop(['board', verb, '--help'])).stdout;
      expect(said.toLowerCase()).toMatch(new RegExp(`^${does}: `, 'm'));
    }
  });
});

describe('ohmprop train on a board', () => {
  it('tells what it would do, and does nothing', async () => {
    const { code, stdout } = await ohmprop([
      'train',
      '--device',
      '/dev/ttyNOTHERE',
      '--data',
      'iris',
      '--dry-run',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/1050 updates from 15750 examples.*±1\.75 V.*mA/s);
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
    for (const [word, message] of [
      ['5=3', /taps go from 4 to 255, got 3 for pot 5/],
      ['0=100.5', /0=100\.5: taps go from 4 to 255, got 100\.5 for pot 0; a tap is a whole number/],
      ['0=1e2', /got 1e2 for pot 0; a tap is a whole number/],
      ['0=', /got nothing for pot 0/],
      ['-1=100', /-1=100: write pot=tap/],
      ['all=100', /all=100: write pot=tap, both whole numbers/],
      ['84=100', /pots 0 … 83, got 84/],
    ] as const) {
      const { code, stderr } = await ohmprop(['board', 'write', 'virtual', '--', word]);
      expect([word, code, stderr]).toEqual([word, 2, expect.stringMatching(message)]);
    }
  });

  it('refuses flags that are no numbers, ports that cannot be and files that cannot be written', async () => {
    const refused: [args: string[], message: RegExp][] = [
      [['info', 'virtual', '--seed', 'abc'], /--seed: needs a whole number, got "abc"/],
      [['info', 'virtual', '--mismatch', '3'], /--mismatch: needs 0.9 or less, got "3"/],
      [
        ['info', 'virtual', '--board', 'referenz'],
        /--board: needs one of reference, xor-nano.*did you mean reference/,
      ],
      [
        ['info', '/dev/ttyNOTHERE', '--seed', '3', '--mismatch', '1%'],
        /--seed, --mismatch: for a virtual board/,
      ],
      [['sweep', 'virtual', '--pot', '84'], /--pot 84: a reference board has pots 0 … 83/],
      [['sweep', 'virtual', '--pot', '3.5'], /--pot: needs a whole number/],
      [['info', 'tcp://127.0.0.1:99999'], /up to 65535/],
      [['emulate', '--tcp', '99999'], /--tcp: needs 65535 or less/],
      [['emulate', '--tcp', '0', '--drop', 'some'], /--drop.*"some" is not a number/],
      [['emulate', '--tcp', '0', '--drop', '1.5'], /--drop: needs 1 or less/],
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
