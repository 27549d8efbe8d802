import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import {
  analyseFiles,
  atCommonVoltage,
  type Batch,
  type BatchOptions,
  findFiles,
} from '../../../calibration/batch/index.js';
import { joinedAcrossFiles } from '../../../calibration/trains/index.js';
import {
  createRunDirectory,
  endManifest,
  makeDirectory,
  ohmpropVersion,
  type RunDirectory,
  requireFreeDirectory,
  startManifest,
  writeFileAtomically,
  writeManifest,
} from '../../../records/index.js';
import { type CalibrationPage, calibrationPage, figureCsv, redrawnBy } from '../../../report/index.js';
import { type PageFindings, pageOf, titleOf } from './calibration-page.js';
import { cellRows, devicesOf } from './cell-rows.js';
import { cyclesCsv, featuresCsv, featuresJson } from './feature-table.js';
import { fitCells, writeCells } from './fit-cells.js';
import { spreadsOf } from './spread-section.js';
import { hasTrains, trainsCsv } from './train-table.js';

/** What `calibrate report` is asked. */
export interface CalibrateReportOptions extends BatchOptions {
  /** Folders and files. */
  readonly paths: readonly string[];
  /** Directory to be filled; a new one under `runs` where left out. */
  readonly out?: string;
  /** Printed width of the figures; two columns of a journal where left out. */
  readonly width_mm?: number;
  /** The command that makes the report again. */
  readonly command: string;
}

/** A report that was written. */
export interface CalibrateReport {
  readonly path: string;
  /** report.html first. */
  readonly files: readonly string[];
  readonly batch: Batch;
  readonly page: CalibrationPage;
}

/** Width of a page of two columns, as most journals have it. */
const PAGE_MM = 170;

/**
 * Reads folders and files, finds what can be said of them, and writes a run directory: the page, its figures as SVG with their
 * numbers as CSV, tables of features, and a manifest with the SHA-256 of every file.
 * @throws `calibrate.not-found`, `calibrate.nothing`, `calibrate.answers`, `run.in-use` (exit code 2); `records.disk` (1)
 */
export async function reportCalibration(options: CalibrateReportOptions): Promise<CalibrateReport> {
  const { paths, out, command, width_mm = PAGE_MM } = options;
  if (out !== undefined) await requireFreeDirectory(out);
  const started = performance.now();
  const there = await findFiles(paths);
  const read = await atCommonVoltage(await analyseFiles(there.files, options), options);
  const all: Batch = {
    ...read,
    analysed: joinedAcrossFiles(read.analysed),
    skipped: [...read.skipped, ...there.skipped],
  };
  const version = await ohmpropVersion();
  const fits = await fitCells(all.analysed, options);
  const rows = cellRows(all.analysed);
  const devices = devicesOf(rows);
  const spreads = spreadsOf(devices);
  const directory = await createRunDirectory({
    name: `calibrate-${titleOf(paths)}`,
    checkpoints: false,
    ...(out === undefined ? {} : { out }),
  });
  try {
    await writeFileAtomically(directory.config, configText(options));
    const manifest = await startManifest({
      seed: 0,
      sources: all.analysed.map(({ path, bytes, sha256 }) => ({ file: path, bytes, sha256 })),
      warnings: all.skipped.map(({ name, reason }) => `skipped ${name}: ${reason}`),
    });
    await writeManifest(directory.path, manifest);
    // Cells first: the page says of each whether it made a file.
    const cells = await writeCells(directory.path, fits, command);
    const found: PageFindings = { rows, devices, fits: cells.fits, spreads };
    const page = pageOf(all, { paths, version, date: new Date(), command, machine: machineText() }, found);
    const files = [...(await writeAll(directory, all, page, found, { width_mm, command })), ...cells.paths];
    await writeManifest(directory.path, endManifest(manifest, 'done', (performance.now() - started) / 1000));
    return { path: directory.path, files, batch: all, page };
  } finally {
    await directory.release();
  }
}

async function writeAll(
  directory: RunDirectory,
  batch: Batch,
  page: CalibrationPage,
  found: PageFindings,
  { width_mm, command }: { width_mm: number; command: string },
): Promise<string[]> {
  const written: string[] = [];
  const write = async (name: string, content: string): Promise<void> => {
    const path = join(directory.path, name);
    await writeFileAtomically(path, content);
    written.push(path);
  };
  const drawn: CalibrationPage = {
    ...page,
    sections: page.sections.map((section) => ({
      ...section,
      figures: (section.figures ?? []).map((one) => ({ ...one, figure: redrawnBy(one.figure, command) })),
    })),
  };
  await write('report.html', calibrationPage(drawn, { width_mm }));
  await makeDirectory(directory.figures);
  for (const { figure, file } of drawn.sections.flatMap(({ figures = [] }) => figures)) {
    await write(`${file}.svg`, figure.svg(width_mm));
    await write(`${file}.csv`, figureCsv(figure));
  }
  const { rows } = found;
  await write('features.csv', featuresCsv(batch, rows));
  if (rows.some(({ loops }) => loops.cycles.length > 0)) await write('cycles.csv', cyclesCsv(rows));
  if (hasTrains(batch.analysed)) await write('trains.csv', trainsCsv(batch.analysed));
  await write('features.json', `${JSON.stringify(featuresJson(batch, found), null, 1)}\n`);
  return written;
}

/** What was asked, to be read again: kind first, so that no command takes it for a training. */
function configText({ paths, reading, features, width_mm }: CalibrateReportOptions): string {
  return stringify({
    kind: 'calibration-report',
    format: 1,
    paths,
    ...reading,
    ...features,
    ...(width_mm === undefined ? {} : { figure_mm: width_mm }),
  });
}

function machineText(): string {
  return `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores, ${process.platform} ${process.arch}, Node ${process.version}`;
}
