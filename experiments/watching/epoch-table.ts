import { readJson } from '../../core/input/index.js';
import type { ShownOutputs } from '../../learning/index.js';
import type { Columns } from './told.js';

/** More epochs are thinned: every other one of those that were there. */
const MOST_EPOCHS = 20_000;
/** Numbers of an epoch. */
const MOST_COLUMNS = 100;
/** Classes that a page has room for. */
const MOST_CLASSES = 40;
/** Samples, and outputs of one, that a page draws. */
const MOST_SHOWN = 60;

/** The numbers of a run's epochs, column by column, as its metrics tell them line by line. */
export class EpochTable {
  private readonly columns = new Map<string, (number | null)[]>();
  private length = 0;
  /** Counts of the newest test. */
  confusion: readonly number[] | undefined;
  /** Outputs of test samples after the newest epoch that has any. */
  shown: { readonly epoch: number; readonly of: ShownOutputs } | undefined;

  /** @returns whether a line is an epoch; others are passed over */
  add(line: string): boolean {
    let record: Record<string, unknown>;
    try {
      record = readJson(line) as Record<string, unknown>;
      if (typeof record?.epoch !== 'number') return false;
    } catch {
      return false;
    }
    const numbers = numbersOf(record);
    for (const name of numbers.keys()) {
      if (!this.columns.has(name) && this.columns.size < MOST_COLUMNS) {
        this.columns.set(name, new Array<null>(this.length).fill(null));
      }
    }
    for (const [name, column] of this.columns) column.push(numbers.get(name) ?? null);
    this.length++;
    const { confusion } = record;
    if (isCounts(confusion)) this.confusion = confusion;
    if (isShown(record.shown)) this.shown = { epoch: record.epoch as number, of: record.shown };
    return true;
  }

  /** Numbers of epochs held. */
  get count(): number {
    return this.length;
  }

  /** Leaves every other epoch out where there are too many. @returns whether it did */
  thin(): boolean {
    if (this.length <= MOST_EPOCHS) return false;
    // The newest stays.
    const keep = (_: unknown, k: number) => (this.length - 1 - k) % 2 === 0;
    for (const [name, column] of this.columns) this.columns.set(name, column.filter(keep));
    this.length = this.columns.get('epoch')?.length ?? 0;
    return true;
  }

  /** Everything from epoch number `from` on, counted in epochs held. */
  since(from: number): Columns {
    return Object.fromEntries([...this.columns].map(([name, column]) => [name, column.slice(from)]));
  }
}

/** Every number of an epoch: those at its top, the cosines of its gradient, how well numbers are fitted. */
function numbersOf(record: Record<string, unknown>): Map<string, number> {
  const numbers = new Map<string, number>();
  const take = (name: string, value: unknown) => {
    if (typeof value === 'number' && Number.isFinite(value)) numbers.set(name, value);
  };
  for (const [name, value] of Object.entries(record)) take(name, value);
  const groups = (record.gradient as { groups?: unknown } | undefined)?.groups;
  for (const [name, group] of entriesOf(groups)) {
    take(`cosine.${name}`, (group as { cosine?: unknown } | null)?.cosine);
  }
  for (const [name, value] of entriesOf(record.relativeChange)) take(`relativeChange.${name}`, value);
  const r2 = (record.fit as { r2?: unknown } | undefined)?.r2;
  if (Array.isArray(r2)) for (const [k, value] of r2.slice(0, 10).entries()) take(`r2.${k + 1}`, value);
  return numbers;
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value).slice(0, 20) : [];
}

function isCounts(value: unknown): value is readonly number[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_CLASSES ** 2) return false;
  return Number.isInteger(Math.sqrt(value.length)) && value.every((count) => typeof count === 'number');
}

/** Metrics may be anybody's: what is drawn is checked. */
function isShown(value: unknown): value is ShownOutputs {
  const { unit, samples, outputs, targets, labels, answers } = (value ?? {}) as Partial<
    Record<string, unknown>
  >;
  const numbers = (list: unknown): list is number[] =>
    Array.isArray(list) && list.length <= MOST_SHOWN && list.every((entry) => Number.isFinite(entry));
  if (typeof unit !== 'string' || unit.length > 3 || !numbers(samples)) return false;
  const rows = (list: unknown) =>
    Array.isArray(list) &&
    list.length === samples.length &&
    list.every((row) => numbers(row) && row.length > 0 && row.length === list[0].length);
  const each = (list: unknown) => list === undefined || (numbers(list) && list.length === samples.length);
  if (!rows(outputs) || !each(labels) || !each(answers)) return false;
  return (
    targets === undefined ||
    (rows(targets) && (targets as number[][])[0]?.length === (outputs as number[][])[0]?.length)
  );
}
