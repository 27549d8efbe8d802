import type { Clock } from '../../transport/index.js';
import type { Work } from './processor.js';
import { ScpiError, scpiNumber } from './scpi-settings.js';
import { settings2400 } from './settings-2400.js';
import type { Terminals } from './terminals.js';

/** What a measurement takes besides its integration, s: of the order of the 2400's. */
const MEASURE_seconds = 0.0005;
/** Entries of its error queue; the last becomes -350 where more are written (SCPI-1999, 21.8). */
const ERRORS = 10;
/** A value that is not there, and one beyond any range (2400 manual, 18-60). */
const NOT_A_NUMBER = '+9.910000E+37';
/** Bits of its status word (2400 manual, `FORMat:ELEMents`, STATus): compliance; what was measured and sourced. */
const COMPLIANCE_BIT = 8;
const MEASURED_BITS = 2048 + 4096 + 16384;

/** A 2400 without its language: what it is set to, its error queue, buffer and list, and how it measures. */
export class Model2400 {
  private readonly values = new Map<string, number | string>();
  errors: string[] = [];
  elements: readonly string[] = ['VOLT', 'CURR', 'RES', 'TIME', 'STAT'];
  functions = new Set<string>(['CURR']);
  list: number[] = [0];
  /** Readings of the buffer, and those since the last INITiate. */
  trace: string[] = [];
  lastReadings: string[] = [];
  /** Of the line that is carried out. */
  answers: string[] = [];
  start_seconds = 0;

  constructor(
    readonly clock: Clock,
    readonly terminals: Terminals,
    readonly identity: string,
  ) {
    this.reset();
  }

  get(key: string): number | string {
    return this.values.get(key) ?? 0;
  }

  put(key: string, value: number | string): void {
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

  /** As *RST leaves it. */
  reset(): void {
    for (const { key, initial } of settings2400) this.values.set(key, initial);
    this.elements = ['VOLT', 'CURR', 'RES', 'TIME', 'STAT'];
    this.functions = new Set(['CURR']);
    this.list = [0];
    this.lastReadings = [];
    this.apply();
  }

  /** Writes into the error queue. */
  fail({ code, text }: ScpiError): void {
    if (this.errors.length === ERRORS) this.errors[ERRORS - 1] = '-350,"Queue overflow"';
    else this.errors.push(`${code},"${text}"`);
  }

  /** The trigger model goes round: readings of all its counts. */
  *measure(): Work {
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

  /** Measures, and answers what was. */
  *readings(work: Work): Work {
    yield* work;
    this.answers.push(this.lastReadings.join(','));
  }
}
