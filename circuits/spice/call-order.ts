import { parameterTexts } from './assignments.js';
import type { Block } from './blocks.js';
import type { Card } from './card.js';

/** One parameter of a subcircuit: the text that its header or a .param in it gives. */
export interface Default {
  readonly name: string;
  readonly text: string;
  readonly card: Card;
  readonly offset: number;
  /** Whether an .if decides about it. */
  readonly conditional: boolean;
}

/**
 * What a call of a subcircuit may set, the parameters of its header and of .param in its text, in ngspice's order (its
 * `inp_sort_params`): those first whose defaults name no others, then those that name these, and so on; among equals as
 * they stand in the text, a repeated one where it stands last.
 * @param functionText what functions from outside of the subcircuit say
 */
export function parametersOf(
  block: Block,
  functionText: (name: string) => string | undefined,
): ReadonlyMap<string, Default> {
  const before = parameters.get(block);
  if (before !== undefined) return before;
  const bodies = functionsOf(block);
  const bodyOf = (word: string): string | undefined => bodies.get(word) ?? functionText(word);
  // The header is sorted by itself first, where functions are not yet replaced by what they say.
  const all = byLevel(headerOf(block), () => undefined);
  for (const parameter of [...all.values(), ...bodyParameters(block)]) {
    all.delete(parameter.name);
    all.set(parameter.name, parameter);
  }
  const ordered = byLevel(all, bodyOf);
  parameters.set(block, ordered);
  return ordered;
}

const parameters = new WeakMap<Block, ReadonlyMap<string, Default>>();

function headerOf({ card, defaults }: Block): Map<string, Default> {
  const found = new Map<string, Default>();
  if (card === undefined) return found;
  for (const [name, { text, offset }] of defaults) {
    found.set(name, { name, text, card, offset, conditional: false });
  }
  return found;
}

function* bodyParameters(block: Block): Generator<Default> {
  let depth = 0;
  for (const card of block.cards) {
    if (card.head === '.if') depth++;
    else if (card.head === '.endif') depth--;
    if (!/^\.params?$|^\.parameters$/.test(card.head)) continue;
    for (const given of parameterTexts(card)) yield { ...given, card, conditional: depth > 0 };
  }
}

function functionsOf(block: Block): Map<string, string> {
  const bodies = new Map<string, string>();
  for (const { text } of block.cards) {
    const match = /^\.func\s+([a-z_]\w*)\s*\([^)]*\)(.*)$/is.exec(text);
    if (match !== null) bodies.set(match[1].toLowerCase(), match[2]);
  }
  return bodies;
}

function byLevel(
  texts: ReadonlyMap<string, Default>,
  bodyOf: (word: string) => string | undefined,
): Map<string, Default> {
  const levels = new Map<string, number>();
  const levelOf = (name: string): number => {
    const known = levels.get(name);
    if (known !== undefined) return known;
    levels.set(name, 0);
    const named = namesIn(texts.get(name)?.text ?? '', bodyOf);
    const inner = [...named].filter((other) => other !== name && texts.has(other)).map(levelOf);
    const level = inner.length === 0 ? 0 : 1 + Math.max(...inner);
    levels.set(name, level);
    return level;
  };
  return new Map([...texts].sort(([a], [b]) => levelOf(a) - levelOf(b)));
}

/** All names in a text, those in the bodies of the functions it calls among them. */
function namesIn(text: string, bodyOf: (name: string) => string | undefined): Set<string> {
  const found = new Set<string>();
  const left = [text];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    for (const name of next.toLowerCase().match(/(?<![\w.])[a-z_][\w.]*/g) ?? []) {
      if (found.has(name)) continue;
      found.add(name);
      const body = bodyOf(name);
      if (body !== undefined) left.push(body);
    }
  }
  return found;
}

/** Which of a subcircuit's parameters the text of one of them sees in a call. */
export interface Sight {
  /** Whether `other` has its value before `name`. */
  sees(name: string, other: string): boolean;
  /** Whether `name` is among those that come first, whatever they name. */
  early(name: string): boolean;
}

/**
 * ngspice gives a call's parameters their values one after the other, and a name in a text is the subcircuit's own
 * parameter if that has its value by then, otherwise the caller's. Those whose text is a plain number come first, the
 * last of them before the others, whether the call or a default says it (its `nupa_subcktcall` and `sort_idlist`); the
 * rest follow in the order of `parametersOf`.
 * @param given the texts of the call
 */
export function sightIn(known: ReadonlyMap<string, Default>, given: ReadonlyMap<string, string>): Sight {
  const first: string[] = [];
  const then: string[] = [];
  for (const [name, { text }] of known) {
    if (startsAsNumber(given.get(name) ?? text)) first.unshift(name);
    else then.push(name);
  }
  const places = new Map([...first, ...then].map((name, k) => [name, k]));
  const placeOf = (name: string): number => places.get(name) ?? Number.POSITIVE_INFINITY;
  return {
    sees: (name, other) => placeOf(other) < placeOf(name),
    early: (name) => placeOf(name) < first.length,
  };
}

/** What ngspice takes for a plain number there: 9k and -1e-3, not (9), 3*3 or one with a blank behind it; 2<x too. */
function startsAsNumber(text: string): boolean {
  return /^\s*[+-]?(?:\d[\d.]*|\.[\d.]*)(?:e[+-]?)?[^\s=(),*/^+-]*$/i.test(text);
}
