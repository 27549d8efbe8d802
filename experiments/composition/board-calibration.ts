import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BoardFile,
  boardFileText,
  isBoardFileName,
  type ReadBoardFile,
  readBoardFile,
} from '../../calibration/boards/index.js';
import { inputError, OhmpropError } from '../../core/index.js';
import { isBoardName, labDirectory } from '../../drivers/board/index.js';
import { writeFileAtomically } from '../../records/index.js';
import type { OwnCalibration } from './composition.js';

/** A calibration older than this is warned about, days: parts drift with temperature and years. */
const OLD_days = 30;
const DAY_ms = 86_400_000;

/** Where the calibrations of a board are kept; undefined for one without a serial number of its own. */
function calibrationsOf(serial: string): string | undefined {
  return isBoardName(serial) ? join(labDirectory(), 'boards', serial) : undefined;
}

/**
 * Keeps a calibration beside the others of its board, one file a date; one of the same day takes its place.
 * @returns where; undefined for a board without a serial number of its own
 */
export async function keepBoardCalibration(file: BoardFile): Promise<string | undefined> {
  const directory = calibrationsOf(file.serial);
  if (directory === undefined) return undefined;
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${file.date.slice(0, 10)}.board.json`);
  await writeFileAtomically(path, boardFileText(file));
  return path;
}

/**
 * The newest calibration that is kept of a board.
 * @throws OhmpropError `board-file.*` where that cannot be read, `board.calibration` where it is another board's
 */
export async function newestBoardCalibration(serial: string): Promise<ReadBoardFile | undefined> {
  const directory = calibrationsOf(serial);
  if (directory === undefined || !existsSync(directory)) return undefined;
  // Names are dates.
  const newest = readdirSync(directory).filter(isBoardFileName).sort().at(-1);
  if (newest === undefined) return undefined;
  const read = await readBoardFile(join(directory, newest));
  if (read.file.serial === serial) return read;
  throw inputError(
    'board.calibration',
    `${read.path}: it is of ${read.profile.name} board ${read.file.serial}, not of board ${serial}, among whose calibrations it lies; take it out of there`,
  );
}

/** A board's calibration, and what there is to say of it. */
export interface ChosenCalibration {
  /** Nothing where data sheets count. */
  readonly calibration?: ReadBoardFile;
  readonly warnings: readonly string[];
}

/**
 * The calibration that counts for a board: the file that was named, else the newest that is kept of it; `none` for data sheets.
 * @throws OhmpropError `board.calibration` for a calibration of another board
 */
export async function calibrationFor(
  asked: string | undefined,
  board: { readonly serial: string; readonly firmware: string },
): Promise<ChosenCalibration> {
  if (asked === 'none') return { warnings: [] };
  if (asked === undefined) {
    try {
      const calibration = await newestBoardCalibration(board.serial);
      if (calibration === undefined) return { warnings: [] };
      if (calibration.profile.firmware !== board.firmware) {
        return {
          warnings: [
            `${calibration.path} is of a ${calibration.profile.name} board, and ${board.serial} has the firmware of a ${board.firmware} board now; the board counts as in its data sheets`,
          ],
        };
      }
      return { calibration, warnings: ageOf(calibration.file) };
    } catch (error) {
      // What nobody asked for does not end a run, but is not passed over in silence.
      if (!(error instanceof OhmpropError)) throw error;
      return { warnings: [`${error.message}; the board counts as in its data sheets`] };
    }
  }
  const calibration = await readBoardFile(asked);
  const { serial } = calibration.file;
  if (serial !== board.serial || calibration.profile.firmware !== board.firmware) {
    throw inputError(
      'board.calibration',
      `--calibration ${asked}: it is of ${calibration.profile.name} board ${serial}, this is ${board.firmware} board ${board.serial}; leave it out, say none, or calibrate this one: ohmprop board calibrate`,
    );
  }
  return { calibration, warnings: ageOf(calibration.file) };
}

/**
 * The calibration that a run was begun with, from its directory.
 * @throws OhmpropError `run.calibration` where that is no longer what it was
 */
export async function readOwnCalibration({ path, sha256 }: OwnCalibration): Promise<ReadBoardFile> {
  const calibration = await readBoardFile(path);
  if (sha256 === undefined || calibration.sha256 === sha256) return calibration;
  throw inputError(
    'run.calibration',
    `${path}: this is not the calibration that the run was begun with (SHA-256 ${calibration.sha256}, then ${sha256}); put that one back`,
  );
}

/** The calibration that counts for the board of a run that exists: its own, where it is of this board. */
export async function calibrationOfRun(
  own: OwnCalibration,
  board: { readonly serial: string; readonly firmware: string },
): Promise<ChosenCalibration> {
  const calibration = await readOwnCalibration(own);
  const { serial, date } = calibration.file;
  const newest = await calibrationFor(undefined, board);
  if (serial !== board.serial || calibration.profile.firmware !== board.firmware) {
    const instead =
      newest.calibration === undefined ? 'its data sheets count' : 'the newest of its own counts';
    return {
      ...newest,
      warnings: [
        ...newest.warnings,
        `${own.path} is of board ${serial}; for board ${board.serial} ${instead}`,
      ],
    };
  }
  const since = newest.calibration?.file.date ?? date;
  const newer =
    since > date
      ? [
          `board ${serial} was calibrated again on ${since.slice(0, 10)}; the run keeps the calibration of ${date.slice(0, 10)} that it was begun with`,
        ]
      : [];
  return { calibration, warnings: [...ageOf(calibration.file), ...newer] };
}

function ageOf({ date, serial }: BoardFile): string[] {
  const days = Math.floor((Date.now() - Date.parse(date)) / DAY_ms);
  if (days <= OLD_days) return [];
  return [`the calibration of board ${serial} is ${days} days old; ohmprop board calibrate makes a new one`];
}
