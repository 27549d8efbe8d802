import { inputError } from '../core/index.js';
import type { Equilibrium, NodeStates, StateArray } from '../devices/contract/index.js';
import { installedMemory_bytes } from './data/index.js';

/** Bytes that the persistent particles of `count` training samples take, float32. */
export function particleBytes(count: number, layers: readonly number[]): number {
  return 4 * count * layers.reduce((sum, size) => sum + size, 0);
}

/** For people: `50,000 samples × 510 states × 4 bytes = 102 MB`. */
export function describeParticles(count: number, layers: readonly number[]): string {
  const states = layers.reduce((sum, size) => sum + size, 0);
  const megabytes = particleBytes(count, layers) / 1e6;
  return `${count.toLocaleString('en')} samples × ${states} states × 4 bytes = ${megabytes.toPrecision(3)} MB`;
}

/**
 * Persistent particles (Scellier & Bengio 2017, §4): the free states of every training sample, all layers, kept from one
 * epoch to the next, where that sample's next free phase starts. Zero (rest) at first.
 */
export class Particles {
  private held: Float32Array[] | undefined;

  /**
   * @param layers nodes of each layer that settles
   * @throws `particles.memory` if the machine has less memory than they take
   */
  constructor(
    readonly count: number,
    readonly layers: readonly number[],
  ) {
    if (particleBytes(count, layers) > 0.8 * installedMemory_bytes()) {
      throw inputError(
        'particles.memory',
        `persistent particles: ${describeParticles(count, layers)}, more than this machine has; use fewer training samples (limit) or training.particles: false`,
      );
    }
  }

  /** [count × n_l] a layer; taken when first used. */
  private get states(): Float32Array[] {
    this.held ??= this.layers.map((size) => new Float32Array(this.count * size));
    return this.held;
  }

  /** Where the free phase of these samples starts, copied, [indices.length × n_l] a layer. */
  take(indices: ArrayLike<number>): NodeStates {
    return {
      layers: this.layers.map((size, l) => {
        const taken = new Float32Array(indices.length * size);
        for (let s = 0; s < indices.length; s++) {
          const at = indices[s] * size;
          taken.set(this.states[l].subarray(at, at + size), s * size);
        }
        return taken;
      }),
    };
  }

  /** Keeps where the free phase of these samples ended. */
  keep(indices: ArrayLike<number>, free: Equilibrium): void {
    for (const [l, size] of this.layers.entries()) {
      const ended = free.layer(l);
      for (let s = 0; s < indices.length; s++) {
        this.states[l].set(ended.subarray(s * size, (s + 1) * size), indices[s] * size);
      }
    }
  }

  /** For a checkpoint: the states themselves, by layer. */
  arrays(): Record<string, Float32Array> {
    return Object.fromEntries(this.states.map((states, l) => [`${PREFIX}${l + 1}`, states]));
  }

  /** @throws `particles.shape` if a checkpoint has other layers or another number of samples */
  restore(arrays: Readonly<Record<string, StateArray>>): void {
    for (const [l, states] of this.states.entries()) {
      const stored = arrays[`${PREFIX}${l + 1}`];
      if (stored?.length !== states.length) {
        throw inputError(
          'particles.shape',
          `persistent particles: the checkpoint holds ${stored?.length ?? 'no'} states of layer ${l + 1}, this run needs ${states.length}; resume with the data and the layers that it was trained with`,
        );
      }
      states.set(stored);
    }
  }
}

const PREFIX = 'particles-';
