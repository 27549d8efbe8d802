import {
  accumulateContrast,
  type BoardCounters,
  type BoardExamples,
  type BoardOperations,
  type BoardParts,
  type BoardProfile,
  type BoardStepReport,
  type BoardUse,
  moveTap,
  type NudgePair,
  nudge_mV,
  outputError,
  potsInUse,
  type TapReport,
  type Taps,
  type TapUpdate,
  tapStep,
  tapsHash,
} from '../../devices/boards/index.js';
import { SimulatedAnalog } from './simulated-analog.js';

/**
 * What a simulated board is made of and how it is read; conversions a reading and the side of errors as on the board where
 * left out.
 */
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
  private readonly analog: SimulatedAnalog;
  private readonly taps: Uint8Array;
  private readonly residuals: Int16Array;
  private readonly pots: number[];
  private readonly inUse: Uint8Array;
  private readonly oneSided: boolean;
  private pulses = 0;
  private lastUpdate = 0;

  constructor(options: SimulatedBoardOptions) {
    const { parts, use, seed } = options;
    this.profile = parts.profile;
    this.use = use;
    this.identity = `simulated, ${parts.name}`;
    this.analog = new SimulatedAnalog(parts, use, options.reads ?? this.profile.reads, seed);
    this.oneSided = options.oneSided ?? true;
    this.taps = new Uint8Array(this.profile.pots).fill(options.tap ?? 128);
    this.residuals = new Int16Array(this.profile.pots);
    this.pots = potsInUse(this.profile, use);
    this.inUse = new Uint8Array(this.profile.pots);
    for (const e of this.pots) this.inUse[e] = 1;
    for (const e of this.pots) this.analog.setTap(e, this.taps[e]);
    this.analog.setInputs([]);
  }

  async measure(
    examples: BoardExamples,
    nudgeGain_q8: number | undefined,
  ): Promise<{ readings: Int16Array; clipped: number }> {
    const { nodes } = this.analog;
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
    const { profile, use } = this;
    const { nodes } = this.analog;
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
    const report = this.move(update.id, steps, update.hash === true);
    return { ...report, clipped, free: observeAll ? free : this.outputsOf(free, examples.count) };
  }

  async moveTaps(id: number, steps: Int16Array): Promise<TapReport> {
    return this.move(id, steps, true);
  }

  async readTaps(): Promise<Taps> {
    return { taps: this.taps.slice(), residuals: this.residuals.slice() };
  }

  async writeTaps({ taps, residuals }: Taps, pots: Iterable<number> = this.taps.keys()): Promise<void> {
    for (const e of pots) {
      this.pulses += Math.abs(taps[e] - this.taps[e]);
      this.taps[e] = taps[e];
      this.residuals[e] = residuals[e];
      if (this.inUse[e]) this.analog.setTap(e, taps[e]);
    }
  }

  async setLastUpdate(id: number): Promise<void> {
    this.lastUpdate = id;
  }

  async counters(): Promise<BoardCounters> {
    return { boots: 1, pulses: this.pulses, lastUpdate: this.lastUpdate };
  }

  async close(): Promise<void> {}

  /** Settles and reads the free phase of one example; returns the outputs' errors, 1/8 mV. */
  private free(examples: BoardExamples, s: number, out: Int16Array, all: boolean): number[] {
    const { inputs, outputs } = this.use;
    const { analog } = this;
    analog.setInputs(examples.inputs_mV.subarray(s * inputs, (s + 1) * inputs));
    analog.setNudges([]);
    analog.read(out, s, all);
    const { hidden, differential } = this.profile;
    const v = out.subarray(s * analog.nodes + hidden, (s + 1) * analog.nodes);
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
    this.analog.setNudges(nudges.map(({ nudge }) => nudge));
    this.analog.read(out, s, true);
    return nudges.filter(({ clipped }) => clipped).length;
  }

  private move(id: number, steps: Int16Array, hash: boolean): TapReport {
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
        this.analog.setTap(e, taps[e]);
      }
      this.pulses += moved;
    }
    const saturatedFraction = this.pots.filter(
      (e) => taps[e] === profile.tapMin || taps[e] === profile.tapMax,
    ).length;
    const report = { applied, moved, saturatedFraction };
    return hash ? { ...report, tapsHash: tapsHash({ taps, residuals }) } : report;
  }

  private outputsOf(readings: Int16Array, count: number): Int16Array {
    const { nodes } = this.analog;
    const { hidden } = this.profile;
    const { outputs } = this.use;
    const out = new Int16Array(count * outputs);
    for (let s = 0; s < count; s++) {
      out.set(readings.subarray(s * nodes + hidden, (s + 1) * nodes), s * outputs);
    }
    return out;
  }
}
