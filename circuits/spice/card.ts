import type { OhmpropError } from '../../core/index.js';
import { type Place, spiceError } from './place.js';

/** One field of a card. */
export interface Token {
  /** Lower case outside quotes; without its quotes or braces. */
  readonly text: string;
  /** As it stands in the file. */
  readonly raw: string;
  /** It was in `{…}` or `'…'`. */
  readonly quoted: boolean;
  /** Where it starts in the card's text. */
  readonly offset: number;
}

/** A stretch of a card's text that comes from one line of the file. */
export interface Stretch {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

const none: readonly Stretch[] = [];

const SPACE = 32;
const TAB = 9;
const COMMA = 44;
const OPEN = 40;
const CLOSE = 41;
const EQUALS = 61;
const QUOTE = 39;
const BRACE = 123;
const BRACE_END = 125;

function separates(code: number): boolean {
  return code === SPACE || code === TAB || code === COMMA || code === OPEN || code === CLOSE || code === 13;
}

/** One logical line: a line of the file and its `+` continuations, comments taken out. */
export class Card {
  private parsed: Token[] | undefined;
  private word: string | undefined;

  constructor(
    readonly text: string,
    readonly file: string,
    /** Where its text begins. */
    private readonly line: number,
    private readonly column: number,
    /** What follows on further lines. */
    private readonly further: readonly Stretch[] = none,
    /** A word and blanks, digits, letters, points and signs alone follow: no parenthesis, sign of equality or quote. */
    readonly plain = false,
  ) {}

  /** First word in lower case: an element's name or a dot card. */
  get head(): string {
    this.word ??= this.firstWord();
    return this.word;
  }

  private firstWord(): string {
    if (!this.plain) return this.tokens[0]?.text ?? '';
    const { text } = this;
    let end = 1;
    while (end < text.length && !separates(text.charCodeAt(end))) end++;
    return text.slice(0, end).toLowerCase();
  }

  /** Words, `=` signs and quoted expressions; blanks, commas and parentheses only separate. */
  get tokens(): readonly Token[] {
    this.parsed ??= this.tokenise();
    return this.parsed;
  }

  /** The words of a plain card, in lower case: the texts of its fields, without a word about where they stand. */
  words(): string[] {
    const text = this.text.toLowerCase();
    const words: string[] = [];
    for (let at = 0; at < text.length; ) {
      const start = at;
      while (at < text.length && !separates(text.charCodeAt(at))) at++;
      if (at > start) words.push(text.slice(start, at));
      while (at < text.length && separates(text.charCodeAt(at))) at++;
    }
    return words;
  }

  /** Lets go of the fields of a card that has been read: of a large circuit they take more room than the circuit. */
  forgetTokens(): void {
    this.parsed = undefined;
  }

  place(offset = 0): Place {
    let found: Stretch = { offset: 0, line: this.line, column: this.column };
    for (const stretch of this.further) if (stretch.offset <= offset) found = stretch;
    return { file: this.file, line: found.line, column: found.column + Math.max(0, offset - found.offset) };
  }

  /** An error at a token of this card, or at its start. */
  error(code: string, message: string, token?: Token): OhmpropError {
    return spiceError(code, this.place(token?.offset ?? 0), message);
  }

  /** An error just past the last field: something is missing. */
  missing(what: string): OhmpropError {
    return spiceError('missing', this.place(this.text.trimEnd().length), `${this.head} lacks ${what}`);
  }

  private tokenise(): Token[] {
    const { text } = this;
    const tokens: Token[] = [];
    let at = 0;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (separates(code)) {
        at++;
      } else if (code === EQUALS) {
        tokens.push({ text: '=', raw: '=', quoted: false, offset: at++ });
      } else if (code === QUOTE || code === BRACE) {
        const end = code === QUOTE ? text.indexOf("'", at + 1) : closingBrace(text, at);
        if (end < 0) {
          throw spiceError(
            'unclosed',
            this.place(at),
            `${text[at]} is never closed; add ${code === QUOTE ? "'" : '}'}`,
          );
        }
        const raw = text.slice(at + 1, end);
        tokens.push({ text: raw, raw, quoted: true, offset: at + 1 });
        at = end + 1;
      } else {
        const start = at;
        while (at < text.length) {
          const next = text.charCodeAt(at);
          if (separates(next) || next === EQUALS || next === QUOTE || next === BRACE) break;
          at++;
        }
        const raw = text.slice(start, at);
        tokens.push({ text: raw.toLowerCase(), raw, quoted: false, offset: start });
      }
    }
    return tokens;
  }
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BRACE) depth++;
    else if (code === BRACE_END && --depth === 0) return at;
  }
  return -1;
}
