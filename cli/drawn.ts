import { csvText, type TableCell } from '../records/tables/index.js';
import { type FigureSpec, renderSvg } from '../report/index.js';
import type { Figure, FigureRequest } from './frame/index.js';

/** A figure at the width that is asked for, and its numbers. @param names of the columns, with their units */
export async function drawn(
  spec: FigureSpec,
  { names, rows }: { names: readonly string[]; rows: readonly (readonly TableCell[])[] },
  { width_mm }: FigureRequest,
): Promise<Figure> {
  const svg = await renderSvg(spec);
  return { svg: width_mm === undefined ? svg : atWidth(svg, width_mm), csv: csvText(names, rows) };
}

/** The same drawing, of another size on paper. */
function atWidth(svg: string, width_mm: number): string {
  const [, width, height] = /<svg[^>]*\swidth="([\d.]+)"[^>]*\sheight="([\d.]+)"/.exec(svg) ?? [];
  if (width === undefined) return svg;
  const height_mm = (Number(height) / Number(width)) * width_mm;
  return svg
    .replace(/(<svg[^>]*\s)width="[\d.]+"/, `$1width="${width_mm}mm"`)
    .replace(/(<svg[^>]*\s)height="[\d.]+"/, `$1height="${height_mm.toFixed(2)}mm"`);
}
