/** Advance widths of Source Sans 3 Regular, thousandths of the font size, for the characters from space to tilde. */
const ASCII_WIDTHS = [
  200, 289, 426, 497, 497, 824, 609, 249, 303, 303, 418, 497, 249, 311, 249, 350, 497, 497, 497, 497, 497,
  497, 497, 497, 497, 497, 249, 249, 497, 497, 497, 425, 847, 543, 588, 571, 615, 527, 494, 617, 652, 263,
  479, 579, 486, 727, 647, 664, 566, 664, 569, 534, 536, 645, 515, 786, 513, 476, 539, 303, 350, 303, 497,
  500, 542, 504, 553, 456, 555, 496, 292, 504, 544, 246, 247, 495, 255, 829, 547, 542, 555, 555, 347, 419,
  338, 544, 467, 719, 446, 467, 425, 303, 241, 303, 497,
];
const FIRST = 0x20;
/** Of Greek letters and signs such as ± and −. */
const OTHER_WIDTH = 560;
/** Of scripts whose letters fill a square, and of pictures, from this code on. */
const WIDE_FROM = 0x2e80;
const WIDE = 1000;
/** Bold type, and the fonts that a browser may put in the place of this one, run wider. */
const BOLD = 1.07;
const FALLBACK_FONTS = 1.06;

/**
 * Width of a line of text in pixels, so that labels are given the room they need where there is no browser to measure
 * them; slightly generous.
 */
export function textWidth_px(text: string, fontSize_px: number, bold: boolean): number {
  let thousandths = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    thousandths += ASCII_WIDTHS[code - FIRST] ?? (code < WIDE_FROM ? OTHER_WIDTH : WIDE);
  }
  return (thousandths / 1000) * fontSize_px * FALLBACK_FONTS * (bold ? BOLD : 1);
}
