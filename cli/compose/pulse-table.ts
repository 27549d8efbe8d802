import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parse } from 'csv-parse/sync';
import { inputError, readQuantity } from '../../core/index.js';
import { measuredCell, type PulseModel } from '../../devices/pulse/index.js';

/**
 * A cell from a CSV file of measured trains: a header with units, then two columns, the conductance after each pulse up and
 * after each pulse down: `up (uS),down (uS)`. A shorter column ends with empty fields. Throws `pulse-table.*`, exit code 2.
 */
export async function readPulseTable(path: string): Promise<PulseModel> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw inputError('pulse-table.unreadable', `${path}: cannot be read (${cause.message})`, cause);
  });
  const rows: string[][] = parse(text, {
    bom: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
  });
  const [header, ...body] = rows;
  if (header?.length !== 2) {
    throw inputError(
      'pulse-table.columns',
      `${path}: two columns are needed, up and down, got ${header?.length ?? 0}`,
    );
  }
  const columns = await Promise.all(
    header.map(async (name, c) => {
      const factor = await unitOf(name, path, c);
      const values: number[] = [];
      for (const [r, row] of body.entries()) {
        const cell = row[c] ?? '';
        if (cell === '') continue;
        const value = Number(cell);
        if (!Number.isFinite(value)) {
          throw inputError(
            'pulse-table.number',
            `${path}: line ${r + 2}, column ${c + 1}: "${cell}" is not a number`,
          );
        }
        values.push(value * factor);
      }
      return values;
    }),
  );
  return measuredCell(basename(path), columns[0], columns[1]);
}

/** S for one unit of the column. */
async function unitOf(name: string, path: string, column: number): Promise<number> {
  const unit = /[([]\s*([^)\]]+?)\s*[)\]]\s*$/.exec(name)?.[1];
  if (unit === undefined || Number.isFinite(Number(name))) {
    throw inputError(
      'pulse-table.unit',
      `${path}: column ${column + 1} is headed "${name}"; give its unit there, for instance "up (uS)"`,
    );
  }
  const field = `${path}: unit of column ${column + 1}`;
  const { value } = await readQuantity(`1 ${unit}`, 'S', field);
  return value;
}
