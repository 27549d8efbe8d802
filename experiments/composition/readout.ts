import { formatQuantity } from '../../core/index.js';
import type { NodeReadOut } from '../../devices/contract/index.js';
import type { RunConfig } from '../schema/index.js';
import { hardwareSeedOf } from './hardware-seed.js';

/** How a network's nodes are read, and what to say of it. */
export interface ComposedReadOut {
  /** To be spread into the options of a device: nothing where nodes are read exactly. */
  readonly options: { readonly readOut?: NodeReadOut };
  /** Range of what reads each phase, to be spread into a composition; nothing where differences are read, or no codes. */
  readonly range: { readonly readRange?: readonly number[] };
  readonly warnings: readonly string[];
}

/**
 * The read-out that a configuration describes, in the node unit of its network.
 * @param largest what a converter spans where nothing else is said: no node is further from ground than a source
 */
export function composeReadOut(
  { readout, ...seeds }: Pick<RunConfig, 'readout' | 'seed' | 'hardwareSeed'>,
  largest: number,
  unit: 'V' | '1',
): ComposedReadOut {
  if (readout === undefined) return { options: {}, range: {}, warnings: [] };
  const { noise_V, offset_V, offsetSpread_V, gain, gainSpread, bits, reads, difference, meanBits } = readout;
  const numbers = {
    ...(noise_V ? { noise: noise_V } : {}),
    ...(offset_V ? { offset: offset_V } : {}),
    ...(offsetSpread_V ? { offsetSpread: offsetSpread_V } : {}),
    ...(gain ? { gain } : {}),
    ...(gainSpread ? { gainSpread } : {}),
    ...(bits === undefined ? {} : { bits, fullScale: listed(readout.fullScale_V) ?? [largest] }),
  };
  if (Object.keys(numbers).length === 0) return { options: {}, range: {}, warnings: [] };
  const differences = listed(readout.differenceScale_V);
  const readOut: NodeReadOut = {
    ...numbers,
    ...(reads === undefined ? {} : { reads }),
    ...(difference
      ? {
          difference: {
            ...(differences === undefined ? {} : { fullScale: differences }),
            ...(meanBits === undefined ? {} : { meanBits }),
          },
        }
      : {}),
    seed: hardwareSeedOf(seeds),
  };
  const span = unit === 'V' ? formatQuantity(largest, 'V') : String(largest);
  const warnings: string[] = [];
  if (bits !== undefined && readout.fullScale_V === undefined) {
    warnings.push(
      `nodes are read over ±${span}, as far as a source goes, of which most nodes use little; --node-full-scale says what they need, a list one a layer`,
    );
  }
  if (bits !== undefined && difference && differences === undefined) {
    warnings.push(
      'differences of the phases are read over the range of the phases themselves, of which they use little; --node-difference-scale says what they need',
    );
  }
  const { fullScale } = readOut;
  const range = fullScale === undefined || difference ? {} : { readRange: fullScale };
  return { options: { readOut }, range, warnings };
}

function listed(range: number | readonly number[] | undefined): readonly number[] | undefined {
  return typeof range === 'number' ? [range] : range;
}
