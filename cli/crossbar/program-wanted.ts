import { inputError, quoted, readCellPlace, readQuantity } from '../../core/index.js';
import type { ProgramOptions } from './program-options.js';
import { readMatrix, readNumber } from './read-matrix.js';

/** What is to be programmed, and by which pulses. */
export interface Wanted {
  readonly potentiation: Shape;
  readonly depression: Shape;
  readonly writes: readonly Write[];
  /** Whether the cells of `writes` are given a single pulse each. */
  readonly single: boolean;
  /** Of `--target`. */
  readonly targets: Targets | undefined;
}

type Shape = ReturnType<typeof shapeOf>;
type Targets = Awaited<ReturnType<typeof readTargets>>;

/** @throws OhmpropError `crossbar.usage` where nothing, or what does not go together, is asked for */
export async function readWanted(given: ProgramOptions): Promise<Wanted> {
  const potentiation = shapeOf(given.pulse, '--pulse');
  const depression =
    given.erase === undefined
      ? { ...potentiation, amplitude_V: -potentiation.amplitude_V }
      : shapeOf(given.erase, '--erase');
  const writes = given.write.map(writeOf);
  const single = writes.filter(({ target_S }) => target_S === undefined);
  const targets = given.target === undefined ? undefined : await readTargets(given.target);
  if ((targets === undefined) === (writes.length === 0)) {
    throw inputError('crossbar.usage', 'give --target FILE, or --write 0,0=80uS, what is to be programmed');
  }
  if (single.length > 0 && single.length < writes.length) {
    throw inputError(
      'crossbar.usage',
      '--write: cells with a conductance and cells without do not go together; give each its own run',
    );
  }
  return { potentiation, depression, writes, single: single.length > 0, targets };
}

/** The options with a size: as many cells as the targets, or as few as show what happens to neighbours. */
export function sized(given: ProgramOptions, { targets, writes }: Wanted): ProgramOptions {
  if (given.random !== undefined || isFile(given.states)) return given;
  const random: [number, number] =
    targets !== undefined
      ? [targets.rows, targets.columns]
      : [
          Math.max(2, ...writes.map(({ row }) => row + 1)),
          Math.max(2, ...writes.map(({ column }) => column + 1)),
        ];
  return { ...given, random };
}

/** `1V,0.5s` */
function shapeOf(text: string, flag: string) {
  const [volts, seconds, more] = text.split(',');
  if (seconds === undefined || more !== undefined) {
    throw inputError(
      'crossbar.usage',
      `${flag}: got ${quoted(text)}; an amplitude and a width are needed, as 1V,1us`,
    );
  }
  const amplitude_V = readQuantity(volts, 'V', flag).value;
  const width_s = readQuantity(seconds, 's', flag).value;
  if (amplitude_V !== 0 && width_s > 0) return { amplitude_V, width_s };
  throw inputError(
    'crossbar.usage',
    `${flag}: got ${quoted(text)}; a voltage other than 0 and a width above 0 s are needed`,
  );
}

/** A cell of `--write`; without a conductance it is given a single pulse. */
export interface Write {
  readonly row: number;
  readonly column: number;
  readonly target_S: number | undefined;
}

function writeOf(text: string): Write {
  const [place, conductance] = text.split('=');
  const { row, column } = readCellPlace(place);
  return {
    row,
    column,
    target_S: conductance === undefined ? undefined : readQuantity(conductance, 'S', '--write').value,
  };
}

function isFile(states: string | undefined): boolean {
  if (states === undefined) return false;
  try {
    readQuantity(states, '1');
    return false;
  } catch {
    return !/^[\d.+-][\d.eE+-]*\s*[a-zµ]*$/.test(states);
  }
}

async function readTargets(file: string) {
  const read = await readMatrix(
    file,
    '--target',
    (text, decimalComma) => (text.trim() === '' ? Number.NaN : readNumber(text, 'S', decimalComma)),
    'a conductance in S is needed, or nothing',
  );
  if (read.count > 1)
    throw inputError('crossbar.usage', `--target: ${file} has ${read.count} arrays; give one`);
  return read;
}

/** What each cell is to reach, S; NaN where it is left alone. */
export function targetsOf(
  values: Float64Array | undefined,
  writes: readonly Write[],
  rows: number,
  columns: number,
): Float64Array {
  const targets_S = values ?? new Float64Array(rows * columns).fill(Number.NaN);
  for (const { row, column, target_S } of writes) targets_S[row * columns + column] = target_S ?? Number.NaN;
  return targets_S;
}
