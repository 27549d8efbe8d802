import type { LineDevice, LineEnd } from '../../serving/index.js';

/** An instrument with a device clear. */
export interface GpibInstrument extends LineDevice {
  deviceClear(): void;
}

const ESCAPE = 27;

/**
 * An adapter of Prologix's kind with one instrument on its bus (GPIB-USB manual 1.3): `++` commands are its own; what an instrument
 * has to say waits until it is told to read.
 */
export class EmulatedGpib implements LineDevice {
  readonly name: string;
  readonly clock;

  constructor(
    private readonly instrument: GpibInstrument,
    private readonly number: number,
  ) {
    this.name = `${instrument.name} at GPIB ${number}`;
    this.clock = instrument.clock;
  }

  connect(send: (bytes: Uint8Array) => void): LineEnd {
    const settings = new Map<string, string>([
      ['mode', '1'],
      ['auto', '1'],
      ['addr', '0'],
      ['eoi', '1'],
      ['eos', '0'],
      ['eot_enable', '0'],
      ['eot_char', '0'],
      ['read_tmo_ms', '500'],
      ['savecfg', '1'],
      ['lon', '0'],
    ]);
    const say = (text: string) => send(Buffer.from(`${text}\r\n`, 'latin1'));
    let waiting: Uint8Array[] = [];
    /** Until when the adapter waits for the instrument, and what it is told meanwhile. */
    let reading = false;
    const told: (() => void)[] = [];
    const deliver = () => {
      for (const bytes of waiting) send(bytes);
      waiting = [];
    };
    const goOn = () => {
      reading = false;
      while (!reading) {
        const next = told.shift();
        if (next === undefined) return;
        next();
      }
    };
    const instrument = this.instrument.connect((bytes) => {
      waiting.push(bytes);
      if (!reading) return;
      deliver();
      goOn();
    });
    const here = () => Number(settings.get('addr')) === this.number;
    const startReading = () => {
      if (!here()) return;
      if (waiting.length > 0) return deliver();
      reading = true;
      this.clock.after(Number(settings.get('read_tmo_ms')) / 1000, () => {
        if (reading) goOn();
      });
    };
    const own = (text: string) => {
      const [word, ...rest] = text.split(/\s+/);
      if (word === 'read') startReading();
      else if (word === 'clr') {
        waiting = [];
        if (here()) this.instrument.deviceClear();
      } else if (word === 'ver') say('Prologix GPIB-USB Controller version 6.107');
      else if (word === 'srq') say('0');
      else if (word === 'spoll') say('0');
      else if (word === 'rst') {
        settings.set('addr', '0');
      } else if (['ifc', 'loc', 'llo', 'trg', 'help'].includes(word)) return;
      else if (!settings.has(word)) say('Unrecognized command');
      else if (rest.length === 0) say(settings.get(word) ?? '');
      else settings.set(word, rest.join(' '));
    };
    const line = (bytes: readonly number[], escaped: boolean) => {
      const text = Buffer.from(bytes).toString('latin1');
      if (text === '') return;
      if (text.startsWith('++') && !escaped) own(text.slice(2));
      else if (here()) {
        // A new message with an answer unread: the answer is gone (query interrupted, -410).
        waiting = [];
        instrument.input(Buffer.from(`${text}\n`, 'latin1'));
        if (settings.get('auto') === '1') startReading();
      }
    };
    let collected: number[] = [];
    let escapes = false;
    let escaped = false;
    return {
      input: (bytes) => {
        for (const byte of bytes) {
          if (escapes) {
            if (collected.length === 0) escaped = true;
            collected.push(byte);
            escapes = false;
          } else if (byte === ESCAPE) escapes = true;
          else if (byte === 10 || byte === 13) {
            const [whole, wasEscaped] = [collected, escaped];
            collected = [];
            escaped = false;
            if (reading) told.push(() => line(whole, wasEscaped));
            else line(whole, wasEscaped);
          } else collected.push(byte);
        }
      },
      closed: () => instrument.closed(),
    };
  }
}
