import { inputError } from '../../core/index.js';
import { readNumericTable } from './numeric-table.js';

/** A drive that a file holds: the voltage at each of its times, rising. */
export interface DriveTable {
  readonly times_s: Float64Array;
  readonly drive_V: Float64Array;
}

/**
 * Reads a drive FILE.csv: two columns headed with their units, a time and a voltage, whatever they are called besides.
 * @param file for messages @throws OhmpropError `drive.*`, exit code 2, naming file, line and column
 */
export function readDriveTable(bytes: Uint8Array, file: string): DriveTable {
  const { columns } = readNumericTable(bytes, { file, code: 'drive', names: ['time_s', 'drive_V'] });
  const [times_s, drive_V] = ['s', 'V'].map((unit) => {
    const found = columns.find((column) => column.unit === unit);
    if (found !== undefined) return found.values;
    throw inputError(
      'drive.unit',
      `${file}: there is no column in ${unit}; head the two columns with their units, for instance time_s and drive_V`,
    );
  });
  return { times_s, drive_V };
}
