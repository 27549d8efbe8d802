import { type Figure as Drawing, figureCsv } from '../report/index.js';
import type { Figure, FigureRequest } from './frame/index.js';

/** A drawing at the width that is asked for, and its numbers. */
export async function drawn(drawing: Drawing, { width_mm }: FigureRequest): Promise<Figure> {
  return { svg: drawing.svg(width_mm), csv: figureCsv(drawing) };
}
