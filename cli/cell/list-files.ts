import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CellFile, isCellFileName, readCellFile } from '../../calibration/cell-files/index.js';
import { formatQuantity, inputError, OhmpropError, printableLine } from '../../core/index.js';

/** One cell file of a folder; what is wrong with it where it cannot be used. */
export interface ListedFile {
  readonly file: string;
  readonly name?: string;
  readonly parts?: readonly string[];
  readonly g_min_S?: number;
  readonly g_max_S?: number;
  readonly potentiation?: Listed;
  readonly depression?: Listed;
  /** Of the part iv: law of each branch, and the voltages that it was found over. */
  readonly branches?: readonly {
    readonly name: string;
    readonly law: string;
    readonly voltage_V: readonly [number, number];
  }[];
  readonly spreads?: readonly string[];
  readonly sources?: number;
  readonly error?: string;
}

interface Listed {
  readonly law: string;
  readonly pulses: number | null;
  readonly nonlinearityFixed: number | null;
}

/** Files that are looked at in one folder and those below it. */
const MAX_FILES = 10_000;

/**
 * Every cell file of a folder and those below it, by name. @throws `cell.folder` (exit code 2) where there is none
 */
export async function listCellFiles(folder: string): Promise<ListedFile[]> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    const why = found === undefined ? 'there is no such folder' : 'this is a file, a folder is needed';
    throw inputError('cell.folder', `${folder}: ${why}; name one with *.cell.json files`);
  }
  const names = (await readdir(folder, { recursive: true })).filter(isCellFileName).sort();
  if (names.length === 0) {
    throw inputError(
      'cell.folder',
      `${folder}: no *.cell.json is there; ohmprop calibrate fit FILES -o my.cell.json writes them`,
    );
  }
  if (names.length > MAX_FILES) {
    throw inputError('cell.folder', `${folder}: ${names.length} cell files; ${MAX_FILES} are the most`);
  }
  const listed: ListedFile[] = [];
  for (const name of names) listed.push(await listOne(join(folder, name)));
  return listed;
}

async function listOne(file: string): Promise<ListedFile> {
  try {
    const { cell } = await readCellFile(file);
    return { file, ...described(cell) };
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    return { file, error: error.message };
  }
}

function described(cell: CellFile): Omit<ListedFile, 'file' | 'error'> {
  const { name, pulse, population, provenance, iv } = cell;
  const parts = (['iv', 'dynamics', 'pulse', 'population', 'limits'] as const).filter(
    (part) => cell[part] !== undefined,
  );
  const direction = ({ law, pulses, nonlinearity }: NonNullable<typeof pulse>['potentiation']): Listed => ({
    law: law.kind,
    pulses: pulses ?? null,
    nonlinearityFixed: nonlinearity?.fixed?.label ?? null,
  });
  return {
    name,
    parts,
    ...(pulse === undefined
      ? {}
      : {
          g_min_S: pulse.g_min_S,
          g_max_S: pulse.g_max_S,
          potentiation: direction(pulse.potentiation),
          depression: direction(pulse.depression),
        }),
    ...(iv === undefined
      ? {}
      : {
          branches: iv.branches.map(({ name: branch, law, voltage_V }) => ({
            name: branch,
            law: law.kind,
            voltage_V,
          })),
        }),
    ...(population === undefined ? {} : { spreads: Object.keys(population.spreads) }),
    sources: provenance.sources.length,
  };
}

/** Branches of one file that are named. */
const SHOWN = 4;

/** Lines for people: a file, its window and steps, its parts; or why it cannot be read. */
export function listedLines(files: readonly ListedFile[]): string[] {
  return files.flatMap((listed) => {
    if (listed.error !== undefined) return [`  ${listed.file}: cannot be used`, `    ${listed.error}`];
    const { file, name, parts = [], g_min_S, g_max_S, potentiation, depression, branches = [] } = listed;
    const shown = branches
      .slice(0, SHOWN)
      .map(
        ({ name: branch, law, voltage_V }) =>
          `${printableLine(branch)} (${law}, ${voltage_V.map((v) => formatQuantity(v, 'V')).join(' to ')})`,
      );
    const more = branches.length > SHOWN ? `, and ${branches.length - SHOWN} more` : '';
    const window =
      g_min_S === undefined || g_max_S === undefined
        ? ''
        : `, ${formatQuantity(g_min_S, 'S')} to ${formatQuantity(g_max_S, 'S')} (${(g_max_S / g_min_S).toPrecision(3)})`;
    const steps = [potentiation, depression].flatMap((one, k) =>
      one === undefined
        ? []
        : [
            `${one.pulses ?? '?'} ${k === 0 ? 'up' : 'down'} (${one.law}${one.nonlinearityFixed === null ? '' : `, NL ${one.nonlinearityFixed.toFixed(2)}`})`,
          ],
    );
    return [
      `  ${file}: ${name}${window}`,
      `    parts ${parts.join(', ') || 'none'}${steps.length === 0 ? '' : `; pulses ${steps.join(', ')}`}${branches.length === 0 ? '' : `; iv ${shown.join(', ')}${more}`}`,
    ];
  });
}
