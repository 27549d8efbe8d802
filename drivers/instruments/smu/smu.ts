import { OhmpropError } from '../../../core/index.js';
import type { Permit } from '../../../devices/limits/index.js';
import { type Holding, holdLine, type StopAnswer, type Transport } from '../../transport/index.js';
import { comeBack } from './come-back.js';
import type { SmuErrorEntry, SmuReading, SmuState } from './dialect.js';
import { drainErrors } from './error-queue.js';
import { readSmuIdentity, type SmuIdentity } from './identity.js';
import { SmuLink } from './smu-link.js';
import { SmuOutput } from './smu-output.js';
import { type SmuMeasuring, SmuRunner } from './smu-run.js';

export interface SmuOptions {
  /** Its whole address, for `instrument stop`. */
  readonly address?: string;
  /** Of an instrument with two; `a` where nothing is said. */
  readonly channel?: 'a' | 'b';
  /** What happens to its line, for people. */
  readonly tell?: (text: string) => void;
  /** Nobody waits any longer for a line that is lost. */
  readonly signal?: AbortSignal;
}

/** What an instrument still holds of the last run that it was told. */
export interface LastRun {
  /** How many it had. */
  readonly levels: number;
  /** What it measured at those that it came to, V. */
  readonly voltages_V: readonly number[];
}

/**
 * A source-measure unit on a line. Opening it asks who it is and what it is set to: nothing is set, nothing switched. The output is on
 * between `arm` and `close`, at 0 V unless a run is under way; it is switched off at every end that this process can see.
 */
export class Smu {
  private readonly output: SmuOutput;
  private readonly runner: SmuRunner;
  private permit: Permit | undefined;

  private constructor(
    readonly transport: Transport,
    link: SmuLink,
    readonly identity: SmuIdentity,
    /** As it was found. */
    readonly found: SmuState,
    /** Errors that were in its queue. */
    readonly foundErrors: readonly SmuErrorEntry[],
    /** Its other channel, as that was found: nothing here touches it. */
    readonly foundOther: SmuState | undefined,
    private readonly options: SmuOptions,
    holder: { stop: () => Promise<StopAnswer>; holding: Holding | undefined },
  ) {
    const address = options.address ?? transport.name;
    this.output = new SmuOutput(transport, link, identity, address, () => holder.holding?.release());
    this.runner = new SmuRunner(this.output);
    holder.stop = () => this.stopAll();
    holder.holding?.describe(`${identity.family} ${identity.serial}`);
  }

  /**
   * Opens the line and asks who is there.
   * @throws OhmpropError `line.*` where nobody answers, `smu.unknown`, `smu.firmware`, `smu.language`
   */
  static async open(transport: Transport, options: SmuOptions = {}): Promise<Smu> {
    const { address, channel } = options;
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
      const identity = readSmuIdentity(await link.identity(), transport.name, channel);
      const errors = await drainErrors(link, identity.dialect);
      const state = await link.ask(identity.dialect.state);
      const other = identity.channels.find((one) => one !== identity.dialect);
      const otherState = other === undefined ? undefined : await link.ask(other.state);
      return new Smu(transport, link, identity, state, errors, otherState, options, holder);
    } catch (error) {
      link.detach();
      await transport.close();
      holder.holding?.release();
      throw error;
    }
  }

  /** What it is set to now. */
  state(): Promise<SmuState> {
    return this.output.state();
  }

  /** Shortest time that a level can stay, s. */
  get least_s(): number {
    return this.runner.least_s;
  }

  /**
   * Makes it ready to drive: voltage source at 0 V, compliance set and read back, then the output on.
   * @param outputOn an output that was found on may be taken over
   * @throws OhmpropError `smu.output-on`, `smu.range`, `smu.compliance`, `smu.refused`; the output is off then, or as it was found
   */
  arm(permit: Permit, outputOn = false): Promise<void> {
    this.permit = permit;
    return this.output.arm(permit, outputOn);
  }

  /** The same after a doubt, within the limits that it was armed with. @throws OhmpropError what stands in the way */
  armAgain(): Promise<void> {
    if (this.permit === undefined) throw new Error('the instrument was not armed');
    return this.output.armAgain(this.permit);
  }

  /** Its line has ended, and was not opened again. */
  get lineLost(): boolean {
    return this.output.lineLost;
  }

  /**
   * Opens its line again, the same instrument at it and its output off; to be armed anew.
   * @returns what happened, for people, who have been told
   * @throws OhmpropError `line.lost`, `smu.other`
   */
  async comeBack(): Promise<string> {
    const { signal, tell } = this.options;
    const said = await comeBack(this.output, { givenUp: () => signal?.aborted === true });
    tell?.(said);
    return said;
  }

  /** Somebody has stopped it. */
  get stopped(): boolean {
    return this.output.stopped;
  }

  /** What it holds of the run before; to be asked before it is armed. Nothing where it cannot be told. */
  async lastRun(most: number): Promise<LastRun | undefined> {
    const { link, dialect } = this.output;
    try {
      const levels = await link.ask(dialect.lastLevels);
      if (!(levels >= 1 && levels <= most)) return undefined;
      // an answer of its own may have lost a digit: two have to agree
      const counts = [await link.ask(dialect.reached), await link.ask(dialect.reached)];
      const [count] = counts;
      if (counts[1] !== count || !(count >= 0 && count <= levels)) return undefined;
      const { readings } = count === 0 ? { readings: [] } : await link.ask(dialect.readings(count));
      return { levels, voltages_V: readings.map(({ voltage_V }) => voltage_V) };
    } catch (error) {
      if (!(error instanceof OhmpropError) || error.code === 'line.lost') throw error;
      await link.resync();
      return undefined;
    }
  }

  /**
   * Goes through levels, each held for `dwell_s` and measured at its end; what it stays at afterwards is the last of them.
   * @throws OhmpropError `limits.*` before anything is driven; `smu.width` for what it cannot time; `RunCutShort`
   */
  run(levels_V: readonly number[], dwell_s: number, measuring: SmuMeasuring = {}): Promise<SmuReading[]> {
    return this.runner.run(levels_V, dwell_s, measuring);
  }

  /** Tells it to switch off before it returns, past whatever is under way. Never throws. */
  stopNow(): void {
    this.output.stopNow();
  }

  /** Stops it, whatever is under way, and waits for its word that the output is off. */
  stop(): Promise<StopAnswer> {
    return this.output.stop();
  }

  /** The same of every output that it has, those too that were found on and left alone: who asks for a stop means the instrument. */
  private stopAll(): Promise<StopAnswer> {
    const all = this.stopEach();
    this.output.closeAfter(all);
    return all;
  }

  private async stopEach(): Promise<StopAnswer> {
    const { confirmed } = await this.stop();
    const others = this.identity.channels.filter((one) => one !== this.identity.dialect);
    for (const other of others) if (!(await this.output.stopOther(other))) return { confirmed: false };
    return { confirmed };
  }

  /** Ramps down, switches the output off if it was switched on here, and closes the line. Its settings stay. */
  close(): Promise<void> {
    return this.output.close();
  }
}
