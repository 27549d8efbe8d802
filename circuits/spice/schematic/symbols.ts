import type { Point } from './drawing.js';

/** A symbol as a netlist needs it: what its cards begin with, and where its pins are. */
export interface SymbolShape {
  /** The letter of its card; MN and MP are transistors, whose missing fourth pin is their source. */
  readonly prefix: string;
  /** In the order of the card's nodes. */
  readonly pins: readonly Point[];
  /** Texts that a part has where its drawing gives none, by name in lower case: value, spicemodel, modelfile … */
  readonly texts: ReadonlyMap<string, string>;
}

function shape(prefix: string, value: string, ...pins: readonly (readonly [number, number])[]): SymbolShape {
  return {
    prefix,
    pins: pins.map(([x, y]) => ({ x, y })),
    texts: new Map(value === '' ? [] : [['value', value]]),
  };
}

const upright = (prefix: string, value: string): SymbolShape => shape(prefix, value, [16, 0], [16, 64]);
const tall = (prefix: string): SymbolShape => shape(prefix, '', [16, 16], [16, 96]);
const voltageLike = (prefix: string): SymbolShape => shape(prefix, '', [0, 16], [0, 96]);
const currentLike = (prefix: string): SymbolShape => shape(prefix, '', [0, 0], [0, 80]);
const transistor = (prefix: string, value: string, ...bulk: [number, number][]): SymbolShape =>
  shape(prefix, value, [48, 0], [0, 80], [48, 96], ...bulk);

/** LTspice's own symbols, by name in lower case: pins as its library draws them. */
const own: ReadonlyMap<string, SymbolShape> = new Map([
  ['res', tall('R')],
  ['res2', upright('R', '')],
  ['ind', tall('L')],
  ['ind2', tall('L')],
  ['cap', upright('C', '')],
  ['polcap', upright('C', '')],
  ['voltage', voltageLike('V')],
  ['bv', voltageLike('B')],
  ['h', voltageLike('H')],
  ['current', currentLike('I')],
  ['bi', currentLike('B')],
  ['bi2', shape('B', '', [0, 80], [0, 0])],
  ['f', currentLike('F')],
  ['csw', currentLike('W')],
  ['load2', currentLike('I')],
  ['load', upright('I', '')],
  ['e', shape('E', '', [0, 16], [0, 96], [-48, 32], [-48, 80])],
  ['e2', shape('E', '', [0, 16], [0, 96], [-48, 80], [-48, 32])],
  ['g', shape('G', '', [0, 96], [0, 16], [-48, 32], [-48, 80])],
  ['g2', shape('G', '', [0, 96], [0, 16], [-48, 80], [-48, 32])],
  ['sw', shape('S', 'SW', [0, 16], [0, 96], [-48, 80], [-48, 32])],
  ...['diode', 'zener', 'schottky', 'led', 'varactor'].map((name): [string, SymbolShape] => [
    name,
    upright('D', 'D'),
  ]),
  ['nmos', transistor('MN', 'NMOS')],
  ['nmos4', transistor('MN', 'NMOS', [48, 48])],
  ['pmos', transistor('MP', 'PMOS')],
  ['pmos4', transistor('MP', 'PMOS', [48, 48])],
]);

/** A symbol of LTspice's own library; undefined where it is none of those known here. */
export const ownSymbol = (name: string): SymbolShape | undefined => own.get(name.toLowerCase());

/** Reads an `.asy` file; pins without an order come last, as they stand. */
export function readSymbol(text: string): SymbolShape {
  const texts = new Map<string, string>();
  const pins: { at: Point; order: number }[] = [];
  for (const raw of text.split(/\r?\n/)) {
    const [word, ...fields] = raw.trim().split(/\s+/);
    if (word === 'PIN') {
      pins.push({ at: { x: Number(fields[0]), y: Number(fields[1]) }, order: Number.POSITIVE_INFINITY });
    } else if (word === 'PINATTR' && fields[0] === 'SpiceOrder' && pins.length > 0) {
      pins[pins.length - 1].order = Number(fields[1]);
    } else if (word === 'SYMATTR' && fields[0] !== undefined) {
      texts.set(fields[0].toLowerCase(), fields.slice(1).join(' '));
    }
  }
  const inOrder = [...pins].sort((a, b) => (a.order === b.order ? 0 : a.order - b.order));
  return { prefix: texts.get('prefix') ?? 'X', pins: inOrder.map(({ at }) => at), texts };
}

/** Where a pin comes to lie; undefined for a turn that there is not. */
export function turned({ x, y }: Point, turn: string): Point | undefined {
  const [, mirror, angle] = /^([RM])(0|90|180|270)$/.exec(turn) ?? [];
  if (angle === undefined) return undefined;
  const [turnedX, turnedY] = { 0: [x, y], 90: [-y, x], 180: [-x, -y], 270: [y, -x] }[angle] as [
    number,
    number,
  ];
  return { x: mirror === 'M' ? -turnedX : turnedX, y: turnedY };
}
