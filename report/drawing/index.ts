export { nameAxis, placeAxis } from './axis.js';
export {
  DEFAULT_WIDTH_MM,
  type Figure,
  type FigureCell,
  type FigureTable,
  type FigureText,
  figureOf,
  redrawnBy,
} from './figure.js';
export type { ColourBar, LegendItem } from './legend.js';
export {
  type Box,
  band,
  bars,
  dots,
  label,
  line,
  type Mark,
  note,
  type Point,
  picture,
  rings,
  rule,
  specks,
  target,
} from './marks.js';
export { type Panel, wide } from './panel.js';
export { type ProbabilityPaper, probabilityAxis, probabilityPlace } from './probability-axis.js';
export { logSpread, quantityAxis, spread } from './quantity-axis.js';
export type { Sheet } from './sheet.js';
export { cutNames, shownText, textWidth } from './text.js';
export { categoryColours, categoryStyle, FONT_FAMILY, FONT_STACK, ink, palette } from './theme.js';
