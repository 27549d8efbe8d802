import { type ColourMap, NO_VALUE_COLOUR, readColour, sampleColours } from './colour-map.js';
import { encodePng } from './png.js';

/** How numbers become colours; what lies outside the domain takes the colour of its end. */
export interface ColourScale {
  readonly map: ColourMap;
  readonly domain: readonly [number, number];
  readonly type: 'linear' | 'log';
}

/** Colours of a scale; the palette's last entry is for what is not a number. */
const LEVELS = 255;
/** A small matrix is enlarged to about this many pixels, so that no viewer blurs its cells. */
const MIN_SIDE_PX = 512;

/**
 * A matrix as a PNG in a `data:` address: one small picture however many cells it has.
 * @param values row-major `[rows × columns]`
 */
export function matrixImage(
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  scale: ColourScale,
): string {
  const enlarge = Math.max(1, Math.floor(MIN_SIDE_PX / Math.max(rows, columns)));
  const width = columns * enlarge;
  const pixels = new Uint8Array(width * rows * enlarge);
  for (let row = 0; row < rows; row++) {
    const top = row * enlarge * width;
    for (let column = 0; column < columns; column++) {
      const level = colourLevel(values[row * columns + column], scale);
      pixels.fill(level, top + column * enlarge, top + (column + 1) * enlarge);
    }
    for (let copy = 1; copy < enlarge; copy++) pixels.copyWithin(top + copy * width, top, top + width);
  }
  const palette = Uint8Array.from([...sampleColours(scale.map, LEVELS), ...readColour(NO_VALUE_COLOUR)]);
  return `data:image/png;base64,${encodePng(width, rows * enlarge, pixels, palette).toString('base64')}`;
}

function colourLevel(value: number, { domain: [low, high], type }: ColourScale): number {
  const position =
    type === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  if (Number.isNaN(position)) return LEVELS;
  return Math.round(Math.min(1, Math.max(0, position)) * (LEVELS - 1));
}

/** The smallest and largest finite number, and the smallest that is positive; NaN where there is none. */
export function extent(values: ArrayLike<number>): { low: number; high: number; lowestPositive: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let lowestPositive = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    if (value > 0 && value < lowestPositive) lowestPositive = value;
  }
  const orNaN = (value: number) => (Number.isFinite(value) ? value : Number.NaN);
  return { low: orNaN(low), high: orNaN(high), lowestPositive: orNaN(lowestPositive) };
}
