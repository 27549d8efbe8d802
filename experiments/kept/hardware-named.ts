import { isInstrument, type RunConfig } from '../schema/index.js';

/** What hardware, emulated or not, a configuration would open, as a phrase for people; nothing where all is computed here. */
export function hardwareNamed({ network, cells }: RunConfig): string | undefined {
  if (network.kind === 'board') return 'its network is a board';
  if (cells !== undefined && isInstrument(cells.model)) return 'its cells are behind an instrument';
  return undefined;
}
