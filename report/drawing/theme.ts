/** Of the font package that PNGs are drawn with; browsers without it fall back on their own sans-serif. */
export const FONT_FAMILY = 'Source Sans 3';
export const FONT_STACK = `'${FONT_FAMILY}', 'Helvetica Neue', Arial, sans-serif`;

/** Distinguishable with any colour vision: Okabe & Ito, "Color Universal Design", 2008. */
export const palette = {
  blue: '#0072b2',
  vermilion: '#d55e00',
  green: '#009e73',
  purple: '#cc79a7',
  orange: '#e69f00',
  sky: '#56b4e9',
  grey: '#6b7280',
} as const;

export const categoryColours: readonly string[] = [
  palette.blue,
  palette.vermilion,
  palette.green,
  palette.purple,
  palette.orange,
  palette.sky,
  palette.grey,
];

const turnDashes = [undefined, '5 2', '2 2', '6 2 1.5 2'];

/** How the curve of a category is drawn: a colour each, and after a turn through the palette dashes. */
export function categoryStyle(place: number): { readonly colour: string; readonly dash?: string } {
  const dash = turnDashes[Math.floor(place / categoryColours.length) % turnDashes.length];
  const colour = categoryColours[place % categoryColours.length];
  return dash === undefined ? { colour } : { colour, dash };
}

export const ink = {
  text: '#1f2937',
  muted: '#6b7280',
  grid: '#e5e7eb',
  axis: '#9ca3af',
  paper: '#ffffff',
} as const;
