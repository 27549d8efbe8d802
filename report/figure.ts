import { createRequire } from 'node:module';
import type { TopLevelSpec } from 'vega-lite';
import { textWidth_px } from './text-width.js';
import { FONT_FAMILY, theme } from './theme.js';

/** A figure as data: a Vega-Lite specification, without its theme. */
export type FigureSpec = TopLevelSpec;

/** Draws a figure as SVG text; needs no browser. Vega is loaded on the first call. */
export async function renderSvg(spec: FigureSpec): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  measureTextBy(vega);
  const compiled = vegaLite.compile(spec, { config: theme, logger: vega.logger(vega.Error) });
  const view = new vega.View(vega.parse(compiled.spec), {
    renderer: 'none',
    logger: vega.logger(vega.Error),
  });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/**
 * Draws SVG text as PNG, with a font of its own, so that text is there, and the same, on a machine without fonts.
 * @param scale pixels of the image to one of the SVG
 */
export async function renderPng(svg: string, scale = 2): Promise<Buffer> {
  const { renderAsync } = await import('@resvg/resvg-js');
  const image = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: scale },
    background: '#ffffff',
    font: {
      fontFiles: fontFiles(),
      defaultFontFamily: FONT_FAMILY,
      sansSerifFamily: FONT_FAMILY,
      // Slow, and different from machine to machine: only for scripts that the font does not have.
      loadSystemFonts: OTHER_SCRIPTS.test(svg),
    },
  });
  return image.asPng();
}

/** Beyond Latin, Greek, Cyrillic, punctuation, super- and subscripts, arrows and mathematical signs. */
const OTHER_SCRIPTS = /[\u0530-\u1dff\u2300-\u{10ffff}]/u;

function fontFiles(): string[] {
  const require = createRequire(import.meta.url);
  return ['400Regular/SourceSans3_400Regular.ttf', '700Bold/SourceSans3_700Bold.ttf'].map((file) =>
    require.resolve(`@expo-google-fonts/source-sans-3/${file}`),
  );
}

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}

/** Vega lets a host replace how it measures text; its own guess without a canvas is some 60 % too wide. */
function measureTextBy(vega: object): void {
  const { textMetrics } = vega as { textMetrics: { width: (item: TextItem, text: unknown) => number } };
  textMetrics.width = ({ fontSize, fontWeight }, text) =>
    textWidth_px(String(text ?? ''), fontSize ?? 11, fontWeight === 'bold' || Number(fontWeight) >= 600);
}
