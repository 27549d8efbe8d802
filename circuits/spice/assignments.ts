import type { Card, Token } from './card.js';
import { readNumber } from './number.js';

/** `name = value` pairs of a card's fields, from field `from` on. Fields that belong to no pair are handed back. */
export function assignments(card: Card, from: number): { values: Map<string, Token>; rest: Token[] } {
  const values = new Map<string, Token>();
  const rest: Token[] = [];
  const { tokens } = card;
  for (let k = from; k < tokens.length; k++) {
    if (tokens[k + 1]?.text === '=' && !tokens[k + 1].quoted) {
      const value = tokens[k + 2];
      if (value === undefined || (value.text === '=' && !value.quoted)) {
        throw card.error('missing', `${tokens[k].raw} = lacks its value`, tokens[k]);
      }
      values.set(tokens[k].text, value);
      k += 2;
    } else if (tokens[k].text === '=' && !tokens[k].quoted) {
      throw card.error('syntax', '"=" has no name before it', tokens[k]);
    } else {
      rest.push(tokens[k]);
    }
  }
  return { values, rest };
}

/** Parameters of a .model card: `name = value`, and `name value`, for SPICE takes the sign between them as a blank. */
export function modelParameters(card: Card, from: number): { values: Map<string, Token>; rest: Token[] } {
  const { values, rest } = assignments(card, from);
  const left: Token[] = [];
  for (let k = 0; k < rest.length; k++) {
    const [name, value] = [rest[k], rest[k + 1]];
    const follows = value !== undefined && card.tokens[card.tokens.indexOf(name) + 1] === value;
    if (follows && /^[a-z]/.test(name.text) && (value.quoted || readNumber(value.text) !== undefined)) {
      values.set(name.text, value);
      k++;
    } else {
      left.push(name);
    }
  }
  return { values, rest: left };
}

/** `name = text` pairs of a .param card, where the text runs up to the next name, blanks and all. */
export function* parameterTexts(card: Card): Generator<{ name: string; text: string; offset: number }> {
  const body = card.text;
  const form = /([a-z_][\w.]*)\s*=(?!=)/giy;
  // LTspice's `.param name value`.
  const bare = /^\S+\s+([a-z_][\w.]*)\s+([^\s=]+)\s*$/i.exec(body);
  if (bare !== null) {
    const offset = body.trimEnd().length - bare[2].length;
    yield { name: bare[1].toLowerCase(), text: bare[2].replace(/^\{(.*)\}$|^'(.*)'$/, '$1$2'), offset };
    return;
  }
  let at = /^\S+\s*/.exec(body)?.[0].length ?? 0;
  while (at < body.length) {
    form.lastIndex = at;
    const match = form.exec(body);
    if (match === null) {
      throw card.error('syntax', '.param needs name=value', { text: '', raw: '', quoted: false, offset: at });
    }
    const start = form.lastIndex;
    const end = endOfValue(body, start);
    const padded = body.slice(start, end);
    const lead = /^\s*/.exec(padded)?.[0].length ?? 0;
    let text = padded.trim();
    let offset = start + lead;
    if (/^(\{.*\}|'.*')$/s.test(text)) {
      text = text.slice(1, -1);
      offset++;
    }
    if (text === '') throw card.error('missing', `parameter ${match[1]} lacks its value`);
    yield { name: match[1].toLowerCase(), text, offset };
    at = end + (/^[\s,]*/.exec(body.slice(end))?.[0].length ?? 0);
  }
}

/** End of a parameter's text: before the next ` name =`, outside of braces, quotes and parentheses. */
function endOfValue(body: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < body.length; at++) {
    const char = body[at];
    if (char === "'") quoted = !quoted;
    if (quoted) continue;
    if (char === '{' || char === '(') depth++;
    else if (char === '}' || char === ')') depth--;
    else if (
      depth <= 0 &&
      /[\s,]/.test(char) &&
      /^[\s,]+[a-z_][\w.]*\s*=(?!=)/i.test(body.slice(at, at + 200))
    ) {
      return at;
    }
  }
  return body.length;
}
