// What an ArC ONE is told: fields of ASCII, each ended by a line feed; word and bit lines count from 1. Field order and codes as the
// instrument's two open clients send them (libarc1 and arc1_pyqt of ArC Instruments), read on the wire.

/** How cells are read. */
export const readModes = { classic: 0, tia: 1, 'tia-4-point': 2, 'tia-4-point-negative': 3 } as const;

/** What stays on lines that are not selected: shares of the voltage, or nothing. */
export const sneakPaths = { third: 0, half: 1, float: 256 } as const;

/** What an ArC ONE is set to when it is initialised. */
export interface ArcOneSettings {
  /** Samples that one read averages; 30 in the vendor's client. */
  readonly readCycles: number;
  /** Word and bit lines that are in use, 1 … 32. */
  readonly words: number;
  readonly bits: number;
  readonly sneakPath: keyof typeof sneakPaths;
  /** Voltage of reads, V, of either sign. */
  readonly read_V: number;
}

/** The longest command is one packet of USB: it comes whole or not at all. */
export const MAX_COMMAND_BYTES = 64;
/** A pulse as the instrument can make it. */
export const pulseRange = { least_s: 90e-9, most_s: 10, most_V: 12 } as const;

/** Begins everything anew: the instrument's processor restarts, cells stay as they are. No reply. */
export const resetCommand: Uint8Array = Buffer.from('00\n', 'latin1');

/** Two unsigned shorts, major and minor; old firmware says nothing. */
export const versionCommand: Uint8Array = Buffer.from('999\n', 'latin1');

/** Settings, whole. The reply is the line `1`. */
export function initCommand(settings: ArcOneSettings): Uint8Array {
  const { readCycles, words, bits, sneakPath, read_V } = settings;
  return fields('0', readCycles, words, bits, modeOf(read_V), 0, sneakPaths[sneakPath], volts(read_V));
}

/** Read voltage and the mode that goes with its sign. No reply. */
export function readVoltageCommand(read_V: number): Uint8Array {
  return fields('01', modeOf(read_V), volts(read_V));
}

/** Reads a cell. @param word, bit from 1. The reply is its resistance, ohm. */
export function readCommand(word: number, bit: number): Uint8Array {
  return fields('1', word, bit);
}

/** Reads all cells of the first word and bit lines, word by word: a resistance each, ohm. */
export function readAllCommand(words: number, bits: number): Uint8Array {
  return fields('2', 1, words, bits);
}

/** One pulse, then a read: the reply is the resistance after it, ohm. The only word that a pulse was given. */
export function pulseReadCommand(
  word: number,
  bit: number,
  amplitude_V: number,
  width_s: number,
): Uint8Array {
  return fields('3', word, bit, volts(amplitude_V), seconds(width_s));
}

/** Microvolts are as fine as the clients go. */
export function volts(value_V: number): string {
  return String(Number(value_V.toFixed(6)) || 0);
}

/** Exponent form: as %f, which both clients use, 100 ns goes out as 0.000000. */
export function seconds(value_s: number): string {
  const [mantissa, exponent] = Number(value_s.toPrecision(7)).toExponential().split('e');
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

function modeOf(read_V: number): number {
  return read_V < 0 ? readModes['tia-4-point-negative'] : readModes['tia-4-point'];
}

function fields(...values: (string | number)[]): Uint8Array {
  return Buffer.from(values.map((value) => `${value}\n`).join(''), 'latin1');
}
