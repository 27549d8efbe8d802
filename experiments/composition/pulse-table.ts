import { basename } from 'node:path';
import { inputError } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { measuredCell, type PulseModel } from '../../devices/cells/pulse/index.js';
import { readNumericTable } from '../../records/tables/index.js';

/** A million pulses are some 30 MB. */
const MAX_TABLE_BYTES = 2 ** 26;

/**
 * A cell from a CSV file of measured trains: a heading with units, then two columns, the conductance after each pulse up and
 * after each pulse down: `up (uS),down (uS)`. A shorter column ends with empty fields. Commas, semicolons or tabs; where
 * these are no commas, numbers may have decimal commas. Lines that begin with # are remarks. Throws `pulse-table.*`, exit
 * code 2, with the line and the column.
 */
export async function readPulseTable(path: string): Promise<PulseModel> {
  if (path.trim() === '')
    throw inputError('pulse-table.unreadable', 'table: no file is named; write table:FILE.csv');
  const bytes = await readRegularFile(path, { most_bytes: MAX_TABLE_BYTES }).catch((cause: Error) => {
    throw inputError('pulse-table.unreadable', `${path}: cannot be read (${cause.message})`, cause);
  });
  const { columns } = readNumericTable(bytes, {
    file: path,
    code: 'pulse-table',
    notText:
      'this is not text in UTF-8; save the table as CSV in UTF-8 (a µ of another encoding does this too: write uS)',
    names: ['up', 'down'],
    unit: 'S',
    unitHint:
      'is no unit of conductance; write S, mS, uS or nS. Currents are to be divided by the read voltage, resistances to be inverted first',
  });
  const [up, down] = columns.map(({ values }) => [...values]);
  return measuredCell(basename(path), up, down);
}
