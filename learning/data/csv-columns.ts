import { inputError } from '../../core/index.js';
import { readNumber, tableError } from '../../records/tables/index.js';
import type { LabelColumn } from './data-set.js';
import { type KnownData, shortened } from './known-data.js';

/** Which columns of a table are read, said by its first row and by what a run knows of its data. */
export interface Columns {
  /** Of the file. */
  readonly count: number;
  /** Of the first row, counted from 1. */
  readonly line: number;
  /** [count]; absent without a header. */
  readonly names?: readonly string[];
  /** Column of each feature, in the order of the run where there is one. */
  readonly features: readonly number[];
  /** Absent where none is needed and none found. */
  readonly label?: LabelColumn;
  /** Columns of the numbers that are asked for, where that is not a class. */
  readonly targets?: readonly number[];
  readonly remarks: readonly string[];
}

/** What else is known when columns are told apart. */
export interface ColumnOptions {
  /** Of the run whose data these are presented as. */
  readonly known?: Pick<KnownData, 'features' | 'featureNames' | 'labelColumn'>;
  /** Rows may be without a class: they are to be predicted. */
  readonly unlabelled?: boolean;
  /** Names, or places counted from 1, of columns of numbers that are asked for in place of a class; none for the last column. */
  readonly targets?: readonly string[];
}

const labelWords: ReadonlySet<string> = new Set(['label', 'class', 'species']);
/** What programs write for a number that is none: such a cell belongs to data, not to a header. */
export const notFinitePattern = /^[+-]?(nan|inf|infinity|na|null|-1\.#ind|1\.#inf)$/i;

/**
 * Tells the columns of a table apart. The first row is a header if one of its cells is `label`, `class` or `species`, if it
 * names all features of the run, or if none is a number. Features are found by the names that the run knows; where either
 * has none, by their places. The label's column is the run's, the one of those names, or else the last.
 * @throws {OhmpropError} `csv.*`
 */
export function columnsOf(
  cells: readonly string[],
  line: number,
  file: string,
  options: ColumnOptions = {},
): Columns {
  const { known = {}, unlabelled = false } = options;
  const names = isHeader(cells, known.featureNames) ? cells : undefined;
  if (cells.length < 2 && !unlabelled) {
    throw inputError(
      'csv.columns',
      `${file}: line ${line} has one column; at least one feature and a label are needed, separated by "," ";" or a tab`,
      undefined,
      { file, line },
    );
  }
  const place = { count: cells.length, line, ...(names && { names }) };
  if (options.targets !== undefined) {
    if (names) requireNames(names, line, file);
    const targets = targetColumns(cells.length, names, options.targets, file);
    const others = cells.map((_, c) => c).filter((c) => !targets.includes(c));
    const features = (names && namedFeatures(names, known, file)) ?? others;
    if (features.length === 0 || (known.features !== undefined && features.length !== known.features)) {
      throw inputError(
        'csv.columns',
        `${file}: ${features.length} feature columns beside ${targets.length} of targets${known.features === undefined ? '; at least one is needed' : `, the run was trained on ${known.features}; give the same ones`}`,
      );
    }
    return { ...place, features, targets, remarks: [] };
  }
  const byName = names && namedFeatures(names, known, file);
  if (names && byName) {
    const label = labelBeside(names, byName, known, file, unlabelled);
    const left = names.filter((_, c) => !byName.includes(c) && c !== label?.index);
    const remarks = left.length === 0 ? [] : [`${file}: not used: ${shortened(left.join(', '))}`];
    return { ...place, features: byName, ...(label && { label }), remarks };
  }
  if (names) requireNames(names, line, file);
  const label = labelByPlace(cells.length, names, known, file, unlabelled);
  const features = Array.from({ length: cells.length }, (_, c) => c).filter((c) => c !== label?.index);
  if (known.features !== undefined && features.length !== known.features) {
    throw inputError(
      'csv.columns',
      `${file}: ${features.length} feature columns${label ? ' beside the label' : ''}, the run was trained on ${known.features}; give the same ones`,
    );
  }
  const remarks = [
    ...byPlace(names, known, file),
    ...twice(names, features, file),
    ...(known.features === undefined && label ? likeLabels(names, label, file) : []),
  ];
  return { ...place, features, ...(label && { label }), remarks };
}

/** Where the columns of targets are. @throws `csv.targets` */
function targetColumns(
  count: number,
  names: readonly string[] | undefined,
  wanted: readonly string[],
  file: string,
): number[] {
  if (wanted.length === 0) return [count - 1];
  const found = wanted.map((name) => {
    const named = names?.indexOf(name) ?? -1;
    const place = named >= 0 ? named : /^\d+$/.test(name) ? Number(name) - 1 : -1;
    if (place >= 0 && place < count) return place;
    const known = names === undefined ? `columns 1 to ${count}, without names` : shortened(names.join(', '));
    throw inputError(
      'csv.targets',
      `${file}: there is no column ${shortened(name)} for targets; it has ${known}`,
    );
  });
  const twice = found.find((c, k) => found.indexOf(c) !== k);
  if (twice === undefined) return found;
  throw inputError('csv.targets', `${file}: column ${twice + 1} is named twice among the targets`);
}

function isHeader(cells: readonly string[], known: readonly string[] | undefined): boolean {
  if (cells.some((cell) => labelWords.has(cell.toLowerCase()))) return true;
  if (known?.every((name) => cells.includes(name))) return true;
  // a number with a decimal comma is a wrong number, not a name
  return !cells.some((cell) => readNumber(cell, true) !== undefined || notFinitePattern.test(cell));
}

function requireNames(names: readonly string[], line: number, file: string): void {
  const unnamed = names.indexOf('');
  if (unnamed < 0) return;
  throw tableError(
    'csv.unnamed-column',
    { file, line, column: unnamed + 1 },
    `the header has no name here; name the column, or drop it if it only counts rows`,
  );
}

/** Column of each feature of the run; nothing where the run's have no names, or not one each. */
function namedFeatures(
  names: readonly string[],
  { featureNames: known }: NonNullable<ColumnOptions['known']>,
  file: string,
): readonly number[] | undefined {
  if (known === undefined) return undefined;
  if (new Set(known).size < known.length) {
    const same = names.filter((name) => known.includes(name));
    if (same.length === known.length && same.every((name, f) => name === known[f])) return undefined;
    throw inputError(
      'csv.column-names',
      `${file}: the run was trained on columns of which several have one name (${shortened(known.join(', '))}); this file must have the same in the same order`,
    );
  }
  const missing = known.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw inputError(
      'csv.column-missing',
      `${file}: there is no column ${shortened(missing.join(', '))}, which the run was trained on; its columns are ${shortened(names.join(', '))}`,
    );
  }
  const double = known.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (double !== undefined) {
    throw inputError(
      'csv.column-names',
      `${file}: columns ${names.indexOf(double) + 1} and ${names.lastIndexOf(double) + 1} are both named ${shortened(double)}; rename one`,
    );
  }
  return known.map((name) => names.indexOf(name));
}

/** The label's column of a file whose features are found. */
function labelBeside(
  names: readonly string[],
  features: readonly number[],
  { labelColumn }: NonNullable<ColumnOptions['known']>,
  file: string,
  unlabelled: boolean,
): LabelColumn | undefined {
  const others = names.map((_, c) => c).filter((c) => !features.includes(c));
  const named = (name: string | undefined) => others.filter((c) => names[c] === name);
  const candidates = [
    named(labelColumn?.name),
    others.filter((c) => labelWords.has(names[c].toLowerCase())),
    // one that is left is the label, unless it may as well be anything
    unlabelled ? [] : others,
  ].find((found) => found.length > 0);
  if (candidates?.length === 1) return { index: candidates[0], name: names[candidates[0]] };
  if (unlabelled) return undefined;
  const wanted = labelColumn?.name ?? 'label';
  throw inputError(
    'csv.label-columns',
    candidates === undefined
      ? `${file}: there is no column of labels; name it ${shortened(wanted)}`
      : `${file}: columns ${candidates.map((c) => `${c + 1} (${shortened(names[c])})`).join(' and ')} may all be the label; name one ${shortened(wanted)}`,
  );
}

function labelByPlace(
  count: number,
  names: readonly string[] | undefined,
  { features, labelColumn }: NonNullable<ColumnOptions['known']>,
  file: string,
  unlabelled: boolean,
): LabelColumn | undefined {
  const named = (names ?? []).flatMap((name, c) => (labelWords.has(name.toLowerCase()) ? [c] : []));
  if (named.length > 1) {
    throw inputError(
      'csv.label-columns',
      `${file}: columns ${named.map((c) => `${c + 1} (${names?.[c]})`).join(' and ')} are both named like a label; rename all but one`,
    );
  }
  if (named.length === 0 && unlabelled && count === features) return undefined;
  const index = named[0] ?? (count - 1 === features ? labelColumn?.index : undefined) ?? count - 1;
  return { index, ...(names && { name: names[index] }) };
}

/** Names that a column of classes may well have, besides `labelWords`. */
const likeLabelWords: ReadonlySet<string> = new Set(['target', 'labels', 'classes', 'category', 'y']);

/** What to say where another column than the one that is taken for the class is named like one. */
function likeLabels(
  names: readonly string[] | undefined,
  label: LabelColumn,
  file: string,
): readonly string[] {
  const lower = (names ?? []).map((name) => name.toLowerCase());
  const other = lower.findIndex(
    // y beside x is a coordinate
    (name, c) => c !== label.index && likeLabelWords.has(name) && !(name === 'y' && lower.includes('x')),
  );
  if (other < 0) return [];
  const describe = (c: number) => `column ${c + 1} (${shortened(names?.[c] ?? '')})`;
  return [
    `${file}: ${describe(label.index)} is taken for the class, ${describe(other)} for a feature; if that one is the class, name it "label"`,
  ];
}

/** What to say where only one side has names, so that swapped columns would not be noticed. */
function byPlace(
  names: readonly string[] | undefined,
  { features, featureNames }: NonNullable<ColumnOptions['known']>,
  file: string,
): readonly string[] {
  if (features === undefined || (names === undefined) === (featureNames === undefined)) return [];
  if (featureNames === undefined) {
    return [`${file}: columns are taken by place, as those that were trained on had no names`];
  }
  return [
    `${file}: columns are taken by place, as there is no header; those that were trained on are ${shortened(featureNames.join(', '))}, in this order`,
  ];
}

/** What to say of features that share a name. */
function twice(
  names: readonly string[] | undefined,
  features: readonly number[],
  file: string,
): readonly string[] {
  const seen = features.map((c) => names?.[c]);
  const double = seen.find((name, f) => name !== undefined && seen.indexOf(name) !== f);
  if (double === undefined) return [];
  return [
    `${file}: several columns are named ${shortened(double)}; they are told apart by their places, so other files must have the same columns in the same order`,
  ];
}
