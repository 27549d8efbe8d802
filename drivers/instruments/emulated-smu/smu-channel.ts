import type { Clock } from '../../transport/index.js';
import {
  isObject,
  type LuaFunction,
  LuaRuntimeError,
  LuaTable,
  type LuaValue,
  luaFunction,
} from './lua-run.js';
import type { Terminals } from './terminals.js';
import { numberAttribute, type TspAttribute, type TspMembers, TspObject } from './tsp-object.js';

/** Readings that a buffer keeps, each with what was sourced and when. */
class ReadingBuffer {
  readonly rows: {
    readonly value: number;
    readonly source_V: number;
    readonly time_s: number;
    readonly status: number;
  }[] = [];

  readonly object: TspObject = new TspObject('nvbuffer', {
    n: { get: () => this.rows.length },
    capacity: { value: 60_000 },
    readings: { get: () => this.column('value') },
    sourcevalues: { get: () => this.column('source_V') },
    timestamps: { get: () => this.column('time_s') },
    statuses: { get: () => this.column('status') },
    appendmode: numberAttribute(0, [0, 1]),
    collecttimestamps: numberAttribute(1, [0, 1]),
    collectsourcevalues: numberAttribute(1, [0, 1]),
    clear: { value: luaFunction(() => this.clear()) },
    clearcache: { value: luaFunction(() => {}) },
  });

  clear(): void {
    this.rows.length = 0;
  }

  private column(key: 'value' | 'source_V' | 'time_s' | 'status'): LuaTable {
    return LuaTable.of(this.rows.map((row) => row[key]));
  }
}

/** Bits of a reading's status: the source is in compliance (2600B reference manual, `bufferVar.statuses`). */
const COMPLIANCE_STATUS = 64;

/** Time that a measurement takes besides its integration, s. */
const MEASURE_seconds = 2e-4;

/** Ids of a channel's events, as the recorded session shows them: smua from 45, smub from 51. */
const EVENTS = ['MEASURE_COMPLETE', 'SOURCE_COMPLETE', 'PULSE_COMPLETE', 'ARMED'] as const;

/** One channel of an emulated 2600: `smua`. */
export class SmuChannel {
  readonly object: TspObject;
  /** A sweep of its trigger model is under way. */
  sweeping = false;
  private readonly buffers = [new ReadingBuffer(), new ReadingBuffer()];
  private readonly resets: (() => void)[] = [];
  private source: Record<string, ReturnType<typeof numberAttribute>> = {};
  private nplc = this.kept(1, [0.001, 25]);
  private list: number[] = [];
  private into: ReadingBuffer[] = [];
  private count = this.kept(1, [0, 1e9]);
  private armed = this.kept(0, [0, 1e9]);
  private waits = false;
  private zero_seconds = 0;

  /**
   * @param name `smua`
   * @param firstEvent id of its MEASURE_COMPLETE
   */
  constructor(
    name: string,
    firstEvent: number,
    readonly terminals: Terminals,
    private readonly clock: Clock,
    private readonly line_Hz = 50,
  ) {
    this.object = new TspObject(name, this.members(firstEvent));
  }

  reset(): void {
    for (const one of this.resets) one();
    this.sweeping = false;
    this.waits = false;
    this.list = [];
    for (const buffer of this.buffers) buffer.clear();
    this.apply();
  }

  /** `*trg`: what waits for it begins. */
  trigger(): void {
    if (this.waits) this.sweep(0);
    this.waits = false;
  }

  abort(): void {
    this.sweeping = false;
    this.waits = false;
  }

  private kept(initial: number, range: readonly [number, number], changed = (_: number) => {}) {
    const attribute = numberAttribute(initial, range, changed);
    this.resets.push(attribute.reset);
    return attribute;
  }

  private apply(level_V?: number): void {
    const { func, output, levelv, limiti } = this.source;
    this.terminals.set({
      output: output.get() === 1 && func.get() === 1,
      level_V: level_V ?? levelv.get(),
      limit_A: limiti.get(),
    });
  }

  private get integrate_seconds(): number {
    return this.nplc.get() / this.line_Hz + MEASURE_seconds;
  }

  /** Measures what is asked for into buffers, as `smua.measure.iv(b1, b2)` does; without one it gives the values back. */
  private measuring(what: readonly ('i' | 'v' | 'r')[]): LuaFunction {
    const channel = this;
    return function* (args) {
      yield channel.integrate_seconds;
      const values = channel.record(what, args);
      return values;
    };
  }

  private record(what: readonly ('i' | 'v' | 'r')[], into: readonly LuaValue[]): number[] {
    const { voltage_V, current_A, limited } = this.terminals.measure();
    const all = { i: current_A, v: voltage_V, r: voltage_V / current_A };
    const values = what.map((one) => all[one]);
    for (const [k, target] of into.entries()) {
      const buffer = this.buffers.find(({ object }) => object === target);
      if (buffer === undefined) throw new LuaRuntimeError('Expected a reading buffer');
      if (buffer.rows.length === 0) this.zero_seconds = this.clock.now_seconds();
      buffer.rows.push({
        value: values[k],
        source_V: this.source.levelv.get(),
        time_s: this.clock.now_seconds() - this.zero_seconds,
        status: limited ? COMPLIANCE_STATUS : 0,
      });
    }
    return values;
  }

  /** Points of the trigger model, one after the other, beside whatever else the instrument does. */
  private sweep(point: number): void {
    this.sweeping = true;
    if (point >= this.count.get()) {
      this.sweeping = false;
      return;
    }
    if (this.list.length > 0) this.apply(this.list[point % this.list.length]);
    this.clock.after(this.integrate_seconds, () => {
      if (!this.sweeping) return;
      if (this.into.length > 0) {
        const targets = this.into.map(({ object }) => object);
        this.record(['i', 'v'], targets);
      }
      this.sweep(point + 1);
    });
  }

  private members(firstEvent: number): TspMembers {
    const constant = (value: LuaValue) => ({ value });
    const any = (initial = 0): TspAttribute => this.kept(initial, [-1e12, 1e12]);
    const flag = (initial = 0): TspAttribute => this.kept(initial, [0, 1]);
    const changed = () => this.apply();
    const output = this.kept(0, [0, 2], changed);
    this.source = {
      func: this.kept(1, [0, 1], changed),
      levelv: this.kept(0, [-200, 200], changed),
      leveli: this.kept(0, [-1.5, 1.5]),
      limiti: this.kept(0.1, [1e-9, 3], changed),
      limitv: this.kept(20, [1e-3, 200]),
      output,
    };
    const sourceObject = new TspObject('source', {
      ...this.source,
      compliance: { get: () => this.terminals.limited },
      rangev: any(2),
      rangei: any(0.1),
      autorangev: flag(1),
      autorangei: flag(1),
      lowrangev: any(0.2),
      lowrangei: any(1e-9),
      delay: any(0),
      settling: any(0),
      offmode: this.kept(0, [0, 2]),
      offlimiti: any(1e-3),
      offlimitv: any(40),
      highc: flag(0),
      outputenableaction: any(0),
    });
    const measureObject = new TspObject('measure', {
      nplc: this.nplc,
      rangev: any(2),
      rangei: any(0.1),
      autorangev: flag(1),
      autorangei: flag(1),
      lowrangev: any(0.2),
      lowrangei: any(1e-9),
      autozero: this.kept(2, [0, 2]),
      delay: any(0),
      delayfactor: any(1),
      count: any(1),
      interval: any(0),
      filter: constant(
        new TspObject('filter', { count: any(1), enable: flag(0), type: this.kept(1, [0, 2]) }),
      ),
      i: constant(this.measuring(['i'])),
      v: constant(this.measuring(['v'])),
      r: constant(this.measuring(['r'])),
      iv: constant(this.measuring(['i', 'v'])),
    });
    const list = luaFunction((table) => {
      if (!(table instanceof LuaTable)) throw new LuaRuntimeError('Expected parameter 1 to be a table');
      this.list = table.items.map(Number);
    });
    const taking = luaFunction((...targets) => {
      this.into = targets.flatMap((target) =>
        isObject(target) ? this.buffers.filter(({ object }) => object === target) : [],
      );
    });
    const triggerObject = new TspObject('trigger', {
      count: this.count,
      autoclear: flag(0),
      arm: constant(new TspObject('arm', { count: any(1), stimulus: this.armed })),
      source: constant(
        new TspObject('trigger.source', {
          action: flag(0),
          stimulus: any(0),
          limiti: any(0),
          limitv: any(0),
          listv: constant(list),
        }),
      ),
      measure: constant(
        new TspObject('trigger.measure', {
          action: this.kept(0, [0, 2]),
          stimulus: any(0),
          i: constant(taking),
          v: constant(taking),
          iv: constant(taking),
        }),
      ),
      endpulse: constant(new TspObject('endpulse', { action: flag(1), stimulus: any(0) })),
      endsweep: constant(new TspObject('endsweep', { action: flag(0) })),
      initiate: constant(
        luaFunction(() => {
          if (output.get() !== 1)
            throw new LuaRuntimeError('Operation not permitted with OUTPUT off', { cause: 802 });
          if (this.armed.get() === 0) this.sweep(0);
          else {
            this.waits = true;
            this.sweeping = true;
          }
        }),
      ),
      ...Object.fromEntries(EVENTS.map((event, k) => [`${event}_EVENT_ID`, constant(firstEvent + k)])),
    });
    const constants = {
      OUTPUT_DCAMPS: 0,
      OUTPUT_DCVOLTS: 1,
      OUTPUT_OFF: 0,
      OUTPUT_ON: 1,
      OUTPUT_HIGH_Z: 2,
      OUTPUT_NORMAL: 0,
      OUTPUT_ZERO: 1,
      SENSE_LOCAL: 0,
      SENSE_REMOTE: 1,
      DISABLE: 0,
      ENABLE: 1,
      AUTORANGE_OFF: 0,
      AUTORANGE_ON: 1,
      AUTOZERO_OFF: 0,
      AUTOZERO_ONCE: 1,
      AUTOZERO_AUTO: 2,
      SOURCE_IDLE: 0,
      SOURCE_HOLD: 1,
      FILTER_OFF: 0,
      FILTER_ON: 1,
    };
    return {
      ...Object.fromEntries(Object.entries(constants).map(([key, value]) => [key, constant(value)])),
      sense: this.kept(0, [0, 1]),
      source: constant(sourceObject),
      measure: constant(measureObject),
      trigger: constant(triggerObject),
      nvbuffer1: constant(this.buffers[0].object),
      nvbuffer2: constant(this.buffers[1].object),
      reset: constant(luaFunction(() => this.reset())),
      abort: constant(luaFunction(() => this.abort())),
    };
  }
}
