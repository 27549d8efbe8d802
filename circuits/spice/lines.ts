import { quoted } from '../../core/index.js';
import { Card, type Stretch } from './card.js';
import { type ControlLine, cardsOfControl } from './control-section.js';
import { type Place, placeText, spiceError } from './place.js';

/** What a reader found worth telling, though it went on. */
export interface SpiceWarning {
  readonly place: string;
  readonly message: string;
  /** The card that was left out, where one was: `.control`. */
  readonly card?: string;
}

export interface Lines {
  readonly title: string;
  readonly cards: Card[];
}

/** As many as there may be elements. */
export const MAX_CARDS = 5_000_000;
/** A source of a hundred thousand corner points. */
const MAX_CARD_CHARACTERS = 2 ** 22;

/** Where an inline comment starts; the line's length if there is none. */
function commentStart(line: string): number {
  let end = line.length;
  const semicolon = line.indexOf(';');
  if (semicolon >= 0) end = semicolon;
  if (line.includes('$')) {
    const match = /\s\$(\s|$)/.exec(line);
    if (match && match.index < end) end = match.index;
  }
  if (line.includes('//')) {
    const match = /(^|\s)\/\/(\s|$)/.exec(line);
    if (match && match.index < end) end = match.index;
  }
  return end;
}

/** An element of words and numbers: no comment, quote, sign of equality or continuation. */
const plainLine = /^[a-z][\w.+\- \t]*$/i;

/** A title that reads like a card: R1 a b 1k. */
const elementLike =
  /^[rclvid]\d+\s+\S+\s+\S+\s+(?:[-+.]?\d\S*|(?:dc|ac)\s.*|\{.*\}|(?:sine?|pulse|pwl|exp)\s*\(.*\))$/i;

/** Says that something stands behind `.end`: ngspice itself goes on reading there, others do not. */
function warnOfRest(text: string, from: number, file: string, line: number, warnings: SpiceWarning[]): void {
  const rest = /^(?!\s*(?:[*;+]|\.end\b|$)).*\S/im;
  rest.lastIndex = 0;
  if (!rest.test(text.slice(from))) return;
  warnings.push({
    place: placeText({ file, line, column: 1 }),
    message: 'all that follows .end is left out; put .end last if it is meant to count',
  });
}

/** What the .control sections of a file ask for, as cards; the rest of them is said to be skipped. */
function controlCards(lines: readonly ControlLine[], place: Place, warnings: SpiceWarning[]): Card[] {
  const found = cardsOfControl(lines);
  const card = '.control';
  if (found === undefined) {
    const message = '.control section skipped: it is a program for ngspice';
    warnings.push({ place: placeText(place), card, message });
    return [];
  }
  const names = [...new Set(found.map(({ text }) => text.split(/\s/)[0]))];
  const message =
    names.length === 0
      ? '.control section skipped: it asks for no analysis'
      : `.control section: ${names.map((name) => name.slice(1)).join(', ')} as cards ${names.join(', ')}, the rest skipped`;
  warnings.push({ place: placeText(place), card, message });
  return found.map(({ text, place: at }) => new Card(text, at.file, at.line, at.column - 1));
}

/**
 * Cuts a SPICE file into cards: the first line is the title (except in an included file); comments go, `+` lines are
 * joined across comments and blank lines, of `.control … .endc` the analyses are cards too, with a warning, all after `.end` is ignored.
 * @param lineNumbers which line of the file each line of the text comes from, where the text is not the file
 */
export function readLines(
  text: string,
  file: string,
  included: boolean,
  warnings: SpiceWarning[],
  lineNumbers?: readonly number[],
): Lines {
  const cards: Card[] = [];
  let title = '';
  let joined = '';
  /** Where the card that is being joined began; nowhere before the first. */
  let begun: Place | undefined;
  let further: Stretch[] = [];
  let plain = false;
  let inControl = false;
  let controlAt: Place | undefined;
  const control: ControlLine[] = [];
  const finish = (): void => {
    if (begun !== undefined)
      cards.push(
        new Card(joined, file, begun.line, begun.column, further.length > 0 ? further : undefined, plain),
      );
    joined = '';
    begun = undefined;
    if (further.length > 0) further = [];
    plain = false;
  };
  const begin = (text: string, place: Place): void => {
    joined = text;
    begun = place;
  };
  const follow = (text: string, line: number, column: number): void => {
    further.push({ offset: joined.length + 1, line, column });
    joined += ` ${text}`;
    plain = false;
  };
  let kept = 0;
  /** The last line ended in \\\\: the next goes on with its card. */
  let goesOn = false;
  // Line after line: of a file of line breaks, a list of its lines would be many times as large as it.
  for (let k = 0, from = 0; from <= text.length; k++) {
    const newline = text.indexOf('\n', from);
    let line = text.slice(from, newline < 0 ? text.length : newline);
    from = newline < 0 ? text.length + 1 : newline + 1;
    if (line.endsWith('\r')) line = line.slice(0, -1);
    const number = lineNumbers?.[k] ?? k + 1;
    if (k === 0 && !included) {
      title = line.replace(/^\uFEFF/, '').trim();
      if (elementLike.test(title)) {
        const message = `the first line is only the title: ${quoted(title)} is no element; put a title before it if it is meant as one`;
        warnings.push({ place: placeText({ file, line: number, column: 1 }), message });
      }
      continue;
    }
    // Nearly all of a large circuit.
    const simple = !inControl && !goesOn && plainLine.test(line);
    if (!simple) line = line.slice(0, commentStart(line));
    const start = simple ? 0 : line.search(/\S/);
    if (start < 0 || line[start] === '*') continue;
    const place = { file, line: number, column: start + 1 };
    if (inControl) {
      if (/^\s*\.endc\b/i.test(line)) inControl = false;
      else control.push({ text: line.slice(start).trimEnd(), place });
      continue;
    }
    if (++kept > MAX_CARDS)
      throw spiceError('too-large', place, `more than ${MAX_CARDS} cards and continuations`);
    if (joined.length > MAX_CARD_CHARACTERS) {
      throw spiceError('too-large', place, `one card has more than ${MAX_CARD_CHARACTERS} characters`);
    }
    if (simple) {
      finish();
      begin(line, place);
      plain = true;
      continue;
    }
    if (line[start] === '#') {
      throw spiceError(
        'comment',
        place,
        '"#" does not start a comment in SPICE; use "*" in column 1, or ";"',
      );
    }
    const ends = /\\+$/.exec(line.trimEnd());
    if (ends?.[0] === '\\') {
      throw spiceError(
        'continuation',
        { file, line: number, column: ends.index + 1 },
        'a line does not go on after one "\\"; end it in two, or begin the next with "+"',
      );
    }
    if (ends !== null) line = line.slice(0, ends.index);
    const follows = goesOn;
    goesOn = ends !== null;
    if (follows && line[start] !== '+') {
      follow(line.slice(start), number, start + 1);
      continue;
    }
    if (line[start] === '+') {
      if (begun === undefined) {
        throw spiceError('continuation', place, 'a continuation "+" has no line before it to continue');
      }
      follow(line.slice(start + 1), number, start + 2);
      continue;
    }
    finish();
    const body = line.slice(start);
    if (body[0] === '.') {
      const word = /^\.\w*/.exec(body)?.[0].toLowerCase();
      if (word === '.end') {
        warnOfRest(text, from, file, number, warnings);
        break;
      }
      if (word === '.control') {
        controlAt ??= place;
        inControl = true;
        continue;
      }
    }
    begin(body, place);
  }
  finish();
  if (controlAt !== undefined) cards.push(...controlCards(control, controlAt, warnings));
  return { title, cards };
}
