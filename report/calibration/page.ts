import type { Figure } from '../drawing/index.js';
import { type Html, html } from '../html.js';
import { figureInPage } from '../html-report.js';
import { type MeasuredNumber, readableUnit } from './measured-number.js';
import { PAGE_STYLE } from './page-style.js';
import { numberHtml, type PageTable, pageTable, withSubscripts } from './page-table.js';

/** A number that stands at the top of a page. */
export interface KeyNumber {
  /** `V_set`, an underscore makes a subscript. */
  readonly name: string;
  readonly number: MeasuredNumber;
  /** SI unit; `1` where there is none. */
  readonly unit: string;
  /** What it is: `median of 412 cycles, read at 0.2 V`. */
  readonly note: string;
}

/** What only a person can answer. */
export interface PageQuestion {
  readonly text: string;
  /** The flag that answers, and the key in `calibrate.yaml`. */
  readonly flag: string;
  readonly key: string;
  readonly choices?: readonly string[];
  /** Files that it is about. */
  readonly files: number;
  /** Without an answer nothing could be said of them. */
  readonly blocks: boolean;
}

/** A figure with what is to be known to read it, and the names of its files beside the page. */
export interface PageFigure {
  readonly figure: Figure;
  readonly caption: string;
  /** `figures/loops`: .svg and .csv. */
  readonly file: string;
}

/** One part of a page. */
export interface PageSection {
  readonly title: string;
  /** A sentence or two of what was found. */
  readonly lead?: string;
  readonly figures?: readonly PageFigure[];
  readonly tables?: readonly PageTable[];
  /** What a careful reader would object to. */
  readonly remarks?: readonly string[];
}

/** A folder of measurements as a page. */
export interface CalibrationPage {
  readonly title: string;
  /** `14 files in data/run7 · 26 November 2026 · ohmprop 0.1.0`. */
  readonly subtitle: string;
  /** Verdicts and how many files have each. */
  readonly counts: readonly { readonly label: string; readonly count: number; readonly switches: boolean }[];
  readonly keyNumbers: readonly KeyNumber[];
  readonly warnings: readonly string[];
  readonly questions: readonly PageQuestion[];
  readonly sections: readonly PageSection[];
  /** The methods paragraph, a sentence each. */
  readonly methods: readonly string[];
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** Files beside the page: name and what is in it. */
  readonly files: readonly { readonly name: string; readonly what: string }[];
  /** Provenance: label and text. */
  readonly provenance: readonly (readonly [label: string, text: string])[];
}

/** One HTML file that needs nothing else: no script, no network, figures inside. @param options printed width of the figures */
export function calibrationPage(page: CalibrationPage, options: { readonly width_mm?: number } = {}): string {
  const { title, subtitle, warnings, sections, methods, provenance } = page;
  let drawn = 0;
  const figureHtml = ({ figure, caption, file }: PageFigure): Html => {
    drawn++;
    return html`<figure id="figure-${drawn}">${figureInPage(figure, options.width_mm, `figure-${drawn}-`)}<figcaption><b>Figure ${drawn}.</b> ${withSubscripts(caption)} <a href="${file}.svg">svg</a> <a href="${file}.csv">csv</a></figcaption></figure>
`;
  };
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header><h1>${title}</h1><p>${subtitle}</p></header>
${countsHtml(page)}${keyNumbersHtml(page.keyNumbers)}${questionsHtml(page.questions)}${
  warnings.length === 0
    ? undefined
    : html`<section class="warnings"><h2>To be known first</h2><ul>${warnings.map((text) => html`<li>${withSubscripts(text)}</li>`)}</ul></section>
`
}${sections.map(
  ({ title: name, lead, figures = [], tables = [], remarks = [] }) =>
    html`<section><h2>${withSubscripts(name)}</h2>
${lead === undefined ? undefined : html`<p class="lead">${withSubscripts(lead)}</p>`}${figures.map(figureHtml)}${tables.map(pageTable)}${remarks.length === 0 ? undefined : html`<ul class="remarks">${remarks.map((text) => html`<li>${withSubscripts(text)}</li>`)}</ul>`}</section>
`,
)}${
  methods.length === 0
    ? undefined
    : html`<section><h2>Methods</h2><p class="methods">${withSubscripts(methods.join(' '))}</p></section>
`
}${skippedHtml(page.skipped)}<section class="provenance"><h2>Files and provenance</h2>
<dl>${page.files.map(({ name, what }) => html`<dt><a href="${name}">${name}</a></dt><dd>${what}</dd>`)}${provenance.map(([label, text]) => html`<dt>${label}</dt><dd>${text}</dd>`)}</dl></section>
</body>
</html>
`.text;
}

function countsHtml({ counts, skipped }: CalibrationPage): Html | undefined {
  const all = counts.reduce((sum, { count }) => sum + count, 0) + skipped.length;
  if (all === 0) return undefined;
  const parts = [
    ...counts.map(({ label, count, switches }) => ({ label, count, kind: switches ? 'switches' : 'quiet' })),
    ...(skipped.length > 0 ? [{ label: 'skipped', count: skipped.length, kind: 'skipped' }] : []),
  ];
  return html`<div class="counts"><div class="bar">${parts.map(({ count, kind }) => html`<i class="${kind}" style="flex:${count}"></i>`)}</div>
<p>${parts.map(({ label, count, kind }) => html`<span class="${kind}"><b>${count}</b> ${label}</span> `)}</p></div>
`;
}

function keyNumbersHtml(numbers: readonly KeyNumber[]): Html | undefined {
  if (numbers.length === 0) return undefined;
  return html`<div class="keys">${numbers.map(({ name, number, unit, note }) => {
    const display = readableUnit(number.value, unit);
    const shown = numberHtml(number, unit, display);
    return html`<div><h3>${withSubscripts(name)}</h3><p class="value">${shown.value}<span class="unit">${display.unit}</span></p>${shown.interval === undefined ? undefined : html`<p class="interval">${shown.interval}</p>`}<p class="of">${withSubscripts(note)}</p></div>
`;
  })}</div>
`;
}

/** No more than these are asked at once. */
const MOST_QUESTIONS = 3;

function questionsHtml(questions: readonly PageQuestion[]): Html | undefined {
  if (questions.length === 0) return undefined;
  const asked = questions.slice(0, MOST_QUESTIONS);
  const heading =
    asked.length === 1 ? 'One question' : asked.length === 2 ? 'Two questions' : 'Three questions';
  return html`<section class="questions"><h2>${heading} that the files cannot answer</h2><ol>${asked.map(
    ({ text, flag, key, choices, files, blocks }) =>
      html`<li>${withSubscripts(text)}${choices === undefined ? undefined : html` <span class="choices">${choices.join(' · ')}</span>`}<span class="answer"><code>${flag}</code> or <code>${key}:</code> in calibrate.yaml · ${files === 1 ? '1 file' : `${files} files`}${blocks ? ', unread until then' : ''}</span></li>
`,
  )}</ol></section>
`;
}

const OPEN_SKIPPED = 12;

function skippedHtml(skipped: CalibrationPage['skipped']): Html | undefined {
  if (skipped.length === 0) return undefined;
  const list = html`<dl>${skipped.map(({ file, reason }) => html`<dt>${file}</dt><dd>${reason}</dd>`)}</dl>`;
  return html`<section class="skipped"><h2>Skipped: ${skipped.length === 1 ? '1 file' : `${skipped.length} files`}</h2>${skipped.length > OPEN_SKIPPED ? html`<details><summary>Show all</summary>${list}</details>` : list}</section>
`;
}
