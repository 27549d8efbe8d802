import { quoted } from '../../../core/index.js';
import { type Place, spiceError } from '../place.js';

/** A point of a drawing, in LTspice's units. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A part: a symbol somewhere, turned, with its texts. */
export interface Part {
  readonly symbol: string;
  readonly at: Point;
  /** R0, R90 … or M0, M90 …: turned clockwise, then mirrored left to right. */
  readonly turn: string;
  readonly texts: Map<string, string>;
  readonly line: number;
}

/** What a drawing says about its circuit; what it only shows is left out. */
export interface Drawing {
  readonly wires: readonly (readonly [Point, Point])[];
  readonly flags: readonly { readonly at: Point; readonly name: string }[];
  readonly parts: readonly Part[];
  /** SPICE directives, one card each. */
  readonly directives: readonly { readonly text: string; readonly line: number }[];
}

/** Whether a text is a drawing of LTspice rather than a netlist. */
export const isDrawing = (text: string): boolean =>
  /^\s*version\s+\d+\S*\s+sheet\s/i.test(text.slice(0, 200));

/** A million would be a drawing of a hundred thousand parts. */
const MAX_LINES = 1_000_000;

/**
 * Reads the lines of an `.asc` file.
 * @throws OhmpropError with the line of what cannot be read
 */
export function readDrawing(text: string, file: string): Drawing {
  const wires: (readonly [Point, Point])[] = [];
  const flags: { at: Point; name: string }[] = [];
  const parts: Part[] = [];
  const directives: { text: string; line: number }[] = [];
  const lines = text.split(/\r?\n/);
  if (lines.length > MAX_LINES)
    throw spiceError('too-large', { file, line: MAX_LINES, column: 1 }, `more than ${MAX_LINES} lines`);
  lines.forEach((raw, k) => {
    const place: Place = { file, line: k + 1, column: 1 };
    const [word = '', ...fields] = raw.trim().split(/\s+/);
    const numbers = (from: number, to: number): number[] =>
      fields.slice(from, to).map((field) => {
        const value = Number(field);
        if (field !== '' && Number.isFinite(value)) return value;
        throw spiceError('schematic', place, `${word} needs coordinates, got ${quoted(field)}`);
      });
    const points = (from: number, count: number): Point[] => {
      const values = numbers(from, from + 2 * count);
      if (values.length < 2 * count) throw spiceError('schematic', place, `${word} lacks coordinates`);
      return Array.from({ length: count }, (_, n) => ({ x: values[2 * n], y: values[2 * n + 1] }));
    };
    if (word === 'WIRE') {
      const [from, to] = points(0, 2);
      wires.push([from, to]);
    } else if (word === 'FLAG') {
      const [at] = points(0, 1);
      if (fields[2] === undefined) throw spiceError('schematic', place, 'FLAG lacks the name of a node');
      flags.push({ at, name: fields.slice(2).join('_') });
    } else if (word === 'SYMBOL') {
      const [at] = points(1, 1);
      parts.push({ symbol: fields[0], at, turn: fields[3] ?? 'R0', texts: new Map(), line: k + 1 });
    } else if (word === 'SYMATTR') {
      const [, name, value] = /^\s*SYMATTR\s+(\S+)\s*(.*)$/.exec(raw.trimEnd()) ?? [];
      if (name !== undefined) parts[parts.length - 1]?.texts.set(name.toLowerCase(), value);
    } else if (word === 'TEXT') {
      const [, written] = /^\s*TEXT\s+\S+\s+\S+\s+\S+\s+\S+\s+!(.*)$/.exec(raw.trimEnd()) ?? [];
      if (written === undefined) return;
      for (const card of written.split('\\n')) directives.push({ text: card, line: k + 1 });
    } else if (word === 'BUSTAP') {
      throw spiceError('schematic', place, 'buses are not read: draw single wires, or name their nodes');
    }
  });
  return { wires, flags, parts, directives };
}
