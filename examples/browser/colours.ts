const LEVELS = 256;

/** A colour map as a function from 0 to 1, in pixels of an `ImageData` and as `rgb()` for SVG. Ends are kept beyond 0 and 1. */
export interface Colours {
  /** `[levels]`, each red | green << 8 | blue << 16 | opaque. */
  readonly pixels: Uint32Array;
  css(share: number): string;
}

/** Viridis (van der Walt & Smith, matplotlib 2.0), as figures of `ohmprop/report` have it: even in lightness for any colour vision. */
export const loss = coloursOf('440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725');
/** RdBu reversed (Brewer, ColorBrewer 2.0): blue below zero (0.5), white at it, red above. */
export const signed = coloursOf(
  '053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f',
);

/** The place of a share among the levels; what is no number has that of 0. */
export function levelOf(share: number): number {
  return Math.min(LEVELS - 1, Math.max(0, Math.round(share * (LEVELS - 1)) || 0));
}

/** @param stops evenly spaced, red green blue in hexadecimal, joined by straight lines */
function coloursOf(stops: string): Colours {
  const channels = stops
    .split(' ')
    .map((stop) => [0, 2, 4].map((at) => Number.parseInt(stop.slice(at, at + 2), 16)));
  const levels = Array.from({ length: LEVELS }, (_, level) => {
    const place = (level / (LEVELS - 1)) * (channels.length - 1);
    const below = Math.min(Math.floor(place), channels.length - 2);
    return [0, 1, 2].map((c) =>
      Math.round(channels[below][c] + (place - below) * (channels[below + 1][c] - channels[below][c])),
    );
  });
  return {
    pixels: Uint32Array.from(
      levels,
      ([red, green, blue]) => (red | (green << 8) | (blue << 16) | (255 << 24)) >>> 0,
    ),
    css: (share) => `rgb(${levels[levelOf(share)].join(' ')})`,
  };
}
