import { unzipSync, zipSync } from 'fflate';
import { inputError, printableLine } from '../../core/index.js';
import type { RawEntry, RawFile, RawTable } from './raw-table.js';
import { entriesIn, tablesIn } from './text-tables.js';

/** What a workbook's parts may unpack to. */
const MAX_UNPACKED_BYTES = 2 ** 28;
/** Cells of all its sheets together. */
const MAX_CELLS = 5_000_000;
const MAX_COLUMNS = 16_384;
/** Rows without a cell after which a sheet has ended; a key pressed in its last row makes it a million rows long. */
const MAX_EMPTY_ROWS = 10_000;
/** Sheets that hold what was set, and results, but no measurement. */
const settingsSheet = /^(settings?|config(uration)?|info|notes?|read ?me|setup|parameters?|metadata)\b/i;

const ZIP = [0x50, 0x4b, 0x03, 0x04];
const COMPOUND = [0xd0, 0xcf, 0x11, 0xe0];

/** Whether bytes begin as a workbook does: xlsx and ods are archives, xls is a compound file. */
export function isWorkbook(bytes: Uint8Array, path: string): boolean {
  if (COMPOUND.every((byte, at) => bytes[at] === byte)) return !/\.(opj|opju|doc|ppt|msi)$/i.test(path);
  return ZIP.every((byte, at) => bytes[at] === byte) && !/\.(npz|opju|docx|pptx|zip)$/i.test(path);
}

/**
 * Reads a workbook (xlsx, xlsm, xls, ods), sheet by sheet, as the texts of its cells. Formulas are not evaluated: what they gave
 * when it was saved is taken.
 * @throws OhmpropError `measured.workbook` (exit code 2)
 */
export async function readWorkbook(bytes: Uint8Array, path: string): Promise<RawFile> {
  const { read, SSF } = await import('@e965/xlsx');
  const safe = COMPOUND.every((byte, at) => bytes[at] === byte) ? bytes : repacked(bytes, path);
  let book: ReturnType<typeof read>;
  try {
    book = read(safe, {
      type: 'array',
      dense: true,
      cellFormula: false,
      cellHTML: false,
      cellText: false,
      cellNF: true,
    });
  } catch (cause) {
    throw unreadable(path, cause);
  }
  const tables: RawTable[] = [];
  const entries: RawEntry[] = [];
  const remarks: string[] = [];
  let left = MAX_CELLS;
  const names = book.SheetNames ?? [];
  for (const [at, name] of names.entries()) {
    if (names.length > 1 && (book.Workbook?.Sheets?.[at]?.Hidden ?? 0) !== 0) {
      remarks.push(
        `sheet ${printableLine(name, 60)} is hidden and left out; show it in the workbook to have it read`,
      );
      continue;
    }
    const rows: string[][] = [];
    const data = book.Sheets[name]?.['!data'] ?? [];
    // Rows and cells that were never written are holes: forEach passes over them.
    let refused = false;
    let beyond: number | undefined;
    data.forEach((cells, r) => {
      if (r - rows.length > MAX_EMPTY_ROWS) beyond ??= r;
      if (beyond !== undefined) return;
      const row: string[] = [];
      cells?.forEach((cell, c) => {
        if (cell === undefined || c >= MAX_COLUMNS || refused) return;
        if (--left < 0) refused = true;
        while (row.length < c) row.push('');
        row[c] = textOf(cell, SSF);
      });
      if (row.length > 0 && r < MAX_CELLS) rows[r] = row;
    });
    if (refused)
      throw inputError('measured.workbook', `${path}: more than ${MAX_CELLS} cells; keep a part of it`);
    if (beyond !== undefined) {
      remarks.push(
        `sheet ${printableLine(name, 60)}: left out from row ${beyond + 1} on, more than ${MAX_EMPTY_ROWS} empty rows below the rest`,
      );
    }
    const lines = Array.from(rows, (row) => row ?? []);
    if (settingsSheet.test(name)) {
      entries.push(...entriesIn(lines));
      continue;
    }
    const found = tablesIn(lines, names.length > 1 ? `sheet ${printableLine(name, 60)}` : '');
    tables.push(...found.tables);
    entries.push(...found.entries);
    remarks.push(...found.remarks);
  }
  const clarius = names.some((name) => /^(settings|calc)$/i.test(name)) && tables.length > 0;
  return {
    format: clarius ? 'Keithley 4200 workbook' : 'workbook',
    tables,
    entries,
    remarks,
    ...(clarius ? { siUnits: true } : {}),
  };
}

function unreadable(path: string, cause: unknown) {
  return inputError(
    'measured.workbook',
    `${path}: the workbook cannot be read (${printableLine(String((cause as Error)?.message ?? cause), 200)}); save it again, or as CSV`,
    cause,
  );
}

/** The same archive, its parts unpacked to the sizes that it states and no more. */
function repacked(bytes: Uint8Array, path: string): Uint8Array {
  let total = 0;
  try {
    const parts = unzipSync(bytes, {
      filter: ({ originalSize }) => {
        total += originalSize;
        if (total > MAX_UNPACKED_BYTES)
          throw new Error(`it unpacks to more than ${MAX_UNPACKED_BYTES} bytes`);
        return true;
      },
    });
    return zipSync(parts, { level: 0 });
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

interface SheetCell {
  readonly t?: string;
  readonly v?: unknown;
  readonly z?: unknown;
}

function textOf({ t, v, z }: SheetCell, formats: { is_date(format: string): boolean }): string {
  if (v === undefined || v === null) return '';
  if (typeof v === 'number') {
    // Days since 1900 are no time of a measurement until they are dates again.
    if (typeof z === 'string' && z !== 'General' && safely(() => formats.is_date(z))) return dateOf(v);
    return t === 'e' ? '#N/A' : String(v);
  }
  if (v instanceof Date) return Number.isNaN(v.getTime()) ? '' : v.toISOString().slice(0, 19);
  return String(v).trim();
}

function safely(test: () => boolean): boolean {
  try {
    return test();
  } catch {
    return false;
  }
}

const DAY_ms = 86_400_000;
/** Of the 1st of January 1970, in days of a workbook. */
const EPOCH_DAYS = 25_569;

function dateOf(days: number): string {
  const date = new Date(Math.round((days - EPOCH_DAYS) * DAY_ms));
  if (Number.isNaN(date.getTime()) || days < 0) return String(days);
  return days < 1 ? date.toISOString().slice(11, 19) : date.toISOString().slice(0, 19);
}
