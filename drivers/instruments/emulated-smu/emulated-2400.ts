import type { LineDevice, LineEnd } from '../../serving/index.js';
import type { Clock } from '../../transport/index.js';
import type { CellPort } from '../cell-port.js';
import { type Action, commands2400 } from './commands-2400.js';
import { Model2400 } from './model-2400.js';
import { Processor, type Work } from './processor.js';
import { ScpiError } from './scpi-settings.js';
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

/** What a command takes, s: of the order of the 2400's over its serial port and GPIB. */
const COMMAND_seconds = 0.002;
/** How long it is deaf after its supply has come back, s. */
const BOOT_seconds = 2;

/**
 * A Keithley 2400 as its user's manual has it, in SCPI, as far as somebody who measures cells speaks it: settings with their
 * ranges, an error queue, the trigger model's counts, list sweeps, the buffer, compliance, and the time that things take.
 */
export class Emulated2400 implements LineDevice {
  readonly name = 'emulated MODEL 2400';
  readonly clock: Clock;
  readonly terminals: Terminals;
  private readonly processor: Processor;
  private readonly model: Model2400;
  private deafUntil_seconds = 0;
  private readonly actions: readonly (readonly [RegExp, boolean | undefined, Action])[];

  constructor({ clock, cell, seed = 1, identity, noise }: EmulatedSmuOptions) {
    this.clock = clock;
    this.terminals = new Terminals(clock, cell, seed, noise);
    this.model = new Model2400(
      clock,
      this.terminals,
      identity ?? 'KEITHLEY INSTRUMENTS INC.,MODEL 2400,4217001,C33   Mar 31 2015 09:32:39/A02  /K/J',
    );
    this.processor = new Processor(clock);
    this.actions = commands2400(this.model).map(
      ([pattern, query, action]) => [scpiPattern(pattern), query, action] as const,
    );
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
    this.model.answers = [];
  }

  /** Its supply goes and comes back. */
  powerCycle(): void {
    this.processor.clear();
    this.model.reset();
    this.terminals.powerLoss();
    this.model.errors = [];
    this.model.trace = [];
    this.deafUntil_seconds = this.clock.now_seconds() + BOOT_seconds;
    this.model.start_seconds = this.clock.now_seconds();
  }

  private *carryOut(line: string, send: (bytes: Uint8Array) => void): Work {
    this.model.answers = [];
    for (const command of readScpiLine(line)) {
      yield COMMAND_seconds;
      try {
        yield* this.one(command);
      } catch (error) {
        if (!(error instanceof ScpiError)) throw error;
        this.model.fail(error);
      }
    }
    if (this.model.answers.length > 0) send(Buffer.from(`${this.model.answers.join(';')}\n`, 'latin1'));
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
      this.model.answers.push(
        setting.say(bound === undefined ? this.model.get(setting.key) : setting.read(bound)),
      );
      return;
    }
    if (parameters.length === 0) throw new ScpiError(-109, 'Missing parameter');
    if (parameters.length > 1) throw new ScpiError(-108, 'Parameter not allowed');
    this.model.put(setting.key, setting.read(parameters[0]));
  }
}
