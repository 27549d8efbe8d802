import { atAnyEnd, inputError, OhmpropError, runError } from '../../../core/index.js';
import type { Exchange, ExchangeRequest } from '../../exchange/index.js';
import { type Holding, holdLine, type StopAnswer, type Transport } from '../../transport/index.js';
import { isLoss, SOUGHT_seconds, seekLine } from '../lost-line.js';
import { ArcOneDoubt, placeOf } from './doubt.js';
import { BYTE_seconds, exchangeOver } from './line.js';
import { type Expected, floatsOf, ReplyReader, versionOf } from './replies.js';
import {
  type ArcOneSettings,
  initCommand,
  MAX_COMMAND_BYTES,
  pulseRange,
  pulseReadCommand,
  readAllCommand,
  readCommand,
  readVoltageCommand,
  resetCommand,
  versionCommand,
} from './wire.js';

/** Commands without a reply follow each other no closer: the instrument drops what comes faster. */
const PACE_seconds = 0.001;
/** So long a reset takes at most; before, it hears nothing. */
const BOOT_seconds = 1.2;
/** After a reset the line counts as at rest when nothing came for so long. */
const QUIET_seconds = 0.05;
/** Fields of the longest command besides its code: so many resets end whatever it waits for, by zeros. */
const MOST_FIELDS = 8;
/** Attempts to begin on a line that has never answered. */
const FIRST_BEGINNINGS = 2;
/** Resistances beyond are no reply of its converters, ohm. */
const plausible_ohm = { least: 1, most: 1e12 } as const;

/** What a session is told besides its settings. */
export interface ArcOneOptions extends Partial<Omit<ArcOneSettings, 'read_V'>> {
  /** Default 0.2 V. */
  readonly read_V?: number;
  /** What a reply may take beyond its pulse, s. Default 2. */
  readonly patience_seconds?: number;
  /** Finds the instrument again after its line was lost, and opens it; without it a lost line ends the session. */
  readonly reopen?: () => Promise<Transport>;
}

/**
 * An ArC ONE over a line: one command at a time, each one packet. It has no ids, no checksums and no acknowledgement but the
 * resistance that a command ends with; whenever that is missing, a command was carried out or not, and nothing in the stream
 * after it can be trusted. Then an `ArcOneDoubt` is thrown and the session begins anew by a reset before anything else is
 * asked. No pulse is ever sent twice here.
 */
export class ArcOne {
  readonly settings: ArcOneSettings;
  line: Transport;
  private exchange: Exchange<Uint8Array>;
  private replies: ReturnType<typeof ReplyReader.framing>;
  private lost = false;
  private readonly patience_seconds: number;
  private read_V: number;
  private begun = false;
  private hasAnswered = false;
  /** Stretches of bytes that nobody had waited for when it was begun: after one more nothing is in step. */
  private unexpected = 0;
  private queue: Promise<unknown> = Promise.resolve();
  private underway = false;
  /** A command of which nothing was heard may still be working for so long, s. */
  private owed_seconds = 0;
  private ended: OhmpropError | undefined;
  private holding: Holding | undefined;
  private forget: () => void = () => {};
  /** How often it was begun anew after a doubt. */
  resets = 0;
  version: { readonly major: number; readonly minor: number } | undefined;

  /** @param line open. Nothing is sent. */
  constructor(
    line: Transport,
    private readonly options: ArcOneOptions = {},
  ) {
    const { readCycles = 30, words = 32, bits = 32, sneakPath = 'third', read_V = 0.2 } = options;
    this.settings = { readCycles, words, bits, sneakPath, read_V };
    this.patience_seconds = options.patience_seconds ?? 2;
    this.read_V = read_V;
    for (const [field, value] of Object.entries({ words, bits })) {
      if (Number.isInteger(value) && value >= 1 && value <= 32) continue;
      throw inputError('arc-one.size', `an ArC ONE has 1 … 32 ${field} lines, got ${value}`);
    }
    this.line = line;
    this.replies = ReplyReader.framing();
    this.exchange = exchangeOver(line, this.replies.framing);
  }

  /**
   * A session over a line that is opened here and held for others to see, who may ask to stop it; a command under way when this
   * process ends is met by a reset. Nothing is sent.
   * @param address as others are told it: `arc-one:/dev/ttyACM0`
   */
  static async open(line: Transport, options: ArcOneOptions & { address?: string } = {}): Promise<ArcOne> {
    await line.open();
    const instrument = new ArcOne(line, options);
    if (line.address !== undefined) {
      instrument.holding = await holdLine(line.address, () => instrument.stop(), options.address);
    }
    instrument.forget = atAnyEnd(() => instrument.resetNow());
    return instrument;
  }

  /**
   * Breaks off what is under way by a reset, at once; confirmed by a read once it answers again. Every later call is refused.
   */
  async stop(): Promise<StopAnswer> {
    this.resetNow(true);
    this.ended ??= runError(
      'arc-one.stopped',
      `${this.line.name}: was stopped; what was under way is found out by reading when it is opened again`,
    );
    this.exchange.fail(this.ended);
    this.exchange.detach();
    await this.queue;
    this.replies = ReplyReader.framing();
    this.exchange = exchangeOver(this.line, this.replies.framing);
    try {
      await this.beginNow(true);
      await this.ask('a read', readCommand(1, 1), 4, 0);
      return { confirmed: true };
    } catch {
      return { confirmed: false };
    }
  }

  /** Asks for the version, which changes nothing: `undefined` where the firmware is too old to say, or nothing is there. */
  askVersion(): Promise<{ readonly major: number; readonly minor: number } | undefined> {
    return this.inTurn(async () => {
      try {
        this.version = versionOf(await this.ask('its version', versionCommand, 4, 0));
      } catch (error) {
        if (!(error instanceof ArcOneDoubt)) throw error;
        this.begun = false;
        await this.exchange.drain(QUIET_seconds);
      }
      return this.version;
    });
  }

  /** The resistance of a cell, ohm. @param row, column from 0 */
  read(row: number, column: number, read_V = this.settings.read_V): Promise<number> {
    this.requireCell(row, column);
    return this.inTurn(async () => {
      const reply = await this.carryOut(
        `read ${placeOf(row, column)}`,
        read_V,
        readCommand(row + 1, column + 1),
        4,
        0,
      );
      return floatsOf(reply)[0];
    });
  }

  /** All resistances, ohm, row-major. */
  readAll(read_V = this.settings.read_V): Promise<Float32Array> {
    const { words, bits } = this.settings;
    return this.inTurn(async () => {
      const cells = words * bits;
      const reply = await this.carryOut(
        'read all',
        read_V,
        readAllCommand(words, bits),
        4 * cells,
        0.02 * cells,
      );
      return floatsOf(reply);
    });
  }

  /**
   * One pulse, and the resistance after it, ohm, read at the read voltage.
   * @throws ArcOneDoubt where its reply is missing: it may have been given
   */
  pulse(row: number, column: number, amplitude_V: number, width_s: number): Promise<number> {
    this.requireCell(row, column);
    if (
      !(
        Math.abs(amplitude_V) <= pulseRange.most_V &&
        width_s >= pulseRange.least_s &&
        width_s <= pulseRange.most_s
      )
    ) {
      throw inputError(
        'arc-one.pulse',
        `a pulse of ${amplitude_V} V, ${width_s} s: an ArC ONE gives up to ${pulseRange.most_V} V either way for ${pulseRange.least_s} … ${pulseRange.most_s} s`,
      );
    }
    return this.inTurn(async () => {
      const command = pulseReadCommand(row + 1, column + 1, amplitude_V, width_s);
      const reply = await this.carryOut(
        `pulse ${placeOf(row, column)}`,
        this.settings.read_V,
        command,
        4,
        width_s,
      );
      return floatsOf(reply)[0];
    });
  }

  /** Resets it and sets it up: at the beginning, and after a doubt. @throws OhmpropError where it does not answer */
  begin(): Promise<void> {
    return this.inTurn(() => this.beginNow());
  }

  /**
   * For a process that ends: a reset at once where a command is under way, past everything else. An ArC ONE at rest has 0 V on all its
   * lines, and a pulse under way ends by itself.
   */
  resetNow(always = false): void {
    if (!this.underway && !always) return;
    // the first ends what waits for fields, the rest what it may have begun
    for (let n = 0; n <= MOST_FIELDS; n++) this.line.writeNow?.(resetCommand);
  }

  /** Leaves it at rest; the line is closed. */
  async close(): Promise<void> {
    this.forget();
    this.holding?.release();
    this.exchange.detach();
    await this.line.close();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(() => {
      if (this.ended !== undefined) throw this.ended;
      return work();
    });
    this.queue = turn.catch(() => {});
    return turn;
  }

  private async carryOut(
    name: string,
    read_V: number,
    command: Uint8Array,
    expected: number,
    work_seconds: number,
  ): Promise<Uint8Array> {
    if (!this.begun || this.replies.unexpected() !== this.unexpected) await this.beginNow();
    if (read_V !== this.read_V) {
      await this.send(readVoltageCommand(read_V));
      this.read_V = read_V;
    }
    const reply = await this.ask(name, command, expected, work_seconds);
    const wrong = floatsOf(reply).find((r) => !isPlausible(r));
    if (wrong === undefined) return reply;
    this.begun = false;
    throw new ArcOneDoubt(
      name,
      expected,
      runError(
        'arc-one.reply',
        `${this.line.name}: "${name}" was answered by ${wrong} ohm, which is no resistance: bytes were lost or damaged on the line`,
      ),
    );
  }

  private async ask(
    name: string,
    command: Uint8Array,
    expected: Expected,
    work_seconds: number,
  ): Promise<Uint8Array> {
    if (command.length > MAX_COMMAND_BYTES) throw new Error(`"${name}" is longer than a packet`);
    const reply_bytes = expected === 'line' ? 2 : expected;
    const request: ExchangeRequest<Uint8Array> = {
      name,
      bytes: command,
      work_seconds,
      reply_bytes,
      repeatable: false,
      answers: () => true,
    };
    const line_seconds = (command.length + reply_bytes) * BYTE_seconds + this.line.latency_seconds;
    this.replies.expect(expected);
    this.underway = true;
    try {
      return await this.exchange.request(request, {
        patience_seconds: this.patience_seconds + work_seconds + line_seconds,
      });
    } catch (error) {
      if (!(error instanceof OhmpropError)) throw error;
      this.begun = false;
      this.owed_seconds = work_seconds;
      this.lost ||= isLoss(error);
      throw new ArcOneDoubt(name, this.replies.partial(), error);
    } finally {
      this.underway = false;
    }
  }

  /** A command without a reply, and the pause that it needs. */
  private async send(command: Uint8Array): Promise<void> {
    // a line that is lost says so at the next request
    await this.line.write(command).catch(() => {});
    await this.pause(PACE_seconds);
  }

  /** @param confirms a stop, after which nothing else may begin */
  private async beginNow(confirms = false): Promise<void> {
    const { settings } = this;
    if (this.resets++ === 0) this.read_V = settings.read_V;
    let last: OhmpropError | undefined;
    const { clock } = this.line;
    const until_seconds = clock.now_seconds() + SOUGHT_seconds;
    const mayAnswer = () => this.hasAnswered && clock.now_seconds() < until_seconds;
    for (let attempt = 0; attempt < FIRST_BEGINNINGS || mayAnswer(); attempt++) {
      if (this.ended !== undefined && !confirms) throw this.ended;
      if (this.lost) await this.findAgain(until_seconds);
      // a command of which a part was lost waits for the rest of its fields: zeros end it, at no cell and 0 V
      for (let n = 0; n <= MOST_FIELDS; n++) await this.send(resetCommand);
      await this.pause(BOOT_seconds + this.owed_seconds);
      this.owed_seconds = 0;
      await this.exchange.drain(QUIET_seconds);
      try {
        const reply = await this.ask('its settings', initCommand(settings), 'line', 0);
        if (Buffer.from(reply).toString('latin1').trim() === '1') {
          await this.send(readVoltageCommand(settings.read_V));
          this.read_V = settings.read_V;
          this.begun = true;
          this.hasAnswered = true;
          this.unexpected = this.replies.unexpected();
          return;
        }
        last = runError(
          'arc-one.settings',
          `${this.line.name}: did not take its settings, answered ${JSON.stringify(Buffer.from(reply).toString('latin1'))}`,
        );
      } catch (error) {
        if (!(error instanceof ArcOneDoubt)) throw error;
        last = error.cause;
      }
      if (this.lost) continue;
      await this.exchange.drain(QUIET_seconds);
    }
    throw last;
  }

  /** The line to the same instrument again, wherever it is by now. */
  private async findAgain(until_seconds: number): Promise<void> {
    const { reopen } = this.options;
    const { clock, name } = this.line;
    if (reopen === undefined) throw runError('line.lost', `${name}: the line is lost`);
    this.exchange.detach();
    this.line = await seekLine(reopen, { clock, until_seconds, givenUp: () => this.ended !== undefined });
    this.replies = ReplyReader.framing();
    this.exchange = exchangeOver(this.line, this.replies.framing);
    this.unexpected = 0;
    this.lost = false;
  }

  private pause(seconds: number): Promise<void> {
    return new Promise((resolve) => this.line.clock.after(seconds, resolve));
  }

  private requireCell(row: number, column: number): void {
    const { words, bits } = this.settings;
    const inside = [row, column].every((n) => Number.isInteger(n) && n >= 0) && row < words && column < bits;
    if (inside) return;
    throw inputError(
      'arc-one.cell',
      `there is no cell ${placeOf(row, column)}: rows 0 … ${words - 1}, columns 0 … ${bits - 1}`,
    );
  }
}

function isPlausible(resistance_ohm: number): boolean {
  const { least, most } = plausible_ohm;
  return resistance_ohm >= least && resistance_ohm <= most;
}
