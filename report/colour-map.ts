/** Colours along a scale, from its low end to its high end, `#rrggbb`, evenly spaced and joined by straight lines in sRGB. */
export interface ColourMap {
  readonly stops: readonly string[];
  /** Whether its middle stands for zero. */
  readonly diverging: boolean;
}

/** Viridis (van der Walt & Smith, matplotlib 2.0), ten samples; even in lightness for any colour vision. */
export const sequentialColours: ColourMap = {
  stops: [
    '#440154',
    '#482878',
    '#3e4989',
    '#31688e',
    '#26828e',
    '#1f9e89',
    '#35b779',
    '#6ece58',
    '#b5de2b',
    '#fde725',
  ],
  diverging: false,
};

/** RdBu reversed, eleven classes (Brewer, ColorBrewer 2.0): blue below zero, white at it, red above. */
export const divergingColours: ColourMap = {
  stops: [
    '#053061',
    '#2166ac',
    '#4393c3',
    '#92c5de',
    '#d1e5f0',
    '#f7f7f7',
    '#fddbc7',
    '#f4a582',
    '#d6604d',
    '#b2182b',
    '#67001f',
  ],
  diverging: true,
};

/** White to black, for pictures. */
export const greyColours: ColourMap = { stops: ['#ffffff', '#111827'], diverging: false };

/** Where there is no number. */
export const NO_VALUE_COLOUR = '#d1d5db';

/** The map in `count` even steps, as red, green, blue bytes one after the other `[count × 3]`. */
export function sampleColours(map: ColourMap, count: number): Uint8Array {
  const stops = map.stops.map(readColour);
  const out = new Uint8Array(3 * count);
  for (let i = 0; i < count; i++) {
    const position = (i / (count - 1)) * (stops.length - 1);
    const below = Math.min(Math.floor(position), stops.length - 2);
    for (let channel = 0; channel < 3; channel++) {
      const from = stops[below][channel];
      out[3 * i + channel] = Math.round(from + (position - below) * (stops[below + 1][channel] - from));
    }
  }
  return out;
}

/** The colour at a place from 0 to 1 between evenly spaced stops, joined by straight lines in sRGB. */
export function coloursBetween(stops: readonly string[], place: number): string {
  const position = Math.min(1, Math.max(0, place || 0)) * (stops.length - 1);
  const below = Math.min(Math.floor(position), stops.length - 2);
  const [from, to] = [readColour(stops[below]), readColour(stops[below + 1])];
  const mixed = from.map((value, c) => Math.round(value + (position - below) * (to[c] - value)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

export function readColour(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 0xff, value & 0xff];
}
