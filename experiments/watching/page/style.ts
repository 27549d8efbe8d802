/** Colours of curves are those of the page's style, by the place of a run; after a turn through them comes a dash. */
const COLOURS = 7;
const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [14, 5], [5, 2, 1, 2]];

/** How a curve is drawn. */
export interface CurveStyle {
  readonly colour: string;
  readonly dash: readonly number[];
}

/** Distinguishable with any colour vision; two curves of one colour differ by their dashes. */
export function curveStyle(place: number): CurveStyle {
  return {
    colour: cssColour(`--s${place % COLOURS}`),
    dash: dashes[Math.floor(place / COLOURS) % dashes.length],
  };
}

/** A colour of the page's style, as it is now. */
export function cssColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Viridis, ten samples: even in lightness for any colour vision. */
const stops = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 73, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [110, 206, 88],
  [181, 222, 43],
  [253, 231, 37],
] as const;

/** Of a share from 0 to 1: red, green, blue. */
export function mapColour(share: number): readonly [number, number, number] {
  const position = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const below = Math.min(Math.floor(position), stops.length - 2);
  const part = position - below;
  const channel = (k: 0 | 1 | 2) =>
    Math.round(stops[below][k] + part * (stops[below + 1][k] - stops[below][k]));
  return [channel(0), channel(1), channel(2)];
}
