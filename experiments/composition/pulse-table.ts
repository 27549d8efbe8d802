import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parse } from 'csv-parse/sync';
import { inputError, readQuantity } from '../../core/index.js';
import { measuredCell, type PulseModel } from '../../devices/cells/pulse/index.js';

/**
 * A cell from a CSV file of measured trains: a header with units, then two columns, the conductance after each pulse up and
 * after each pulse down: `up (uS),down (uS)`. A shorter column ends with empty fields. Commas, semicolons or tabs; where
 * these are no commas, numbers may have decimal commas. Lines that begin with # are remarks. Throws `pulse-table.*`, exit
 * code 2, with the line and the column.
 */
export async function readPulseTable(path: string): Promise<PulseModel> {
  if (path.trim() === '')
    throw inputError('pulse-table.unreadable', 'table: no file is named; write table:FILE.csv');
  const { rows, delimiter } = parsed(await textOf(path), path);
  const [header, ...body] = rows;
  if (header?.record.length !== 2) {
    throw inputError(
      'pulse-table.columns',
      `${path}: two columns are needed, up and down, got ${header?.record.length ?? 0}`,
    );
  }
  const factors = [unitOf(header.record[0], path, 1), unitOf(header.record[1], path, 2)];
  for (const { record, line } of body) {
    const more = record.findIndex((field, c) => c > 1 && field !== '');
    if (more >= 0) {
      throw inputError(
        'pulse-table.columns',
        `${path}: line ${line}, column ${more + 1}: "${record[more]}" is one too many; there are two columns`,
      );
    }
  }
  const [up, down] = factors.map((factor, c) =>
    column(body, c, path, delimiter !== ',').map((g) => g * factor),
  );
  return measuredCell(basename(path), up, down);
}

interface Row {
  readonly record: readonly string[];
  readonly line: number;
}

async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: Error) => {
    throw inputError('pulse-table.unreadable', `${path}: cannot be read (${cause.message})`, cause);
  });
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // said below
  }
  throw inputError(
    'pulse-table.encoding',
    `${path}: this is not text in UTF-8; save the table as CSV in UTF-8 (a µ of another encoding does this too: write uS)`,
  );
}

function parsed(text: string, path: string): { rows: Row[]; delimiter: string } {
  const header = text.split(/\r?\n/).find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
  const delimiter = [';', '\t'].find((mark) => header.includes(mark)) ?? ',';
  try {
    const records = parse(text, {
      delimiter,
      bom: true,
      trim: true,
      comment: '#',
      comment_no_infix: true,
      skip_empty_lines: true,
      relax_column_count: true,
      info: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return { rows: records.map(({ record, info }) => ({ record, line: info.lines })), delimiter };
  } catch (cause) {
    throw inputError('pulse-table.csv', `${path}: not CSV: ${(cause as Error).message}`, cause);
  }
}

/** Numbers of one column, which ends where its fields become empty. */
function column(body: readonly Row[], c: number, path: string, decimalComma: boolean): number[] {
  const values: number[] = [];
  let gap: number | undefined;
  for (const { record, line } of body) {
    const field = record[c] ?? '';
    if (field === '') {
      gap ??= line;
      continue;
    }
    if (gap !== undefined) {
      throw inputError(
        'pulse-table.gap',
        `${path}: column ${c + 1} is empty in line ${gap} and goes on in line ${line}; a train has one conductance after every pulse`,
      );
    }
    const value = Number(decimalComma ? field.replace(',', '.') : field);
    if (!Number.isFinite(value)) {
      throw inputError(
        'pulse-table.number',
        `${path}: line ${line}, column ${c + 1}: "${field}" is not a number`,
      );
    }
    values.push(value);
  }
  return values;
}

/** S for one unit of the column. */
function unitOf(name: string, path: string, number: number): number {
  const unit = /[([]\s*([^)\]]+?)\s*[)\]]\s*$/.exec(name)?.[1];
  if (unit === undefined || Number.isFinite(Number(name))) {
    throw inputError(
      'pulse-table.unit',
      `${path}: column ${number} is headed "${name}"; give its unit there, for instance "up (uS)"`,
    );
  }
  try {
    return readQuantity(`1 ${unit}`, 'S', path).value;
  } catch (cause) {
    throw inputError(
      'pulse-table.unit',
      `${path}: unit of column ${number}: "${unit}" is no unit of conductance; write S, mS, uS or nS. Currents are to be divided by the read voltage, resistances to be inverted first`,
      cause,
    );
  }
}
