import { inputError, type OhmpropError, printableLine } from '../../core/index.js';

/** Where a piece of text stands: lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export function placeText(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

/** Names in a deck may be long. */
const MAX_MESSAGE = 400;

/** An error in a SPICE file, with its place in front. */
export function spiceError(code: string, place: Place, message: string): OhmpropError {
  return inputError(
    `spice.${code}`,
    `${placeText(place)}: ${printableLine(message, MAX_MESSAGE)}`,
    undefined,
    { file: place.file, line: place.line, column: place.column },
  );
}
