import { type CellFit, fitPulsedCells } from '../../calibration/batch/index.js';
import { type BranchModelName, type FittedStatics, fitStatics } from '../../calibration/branches/index.js';
import type { FittedTrains, NamedWindow } from '../../calibration/cell-files/index.js';
import { type StaticCurves, staticCurves } from '../../calibration/features/index.js';
import { MeasuredReader } from '../../calibration/files/index.js';
import type { MeasuredFile } from '../../calibration/measured/index.js';
import {
  joinedAcrossFiles,
  type TrainLabels,
  type TrainModelName,
  trainLabels,
} from '../../calibration/trains/index.js';
import { eventLoopTurn, inputError } from '../../core/index.js';
import type { Context } from '../frame/index.js';
import { WorkBar } from '../work-bar.js';

/** A file with what its trains say, and the curves of its sweeps. */
export interface ReadFile {
  readonly file: MeasuredFile;
  readonly labels: TrainLabels;
  readonly curves: readonly StaticCurves[];
}

/** A cell that was pulsed, with its laws. */
export interface PulsedCell {
  /** All that its trains stand in. */
  readonly files: readonly MeasuredFile[];
  /** What was said of the trains of these. */
  readonly remarks: readonly string[];
  readonly cell: FittedTrains;
  readonly fit: CellFit;
}

/** A cell that was swept, with the laws of its states. */
export interface FittedSweeps {
  readonly file: MeasuredFile;
  readonly statics: FittedStatics;
}

/** Which laws are fitted to trains and which to sweeps; all where nobody says. */
export interface Models {
  readonly trains?: readonly TrainModelName[] | 'table';
  readonly sweeps?: readonly BranchModelName[];
}

/** Reads files; one whose questions block has no curves. */
export async function readFiles(
  names: readonly string[],
  given: ConstructorParameters<typeof MeasuredReader>[0],
): Promise<ReadFile[]> {
  const reader = new MeasuredReader(given);
  const read: ReadFile[] = [];
  for (const name of names) {
    const file = await reader.read(name);
    const open = file.questions.some(({ blocks }) => blocks);
    read.push({ file, labels: trainLabels(file), curves: open ? [] : staticCurves(file) });
  }
  const joined = joinedAcrossFiles(
    read.map(({ file, labels }) => ({
      path: file.path,
      trains: labels,
      ...(file.inName === undefined ? {} : { inName: file.inName }),
    })),
  );
  return read.map((one, k) => ({ ...one, labels: joined[k].trains ?? one.labels }));
}

/** Fits all cells of files. @throws `calibrate.fit`, exit code 2, where the trains of one cannot be fitted */
export async function fitAll(
  read: readonly ReadFile[],
  models: Models,
  { window, share }: { window: NamedWindow | undefined; share: number | undefined },
  { io }: Context,
): Promise<{ pulsed: PulsedCell[]; sweeps: FittedSweeps[] }> {
  const cells = read.flatMap(({ file, labels }) =>
    labels.cells.map((description) => {
      const of = read.filter((one) => (description.files ?? [file.path]).includes(one.file.path));
      const remarks = of.flatMap((one) => one.labels.remarks);
      return { files: of.map((one) => one.file), remarks, description };
    }),
  );
  const swept = read.flatMap(({ file, curves }) => curves.map((one) => ({ file, one })));
  const bar = new WorkBar(io);
  const fitted = (done: number) => bar.update(done, cells.length + swept.length, 'trains and sweeps fitted');
  try {
    const fits = await fitPulsedCells(
      cells.map(({ description }) => ({
        name: plainName(description.cell),
        description,
        ...(models.trains === undefined ? {} : { laws: models.trains }),
        ...(window === undefined ? {} : { window }),
      })),
      { progress: fitted },
    );
    const pulsed = cells.map(({ files, remarks, description }, k): PulsedCell => {
      const fit = fits[k];
      if (fit.fitted === undefined)
        throw inputError('calibrate.fit', fit.refused ?? `${description.cell}: it was not fitted`);
      return { files, remarks, cell: fit.fitted, fit };
    });
    const sweeps: FittedSweeps[] = [];
    for (const { file, one } of swept) {
      const statics = fitStatics(one, {
        ...(share === undefined ? {} : { share }),
        ...(models.sweeps === undefined ? {} : { models: models.sweeps }),
      });
      sweeps.push({ file, statics });
      fitted(cells.length + sweeps.length);
      await eventLoopTurn();
    }
    return { pulsed, sweeps };
  } finally {
    bar.stop();
  }
}

/** A path, or a cell named after one, without its folders. */
export const plainName = (text: string): string => text.replace(/^.*\//, '');
