import {
  clampedOutputs,
  type Floats,
  isFromFreeOutputs,
  isStraight,
  largestCurvature,
  type Nudge,
  outputPulls,
} from '../../devices/contract/index.js';

/**
 * What a nudge does to outputs while they relax: a conductance and a current into each, `[batch × outputs]`, which together are the pull at
 * the outputs as they are. A held current is worked out once, from the outputs that it is given, and adds no conductance; a clamp sets
 * them, whatever flows. The pull of
 * a cost that bends is taken anew in every sweep, with no less conductance than it has for a positive β, and none for a negative
 * one, so that a sweep never oversteps.
 */
export class OutputPull {
  readonly conductances: Float64Array;
  readonly currents: Float64Array;
  /** The conductances are nudged too, so that a negative β can outgrow them. */
  readonly isLive: boolean;
  /** Where a clamp holds the outputs, `[batch × outputs]`; nothing of another nudge. */
  readonly clamped: Float64Array | undefined;
  /** Nodes at an end of their range stay there: the network is linearised about where it starts. */
  readonly isLinear: boolean;
  /** β times the largest curvature of the cost: the conductance that is added at most, or taken away. */
  readonly extreme: number;
  private readonly follows: boolean;

  constructor(
    readonly nudge: Nudge,
    private readonly size: number,
  ) {
    const { kind, beta, targets, outputs } = nudge;
    this.isLive = !isFromFreeOutputs(kind);
    this.isLinear = kind === 'adjoint';
    this.extreme = this.isLive ? beta * (largestCurvature(nudge) ?? 0) : 0;
    this.conductances = new Float64Array(targets.length);
    this.currents = new Float64Array(targets.length);
    this.follows = this.isLive && !isStraight(nudge);
    if (kind === 'clamp') {
      this.clamped = clampedOutputs(nudge);
    } else if (!this.isLive) {
      const { currents } = outputPulls(nudge, outputs as Floats, targets, size);
      for (let e = 0; e < currents.length; e++) this.currents[e] = beta * currents[e];
    } else if (!this.follows) {
      // The slopes are the same wherever outputs are.
      const { slopes } = outputPulls(nudge, targets, targets, size);
      for (let e = 0; e < targets.length; e++) {
        this.conductances[e] = beta * slopes[e];
        this.currents[e] = this.conductances[e] * targets[e];
      }
    }
  }

  /** To be called before the outputs are set anew. */
  follow(outputs: Float64Array): void {
    if (!this.follows) return;
    const { beta, targets } = this.nudge;
    const pulls = outputPulls(this.nudge, outputs, targets, this.size);
    for (let e = 0; e < outputs.length; e++) {
      const added = beta > 0 ? beta * pulls.slopes[e] : 0;
      this.conductances[e] = added;
      this.currents[e] = beta * pulls.currents[e] + added * outputs[e];
    }
  }
}
