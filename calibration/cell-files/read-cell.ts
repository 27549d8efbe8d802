import { createHash } from 'node:crypto';
import { inputError, type OhmpropError } from '../../core/index.js';
import { readJson, readRegularFile } from '../../core/input/index.js';
import { checkCell } from './check-cell.js';
import type { CellFile } from './schema.js';

/** A train of a hundred thousand pulses each way is some 5 MB. */
const MAX_CELL_BYTES = 2 ** 26;

/** A cell file as read, with what its bytes hash to. */
export interface ReadCell {
  readonly path: string;
  readonly sha256: string;
  readonly cell: CellFile;
}

/** Whether a name is that of a cell file, by its ending. */
export const isCellFileName = (name: string): boolean => /\.cell\.json$/i.test(name);

/**
 * Reads and checks a `*.cell.json`.
 * @throws `cell.unreadable`, `cell.syntax`, `cell.kind`, `cell.format`, `cell.invalid` (exit code 2)
 */
export async function readCellFile(path: string): Promise<ReadCell> {
  const bytes = await readRegularFile(path, { most_bytes: MAX_CELL_BYTES }).catch((cause: Error) => {
    throw inputError('cell.unreadable', `${path}: cannot be read (${cause.message})`, cause, { file: path });
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, sha256, cell: checkCell(parsed(bytes, path), path) };
}

function parsed(bytes: Uint8Array, path: string): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw inputError('cell.syntax', `${path}: this is not text in UTF-8`, cause, { file: path });
  }
  try {
    return readJson(text);
  } catch (cause) {
    throw inputError('cell.syntax', `${path}: not JSON: ${(cause as Error).message}`, cause, { file: path });
  }
}

/** The parts of a cell file that something may need. */
export type CellPart = 'iv' | 'dynamics' | 'pulse' | 'population' | 'limits';

/** Which command makes a part. */
const madeBy: Readonly<Record<CellPart, string>> = {
  pulse: 'pulse trains make it: ohmprop calibrate fit TRAINS -o my.cell.json',
  iv: 'I–V loops make it: ohmprop calibrate fit LOOPS -o my.cell.json',
  dynamics:
    'fits of dynamics are not made yet; write the equations into a YAML file for ohmprop cell sweep FILE.yaml, or into the part "dynamics" by hand',
  population: 'trains of several devices make it: ohmprop calibrate fit TRAINS… -o my.cell.json',
  limits: 'ohmprop calibrate fit writes what the measurement was within',
};

/**
 * What a consumer says of a file without the part that it needs.
 * @param consumer as typed: `train --cells`
 */
export function missingPart(
  { path, cell }: Pick<ReadCell, 'path' | 'cell'>,
  parts: readonly CellPart[],
  consumer: string,
): OhmpropError {
  const has = (['iv', 'dynamics', 'pulse', 'population', 'limits'] as const).filter(
    (part) => cell[part] !== undefined,
  );
  const needed = parts.map((part) => `"${part}"`).join(' or ');
  const holds = has.length === 0 ? 'no part at all' : has.map((part) => `"${part}"`).join(', ');
  return inputError(
    'cell.part',
    `${path}: ohmprop ${consumer} needs the part ${needed}, the file has ${holds}; ${parts.map((part) => madeBy[part]).join('; ')}`,
    undefined,
    { file: path, field: parts[0] },
  );
}
