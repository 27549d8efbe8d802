import { OhmpropError } from '../../core/index.js';
import {
  type BenchBoard,
  type BoardExamples,
  type BoardProfile,
  type BoardReadings,
  readingUnit_V,
  restInput_mV,
} from '../../devices/boards/index.js';

/** What calibrating asks of a board: a board on a line can do it, and a simulated one. */
export interface CalibratedBoard extends BenchBoard {
  /** Arms a board once more that has made itself safe while the host was thinking. */
  arm?(): Promise<void>;
  measure(examples: BoardExamples, nudgeGain_q8: number | undefined): Promise<{ readings: BoardReadings }>;
}

/** What drives a circuit, mV. */
export interface CircuitDrive {
  /** [inputs] */
  readonly inputs_mV: readonly number[];
  /** [outputs]; all at rest where left out. */
  readonly nudges_mV?: readonly number[];
}

/** Some pots of a board closed at taps, the others open, and what it is driven by, one drive after the other. */
export interface Circuit {
  /** Rising. */
  readonly closed: readonly number[];
  /** [pots]; of closed ones alone they matter. */
  readonly taps: Uint8Array;
  readonly drives: readonly CircuitDrive[];
}

/** A circuit and what its nodes read. */
export interface Observation extends Circuit {
  /** [drives × nodes], V. */
  readonly readings_V: Float64Array;
}

/** Nodes that something fixes: joined by closed pots to a source, or loaded by their nudge. [nodes] */
export function reachedNodes(profile: BoardProfile, closed: readonly number[], loaded: boolean): boolean[] {
  const { sources, hidden, outputs } = profile;
  const reached = new Array<boolean>(sources + hidden + outputs).fill(false).fill(true, 0, sources);
  if (loaded) reached.fill(true, sources + hidden);
  for (let again = true; again; ) {
    again = false;
    for (const e of closed) {
      const [a, b] = [profile.from(e), profile.to(e)];
      if (reached[a] === reached[b]) continue;
      reached[a] = true;
      reached[b] = true;
      again = true;
    }
  }
  return reached.slice(sources);
}

/**
 * A board as circuits are set up on it and read. Wipers move and pots open only while inputs and nudges are at rest (0 V; where
 * switches hold the inputs, to their low side), and rest follows every circuit.
 */
export class CircuitBench {
  readonly profile: BoardProfile;
  /** Circuits that were read. */
  circuits = 0;
  /** Wiper steps that were made for them. */
  steps = 0;
  private readonly taps: Uint8Array;
  private closed: string | undefined;

  /** @param taps where the wipers stand @param told hears of every circuit that was read */
  constructor(
    private readonly board: CalibratedBoard,
    taps: Uint8Array,
    private readonly told: (circuits: number) => void = () => {},
  ) {
    this.profile = board.profile;
    this.taps = taps.slice();
  }

  /** Sets a circuit up and reads all nodes under each of its drives. */
  async observe(circuit: Circuit): Promise<Observation> {
    try {
      return await this.observeOnce(circuit);
    } catch (error) {
      // A fit may take longer than the board's watchdog waits: it is at rest, and its wipers stand where they stood.
      if (!(error instanceof OhmpropError && error.code === 'board.disarmed') || this.board.arm === undefined)
        throw error;
      await this.board.arm();
      this.closed = undefined;
      return this.observeOnce(circuit);
    }
  }

  private async observeOnce(circuit: Circuit): Promise<Observation> {
    const { board, profile } = this;
    await this.setUp(circuit);
    const nodes = profile.hidden + profile.outputs;
    const readings_V = new Float64Array(circuit.drives.length * nodes);
    const plain = circuit.drives.filter(({ nudges_mV }) => nudges_mV === undefined);
    let next = 0;
    if (plain.length > 0) {
      const { readings } = await board.measure(
        {
          count: plain.length,
          inputs_mV: Int16Array.from(plain.flatMap(({ inputs_mV }) => inputs_mV)),
          targets_mV: new Int16Array(plain.length * profile.outputs),
        },
        undefined,
      );
      for (const [d, drive] of circuit.drives.entries()) {
        if (drive.nudges_mV === undefined)
          this.keep(readings.subarray(nodes * next, nodes * ++next), readings_V, d);
      }
    }
    for (const [d, drive] of circuit.drives.entries()) {
      if (drive.nudges_mV === undefined) continue;
      await board.setInputs(drive.inputs_mV, drive.nudges_mV);
      this.keep(await board.readNodes(), readings_V, d);
    }
    await this.rest();
    this.circuits++;
    this.told(this.circuits);
    return { ...circuit, taps: circuit.taps.slice(), readings_V };
  }

  /** Inputs and nudges to rest. */
  async rest(): Promise<void> {
    const { inputs, outputs } = this.profile;
    await this.board.setInputs(
      new Int16Array(inputs).fill(restInput_mV(this.profile)),
      new Int16Array(outputs),
    );
  }

  /** Somebody else has connected pots. */
  forgetConnections(): void {
    this.closed = undefined;
  }

  private keep(readings: BoardReadings, out: Float64Array, drive: number): void {
    const nodes = this.profile.hidden + this.profile.outputs;
    for (let n = 0; n < nodes; n++) out[drive * nodes + n] = readings[n] * readingUnit_V;
  }

  private async setUp({ closed, taps }: Circuit): Promise<void> {
    const moved = closed.filter((e) => this.taps[e] !== taps[e]);
    const residuals = new Int16Array(this.taps.length);
    const wanted = this.taps.slice();
    for (const e of moved) wanted[e] = taps[e];
    if (moved.length > 0) await this.board.writeTaps({ taps: wanted, residuals }, moved);
    for (const e of moved) this.steps += Math.abs(this.taps[e] - wanted[e]);
    // Only once they are written: what failed is written again.
    this.taps.set(wanted);
    const key = closed.join();
    if (this.closed !== key) await this.board.connectOnly(closed);
    this.closed = key;
  }
}
