import type { Card } from './card.js';
import type { Language } from './expression/language.js';
import { ltspiceLanguage, ngspiceLanguage, xyceLanguage } from './expression/languages.js';
import { placeText } from './place.js';

/** Whose SPICE a file is written for. */
export type DialectName = 'ngspice' | 'ltspice' | 'pspice' | 'xyce';

/** The dialects, the first being the one that a file is read in when nothing tells another. */
export const dialectNames = ['ngspice', 'ltspice', 'pspice', 'xyce'] as const satisfies DialectName[];

/** PSpice and Xyce share LTspice's functions and signs; Xyce's log is to base 10. */
export const languages: Readonly<Record<DialectName, Language>> = {
  ngspice: ngspiceLanguage,
  ltspice: ltspiceLanguage,
  pspice: ltspiceLanguage,
  xyce: xyceLanguage,
};

/** What a file's dialect was told by. */
export interface Guess {
  readonly dialect: DialectName;
  /** `file:line:column` */
  readonly place: string;
  readonly what: string;
}

const cardsOf: ReadonlyMap<string, DialectName> = new Map([
  ['.params', 'ltspice'],
  ['.parameters', 'ltspice'],
  ['.backanno', 'ltspice'],
  ['.machine', 'ltspice'],
  ['.global_param', 'xyce'],
  ['.preprocess', 'xyce'],
  ['.control', 'ngspice'],
  ['.csparam', 'ngspice'],
]);

/** Functions and constants of the others that ngspice's expressions lack: a file with one of them was not written for it. */
const foreignForm =
  /\b(?:(if|stp|limit|table|pwrs|atan2|sdt|buf|inv|idt|hypot|round|idtmod|square)\s*\(|(boltz|echarge|planck|kelvin)\b)/gi;

/**
 * The dialect that a file is surely written for, by cards, functions and constants that no other has; undefined where
 * nothing tells, or where something tells of ngspice.
 * @param title LTspice names its schematic there
 */
export function guessDialect(title: string, cards: readonly Card[]): Guess | undefined {
  const found: Guess[] = [];
  const add = (dialect: DialectName, card: Card, what: string, offset = 0): void => {
    found.push({ dialect, what, place: placeText(card.place(offset)) });
  };
  if (/\.asc\s*$/i.test(title) && cards.length > 0)
    add('ltspice', cards[0], 'a schematic of LTspice in the title');
  const defined = definitions(cards);
  for (const card of cards) {
    const { text } = card;
    if (card.plain && text[0] !== 'y' && text[0] !== 'Y') continue;
    if (text[0] === '.') {
      const head = /^\.\w*/.exec(text)?.[0].toLowerCase() ?? '';
      const dialect = cardsOf.get(head);
      if (dialect !== undefined) add(dialect, card, head);
      if (!/^\.(param|func|param|ic|subckt|model)/i.test(head)) continue;
    } else if (/^y/i.test(text)) {
      add('xyce', card, 'a Y device');
    }
    if (!/[={']/.test(text)) continue;
    for (const match of text.matchAll(foreignForm)) {
      const name = (match[1] ?? match[2]).toLowerCase();
      if (!defined.has(name)) add('ltspice', card, match[1] === undefined ? name : `${name}()`, match.index);
    }
    if (found.length > MAX_EVIDENCE) break;
  }
  if (found.some(({ dialect }) => dialect === 'ngspice')) return undefined;
  // LTspice's words are Xyce's too.
  return found.find(({ dialect }) => dialect !== 'ltspice') ?? found[0];
}

const MAX_EVIDENCE = 50;

/** Names that the file itself gives to functions and parameters. */
function definitions(cards: readonly Card[]): Set<string> {
  const names = new Set<string>();
  for (const { text } of cards) {
    if (text[0] !== '.') continue;
    const own = /^\.func\s+([a-z_]\w*)/i.exec(text)?.[1];
    if (own !== undefined) names.add(own.toLowerCase());
    if (!/^\.(param|subckt|global_param|csparam)/i.test(text)) continue;
    for (const match of text.matchAll(/([a-z_][\w.]*)\s*(\([^()]*\)\s*)?=(?!=)/gi))
      names.add(match[1].toLowerCase());
  }
  return names;
}

/** Where a function that this dialect lacks is known, as the end of a sentence. */
export function knownElsewhere(name: string, here: DialectName): string | undefined {
  if (/^(agauss|gauss|aunif|unif)$/.test(name))
    return '; random values are not drawn here, write the nominal one';
  const other = here === 'ngspice' ? 'ltspice' : 'ngspice';
  if (languages[other].ofName(name, 'source') === undefined) return undefined;
  return ` in ${here}'s expressions; --dialect ${other} knows it`;
}
