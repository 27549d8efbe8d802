import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OhmpropError } from '../core/index.js';
import { readRegularFile } from '../core/input/index.js';
import { MAX_YAML_CHARACTERS } from '../core/yaml/index.js';
import {
  type Manifest,
  makeDirectory,
  type RunDirectory,
  readManifest,
  writeFileAtomically,
} from '../records/index.js';
import type { Cell } from './html-report.js';
import { htmlReport, type ReportSection } from './html-report.js';
import { figureCsv, renderPng } from './render.js';

/** Why figures are not there as PNG, and everything else is. */
const WITHOUT_PIXELS = ['png.unavailable', 'png.resolution'];

/**
 * Writes `report.html` into a run directory and every section's figure as `figures/<title>.svg` and `.png`, its numbers as
 * `.csv` beside them. The summary begins with `options.summary` and goes on with what the manifest says; its warnings come first.
 * Figures that the report before had and this one has not are removed: they are of other parameters.
 * @returns absolute paths of the files written, the report first
 * @throws `manifest.unreadable` (exit code 2), `records.disk` (exit code 1)
 */
export async function writeReport(
  run: Pick<RunDirectory, 'path' | 'config' | 'figures' | 'report'>,
  sections: readonly ReportSection[],
  options: {
    title: string;
    summary?: readonly (readonly [string, Cell])[];
    warnings?: readonly string[];
    /** Printed width of the figures. */
    width_mm?: number | undefined;
  },
): Promise<string[]> {
  const manifest = await readManifest(run.path);
  const config = await readRegularFile(run.config, { most_bytes: 4 * MAX_YAML_CHARACTERS }).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => undefined,
  );
  const before = await figuresOf(run.report);
  await makeDirectory(run.figures);
  const written: string[] = [];
  const taken = new Set<string>();
  const withoutPng = new Set<string>();
  for (const { title, figure } of sections) {
    if (figure === undefined) continue;
    const svg = figure.svg(options.width_mm);
    const file = join(run.figures, fileName(title, taken));
    await writeFileAtomically(`${file}.svg`, svg);
    await writeFileAtomically(`${file}.csv`, figureCsv(figure));
    written.push(`${file}.svg`, `${file}.csv`);
    // A run that trained does not fail for want of pixels.
    const png = await renderPng(svg).catch((error: Error) => {
      if (!(error instanceof OhmpropError && WITHOUT_PIXELS.includes(error.code))) throw error;
      withoutPng.add(`figures are not there as PNG: ${error.message}`);
    });
    if (png === undefined) continue;
    await writeFileAtomically(`${file}.png`, png);
    written.push(`${file}.png`);
  }
  const page = htmlReport(
    {
      title: options.title,
      summary: [...(options.summary ?? []), ...manifestSummary(manifest)],
      warnings: [...new Set([...manifest.warnings, ...(options.warnings ?? []), ...withoutPng])],
      sections,
      figures: [...taken],
      ...(config === undefined ? {} : { config }),
    },
    { width_mm: options.width_mm },
  );
  await writeFileAtomically(run.report, page);
  await removeFigures(run.figures, before, new Set(written));
  return [run.report, ...written];
}

/** Names that a report has for its figures, as it says itself; none where there is no report, or one that does not say. */
async function figuresOf(report: string): Promise<string[]> {
  const page = await readRegularFile(report, { most_bytes: MAX_REPORT_bytes }).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => '',
  );
  const names = /<meta name="ohmprop-figures" content="([a-z\d -]*)">/.exec(page)?.[1] ?? '';
  return names.split(' ').filter((name) => name !== '');
}

const MAX_REPORT_bytes = 100e6;

/** Removes the files of figures by name, but for those just written. A folder that is a link leads elsewhere, and is left alone. */
async function removeFigures(
  folder: string,
  names: readonly string[],
  written: ReadonlySet<string>,
): Promise<void> {
  if (!(await lstat(folder)).isDirectory()) return;
  for (const name of names) {
    const files = ['.svg', '.csv', '.png'].map((ending) => join(folder, `${name}${ending}`));
    for (const file of files) if (!written.has(file)) await rm(file, { force: true });
  }
}

/** What a manifest says, for people. */
function manifestSummary(manifest: Manifest): [string, Cell][] {
  const { machine, sources, preset, gitCommit, pulses, device } = manifest;
  const optional = (label: string, value: Cell | undefined): [string, Cell][] =>
    value === undefined ? [] : [[label, value]];
  return [
    ['Status', manifest.exitStatus],
    ...optional('Preset', preset),
    ['Seed', manifest.seed],
    ['Started', manifest.startedAt],
    ['Time', duration(manifest.wallSeconds)],
    ...optional('Pulses', pulses),
    ...Object.entries(device ?? {}).map(([name, value]): [string, Cell] => [
      `Device: ${name}`,
      showValue(value),
    ]),
    [
      'Machine',
      `${machine.cpu}, ${machine.cores} cores, ${machine.platform} ${machine.arch}, Node ${machine.node}`,
    ],
    [
      'ohmprop',
      gitCommit === undefined ? manifest.ohmpropVersion : `${manifest.ohmpropVersion} (${gitCommit})`,
    ],
    ...sources.map(({ file, sha256 }): [string, Cell] => ['Source', `${file} (SHA-256 ${sha256})`]),
  ];
}

function showValue(value: unknown): Cell {
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Number(seconds.toPrecision(3))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A file name out of a title, different from those already taken. */
function fileName(title: string, taken: Set<string>): string {
  const plain =
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'figure';
  let name = plain;
  for (let n = 2; taken.has(name); n++) name = `${plain}-${n}`;
  taken.add(name);
  return name;
}
