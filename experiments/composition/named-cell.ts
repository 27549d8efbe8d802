import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import {
  type CellForPulses,
  type CellParts,
  cellForPulses,
  cellOfAihwkit,
  cellOfStepTables,
  cellOfTrains,
  isCellFileName,
  missingPart,
  readAihwkit,
  readCellFile,
  readStepTable,
  stepTableFiles,
} from '../../calibration/cell-files/index.js';
import { inputError, printableLine } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { type PulseModel, pulsePreset, pulsePresets } from '../../devices/cells/pulse/index.js';
import { physicalPresets } from '../../devices/elements/index.js';
import { readNumericTable } from '../../records/tables/index.js';

/** A million pulses are some 30 MB. */
const MAX_TABLE_BYTES = 2 ** 26;

/** A cell that pulses move, by whatever name: a preset, a cell file, a table of trains. */
export interface NamedCell extends CellForPulses {
  readonly model: PulseModel;
  /** Of cells that come from a file: its parts, labels and trains as measured, and what its bytes hash to. */
  readonly file?: { readonly path: string; readonly sha256: string; readonly parts: CellParts };
}

/** Files of other kinds than ours, by what stands before the name. */
const readers: Readonly<Record<string, (name: string) => Promise<NamedCell>>> = {
  'table:': readTableCell,
  'aihwkit:': readAihwkitCell,
  'crosssim:': readCrosssimCell,
};

/** Whether a name is that of a file: a cell file by its ending, or another kind by what stands before it. */
export function isCellFile(name: string): boolean {
  return isCellFileName(name) || Object.keys(readers).some((prefix) => name.startsWith(prefix));
}

/**
 * The cell of that name: of `ohmprop cell list`, `my.cell.json`, `table:FILE.csv`, `aihwkit:FILE`, or
 * `crosssim:UP.txt,DOWN.txt`.
 * @param consumer as typed, for a file without the part that it needs: `train --cells`
 * @param others names that would do as well
 * @throws `pulse.unknown-preset`, `cell.*`, `pulse-table.*`, exit code 2
 */
export async function namedCell(
  name: string,
  consumer: string,
  others: readonly string[] = [],
): Promise<NamedCell> {
  const prefix = Object.keys(readers).find((start) => name.startsWith(start));
  if (prefix !== undefined) return readers[prefix](name.slice(prefix.length));
  if (!isCellFileName(name)) {
    const ofState = physicalPresets.some((preset) => preset.name === name);
    if (ofState && !pulsePresets.some((preset) => preset.name === name)) throw needsPulses(name, consumer);
    return { model: pulsePreset(name, others), remarks: [] };
  }
  const read = await readCellFile(name);
  const cell = cellForPulses(read.cell);
  if (cell === undefined && read.cell.dynamics !== undefined) throw needsPulses(name, consumer);
  if (cell === undefined) throw missingPart(read, ['pulse'], consumer);
  return { ...cell, file: { path: name, sha256: read.sha256, parts: read.cell } };
}

function needsPulses(name: string, consumer: string): Error {
  const train = consumer.startsWith('train') ? ': --pulse +1.2V,1us,-1.3V,1us, for instance' : '';
  return inputError(
    'cells.pulse',
    `${name} is a model of current and state; say what pulses move it${train}, or make a cell of it once: ohmprop cell pulse ${name} --drive pulses:+1.2V,1us/-1.3V,1us -o my.cell.json`,
  );
}

/**
 * A cell from a CSV file of measured trains: a heading with units, then two columns, the conductance after each pulse up and
 * after each pulse down: `up (uS),down (uS)`. A shorter column ends with empty fields. Commas, semicolons or tabs; where
 * these are no commas, numbers may have decimal commas. Lines that begin with # are remarks. Where each column begins with what
 * the other ended with, these are the states before the first pulse. Throws `pulse-table.*`, exit code 2, with the line and the
 * column.
 */
export async function readTableCell(path: string): Promise<NamedCell> {
  if (path.trim() === '')
    throw inputError('pulse-table.unreadable', 'table: no file is named; write table:FILE.csv');
  const bytes = await readRegularFile(path, { most_bytes: MAX_TABLE_BYTES }).catch((cause: Error) => {
    throw inputError('pulse-table.unreadable', `${path}: cannot be read (${cause.message})`, cause);
  });
  const { columns, lines } = readNumericTable(bytes, {
    file: path,
    code: 'pulse-table',
    notText:
      'this is not text in UTF-8; save the table as CSV in UTF-8 (a µ of another encoding does this too: write uS)',
    names: ['up', 'down'],
    moreHint: `; of a file with pulse numbers or more, "ohmprop calibrate fit ${printableLine(path, 80)} -o my.cell.json" makes a cell`,
    unit: 'S',
    unitHint:
      'is no unit of conductance; write S, mS, uS or nS. Currents are to be divided by the read voltage, resistances to be inverted first',
  });
  const [up_S, down_S] = columns.map(({ values }) => values);
  const name = basename(path);
  const { parts, remarks } = cellOfTrains(name, { up_S, down_S, lines });
  return made(parts, remarks, path, [bytes]);
}

/** A device of aihwkit, as JSON or as Python text. Throws `cell.aihwkit`, `cell.unreadable`. */
async function readAihwkitCell(path: string): Promise<NamedCell> {
  const bytes = await bytesOf(path);
  const device = readAihwkit(new TextDecoder().decode(bytes), path);
  const { parts, remarks } = cellOfAihwkit(basename(path), device, path);
  return made(parts, remarks, path, [bytes]);
}

/** CrossSim's two tables of ΔG. Throws `cell.crosssim`, `cell.unreadable`. */
async function readCrosssimCell(names: string): Promise<NamedCell> {
  const files = stepTableFiles(names);
  const contents = [await bytesOf(files[0]), await bytesOf(files[1])];
  const [up, down] = contents.map((bytes, k) => readStepTable(new TextDecoder().decode(bytes), files[k]));
  const { parts, remarks } = cellOfStepTables(basename(files[0]), up, down);
  return made(parts, remarks, names, contents);
}

async function bytesOf(path: string): Promise<Uint8Array> {
  return readRegularFile(path, { most_bytes: MAX_TABLE_BYTES }).catch((cause: Error) => {
    throw inputError('cell.unreadable', `${path}: cannot be read (${cause.message})`, cause, { file: path });
  });
}

function made(
  parts: CellParts,
  remarks: readonly string[],
  path: string,
  contents: readonly Uint8Array[],
): NamedCell {
  const hash = createHash('sha256');
  for (const bytes of contents) hash.update(bytes);
  const sha256 = hash.digest('hex');
  const provenance = { program: 'ohmprop', sources: [{ file: path, sha256 }] };
  const cell = cellForPulses({ ...parts, provenance }) as CellForPulses;
  return { ...cell, remarks: [...remarks, ...cell.remarks], file: { path, sha256, parts } };
}
