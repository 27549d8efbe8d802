import { inputError, nearestWord, quoted } from '../../core/index.js';

/** Kinds of instruments that there are drivers for, as they stand before an address. */
export const instrumentKinds = ['arc-one', 'smu'] as const;
export type InstrumentKind = (typeof instrumentKinds)[number];

/** The line to an instrument. */
export type InstrumentLine =
  | { readonly via: 'serial'; readonly path: string }
  | { readonly via: 'tcp'; readonly url: string }
  | { readonly via: 'usbtmc'; readonly path: string }
  /** A Prologix-type adapter on a serial port, or over TCP, and the instrument's number on its bus. */
  | {
      readonly via: 'gpib';
      readonly adapter: Extract<InstrumentLine, { via: 'serial' | 'tcp' }>;
      readonly number: number;
    };

/** Where an instrument is, and what it is. */
export interface InstrumentAddress {
  readonly kind: InstrumentKind;
  readonly line: InstrumentLine;
  /** In one spelling: `smu:gpib:/dev/ttyUSB0,24`. */
  readonly text: string;
}

/** For helps and messages. */
export const addressForms =
  'arc-one:/dev/ttyACM0, smu:tcp://192.168.1.5:5025, smu:usbtmc:/dev/usbtmc0, smu:gpib:/dev/ttyUSB0,24, smu:/dev/ttyUSB0';

/** GPIB numbers of instruments (IEEE 488.1): 31 is none. */
const MAX_GPIB = 30;

/**
 * Reads an address of an instrument. Nothing is opened.
 * @throws OhmpropError `instrument.address` (exit code 2)
 */
export function readInstrumentAddress(text: string): InstrumentAddress {
  const [, word, rest] = /^([a-z][a-z0-9-]*):(?!\/\/)(.*)$/is.exec(text.trim()) ?? [];
  const kind = instrumentKinds.find((one) => one === word);
  if (kind !== undefined) {
    const line = readLine(rest, text);
    if (kind === 'arc-one' && (line.via === 'usbtmc' || line.via === 'gpib')) {
      throw refuse(text, 'an ArC ONE is on a serial port: arc-one:/dev/ttyACM0');
    }
    return { kind, line, text: `${kind}:${lineText(line)}` };
  }
  // On these nothing but a source-measure unit has a driver.
  if (word === 'usbtmc' || word === 'gpib') {
    const line = readLine(text.trim(), text);
    return { kind: 'smu', line, text: `smu:${lineText(line)}` };
  }
  const near = word === undefined ? undefined : nearestWord(word, [...instrumentKinds, 'usbtmc', 'gpib']);
  if (near !== undefined) throw refuse(text, `did you mean ${near}:${rest}?`);
  throw refuse(
    text,
    `say what is there before it: ${instrumentKinds.map((one) => `${one}:${text.trim()}`).join(' or ')}`,
  );
}

/** An address of a line as it is written. */
export function lineText(line: InstrumentLine): string {
  if (line.via === 'serial') return line.path;
  if (line.via === 'tcp') return line.url;
  return line.via === 'usbtmc' ? `usbtmc:${line.path}` : `gpib:${lineText(line.adapter)},${line.number}`;
}

function readLine(rest: string, whole: string): InstrumentLine {
  const [, word, what] = /^(usbtmc|gpib):(.*)$/s.exec(rest) ?? [];
  if (word === 'usbtmc') {
    if (what.startsWith('/')) return { via: 'usbtmc', path: what };
    throw refuse(whole, 'usbtmc: takes the path of a device, usbtmc:/dev/usbtmc0');
  }
  if (word === 'gpib') {
    const [, adapter, number] = /^(.+),\s*(\d{1,2})$/s.exec(what) ?? [];
    if (adapter === undefined || Number(number) > MAX_GPIB) {
      throw refuse(
        whole,
        `gpib: takes the adapter's port and a number from 0 to ${MAX_GPIB}, gpib:/dev/ttyUSB0,24`,
      );
    }
    return { via: 'gpib', adapter: plainLine(adapter, whole), number: Number(number) };
  }
  return plainLine(rest, whole);
}

function plainLine(text: string, whole: string): Extract<InstrumentLine, { via: 'serial' | 'tcp' }> {
  if (text.startsWith('tcp:')) {
    const [, host, port] = /^tcp:\/\/([^:/,]+|\[[0-9a-fA-F:]+\]):(\d{1,5})\/?$/.exec(text) ?? [];
    if (host === undefined || Number(port) > 65535) {
      throw refuse(whole, `${quoted(text)} is no TCP address; write for instance tcp://192.168.1.5:5025`);
    }
    return { via: 'tcp', url: `tcp://${host}:${Number(port)}` };
  }
  if (/^(\/|\\\\|\.\/|COM\d+$)/i.test(text)) return { via: 'serial', path: text };
  throw refuse(
    whole,
    text === '' ? 'no line is named' : `${quoted(text)} is no port; write its path, /dev/ttyUSB0 or COM3`,
  );
}

function refuse(text: string, why: string): Error {
  return inputError(
    'instrument.address',
    `${quoted(text)} is no address of an instrument: ${why}; forms: ${addressForms}`,
  );
}
