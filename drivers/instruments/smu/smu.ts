import { atAnyEnd, formatQuantity, inputError, OhmpropError, runError } from '../../../core/index.js';
import {
  checkCount,
  checkStretch,
  checkVoltage,
  type Permit,
  readLimit_V,
} from '../../../devices/limits/index.js';
import { type Holding, holdLine, type StopAnswer, type Transport } from '../../transport/index.js';
import type {
  SmuDialect,
  SmuErrorEntry,
  SmuQuery,
  SmuReading,
  SmuRun,
  SmuState,
  ToldRun,
} from './dialect.js';
import { readSmuIdentity, type SmuIdentity } from './identity.js';
import { piecesOf, stretchesOf } from './pieces.js';
import { SmuLink } from './smu-link.js';
import { emergencyBytes, rampDown } from './switch-off.js';

/** Entries of an error queue that are taken out at most. */
const MAX_ERRORS = 100;
/** A compliance is set to some digits: more than so much above what was asked is another one. */
const COMPLIANCE_SLACK = 1.0001;
/** How far a voltage that was measured may lie from what was told: of leads and of the meter, share and V. */
const VOLTS_SLACK = 0.02;
const VOLTS_FLOOR = 0.02;
/** How often a run is told, and its readings are asked for, before the line counts as bad. */
const TELL_TRIES = 3;
/** How often, and how long each time, a stopped instrument is asked whether its output is off. */
const CONFIRM_TRIES = 5;
const CONFIRM_seconds = 0.12;

export interface SmuOptions {
  /** Its whole address, for `instrument stop`. */
  readonly address?: string;
}

/** How a run is measured. */
export interface SmuMeasuring {
  /** Power-line cycles a point; as many as its dwell leaves room for, at most 1, where left out. */
  readonly nplc?: number;
  readonly autorange?: boolean;
  readonly signal?: AbortSignal;
  /** What is counted against the limits as pulses; stretches beyond reads where left out. */
  readonly pulses?: number;
}

/** A run that did not come to its end. The output is off, or nobody answers. */
export class RunCutShort extends OhmpropError {
  constructor(
    cause: OhmpropError,
    /** Levels that were gone through and measured; undefined where nobody knows. */
    readonly reached: number | undefined,
  ) {
    const known = reached === undefined ? 'how far it came is not known' : `it came to point ${reached}`;
    super('smu.cut-short', `${cause.message}; ${known}. Read the cell before anything else`, {
      exitCode: 1,
      cause,
    });
  }
}

/**
 * A source-measure unit on a line. Opening it asks who it is and what it is set to: nothing is set, nothing switched. The output is on
 * between `arm` and `close`, at 0 V unless a run is under way; it is switched off at every end that this process can see.
 */
export class Smu {
  private link: SmuLink;
  private readonly dialect: SmuDialect;
  private permit: Permit | undefined;
  private level_V = 0;
  private stopped = false;
  private forget: (() => void) | undefined;
  private closing: Promise<void> | undefined;

  private constructor(
    readonly transport: Transport,
    link: SmuLink,
    readonly identity: SmuIdentity,
    /** As it was found. */
    readonly found: SmuState,
    /** Errors that were in its queue. */
    readonly foundErrors: readonly SmuErrorEntry[],
    private readonly holder: { stop: () => Promise<StopAnswer>; holding: Holding | undefined },
  ) {
    this.link = link;
    this.dialect = identity.dialect;
    holder.stop = () => this.stop();
    holder.holding?.describe(`${identity.family} ${identity.serial}`);
  }

  /**
   * Opens the line and asks who is there.
   * @throws OhmpropError `line.*` where nobody answers, `smu.unknown`, `smu.firmware`, `smu.language`
   */
  static async open(transport: Transport, { address }: SmuOptions = {}): Promise<Smu> {
    await transport.open();
    const holder = {
      stop: async (): Promise<StopAnswer> => ({ confirmed: false }),
      holding: undefined as Holding | undefined,
    };
    const link = new SmuLink(transport);
    try {
      if (transport.address !== undefined) {
        holder.holding = await holdLine(transport.address, () => holder.stop(), address);
      }
      const identity = readSmuIdentity(await link.identity(), transport.name);
      const errors = await drainErrors(link, identity.dialect);
      const state = await link.ask(identity.dialect.state);
      return new Smu(transport, link, identity, state, errors, holder);
    } catch (error) {
      link.detach();
      await transport.close();
      holder.holding?.release();
      throw error;
    }
  }

  /** What it is set to now. */
  state(): Promise<SmuState> {
    return this.link.ask(this.dialect.state);
  }

  /** Shortest time that a level can stay, s. */
  get least_s(): number {
    return this.dialect.nplc[0] / 50 + this.dialect.overhead_s;
  }

  /**
   * Makes it ready to drive: voltage source at 0 V, compliance set and read back, then the output on.
   * @param outputOn an output that was found on may be taken over
   * @throws OhmpropError `smu.output-on`, `smu.range`, `smu.compliance`, `smu.refused`; the output is off then, or as it was found
   */
  async arm(permit: Permit, outputOn = false): Promise<void> {
    if (this.permit !== undefined) return;
    this.requireUsable();
    const { maxVoltage_V, compliance_A } = permit.limits;
    const { name } = this.transport;
    const { most_V, most_A, least_A, family } = this.identity;
    if (compliance_A > most_A || compliance_A < least_A) {
      throw inputError(
        'smu.range',
        `${name}: a ${family} limits currents from ${formatQuantity(least_A, 'A')} to ${formatQuantity(most_A, 'A')}, the limits say ${formatQuantity(compliance_A, 'A')}; change compliance_A (--compliance)`,
      );
    }
    const before = await this.state();
    if (before.output && !outputOn) {
      throw inputError(
        'smu.output-on',
        `${name}: its output is on, at ${before.level_V} V: somebody else may be using it. "ohmprop instrument stop" switches it off; --output-on takes it over`,
      );
    }
    const off = before.output ? rampDown(this.dialect, before.level_V) : [];
    const range_V = Math.min(maxVoltage_V, most_V);
    const state = await this.link.ask(this.dialect.state, [
      ...off,
      ...this.dialect.prepare(range_V, compliance_A),
    ]);
    await this.requireNoErrors();
    const limited = state.compliance_A <= compliance_A * COMPLIANCE_SLACK;
    if (!limited || state.output || state.sources !== 'voltage' || state.level_V !== 0) {
      throw runError(
        'smu.compliance',
        `${name}: it was set to 0 V and ${formatQuantity(compliance_A, 'A')} at most with its output off, and says ${state.sources}, ${state.level_V} V, ${formatQuantity(state.compliance_A, 'A')}, output ${state.output ? 'on' : 'off'}; nothing was driven`,
      );
    }
    this.permit = permit;
    this.level_V = 0;
    this.forget = atAnyEnd(() => this.stopNow());
    const on = await this.link.ask(this.dialect.state, this.dialect.outputOn);
    await this.requireNoErrors();
    if (!on.output) {
      throw runError(
        'smu.refused',
        `${name}: its output stays off: look at its interlock and at its front panel`,
      );
    }
  }

  /**
   * Goes through levels, each held for `dwell_s` and measured at its end; what it stays at afterwards is the last of them.
   * @throws OhmpropError `limits.*` before anything is driven; `smu.width` for what it cannot time; `RunCutShort`
   */
  async run(
    levels_V: readonly number[],
    dwell_s: number,
    measuring: SmuMeasuring = {},
  ): Promise<SmuReading[]> {
    this.requireUsable();
    const { permit, dialect } = this;
    if (permit === undefined) throw new Error('the instrument is not armed');
    this.check(permit, levels_V, dwell_s, measuring.pulses);
    const { overhead_s } = dialect;
    const [least, most] = dialect.nplc;
    // A quarter of the time is left for the level to settle.
    const room = ((dwell_s - overhead_s) * 0.75 * LINE_Hz) / 1;
    const nplc = Math.max(least, Math.min(most, 1, measuring.nplc ?? room, room));
    const delay_s = Math.max(0, dwell_s - overhead_s - nplc / LINE_Hz);
    const rest_V = readLimit_V(permit.limits);
    const { signal, autorange = false } = measuring;
    const { compliance_A } = permit.limits;
    const clock = this.transport.clock;
    const began = clock.now_seconds();
    const readings: SmuReading[] = [];
    const breakOff = () => void this.stop();
    signal?.addEventListener('abort', breakOff, { once: true });
    try {
      for (const piece of piecesOf(levels_V, dwell_s, rest_V, dialect.maxLevels)) {
        this.requireUsable();
        if (signal?.aborted) throw this.stoppedError();
        const before_s = clock.now_seconds() - began;
        const run = { levels_V: piece, delay_s, nplc, autorange, compliance_A };
        const reached = await this.piece(run, dwell_s, readings.length);
        const measured = await this.readingsOf(reached, readings.length);
        await this.requireDriven(piece, measured, readings.length);
        for (const reading of measured)
          readings.push({ ...reading, time_s: before_s + dwell_s + reading.time_s });
      }
      await this.requireNoErrors();
      return readings;
    } finally {
      signal?.removeEventListener('abort', breakOff);
    }
  }

  /** One piece, as the instrument goes through it by itself. @returns how far it came: its end */
  private async piece(run: SmuRun, dwell_s: number, before: number): Promise<number> {
    const piece = run.levels_V;
    const { settings, told, start } = this.dialect.run(run);
    let started = false;
    try {
      await this.tell(run, settings, told);
      // Whoever has to stop it ramps down from here.
      this.level_V = piece.reduce((most, level) => (Math.abs(level) > Math.abs(most) ? level : most), 0);
      started = true;
      const reached = await this.link.ask(this.dialect.reached, start, piece.length * dwell_s * 1.5);
      this.level_V = piece[piece.length - 1];
      if (reached === piece.length) return reached;
      throw runError(
        'smu.refused',
        `${this.transport.name}: it went through ${reached} of ${piece.length} levels`,
      );
    } catch (error) {
      if (!(error instanceof OhmpropError)) throw error;
      const reached = await this.recover(before, piece.length);
      throw new RunCutShort(await this.withItsErrors(error), started ? reached : before);
    }
  }

  /** Sets a run up and holds what the instrument says of it against what it was told: a lost byte is another level. */
  private async tell(run: SmuRun, settings: readonly string[], told: SmuQuery<ToldRun>): Promise<void> {
    for (let attempt = 0; attempt < TELL_TRIES; attempt++) {
      const said = await this.link.ask(told, settings);
      const same =
        said.levels_V.length === run.levels_V.length &&
        said.levels_V.every((level_V, k) => near(level_V, run.levels_V[k], 2e-6)) &&
        near(said.delay_s, run.delay_s, 1e-6) &&
        near(said.nplc, run.nplc, 0) &&
        near(said.compliance_A, run.compliance_A, 0);
      if (same) return;
      // What was lost on the way may have left an error, or a line that is not understood.
      await drainErrors(this.link, this.dialect);
    }
    throw runError(
      'smu.refused',
      `${this.transport.name}: ${TELL_TRIES} times it said that it was told something else than it was: the line loses bytes, look at cable and rate. Nothing was driven`,
    );
  }

  /** What was across the cell is what was told, unless the current stood at its limit. */
  private async requireDriven(
    levels_V: readonly number[],
    measured: readonly SmuReading[],
    before: number,
  ): Promise<void> {
    const at = measured.findIndex(({ voltage_V, limited }, k) => {
      return (
        !limited && Math.abs(voltage_V - levels_V[k]) > VOLTS_SLACK * Math.abs(levels_V[k]) + VOLTS_FLOOR
      );
    });
    if (at < 0) return;
    await this.recover(before, levels_V.length);
    const seen = runError(
      'smu.refused',
      `${this.transport.name}: at level ${before + at + 1} it was told ${levels_V[at]} V and measured ${measured[at].voltage_V} V`,
    );
    throw new RunCutShort(seen, undefined);
  }

  /** What was measured: asked again where the answer is spoiled, which changes nothing. */
  private async readingsOf(count: number, before: number): Promise<SmuReading[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        const readings = await this.link.ask(this.dialect.readings(count));
        if (readings.length === count) return readings;
      } catch (error) {
        if (!(error instanceof OhmpropError) || error.code === 'line.lost') throw error;
        if (attempt === TELL_TRIES) {
          await this.recover(before, count);
          throw new RunCutShort(error, before + count);
        }
      }
      if (attempt === TELL_TRIES) {
        await this.recover(before, count);
        const spoiled = runError(
          'line.noisy',
          `${this.transport.name}: what was measured comes back spoiled`,
        );
        throw new RunCutShort(spoiled, before + count);
      }
      await this.link.resync();
    }
  }

  /** After a doubt: the output off, both sides in step, and how far the run came. @returns undefined where nobody knows */
  private async recover(before: number, most: number): Promise<number | undefined> {
    const { dialect } = this;
    const { permit } = this;
    if (this.stopped || permit === undefined) return undefined;
    try {
      this.stopNow();
      await this.link.resync();
      const state = await this.link.ask(dialect.state);
      // One that has lost its supply has forgotten its compliance, and with it how far it came.
      const same = Math.abs(state.compliance_A / permit.limits.compliance_A - 1) < 1e-3;
      // Still on, it stays armed: closing switches it off.
      if (state.output) return undefined;
      this.disarmed();
      if (!same) return undefined;
      const counts = [await this.link.ask(dialect.reached), await this.link.ask(dialect.reached)];
      // An answer of its own may have lost a digit: two have to agree.
      const [count] = counts;
      return counts[1] === count && count >= 0 && count <= most ? before + count : undefined;
    } catch {
      return undefined;
    }
  }

  /** Tells it to switch off before it returns, past whatever is under way. Never throws. */
  stopNow(): void {
    const bytes = emergencyBytes(this.dialect, this.level_V);
    const { transport } = this;
    if (transport.writeNow === undefined) transport.write(bytes).catch(() => {});
    else transport.writeNow(bytes);
  }

  /** Stops it, whatever is under way, and waits for its word that the output is off. */
  async stop(): Promise<StopAnswer> {
    this.stopped = true;
    this.link.fail(this.stoppedError());
    this.link.detach();
    this.link = new SmuLink(this.transport);
    for (let attempt = 0; attempt < CONFIRM_TRIES; attempt++) {
      this.stopNow();
      try {
        const state = await this.link.ask(this.dialect.state, [], 0, CONFIRM_seconds);
        if (state.output) continue;
        this.disarmed();
        return { confirmed: true };
      } catch {
        this.link.detach();
        this.link = new SmuLink(this.transport);
      }
    }
    return { confirmed: false };
  }

  /** Ramps down, switches the output off if it was switched on here, and closes the line. Its settings stay. */
  close(): Promise<void> {
    this.closing ??= this.switchOffAndClose();
    return this.closing;
  }

  private async switchOffAndClose(): Promise<void> {
    const { dialect } = this;
    let unconfirmed: unknown;
    try {
      if (this.permit !== undefined) {
        const state = await this.link.ask(dialect.state, rampDown(dialect, this.level_V));
        if (state.output) throw runError('smu.refused', `${this.transport.name}: its output stays on`);
        this.disarmed();
      }
    } catch (error) {
      unconfirmed = error;
      const { confirmed } = await this.stop();
      if (confirmed) unconfirmed = undefined;
    } finally {
      this.link.detach();
      await this.transport.close();
      this.forget?.();
      this.holder.holding?.release();
    }
    if (unconfirmed !== undefined) {
      throw runError(
        'smu.not-off',
        `${this.transport.name}: it was told to switch its output off, and has not said that it is off; look at it, and run "ohmprop instrument stop"`,
        unconfirmed,
      );
    }
  }

  private disarmed(): void {
    this.permit = undefined;
    this.level_V = 0;
    this.forget?.();
    this.forget = undefined;
  }

  private check(permit: Permit, levels_V: readonly number[], dwell_s: number, pulses?: number): void {
    if (!(dwell_s >= this.least_s)) {
      throw inputError(
        'smu.width',
        `${this.transport.name}: a ${this.identity.family} holds a level for ${formatQuantity(this.least_s, 's')} at least, ${formatQuantity(dwell_s, 's')} were asked for; ask for longer ones, or use another instrument`,
      );
    }
    for (const level_V of levels_V) checkVoltage(permit, level_V, 'a level');
    const rest_V = readLimit_V(permit.limits);
    const last_V = levels_V[levels_V.length - 1] ?? Number.NaN;
    if (!(Math.abs(last_V) <= rest_V))
      throw new Error(`a run ends where a cell may wait, not at ${last_V} V`);
    const stretches = stretchesOf(levels_V, dwell_s, rest_V);
    for (const stretch of stretches) checkStretch(permit, stretch, 'a pulse or half wave');
    checkCount(permit, pulses ?? stretches.length);
  }

  private async requireNoErrors(): Promise<void> {
    const errors = await drainErrors(this.link, this.dialect);
    if (errors.length === 0) return;
    throw runError('smu.refused', `${this.transport.name}: it says ${errorsText(errors)}`);
  }

  private async withItsErrors(error: OhmpropError): Promise<OhmpropError> {
    if (error.code !== 'smu.refused') return error;
    const errors = await drainErrors(this.link, this.dialect).catch(() => []);
    return errors.length === 0
      ? error
      : runError(error.code, `${error.message}: ${errorsText(errors)}`, error);
  }

  private requireUsable(): void {
    if (this.closing !== undefined) {
      throw runError('smu.closed', `${this.transport.name}: the instrument is closed`);
    }
    if (this.stopped) throw this.stoppedError();
  }

  private stoppedError(): OhmpropError {
    return runError('smu.stopped', `${this.transport.name}: somebody has stopped it; its output is off`);
  }
}

/** Power-line frequency that integration times are reckoned with, Hz: where it is 60, measurements end sooner. */
const LINE_Hz = 50;

async function drainErrors(link: SmuLink, dialect: SmuDialect): Promise<SmuErrorEntry[]> {
  const errors: SmuErrorEntry[] = [];
  while (errors.length < MAX_ERRORS) {
    const entry = await link.ask(dialect.error);
    if (entry === undefined) break;
    errors.push(entry);
  }
  return errors;
}

/** Alike to the digits that instruments say, and to `slack` besides. */
function near(said: number, told: number, slack: number): boolean {
  return Math.abs(said - told) <= 1e-4 * Math.abs(told) + slack;
}

/** For people. */
export function errorsText(errors: readonly SmuErrorEntry[]): string {
  return errors.map(({ code, text }) => `${code} "${text}"`).join(', ');
}
