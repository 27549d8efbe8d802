import type { RandomStream } from '../../core/index.js';
import { type ConverterParts, converted_V } from '../../devices/boards/index.js';

/**
 * Analog-to-digital conversion of a node, in counts: gain, offset and bow of its parts, noise of one conversion, steps.
 * @param node_V above the board's middle potential
 * @param zeroCount count of the middle potential
 */
export function convertedCount(
  node_V: number,
  parts: ConverterParts,
  noise_V: number,
  random: RandomStream,
  step_V: number,
  zeroCount: number,
  countMax: number,
): number {
  const span_V = zeroCount * step_V;
  const seen_V = converted_V(parts, node_V, span_V) + noise_V * random.normal();
  const count = Math.floor(seen_V / step_V + zeroCount);
  return count < 0 ? 0 : count > countMax ? countMax : count;
}
