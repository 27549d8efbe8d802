import { OhmpropError } from '../../core/index.js';
import { type CellDescription, describeCell } from './describe-cell.js';
import type { MeasuredTrain } from './measured-train.js';
import type { TrainLabels } from './train-labels.js';

/** A file with what its trains say. */
export interface LabelledFile {
  readonly path: string;
  /** What its name says by the pattern that was given. */
  readonly inName?: { readonly cell: string; readonly cycle?: number };
  readonly trains?: TrainLabels;
}

/** A cell of a file that names say is one with cells of other files. */
interface Member {
  readonly file: LabelledFile;
  readonly description: CellDescription;
  /** What it would be called with the others. */
  readonly called: string;
  /** By LTP and LTD in the names, which pair two files and no more. */
  readonly way?: 'up' | 'down';
}

/**
 * Cells whose trains stand in several files brought together: files of one cell by the pattern of names, and pairs of files whose names
 * differ by LTP and LTD alone, potentiation in the one and depression in the other. The joined cell is of the file of its first
 * potentiation, and names all its files; the others lose theirs.
 */
export function joinedAcrossFiles<T extends LabelledFile>(files: readonly T[]): T[] {
  const groups = new Map<string, Member[]>();
  for (const file of files) {
    for (const description of file.trains?.cells ?? []) {
      const found = groupOf(file, description);
      if (found === undefined) continue;
      const [key, member] = found;
      groups.set(key, [...(groups.get(key) ?? []), member]);
    }
  }
  const gone = new Set<CellDescription>();
  const homes = new Map<LabelledFile, { cell: CellDescription; remark: string }[]>();
  for (const members of groups.values()) {
    const joined = joinedCell(members);
    if (joined === undefined) continue;
    for (const { description } of members) gone.add(description);
    homes.set(joined.home, [...(homes.get(joined.home) ?? []), joined]);
  }
  if (gone.size === 0) return [...files];
  return files.map((file) => {
    const { trains } = file;
    if (trains === undefined) return file;
    const own = homes.get(file) ?? [];
    return {
      ...file,
      trains: {
        ...trains,
        cells: [...trains.cells.filter((cell) => !gone.has(cell)), ...own.map(({ cell }) => cell)],
        remarks: [...trains.remarks, ...own.map(({ remark }) => remark)],
      },
    };
  });
}

const trainsOf = ({ up, down }: CellDescription): MeasuredTrain[] =>
  [...up, ...down].map(({ train }) => train);

const ways = /(?<![a-z])(?:ltp|ltd|potentiation|depression|potentiate|depress|pot|dep)(?![a-z])/gi;
const upward = /^(?:ltp|pot)/i;

function groupOf(
  file: LabelledFile,
  description: CellDescription,
): readonly [key: string, member: Member] | undefined {
  const [first] = trainsOf(description);
  const { inName, path } = file;
  const name = path.replace(/^.*[/\\]/, '');
  const folder = path.slice(0, path.length - name.length);
  if (inName !== undefined && first.cell === inName.cell)
    return [`pattern ${folder}\n${inName.cell}`, { file, description, called: inName.cell }];
  const one = description.up.length === 0 || description.down.length === 0;
  const found = [...name.matchAll(ways)];
  if (!one || found.length !== 1) return undefined;
  const way = upward.test(found[0][0]) ? 'up' : 'down';
  if (way !== first.direction) return undefined;
  const spelling = found[0][0].length > 3 ? 'word' : 'short';
  const rest = name.replace(ways, ' ').replace(/\.\w{1,5}$/, '');
  const bare = rest.replace(/[\s_.-]+/g, ' ').trim();
  const called = [bare, first.cell].filter((part) => part !== undefined && part !== '').join(' ');
  return [
    `pair ${folder}\n${name.toLowerCase().replace(ways, '*')}\n${spelling}\n${first.cell ?? ''}`,
    { file, description, called: called === '' ? 'of both' : called, way },
  ];
}

/** One cell of several files; undefined where there is but one, or where they cannot be of one. */
function joinedCell(
  members: readonly Member[],
): { home: LabelledFile; cell: CellDescription; remark: string } | undefined {
  if (members.length < 2) return undefined;
  const pair = members[0].way !== undefined;
  if (pair && (members.length !== 2 || members[0].way === members[1].way)) return undefined;
  const order = [...members].sort(
    (a, b) => (a.file.inName?.cycle ?? 0) - (b.file.inName?.cycle ?? 0) || byWay(a) - byWay(b),
  );
  const trains = order.flatMap(({ description }) => trainsOf(description));
  if (trains.some(({ unit }) => unit !== trains[0].unit)) return undefined;
  const home = order.find(({ description }) => description.up.length > 0) ?? order[0];
  const { path } = home.file;
  const files = [...new Set(order.map(({ file }) => file.path))];
  try {
    const cell = describeCell(`${path}, cell ${home.called}`, trains);
    const others = files.filter((one) => one !== path).map((one) => one.replace(/^.*[/\\]/, ''));
    return {
      home: home.file,
      cell: { ...cell, files },
      remark: `${path}: one cell with ${others.slice(0, MOST_TOLD).join(', ')}${others.length > MOST_TOLD ? ` and ${others.length - MOST_TOLD} more` : ''}, as ${pair ? 'their names' : 'the pattern of names'} say${pair ? '' : 's'}`,
    };
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    return undefined;
  }
}

/** Names told one by one. */
const MOST_TOLD = 6;

const byWay = ({ way }: Member): number => (way === 'down' ? 1 : 0);
