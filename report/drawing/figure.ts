import { inputError } from '../../core/index.js';
import { drawSheet, PT_A_MM, type Sheet } from './sheet.js';

/** What stands in a place of a figure's table; a number that is none is left empty in files. */
export type FigureCell = string | number;

/** The numbers that a figure shows, in SI units, under names that carry them: `conductance_S`. */
export interface FigureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly FigureCell[])[];
}

/** A picture of numbers. Whatever width it is drawn at, its text is 8 points high when printed. */
export interface Figure {
  readonly title: string;
  /** SVG of exactly this width, with real text. Default 160 mm. Throws `figure.width` (exit code 2). */
  svg(width_mm?: number): string;
  readonly table: FigureTable;
  /** The command that draws it again. */
  readonly redraw?: string;
}

/** What every figure may be told besides its data. */
export interface FigureText {
  readonly title?: string;
  /** The command that draws it again; goes into the SVG's description and a report's caption. */
  readonly redraw?: string;
}

/** Printed widths: of two columns of a journal where nothing is said, and what can be laid out. */
export const DEFAULT_WIDTH_MM = 160;
export const MIN_WIDTH_MM = 40;
export const MAX_WIDTH_MM = 1000;

/**
 * A figure out of a function that lays it out for a width, in points.
 * @param named what it is called where it has no title
 * @param table a function where it is large: called once somebody asks for it
 */
export function figureOf(
  { title, redraw }: FigureText,
  named: string,
  table: FigureTable | (() => FigureTable),
  layOut: (width: number) => Sheet,
): Figure {
  const name = title ?? named;
  let made: FigureTable | undefined;
  return {
    title: name,
    get table() {
      made ??= typeof table === 'function' ? table() : table;
      return made;
    },
    ...(redraw === undefined ? {} : { redraw }),
    svg(width_mm = DEFAULT_WIDTH_MM) {
      if (!(width_mm >= MIN_WIDTH_MM && width_mm <= MAX_WIDTH_MM)) {
        throw inputError(
          'figure.width',
          `figure of ${width_mm} mm: a printed width from ${MIN_WIDTH_MM} to ${MAX_WIDTH_MM} mm is needed`,
        );
      }
      const sheet = layOut(width_mm * PT_A_MM);
      // Of the figure that is asked, which may have been told its command later.
      const description = this.redraw === undefined ? {} : { description: `Redraw: ${this.redraw}` };
      return drawSheet({ ...sheet, ...(title === undefined ? {} : { title }) }, width_mm, {
        title: name,
        ...description,
      });
    },
  };
}

/** The same figure, drawn again by another command. */
export function redrawnBy(figure: Figure, redraw: string): Figure {
  // Not a copy, which would make its table.
  return Object.create(figure, { redraw: { value: redraw, enumerable: true } }) as Figure;
}
