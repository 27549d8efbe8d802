/** What a message shows of one thing that was got. */
const MAX_SHOWN = 80;

/**
 * What may not reach a terminal or a page as it is: C0 and C1 controls, among them escape sequences; marks that turn the
 * direction of writing; lone surrogates. Line breaks and tabs are spared by `printable`.
 */
const controls = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

/** Text from outside, as messages show it: in quotes, cut to 80 characters, control characters escaped. */
export function quoted(text: string): string {
  return `"${cut(text, MAX_SHOWN).replace(controls, escaped)}"`;
}

/** Text with what came from outside in it, as it is printed: control characters escaped, line breaks and tabs kept. */
export function printable(text: string, most = Number.POSITIVE_INFINITY): string {
  return cut(text, most).replace(controls, (c) => (c === '\n' || c === '\t' ? c : escaped(c)));
}

/** As `printable`, for one line: line breaks and tabs are escaped as well. */
export function printableLine(text: string, most = Number.POSITIVE_INFINITY): string {
  return cut(text, most).replace(controls, escaped);
}

/** JSON with what would steer a terminal written as JSON's own escapes: the same value. */
export function printableJson(json: string): string {
  return json.replace(controls, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}\u2026` : text;
}

function escaped(c: string): string {
  const code = c.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
