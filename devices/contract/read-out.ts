import { inputError } from '../../core/index.js';

/**
 * How node states are read for learning: what stands between two equilibria and their contrast. Left out altogether, or of what is
 * left out, nodes are read exactly. In the node unit of the device (V, or 1 where it is dimensionless).
 *
 * One read of a value v at a node: v·(1 + gain error) + offset + noise, rounded to the nearest of 2^bits codes over ±fullScale (to
 * the even one of two that are equally near), the lowest −2^(bits−1), the highest one step below full scale. Several reads are
 * averaged. Either each phase is read, or, with `difference`, the difference of the two and their mean.
 */
export interface NodeReadOut {
  /** σ of one read, fresh at every read. */
  readonly noise?: number;
  /** The same at every node; and σ from node to node, drawn once. */
  readonly offset?: number;
  readonly offsetSpread?: number;
  /** Relative gain error, the same at every node; and σ from node to node, drawn once. */
  readonly gain?: number;
  readonly gainSpread?: number;
  /** Left out, nothing is rounded. */
  readonly bits?: number;
  /** End of the converter's range, ±, one a layer; a shorter list goes on with its last. Needed with `bits`. */
  readonly fullScale?: readonly number[];
  /** The difference of the phases is read, by a range of its own (as `fullScale`), and their mean by `meanBits` over `fullScale`. */
  readonly difference?: { readonly fullScale?: readonly number[]; readonly meanBits?: number };
  /** Reads of each value, averaged; 1 when left out. */
  readonly reads?: number;
  /** Of everything random in it; 0 when left out. */
  readonly seed?: number;
}

/** float32 counts codes of so many bits exactly. */
const MAX_BITS = 24;
const MAX_READS = 65536;

/**
 * Throws `readout.value` naming what no read-out can be.
 * @param where how the read-out is called in messages
 */
export function checkReadOut(readOut: NodeReadOut, where = 'readout'): void {
  const refuse = (key: string, needs: string, got: unknown) =>
    inputError('readout.value', `${where}: ${key} must be ${needs}, got ${got}`);
  for (const key of ['noise', 'offsetSpread', 'gainSpread'] as const) {
    const value = readOut[key] ?? 0;
    if (!(value >= 0 && Number.isFinite(value))) throw refuse(key, 'finite and not negative', value);
  }
  for (const key of ['offset', 'gain'] as const) {
    if (!Number.isFinite(readOut[key] ?? 0)) throw refuse(key, 'finite', readOut[key]);
  }
  const { bits, fullScale, difference, reads = 1 } = readOut;
  const counts = { bits, 'difference.meanBits': difference?.meanBits };
  for (const [key, value] of Object.entries(counts)) {
    if (value !== undefined && !(Number.isInteger(value) && value >= 1 && value <= MAX_BITS)) {
      throw refuse(key, `a whole number from 1 to ${MAX_BITS}`, value);
    }
  }
  if (!(Number.isInteger(reads) && reads >= 1 && reads <= MAX_READS)) {
    throw refuse('reads', `a whole number from 1 to ${MAX_READS}`, reads);
  }
  for (const [key, ends] of Object.entries({ fullScale, 'difference.fullScale': difference?.fullScale })) {
    if (ends === undefined) continue;
    const wrong = ends.find((end) => !(end > 0 && Number.isFinite(end)));
    if (ends.length === 0 || wrong !== undefined) throw refuse(key, 'above 0, one a layer', wrong ?? 'none');
  }
  if (bits !== undefined && fullScale === undefined)
    throw refuse('fullScale', 'given where bits are', 'none');
  if (difference?.meanBits !== undefined && bits === undefined) {
    throw refuse('bits', 'given where difference.meanBits are', 'none');
  }
}
