import { quoted } from '../../../core/index.js';
import { spiceError } from '../place.js';
import { type Part, type Point, readDrawing } from './drawing.js';
import { Nets } from './nets.js';
import { ownSymbol, readSymbol, type SymbolShape, turned } from './symbols.js';

/** A netlist, and for each of its lines the line of the drawing that it comes from. */
export interface NetlistOfDrawing {
  readonly text: string;
  readonly lines: readonly number[];
}

/** The text of a file beside the drawing; undefined where there is none. */
export type Beside = (name: string) => string | undefined;

/** Where the model of a part is named, by the value that its symbol gives it. */
const defaultModels = ['D', 'NMOS', 'PMOS'];

/**
 * The netlist of a drawing of LTspice, as LTspice would write it.
 * @throws OhmpropError with the line of a part whose symbol is not known
 */
export function netlistOf(text: string, file: string, beside: Beside): NetlistOfDrawing {
  const drawing = readDrawing(text, file);
  const shapes = new Map<string, SymbolShape>();
  const placed = drawing.parts.map((part) => {
    const shape = shapes.get(part.symbol) ?? shapeOf(part, file, beside);
    shapes.set(part.symbol, shape);
    return { part, shape, pins: pinsOf(part, shape, file) };
  });
  const nets = new Nets(
    drawing,
    placed.flatMap(({ pins }) => pins),
  );
  const cards: { text: string; line: number }[] = [];
  const libraries = new Map<string, number>();
  const models = new Set<string>();
  for (const { part, shape, pins } of placed) {
    cards.push({ text: cardOf(part, shape, pins, nets, file), line: part.line });
    const library = textOf('modelfile', part, shape);
    if (library !== undefined && !libraries.has(library)) libraries.set(library, part.line);
    models.add((textOf('value', part, shape) ?? '').split(/\s/)[0].toUpperCase());
  }
  cards.push(...drawing.directives);
  const said = drawing.directives.map(({ text: card }) => card.toLowerCase()).join('\n');
  for (const [library, line] of libraries) {
    if (!said.includes(library.toLowerCase())) cards.push({ text: `.lib "${library}"`, line });
  }
  for (const model of defaultModels) {
    const given = new RegExp(String.raw`^\s*\.model\s+${model}\s`, 'im').test(said);
    if (models.has(model) && !given) cards.push({ text: `.model ${model} ${model}`, line: 1 });
  }
  const title = `* ${file}`;
  return {
    text: [title, ...cards.map((card) => card.text), '.end', ''].join('\n'),
    lines: [1, ...cards.map(({ line }) => line)],
  };
}

function shapeOf({ symbol, line }: Part, file: string, beside: Beside): SymbolShape {
  const path = symbol.replaceAll('\\', '/');
  const name = path.slice(path.lastIndexOf('/') + 1);
  const drawn = beside(`${path}.asy`) ?? (path === name ? undefined : beside(`${name}.asy`));
  if (drawn !== undefined) return readSymbol(drawn);
  const known = ownSymbol(name);
  if (known !== undefined) return known;
  throw spiceError(
    'schematic',
    { file, line, column: 1 },
    `the symbol ${quoted(symbol)} is not known: put its drawing, ${name}.asy, beside the schematic, or export a netlist in LTspice (View, SPICE Netlist)`,
  );
}

function pinsOf(part: Part, { pins }: SymbolShape, file: string): Point[] {
  return pins.map((pin) => {
    const at = turned(pin, part.turn);
    if (at !== undefined) return { x: part.at.x + at.x, y: part.at.y + at.y };
    const place = { file, line: part.line, column: 1 };
    throw spiceError('schematic', place, `${quoted(part.turn)} is no turn: R0, R90 … M270`);
  });
}

/** A text of a part, or of its symbol where the part has none. */
function textOf(name: string, part: Part, shape: SymbolShape): string | undefined {
  const text = part.texts.get(name) ?? shape.texts.get(name);
  return text === undefined || text.trim() === '' || text === '""' ? undefined : text.trim();
}

function cardOf(part: Part, shape: SymbolShape, pins: readonly Point[], nets: Nets, file: string): string {
  const written = part.texts.get('instname')?.trim();
  if (written === undefined || written === '') {
    throw spiceError('schematic', { file, line: part.line, column: 1 }, `a ${part.symbol} has no name`);
  }
  const letter = shape.prefix[0].toUpperCase();
  const name = written[0].toUpperCase() === letter ? written : `${letter}${written}`;
  const nodes = pins.map((pin) => nets.nodeAt(pin));
  if (letter === 'M' && nodes.length === 3) nodes.push(nodes[2]);
  const model = textOf('spicemodel', part, shape);
  // A subcircuit is named once, by either.
  const value = letter === 'X' && model !== undefined ? undefined : textOf('value', part, shape);
  const rest = ['value2', 'spiceline', 'spiceline2'].map((key) => textOf(key, part, shape));
  if (letter === 'X' && model === undefined && value === undefined) {
    const place = { file, line: part.line, column: 1 };
    const what = `${written} (${quoted(part.symbol)}) names no subcircuit`;
    throw spiceError(
      'schematic',
      place,
      `${what}: a block that is a schematic of its own is not read, export a netlist in LTspice (View, SPICE Netlist)`,
    );
  }
  const words = [model, value, ...rest].filter((text) => text !== undefined);
  return [name.replace(/\s+/g, '_'), ...nodes, ...words].join(' ');
}
