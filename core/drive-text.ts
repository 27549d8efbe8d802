import { inField, inputError } from './errors.js';
import { nearestWord } from './nearest.js';
import { readQuantity } from './quantity.js';
import { quoted } from './shown.js';

/** A sine; its two half waves may differ. Without a frequency, whoever drives says at which. */
export interface SineDrive {
  readonly kind: 'sine';
  /** Peak of the positive half wave, 0 or more, and of the negative one, 0 or less, V. */
  readonly positive_V: number;
  readonly negative_V: number;
  readonly frequency_Hz?: number;
  readonly periods?: number;
}

/** From 0 V straight to the positive peak, to the negative peak, and back to 0 V. */
export interface TriangleDrive {
  readonly kind: 'triangle';
  readonly positive_V: number;
  readonly negative_V: number;
  readonly period_s: number;
  readonly periods?: number;
}

/** Identical rectangular pulses; what is left out, the command or the device says. */
export interface PulseTrain {
  readonly amplitude_V: number;
  readonly width_s?: number;
  readonly count?: number;
}

/** Trains of pulses, one after the other. */
export interface PulsesDrive {
  readonly kind: 'pulses';
  readonly trains: readonly PulseTrain[];
}

/** A constant voltage that only reads. */
export interface ReadDrive {
  readonly kind: 'read';
  readonly read_V: number;
}

/** A table of times and voltages. */
export interface FileDrive {
  readonly kind: 'file';
  readonly path: string;
}

/** What an element is driven with, as one argument says it. */
export type DriveText = SineDrive | TriangleDrive | PulsesDrive | ReadDrive | FileDrive;
export type DriveKind = DriveText['kind'];

/** How each kind is written: shown in helps and messages. */
export const driveForms: Readonly<Record<DriveKind, string>> = {
  sine: 'sine:1V,10Hz,2',
  triangle: 'triangle:1.5V,-1.2V,1s,5',
  pulses: 'pulses:+1.2V,1us,100/-1.3V,1us,100',
  read: 'read:100mV',
  file: 'FILE.csv',
};

/** Periods or pulses at most. */
const MAX_COUNT = 1_000_000;

/**
 * Reads a drive, the same argument everywhere: `sine:1V,10Hz,2` (amplitude, or both peaks; frequency; periods),
 * `triangle:1.5V,-1.2V,1s,5` (both peaks, time of a period, periods), `pulses:+1.2V,1us,100/-1.3V,1us,100` (amplitude, width and
 * count of each train), `read:100mV`, or the name of a table `FILE.csv`. Numbers without a unit are in V, Hz and s.
 * @param kinds that are taken here
 * @param field what is being read, before what is said of it; empty where the caller says that
 * @throws OhmpropError `drive.kind` for another or an unknown kind, `drive.form`, `drive.value`, or of a quantity
 */
export function readDrive<K extends DriveKind>(
  text: string,
  kinds: readonly K[],
  field = '',
): Extract<DriveText, { kind: K }> {
  const drive = parse(text.trim(), field, kinds);
  if (!(kinds as readonly DriveKind[]).includes(drive.kind)) {
    throw inputError(
      'drive.kind',
      inField(field, `${quoted(text)} cannot be used here; write ${formsOf(kinds)}`),
    );
  }
  return drive as Extract<DriveText, { kind: K }>;
}

/** The pulse that raises a conductance and the one that lowers it, each whole. */
export type PulsePair = readonly [
  up: { readonly amplitude_V: number; readonly width_s: number },
  down: { readonly amplitude_V: number; readonly width_s: number },
];

/**
 * Reads a pulse each way: `+1.2V,1us,-1.3V,1us`, amplitude and width of the one that raises the conductance, then of the other.
 * @throws OhmpropError `drive.form`, `drive.value`, or of a quantity
 */
export function readPulsePair(text: string, field = ''): PulsePair {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length !== 4 || parts.includes('')) {
    throw inputError(
      'drive.form',
      inField(
        field,
        `${quoted(text)} cannot be read; write amplitude and width of the pulse that raises the conductance, then of the one that lowers it: +1.2V,1us,-1.3V,1us`,
      ),
    );
  }
  const { trains } = readPulses(`${parts[0]},${parts[1]}/${parts[2]},${parts[3]}`, field);
  return trains as unknown as PulsePair;
}

function parse(text: string, field: string, kinds: readonly DriveKind[]): DriveText {
  // A path may hold a colon; no drive ends in .csv.
  if (/\.csv$/i.test(text)) return { kind: 'file', path: text };
  const [, word, rest] = /^([a-z]+)\s*:(.*)$/is.exec(text) ?? [];
  const read = word === undefined ? undefined : readers.get(word);
  if (read !== undefined) return read(rest, field);
  const near = nearestWord(word ?? text, [...readers.keys()]);
  throw inputError(
    'drive.kind',
    inField(
      field,
      `${quoted(text)} is no drive; write ${formsOf(kinds)}${near === undefined ? '' : ` (did you mean ${near}:…?)`}`,
    ),
  );
}

const readers: ReadonlyMap<string, (rest: string, field: string) => DriveText> = new Map<
  string,
  (rest: string, field: string) => DriveText
>([
  ['sine', readSine],
  ['triangle', readTriangle],
  ['pulses', readPulses],
  ['read', readRead],
]);

function readSine(rest: string, field: string): SineDrive {
  const fields = fieldsOf(rest, 1, 4, 'sine', field);
  const both = fields.length === 4;
  const first = readQuantity(fields[0], 'V', field).value;
  const peaks = both ? peaksOf(fields[0], fields[1], field) : peaksOf(fields[0], String(-first), field);
  const [frequency, periods] = fields.slice(both ? 2 : 1);
  return {
    kind: 'sine',
    ...peaks,
    ...(frequency === undefined ? {} : { frequency_Hz: positive(frequency, 'Hz', 'a frequency', field) }),
    ...(periods === undefined ? {} : { periods: count(periods, 'periods', field) }),
  };
}

function readTriangle(rest: string, field: string): TriangleDrive {
  const [up, down, period, periods] = fieldsOf(rest, 3, 4, 'triangle', field);
  return {
    kind: 'triangle',
    ...peaksOf(up, down, field),
    period_s: positive(period, 's', 'the time of a period', field),
    ...(periods === undefined ? {} : { periods: count(periods, 'periods', field) }),
  };
}

function readPulses(rest: string, field: string): PulsesDrive {
  const trains = rest.split('/').map((part): PulseTrain => {
    const [amplitude, width, number] = fieldsOf(part, 1, 3, 'pulses', field);
    const amplitude_V = readQuantity(amplitude, 'V', field).value;
    if (amplitude_V === 0) throw value(field, amplitude, 'a pulse of 0 V moves nothing');
    return {
      amplitude_V,
      ...(width === undefined ? {} : { width_s: positive(width, 's', 'the width of a pulse', field) }),
      ...(number === undefined ? {} : { count: count(number, 'pulses', field) }),
    };
  });
  return { kind: 'pulses', trains };
}

function readRead(rest: string, field: string): ReadDrive {
  const [voltage] = fieldsOf(rest, 1, 1, 'read', field);
  return { kind: 'read', read_V: readQuantity(voltage, 'V', field).value };
}

function fieldsOf(rest: string, least: number, most: number, kind: DriveKind, field: string): string[] {
  const fields = rest.split(',').map((part) => part.trim());
  if (fields.length >= least && fields.length <= most && !fields.includes('')) return fields;
  throw inputError(
    'drive.form',
    inField(field, `${quoted(`${kind}:${rest}`)} cannot be read; write for instance ${driveForms[kind]}`),
  );
}

function peaksOf(up: string, down: string, field: string): { positive_V: number; negative_V: number } {
  const positive_V = readQuantity(up, 'V', field).value;
  const negative_V = readQuantity(down, 'V', field).value;
  if (positive_V < 0) throw value(field, up, 'the positive peak comes first, 0 or more');
  if (negative_V > 0) throw value(field, down, 'the negative peak carries its sign: 0 or less');
  if (positive_V === 0 && negative_V === 0) throw value(field, up, 'there is nothing to sweep at 0 V');
  return { positive_V, negative_V: negative_V === 0 ? 0 : negative_V };
}

function positive(text: string, unit: string, what: string, field: string): number {
  const { value: number } = readQuantity(text, unit, field);
  if (number > 0) return number;
  throw value(field, text, `${what} is above 0`);
}

function count(text: string, what: string, field: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= MAX_COUNT) return number;
  throw value(field, text, `${what} are a whole number from 1 to ${MAX_COUNT}`);
}

function value(field: string, text: string, why: string): Error {
  return inputError('drive.value', inField(field, `got ${quoted(text)}; ${why}`));
}

function formsOf(kinds: readonly DriveKind[]): string {
  return kinds.map((kind) => driveForms[kind]).join(' or ');
}
