import { basename, resolve } from 'node:path';
import type { Batch } from '../../../calibration/batch/index.js';
import type { PopulationSpread } from '../../../calibration/features/index.js';
import type { CalibrationPage, PageSection } from '../../../report/index.js';
import { type CellRow, kindOf } from './cell-rows.js';
import { distributionSection } from './distribution-section.js';
import { enduranceSection } from './endurance-section.js';
import type { FittedCell } from './fit-cells.js';
import { loopSection, MOST_ROWS } from './loop-section.js';
import { methodsOf } from './methods.js';
import { countsOf, keyNumbersOf, questionsOf } from './overview.js';
import { noiseSection, retentionSection } from './record-sections.js';
import { relaxationSection } from './relaxation-section.js';
import { spreadSection } from './spread-section.js';
import { trainSections } from './train-section.js';
import { hasTrains } from './train-table.js';

/** Who made a page, when, and out of what. */
export interface PageOrigin {
  /** Folders and files that were named. */
  readonly paths: readonly string[];
  readonly version: string;
  readonly date: Date;
  /** The command that makes it again. */
  readonly command: string;
  readonly machine: string;
}

/** What was found over many cells, for the page and for features.json. */
export interface PageFindings {
  readonly rows: readonly CellRow[];
  /** The same with all files of one cell together, where their names say so. */
  readonly devices: readonly CellRow[];
  readonly fits: readonly FittedCell[];
  readonly spreads: readonly PopulationSpread[];
}

/** A batch as a page: what it is, what was found, what was asked, and how. */
export function pageOf(
  batch: Batch,
  origin: PageOrigin,
  { fits, spreads, rows, devices }: PageFindings,
): CalibrationPage {
  const { analysed, skipped, common } = batch;
  const sections = [
    loopSection(analysed, rows, common),
    distributionSection(devices),
    spreadSection(devices, spreads),
    ...trainSections(analysed, fits),
    enduranceSection(analysed),
    retentionSection(analysed),
    relaxationSection(analysed),
    noiseSection(analysed),
    filesSection(batch),
  ].filter((section) => section !== undefined);
  return {
    title: titleOf(origin.paths),
    subtitle: [
      analysed.length + skipped.length === 1 ? '1 file' : `${analysed.length + skipped.length} files`,
      new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' }).format(origin.date),
      `ohmprop ${origin.version}`,
    ].join(' · '),
    counts: countsOf(analysed),
    keyNumbers: keyNumbersOf(analysed, devices),
    warnings: [],
    questions: questionsOf(batch),
    sections,
    methods: methodsOf(analysed, devices, origin.version),
    skipped: skipped.map(({ name, reason }) => ({ file: name, reason })),
    files: [
      { name: 'features.csv', what: 'one row a cell' },
      ...(rows.some(({ loops }) => loops.cycles.length > 0)
        ? [{ name: 'cycles.csv', what: 'one row a cycle of every cell that switches' }]
        : []),
      ...(hasTrains(analysed) ? [{ name: 'trains.csv', what: 'one row a pulse train' }] : []),
      ...fits.flatMap(({ file, name }) =>
        file === undefined ? [] : [{ name: file, what: `cell file of ${name}` }],
      ),
      { name: 'features.json', what: 'all that was found, with every file’s SHA-256' },
    ],
    provenance: [
      ['made by', origin.command],
      ['on', origin.machine],
    ],
  };
}

/** The folder that was named, or the only file, or how many. */
export function titleOf(paths: readonly string[]): string {
  return paths.length === 1
    ? basename(resolve(paths[0]))
    : `${basename(resolve(paths[0]))} and ${paths.length - 1} more`;
}

/** What each file was taken for, folded away where there are many. */
function filesSection({ analysed }: Batch): PageSection | undefined {
  if (analysed.length === 0) return undefined;
  const shown = analysed.slice(0, 5 * MOST_ROWS);
  return {
    title: 'What each file was taken for',
    tables: [
      {
        title: 'Files',
        folded: analysed.length > 20,
        columns: [
          { name: 'file' },
          { name: 'what' },
          { name: 'series', unit: '1' },
          { name: 'rows', unit: '1' },
          { name: 'format' },
          { name: 'remarks' },
        ],
        rows: shown.map((file) => [
          file.name,
          kindOf(file).label,
          { value: file.series.length },
          { value: file.series.reduce((sum, { rows }) => sum + rows, 0) },
          file.format,
          [...file.remarks, ...file.questions.map(({ text }) => `? ${text}`)].join('; '),
        ]),
        ...(shown.length < analysed.length
          ? { note: `${shown.length} of ${analysed.length} files; all: features.csv` }
          : {}),
      },
    ],
  };
}
