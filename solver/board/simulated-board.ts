import { RandomStream } from '../../core/index.js';
import {
  accumulateContrast,
  type BoardCounters,
  type BoardExamples,
  type BoardOperations,
  type BoardParts,
  type BoardProfile,
  type BoardStepReport,
  type BoardUse,
  converted_V,
  moveTap,
  type NudgePair,
  nudge_mV,
  outputError,
  potsInUse,
  type TapReport,
  type Taps,
  type TapUpdate,
  tapStep,
} from '../../devices/boards/index.js';
import { SolvedBoard } from './board-circuit.js';

export interface SimulatedBoardOptions {
  readonly parts: BoardParts;
  readonly use: BoardUse;
  /** Seed of the conversions' noise; no matter where the parts have none. */
  readonly seed: number;
  readonly reads?: number;
  readonly oneSided?: boolean;
  /** Tap of every pot at the start. Default 128, as a board wakes up. */
  readonly tap?: number;
}

/**
 * A learning board on a solved circuit alone: the same parts, converters and integer arithmetic as the board's, without
 * its processor. The twin of a virtual board, and of a real one as far as its parts are known.
 */
export class SimulatedBoard implements BoardOperations {
  readonly profile: BoardProfile;
  readonly use: BoardUse;
  readonly identity: string;
  private readonly parts: BoardParts;
  private readonly circuit: SolvedBoard;
  private readonly taps: Uint8Array;
  private readonly residuals: Int16Array;
  private readonly resistance_ohm: Float64Array;
  private readonly source_V: Float64Array;
  private readonly node_V: Float64Array;
  private readonly pots: number[];
  private readonly inUse: Uint8Array;
  private readonly reads: number;
  private readonly oneSided: boolean;
  private readonly random: RandomStream;
  private pulses = 0;
  private lastUpdate = 0;

  constructor(options: SimulatedBoardOptions) {
    this.parts = options.parts;
    this.profile = options.parts.profile;
    this.use = options.use;
    this.identity = `simulated, ${options.parts.name}`;
    this.circuit = new SolvedBoard(options.parts);
    this.reads = options.reads ?? this.profile.reads;
    this.oneSided = options.oneSided ?? true;
    this.taps = new Uint8Array(this.profile.pots).fill(options.tap ?? 128);
    this.residuals = new Int16Array(this.profile.pots);
    this.resistance_ohm = new Float64Array(this.profile.pots).fill(Number.POSITIVE_INFINITY);
    this.source_V = new Float64Array(this.circuit.sources);
    this.node_V = new Float64Array(this.circuit.nodes);
    this.pots = potsInUse(this.profile, this.use);
    this.inUse = new Uint8Array(this.profile.pots);
    for (const e of this.pots) this.inUse[e] = 1;
    this.random = new RandomStream(options.seed, 'board/noise');
    for (const e of this.pots) this.connect(e);
    this.drive(new Int16Array(this.profile.inputs));
  }

  async measure(
    examples: BoardExamples,
    nudgeGain_q8: number | undefined,
  ): Promise<{ readings: Int16Array; clipped: number }> {
    const nodes = this.nodes;
    const readings = new Int16Array(examples.count * nodes);
    let clipped = 0;
    for (let s = 0; s < examples.count; s++) {
      const errors = this.free(examples, s, readings, nudgeGain_q8 === undefined);
      if (nudgeGain_q8 !== undefined) clipped += this.nudged(errors, nudgeGain_q8, s, readings);
    }
    return { readings, clipped };
  }

  async step(
    examples: BoardExamples,
    nudges: NudgePair,
    update: TapUpdate,
    observeAll: boolean,
  ): Promise<BoardStepReport> {
    const { profile, use, nodes } = this;
    const shape = examples.count * nodes;
    const [free, first, second] = [new Int16Array(shape), new Int16Array(shape), new Int16Array(shape)];
    let clipped = 0;
    for (let s = 0; s < examples.count; s++) {
      const all = observeAll || nudges.first === 0 || nudges.second === 0;
      const errors = this.free(examples, s, free, all);
      const row = free.subarray(s * nodes, (s + 1) * nodes);
      if (nudges.first === 0) first.set(row, s * nodes);
      else clipped += this.nudged(errors, nudges.first, s, first);
      if (nudges.second === 0) second.set(row, s * nodes);
      else clipped += this.nudged(errors, nudges.second, s, second);
    }
    const sums = new Int32Array(profile.pots);
    accumulateContrast(profile, use, this.pots, examples, first, second, sums);
    const steps = new Int16Array(profile.pots);
    for (const e of this.pots) {
      const gain = profile.to(e) < profile.sources + profile.hidden ? update.gainHidden : update.gainOutput;
      if (gain !== 0) steps[e] = tapStep(sums[e], gain, this.taps[e], profile.resistanceOffset, update.clip);
    }
    const report = this.move(update.id, steps);
    return { ...report, clipped, free: observeAll ? free : this.outputsOf(free, examples.count) };
  }

  async moveTaps(id: number, steps: Int16Array): Promise<TapReport> {
    return this.move(id, steps);
  }

  async readTaps(): Promise<Taps> {
    return { taps: this.taps.slice(), residuals: this.residuals.slice() };
  }

  async writeTaps({ taps, residuals }: Taps): Promise<void> {
    for (let e = 0; e < this.profile.pots; e++) {
      this.pulses += Math.abs(taps[e] - this.taps[e]);
      this.taps[e] = taps[e];
      this.residuals[e] = residuals[e];
      if (this.inUse[e]) this.connect(e);
    }
  }

  async setLastUpdate(id: number): Promise<void> {
    this.lastUpdate = id;
  }

  async counters(): Promise<BoardCounters> {
    return { boots: 1, pulses: this.pulses, lastUpdate: this.lastUpdate };
  }

  async close(): Promise<void> {}

  private get nodes(): number {
    return this.profile.hidden + this.use.outputs;
  }

  private connect(pot: number): void {
    this.resistance_ohm[pot] = this.parts.calibration.resistance_ohm[pot][this.taps[pot]];
  }

  private drive(inputs_mV: ArrayLike<number>): void {
    const { profile, parts, source_V } = this;
    const span_V = profile.binaryInputs ? 2.5 : 2.048;
    const set = (source: number, value_V: number) => {
      source_V[source] = converted_V(parts.sources[source], value_V, span_V);
    };
    for (let i = 0; i < profile.inputs; i++) {
      const value_V = (inputs_mV[i] ?? 0) / 1000;
      set(2 * i, value_V);
      set(2 * i + 1, -value_V);
    }
    set(profile.sources - 2, profile.bias_V);
    set(profile.sources - 1, -profile.bias_V);
  }

  private nudge(nudges_mV: ArrayLike<number>): void {
    const { profile, parts, source_V } = this;
    for (let k = 0; k < profile.outputs; k++) {
      const value_V = (nudges_mV[k] ?? 0) / 1000;
      source_V[profile.sources + k] = converted_V(
        parts.nudges[k],
        value_V,
        profile.binaryInputs ? 2.5 : 2.048,
      );
    }
    this.circuit.solve(this.resistance_ohm, source_V, this.node_V);
  }

  /** Settles and reads the free phase of one example; returns the outputs' errors, 1/8 mV. */
  private free(examples: BoardExamples, s: number, out: Int16Array, all: boolean): number[] {
    const { inputs, outputs } = this.use;
    this.drive(examples.inputs_mV.subarray(s * inputs, (s + 1) * inputs));
    this.nudge([]);
    this.read(out, s, all);
    const { hidden, differential } = this.profile;
    const v = out.subarray(s * this.nodes + hidden, (s + 1) * this.nodes);
    const y = examples.targets_mV.subarray(s * outputs, (s + 1) * outputs);
    if (differential) {
      const error = outputError(8 * (y[0] - y[1]), v[0] - v[1], this.oneSided);
      return [error, -error];
    }
    return Array.from(y, (target, k) => outputError(8 * target, v[k], this.oneSided));
  }

  private nudged(errors: readonly number[], nudgeGain_q8: number, s: number, out: Int16Array): number {
    const limit_mV = Math.round(this.profile.nudgeLimit_V * 1000);
    const nudges = errors.map((error) => nudge_mV(error, nudgeGain_q8, limit_mV));
    this.nudge(nudges.map(({ nudge }) => nudge));
    this.read(out, s, true);
    return nudges.filter(({ clipped }) => clipped).length;
  }

  /** Reads nodes as the board's converters would: `reads` conversions a node, in 1/8 mV. */
  private read(out: Int16Array, s: number, all: boolean): void {
    const { parts, profile, node_V, random, reads } = this;
    const step_V = profile.converterStep_V;
    const span_V = profile.binaryInputs ? 2.5 : 2.048;
    const zero = span_V / step_V;
    const most = profile.binaryInputs ? 32767 : 4095;
    for (let n = all ? 0 : profile.hidden; n < this.nodes; n++) {
      const seen_V = converted_V(parts.readers[n], node_V[n], span_V);
      let sum = 0;
      for (let r = 0; r < reads; r++) {
        const noisy_V = parts.noise_V === 0 ? seen_V : seen_V + parts.noise_V * random.normal();
        sum += Math.max(0, Math.min(most, Math.floor(noisy_V / step_V + zero)));
      }
      out[s * this.nodes + n] = Math.round((sum / reads - zero) * step_V * 8000);
    }
  }

  private move(id: number, steps: Int16Array): TapReport {
    const { profile, taps, residuals } = this;
    const applied = id > this.lastUpdate;
    let moved = 0;
    if (applied) {
      this.lastUpdate = id;
      for (const e of this.pots) {
        const next = moveTap(taps[e], residuals[e], steps[e], profile.tapMin, profile.tapMax);
        moved += Math.abs(next.tap - taps[e]);
        taps[e] = next.tap;
        residuals[e] = next.residual;
        this.connect(e);
      }
      this.pulses += moved;
    }
    const saturatedFraction = this.pots.filter(
      (e) => taps[e] === profile.tapMin || taps[e] === profile.tapMax,
    ).length;
    return { applied, moved, saturatedFraction };
  }

  private outputsOf(readings: Int16Array, count: number): Int16Array {
    const { hidden } = this.profile;
    const { outputs } = this.use;
    const out = new Int16Array(count * outputs);
    for (let s = 0; s < count; s++) {
      out.set(readings.subarray(s * this.nodes + hidden, (s + 1) * this.nodes), s * outputs);
    }
    return out;
  }
}
