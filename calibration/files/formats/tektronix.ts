import { tablesIn } from '../text-tables.js';
import type { FormatFile, FormatText, TextFormat } from './text-format.js';

/** Cells before the samples, in which the settings stand beside them. */
const SETTINGS = 3;

/**
 * Tektronix TDS and TPS oscilloscopes: settings in the first cells of the first rows, time and voltage in the fourth and fifth of
 * every row.
 */
export const tektronix: TextFormat = {
  recognises: ({ lines }) => /^"?Record Length"?,"?[^,]+,.*,.*,/.test(lines[0] ?? ''),
  read,
};

function read({ lines }: FormatText): FormatFile {
  const cells = lines.map((line) => line.split(',').map((cell) => cell.trim().replace(/^"|"$/g, '')));
  const entries = cells.flatMap(([key = '', ...values], at) => {
    const said = values.slice(0, SETTINGS - 1).filter((value) => value !== '');
    return key === '' || said.length === 0 ? [] : [{ key, values: said, line: at + 1 }];
  });
  const setting = (key: string): string | undefined => entries.find((entry) => entry.key === key)?.values[0];
  const found = tablesIn(cells.map((row) => row.slice(SETTINGS).filter((cell, c) => c < 2 || cell !== '')));
  const units = [setting('Horizontal Units') ?? 's', setting('Vertical Units') ?? ''];
  return {
    format: 'Tektronix oscilloscope',
    tables: found.tables.map((table) => ({
      ...table,
      columns: table.columns.slice(0, 2).map((column, c) => ({
        ...column,
        heading: c === 0 ? 'time' : (setting('Source') ?? 'CH1'),
        ...(units[c] === '' ? {} : { unit: units[c] }),
      })),
    })),
    entries,
    remarks: [],
  };
}
