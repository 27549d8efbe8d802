import {
  GpibTransport,
  type SerialSettings,
  SerialTransport,
  TcpTransport,
  type Transport,
  UsbtmcTransport,
} from '../transport/index.js';
import type { InstrumentLine } from './address.js';

/** What has to be known of an instrument to open a line to it. */
export interface InstrumentLineSettings {
  readonly serial: SerialSettings;
  /** Whether a line of text is answered: adapters fetch answers. */
  readonly asks?: (line: string) => boolean;
}

/**
 * The line that an address names. Nothing is opened.
 * @throws OhmpropError `line.usbtmc` where there is no driver for it
 */
export function instrumentTransport(line: InstrumentLine, settings: InstrumentLineSettings): Transport {
  const { serial, asks = (text) => text.includes('?') } = settings;
  if (line.via === 'serial') return new SerialTransport(line.path, serial);
  if (line.via === 'tcp') return TcpTransport.of(line.url);
  if (line.via === 'usbtmc') return new UsbtmcTransport(line.path, asks);
  return new GpibTransport(instrumentTransport(line.adapter, settings), line.number, asks);
}
