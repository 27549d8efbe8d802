import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lawOfText, parseSpice, readSpiceDeck, readSpiceFile } from '../../circuits/spice/index.js';
import { scratch } from '../scratch.js';

const read = (...lines: string[]) => parseSpice(['title', ...lines].join('\n'));
const many = (count: number, line: (k: number) => string) => Array.from({ length: count }, (_, k) => line(k));

describe('files that multiply or never end', () => {
  it('refuses instances of subcircuits that double forty times', () => {
    const doubling = many(39, (k) => `.subckt s${k + 1} a\nX1 a s${k}\nX2 a s${k}\n.ends`);
    expect(() => read('.subckt s0 a', '.ends', ...doubling, 'X1 a s39')).toThrow(
      /^netlist:\d+:1: .*instances of subcircuits/,
    );
  });

  it('refuses functions that call others twice, forty deep', () => {
    const doubling = many(38, (k) => `.func f${k + 1}(x) {f${k}(x)+f${k}(x)}`);
    expect(() => read('.func f0(x) {x}', ...doubling, 'R1 a 0 {f38(1)}')).toThrow(
      /^netlist:\d+:\d+: .*calls of the file's functions/,
    );
  });

  it('reads a sum over 784 nodes and refuses one of 20 000 terms', () => {
    const sum = (count: number) => many(count, (k) => `0.1*V(x${k})`).join('+');
    expect(read(`B1 a 0 V=${sum(784)}`, 'R1 a 0 1').size).toBe(2);
    expect(() => read(`B1 a 0 V=${sum(20_000)}`)).toThrow(/^netlist:2:\d+: the expression is too long/);
    expect(() => read(`R1 a 0 {${'1+'.repeat(20_000)}1}`)).toThrow(/^netlist:2:\d+: the expression is too/);
    expect(() => lawOfText(sum(20_000))).toThrow(/the expression is too long/);
  });
});

describe('elements that a card names', () => {
  it.each([
    [['F1 a 0 R1 1', 'R1 a 0 1'], 'netlist:2:8: r1 is no voltage source'],
    [['V1 a 0 1', 'C1 a 0 1n', '.dc C1 1 2 1'], 'netlist:4:5: c1 is no independent source or resistor'],
    [
      ['V1 a 0 1', 'D1 a 0 m', '.model m d(rs=1)', '.dc D1 1 2 1'],
      'netlist:5:5: d1 is no independent source',
    ],
    [['.lib'], 'netlist:2:5: .lib lacks'],
    [['.param p={1/0}', 'R1 a 0 {p}'], 'netlist:2:11: "1/0" is Infinity'],
  ])('%j', (lines, message) => {
    expect(() => read(...lines)).toThrow(message);
  });
});

describe('files that are no circuits', () => {
  const folder = scratch('spice');
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it('refuses an empty file, a title alone, and bytes that are no text', () => {
    expect(() => parseSpice('')).toThrow('netlist:1:1: there is no element');
    expect(() => read('.op', '.end')).toThrow('netlist:3:1: there is no element');
    expect(() => readSpiceFile(file('zeros.cir', 't\nR1 a 0 1k\0\n'))).toThrow(/no text: it holds zero/);
    expect(() => readSpiceFile(folder)).toThrow(/cannot read/);
  });

  it('brings included files into one text for a program that cannot open them', () => {
    file('leaf.inc', '.param r=2k ; ohms\n');
    file('part.inc', '.include leaf.inc\nR1 a 0\n+ {r}\n');
    const plain = 't\nR1 a 0 1k * kept as it is\n.end\n';
    expect(readSpiceDeck(file('plain.cir', plain))).toBe(plain);
    const deck = readSpiceDeck(file('top.cir', 't\nV1 a 0 1\n.include "part.inc"\n.op\n.end\n'));
    expect(deck.split('\n').map((line) => line.trim())).toEqual([
      't',
      'V1 a 0 1',
      '.param r=2k',
      'R1 a 0  {r}',
      '.op',
      '.end',
      '',
    ]);
    expect(() => readSpiceDeck(file('open.cir', 't\nR1 a 0 {1k\n'))).toThrow(/open\.cir:2:8: \{ is never/);
  });
});

describe('what people write by mistake', () => {
  const warned = (text: string) =>
    parseSpice(text).warnings.map(({ place, message }) => `${place} ${message}`);

  it('says that a first line like an element is none', () => {
    for (const title of [
      'V1 a 0 5',
      'r12 in out 4.7k',
      'C3 a 0 {c}',
      'V2 a 0 DC 5',
      'i1 0 a PULSE(0 1 0 1n)',
    ])
      expect(warned(`${title}\nR1 a 0 1k\n`)[0]).toMatch(
        /^netlist:1:1 the first line is only the title: ".*" is no/,
      );
    for (const title of [
      'R2R ladder of 8',
      'V1 of a power supply',
      'D1',
      'a divider 5',
      'C4 filter, 2nd order',
    ])
      expect(warned(`${title}\nR1 a 0 1k\n`)).toEqual([]);
  });

  it('reads lines that end in a return alone, and UTF-16 without a mark and with an Ω', () => {
    const folder = scratch('spice-letters');
    const deck = 't\nV1 a 0 5\nR1 a 0 2kΩ\n.end\n';
    const big = Buffer.from(deck, 'utf16le').swap16();
    for (const [name, bytes] of [
      ['mac', Buffer.from(deck.replaceAll('\n', '\r'))],
      ['little', Buffer.from(deck, 'utf16le')],
      ['big', big],
    ] as const) {
      const file = join(folder, `${name}.cir`);
      writeFileSync(file, bytes);
      expect(readSpiceFile(file).size).toBe(2);
    }
  });

  it('says that what follows .end is left out, where something does', () => {
    expect(warned('t\nR1 a 0 1k\n.end\nR2 a 0 1\n')).toEqual([
      'netlist:3:1 all that follows .end is left out; put .end last if it is meant to count',
    ]);
    expect(warned('t\nR1 a 0 1k\n.END\n\n* R2 a 0 1\n  ; so\n.end\n')).toEqual([]);
  });

  it('couples no inductor with itself', () => {
    const twice = (...names: string[]) =>
      read('L1 a 0 1m', 'L2 b 0 1m', 'V1 a 0 1', 'R1 b 0 1', `K1 ${names.join(' ')} .5`);
    expect(() => twice('L1', 'l1')).toThrow(/^netlist:6:7: l1 is coupled with itself; name two/);
    expect(() => twice('L1', 'L2', 'L2')).toThrow(/L2 is coupled with itself/);
  });

  it('steps by 0 nowhere', () => {
    const step = (card: string) => () => read('.param r=1', 'V1 a 0 1', 'R1 a 0 {r}', card);
    expect(step('.step param r 1 5 0')).toThrow(/a step of 0 never leads from 1 to 5/);
    expect(step('.step param r 1 1 0')).not.toThrow();
  });

  it('counts crossings of measures from 1, and takes a measure without the name of an analysis', () => {
    const measures = (card: string) => {
      const { analyses, warnings } = read('V1 a 0 1', 'R1 a 0 1k', '.tran 1u 1m', card);
      return [analyses.measures.map(({ name }) => name), warnings.length];
    };
    expect(measures('.meas tran m when v(a)=1 rise=0')).toEqual([[], 1]);
    expect(measures('.meas tran m when v(a)=1 rise=1.5')).toEqual([[], 1]);
    expect(measures('.meas tran m when v(a)=1 rise=12')).toEqual([['m'], 0]);
    expect(measures('.meas m max v(a)')).toEqual([['m'], 0]);
    expect(measures('.meas dc m max v(a)')).toEqual([[], 1]);
    expect(measures('.meas tran m rms v(a) from=1m to=1m')).toEqual([['m'], 1]);
  });
});
