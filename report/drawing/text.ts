import { textWidth_px } from './text-width.js';

/** Height of all text and from one line to the next, points. */
export const TEXT_PT = 8;
export const LINE_PT = 10;

/** How wide a line of a figure's text runs, points. */
export function textWidth(text: string, bold = false): number {
  return textWidth_px(text, TEXT_PT, bold);
}

/** Text as it is shown: line ends are spaces, other control characters and halves of a surrogate pair are written out. */
export function shownText(text: string): string {
  return (
    text
      .replace(/[\t\n\r\u2028\u2029]+/g, ' ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, escaped)
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, escaped)
  );
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Text as it may stand between the tags of an SVG. */
export function svgText(text: string): string {
  return shownText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The text, or as much of its beginning as runs no wider than `most`, with an ellipsis. */
export function cutText(given: string, most: number, bold = false): string {
  const text = shownText(given);
  if (textWidth(text, bold) <= most) return text;
  const characters = [...text];
  let kept = '';
  for (const character of characters) {
    if (textWidth(`${kept}${character}…`, bold) > most) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Names as short as `most` allows, still different where they differ: what they share at the front is what gives way. */
export function cutNames(names: readonly string[], most: number): string[] {
  const shown = names.map(shownText);
  const cut = shown.map((name) => cutText(name, most));
  return cut.map((short, i) => {
    const twins = cut.some((other, k) => k !== i && other === short && shown[k] !== shown[i]);
    if (!twins) return short;
    const ending = [...shown[i]].reverse();
    let kept = '';
    for (const character of ending) {
      if (textWidth(`…${character}${kept}`) > most) break;
      kept = `${character}${kept}`;
    }
    return `…${kept}`;
  });
}

/** The text in lines no wider than `most`, broken between words, or inside one that is too long; the last of `lines` is cut. */
export function wrapText(given: string, most: number, lines: number, bold = false): string[] {
  const out: string[] = [];
  let line = '';
  const words = shownText(given).split(/\s+/).filter(Boolean);
  for (const [i, word] of words.entries()) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (textWidth(longer, bold) <= most) {
      line = longer;
      continue;
    }
    if (out.length === lines - 1)
      return [...out, cutText([line, ...words.slice(i)].join(' ').trim(), most, bold)];
    if (line !== '') out.push(line);
    line = textWidth(word, bold) <= most ? word : cutText(word, most, bold);
  }
  return line === '' ? out : [...out, line];
}

/** How a piece of text stands. */
export interface TextStyle {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
  readonly colour?: string;
  /** Reads upwards. */
  readonly upright?: boolean;
}

/** One line of real text whose baseline begins (or is centred, or ends) at a place. */
export function textAt(x: number, y: number, text: string, style: TextStyle = {}): string {
  const { anchor = 'start', bold, colour, upright } = style;
  const attributes = [
    `x="${short(x)}" y="${short(y)}"`,
    ...(anchor === 'start' ? [] : [`text-anchor="${anchor}"`]),
    ...(bold ? ['font-weight="bold"'] : []),
    ...(colour === undefined ? [] : [`fill="${colour}"`]),
    ...(upright ? [`transform="rotate(-90 ${short(x)} ${short(y)})"`] : []),
  ];
  return `<text ${attributes.join(' ')}>${svgText(text)}</text>\n`;
}

/** A coordinate, to a hundredth of a point. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** From a line's baseline to the middle of its lower-case letters, points. */
export const MIDDLE_PT = 2.7;
