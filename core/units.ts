/** An SI prefix: its symbol, its power of ten, and other characters that mean the same. */
export interface SiPrefix {
  readonly symbol: string;
  readonly exponent: number;
  readonly alsoWritten: readonly string[];
}

/** The prefixes in use, from small to large. Case matters: m is milli, M mega. */
export const siPrefixes: readonly SiPrefix[] = [
  { symbol: 'f', exponent: -15, alsoWritten: [] },
  { symbol: 'p', exponent: -12, alsoWritten: [] },
  { symbol: 'n', exponent: -9, alsoWritten: [] },
  // the micro sign, the Greek letter, and what every keyboard has
  { symbol: '\u00b5', exponent: -6, alsoWritten: ['\u03bc', 'u'] },
  { symbol: 'm', exponent: -3, alsoWritten: [] },
  { symbol: '', exponent: 0, alsoWritten: [] },
  { symbol: 'k', exponent: 3, alsoWritten: [] },
  { symbol: 'M', exponent: 6, alsoWritten: [] },
  { symbol: 'G', exponent: 9, alsoWritten: [] },
  { symbol: 'T', exponent: 12, alsoWritten: [] },
];

/** Units by their symbol in this program, and how else they are written. */
const units: ReadonlyMap<string, readonly string[]> = new Map([
  ['V', []],
  ['A', []],
  ['S', []],
  // the Greek capital and the ohm sign
  ['ohm', ['Ohm', 'ohms', '\u03a9', '\u2126']],
  ['s', []],
  ['F', []],
  ['H', []],
  ['Hz', []],
  ['W', []],
  ['J', []],
  ['C', []],
  ['K', []],
  ['m', []],
]);

/** Whether a prefix before the unit is squared with it: `m²`, `m²/(V·s)`. */
export const squaredUnit = (unit: string): boolean => /^[^/·(]+²/.test(unit);

/** All spellings of a unit, its own first. */
export function unitSpellings(unit: string): readonly string[] {
  return [unit, ...(units.get(unit) ?? [])];
}

/** The unit and the power of ten that `text` (`mV`, `kΩ`) means; undefined where it is none that is known. */
export function knownUnit(text: string): { unit: string; exponent: number } | undefined {
  for (const unit of units.keys()) {
    const exponent = prefixOf(text, unitSpellings(unit));
    if (exponent !== undefined) return { unit, exponent };
  }
  return undefined;
}

/** Power of ten of the prefix in `text`, if it is a prefix (or none) and one of these spellings. */
export function prefixOf(text: string, spellings: readonly string[]): number | undefined {
  for (const spelling of spellings) {
    if (!text.endsWith(spelling)) continue;
    const before = text.slice(0, text.length - spelling.length);
    const found = siPrefixes.find(
      ({ symbol, alsoWritten }) => symbol === before || alsoWritten.includes(before),
    );
    if (found !== undefined) return found.exponent;
  }
  return undefined;
}
