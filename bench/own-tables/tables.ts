import { RandomStream } from '../../core/index.js';

/** One table as a user might bring it: the text of its file, and fresh rows of the same kind to test on. */
export interface OwnTable {
  readonly name: string;
  /** [rows], each the cells of one row, label included; the first row may be a header. */
  readonly text: string;
  /** Features and labels of rows that nobody trained on, as numbers; nothing where the table is to be refused first. */
  readonly fresh: Labelled;
  /** What the first try must say, where the table cannot be used as it is, and what then works. */
  readonly refusal?: { readonly says: RegExp; readonly flags?: readonly string[]; readonly text?: string };
}

/** Rows of numbers, each with the number of its class. */
export interface Labelled {
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly string[];
}

/** How a table is drawn: every class a cloud of normal numbers, then whatever is done to a row. */
interface Recipe {
  readonly rows: number;
  readonly classes: number;
  readonly features: number;
  /** Distance of the classes' middles, in σ. */
  readonly apart: number;
  /** Shares of the classes; equal when left out. */
  readonly shares?: readonly number[];
  readonly change?: (row: number[], random: RandomStream, label: number) => number[];
  readonly header?: boolean;
  readonly separator?: string;
  readonly nameOf?: (label: number) => string;
}

const FRESH = 2000;
const names = [
  'red',
  'blue',
  'green',
  'amber',
  'grey',
  'pink',
  'teal',
  'lime',
  'gold',
  'navy',
  'plum',
  'rust',
];

function table(name: string, recipe: Recipe, seed: number): OwnTable {
  const train = draw(name, recipe, recipe.rows, seed, 'rows');
  const fresh = draw(name, recipe, FRESH, seed, 'fresh');
  return { name, text: textOf(train, recipe), fresh };
}

function draw(name: string, recipe: Recipe, count: number, seed: number, part: string): Labelled {
  const { classes, features, apart, shares, change = (row) => row, nameOf = (k) => names[k] } = recipe;
  const middles = new RandomStream(seed, `${name} middles`);
  const middle = Array.from({ length: classes }, () =>
    Array.from({ length: features }, () => (apart * middles.normal()) / Math.sqrt(2 * features)),
  );
  const random = new RandomStream(seed, `${name} ${part}`);
  const rows: number[][] = [];
  const labels: string[] = [];
  for (let s = 0; s < count; s++) {
    const label = shares === undefined ? s % classes : pick(shares, random.uniform());
    rows.push(
      change(
        Array.from({ length: features }, (_, f) => middle[label][f] + random.normal()),
        random,
        label,
      ),
    );
    labels.push(nameOf(label));
  }
  return { rows, labels };
}

function pick(shares: readonly number[], at: number): number {
  let sum = 0;
  for (const [k, share] of shares.entries()) {
    sum += share;
    if (at < sum) return k;
  }
  return shares.length - 1;
}

function textOf({ rows, labels }: Labelled, { header = true, separator = ',', features }: Recipe): string {
  const width = rows[0].length;
  const titles = Array.from({ length: width ?? features }, (_, f) => `f${f + 1}`).concat('class');
  const lines = rows.map((row, s) => [...row, labels[s]].join(separator));
  return `${(header ? [titles.join(separator), ...lines] : lines).join('\n')}\n`;
}

const scaled =
  (factor: number, offset = 0) =>
  (row: number[]): number[] =>
    row.map((x) => x * factor + offset);

/** Twenty small tables unlike each other, the same for the same seed. */
export function ownTables(seed: number): OwnTable[] {
  const wide = { rows: 300, classes: 3, features: 4, apart: 5 };
  const plain = [
    table('20 rows, two classes', { rows: 20, classes: 2, features: 2, apart: 6 }, seed),
    table('currents of nanoamperes', { ...wide, rows: 150, change: scaled(1e-9) }, seed),
    table('values of 1e9', { ...wide, change: scaled(1e9) }, seed),
    table('a large offset', { ...wide, change: scaled(0.01, 1e6) }, seed),
    table(
      'scales from 1e-9 to 1e9',
      { ...wide, features: 7, change: (row) => row.map((x, f) => x * 10 ** (3 * f - 9)) },
      seed,
    ),
    table('constant columns', { ...wide, change: (row) => [7, ...row, 0, 1e-12] }, seed),
    table('12 classes', { rows: 1200, classes: 12, features: 10, apart: 6 }, seed),
    table('20,000 rows', { rows: 20000, classes: 5, features: 8, apart: 4 }, seed),
    table(
      'one class in twenty',
      { rows: 1000, classes: 2, features: 5, apart: 4, shares: [0.95, 0.05] },
      seed,
    ),
    table('heavy tails', { ...wide, rows: 600, change: (row) => row.map((x) => Math.exp(1.5 * x)) }, seed),
    table(
      'zeros and ones',
      { rows: 800, classes: 4, features: 30, apart: 6, change: (row) => row.map((x) => (x > 0 ? 1 : 0)) },
      seed,
    ),
    table(
      'features that go together',
      {
        rows: 400,
        classes: 2,
        features: 6,
        apart: 3.5,
        change: (row, random) => {
          const common = 5 * random.normal();
          return row.map((x) => x + common);
        },
      },
      seed,
    ),
    table(
      'semicolons, classes 1 to 7',
      { rows: 700, classes: 7, features: 6, apart: 6, separator: ';', nameOf: (k) => String(k + 1) },
      seed,
    ),
    table(
      'a row in fifty out of range',
      {
        ...wide,
        rows: 500,
        change: (row, random) => (random.uniform() < 0.02 ? row.map((x) => 100 * x) : row),
      },
      seed,
    ),
    table('50 features, 100 rows', { rows: 100, classes: 2, features: 50, apart: 5 }, seed),
    table('classes that overlap', { rows: 2000, classes: 3, features: 3, apart: 1.5 }, seed),
    table(
      'all below zero, no header',
      { ...wide, header: false, change: (row) => row.map((x) => -Math.exp(0.3 * x) - 40) },
      seed,
    ),
    table(
      'counts',
      {
        rows: 900,
        classes: 3,
        features: 8,
        apart: 5,
        change: (row) => row.map((x) => Math.max(0, Math.round(20 + 6 * x))),
      },
      seed,
    ),
  ];
  return [...plain, textColumn(seed), textCell(seed)];
}

/** A column of words among the features: refused with its name. */
function textColumn(seed: number): OwnTable {
  const recipe = { rows: 300, classes: 3, features: 4, apart: 5 };
  const usable = table('a column of words', recipe, seed);
  const lines = usable.text.trim().split('\n');
  const sites = ['north', 'south', 'east'];
  const text = lines.map((line, n) => (n === 0 ? `site,${line}` : `${sites[n % 3]},${line}`)).join('\n');
  return { ...usable, text, refusal: { says: /column 1 \(site\)/, text: usable.text } };
}

/** A word in a column of numbers: refused with its line. */
function textCell(seed: number): OwnTable {
  const recipe = { rows: 300, classes: 3, features: 4, apart: 5 };
  const usable = table('a word in a column of numbers', recipe, seed);
  const lines = usable.text.trim().split('\n');
  const spoilt = lines.map((line, n) => (n === 41 ? line.replace(/^[^,]*/, 'broken') : line)).join('\n');
  const mended = lines.filter((_, n) => n !== 41).join('\n');
  return { ...usable, text: spoilt, refusal: { says: /line 42/, text: mended } };
}
