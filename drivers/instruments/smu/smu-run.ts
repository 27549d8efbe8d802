import { formatQuantity, inputError, OhmpropError, runError } from '../../../core/index.js';
import {
  checkCount,
  checkStretch,
  checkVoltage,
  type Permit,
  readLimit_V,
} from '../../../devices/limits/index.js';
import type { SmuMeasured, SmuReading, SmuRun } from './dialect.js';
import { requireNoErrors, withItsErrors } from './error-queue.js';
import { piecesOf, stretchesOf } from './pieces.js';
import type { SmuOutput } from './smu-output.js';
import { TELL_TRIES, tellRun } from './tell-run.js';

/** How far a voltage that was measured may lie from what was told: of leads and of the meter, share and V. */
const VOLTS_SLACK = 0.02;
const VOLTS_FLOOR = 0.02;
/** Power-line frequency that integration times are reckoned with, Hz: where it is 60, measurements end sooner. */
const LINE_Hz = 50;

/** Whether a voltage that was measured is the one that was told. */
export function isNear(measured_V: number, told_V: number): boolean {
  return Math.abs(measured_V - told_V) <= VOLTS_SLACK * Math.abs(told_V) + VOLTS_FLOOR;
}

/** How a run is measured. */
export interface SmuMeasuring {
  /** Power-line cycles a point; as many as its dwell leaves room for, at most 1, where left out. */
  readonly nplc?: number;
  readonly autorange?: boolean;
  readonly signal?: AbortSignal;
  /** Called when a piece of it has been told and is about to start. */
  readonly starting?: () => void;
  /** What is counted against the limits as pulses; stretches beyond reads where left out. */
  readonly pulses?: number;
}

/** A run that did not come to its end. The output is off, or nobody answers. */
export class RunCutShort extends OhmpropError {
  constructor(
    cause: OhmpropError,
    /** Levels that were gone through and measured; undefined where nobody knows. */
    readonly reached: number | undefined,
    /** What was measured is not what was told. */
    readonly misdriven = false,
  ) {
    const known = reached === undefined ? 'how far it came is not known' : `it came to point ${reached}`;
    super('smu.cut-short', `${cause.message}; ${known}. Read the cell before anything else`, {
      exitCode: 1,
      cause,
    });
  }
}

/** Levels that an armed output goes through, checked against its limits, cut into pieces, measured. */
export class SmuRunner {
  constructor(private readonly output: SmuOutput) {}

  /** Shortest time that a level can stay, s. */
  get least_s(): number {
    return this.output.dialect.nplc[0] / LINE_Hz + this.output.dialect.overhead_s;
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
    this.output.requireUsable();
    const { permit, dialect } = this.output;
    if (permit === undefined) throw new Error('the instrument is not armed');
    this.check(permit, levels_V, dwell_s, measuring.pulses);
    const { overhead_s } = dialect;
    const [least, most] = dialect.nplc;
    // A quarter of the time is left for the level to settle.
    const room = (dwell_s - overhead_s) * 0.75 * LINE_Hz;
    const nplc = Math.max(least, Math.min(most, 1, measuring.nplc ?? room, room));
    const delay_s = Math.max(0, dwell_s - overhead_s - nplc / LINE_Hz);
    const rest_V = readLimit_V(permit.limits);
    const { signal, autorange = false } = measuring;
    const { compliance_A } = permit.limits;
    const clock = this.output.transport.clock;
    const began = clock.now_seconds();
    const readings: SmuReading[] = [];
    let told = true;
    const breakOff = () => void this.output.stop();
    signal?.addEventListener('abort', breakOff, { once: true });
    try {
      for (const piece of piecesOf(levels_V, dwell_s, rest_V, dialect.maxLevels)) {
        this.output.requireUsable();
        if (signal?.aborted) throw this.output.stoppedError();
        const before_s = clock.now_seconds() - began;
        const run = { levels_V: piece, delay_s, nplc, autorange, compliance_A };
        const { readings: measured, errors } = await this.piece(
          run,
          dwell_s,
          readings.length,
          measuring.starting,
        );
        await this.requireDriven(piece, measured, readings.length);
        if (errors) await requireNoErrors(this.output.link, this.output.dialect);
        told &&= errors !== undefined;
        for (const reading of measured)
          readings.push({ ...reading, time_s: before_s + dwell_s + reading.time_s });
        // Told once: what is the same of the next need not be told again.
        if (piece[piece.length - 1] === 0) this.output.lastRun = run;
      }
      if (!told) await this.requireNoErrors();
      return readings;
    } finally {
      signal?.removeEventListener('abort', breakOff);
    }
  }

  /** Where readings do not tell: nothing counts as told until it is known that there are none. */
  private async requireNoErrors(): Promise<void> {
    const { lastRun } = this.output;
    this.output.lastRun = undefined;
    await requireNoErrors(this.output.link, this.output.dialect);
    this.output.lastRun = lastRun;
  }

  /** One piece, as the instrument goes through it by itself. @returns what it measured, to its end */
  private async piece(
    run: SmuRun,
    dwell_s: number,
    before: number,
    starting?: () => void,
  ): Promise<SmuMeasured> {
    const { levels_V: levels } = run;
    let started = false;
    try {
      const start = await tellRun(this.output, run);
      starting?.();
      // Where it is on its way nobody knows: who has to stop it goes to 0 V at once, as each of its pulses does. A ramp from a guess
      // would be a pulse that nobody asked for.
      this.output.level_V = 0;
      started = true;
      const measured = await this.whenOver(levels.length, start, levels.length * dwell_s * 1.5);
      this.output.level_V = levels[levels.length - 1];
      const reached = typeof measured === 'number' ? measured : measured.readings.length;
      if (reached !== levels.length) {
        throw runError(
          'smu.refused',
          `${this.output.transport.name}: it went through ${reached} of ${levels.length} levels`,
        );
      }
      if (typeof measured !== 'number') return measured;
    } catch (error) {
      if (!(error instanceof OhmpropError)) throw error;
      const reached = await this.recover(before, levels.length);
      throw new RunCutShort(
        await withItsErrors(this.output.link, this.output.dialect, error),
        started ? reached : before,
      );
    }
    return this.readingsOf(levels.length, before);
  }

  /** Starts a run and waits until it is over. @returns what it measured, or how far it came where only that is known */
  private async whenOver(
    count: number,
    start: readonly string[],
    work_seconds: number,
  ): Promise<SmuMeasured | number> {
    const { link, dialect } = this.output;
    if (!dialect.readingsAtOnce) return link.ask(dialect.reached, start, work_seconds);
    try {
      return await link.ask(dialect.readings(count), start, work_seconds);
    } catch (error) {
      // A long answer is spoiled sooner than a short one.
      if (!(error instanceof OhmpropError) || this.output.lineLost || this.output.stopped) throw error;
      await link.resync();
      return link.ask(dialect.reached);
    }
  }

  /** What was across the cell is what was told, unless the current stood at its limit. */
  private async requireDriven(
    levels_V: readonly number[],
    measured: readonly SmuReading[],
    before: number,
  ): Promise<void> {
    const at = measured.findIndex(({ voltage_V, limited }, k) => {
      return !limited && !isNear(voltage_V, levels_V[k]);
    });
    if (at < 0) return;
    await this.recover(before, levels_V.length);
    const seen = runError(
      'smu.refused',
      `${this.output.transport.name}: at level ${before + at + 1} it was told ${levels_V[at]} V and measured ${measured[at].voltage_V} V`,
    );
    throw new RunCutShort(seen, undefined, true);
  }

  /** What was measured: asked again where the answer is spoiled, which changes nothing. */
  private async readingsOf(count: number, before: number): Promise<SmuMeasured> {
    for (let attempt = 1; ; attempt++) {
      try {
        const measured = await this.output.link.ask(this.output.dialect.readings(count));
        if (measured.readings.length === count) return measured;
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
          `${this.output.transport.name}: what was measured comes back spoiled`,
        );
        throw new RunCutShort(spoiled, before + count);
      }
      await this.output.link.resync();
    }
  }

  /** After a doubt: the output off, both sides in step, and how far the run came. @returns undefined where nobody knows */
  private async recover(before: number, most: number): Promise<number | undefined> {
    const { dialect, permit } = this.output;
    if (this.output.stopped || permit === undefined) return undefined;
    try {
      this.output.stopNow();
      await this.output.link.resync();
      const state = await this.output.link.ask(dialect.state);
      // One that has lost its supply has forgotten its compliance, and with it how far it came.
      const same = Math.abs(state.compliance_A / permit.limits.compliance_A - 1) < 1e-3;
      // Still on, it stays armed: closing switches it off.
      if (state.output) return undefined;
      this.output.disarmed();
      if (!same) return undefined;
      const counts = [
        await this.output.link.ask(dialect.reached),
        await this.output.link.ask(dialect.reached),
      ];
      // An answer of its own may have lost a digit: two have to agree.
      const [count] = counts;
      return counts[1] === count && count >= 0 && count <= most ? before + count : undefined;
    } catch {
      return undefined;
    }
  }

  private check(permit: Permit, levels_V: readonly number[], dwell_s: number, pulses?: number): void {
    if (!(dwell_s >= this.least_s)) {
      throw inputError(
        'smu.width',
        `${this.output.transport.name}: a ${this.output.identity.family} holds a level for ${formatQuantity(this.least_s, 's')} at least, ${formatQuantity(dwell_s, 's')} were asked for; ask for longer ones, or use another instrument`,
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
}
