import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

describe('RUN', () => {
  it('is a directory, a unique end of its name, or last; which one is said on stderr', async () => {
    const cwd = scratch();
    const made: string[] = [];
    for (let run = 0; run < 2; run++) {
      expect((await ohmprop(['train', '--data', 'xor', '--epochs', '1'], { cwd })).code).toBe(0);
      // Two of one second are in no order by their names.
      made.push(...readdirSync(join(cwd, 'runs')).filter((name) => !made.includes(name)));
    }
    const [first, second] = made;
    const groups = async (run: string) => {
      const { stdout, stderr } = await ohmprop(['export', run, '--json'], { cwd });
      return { run: JSON.parse(stdout).run as string, stderr };
    };
    expect((await groups('last')).run).toBe(join(cwd, 'runs', second));
    expect((await groups('last')).stderr).toContain(`last is ${join('runs', second)}`);
    expect((await groups(first.slice(-6))).run).toBe(join(cwd, 'runs', first));
    expect(await groups(join('runs', first))).toEqual({ run: join(cwd, 'runs', first), stderr: '' });
    // Two of one name: the end that both have is none's.
    for (const end of ['a1', 'b1']) {
      mkdirSync(join(cwd, 'runs', end));
      writeFileSync(join(cwd, 'runs', end, 'config.yaml'), '');
    }
    const ambiguous = await ohmprop(['export', '1', '--json'], { cwd });
    expect(JSON.parse(ambiguous.stdout).error.code).toMatch(/run\.(ambiguous|not-found)/);
    expect(ambiguous.stderr).toMatch(/a1.*b1.*give more of the name/);
    expect(ambiguous.code).toBe(2);
  });

  it.each([
    [[], 'nosuch', /"nosuch" does not exist.*ohmprop train makes one/],
    [[], 'last', /there is no run under runs\/ yet/],
    [['2026-01-02_03-04-05_iris_0a1b2c'], 'iriss', /none of 1 runs .* ends so; did you mean iris_0a1b2c\?/],
    [['2026-01-02_03-04-05_iris_0a1b2c'], '0a1b2d', /did you mean 0a1b2c\?/],
  ])('of %j mistyped as %s names the nearest', async (runs, named, message) => {
    const cwd = scratch();
    for (const run of runs) {
      mkdirSync(join(cwd, 'runs', run), { recursive: true });
      writeFileSync(join(cwd, 'runs', run, 'config.yaml'), '');
    }
    const { code, stdout, stderr } = await ohmprop(['eval', named, '--json'], { cwd });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: expect.objectContaining({ code: 'run.not-found' }),
      files: [],
    });
    expect(stderr).toMatch(message);
  });
});

describe('a failure with --json', () => {
  const where = async (...args: string[]) => {
    const { stdout } = await ohmprop([...args, '--json'], { cwd });
    return JSON.parse(stdout).error.where;
  };
  const cwd = scratch();
  writeFileSync(join(cwd, 't.csv'), 'up,down,class\n1,2,a\n1,,b\n');
  writeFileSync(join(cwd, 'ragged.csv'), '1,2,a\n1,b\n');
  writeFileSync(join(cwd, 'c.yaml'), 'data: xor\ntraining:\n  epochs: -1\n');
  writeFileSync(join(cwd, 'no.yaml'), 'data: xor\ntraining: {\n');
  writeFileSync(join(cwd, 'a.cir'), 'title\nR1 a 0 1k\nR2 a 0 nonsense\n.end\n');
  writeFileSync(join(cwd, 'g.csv'), '1uS,2uS\n3uS,many\n');
  writeFileSync(join(cwd, 'v.csv'), '1\n1\n');

  it.each([
    [['train', '--data', 'csv:t.csv'], { file: 't.csv', line: 3, column: 2, field: 'down' }],
    [['train', '--data', 'csv:ragged.csv'], { file: 'ragged.csv', line: 2 }],
    [['train', 'c.yaml'], { file: 'c.yaml', line: 3, column: 11, field: 'training.epochs' }],
    [['train', 'no.yaml'], { file: 'no.yaml', line: 3 }],
    [['train', '--data', 'xor', '--set', 'training.epochs=-1'], { field: 'training.epochs' }],
    [['circuit', 'run', 'a.cir'], { file: 'a.cir', line: 3 }],
    [
      ['crossbar', 'solve', '--conductances', 'g.csv', '--inputs', 'v.csv'],
      { file: 'g.csv', line: 2, column: 2 },
    ],
  ])('%j says where', async (args, place) => {
    expect(await where(...args)).toMatchObject(place);
  });

  it('says no place where there is none', async () => {
    expect(await where('train', '--data', 'xor', '--epochs', '3', '--epochs', '5')).toBeUndefined();
  });
});

it('takes the flag of a setting once', async () => {
  const twice = await ohmprop(['train', '--data', 'xor', '--epochs', '3', '--epochs', '5'], {
    cwd: scratch(),
  });
  expect(twice.stderr).toMatch(/--epochs is given twice/);
  expect(twice.code).toBe(2);
});

it('leaves no emulator open whose address cannot be written', async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  await once(free, 'close');
  // a folder in which nobody makes files
  const args = ['board', 'emulate', '--tcp', String(port), '-o', '/proc/emulator.json'];
  expect((await ohmprop(args, { cwd: scratch() })).code).not.toBe(0);
  await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toThrow(/ECONNREFUSED/);
});

describe('-o', () => {
  const cell = (cwd: string, ...more: string[]) => ohmprop(['cell', 'list', ...more], { cwd });

  it('writes the answer by its ending, and over nothing without --force', async () => {
    const cwd = scratch();
    const first = await cell(cwd, '--json', '-o', 'a.json', '-o', 'b.json');
    expect(JSON.parse(first.stdout).files).toEqual(['a.json', 'b.json']);
    expect(existsSync(join(cwd, 'b.json'))).toBe(true);
    const again = await cell(cwd, '--json', '-o', 'a.json');
    expect([again.code, JSON.parse(again.stdout).error.code]).toEqual([2, 'records.exists']);
    expect((await cell(cwd, '-o', 'a.json', '--force')).code).toBe(0);
  });

  it.each([
    [['-o', 'a.txt'], /the name must end in \.json/],
    [['-o', 'none/a.json'], /no folder none/],
    [['-o', 'a.json', '-o', 'a.json'], /a\.json: named twice/],
    [['-o', 'a.json', '-o', './a.json'], /a\.json: named twice/],
  ])('%j is refused before any work', async (args, message) => {
    const { code, stdout, stderr } = await cell(scratch(), ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('--dry-run', () => {
  it('refuses a directory that is in use, as the run would', async () => {
    const cwd = scratch();
    mkdirSync(join(cwd, 'taken'));
    writeFileSync(join(cwd, 'taken', 'notes.txt'), 'mine');
    const { code, stderr } = await ohmprop(['train', '--data', 'xor', '--dry-run', '-o', 'taken/'], { cwd });
    expect(stderr).toMatch(/taken/);
    expect(code).toBe(2);
  });

  it('says what would be done, and touches nothing', async () => {
    const cwd = scratch();
    const { code, stdout } = await ohmprop(['train', '--data', 'xor', '--dry-run', '--json'], { cwd });
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ data: 'xor', files: [] })]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('says which β would be chosen, and refuses one that the network would not bear', async () => {
    const dry = ['train', '--data', 'xor', '--dry-run'];
    const chosen = await ohmprop([...dry, '--beta', 'auto']);
    expect(chosen.stdout).toMatch(
      /\nβ = \S+ \(\S+ .S\): a third of the .* it moves an output by .*V \(r\.m\.s\.\)/,
    );
    const asked = await ohmprop([...dry, '--beta', '0.01']);
    expect(asked.stdout).toMatch(/\nβ = 0\.01 .*which the network bears/);
    const large = await ohmprop([...dry, '--beta', '1000']);
    expect([large.code, large.stderr]).toEqual([
      2,
      expect.stringMatching(/β = 1000 .*is too large .*--beta auto/),
    ]);
    const none = await ohmprop([...dry, '--rule', 'contrastive-hebbian']);
    expect([none.code, none.stdout]).toEqual([0, expect.not.stringMatching(/β/)]);
  });
});

describe('settings in a YAML file', () => {
  it('are a configuration with options among its keys, the typed before the written', async () => {
    const cwd = scratch();
    writeFileSync(
      join(cwd, 'run.yaml'),
      'kind: experiment\nformat: 1\nout: run\ndata: xor\ntraining: {epochs: 2}\n',
    );
    const trained = await ohmprop(['train', 'run.yaml', '--epochs', '1', '--json'], { cwd });
    const { epochs, files } = JSON.parse(trained.stdout);
    expect([epochs.length, files[0]]).toEqual([1, join(cwd, 'run')]);
    writeFileSync(join(cwd, 'eval.yaml'), 'run: run\ntraining: {epochs: 2}\n');
    const refused = await ohmprop(['eval', '--config', 'eval.yaml'], { cwd });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/"training" is no option/)]);
    writeFileSync(join(cwd, 'eval.yaml'), 'run: run\ncells: {model: linear}\n');
    const tried = await ohmprop(['eval', '--config', 'eval.yaml'], { cwd });
    expect([tried.code, tried.stdout]).toEqual([0, expect.stringMatching(/in linear cells/)]);
  });

  it('stand by their paths, as the help says', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'run.yaml'), 'data: xor\nepochs: 2\n');
    const { code, stderr } = await ohmprop(['train', 'run.yaml', '--dry-run'], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/"epochs".* write training: \{ epochs: … \}/)]);
    const help = await ohmprop(['train', '--help']);
    expect(help.stdout.replace(/\s+/g, ' ')).toMatch(
      /--config <file> configuration .* by their paths as for --set/,
    );
  });
});

describe('--config', () => {
  const solve = (cwd: string, ...more: string[]) => ohmprop(['crossbar', 'solve', ...more], { cwd });
  const prepared = () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'g.csv'), '1mS,2mS\n3mS,4mS\n');
    writeFileSync(join(cwd, 'v.csv'), '0.5\n0.25\n');
    return cwd;
  };

  it('stands in place of flags, which go before it', async () => {
    const cwd = prepared();
    writeFileSync(
      join(cwd, 'solve.yaml'),
      'command: crossbar solve\nconductances: g.csv\ninputs: v.csv\nwire-row-ohm: 1kohm\nfloat-cols: 1\n',
    );
    const typed = [
      '--conductances',
      'g.csv',
      '--inputs',
      'v.csv',
      '--wire-row-ohm',
      '1kohm',
      '--float-cols',
      '1',
      '--json',
    ];
    const outputs = ({ stdout }: { stdout: string }) => JSON.parse(stdout).outputCurrents_A;
    const expected = outputs(await solve(cwd, ...typed));
    expect(outputs(await solve(cwd, 'solve.yaml', '--json'))).toEqual(expected);
    expect(outputs(await solve(cwd, '--config', 'solve.yaml', '--json'))).toEqual(expected);
    const ideal = outputs(await solve(cwd, 'solve.yaml', '--wire-row-ohm', '0', '--json'));
    expect(ideal[0][0]).toBeCloseTo(1.25e-3, 12);
  });

  it.each([
    ['crossbar', 'solve'],
    ['train', '--dry-run'],
  ])('%s %s: is refused beside another file, which nobody would open', async (...command) => {
    const { code, stdout, stderr } = await ohmprop([...command, 'a.yaml', '--config', 'b.yaml']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/"a.yaml" and --config "b.yaml": one file stands in place of flags/);
  });

  it.each([
    ['wireRow: 1\n', /"wireRow" is no option of ohmprop crossbar solve; did you mean "wire/],
    ['wire-row-ohm: 5V\n', /options.yaml: wire.*: "5V" is not a quantity in ohm/],
    ['command: cell list\n', /options.yaml: it is for ohmprop "cell list", not for ohmprop crossbar solve/],
    ['- 1\n', /needs a mapping/],
    ['a: [\n', /options.yaml:\d+:\d+: not YAML/],
    ['', /needs a mapping/],
  ])('%j is refused, naming the key', async (text, message) => {
    const cwd = prepared();
    writeFileSync(join(cwd, 'options.yaml'), text);
    const { code, stdout, stderr } = await solve(cwd, 'options.yaml', '--inputs', 'v.csv');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
