import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, createDeflateRaw, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeNpy } from '../../records/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

const cases = join(import.meta.dirname, '..', 'golden', 'cases', 'input');
const inCases = (name: string) => join(cases, name);

/** Ends at once, with bad input, in words, and without a control character. */
async function refused(args: string[], message: RegExp, cwd = scratch()): Promise<string> {
  const { code, stderr, stdout } = await ohmprop(args, { cwd });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/a defect of ohmprop|\n\s+at /);
  expect(stderr).not.toMatch(/[^\P{Cc}\n\t]/u);
  expect(stderr.length).toBeLessThan(2000);
  expect(stdout).toBe('');
  expect(code).toBe(2);
  return stderr;
}

describe('files that go wrong', () => {
  it('an array whose data begin anywhere is read (3.2)', async () => {
    const args = [
      'crossbar',
      'solve',
      '--resistances',
      inCases('unaligned.npy'),
      '--inputs',
      inCases('v2.csv'),
    ];
    const { code, stdout, stderr } = await ohmprop([...args, '--json']);
    expect(stderr).not.toMatch(/defect/);
    expect(code).toBe(0);
    const { outputCurrents_A } = JSON.parse(stdout);
    expect(outputCurrents_A.flat()[0]).toBeCloseTo(583.333e-6, 9);
    expect(outputCurrents_A.flat()[1]).toBeCloseTo(312.5e-6, 9);
  });

  it.each([
    ['sum-ones.yaml', /there is no function "(sum|ones)"/],
    ['unit.yaml', /there is no function "createUnit"/],
    ['evaluate.yaml', /there is no function "evaluate"/],
  ])('a model takes elementary functions only: %s (3.3)', async (file, message) => {
    await refused(['cell', 'sweep', inCases(file)], message);
  });

  it('files that include each other many times over end (3.4)', async () => {
    await refused(['circuit', 'check', inCases('include-tree/top.cir')], /more than 2000 files are included/);
  });

  it('a device, a pipe or a directory is no file (3.4)', async () => {
    const cwd = scratch();
    const deck = join(cwd, 'zero.cir');
    writeFileSync(deck, 'title\n.include /dev/zero\nR1 a 0 1\n.op\n.end\n');
    await refused(
      ['circuit', 'check', deck],
      /cannot read \/dev\/zero: this is a device, not a regular file/,
    );
    await refused(['circuit', 'check', '/dev/zero'], /this is a device/);
    execFileSync('mkfifo', [join(cwd, 'pipe.csv'), join(cwd, 'pipe.yaml')]);
    for (const file of ['/dev/zero', join(cwd, 'pipe.csv')]) {
      await refused(['train', '--data', `csv:${file}`], /this is a (device|pipe), not a regular file/);
      const solve = ['crossbar', 'solve', '--conductances', file, '--inputs', inCases('v2.csv')];
      await refused(solve, /this is a (device|pipe), not a regular file/);
    }
    await refused(['train', join(cwd, 'pipe.yaml')], /this is a pipe, not a regular file/);
    await refused(['train', cwd], /this is a directory/);
    await refused(['cell', 'sweep', join(cwd, 'pipe.yaml')], /this is a pipe/);
  });

  it('control characters of a file are shown, and of a cell 80 characters (3.6)', async () => {
    const cwd = scratch();
    const said = await refused(['train', '--data', `csv:${inCases('escape.csv')}`], /\\x1b\]0;TITLE/);
    expect(said).toMatch(/line 2, column 1/);
    writeFileSync(join(cwd, 'long.csv'), `x,y,label\n${'z'.repeat(60_000)},2,red\n1,2,blue\n`);
    expect((await refused(['train', '--data', 'csv:long.csv'], /"z{79}…"/, cwd)).length).toBeLessThan(300);
    writeFileSync(join(cwd, 'huge.csv'), `x,y,label\n${'z'.repeat(5_000_000)},2,red\n1,2,blue\n`);
    await refused(['train', '--data', 'csv:huge.csv'], /the cell has 5000000 characters/, cwd);
    writeFileSync(join(cwd, 'bidi.csv'), 'x,y,label\n\u202e1,2,red\n1,2,blue\n');
    await refused(['train', '--data', 'csv:bidi.csv'], /"\\u202e1"/, cwd);
    writeFileSync(join(cwd, 'esc.yaml'), 'data: "\\e]0;TITLE\\a"\n');
    await refused(['train', 'esc.yaml'], /\\x1b\]0;TITLE\\x07/, cwd);
  });

  it('no key reaches a prototype (3.9)', async () => {
    const cwd = scratch();
    await refused(['train', inCases('proto.yaml')], /"__proto__": unknown key/);
    await refused(['train', '--set', 'training={__proto__: {x: 1}}'], /"__proto__": unknown key/);
    await refused(['train', '--set', 'training.__proto__.x=1'], /__proto__ is no key/);
    await refused(['train', '--set', 'constructor.prototype={x: 1}'], /constructor is no key/);
    writeFileSync(join(cwd, 'inner.yaml'), 'data: xor\ntraining: { constructor: { prototype: 1 } }\n');
    await refused(['train', 'inner.yaml'], /"training.constructor": unknown key/, cwd);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('references that multiply, and nesting without end, are refused', async () => {
    const cwd = scratch();
    const laughs = ['a: &a0 [x,x,x,x,x,x,x,x,x,x]'];
    for (let k = 1; k < 12; k++)
      laughs.push(
        `a${k}: &a${k} [${Array(10)
          .fill(`*a${k - 1}`)
          .join(',')}]`,
      );
    writeFileSync(join(cwd, 'laughs.yaml'), laughs.join('\n'));
    await refused(['train', 'laughs.yaml'], /[Ee]xcessive alias count|more than 1000000 values/, cwd);
    writeFileSync(join(cwd, 'deep.yaml'), `data: ${'['.repeat(50_000)}`);
    await refused(['train', 'deep.yaml'], /nested|not YAML/, cwd);
    writeFileSync(join(cwd, 'large.yaml'), `data: ${'x'.repeat(2 ** 21)}`);
    await refused(['train', 'large.yaml'], /2097158 bytes, 262144 are the most/, cwd);
    writeFileSync(join(cwd, 'long.yaml'), `data: ${'x'.repeat(2 ** 16)}`);
    await refused(['train', 'long.yaml'], /65536 are the most/, cwd);
  });
});

describe('a checkpoint from somebody else', () => {
  it('that unpacks to gigabytes is refused after its headers (3.5)', async () => {
    const cwd = scratch();
    const train = ['train', '--preset', 'xor', '--layers', '8', '--epochs', '2', '--out', 'run'];
    expect((await ohmprop(train, { cwd })).code).toBe(0);
    const folder = join(cwd, 'run', 'checkpoints');
    const newest = readdirSync(folder).sort().at(-1)!;
    for (const name of readdirSync(folder)) if (name !== newest) rmSync(join(folder, name));

    // As `cases/input/make-bomb.py`, smaller: no state, members that are zeros without end.
    writeFileSync(join(folder, newest), bomb({ 'bomb.npy': await zeros(2 ** 26) }));
    const before = process.memoryUsage.rss();
    await refused(['eval', 'run'], /state\.json is missing, so it is no checkpoint/, cwd);

    // With a state that names them: their shape is not the one that it says, or they are too large to unpack.
    const state = {
      container: 'ohmprop-checkpoint/1',
      format: 'ohmprop-training/2',
      step: 1,
      arrays: ['g1'],
      values: {},
    };
    const member = await zeros(2 ** 29);
    const write = async (more: object) =>
      writeFileSync(
        join(folder, newest),
        bomb({
          'state.json': await packed(Buffer.from(JSON.stringify({ ...state, ...more }))),
          'g1.npy': member,
        }),
      );
    await write({ lengths: { g1: 16 } });
    await refused(['eval', 'run'], /shape \(67108848\); state\.json says 16 elements/, cwd);
    await write({});
    await refused(['eval', 'run'], /unpacked it has 536870912 bytes; 268435456 are the most/, cwd);
    expect(process.memoryUsage.rss() - before).toBeLessThan(300e6);
  });
});

interface Member {
  readonly stored: Buffer;
  readonly bytes: number;
}

async function packed(content: Buffer): Promise<Member> {
  return { stored: await deflated([content]), bytes: content.length };
}

/** A `.npy` of zeros that has `bytes` bytes in all. */
function zeros(bytes: number): Promise<Member> {
  const [head] = encodeNpy(new Float64Array((bytes - 128) / 8));
  const block = Buffer.alloc(2 ** 20);
  const rest = bytes - head.length;
  const parts = [
    Buffer.from(head),
    ...Array(Math.floor(rest / block.length)).fill(block),
    block.subarray(0, rest % block.length),
  ];
  return deflated(parts).then((stored) => ({ stored, bytes }));
}

function deflated(parts: readonly Buffer[]): Promise<Buffer> {
  return new Promise((resolve) => {
    const out: Buffer[] = [];
    const deflate = createDeflateRaw();
    deflate.on('data', (part: Buffer) => out.push(part));
    deflate.on('end', () => resolve(Buffer.concat(out)));
    for (const part of parts) deflate.write(part);
    deflate.end();
  });
}

/** An archive with wrong checksums: what is refused in time is never held to them. */
function bomb(members: Readonly<Record<string, Member>>): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, { stored, bytes }] of Object.entries(members)) {
    const crc = name === 'state.json' ? crc32(inflateRawSync(stored)) : 0;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(stored.length, 14);
    common.writeUInt32LE(bytes, 18);
    common.writeUInt16LE(name.length, 22);
    const head = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name)]);
    const entry = Buffer.concat([
      Buffer.from('PK\x01\x02\x14\x00'),
      common,
      Buffer.alloc(14),
      Buffer.from(name),
    ]);
    entry.writeUInt32LE(offset, 42);
    local.push(head, stored);
    directory.push(entry);
    offset += head.length + stored.length;
  }
  const table = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(table.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, table, end]);
}
