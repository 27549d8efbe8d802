import { classOf, isPointGrouped, numberIn } from './cell-text.js';
import { commaMarks, unmarkedThousand } from './comma-marks.js';
import { roleOf, takeHeading } from './headings.js';
import type { RawColumn, RawEntry, RawTable } from './raw-table.js';
import { findSections, remarkMark, type Section, type SourceLine } from './sections.js';
import { fileUnit } from './units.js';

/** Rows that a table must have where the file holds a longer one: fewer are keys and values. */
const FEWEST_ROWS = 3;

/** What the lines of a text or a sheet hold, with what was noticed. */
export interface FoundTables {
  readonly tables: readonly RawTable[];
  /** Keys and values of lines that belong to no table. */
  readonly entries: readonly RawEntry[];
  readonly remarks: readonly string[];
  /** A comma in a number may group thousands or be the decimal mark; nobody knows. */
  readonly ambiguousCommas: boolean;
  /** Some table has decimal commas. */
  readonly decimalCommas: boolean;
}

/** How commas in numbers are to be read, where the file does not tell. */
export type CommaReading = 'decimal' | 'thousands';

/** The tables in lines, as columns. @param name of all of them: a sheet's */
export function tablesIn(lines: readonly SourceLine[], name = '', commas?: CommaReading): FoundTables {
  const all = findSections(lines);
  const longestRows = Math.max(0, ...all.map(({ rows }) => rows.length));
  const longest = Math.max(0, ...all.map(({ rows, width }) => rows.length * width));
  const numeric = Math.max(0, ...all.filter(({ loose }) => !loose).map(({ rows }) => rows.length));
  const sections = all.filter(({ rows, width, headings, loose }) => {
    if (rows.length * width === longest) return true;
    // Settings, counted out above or below the table.
    if (loose && rows.length <= Math.max(numeric / 2, FEWEST_ROWS)) return false;
    if (rows.length < longestRows / 50) return false;
    return rows.length >= FEWEST_ROWS || (headings.length > 0 && width > 1 && rows.length > 1);
  });
  const remarks: string[] = [];
  const entries: RawEntry[] = [];
  let ambiguousCommas = false;
  let decimalCommas = false;
  let from = 0;
  let before: { headings: Section['headings']; width: number } | undefined;
  const tables = sections.map((section): RawTable => {
    const own = entriesOf(lines, from, section.begins);
    from = section.ends;
    const goesOn = section.headings.length === 0 && before?.width === section.width && own.length === 0;
    const headings = goesOn && before !== undefined ? before.headings : section.headings;
    before = { headings, width: section.width };
    const named = nameRows(headings, section.width);
    const above = [...own, ...entriesOfCells(named.rest, section.begins)];
    if (entries.length === 0 || !goesOn) entries.push(...above);
    const marks = commaMarks(section);
    const told = marks === 'unknown' && commas === undefined ? unmarkedThousand(section) : undefined;
    if (told !== undefined)
      remarks.push(
        `commas in numbers are decimal marks: ${told} stands without one, and semicolons part the columns`,
      );
    ambiguousCommas ||= marks === 'unknown' && told === undefined;
    const decimalComma = marks === 'decimal' || (marks === 'unknown' && commas !== 'thousands');
    decimalCommas ||= decimalComma;
    return {
      name,
      columns: columnsOf(
        section,
        named,
        decimalComma,
        marks === 'unknown' && commas === 'thousands',
        remarks,
      ),
      lines: section.rows.map(({ line }) => line),
      entries: above,
      ...(goesOn ? { goesOn } : {}),
    };
  });
  entries.push(...entriesOf(lines, from, lines.length));
  return { tables, entries, remarks, ambiguousCommas, decimalCommas };
}

interface NamedRows {
  readonly names: readonly string[];
  readonly units: readonly string[];
  readonly groups: readonly string[];
  /** Lines that are none of these. */
  readonly rest: readonly (readonly string[])[];
}

/** Which of the lines above a table are its names, its units and its groups. */
function nameRows(headings: Section['headings'], width: number): NamedRows {
  const isUnits = (row: readonly string[]): boolean => {
    const filled = row.filter((cell) => cell !== '');
    return (
      filled.length > 0 &&
      filled.every(
        (cell) => fileUnit(cell) !== undefined || /^(#|a\.?u\.?|arb.*|bits?|pt|-+|\(\s*\))$/i.test(cell),
      )
    );
  };
  const rows = [...headings];
  const used = new Set<number>();
  // The line that says most of what columns are; the lowest of those that say as much.
  let names = -1;
  let best = -1;
  for (const [at, row] of rows.entries()) {
    // A line of a heading that says when it was is no line of names.
    if (row.some((cell) => /:$/.test(cell) || classOf(cell, false) === 'date')) continue;
    if (isUnits(row) && at > 0 && !isUnits(rows[at - 1]) && row.some((cell) => cell.length > 0)) {
      const single = row.filter((cell) => cell !== '').every((cell) => cell.length === 1);
      // "V" and "I" alone could be names as well as units: names stand first.
      if (!single || rows.length > 1) continue;
    }
    const said = row.filter(
      (cell) =>
        cell !== '' && Object.keys(roleOf(takeHeading(cell), takeHeading(cell).unit?.unit)).length > 0,
    ).length;
    if (said >= best) {
      best = said;
      names = at;
    }
  }
  if (names < 0) names = rows.length - 1;
  used.add(names);
  const units = rows.findIndex((row, at) => at > names && at <= names + 2 && isUnits(row));
  if (units >= 0) used.add(units);
  const row = rows[names] ?? [];
  const repeats = new Set(row.filter((cell) => cell !== '')).size < row.filter((cell) => cell !== '').length;
  const above = rows[names - 1];
  const groups =
    above !== undefined && repeats && above.filter((cell) => cell !== '').length >= Math.max(2, width / 4)
      ? names - 1
      : -1;
  if (groups >= 0) used.add(groups);
  return {
    names: row,
    units: units < 0 ? [] : rows[units],
    groups: groups < 0 ? [] : spread(rows[groups]),
    rest: rows.filter((_, at) => !used.has(at)),
  };
}

/** A group's name stands over its first column, or over each. */
function spread(row: readonly string[]): string[] {
  let last = '';
  return row.map((cell) => {
    if (cell !== '') last = cell;
    return last;
  });
}

function columnsOf(
  section: Section,
  named: NamedRows,
  decimalComma: boolean,
  thousands: boolean,
  remarks: string[],
): RawColumn[] {
  const { rows, width } = section;
  const last = lastFilled(section, named);
  const columns: RawColumn[] = [];
  const odd: string[] = [];
  for (let c = 0; c < Math.min(width, last); c++) {
    const values = new Float64Array(rows.length);
    let texts: string[] | undefined;
    let [numbers, exponents] = [0, 0];
    // beside 9.279,77 a 1.234 is a thousand as well
    const grouped = decimalComma && rows.some(({ cells }) => isPointGrouped(cells[c] ?? ''));
    for (let r = 0; r < rows.length; r++) {
      const cell = rows[r].cells[c] ?? '';
      const marks = thousands ? ',' : grouped && /^[+-]?\d{1,3}(?:\.\d{3})+$/.test(cell) ? '.' : '';
      const value = numberIn(marks === '' ? cell : cell.replaceAll(marks, ''), decimalComma);
      values[r] = value;
      if (!Number.isNaN(value)) {
        numbers++;
        if (/[eEdD]/.test(cell)) exponents++;
      }
      if (!Number.isNaN(value) || cell === '') continue;
      texts ??= new Array<string>(rows.length).fill('');
      texts[r] = cell;
    }
    const group = named.groups[c] ?? '';
    const unit = named.units[c] ?? '';
    columns.push({
      heading: named.names[c] ?? '',
      ...(group === '' ? {} : { group }),
      ...(unit === '' ? {} : { unit }),
      values,
      ...(exponents > numbers / 2 ? { exponents: true as const } : {}),
      ...(texts === undefined ? {} : { texts }),
    });
  }
  if (odd.length > 0) remarks.push(...odd);
  return columns;
}

/** Columns up to the last that has a heading or a cell. */
function lastFilled({ rows, width }: Section, { names }: NamedRows): number {
  let last = names.findLastIndex((name) => name !== '') + 1;
  for (const { cells } of rows) {
    if (last >= width) break;
    for (let c = cells.length - 1; c >= last; c--) {
      if (cells[c] === '') continue;
      last = c + 1;
      break;
    }
  }
  return last;
}

/** More is no line of keys and values. */
const MAX_ENTRY = 2000;

/** Keys and values in lines that are no table: `Key: value`, `Key, value, value`, `# key = value`, `Key<tab>value`. */
function entriesOf(lines: readonly SourceLine[], from: number, to: number): RawEntry[] {
  const entries: RawEntry[] = [];
  for (let at = from; at < to; at++) {
    const line = lines[at];
    const entry = typeof line === 'string' ? entryOf(line) : entryOfCells(line);
    if (entry !== undefined) entries.push({ ...entry, line: at + 1 });
  }
  return entries;
}

/** Keys and values of lines in which there is no table. */
export function entriesIn(lines: readonly SourceLine[]): RawEntry[] {
  return entriesOf(lines, 0, lines.length);
}

/** A line of keys and values taken apart. */
function entryOf(line: string): Omit<RawEntry, 'line'> | undefined {
  if (line.length > MAX_ENTRY) return undefined;
  const bare = line.replace(remarkMark, '').trim();
  const match = /^([^=:,;\t]{1,120}?)\s*(?:[=:,;\t])\s*(.*)$/.exec(bare);
  if (match === null) return bare === '' ? undefined : { key: bare, values: [] };
  const values = match[2].split(/[,;\t]/).map((value) => value.trim().replace(/^["']|["']$/g, ''));
  return {
    key: match[1].replace(/^["'.]+|["']$/g, '').trim(),
    values: values.filter((value) => value !== ''),
  };
}

function entryOfCells(cells: readonly string[]): Omit<RawEntry, 'line'> | undefined {
  const filled = cells.filter((cell) => cell !== '');
  if (filled.length === 0) return undefined;
  const [key, ...values] = filled;
  return values.length === 0 ? entryOf(key) : { key: key.replace(/[:=]\s*$/, ''), values };
}

function entriesOfCells(rows: readonly (readonly string[])[], line: number): RawEntry[] {
  return rows.flatMap((row) => {
    const entry = entryOfCells(row);
    return entry === undefined ? [] : [{ ...entry, line }];
  });
}
