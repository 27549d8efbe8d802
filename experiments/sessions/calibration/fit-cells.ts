import { join } from 'node:path';
import type { AnalysedFile } from '../../../calibration/batch/index.js';
import {
  type CellParts,
  type FittedTrains,
  fittedCell,
  whyNoCell,
  writeCellFile,
} from '../../../calibration/cell-files/index.js';
import { compareLaws } from '../../../calibration/trains/index.js';
import { eventLoopTurn } from '../../../core/index.js';
import { makeDirectory } from '../../../records/index.js';

/** A pulsed cell, its laws, and the file that a network takes; or why there is none. */
export interface FittedCell extends Pick<FittedTrains, 'up' | 'down'> {
  readonly name: string;
  readonly source: AnalysedFile;
  readonly remarks: readonly string[];
  readonly parts?: CellParts;
  /** `cells/NAME.cell.json`. */
  readonly file?: string;
  readonly refused?: string;
}

/** Cells that are fitted for a page: fitting takes its time, and `calibrate fit` fits any other. */
const MOST_FITS = 24;

/** Fits the trains of the first cells that make one; the others keep the reason why they do not. */
export async function fitCells(
  files: readonly AnalysedFile[],
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<FittedCell[]> {
  const fits: FittedCell[] = [];
  const taken = new Set<string>();
  for (const source of files) {
    for (const description of source.trains?.cells ?? []) {
      const [, ...within] = description.cell.split(', ');
      const name = [source.name, ...within].join(', ');
      const about = { name, source, remarks: [...(source.trains?.remarks ?? []), ...description.warnings] };
      if (fits.length >= MOST_FITS) {
        fits.push({ ...about, refused: 'not fitted here: ohmprop calibrate fit makes it' });
        return fits;
      }
      signal?.throwIfAborted();
      await eventLoopTurn();
      const cannot = whyNotAtAll(description);
      if (cannot !== undefined) {
        fits.push({ ...about, refused: cannot });
        continue;
      }
      const [up, down] = (['up', 'down'] as const).map((way) =>
        compareLaws(description[way].map(({ train }) => train)),
      );
      const fitted: FittedTrains = { description, up, down };
      const refused = whyNoCell(fitted);
      if (refused !== undefined) fits.push({ ...about, up, down, refused });
      else {
        const file = `cells/${fileName(name, taken)}.cell.json`;
        fits.push({ ...about, up, down, parts: fittedCell(name, fitted), file });
      }
    }
  }
  return fits;
}

/** What is seen before any fit. */
function whyNotAtAll(description: FittedTrains['description']): string | undefined {
  if (description.apart !== undefined) return description.apart;
  if (description.up.length === 0 || description.down.length === 0) return whyNoCell({ description });
  const { unit } = description.up[0].train;
  return unit === 'S' ? undefined : 'no conductances: the read voltage, or the unit, is not known';
}

/** Writes the cell files of a report. @returns their paths */
export async function writeCells(
  directory: string,
  fits: readonly FittedCell[],
  command: string,
): Promise<string[]> {
  const written: string[] = [];
  for (const { file, parts, source, remarks, up, down } of fits) {
    if (file === undefined || parts === undefined) continue;
    await makeDirectory(join(directory, 'cells'));
    const path = join(directory, file);
    const { sha256, bytes, format } = source;
    const methods = [up, down].flatMap((laws) =>
      Object.values(laws?.best.estimates ?? {}).map(({ method }) => method),
    );
    await writeCellFile(path, parts, {
      command,
      sources: [{ file: source.name, sha256, bytes, format }],
      methods: [...new Set(methods)],
      remarks: [...remarks],
    });
    written.push(path);
  }
  return written;
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
