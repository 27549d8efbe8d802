import { join } from 'node:path';
import {
  type AnalysedFile,
  type BatchOptions,
  type CellToFit,
  fitPulsedCells,
  whyNotFitted,
} from '../../../calibration/batch/index.js';
import { type CellParts, fittedProvenance, writeCellFile } from '../../../calibration/cell-files/index.js';
import type { ComparedLaws } from '../../../calibration/trains/index.js';
import { OhmpropError } from '../../../core/index.js';
import { makeDirectory } from '../../../records/index.js';

/** The laws of one direction as a page and `features.json` tell them. */
interface FittedLaw extends Pick<ComparedLaws, 'comparison'> {
  readonly best: Pick<
    ComparedLaws['best'],
    'model' | 'estimates' | 'status' | 'rmseOverRange' | 'r2' | 'n' | 'nEffective' | 'warnings'
  >;
}

/** A pulsed cell, its laws, and the file that a network takes; or why there is none. */
export interface FittedCell {
  readonly name: string;
  readonly source: AnalysedFile;
  /** All files that its trains stand in, where they are several. */
  readonly sources?: readonly AnalysedFile[];
  readonly remarks: readonly string[];
  readonly up?: FittedLaw;
  readonly down?: FittedLaw;
  readonly parts?: CellParts;
  readonly refused?: string;
  /** `cells/NAME.cell.json`. */
  readonly file?: string;
  /** Of a cell that was not fitted here: the command that makes the file of all cells of its source. */
  readonly command?: string;
}

/** Cells that are fitted for a page: fitting takes its time, and `calibrate fit` fits any other. */
const MOST_FITS = 24;

/** Fits the trains of the first cells that make one; the others keep the reason why they do not, or the command that fits them. */
export async function fitCells(
  files: readonly AnalysedFile[],
  options: Pick<BatchOptions, 'signal' | 'progress' | 'threads'> = {},
): Promise<FittedCell[]> {
  const cells = files.flatMap((source) =>
    (source.trains?.cells ?? []).map((description): CellToFit & { source: AnalysedFile } => {
      const [, ...within] = description.cell.split(', ');
      return { name: [source.name, ...within].join(', '), description, source };
    }),
  );
  // What cannot be fitted takes no place among those that can.
  const possible = cells.filter(({ description }) => whyNotFitted(description) === undefined);
  const chosen = possible.slice(0, MOST_FITS);
  const fits = await fitPulsedCells(
    chosen.map(({ name, description }) => ({ name, description })),
    options,
  );
  const taken = new Set<string>();
  return cells.map((cell) => {
    const { name, description, source } = cell;
    const paths = description.files;
    const sources = paths === undefined ? [source] : files.filter(({ path }) => paths.includes(path));
    const about = {
      name,
      source,
      ...(sources.length > 1 ? { sources } : {}),
      remarks: [...sources.flatMap(({ trains }) => trains?.remarks ?? []), ...description.warnings],
    };
    const cannot = whyNotFitted(description);
    if (cannot !== undefined) return { ...about, refused: cannot };
    const fit = fits[chosen.indexOf(cell)];
    if (fit === undefined) return { ...about, command: fitCommand(sources) };
    const { fitted, windowRemarks, ...found } = fit;
    return {
      ...about,
      ...found,
      remarks: [...about.remarks, ...windowRemarks],
      ...(fitted?.up === undefined ? {} : { up: toldLaw(fitted.up) }),
      ...(fitted?.down === undefined ? {} : { down: toldLaw(fitted.down) }),
      ...(found.parts === undefined ? {} : { file: `cells/${fileName(name, taken)}.cell.json` }),
    };
  });
}

function toldLaw({ comparison, best }: ComparedLaws): FittedLaw {
  const { model, estimates, status, rmseOverRange, r2, n, nEffective, warnings } = best;
  return { comparison, best: { model, estimates, status, rmseOverRange, r2, n, nEffective, warnings } };
}

/** Files of several cells make one cell file: the cell in the middle, and the spreads between them. */
function fitCommand(sources: readonly AnalysedFile[]): string {
  return `${fitOf(...sources)} -o ${fileName(sources[0].name, new Set())}.cell.json`;
}

/** The command that fits the cells of files, as a shell takes it. */
export function fitOf(...files: readonly AnalysedFile[]): string {
  const shown = files.map(({ path }) =>
    /[^\w./-]/.test(path) ? `'${path.replaceAll("'", "'\\''")}'` : path,
  );
  return `ohmprop calibrate fit ${shown.join(' ')}`;
}

/** Writes the cell files of a report. @returns the fits, those whose file could not be written with the reason, and the paths written */
export async function writeCells(
  directory: string,
  fits: readonly FittedCell[],
  command: string,
): Promise<{ readonly fits: readonly FittedCell[]; readonly paths: readonly string[] }> {
  const paths: string[] = [];
  const kept: FittedCell[] = [];
  for (const fit of fits) {
    const { file, parts, source, sources = [source], remarks, up, down, ...rest } = fit;
    if (file === undefined || parts === undefined) {
      kept.push(fit);
      continue;
    }
    const path = join(directory, file);
    try {
      await makeDirectory(join(directory, 'cells'));
      const fitted = [up, down].flatMap((laws) => (laws === undefined ? [] : [laws.best]));
      await writeCellFile(path, parts, fittedProvenance(command, sources, fitted, remarks));
      paths.push(path);
      kept.push(fit);
    } catch (error) {
      // A disk that fails ends the report; a cell that makes no file does not.
      if (!(error instanceof OhmpropError) || error.code.startsWith('records.')) throw error;
      const laws = { ...(up === undefined ? {} : { up }), ...(down === undefined ? {} : { down }) };
      kept.push({ ...rest, source, remarks, ...laws, refused: `no cell file: ${error.message}` });
    }
  }
  return { fits: kept, paths };
}

/** A file name out of a cell's, different from those taken. */
function fileName(name: string, taken: Set<string>): string {
  const plain =
    name
      .replace(/\.\w{1,5}(?=,|$)/, '')
      .replace(/[^\w-]+/g, '-')
      .replace(/^-|-$/g, '') || 'cell';
  let free = plain;
  for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${plain}-${n}`;
  taken.add(free.toLowerCase());
  return free;
}
