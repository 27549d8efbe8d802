import { quoted } from '../../core/index.js';
import { assignments } from './assignments.js';
import type { Card, Token } from './card.js';

/** The cards between .subckt and .ends, or those of the whole file. */
export interface Block {
  readonly name: string;
  readonly card: Card | undefined;
  readonly ports: readonly string[];
  /** Formal parameters with their default texts. */
  readonly defaults: ReadonlyMap<string, { text: string; offset: number }>;
  readonly cards: readonly Card[];
  readonly subcircuits: ReadonlyMap<string, Block>;
}

interface OpenBlock {
  name: string;
  card: Card | undefined;
  ports: string[];
  defaults: Map<string, { text: string; offset: number }>;
  cards: Card[];
  subcircuits: Map<string, Block>;
}

/** Nests a file's cards by its subcircuit definitions. */
export function nestBlocks(cards: readonly Card[]): Block {
  const file: OpenBlock = openBlock('', undefined);
  const open: OpenBlock[] = [file];
  for (const card of cards) {
    const { head } = card;
    const inner = open[open.length - 1];
    if (head === '.subckt' || head === '.macro') {
      open.push(readHeader(card));
    } else if (head === '.ends' || head === '.eom') {
      if (open.length === 1) throw card.error('subcircuit', '.ends without a .subckt before it');
      const named = card.tokens[1]?.text;
      // ngspice and LTspice take any name; that of one further out says that an .ends is missing.
      if (named !== undefined && named !== inner.name && open.some(({ name }) => name === named)) {
        throw card.error('subcircuit', `.ends ${named} closes .subckt ${inner.name}`, card.tokens[1]);
      }
      open.pop();
      const outer = open[open.length - 1];
      if (outer.subcircuits.has(inner.name)) {
        throw inner.card!.error('duplicate', `subcircuit ${inner.name} is defined twice`);
      }
      outer.subcircuits.set(inner.name, inner);
    } else {
      inner.cards.push(card);
    }
  }
  if (open.length > 1) {
    const left = open[open.length - 1];
    throw left.card!.error('subcircuit', `.subckt ${left.name} has no .ends`);
  }
  return file;
}

function openBlock(name: string, card: Card | undefined): OpenBlock {
  return { name, card, ports: [], defaults: new Map(), cards: [], subcircuits: new Map() };
}

function readHeader(card: Card): OpenBlock {
  const { values, rest } = assignments(card, 1);
  const names = rest.filter((token) => token.text !== 'params:');
  if (names.length === 0) throw card.missing('the name of the subcircuit');
  const block = openBlock(names[0].text, card);
  for (const port of names.slice(1)) {
    if (port.text === '0') {
      throw card.error('subcircuit', 'ground is known everywhere and cannot be a port', port);
    }
    block.ports.push(port.text);
  }
  for (const [name, token] of values) block.defaults.set(name, { text: token.raw, offset: token.offset });
  return block;
}

/** Leaves out what .if, .elseif and .else exclude. `holds` evaluates a condition. */
export function selectBranches(
  cards: readonly Card[],
  holds: (card: Card, text: string, offset: number) => boolean,
): Card[] {
  const kept: Card[] = [];
  /** For each open .if: whether its present branch counts, and whether one has counted already. */
  const open: { card: Card; active: boolean; done: boolean }[] = [];
  const active = (): boolean => open.every((level) => level.active);
  for (const card of cards) {
    const level = open[open.length - 1];
    switch (card.head) {
      case '.if': {
        const counts = active() && condition(card, holds);
        open.push({ card, active: counts, done: counts });
        break;
      }
      case '.elseif':
      case '.else': {
        if (level === undefined) throw card.error('condition', `${card.head} without an .if before it`);
        const counts = !level.done && open.slice(0, -1).every((outer) => outer.active);
        level.active = counts && (card.head === '.else' || condition(card, holds));
        level.done ||= level.active;
        break;
      }
      case '.endif':
        if (level === undefined) throw card.error('condition', '.endif without an .if before it');
        open.pop();
        break;
      default:
        if (active()) kept.push(card);
    }
  }
  if (open.length > 0) throw open[0].card.error('condition', '.if has no .endif');
  return kept;
}

function condition(card: Card, holds: (card: Card, text: string, offset: number) => boolean): boolean {
  const start = /^\S+?(?=[\s(])\s*/.exec(card.text)?.[0].length ?? card.text.length;
  const text = card.text.slice(start).trim();
  if (text === '') throw card.missing('its condition');
  return holds(card, text, start);
}

/** Tokens that name nodes, checked. */
export function nodeTokens(card: Card, count: number): Token[] {
  const nodes = card.tokens.slice(1, 1 + count);
  if (nodes.length < count) throw card.missing(`node ${nodes.length + 1} of ${count}`);
  for (const node of nodes) {
    if (node.quoted || node.text === '=')
      throw card.error('node', `${quoted(node.raw)} is no node name`, node);
  }
  return nodes;
}
