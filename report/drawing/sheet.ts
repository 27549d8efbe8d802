import { drawLegend, type LegendItem, placeLegend } from './legend.js';
import { drawPanel, leftOf, type Panel, placePanel } from './panel.js';
import { LINE_PT, short, svgText, TEXT_PT, textAt, wrapText } from './text.js';
import { FONT_STACK, ink } from './theme.js';

/** A figure laid out for one width: a grid of panels below a title and a legend. */
export interface Sheet {
  readonly title?: string;
  readonly subtitle?: string;
  readonly legend?: readonly LegendItem[];
  /** Panels of a column stand below each other, plot under plot. */
  readonly rows: readonly (readonly (Panel | undefined)[])[];
  /** How the width is shared between columns; default evenly. */
  readonly weights?: readonly number[];
}

/** Points in a millimetre. */
export const PT_A_MM = 72 / 25.4;

const PADDING = 4;
const COLUMN_GAP = 12;
const ROW_GAP = 8;
/** Of labels that stand out at the right of the last column. */
const RIGHT = 6;

/**
 * SVG text of exactly this width; one unit of it is one printed point.
 * @param about title and description, for programs that list pictures and for people who look into the file
 */
export function drawSheet(
  sheet: Sheet,
  width_mm: number,
  about: { title: string; description?: string },
): string {
  const width = width_mm * PT_A_MM;
  const inner = width - 2 * PADDING;
  const out: string[] = [];
  let top = PADDING;
  for (const text of wrapText(sheet.title ?? '', inner, 3, true)) {
    out.push(textAt(PADDING, top + TEXT_PT, text, { bold: true }));
    top += LINE_PT;
  }
  for (const text of wrapText(sheet.subtitle ?? '', inner, 3)) {
    out.push(textAt(PADDING, top + TEXT_PT, text, { colour: ink.muted }));
    top += LINE_PT;
  }
  const legend = placeLegend(sheet.legend ?? [], inner);
  if (legend.items.length > 0) {
    out.push(drawLegend(legend.items, PADDING, top + 3));
    top += legend.height + 3;
  }
  const columns = placeColumns(sheet, inner);
  for (const [r, row] of sheet.rows.entries()) {
    const placed = row.map((panel, c) => {
      if (panel === undefined) return undefined;
      const { left, width: free, from, to } = columns[c];
      const bounds = [PADDING + from, PADDING + to] as const;
      return { ...placePanel(panel, PADDING + left, free, bounds), bounds };
    });
    const shown = placed.filter((one) => one !== undefined);
    const titles = Math.max(0, ...shown.map(({ titleLines }) => titleLines.length));
    const plotTop = top + 5 + (titles === 0 ? 0 : titles * LINE_PT + 2);
    for (const [c, one] of placed.entries()) {
      if (one !== undefined) out.push(drawPanel(one, plotTop, one.bounds, `scale-${r}-${c}`));
    }
    top = plotTop + Math.max(0, ...shown.map(({ height, below }) => height + below)) + ROW_GAP;
  }
  const height = top - ROW_GAP + PADDING;
  const description = about.description === undefined ? '' : `<desc>${svgText(about.description)}</desc>\n`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${short(width_mm)}mm" height="${short(height / PT_A_MM)}mm" viewBox="0 0 ${short(width)} ${short(height)}" font-family="${FONT_STACK}" font-size="${TEXT_PT}" fill="${ink.text}">
<title>${svgText(about.title)}</title>
${description}<rect width="${short(width)}" height="${short(height)}" fill="${ink.paper}"/>
${out.join('')}</svg>
`;
}

interface Column {
  /** Of its plots. */
  readonly left: number;
  readonly width: number;
  /** Of all that belongs to it. */
  readonly from: number;
  readonly to: number;
}

/** Each column gets what stands on its left, and its share of the rest. */
function placeColumns({ rows, weights }: Sheet, inner: number): Column[] {
  const count = Math.max(1, ...rows.map((row) => row.length));
  const shares = Array.from({ length: count }, (_, c) => weights?.[c] ?? 1);
  const all = shares.reduce((sum, share) => sum + share, 0);
  const lefts = shares.map((share, c) => {
    const free = (inner * share) / all;
    return Math.max(0, ...rows.map((row) => (row[c] === undefined ? 0 : leftOf(row[c], free))));
  });
  const taken = lefts.reduce((sum, left) => sum + left, 0) + COLUMN_GAP * (count - 1) + RIGHT;
  const rest = Math.max(40, inner - taken);
  let from = 0;
  return shares.map((share, c) => {
    const width = (rest * share) / all;
    const end = from + lefts[c] + width;
    const column = {
      from,
      left: from + lefts[c],
      width,
      to: c === count - 1 ? Math.max(inner, end) : end + COLUMN_GAP / 2,
    };
    from = end + COLUMN_GAP;
    return column;
  });
}
