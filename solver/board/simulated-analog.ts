import { RandomStream } from '../../core/index.js';
import {
  type BoardParts,
  type BoardProfile,
  type BoardUse,
  converted_V,
  countOf,
  zeroCount,
} from '../../devices/boards/index.js';
import { SolvedBoard } from './board-circuit.js';

/**
 * The analog side of a simulated board: pots, sources and nudges as they are set, and nodes as its converters read them.
 * The circuit is solved whenever nudges are set, which comes last.
 */
export class SimulatedAnalog {
  private readonly profile: BoardProfile;
  private readonly circuit: SolvedBoard;
  private readonly resistance_ohm: Float64Array;
  private readonly source_V: Float64Array;
  private readonly node_V: Float64Array;
  private readonly random: RandomStream;

  constructor(
    private readonly parts: BoardParts,
    private readonly use: BoardUse,
    private readonly reads: number,
    seed: number,
  ) {
    this.profile = parts.profile;
    this.circuit = new SolvedBoard(parts);
    // Open until a tap is set.
    this.resistance_ohm = new Float64Array(this.profile.pots).fill(Number.POSITIVE_INFINITY);
    this.source_V = new Float64Array(this.circuit.sources);
    this.node_V = new Float64Array(this.circuit.nodes);
    this.random = new RandomStream(seed, 'board/noise');
  }

  /** Nodes in use: hidden nodes, then outputs. */
  get nodes(): number {
    return this.profile.hidden + this.use.outputs;
  }

  setTap(pot: number, tap: number): void {
    this.resistance_ohm[pot] = this.parts.calibration.resistance_ohm[pot][tap];
  }

  /** Inputs [mV]; those that are not given rest. */
  setInputs(inputs_mV: ArrayLike<number>): void {
    const { profile, parts, source_V } = this;
    const set = (source: number, value_V: number) => {
      source_V[source] = converted_V(parts.sources[source], value_V, profile.middle_V);
    };
    for (let i = 0; i < profile.inputs; i++) {
      const value_V = (inputs_mV[i] ?? 0) / 1000;
      set(2 * i, value_V);
      set(2 * i + 1, -value_V);
    }
    set(profile.sources - 2, profile.bias_V);
    set(profile.sources - 1, -profile.bias_V);
  }

  /** Nudges [mV], those that are not given 0; then settles. */
  setNudges(nudges_mV: ArrayLike<number>): void {
    const { profile, parts, source_V } = this;
    for (let k = 0; k < profile.outputs; k++) {
      const value_V = (nudges_mV[k] ?? 0) / 1000;
      source_V[profile.sources + k] = converted_V(parts.nudges[k], value_V, profile.middle_V);
    }
    this.circuit.solve(this.resistance_ohm, source_V, this.node_V);
  }

  /**
   * Reads nodes into row `s` of `out` [× nodes], 1/8 mV, `reads` conversions a node.
   * @param all hidden nodes as well, not only the outputs
   */
  read(out: Int16Array, s: number, all: boolean): void {
    const { parts, profile, node_V, random, reads } = this;
    const zero = zeroCount(profile);
    for (let n = all ? 0 : profile.hidden; n < this.nodes; n++) {
      const seen_V = converted_V(parts.readers[n], node_V[n], profile.middle_V);
      let sum = 0;
      for (let r = 0; r < reads; r++) {
        const noisy_V = parts.noise_V === 0 ? seen_V : seen_V + parts.noise_V * random.normal();
        sum += countOf(profile, noisy_V);
      }
      out[s * this.nodes + n] = Math.round((sum / reads - zero) * profile.reader.step_V * 8000);
    }
  }
}
