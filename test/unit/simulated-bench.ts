import type { CalibratedBoard } from '../../calibration/boards/index.js';
import { RandomStream } from '../../core/index.js';
import {
  type BoardExamples,
  type BoardParts,
  type BoardUse,
  checkTaps,
  converted_V,
  countOf,
  type Taps,
  zeroCount,
} from '../../devices/boards/index.js';
import { SolvedBoard } from '../../solver/board/index.js';

/** A board of given parts on a bench, at once: its circuit solved, its converters with noise and steps, no firmware and no line. */
export class SimulatedBench implements CalibratedBoard {
  readonly profile;
  readonly use: BoardUse;
  private readonly circuit: SolvedBoard;
  private readonly taps: Taps;
  private readonly resistance_ohm: Float64Array;
  private readonly source_V: Float64Array;
  private readonly node_V: Float64Array;
  private readonly random: RandomStream;
  private closed: Set<number>;
  /** Wipers that were told to move while something was driven. */
  movedUnderDrive = 0;
  driven = false;

  constructor(
    readonly parts: BoardParts,
    seed: number,
    readonly reads: number,
  ) {
    this.profile = parts.profile;
    const { inputs, outputs, pots } = this.profile;
    this.use = { inputs, outputs };
    this.circuit = new SolvedBoard(parts);
    this.taps = { taps: new Uint8Array(pots).fill(128), residuals: new Int16Array(pots) };
    this.resistance_ohm = new Float64Array(pots);
    this.source_V = new Float64Array(this.circuit.sources);
    this.node_V = new Float64Array(this.circuit.nodes);
    this.random = new RandomStream(seed, 'bench/noise');
    this.closed = new Set(Array.from({ length: pots }, (_, e) => e));
  }

  async readTaps(): Promise<Taps> {
    return { taps: this.taps.taps.slice(), residuals: this.taps.residuals.slice() };
  }

  async writeTaps(
    { taps, residuals }: Taps,
    pots: readonly number[] = [...this.taps.taps.keys()],
  ): Promise<void> {
    checkTaps(this.profile, taps, residuals);
    if (this.driven) this.movedUnderDrive += pots.length;
    for (const e of pots) {
      this.taps.taps[e] = taps[e];
      this.taps.residuals[e] = residuals[e];
    }
  }

  async connectOnly(pots: Iterable<number>): Promise<void> {
    if (this.driven) this.movedUnderDrive++;
    this.closed = new Set(pots);
  }

  async setInputs(inputs_mV: ArrayLike<number>, nudges_mV: ArrayLike<number>): Promise<void> {
    const { profile, parts, source_V } = this;
    const rest = profile.binaryInputs ? -Math.round(1000 * profile.inputLimit_V) : 0;
    this.driven = Array.from(inputs_mV).some((v) => v !== rest) || Array.from(nudges_mV).some((v) => v !== 0);
    const set = (s: number, v: number) => {
      source_V[s] = converted_V(parts.sources[s], v, profile.middle_V);
    };
    for (let i = 0; i < profile.inputs; i++) {
      set(2 * i, inputs_mV[i] / 1000);
      set(2 * i + 1, -inputs_mV[i] / 1000);
    }
    set(profile.sources - 2, profile.bias_V);
    set(profile.sources - 1, -profile.bias_V);
    for (let k = 0; k < profile.outputs; k++) {
      source_V[profile.sources + k] = converted_V(parts.nudges[k], nudges_mV[k] / 1000, profile.middle_V);
    }
    this.resistance_ohm.fill(Number.POSITIVE_INFINITY);
    for (const e of this.closed) {
      this.resistance_ohm[e] = parts.calibration.resistance_ohm[e][this.taps.taps[e]];
    }
    this.circuit.solve(this.resistance_ohm, source_V, this.node_V);
  }

  async readNodes(): Promise<Int16Array> {
    const { parts, profile, reads } = this;
    return Int16Array.from(this.node_V, (v, n) => {
      const seen_V = converted_V(parts.readers[n], v, profile.middle_V);
      let sum = 0;
      for (let r = 0; r < reads; r++) sum += countOf(profile, seen_V + parts.noise_V * this.random.normal());
      const reading = (sum / reads - zeroCount(profile)) * profile.reader.step_V * 8000;
      return Math.max(-32768, Math.min(32767, Math.round(reading)));
    });
  }

  async measure({ count, inputs_mV }: BoardExamples): Promise<{ readings: Int16Array }> {
    const { inputs, hidden, outputs } = this.profile;
    const nodes = hidden + outputs;
    const readings = new Int16Array(count * nodes);
    for (let i = 0; i < count; i++) {
      await this.setInputs(inputs_mV.subarray(inputs * i, inputs * (i + 1)), new Int16Array(outputs));
      readings.set(await this.readNodes(), nodes * i);
    }
    return { readings };
  }
}
