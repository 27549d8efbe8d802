// SCPI as an instrument reads it (SCPI-1999, volume 1, chapters 6 and 7): keywords in a short and a long form, optional
// nodes, several commands a line, each starting where the one before stood unless a colon begins it.

/** One command of a line. */
export interface ScpiCommand {
  /** From the root, without a leading colon, in upper case: `SENS:CURR:PROT`. */
  readonly header: string;
  readonly query: boolean;
  readonly parameters: readonly string[];
}

/** Commands of a line. */
export function readScpiLine(line: string): ScpiCommand[] {
  const commands: ScpiCommand[] = [];
  let path = '';
  for (const part of splitOutside(line, ';')) {
    const text = part.trim();
    if (text === '') continue;
    const [, word, rest = ''] = /^(\S+?\??)(?:\s+(.*))?$/s.exec(text) ?? [];
    if (word === undefined) continue;
    const query = word.endsWith('?');
    const bare = (query ? word.slice(0, -1) : word).toUpperCase();
    const parameters = rest.trim() === '' ? [] : splitOutside(rest, ',').map((one) => one.trim());
    // Common commands leave the path as it is.
    const header = bare.startsWith('*') ? bare : bare.startsWith(':') ? bare.slice(1) : `${path}${bare}`;
    if (!bare.startsWith('*'))
      path = header.includes(':') ? header.slice(0, header.lastIndexOf(':') + 1) : '';
    commands.push({ header, query, parameters });
  }
  return commands;
}

function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let quote = '';
  let part = '';
  for (const character of text) {
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === separator) {
      parts.push(part);
      part = '';
      continue;
    }
    part += character;
  }
  parts.push(part);
  return parts;
}

/** What a pattern like `SOURce[1]:VOLTage[:LEVel]` takes, as a regular expression over headers. */
export function scpiPattern(pattern: string): RegExp {
  const source = pattern
    // what may be left out at the front: `[:SENSe[1]]` of the manual
    .replace(/^SENSe\[1\]:/, '(?:SENSe1?:)?')
    .replace(/[*]/g, '\\*')
    .replace(/\[(\d+)\]/g, '(?:$1)?')
    .replace(/\[(:[A-Za-z]+)\]/g, '(?:$1)?')
    .replace(/([A-Z]+)([a-z]+)/g, (_, short: string, long: string) => `${short}(?:${long.toUpperCase()})?`);
  return new RegExp(`^${source}$`);
}

/** A word in one of its two forms. @returns its short form, in capitals; nothing where it is none of these */
export function scpiWord(text: string, words: readonly string[]): string | undefined {
  const upper = text.toUpperCase();
  for (const word of words) {
    const short = word.replace(/[a-z]+/g, '');
    if (upper === short || upper === word.toUpperCase()) return short;
  }
  return undefined;
}
