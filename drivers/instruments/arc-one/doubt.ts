import type { OhmpropError } from '../../../core/index.js';

/** A command got no reply that can be trusted; what was carried out of it is to be found out by reading. */
export class ArcOneDoubt extends Error {
  /** @param replied bytes of the reply that did come: the command had been carried out then */
  constructor(
    readonly command: string,
    readonly replied: number,
    override readonly cause: OhmpropError,
  ) {
    super(cause.message);
  }
}

/** A cell by its place and by what is written on the instrument. */
export function placeOf(row: number, column: number): string {
  return `${row},${column} (W${row + 1}B${column + 1})`;
}
