import { numberIn } from '../cell-text.js';
import type { RawColumn, RawEntry, RawTable } from '../raw-table.js';
import type { FormatText, TextFormat } from './text-format.js';

/** Lines in which the first key stands: after an empty one, and a mark. */
const BEGINNING = 5;

/**
 * Keysight (Agilent) EasyEXPERT, as B1500A and B2900 write it: a key first in each line, `DataName` before `DataValue`s; several
 * records and several blocks a file. Names of columns are the user's: `Channel.VName` and `.IName` say which are V and A.
 */
export const easyExpert: TextFormat = {
  recognises: ({ lines }) =>
    lines.slice(0, BEGINNING).some((line) => /^"?(SetupTitle|PrimitiveTest|TestParameter)\b/.test(line)) &&
    lines.some((line) => line.startsWith('DataName')),
  read,
};

interface Block {
  readonly names: readonly string[];
  readonly rows: { readonly line: number; readonly cells: readonly string[] }[];
  readonly entries: readonly RawEntry[];
  readonly title: string;
  readonly dimensions: readonly number[];
}

function read({ lines }: FormatText) {
  const blocks: Block[] = [];
  let entries: RawEntry[] = [];
  let title = '';
  let dimensions: number[] = [];
  for (const [at, line] of lines.entries()) {
    const [first = '', ...cells] = line.split(',').map((cell) => cell.trim().replace(/^"|"$/g, ''));
    if (first === 'DataValue') blocks.at(-1)?.rows.push({ line: at + 1, cells });
    else if (first === 'DataName') {
      blocks.push({ names: cells, rows: [], entries, title, dimensions });
    } else if (first === 'SetupTitle') {
      entries = [];
      title = cells[0] ?? '';
      dimensions = [];
    } else if (first === 'Dimension1' || first === 'Dimension2') dimensions.push(Number(cells[0]));
    else if (cells.length > 0) {
      const [key, ...values] = cells;
      entries = [...entries, { key, values: values.filter((value) => value !== ''), line: at + 1 }];
    }
  }
  const filled = blocks.filter(({ rows }) => rows.length > 0);
  return {
    format: 'Keysight EasyEXPERT',
    tables: filled.flatMap((block, at) => tablesOf(block, filled.length > 1 ? `record ${at + 1}` : '')),
    entries: [],
    remarks: [],
    siUnits: true,
  };
}

/** A block, cut where a second variable was stepped: each of its values is a curve. */
function tablesOf({ names, rows, entries, title, dimensions }: Block, record: string): RawTable[] {
  const [each, times = 1] = dimensions.length === 4 ? [dimensions[0], dimensions[2]] : dimensions;
  const cut = times > 1 && each > 0 && rows.length === each * times ? each : rows.length;
  const tables: RawTable[] = [];
  for (let from = 0; from < rows.length; from += cut) {
    const part = rows.slice(from, from + cut);
    const name = [
      record === '' ? '' : `${record} ${title}`,
      cut < rows.length ? `curve ${from / cut + 1}` : '',
    ]
      .filter((text) => text !== '')
      .join(', ');
    tables.push({
      name,
      columns: names.map((heading, c) => columnOf(heading, c, part, entries)),
      lines: part.map(({ line }) => line),
      entries,
    });
  }
  return tables;
}

function columnOf(heading: string, c: number, rows: Block['rows'], entries: readonly RawEntry[]): RawColumn {
  const named = (key: string): boolean =>
    entries.some((entry) => entry.key === key && entry.values.includes(heading));
  const unit = named('Channel.VName') ? 'V' : named('Channel.IName') ? 'A' : undefined;
  return {
    heading,
    ...(unit === undefined ? {} : { unit }),
    values: Float64Array.from(rows, ({ cells }) => numberIn(cells[c] ?? '', false)),
  };
}
