import type { LineDevice, LineEnd } from '../../serving/index.js';
import type { Clock } from '../../transport/index.js';
import type { CellPort } from '../cell-port.js';
import { Processor, type Work } from './processor.js';
import { ScpiError, scpiNumber } from './scpi-settings.js';
import { readScpiLine, type ScpiCommand, scpiPattern, scpiWord } from './scpi-text.js';
import { settings2400 } from './settings-2400.js';
import { Terminals } from './terminals.js';

/** How an emulated instrument is made. */
export interface EmulatedSmuOptions {
  readonly clock: Clock;
  readonly cell: CellPort;
  readonly seed?: number;
  /** Of its readings' errors, over those of the instrument; 0 leaves none. Default 1. */
  readonly noise?: number;
  /** Another answer to *IDN?. */
  readonly identity?: string;
}

/** What a command and a measurement take besides their integration, s: of the order of the 2400's over its serial port and GPIB. */
const COMMAND_seconds = 0.002;
const MEASURE_seconds = 0.0005;
/** How long it is deaf after its supply has come back, s. */
const BOOT_seconds = 2;
/** Entries of its error queue; the last becomes -350 where more are written (SCPI-1999, 21.8). */
const ERRORS = 10;
/** A value that is not there, and one beyond any range (2400 manual, 18-60). */
const NOT_A_NUMBER = '+9.910000E+37';
/** Bits of its status word (2400 manual, `FORMat:ELEMents`, STATus): compliance; what was measured and sourced. */
const COMPLIANCE_BIT = 8;
const MEASURED_BITS = 2048 + 4096 + 16384;

type Action = (command: ScpiCommand) => Work | undefined;

/**
 * A Keithley 2400 as its user's manual has it, in SCPI, as far as somebody who measures cells speaks it: settings with their
 * ranges, an error queue, the trigger model's counts, list sweeps, the buffer, compliance, and the time that things take.
 */
export class Emulated2400 implements LineDevice {
  readonly name = 'emulated MODEL 2400';
  readonly clock: Clock;
  readonly terminals: Terminals;
  private readonly identity: string;
  private readonly processor: Processor;
  private readonly values = new Map<string, number | string>();
  private errors: string[] = [];
  private elements: readonly string[] = ['VOLT', 'CURR', 'RES', 'TIME', 'STAT'];
  private functions = new Set<string>(['CURR']);
  private list: number[] = [0];
  /** Readings of the buffer, and those since the last INITiate. */
  private trace: string[] = [];
  private lastReadings: string[] = [];
  private answers: string[] = [];
  private deafUntil_seconds = 0;
  private start_seconds = 0;
  private readonly actions: readonly (readonly [RegExp, boolean | undefined, Action])[];

  constructor({ clock, cell, seed = 1, identity, noise }: EmulatedSmuOptions) {
    this.clock = clock;
    this.identity =
      identity ?? 'KEITHLEY INSTRUMENTS INC.,MODEL 2400,4217001,C33   Mar 31 2015 09:32:39/A02  /K/J';
    this.terminals = new Terminals(clock, cell, seed, noise);
    this.processor = new Processor(clock);
    this.actions = this.table().map(
      ([pattern, query, action]) => [scpiPattern(pattern), query, action] as const,
    );
    this.reset();
  }

  connect(send: (bytes: Uint8Array) => void): LineEnd {
    let line = '';
    return {
      input: (bytes) => {
        if (this.clock.now_seconds() < this.deafUntil_seconds) return;
        for (const byte of bytes) {
          // Device clear over a serial line: ^C and ^X.
          if (byte === 3 || byte === 24) {
            line = '';
            this.deviceClear();
          } else if (byte === 10 || byte === 13) {
            const said = line;
            line = '';
            if (said.trim() !== '') this.processor.push(() => this.carryOut(said, send));
          } else line += String.fromCharCode(byte);
        }
      },
      closed: () => {},
    };
  }

  /** As GPIB's selected device clear and ^C do: what is under way ends, what waits is forgotten; settings and output stay. */
  deviceClear(): void {
    this.processor.clear();
    this.answers = [];
  }

  /** Its supply goes and comes back. */
  powerCycle(): void {
    this.processor.clear();
    this.reset();
    this.terminals.powerLoss();
    this.errors = [];
    this.trace = [];
    this.deafUntil_seconds = this.clock.now_seconds() + BOOT_seconds;
    this.start_seconds = this.clock.now_seconds();
  }

  private *carryOut(line: string, send: (bytes: Uint8Array) => void): Work {
    this.answers = [];
    for (const command of readScpiLine(line)) {
      yield COMMAND_seconds;
      try {
        yield* this.one(command);
      } catch (error) {
        if (!(error instanceof ScpiError)) throw error;
        this.fail(error);
      }
    }
    if (this.answers.length > 0) send(Buffer.from(`${this.answers.join(';')}\n`, 'latin1'));
  }

  private *one(command: ScpiCommand): Work {
    const { header, query, parameters } = command;
    for (const [pattern, asks, action] of this.actions) {
      if (!pattern.test(header) || (asks !== undefined && asks !== query)) continue;
      const work = action(command);
      if (work !== undefined) yield* work;
      return;
    }
    const setting = settings2400.find((one) => one.header.test(header));
    if (setting === undefined) throw new ScpiError(-113, 'Undefined header');
    if (query) {
      const bound =
        parameters.length === 1 ? scpiWord(parameters[0], ['MINimum', 'MAXimum', 'DEFault']) : undefined;
      if (parameters.length > 0 && bound === undefined) throw new ScpiError(-108, 'Parameter not allowed');
      this.answers.push(setting.say(bound === undefined ? this.get(setting.key) : setting.read(bound)));
      return;
    }
    if (parameters.length === 0) throw new ScpiError(-109, 'Missing parameter');
    if (parameters.length > 1) throw new ScpiError(-108, 'Parameter not allowed');
    this.put(setting.key, setting.read(parameters[0]));
  }

  private get(key: string): number | string {
    return this.values.get(key) ?? 0;
  }

  private put(key: string, value: number | string): void {
    const before = this.get(key);
    this.values.set(key, value);
    // A range that is told ends choosing one by itself; another function switches the output off (manual, 18-73).
    if (key.endsWith('.range')) this.values.set(key.replace('.range', '.auto'), 0);
    if (key === 'source.delay') this.values.set('source.delay.auto', 0);
    if (key === 'source.function' && value !== before) this.values.set('output', 0);
    // The buffer fills anew.
    if (key === 'trace.control' && value === 'NEXT') this.trace = [];
    this.apply();
  }

  private apply(level_V = Number(this.get('source.voltage'))): void {
    const voltage = this.get('source.function') === 'VOLT';
    this.terminals.set({
      // A current source is not modelled: its terminals see nothing.
      output: this.get('output') === 1 && voltage,
      level_V,
      limit_A: Number(this.get('protection.current')),
    });
  }

  private reset(): void {
    for (const { key, initial } of settings2400) this.values.set(key, initial);
    this.elements = ['VOLT', 'CURR', 'RES', 'TIME', 'STAT'];
    this.functions = new Set(['CURR']);
    this.list = [0];
    this.lastReadings = [];
    this.apply();
  }

  private fail({ code, text }: ScpiError): void {
    if (this.errors.length === ERRORS) this.errors[ERRORS - 1] = '-350,"Queue overflow"';
    else this.errors.push(`${code},"${text}"`);
  }

  /** The trigger model goes round: readings of all its counts. */
  private *measure(): Work {
    if (this.get('output') !== 1 && this.get('source.clear') !== 1) {
      throw new ScpiError(803, 'Not permitted with OUTPUT off');
    }
    const count = Number(this.get('TRIGger.count')) * Number(this.get('ARM.count'));
    const listed = this.get('source.voltage.mode') === 'LIST';
    const delay_seconds = Number(this.get('source.delay')) + Number(this.get('TRIGger.delay'));
    const zero = this.get('autozero') === 1 ? 3 : 1;
    const filtered = this.get('filter') === 1 ? Number(this.get('filter.count')) : 1;
    const integrate_seconds =
      (Number(this.get('nplc')) / Number(this.get('line'))) * zero * filtered + MEASURE_seconds;
    const tracing = this.get('trace.control') === 'NEXT';
    this.lastReadings = [];
    if (this.get('source.clear') === 1) this.values.set('output', 1);
    for (let point = 0; point < count; point++) {
      this.apply(listed ? this.list[point % this.list.length] : undefined);
      yield delay_seconds + integrate_seconds;
      const reading = this.reading();
      this.lastReadings.push(reading);
      if (!tracing || this.get('trace.control') !== 'NEXT') continue;
      this.trace.push(reading);
      if (this.trace.length >= Number(this.get('trace.points'))) this.values.set('trace.control', 'NEV');
    }
    if (this.get('source.clear') === 1) {
      this.values.set('output', 0);
      this.apply();
    }
  }

  private reading(): string {
    const { voltage_V, current_A, limited } = this.terminals.measure();
    const measures = (name: string): boolean => this.functions.has(name);
    const said: Record<string, string> = {
      VOLT: scpiNumber(measures('VOLT') ? voltage_V : Number(this.get('source.voltage'))),
      CURR: measures('CURR') ? scpiNumber(current_A) : NOT_A_NUMBER,
      RES: measures('RES') ? scpiNumber(voltage_V / current_A) : NOT_A_NUMBER,
      TIME: scpiNumber(this.clock.now_seconds() - this.start_seconds),
      STAT: scpiNumber(MEASURED_BITS + (limited ? COMPLIANCE_BIT : 0)),
    };
    return this.elements.map((element) => said[element]).join(',');
  }

  private *readings(work: Work): Work {
    yield* work;
    this.answers.push(this.lastReadings.join(','));
  }

  private listOf(parameters: readonly string[]): number[] {
    if (parameters.length === 0) throw new ScpiError(-109, 'Missing parameter');
    if (parameters.length > 100) throw new ScpiError(-223, 'Too much data');
    return parameters.map((text) => {
      const value = Number(text);
      if (!Number.isFinite(value)) throw new ScpiError(-104, 'Data type error');
      if (Math.abs(value) > 210) throw new ScpiError(-222, 'Parameter data out of range');
      return value;
    });
  }

  private table(): [string, boolean | undefined, Action][] {
    const say = (text: () => string): Action => {
      return () => {
        this.answers.push(text());
        return undefined;
      };
    };
    const doing = (what: (command: ScpiCommand) => void): Action => {
      return (command) => {
        what(command);
        return undefined;
      };
    };
    const known = ['VOLTage', 'CURRent', 'RESistance'];
    const named = (parameters: readonly string[]): string[] =>
      parameters.map((text) => {
        const word = scpiWord(text.replace(/^["']|["']$/g, '').replace(/:DC$/i, ''), known);
        if (word === undefined) throw new ScpiError(-224, 'Illegal parameter value');
        return word;
      });
    const next = (): string => this.errors.shift() ?? '0,"No error"';
    return [
      ['*IDN', true, say(() => this.identity)],
      ['*OPC', true, say(() => '1')],
      ['*OPC', false, doing(() => {})],
      ['*WAI', false, doing(() => {})],
      ['*TST', true, say(() => '0')],
      ['*OPT', true, say(() => '0')],
      ['*ESR', true, say(() => '0')],
      ['*STB', true, say(() => String(this.errors.length > 0 ? 4 : 0))],
      [
        '*CLS',
        false,
        doing(() => {
          this.errors = [];
        }),
      ],
      [
        '*RST',
        false,
        doing(() => {
          this.reset();
        }),
      ],
      ['SYSTem:PRESet', false, doing(() => this.reset())],
      ['*TRG', false, doing(() => {})],
      ['SYSTem:ERRor[:NEXT]', true, say(next)],
      ['SYSTem:ERRor:COUNt', true, say(() => String(this.errors.length))],
      [
        'SYSTem:ERRor:ALL',
        true,
        say(() => {
          const all = this.errors.length === 0 ? next() : this.errors.join(',');
          this.errors = [];
          return all;
        }),
      ],
      [
        'SYSTem:CLEar',
        false,
        doing(() => {
          this.errors = [];
        }),
      ],
      ['SYSTem:VERSion', true, say(() => '1996.0')],
      [
        'SYSTem:TIME:RESet',
        false,
        doing(() => {
          this.start_seconds = this.clock.now_seconds();
        }),
      ],
      ['SYSTem:BEEPer[:IMMediate]', false, doing(() => {})],
      ['SYSTem:LOCal', false, doing(() => {})],
      ['SYSTem:REMote', false, doing(() => {})],
      [
        'FORMat:ELEMents[:SENSe]',
        false,
        doing(({ parameters }) => {
          const words = ['VOLTage', 'CURRent', 'RESistance', 'TIME', 'STATus'];
          const asked = parameters.map((text) => {
            const word = scpiWord(text, words);
            if (word === undefined) throw new ScpiError(-224, 'Illegal parameter value');
            return word;
          });
          if (asked.length === 0) throw new ScpiError(-109, 'Missing parameter');
          // Their order is the instrument's.
          this.elements = ['VOLT', 'CURR', 'RES', 'TIME', 'STAT'].filter((word) => asked.includes(word));
        }),
      ],
      ['FORMat:ELEMents[:SENSe]', true, say(() => this.elements.join(','))],
      [
        'FORMat[:DATA]',
        false,
        doing(({ parameters: [kind = ''] }) => {
          if (scpiWord(kind, ['ASCii']) === undefined) throw new ScpiError(-224, 'Illegal parameter value');
        }),
      ],
      ['FORMat[:DATA]', true, say(() => 'ASC')],
      [
        'SENSe[1]:FUNCtion[:ON]',
        false,
        doing(({ parameters }) => {
          if (parameters.length === 0) throw new ScpiError(-109, 'Missing parameter');
          const asked = named(parameters);
          if (this.get('concurrent') !== 1) this.functions.clear();
          for (const name of asked) this.functions.add(name);
        }),
      ],
      [
        'SENSe[1]:FUNCtion[:ON]:ALL',
        false,
        doing(() => {
          this.functions = new Set(['VOLT', 'CURR', 'RES']);
        }),
      ],
      [
        'SENSe[1]:FUNCtion:OFF',
        false,
        doing(({ parameters }) => {
          for (const name of named(parameters)) this.functions.delete(name);
        }),
      ],
      ['SENSe[1]:FUNCtion[:ON]', true, say(() => [...this.functions].map((one) => `"${one}:DC"`).join(','))],
      ['SENSe[1]:CURRent[:DC]:PROTection:TRIPped', true, say(() => String(Number(this.terminals.limited)))],
      ['SENSe[1]:VOLTage[:DC]:PROTection:TRIPped', true, say(() => '0')],
      [
        'SOURce[1]:CLEar[:IMMediate]',
        false,
        doing(() => {
          this.put('output', 0);
        }),
      ],
      [
        'SOURce[1]:LIST:VOLTage',
        false,
        doing(({ parameters }) => {
          this.list = this.listOf(parameters);
        }),
      ],
      [
        'SOURce[1]:LIST:VOLTage:APPend',
        false,
        doing(({ parameters }) => {
          const more = this.listOf(parameters);
          if (this.list.length + more.length > 2500) throw new ScpiError(-223, 'Too much data');
          this.list = [...this.list, ...more];
        }),
      ],
      ['SOURce[1]:LIST:VOLTage', true, say(() => this.list.map(scpiNumber).join(','))],
      ['SOURce[1]:LIST:VOLTage:POINts', true, say(() => String(this.list.length))],
      ['TRACe:POINts:ACTual', true, say(() => String(this.trace.length))],
      [
        'TRACe:CLEar',
        false,
        doing(() => {
          this.trace = [];
        }),
      ],
      ['TRACe:DATA', true, say(() => this.trace.join(','))],
      ['TRIGger:CLEar', false, doing(() => {})],
      ['ABORt', false, doing(() => {})],
      ['INITiate[:IMMediate]', false, () => this.measure()],
      ['READ', true, () => this.readings(this.measure())],
      ['FETCh', true, say(() => this.lastReadings.join(','))],
      ...known.map((name): [string, boolean, Action] => [
        `MEASure:${name}[:DC]`,
        true,
        ({ header }) => {
          this.functions = new Set([(scpiWord(header.split(':')[1], known) ?? 'CURR') as string]);
          // Measuring by this command switches the output on (manual, 17-6), at the level that is set.
          this.put('output', 1);
          return this.readings(this.measure());
        },
      ]),
      ['MEASure', true, () => this.readings(this.measure())],
      ['STATus:PRESet', false, doing(() => {})],
      [
        'STATus:QUEue:CLEar',
        false,
        doing(() => {
          this.errors = [];
        }),
      ],
      ['DISPlay:CNDisplay', false, doing(() => {})],
    ];
  }
}
