import { type ClassifiedLine, classify, classifyCells, type Separator, splitLine } from './split-lines.js';

/** Consecutive lines that are rows of one table, and the lines above them. */
export interface Section {
  readonly separator: Separator | 'cells';
  readonly width: number;
  /** Lines above that name the columns, from the top, cells of each brought to `width`. */
  readonly headings: readonly (readonly string[])[];
  readonly rows: readonly SectionRow[];
  /** Some of its columns hold words, dates or quantities. */
  readonly loose: boolean;
  /** Index of the first line of headings, or of rows where there are none. */
  readonly begins: number;
  /** Index after the last row. */
  readonly ends: number;
}

export interface SectionRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A line of a file: text that is still to be taken apart, or the cells of a sheet. */
export type SourceLine = string | readonly string[];

const separators: readonly Separator[] = ['\t', ';', ',', '|', 'blanks'];
/** Rows that a guess of the separator looks at. */
const LOOK_AHEAD = 40;
/** Lines of names, units and groups that a table may have above it. */
const MOST_HEADINGS = 4;
/** Blank lines, rules and remarks between headings and rows. */
const MOST_BETWEEN = 3;
/** Characters and words that the name of a column may have. */
const MOST_CHARACTERS = 70;
const MOST_WORDS = 8;
/** Columns of words that a table may have for each column of numbers. */
const MOST_WORDY = 3;
/** Rows that are none in the midst of a table: marks, words. */
const MOST_ODD_ROWS = 2;

/**
 * Tables in the lines of a file: runs of rows that one separator takes into as many numbers, each with a separator of its own,
 * and the lines above that name their columns, which may be separated otherwise.
 */
export function findSections(lines: readonly SourceLine[]): Section[] {
  const runs = joinedRuns(findRuns(lines), lines);
  const sections: Section[] = [];
  let free = 0;
  for (const run of runs) {
    const { headings, begins } = headingsAbove(lines, run, free);
    // A table with columns of words is one only under names; else it is keys and values.
    if (run.loose && headings.length === 0) continue;
    sections.push({
      separator: run.separator,
      width: run.width,
      headings,
      rows: run.rows,
      loose: run.loose,
      begins,
      ends: run.to,
    });
    free = run.to;
  }
  return sections;
}

interface Run {
  readonly from: number;
  to: number;
  readonly separator: Separator | 'cells';
  width: number;
  /** Some of its columns hold words, dates or quantities. */
  readonly loose: boolean;
  /** Classes of the cells of a loose run's rows that are no numbers, by column. */
  mask: string;
  readonly rows: SectionRow[];
}

function takeApart(line: SourceLine, separator: Separator | 'cells'): ClassifiedLine {
  if (typeof line !== 'string') return classifyCells(line, true);
  return classify(line, separator === 'cells' ? ',' : separator);
}

const isBlank = (line: SourceLine): boolean =>
  typeof line === 'string' ? line.trim() === '' : line.every((cell) => cell === '');

/** `..t.qe`: where words, quantities, dates and nothing stand. */
const maskOf = ({ classes }: ClassifiedLine): string =>
  classes.map((is) => (is === 'number' ? '.' : is[0])).join('');

function findRuns(lines: readonly SourceLine[]): Run[] {
  const runs: Run[] = [];
  for (let at = 0; at < lines.length; ) {
    if (isBlank(lines[at])) {
      at++;
      continue;
    }
    const begun = bestRunAt(lines, at);
    if (begun === undefined) {
      at++;
      continue;
    }
    extend(lines, begun, Number.POSITIVE_INFINITY);
    if (begun.rows.length > 0) runs.push(begun);
    at = Math.max(begun.to, at + 1);
  }
  return runs;
}

/** The run that begins at a line, by the separator that makes most of the lines that follow. */
function bestRunAt(lines: readonly SourceLine[], at: number): Run | undefined {
  const line = lines[at];
  const options = typeof line === 'string' ? separatorsIn(line) : (['cells'] as const);
  let best: Run | undefined;
  let bestScore = 0;
  for (const separator of options) {
    const first = takeApart(line, separator);
    if (first.numbers === 0) continue;
    const loose = first.others > 0;
    if (loose && (first.numbers * MOST_WORDY < first.others || first.cells.length < 2)) continue;
    const run: Run = {
      from: at,
      to: at,
      separator,
      width: first.cells.length,
      loose,
      mask: maskOf(first),
      rows: [],
    };
    extend(lines, run, LOOK_AHEAD);
    if (loose && run.rows.length < 2) continue;
    // A comma between digits separates only where nothing else does.
    const score = run.rows.length * first.numbers * (loose ? 0.5 : 1) * (separator === '|' ? 0.9 : 1);
    if (score > bestScore) {
      best = run;
      bestScore = score;
    }
  }
  if (best === undefined) return undefined;
  // What looking ahead taught of its width and words is forgotten: it is learnt again, row by row.
  const first = takeApart(line, best.separator);
  return { ...best, to: at, width: first.cells.length, mask: maskOf(first), rows: [] };
}

/** Those that take a line apart, and one that leaves it whole. */
function separatorsIn(line: string): readonly Separator[] {
  return separators.filter((separator) =>
    separator === 'blanks' ? /\S\s+\S/.test(line) : separator === '\t' || line.includes(separator),
  );
}

function extend(lines: readonly SourceLine[], run: Run, most: number): void {
  for (let at = run.to; at < lines.length && run.rows.length < most; at++) {
    const line = lines[at];
    if (isBlank(line) || (typeof line === 'string') === (run.separator === 'cells')) return;
    const row = takeApart(line, run.separator);
    if (!fits(run, row)) return;
    run.rows.push({ line: at + 1, cells: row.cells });
    run.width = Math.max(run.width, row.cells.length);
    run.to = at + 1;
  }
}

/** Whether a row goes on with a run: as many cells, or fewer where empty ones at its end were left out. */
function fits(run: Run, row: ClassifiedLine): boolean {
  if (row.numbers === 0) return false;
  const length = row.cells.length;
  if (!run.loose) {
    if (row.others > 0) return false;
    if (run.separator === 'blanks') return length === run.width;
    const filled = row.classes.findLastIndex((is) => is !== 'empty') + 1;
    return filled <= run.width
      ? filled === run.width || length === run.width || filled > run.width / 3
      : false;
  }
  if (length !== run.width) return false;
  const mask = maskOf(row);
  let known = run.mask;
  for (let c = 0; c < length; c++) {
    if (mask[c] === known[c] || mask[c] === 'e') continue;
    // What was empty so far may be anything; words only where words stood.
    if (known[c] !== 'e') return false;
    known = known.slice(0, c) + mask[c] + known.slice(c + 1);
  }
  run.mask = known;
  return true;
}

/** Runs with a few odd rows between them, in which words stand for numbers, are one. */
function joinedRuns(runs: readonly Run[], lines: readonly SourceLine[]): Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const before = joined.at(-1);
    if (before !== undefined && goesOnAfterOddRows(before, run, lines)) {
      for (let at = before.to; at < run.from; at++) {
        before.rows.push({ line: at + 1, cells: takeApart(lines[at], before.separator).cells });
      }
      before.rows.push(...run.rows);
      before.to = run.to;
    } else joined.push(run);
  }
  return joined;
}

function goesOnAfterOddRows(before: Run, run: Run, lines: readonly SourceLine[]): boolean {
  const between = run.from - before.to;
  // Rows whose words stand elsewhere than in those before are rows of the same table; statistics below it begin with a word.
  if (between === 0) {
    const alike = run.width === before.width && run.separator === before.separator;
    return alike && run.loose && before.loose && run.mask[0] === before.mask[0];
  }
  if (run.width !== before.width || run.separator !== before.separator || run.loose !== before.loose)
    return false;
  let odd = 0;
  for (let at = before.to; at < run.from; at++) {
    if (isBlank(lines[at])) return false;
    const row = takeApart(lines[at], before.separator);
    if (isMissing(row, before.width)) continue;
    if (++odd > MOST_ODD_ROWS || before.loose) return false;
    if (row.cells.length !== before.width || row.numbers === 0 || row.numbers < row.others) return false;
  }
  return !before.loose || run.mask[0] === before.mask[0];
}

/** A row of marks for missing values and nothing else, `--,--` or `NaN;NaN`: read, and lost. One of empty cells parts tables. */
const isMissing = ({ cells, numbers, others }: ClassifiedLine, width: number): boolean =>
  numbers === 0 && others === 0 && cells.length === width && cells.some((cell) => cell !== '');

/** A line that only draws: `------`, `====`. */
const rule = /^[\s\-=_*+|#.]{3,}$/;
/** A key and a value: `Read Voltage (V): 0.2`, `Temperature: 300 K`. */
const setting =
  /^[^:,;\t]{2,80}: *[+-]?\d[\d.]*(?:,\d+)?(?:[eE][+-]?\d{1,3})? ?[A-Za-z\u00b5\u03bc\u03a9\u2126%]{0,5}\s*$/;
/** What begins a remark, before the text of it. */
export const remarkMark = /^ *(?:#+|%+|!+|\/\/|\*+)\s*/;

/** The lines above a run that name its columns; not above `free`. */
function headingsAbove(
  lines: readonly SourceLine[],
  run: Run,
  free: number,
): { headings: string[][]; begins: number } {
  const headings: string[][] = [];
  let begins = run.from;
  let between = 0;
  for (let at = run.from - 1; at >= free && headings.length < MOST_HEADINGS; at--) {
    const line = lines[at];
    if (isBlank(line) || (typeof line === 'string' && rule.test(line))) {
      if (headings.length > 0 || ++between > MOST_BETWEEN) break;
      continue;
    }
    // However many words it has, it names no columns.
    if (typeof line === 'string' && setting.test(line)) {
      if (headings.length > 0 || ++between > MOST_BETWEEN) break;
      continue;
    }
    // A table may begin with values that are missing.
    if (headings.length === 0 && isMissing(takeApart(line, run.separator), run.width)) continue;
    const cells = headingCells(line, run);
    if (cells === undefined) break;
    headings.unshift(cells);
    begins = at;
  }
  return { headings, begins };
}

/** The cells of a line that could name the columns of a run: as many, mostly words. */
function headingCells(line: SourceLine, run: Run): string[] | undefined {
  for (const cells of splits(line, run)) {
    const last = cells.findLastIndex((cell) => cell !== '') + 1;
    // Rows may leave empty cells at their end out, names never.
    const remark = typeof line === 'string' && remarkMark.test(line);
    // A remark names the columns only if it names every one of them.
    if (remark && last !== filledWidth(run)) continue;
    const wider = last > run.width && run.separator !== 'blanks' && sharesSeparator(line, run);
    if (last === 0 || (last > run.width && !wider)) continue;
    const { numbers, others } = classifyCells(cells.slice(0, last), false);
    if (others === 0 || numbers > others * 2) continue;
    if (cells.some(isSentence)) continue;
    if (wider) run.width = last;
    const needed = filledWidth(run);
    // Names may be missing at the end, where the table has a column more than them; never where they could be a sentence.
    if (
      last < needed &&
      (last < 2 || last < needed / 2 || (run.separator !== 'cells' && !sharesSeparator(line, run)))
    )
      continue;
    const padded = cells.slice(0, run.width);
    while (padded.length < run.width) padded.push('');
    return padded;
  }
  return undefined;
}

/** No column is called so. */
function isSentence(cell: string): boolean {
  return cell.length > MOST_CHARACTERS || cell.split(/\s+/).length > MOST_WORDS;
}

function sharesSeparator(line: SourceLine, run: Run): boolean {
  if (typeof line !== 'string') return true;
  return run.separator !== 'blanks' && line.includes(run.separator);
}

/** Columns of a run that hold anything. */
function filledWidth({ rows }: Run): number {
  let width = 0;
  for (const { cells } of rows.slice(0, 200)) {
    width = Math.max(width, cells.findLastIndex((cell) => cell !== '') + 1);
  }
  return width;
}

/** Whether the first column numbers the rows from 0 or 1. */
function namesCountRows({ rows }: Run): boolean {
  const first = Number(rows[0].cells[0]?.replaceAll('"', ''));
  if (first !== 0 && first !== 1) return false;
  return rows.slice(0, 20).every(({ cells }, r) => Number(cells[0]?.replaceAll('"', '')) === first + r);
}

/** A line taken apart in every way that could fit, the likeliest first. */
function* splits(line: SourceLine, run: Run): Generator<string[]> {
  if (typeof line !== 'string') {
    yield [...line];
    return;
  }
  const bare = line.replace(remarkMark, '');
  const needed = filledWidth(run);
  const own: readonly Separator[] = run.separator === 'cells' ? [] : [run.separator];
  const others: readonly Separator[] = ['\t', ';', ',', 'wide blanks', 'blanks', '|'];
  // `# of pulses` is a name, `# pulse_v,pulse_width` a remark with names in it.
  const texts = bare === line ? [line] : /^(?:of|pulses?)\b/i.test(bare) ? [line, bare] : [bare, line];
  const named = namesCountRows(run);
  for (const those of [own, others]) {
    for (const text of texts) {
      for (const separator of those) {
        const cells = splitLine(text, separator);
        while (cells.length > needed && cells.at(-1) === '') cells.pop();
        if (cells.length === needed) yield cells;
        // The names of R leave the column of row numbers out.
        if (cells.length === needed - 1 && needed > 2 && named) yield ['', ...cells];
      }
    }
  }
  for (const text of texts) {
    // A unit in brackets belongs to the word before it.
    const joined = splitLine(text.replace(/\s+([([{])/g, '$1'), 'blanks');
    if (joined.length === needed) yield joined;
  }
  if (run.separator !== 'cells') yield splitLine(bare, run.separator);
}
