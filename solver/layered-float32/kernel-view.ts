import type { BatchInputs, BatchMemory } from './batch-memory.js';
import type { BatchState } from './power.js';

/** A batch's states where the kernel left them: most are read once, or not at all, before the next batch takes their place. */
export class KernelView {
  private readonly inputs: BatchInputs;

  constructor(
    private readonly batch: BatchMemory,
    private readonly size: number,
  ) {
    this.inputs = batch.current;
  }

  /** Layer l, [size × units], copied, published units. */
  layer(l: number): Float32Array {
    const { batch, size } = this;
    const states = new Float32Array(size * batch.memory.network.layers[l]);
    batch.copyOut(batch.states[l], l, size, states);
    return states;
  }

  /** All of it, copied. */
  copy(): BatchState {
    const { layers, inputs } = this.batch.memory.network;
    return {
      inputs: this.inputs.inputs.slice(0, this.size * inputs),
      base: layers.map((_, l) => this.layer(l)),
    };
  }
}
