import {
  DeviceFrame,
  groupSizes,
  type HeldEquilibrium,
  type NudgeLimits,
  type OwnState,
} from '../../devices/contract/index.js';

/** What holds for every simulated Hopfield network, whatever its arithmetic. */
export abstract class HopfieldFrame<E extends HeldEquilibrium<unknown>> extends DeviceFrame<E> {
  protected abstract override read(): Record<string, Float64Array | Float32Array>;

  /** Weights have no window. */
  protected override saturatedFraction(): number {
    return 0;
  }

  /** States are bounded, so that every nudge of either sign has an equilibrium. */
  protected override limits(): NudgeLimits {
    return { lowest: Number.NEGATIVE_INFINITY, highest: Number.POSITIVE_INFINITY };
  }

  protected override save(): OwnState {
    return { arrays: this.read() };
  }

  protected override savedLengths(): Record<string, number> {
    return groupSizes(this.info);
  }
}
