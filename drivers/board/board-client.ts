import { randomInt } from 'node:crypto';
import { inputError, OhmpropError } from '../../core/index.js';
import type {
  BoardCounters,
  BoardExamples,
  BoardOperations,
  BoardProfile,
  BoardReadings,
  BoardStepReport,
  BoardUse,
  NudgePair,
  TapReport,
  Taps,
  TapUpdate,
} from '../../devices/boards/index.js';
import { type Holding, holdLine, type Transport } from '../transport/index.js';
import { Arming, type BoardSettings } from './arming.js';
import { type BoardDescription, readDescription } from './board-description.js';
import { type BoardEvent, BoardEvents } from './board-events.js';
import { BoardLink, type LinkCounters } from './board-link.js';
import { type BoardStatus, readStatus, writeSerial } from './board-status.js';
import { emergencyStop, stopAndConfirm, stopNow } from './emergency-stop.js';
import { operations } from './operations-table.js';
import { PayloadWriter } from './payload.js';
import { PhaseRequests } from './phase-requests.js';
import { TapRequests } from './tap-requests.js';

/** How long hello is said, s: a board that opening the port has reset spends two in its bootloader before it hears anything. */
const hello_seconds = 5.25;
/** What describing itself takes a board, s. */
const describe_seconds = 0.1;
/** A board that is being reset hears nothing for a while, and then the next hello. */
const helloPause_seconds = 0.5;
/** How long a board that is to be left is asked to disarm, s: it then is told to stop. */
const parting_seconds = 2;
const defaultWatchdog_ms = 2000;

/** How a host uses a board on a line: which nodes, how it reads them, and how long it waits. */
export interface BoardClientOptions {
  readonly use?: Partial<BoardUse>;
  /** Conversions a reading. Default the board's. */
  readonly reads?: 1 | 2 | 4 | 8 | 16;
  readonly settle_us?: number;
  /** Longest page that is read at a time, bytes. Default what the board allows; shorter ones suit a bad line. */
  readonly page?: number;
  /** Errors only on the wrong side of the target. Default true. */
  readonly oneSided?: boolean;
  /** After so long without a request an armed board makes itself safe, ms. Default 2000. */
  readonly watchdog_ms?: number;
  /** Default random. */
  readonly session?: number;
  /** Attempts a request before the board counts as lost. Default: as many as its patience allows. */
  readonly attempts?: number;
  /** How long a request is repeated before the board counts as lost, s. Default 120. */
  readonly patience_seconds?: number;
  /** How often `hello` is said before nobody counts as being there. Default: for some 5 s. */
  readonly helloAttempts?: number;
  /** What the board says unasked. */
  readonly onEvent?: (event: BoardEvent) => void;
}

/**
 * A learning board on a line. Opening it says hello and no more: taps, settings and counters stay as they are, and nothing
 * is driven. (A `hello` makes a board safe that another session has left armed.) It is armed when something is first driven
 * or written, and disarmed when it is closed.
 */
export class BoardClient implements BoardOperations {
  readonly profile: BoardProfile;
  readonly use: BoardUse;
  private readonly arming: Arming;
  private readonly potRequests: TapRequests;
  private readonly phases: PhaseRequests;
  private readonly watchdog_ms: number;
  /** As it was when the board was opened, until somebody has put the taps right. */
  private cutShort: number;
  private closing: Promise<void> | undefined;
  private stopped = false;

  private constructor(
    readonly transport: Transport,
    readonly link: BoardLink,
    /** As the board described itself when it was opened. */
    readonly description: BoardDescription,
    options: BoardClientOptions,
    private readonly events: BoardEvents,
    private readonly holding: Holding | undefined,
  ) {
    const { profile } = description;
    const settings = settingsFor(profile, options);
    this.profile = profile;
    this.cutShort = description.cutShort;
    this.use = { inputs: settings.inputs, outputs: settings.outputs };
    this.watchdog_ms = options.watchdog_ms ?? defaultWatchdog_ms;
    this.arming = new Arming(link, settings, this.watchdog_ms, events);
    const page = Math.min(options.page ?? Number.POSITIVE_INFINITY, description.payloadMax);
    this.potRequests = new TapRequests(link, profile, page);
    this.phases = new PhaseRequests(link, description, settings);
  }

  /**
   * Opens the line and says hello.
   * @throws OhmpropError when nothing answers, or what answers is not a board that this driver knows
   */
  static async open(transport: Transport, options: BoardClientOptions = {}): Promise<BoardClient> {
    await transport.open();
    const events = new BoardEvents(options.onEvent);
    const stop = () => stopAndConfirm(transport, events);
    const holding = transport.address === undefined ? undefined : await holdLine(transport.address, stop);
    const { attempts, patience_seconds } = options;
    const link = new BoardLink(transport, options.session ?? randomInt(1, 2 ** 32), {
      ...(attempts === undefined ? {} : { attempts }),
      ...(patience_seconds === undefined ? {} : { patience_seconds }),
      onEvent: (frame) => events.take(frame),
      onWaiting: (waiting, seconds) => events.waiting(waiting, seconds),
    });
    try {
      const { helloAttempts } = options;
      const answer = await link.request(operations.hello, undefined, describe_seconds, {
        longestWait_seconds: helloPause_seconds,
        ...(helloAttempts === undefined ? { patience_seconds: hello_seconds } : { attempts: helloAttempts }),
      });
      const description = readDescription(answer, transport.name);
      holding?.describe(`${description.profile.name} board ${description.serial}`);
      return new BoardClient(transport, link, description, options, events, holding);
    } catch (error) {
      link.detach();
      await transport.close();
      holding?.release();
      throw error;
    }
  }

  get identity(): string {
    return this.description.serial;
  }

  get counts(): LinkCounters {
    return this.link.counters;
  }

  /** Arms the board; once more if it has made itself safe. Whatever drives it arms it the first time. */
  arm(): Promise<void> {
    return this.arming.arm();
  }

  /** Disarms the board for as long as nothing is driven, so that its host may think for longer than its watchdog waits. */
  rest(): Promise<void> {
    return this.arming.rest();
  }

  ping(bytes: Uint8Array): Promise<Uint8Array> {
    return this.link.request(operations.ping, bytes);
  }

  status(): Promise<BoardStatus> {
    return readStatus(this.link);
  }

  async counters(): Promise<BoardCounters> {
    const { boots, pulses, lastUpdate } = await this.status();
    const { cutShort } = this;
    return { boots, pulses, lastUpdate, ...(cutShort === 0 ? {} : { cutShort }) };
  }

  readTaps(pots?: readonly number[]): Promise<Taps> {
    return this.potRequests.read(pots);
  }

  /** Sums of contrast of the update under way or the last one, 4e-6 V². [pots] */
  readContrast(): Promise<Int32Array> {
    return this.potRequests.readContrast();
  }

  async setLastUpdate(id: number): Promise<void> {
    await this.link.request(operations.setUpdate, new PayloadWriter().u32(id).done);
    this.cutShort = 0;
  }

  /** Gives the board a name of up to eight characters, kept in its EEPROM. */
  setSerial(serial: string): Promise<void> {
    return writeSerial(this.link, serial);
  }

  async writeTaps(taps: Taps, pots = allPots(this.profile)): Promise<void> {
    await this.arming.ensure();
    await this.potRequests.write(taps, pots);
  }

  async moveTaps(id: number, steps: Int16Array): Promise<TapReport> {
    await this.arming.ensure();
    return this.potRequests.move(id, steps);
  }

  /** Opens every pot but these. */
  async connectOnly(pots: Iterable<number>): Promise<void> {
    await this.arming.ensure();
    await this.potRequests.connectOnly(pots);
  }

  async measure(
    examples: BoardExamples,
    nudgeGain_q8: number | undefined,
    signal?: AbortSignal,
  ): Promise<{ readings: BoardReadings; clipped: number }> {
    await this.arming.ensure();
    return this.phases.measure(examples, nudgeGain_q8, signal);
  }

  async step(
    examples: BoardExamples,
    nudges: NudgePair,
    update: TapUpdate,
    observeAll: boolean,
  ): Promise<BoardStepReport> {
    await this.arming.ensure();
    return this.phases.step(examples, nudges, update, observeAll);
  }

  /** Holds inputs and nudges [mV], those in use, until something else is asked for. */
  async setInputs(inputs_mV: ArrayLike<number>, nudges_mV: ArrayLike<number>): Promise<void> {
    this.phases.check(inputs_mV, nudges_mV);
    await this.arming.ensure();
    await this.phases.setInputs(inputs_mV, nudges_mV);
  }

  /** Sets how long the board waits before it reads, µs; it closes all pots of inputs and outputs in use anew. */
  settleFor(settle_us: number): Promise<void> {
    return this.arming.settleFor(settle_us);
  }

  /** Present readings of all nodes in use, 1/8 mV. */
  async readNodes(): Promise<BoardReadings> {
    await this.arming.ensure();
    return this.phases.readNodes();
  }

  /** Stops the board at once, even in the middle of a request. */
  async stop(): Promise<void> {
    this.stopNow();
    await this.link.sendImmediately(emergencyStop);
  }

  /** Tells the board to stop before it returns, past whatever waits to be sent. */
  stopNow(): void {
    this.stopped = true;
    stopNow(this.transport);
  }

  /** Disarms the board if it was armed and closes the line; a board that no longer answers is told to stop, and that is said. */
  close(): Promise<void> {
    this.closing ??= this.disarmAndClose();
    return this.closing;
  }

  /** Leaves a line that is no good any more: the board is told to stop, nobody waits for its word, and the line is closed. */
  abandon(): Promise<void> {
    this.closing ??= (async () => {
      this.arming.forget();
      await this.transport.write(emergencyStop).catch(() => {});
      this.link.detach();
      await this.transport.close();
      this.arming.end();
      this.holding?.release();
    })();
    return this.closing;
  }

  private async disarmAndClose(): Promise<void> {
    // Whoever leaves waits no longer for what is under way.
    this.link.hurry(parting_seconds);
    try {
      if (this.stopped) this.arming.forget();
      else await this.arming.disarm();
    } catch (error) {
      await this.transport.write(emergencyStop).catch(() => {});
      // One that has started again is disarmed.
      if (!(error instanceof OhmpropError && error.code === 'board.restarted')) {
        this.events.unconfirmed(this.watchdog_ms / 1000);
      }
    } finally {
      this.link.detach();
      await this.transport.close();
      this.arming.end();
      this.holding?.release();
    }
  }
}

function allPots({ pots }: BoardProfile): number[] {
  return Array.from({ length: pots }, (_, e) => e);
}

/** @throws OhmpropError `board.use` if the board has not so many inputs or outputs */
function settingsFor(profile: BoardProfile, options: BoardClientOptions): BoardSettings {
  const inputs = options.use?.inputs ?? profile.inputs;
  const outputs = options.use?.outputs ?? profile.outputs;
  if (inputs < 1 || inputs > profile.inputs || outputs < 1 || outputs > profile.outputs) {
    throw inputError(
      'board.use',
      `a ${profile.name} board has ${profile.inputs} inputs and ${profile.outputs} outputs; ${inputs} and ${outputs} were asked for`,
    );
  }
  return {
    inputs,
    outputs,
    reads: options.reads ?? profile.reads,
    settle_us: options.settle_us ?? profile.settle_us,
    oneSided: options.oneSided ?? true,
    difference: profile.differential && outputs === 2,
  };
}
