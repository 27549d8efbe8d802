import { createRequire } from 'node:module';
import { inputError, runError } from '../core/index.js';
import { csvText } from '../records/tables/index.js';
import { type Figure, FONT_FAMILY, redrawnBy } from './drawing/index.js';
import { htmlReport } from './html-report.js';
import { withResolution } from './png.js';

/** The SVG text of a figure at a printed width; see `Figure.svg`. */
export async function renderSvg(figure: Figure, width_mm?: number): Promise<string> {
  return figure.svg(width_mm);
}

const MM_AN_INCH = 25.4;
const CSS_PX_AN_INCH = 96;

/** What journals ask of a printed picture, pixels to an inch. */
const PRINTED_dpi = 300;

/**
 * Pixels to an inch of a figure's printed width: 300, or what the environment variable OHMPROP_PNG_DPI says.
 * @throws OhmpropError `png.resolution` (exit code 2)
 */
function resolution_dpi(): number {
  const { OHMPROP_PNG_DPI: said } = process.env;
  if (said === undefined || said === '') return PRINTED_dpi;
  const dpi = Number(said);
  if (dpi >= 10 && dpi <= 2400) return dpi;
  throw inputError(
    'png.resolution',
    `OHMPROP_PNG_DPI must be from 10 to 2400 pixels to an inch, got "${said}"`,
  );
}

/**
 * Draws SVG text as PNG that says its resolution, with a font of its own, so that text is there, and the same, on a machine
 * without fonts.
 * @throws OhmpropError `png.unavailable`, `png.resolution`
 * @param dpi pixels of the image to an inch of the SVG's printed width; one without a unit is in CSS pixels, 96 to an inch
 */
export async function renderPng(svg: string, dpi = resolution_dpi()): Promise<Uint8Array> {
  const { renderAsync } = await loadRenderer();
  const [, width, unit] = /<svg[^>]*?\swidth="([\d.]+)(mm)?"/.exec(svg) ?? [];
  const inches = Number(width) / (unit === 'mm' ? MM_AN_INCH : CSS_PX_AN_INCH);
  const image = await renderAsync(svg, {
    fitTo: { mode: 'width', value: Math.max(1, Math.round(inches * dpi)) },
    background: '#ffffff',
    font: {
      fontFiles: fontFiles(),
      defaultFontFamily: FONT_FAMILY,
      sansSerifFamily: FONT_FAMILY,
      // Slow, and different from machine to machine: only for scripts that the font does not have.
      loadSystemFonts: OTHER_SCRIPTS.test(svg),
    },
  });
  return withResolution(image.asPng(), dpi / (MM_AN_INCH / 1000));
}

/**
 * What turns SVG into pixels: a part of its own for each platform, which an installation may have left out.
 * @throws OhmpropError `png.unavailable` (exit code 1)
 */
async function loadRenderer(): Promise<typeof import('@resvg/resvg-js')> {
  return import('@resvg/resvg-js').catch((cause: Error) => {
    throw runError(
      'png.unavailable',
      'PNG needs the part of @resvg/resvg-js for this platform, which is not installed: npm install --include=optional; SVG needs nothing',
      cause,
    );
  });
}

/** Whether figures can be drawn as PNG here. */
export async function canDrawPng(): Promise<boolean> {
  return loadRenderer().then(
    () => true,
    () => false,
  );
}

/** Beyond Latin, Greek, Cyrillic, punctuation, super- and subscripts, arrows and mathematical signs. */
const OTHER_SCRIPTS = /[\u0530-\u1dff\u2300-\u{10ffff}]/u;

function fontFiles(): string[] {
  const require = createRequire(import.meta.url);
  return ['400Regular/SourceSans3_400Regular.ttf', '700Bold/SourceSans3_700Bold.ttf'].map((file) =>
    require.resolve(`@expo-google-fonts/source-sans-3/${file}`),
  );
}

/** A figure's numbers as CSV, which goes beside it: NAME.svg → NAME.csv. */
export function figureCsv({ table }: Figure): string {
  return csvText(table.columns, table.rows);
}

/** How a figure is drawn. */
export interface DrawOptions {
  /** Printed width; default 160 mm. */
  readonly width_mm?: number;
  /** The command that draws it again; default the figure's own. */
  readonly redraw?: string;
}

type Draw = (figure: Figure, width_mm: number | undefined) => Promise<string | Uint8Array>;

const draws: Readonly<Record<string, Draw>> = {
  '.svg': async (figure, width_mm) => figure.svg(width_mm),
  '.png': async (figure, width_mm) => renderPng(figure.svg(width_mm)),
  '.html': async (figure, width_mm) => {
    const { title, table } = figure;
    const shown = table.rows.length <= MOST_ROWS ? { table } : {};
    return htmlReport(
      { title, summary: [], warnings: [], sections: [{ title, figure, ...shown }] },
      { width_mm },
    );
  },
};
/** A page shows a table up to here; the CSV beside it has all of it. */
const MOST_ROWS = 200;

/** Endings of the files that a figure is drawn as. */
export const figureEndings: readonly string[] = Object.keys(draws);

/** What a figure's file holds: `.svg` and `.html` as text, `.png` at 300 dpi, or what OHMPROP_PNG_DPI says, as bytes. */
export async function drawFigure(
  figure: Figure,
  ending: string,
  options: DrawOptions = {},
): Promise<string | Uint8Array> {
  const { width_mm, redraw } = options;
  return draws[ending](redraw === undefined ? figure : redrawnBy(figure, redraw), width_mm);
}
