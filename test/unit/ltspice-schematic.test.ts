import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSpiceFile, type SpiceCircuit } from '../../circuits/spice/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';
import { scratch } from '../scratch.js';

const folder = scratch('schematic');
let count = 0;

/** A circuit from the lines of a drawing. */
function drawn(...lines: string[]): SpiceCircuit {
  const path = join(folder, `drawing${count++}.asc`);
  writeFileSync(path, ['Version 4', 'SHEET 1 880 680', ...lines, ''].join('\n'));
  return readSpiceFile(path);
}

const part = (symbol: string, at: string, turn: string, name: string, value: string): string[] => [
  `SYMBOL ${symbol} ${at} ${turn}`,
  'WINDOW 0 36 40 Left 2',
  `SYMATTR InstName ${name}`,
  `SYMATTR Value ${value}`,
];

/** 1 V at `a`, on the left of everything. */
const supply = [...part('voltage', '0 0', 'R0', 'V1', '1'), 'FLAG 0 16 a', 'FLAG 0 96 0'];

describe('drawings of LTspice', () => {
  it('joins wires that touch, pins on their inside, and flags of one name', () => {
    const circuit = drawn(
      ...supply,
      // A wire past the first pin of R1, whose end lies on another's inside.
      'WIRE 100 16 300 16',
      'WIRE 300 0 300 200',
      'FLAG 300 200 a',
      ...part('res', '184 0', 'R0', 'R1', '1k'),
      'FLAG 200 96 mid',
      ...part('res', '400 0', 'R0', 'R2', '3k'),
      'FLAG 416 16 mid',
      'FLAG 416 96 0',
      'TEXT 0 300 Left 2 !.op\\n.temp 50',
      'TEXT 0 340 Left 2 ;.param never=1',
    );
    expect(circuit.analyses).toMatchObject({ op: true, temperature_C: 50 });
    expect(solveOperatingPoint(circuit).voltages_V.mid).toBeCloseTo(0.75, 9);
  });

  // A diode's pins are (16, 0) and (16, 64): where each turn puts them, as parts lie in drawings of others.
  it.each([
    ['R0', [16, 0], [16, 64]],
    ['R90', [0, 16], [-64, 16]],
    ['R180', [-16, 0], [-16, -64]],
    ['R270', [0, -16], [64, -16]],
    ['M0', [-16, 0], [-16, 64]],
    ['M90', [0, 16], [64, 16]],
    ['M180', [16, 0], [16, -64]],
    ['M270', [0, -16], [-64, -16]],
  ])('turns a part by %s', (turn, anode, cathode) => {
    const flag = ([x, y]: readonly number[], name: string): string => `FLAG ${500 + x} ${500 + y} ${name}`;
    const circuit = drawn(
      ...supply,
      ...part('diode', '500 500', turn, 'D1', 'D'),
      flag(anode, 'a'),
      flag(cathode, 'k'),
      ...part('res', '300 0', 'R0', 'R1', '1k'),
      'FLAG 316 16 k',
      'FLAG 316 96 0',
    );
    const { k } = solveOperatingPoint(circuit).voltages_V;
    expect(k).toBeGreaterThan(0.3);
    expect(k).toBeLessThan(0.5);
  });

  it('reads a symbol of others with its library, and names parts by its prefix', () => {
    writeFileSync(
      join(folder, 'cell.asy'),
      'Version 4\nSymbolType CELL\nSYMATTR Prefix X\nSYMATTR SpiceModel half\nSYMATTR ModelFile cell.lib\nPIN 0 48 NONE 0\nPINATTR SpiceOrder 2\nPIN 0 -48 NONE 0\nPINATTR SpiceOrder 1\n',
    );
    writeFileSync(
      join(folder, 'cell.lib'),
      '.subckt half p m r=1k\nR1 p m {r}\nD1 m p D\n.model D D\n.ends\n',
    );
    const circuit = drawn(
      ...supply,
      'SYMBOL cell 200 200 R0',
      'SYMATTR InstName U1',
      'SYMATTR SpiceLine r=2k',
      'FLAG 200 152 a',
      'FLAG 200 248 0',
    );
    // The diode, from pin 2 to pin 1, is reverse biased: 1 V on 2 kΩ.
    expect(solveOperatingPoint(circuit).currents_A.v1).toBeCloseTo(-0.5e-3, 9);
    expect(circuit.element('xu1.r1')).toBeDefined();
  });

  it('gives a transistor of three pins its source for its bulk', () => {
    const circuit = drawn(
      ...part('nmos', '200 0', 'R0', 'M1', 'N'),
      ...['FLAG 248 0 d', 'FLAG 200 80 a', 'FLAG 248 96 0'],
      ...part('res', '400 0', 'R0', 'R1', '1k'),
      ...['FLAG 416 16 a', 'FLAG 416 96 d'],
      ...part('voltage', '0 0', 'R0', 'V1', '3'),
      ...['FLAG 0 16 a', 'FLAG 0 96 0'],
      'TEXT 0 300 Left 2 !.model N NMOS(vto=1 kp=1m)',
    );
    // Level 1 in its linear range: kp·((vgs − vto)·vd − vd²/2) = (3 − vd)/1k.
    const { d } = solveOperatingPoint(circuit).voltages_V;
    expect(1e-3 * (2 * d - d ** 2 / 2)).toBeCloseTo((3 - d) / 1e3, 9);
  });

  it('says where in the drawing something is wrong', () => {
    expect(() => drawn(...supply, ...part('res', '0 0', 'R0', 'R1', '4k7x'))).toThrow(
      /asc:9:\d+: resistance/,
    );
    expect(() => drawn(...supply, ...part('mystery', '0 0', 'R0', 'U1', 'x'))).toThrow(
      /asc:9:1: the symbol "mystery" is not known: put its drawing, mystery\.asy/,
    );
    expect(() => drawn(...supply, ...part('res', '0 0', 'R45', 'R1', '1'))).toThrow(/"R45" is no turn/);
    expect(() => drawn('WIRE 1 2 3 x')).toThrow(/asc:3:1: WIRE needs coordinates, got "x"/);
  });
});
