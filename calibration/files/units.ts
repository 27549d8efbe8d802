/** A unit as a file writes it: the SI unit it stands for, and SI units in one of it. */
export interface FileUnit {
  /** V, A, Ω, S, s, Hz, K, m, m², W, C, 1 … */
  readonly unit: string;
  readonly factor: number;
}

/** Symbols and words of units, in small letters where case says nothing. */
const words: ReadonlyMap<string, string> = new Map([
  ...alike(
    'V',
    'v',
    'volt',
    'volts',
    'voltage',
    'vdc',
    'volt.',
    'v vs. ref.',
    'v vs. ref',
    'v vs ref',
    'v vs. ag/agcl',
  ),
  ...alike('A', 'a', 'amp', 'amps', 'ampere', 'amperes', 'adc'),
  ...alike('Ω', 'ω', 'ohm', 'ohms', '\u2126', 'ω.'),
  ...alike('S', 'siemens', 'mho', 'ω^-1', 'ω⁻¹', '1/ohm', '1/ω', 'ohm^-1'),
  ...alike('s', 'sec', 'secs', 'second', 'seconds', 'sek'),
  ...alike('Hz', 'hz', 'hertz'),
  ...alike('K', 'kelvin'),
  ...alike('W', 'w', 'watt', 'watts'),
  ...alike('C', 'coulomb', 'c'),
  ...alike('F', 'farad', 'f'),
]);

function alike(unit: string, ...spelt: string[]): [string, string][] {
  return spelt.map((word) => [word, unit]);
}

const prefixes: ReadonlyMap<string, number> = new Map([
  ['f', -15],
  ['p', -12],
  ['n', -9],
  ['u', -6],
  ['\u00b5', -6],
  ['\u03bc', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
]);
const longPrefixes: ReadonlyMap<string, number> = new Map([
  ['femto', -15],
  ['pico', -12],
  ['nano', -9],
  ['micro', -6],
  ['milli', -3],
  ['kilo', 3],
  ['mega', 6],
  ['giga', 9],
  ['tera', 12],
]);

/** Units that prefixes do not go with, and their factors to SI. */
const whole: ReadonlyMap<string, FileUnit> = new Map([
  ['min', { unit: 's', factor: 60 }],
  ['mins', { unit: 's', factor: 60 }],
  ['minute', { unit: 's', factor: 60 }],
  ['minutes', { unit: 's', factor: 60 }],
  ['h', { unit: 's', factor: 3600 }],
  ['hr', { unit: 's', factor: 3600 }],
  ['hrs', { unit: 's', factor: 3600 }],
  ['hour', { unit: 's', factor: 3600 }],
  ['hours', { unit: 's', factor: 3600 }],
  ['day', { unit: 's', factor: 86_400 }],
  ['days', { unit: 's', factor: 86_400 }],
  ['%', { unit: '1', factor: 0.01 }],
  ['#', { unit: '1', factor: 1 }],
  ['a/cm2', { unit: 'A/m²', factor: 1e4 }],
  ['a/m2', { unit: 'A/m²', factor: 1 }],
  ['ma/cm2', { unit: 'A/m²', factor: 10 }],
  ['ua/cm2', { unit: 'A/m²', factor: 1e-2 }],
  ['\u00b5a/cm2', { unit: 'A/m²', factor: 1e-2 }],
]);

/** `10^-6 A`, `10-6 A`, `1e-6 S`: values are in so much of the unit. */
const powerOfTen = /^(?:1[eE]|10(?:\^|(?=[+-])))\(?([+-]?\d{1,2})\)?\s*[x×*·]?\s*([A-Za-zΩΩ]{1,8})$/;

/**
 * The unit in a text: `uA`, `kΩ`, `volts`, `msec`, `Ampere`. Case tells milli from mega, and is forgiven where it says nothing
 * else (`ma`, `hz`). Undefined for what is no unit, or could be two.
 */
export function fileUnit(text: string): FileUnit | undefined {
  const bare = text
    .trim()
    .replace(/^[([{]\s*|\s*[)\]}]$/g, '')
    .trim()
    .replace(/\.$/, '');
  if (bare === '' || bare.length > 20) return undefined;
  const power = powerOfTen.exec(bare);
  if (power !== null) {
    const unit = fileUnit(power[2]);
    return unit === undefined ? undefined : { ...unit, factor: Number(`${unit.factor}e${Number(power[1])}`) };
  }
  const small = bare.toLowerCase().replaceAll('²', '2').replaceAll('^', '').replace('/cm2', '/cm2');
  const plain = whole.get(small);
  if (plain !== undefined) return plain;
  // The one letter that means two: siemens, unless a word says that it is time.
  if (bare === 'S') return { unit: 'S', factor: 1 };
  if (bare === 's') return { unit: 's', factor: 1 };
  if (bare === 'K') return { unit: 'K', factor: 1 };
  const own = words.get(small);
  if (own !== undefined) return { unit: own, factor: 1 };
  for (const [prefix, exponent] of longPrefixes) {
    if (!small.startsWith(prefix)) continue;
    const unit = small.slice(prefix.length) === 's' ? 's' : words.get(small.slice(prefix.length));
    if (unit !== undefined) return { unit, factor: 10 ** exponent };
  }
  const exponent = prefixes.get(bare[0]);
  if (exponent === undefined || exponent === 0) return undefined;
  const rest = bare.slice(1);
  const unit = rest === 'S' || rest === 's' ? rest : words.get(rest.toLowerCase());
  if (unit === undefined) return undefined;
  // "mohm" and "MOHM" are milli and mega to different people: only the usual spellings are taken.
  if (/^[mM]$/.test(bare[0]) && unit === 'Ω' && /^(?:mohm|MOHM|mohms)$/.test(bare)) return undefined;
  // In "MA" and "MV" everything is large: no instrument measures mega-amperes.
  if (bare[0] === 'M' && (unit === 'A' || unit === 'V' || unit === 's' || unit === 'S')) return undefined;
  return { unit, factor: Number(`1e${exponent}`) };
}
