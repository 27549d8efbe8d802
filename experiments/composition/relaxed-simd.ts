import { inputError } from '../../core/index.js';
import { hasRelaxedSimd } from '../../kernels/index.js';
import type { RunConfig } from '../schema/index.js';

type Chosen = Pick<RunConfig, 'relaxedSimd' | 'arithmetic'> & {
  readonly network: { readonly kind: string; readonly wires?: object | undefined };
};

/** Throws `config.relaxed-simd` where relaxed SIMD is asked for and there is none to be had. */
export function checkRelaxedSimd(config: Chosen, available: () => boolean = hasRelaxedSimd): void {
  if (!config.relaxedSimd) return;
  const { kind, wires } = config.network;
  if (kind === 'board' || kind === 'device' || wires !== undefined || config.arithmetic !== 'float32') {
    const instead =
      kind === 'board' || kind === 'device'
        ? `a ${kind}`
        : wires === undefined
          ? config.arithmetic
          : 'a network through wires, in float64';
    throw inputError(
      'config.relaxed-simd',
      `relaxedSimd: only simulations in float32 have it, this is ${instead}; leave it out, or set arithmetic to float32`,
    );
  }
  if (!available()) {
    throw inputError(
      'config.relaxed-simd',
      `relaxedSimd: this engine (Node ${process.versions.node}) runs no relaxed SIMD instructions; leave it out`,
    );
  }
}
