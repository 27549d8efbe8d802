import type { LineDevice, LineEnd } from '../../serving/index.js';
import type { Clock } from '../../transport/index.js';
import { type CellPort, resistorPort } from '../cell-port.js';
import type { EmulatedSmuOptions } from './emulated-2400.js';
import {
  asNumber,
  isObject,
  type LuaFunction,
  LuaRuntimeError,
  LuaTable,
  type LuaValue,
  luaFunction,
  runLua,
} from './lua-run.js';
import { LuaSyntaxError, readLua } from './lua-text.js';
import { Processor, type Work } from './processor.js';
import { SmuChannel } from './smu-channel.js';
import { Terminals } from './terminals.js';
import { TspObject } from './tsp-object.js';

/** What a line takes before it is carried out, s; the recorded session shows 3 ms of round trip. */
const LINE_seconds = 0.001;
const RESET_seconds = 0.02;
const BOOT_seconds = 2;
const ERRORS = 100;
const OPEN_ohm = 1e12;

interface TspError {
  readonly code: number;
  readonly text: string;
}

/** Globals: the instrument's objects, which cannot be replaced, and whatever a script puts beside them. */
class Globals extends LuaTable {
  constructor(private readonly own: ReadonlyMap<string, LuaValue>) {
    super();
  }

  override get(key: number | string): LuaValue {
    return this.own.get(String(key)) ?? super.get(key);
  }
}

/**
 * A Keithley 2600B as its reference manual (2600BS-901-01) has it, in TSP: scripts of a part of Lua, both channels' settings with their
 * ranges, reading buffers, the error queue, the trigger model's sweeps, compliance, and the time that things take.
 */
export class Emulated2600 implements LineDevice {
  readonly name = 'emulated Model 2636B';
  readonly clock: Clock;
  readonly channels: { readonly a: SmuChannel; readonly b: SmuChannel };
  private readonly identity: string;
  private readonly processor: Processor;
  private readonly globals: Globals;
  private errors: TspError[] = [];
  private deafUntil_seconds = 0;
  private send: (bytes: Uint8Array) => void = () => {};

  constructor({
    clock,
    cell,
    seed = 1,
    identity,
    noise,
    cellB = resistorPort(OPEN_ohm),
  }: EmulatedSmuOptions & { readonly cellB?: CellPort }) {
    this.clock = clock;
    this.identity = identity ?? 'Keithley Instruments Inc., Model 2636B, 4106225, 3.3.5';
    this.processor = new Processor(clock);
    this.channels = {
      a: new SmuChannel('smua', 45, new Terminals(clock, cell, seed, noise), clock),
      b: new SmuChannel('smub', 51, new Terminals(clock, cellB, seed + 1, noise), clock),
    };
    this.globals = new Globals(this.objects());
    this.reset();
  }

  /** Of channel a. */
  get terminals(): Terminals {
    return this.channels.a.terminals;
  }

  connect(send: (bytes: Uint8Array) => void): LineEnd {
    let line = '';
    return {
      input: (bytes) => {
        if (this.clock.now_seconds() < this.deafUntil_seconds) return;
        for (const byte of bytes) {
          if (byte === 3 || byte === 24) {
            line = '';
            this.deviceClear();
          } else if (byte === 10 || byte === 13) {
            const said = line.trim();
            line = '';
            // Obeyed at once, whatever is under way (reference manual, `abort`).
            if (said === 'abort') this.abort();
            else if (said !== '') this.processor.push(() => this.carryOut(said, send));
          } else line += String.fromCharCode(byte);
        }
      },
      closed: () => {},
    };
  }

  deviceClear(): void {
    this.processor.clear();
  }

  powerCycle(): void {
    this.processor.clear();
    this.reset();
    this.terminals.powerLoss();
    this.errors = [];
    this.globals.values.clear();
    this.deafUntil_seconds = this.clock.now_seconds() + BOOT_seconds;
  }

  private abort(): void {
    this.processor.breakOff();
    this.channels.a.abort();
    this.channels.b.abort();
  }

  private reset(): void {
    this.channels.a.reset();
    this.channels.b.reset();
  }

  private *carryOut(line: string, send: (bytes: Uint8Array) => void): Work {
    yield LINE_seconds;
    this.send = send;
    if (line.startsWith('*')) {
      this.common(line.toLowerCase());
      return;
    }
    try {
      yield* runLua(readLua(line), this.globals);
    } catch (error) {
      if (error instanceof LuaSyntaxError) this.fail(-285, `TSP Syntax error at line 1: ${error.message}`);
      else if (error instanceof LuaRuntimeError) {
        const code = typeof error.cause === 'number' ? error.cause : -286;
        this.fail(code, code === -286 ? `TSP Runtime error at line 1: ${error.message}` : error.message);
      } else throw error;
    }
  }

  private common(line: string): void {
    if (line === '*idn?') this.say(this.identity);
    else if (line === '*opc?') this.say('1');
    else if (line === '*tst?' || line === '*esr?' || line === '*stb?') this.say('0');
    else if (line === '*cls') this.errors = [];
    else if (line === '*rst') this.reset();
    else if (line === '*trg') {
      this.channels.a.trigger();
      this.channels.b.trigger();
    } else if (line !== '*wai' && line !== '*opc')
      this.fail(-285, `TSP Syntax error at line 1: unexpected symbol near '*'`);
  }

  private fail(code: number, text: string): void {
    if (this.errors.length === ERRORS) this.errors[ERRORS - 1] = { code: -350, text: 'Queue overflow' };
    else this.errors.push({ code, text });
  }

  private say(text: string): void {
    this.send(Buffer.from(`${text}\n`, 'latin1'));
  }

  private objects(): Map<string, LuaValue> {
    const constant = (value: LuaValue) => ({ value });
    const { a, b } = this.channels;
    const print: LuaFunction = luaFunction((...args) => this.say(args.map(printed).join('\t')));
    const blenders = LuaTable.of(
      Array.from({ length: 6 }, (_, k) => {
        const blender = LuaTable.of([]);
        blender.set('orenable', false);
        blender.set('EVENT_ID', 57 + k);
        blender.set('stimulus', LuaTable.of([0, 0, 0, 0]));
        return blender;
      }),
    );
    const sweeping = new TspObject('sweeping', {
      condition: { get: () => (a.sweeping ? 2 : 0) + (b.sweeping ? 4 : 0) },
    });
    const displays = (channel: string) =>
      new TspObject(`display.${channel}`, { measure: constant(new LuaTable()), digits: constant(6) });
    const after = (time: (args: readonly LuaValue[]) => number, what = () => {}): LuaFunction => {
      return function* (args) {
        yield time(args);
        what();
        return [];
      };
    };
    return new Map<string, LuaValue>([
      ['smua', a.object],
      ['smub', b.object],
      ['print', print],
      ['printnumber', print],
      [
        'printbuffer',
        luaFunction((first, last, ...columns) => {
          const rows: string[] = [];
          for (let i = asNumber(first); i <= asNumber(last); i++) {
            for (const column of columns) if (isObject(column)) rows.push(printed(column.get(i)));
          }
          this.say(rows.join(', '));
        }),
      ],
      ['delay', after(([seconds]) => asNumber(seconds))],
      // Overlapped commands are the trigger model's alone.
      ['waitcomplete', this.waiting()],
      [
        'reset',
        after(
          () => RESET_seconds,
          () => this.reset(),
        ),
      ],
      ['ipairs', luaFunction((table) => table)],
      ['tonumber', luaFunction((value) => Number(value))],
      [
        'table',
        new TspObject('table', {
          insert: constant(
            luaFunction((table, value) => {
              if (!(table instanceof LuaTable))
                throw new LuaRuntimeError("bad argument #1 to 'insert' (table expected)");
              table.set(table.items.length + 1, value);
            }),
          ),
          concat: constant(
            luaFunction((table, separator) =>
              table instanceof LuaTable ? table.items.map(plain).join(String(separator ?? '')) : '',
            ),
          ),
          getn: constant(luaFunction((table) => (table instanceof LuaTable ? table.items.length : 0))),
        }),
      ],
      [
        'errorqueue',
        new TspObject('errorqueue', {
          count: { get: () => this.errors.length },
          clear: constant(
            luaFunction(() => {
              this.errors = [];
            }),
          ),
          next: constant(
            luaFunction(() => {
              const { code, text } = this.errors.shift() ?? { code: 0, text: 'Queue Is Empty' };
              return [code, text, code === 0 ? 0 : 20, 1];
            }),
          ),
        }),
      ],
      [
        'localnode',
        new TspObject('localnode', {
          linefreq: constant(50),
          model: { get: () => /Model (\w+)/.exec(this.identity)?.[1] ?? '2636B' },
          serialno: { get: () => this.identity.split(',')[2]?.trim() ?? '' },
          revision: { get: () => this.identity.split(',')[3]?.trim() ?? '' },
          prompts: { get: () => 0, set: () => {} },
          showerrors: { get: () => 0, set: () => {} },
        }),
      ],
      [
        'display',
        new TspObject('display', {
          MEASURE_DCAMPS: constant(0),
          MEASURE_DCVOLTS: constant(1),
          smua: constant(displays('smua')),
          smub: constant(displays('smub')),
          clear: constant(luaFunction(() => {})),
          settext: constant(luaFunction(() => {})),
        }),
      ],
      [
        'trigger',
        new TspObject('trigger', {
          EVENT_ID: constant(29),
          blender: constant(blenders),
          clear: constant(luaFunction(() => {})),
        }),
      ],
      [
        'status',
        new TspObject('status', {
          operation: constant(new TspObject('operation', { sweeping: constant(sweeping) })),
          reset: constant(luaFunction(() => {})),
        }),
      ],
      [
        'beeper',
        new TspObject('beeper', {
          enable: { get: () => 1, set: () => {} },
          beep: constant(after(([seconds]) => asNumber(seconds))),
        }),
      ],
      ['format', new TspObject('format', { asciiprecision: { get: () => 6, set: () => {} } })],
    ]);
  }

  private waiting(): LuaFunction {
    const { a, b } = this.channels;
    return function* () {
      while (a.sweeping || b.sweeping) yield 0.001;
      return [];
    };
  }
}

/** As the instrument prints at its precision after switching on, six digits. */
function printed(value: LuaValue): string {
  if (typeof value === 'number') {
    const [digits, power] = value.toExponential(5).split('e');
    const sign = power.startsWith('-') ? '-' : '+';
    return `${digits}e${sign}${power.replace(/^[+-]/, '').padStart(2, '0')}`;
  }
  if (value === undefined) return 'nil';
  if (typeof value === 'object') return 'table: 0x0';
  if (typeof value === 'function') return 'function: 0x0';
  return String(value);
}

/** A number within a text, as Lua writes it: 14 digits at most. */
function plain(value: LuaValue): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(14))) : String(value);
}
