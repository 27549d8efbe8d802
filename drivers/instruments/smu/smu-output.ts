import { atAnyEnd, formatQuantity, inputError, type OhmpropError, runError } from '../../../core/index.js';
import type { Permit } from '../../../devices/limits/index.js';
import type { StopAnswer, Transport } from '../../transport/index.js';
import { comeBack, PARTING_seconds } from './come-back.js';
import type { SmuDialect, SmuRun, SmuState } from './dialect.js';
import { drainErrors, requireNoErrors } from './error-queue.js';
import type { SmuIdentity } from './identity.js';
import { SmuLink } from './smu-link.js';
import { emergencyBytes, rampDown } from './switch-off.js';

/** A compliance is set to some digits: more than so much above what was asked is another one. */
const COMPLIANCE_SLACK = 1.0001;
/** How often, and how long each time, a stopped instrument is asked whether its output is off. */
const CONFIRM_TRIES = 5;
const CONFIRM_seconds = 0.12;

/** How often it is tried to make it ready again after a doubt. */
const ARM_TRIES = 4;

/** The output of a source-measure unit: on within limits, off at every end, and whether it may be used. */
export class SmuOutput {
  readonly dialect: SmuDialect;
  /** What it is armed within; undefined where it is not. */
  permit: Permit | undefined;
  /** Where whoever has to stop it ramps down from, V. */
  level_V = 0;
  stopped = false;
  /** What it went through last, down to 0 V and without a doubt since it was armed. */
  lastRun: SmuRun | undefined;
  /** The line has ended, and was not opened again. */
  lineLost = false;
  private forget: (() => void) | undefined;
  private closing: Promise<void> | undefined;
  private awaited: Promise<unknown> | undefined;

  constructor(
    readonly transport: Transport,
    /** Another one after a stop. */
    public link: SmuLink,
    readonly identity: SmuIdentity,
    /** As people write it. */
    readonly address: string,
    /** Lets go of the line. */
    private readonly release: () => void,
  ) {
    this.dialect = identity.dialect;
    transport.onClose(() => {
      this.lineLost = true;
    });
  }

  /** What it is set to now. */
  state(): Promise<SmuState> {
    return this.link.ask(this.dialect.state);
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
    await requireNoErrors(this.link, this.dialect);
    const limited = state.compliance_A <= compliance_A * COMPLIANCE_SLACK;
    if (!limited || state.output || state.sources !== 'voltage' || state.level_V !== 0) {
      throw runError(
        'smu.compliance',
        `${name}: it was set to 0 V and ${formatQuantity(compliance_A, 'A')} at most with its output off, and says ${state.sources}, ${state.level_V} V, ${formatQuantity(state.compliance_A, 'A')}, output ${state.output ? 'on' : 'off'}; nothing was driven`,
      );
    }
    this.permit = permit;
    this.lastRun = undefined;
    this.level_V = 0;
    this.forget = atAnyEnd(() => this.stopNow());
    const on = await this.link.ask(this.dialect.state, this.dialect.outputOn);
    await requireNoErrors(this.link, this.dialect);
    if (!on.output) {
      throw runError(
        'smu.refused',
        `${name}: its output stays off: look at its interlock and at its front panel`,
      );
    }
  }

  /**
   * The same after a doubt: whatever is on is switched off first.
   * @throws OhmpropError what stood in the way the last time that it was tried
   */
  async armAgain(permit: Permit): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.switchOff();
        await drainErrors(this.link, this.dialect);
        await this.arm(permit);
        return;
      } catch (error) {
        if (attempt >= ARM_TRIES || this.stopped) throw error;
      }
    }
  }

  /** Switches an output off that was switched on here, and waits for its word. @throws OhmpropError `smu.refused`, `line.*` */
  async switchOff(): Promise<void> {
    if (this.permit !== undefined) this.stopNow();
    await this.link.resync();
    const state = await this.state();
    if (state.output && this.permit !== undefined) {
      throw runError('smu.refused', `${this.transport.name}: its output stays on`);
    }
    this.disarmed();
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

  /** Switches another channel off, which nothing here had switched on. @returns whether it has said that it is off */
  async stopOther(dialect: SmuDialect): Promise<boolean> {
    try {
      const { output, level_V } = await this.link.ask(dialect.state, [], 0, CONFIRM_seconds);
      if (!output) return true;
      const off = await this.link.ask(dialect.state, rampDown(dialect, level_V), 0, 2 * CONFIRM_seconds);
      return !off.output;
    } catch {
      return false;
    }
  }

  /** Ramps down, switches the output off if it was switched on here, and closes the line. Its settings stay. */
  close(): Promise<void> {
    this.closing ??= this.switchOffAndClose();
    return this.closing;
  }

  /** Keeps the line until what somebody asked for has been confirmed: whoever drives is told first, and closes. */
  closeAfter(work: Promise<unknown>): void {
    this.awaited = work.catch(() => {});
  }

  private async switchOffAndClose(): Promise<void> {
    const { dialect } = this;
    let unconfirmed: unknown;
    await this.awaited;
    try {
      if (this.permit !== undefined && this.lineLost) {
        // Only its owner knows that the output is on: one more try, to switch it off.
        await comeBack(this, { sought_seconds: PARTING_seconds });
      } else if (this.permit !== undefined) {
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
      this.release();
    }
    if (unconfirmed !== undefined) {
      throw runError(
        'smu.not-off',
        `${this.transport.name}: it was told to switch its output off, and has not said that it is off; look at it, and run "ohmprop instrument stop"`,
        unconfirmed,
      );
    }
  }

  /** The output has said that it is off. */
  disarmed(): void {
    this.permit = undefined;
    this.lastRun = undefined;
    this.level_V = 0;
    this.forget?.();
    this.forget = undefined;
  }

  /** @throws OhmpropError `smu.closed`, `smu.stopped` */
  requireUsable(): void {
    if (this.closing !== undefined) {
      throw runError('smu.closed', `${this.transport.name}: the instrument is closed`);
    }
    if (this.stopped) throw this.stoppedError();
  }

  stoppedError(): OhmpropError {
    return runError('smu.stopped', `${this.transport.name}: somebody has stopped it; its output is off`);
  }
}
