import type { Netlist, SpiceDeck } from '../netlist/index.js';

/** What `writeSpice` adds to the elements. */
export interface WriteOptions {
  /** Cards before `.end`: analyses and options, or how they are written with the names of this text. `.op` when left out. */
  readonly tail?: readonly string[] | ((deck: SpiceDeck) => readonly string[]);
}

/** A circuit as text that ngspice runs unchanged. */
export function writeSpice(netlist: Netlist, options: WriteOptions = {}): string {
  const deck = new Deck(netlist);
  for (const element of netlist.elements) element.card(deck);
  const title = netlist.title.replace(/[\r\n]+/g, ' ').trim() || 'untitled circuit';
  const { tail = ['.op'] } = options;
  const cards = typeof tail === 'function' ? tail(deck) : tail;
  return [title, ...deck.models, ...deck.lines, ...cards.map(fold), '.end', ''].join('\n');
}

const WIDEST = 2000;

class Deck implements SpiceDeck {
  readonly lines: string[] = [];
  readonly models: string[] = [];
  private readonly modelNames = new Map<string, string>();
  private readonly names = new Map<string, string>();
  private readonly nodes = new Map<string, string>();
  private readonly takenNodes = new Set<string>(['0']);
  private readonly takenNames = new Set<string>();
  private letters: Map<string, string> | undefined;

  constructor(private readonly netlist: Netlist) {}

  element(letter: string, name: string, nodes: readonly string[], value: string): void {
    const fields = [this.cardName(letter, name), ...nodes.map((node) => this.node(node)), value];
    this.lines.push(fold(fields.join(' ')));
  }

  model(type: string, parameters: Readonly<Record<string, number>>): string {
    const text = Object.entries(parameters)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ');
    const key = `${type}(${text})`;
    let name = this.modelNames.get(key);
    if (name === undefined) {
      name = `model_${this.modelNames.size + 1}`;
      this.modelNames.set(key, name);
      this.models.push(`.model ${name} ${key}`);
    }
    return name;
  }

  nameOf(elementName: string): string {
    this.letters ??= lettersOf(this.netlist);
    return this.cardName(this.letters.get(elementName) ?? 'v', elementName);
  }

  private cardName(letter: string, name: string): string {
    let written = this.names.get(name);
    if (written === undefined) {
      const legal = name.replace(/[^\w.]/g, '_');
      written = unique(legal.startsWith(letter) ? legal : `${letter}_${legal}`, this.takenNames);
      this.names.set(name, written);
    }
    return written;
  }

  node(name: string): string {
    if (name === '0') return name;
    let written = this.nodes.get(name);
    if (written === undefined) {
      written = unique(name.replace(/[^\w.]/g, '_'), this.takenNodes);
      this.nodes.set(name, written);
    }
    return written;
  }
}

function unique(name: string, taken: Set<string>): string {
  let candidate = name;
  for (let k = 2; taken.has(candidate); k++) candidate = `${name}_${k}`;
  taken.add(candidate);
  return candidate;
}

/** The letter under which each element writes itself, found by a rehearsal. */
function lettersOf(netlist: Netlist): Map<string, string> {
  const letters = new Map<string, string>();
  const rehearsal: SpiceDeck = {
    element: (letter, name) => void letters.set(name, letter),
    model: () => '',
    nameOf: () => '',
    node: (name) => name,
  };
  for (const element of netlist.elements) element.card(rehearsal);
  return letters;
}

/** Long lines continue on `+` lines, broken at blanks. */
function fold(line: string): string {
  const lines: string[] = [];
  let last = '';
  for (const word of line.split(' ')) {
    if (last === '') last = word;
    else if (last.length + 1 + word.length <= WIDEST) last += ` ${word}`;
    else {
      lines.push(last);
      // A word that is wider than a line stands on one of its own.
      last = `+ ${word}`;
    }
  }
  return [...lines, last].join('\n');
}
