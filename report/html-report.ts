import { type Figure, FONT_STACK, ink, palette } from './drawing/index.js';
import { Html, html } from './html.js';

/** What stands in one place of a table; numbers as they are to be shown. */
export type Cell = string | number;

/** A table of a report: headings, and rows of as many cells. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** One part of a report; what is left out is not shown. */
export interface ReportSection {
  readonly title: string;
  readonly figure?: Figure;
  readonly caption?: string;
  readonly table?: Table;
  /** Made by the `html` template, which escapes. */
  readonly html?: Html;
}

/** A report as data: `htmlReport` makes one file of it. */
export interface Report {
  readonly title: string;
  /** Label and value: accuracy, power, seed, machine. */
  readonly summary: readonly (readonly [label: string, value: Cell])[];
  readonly warnings: readonly string[];
  readonly sections: readonly ReportSection[];
  /** Names of the files beside it that hold its figures, for the report that takes its place. */
  readonly figures?: readonly string[];
  /** The resolved configuration, as text. */
  readonly config?: string;
}

/**
 * One HTML file that needs nothing else: no script, no network, figures inside. The caption of a figure names the command
 * that draws it again.
 * @param options printed width of the figures; on the screen they are as wide as the page
 */
export function htmlReport(report: Report, options: { readonly width_mm?: number | undefined } = {}): string {
  const { title, summary, warnings, sections, figures, config } = report;
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
${
  figures === undefined
    ? undefined
    : html`<meta name="ohmprop-figures" content="${figures.join(' ')}">
`
}<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<h1>${title}</h1>
${warnings.length === 0 ? undefined : html`<section class="warnings"><h2>Warnings</h2><ul>${warnings.map((text) => html`<li>${text}</li>`)}</ul></section>`}
<table class="summary"><tbody>
${summary.map(([label, value]) => html`<tr><th scope="row">${label}</th><td>${showCell(value)}</td></tr>\n`)}</tbody></table>
${sections.map((section, i) => sectionHtml(section, options.width_mm, `figure-${i + 1}-`))}
${config === undefined ? undefined : html`<section><h2>Configuration</h2><pre>${config}</pre></section>`}
</body>
</html>
`;
  return page.text;
}

function sectionHtml(section: ReportSection, width_mm: number | undefined, idPrefix: string): Html {
  const { title, caption, figure, table, html: body } = section;
  const text = caption === undefined ? undefined : html`<p>${caption}</p>`;
  return html`<section><h2>${title}</h2>
${figure === undefined ? text : figureHtml(figure, caption, width_mm, idPrefix)}${table === undefined ? undefined : tableHtml(table)}${body}</section>
`;
}

function figureHtml(
  figure: Figure,
  caption: string | undefined,
  width_mm: number | undefined,
  idPrefix: string,
): Html {
  const { redraw } = figure;
  const command = redraw === undefined ? undefined : html` Redraw: <code>${redraw}</code>`;
  const captionHtml =
    caption === undefined && command === undefined
      ? undefined
      : html`<figcaption>${caption}${command}</figcaption>`;
  return html`<figure>${inlineSvg(figure.svg(width_mm), idPrefix)}${captionHtml}</figure>`;
}

function tableHtml({ columns, rows }: Table): Html {
  const numeric = columns.map((_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === 'number'));
  const align = (i: number) => (numeric[i] ? html` class="number"` : undefined);
  return html`<table><thead><tr>${columns.map((name, i) => html`<th scope="col"${align(i)}>${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((value, i) => html`<td${align(i)}>${showCell(value)}</td>`)}</tr>\n`)}</tbody></table>`;
}

/** Numbers with at most six significant digits; whole ones whole. */
function showCell(value: Cell): string {
  if (typeof value === 'string') return value;
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(6))).replace('-', '−');
}

/** A figure's SVG to stand in a page, where no two figures may share the names of their parts. */
export function figureInPage(figure: Figure, width_mm: number | undefined, idPrefix: string): Html {
  return inlineSvg(figure.svg(width_mm), idPrefix);
}

/** Text of 8 points is small on a screen. */
const SCREEN = 1.25;

/** Figures of one page must not share the names of their gradients and clips. */
function inlineSvg(svg: string, idPrefix: string): Html {
  const scoped = svg
    .replace(/^<\?xml[^>]*\?>\s*|<!DOCTYPE[^>]*>\s*/g, '')
    .replace(
      / width="([\d.]+)mm" height="[\d.]+mm"/,
      (size, width) => `${size} style="width:${(SCREEN * Number(width)).toFixed(0)}mm;height:auto"`,
    )
    .replace(/ id="([^"]+)"/g, ` id="${idPrefix}$1"`)
    .replace(/url\(#([^)]+)\)/g, `url(#${idPrefix}$1)`)
    .replace(/href="#([^"]+)"/g, `href="#${idPrefix}$1"`);
  return new Html(scoped);
}

const STYLE = `
body { font-family: ${FONT_STACK}; color: ${ink.text}; background: ${ink.paper}; line-height: 1.5;
  max-width: 58rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 0.6rem; }
table { border-collapse: collapse; font-size: 0.95rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 1.2rem 0.3rem 0; border-bottom: 1px solid ${ink.grid};
  overflow-wrap: anywhere; }
.summary th { font-weight: normal; color: ${ink.muted}; white-space: nowrap; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 0; }
figure svg { max-width: 100%; }
figcaption { color: ${ink.muted}; font-size: 0.95rem; max-width: 46rem; }
pre { background: #f9fafb; border: 1px solid ${ink.grid}; padding: 0.8rem 1rem; overflow-x: auto; font-size: 0.85rem; }
.warnings { border-left: 4px solid ${palette.orange}; background: #fffbeb; padding: 0.6rem 1rem; margin: 1rem 0 1.5rem; }
.warnings h2 { margin: 0 0 0.3rem; font-size: 1rem; }
.warnings ul { margin: 0; padding-left: 1.2rem; }
@media print { section { break-inside: avoid; } body { margin: 0; } }
`;
