import { existsSync, statSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { inputError, nearestWord } from '../../core/index.js';
import { writeFileAtomically, writeNpz } from '../../records/index.js';
import type { Answer, CommandDefinition, Output } from './definition.js';
import { outputEndings } from './shared.js';

/** What `-o` asks for: files by ending, or a directory. */
export interface Wanted {
  readonly files: readonly { readonly path: string; readonly ending: string }[];
  readonly directory?: string;
}

/**
 * Checks the names that `-o` was given, before any work.
 * @throws `output.ending`, `output.exists`, `output.folder` (exit code 2)
 */
export function readWanted(definition: CommandDefinition, paths: readonly string[], force: boolean): Wanted {
  const endings = outputEndings(definition);
  if ('/' in endings) {
    if (paths.length > 1) throw inputError('output.ending', '--out: one directory, please; got several');
    return { files: [], ...(paths.length === 0 ? {} : { directory: paths[0] }) };
  }
  const files = paths.map((path) => ({ path, ending: extname(path).toLowerCase() }));
  for (const { path, ending } of files) {
    refuseDirectory(path);
    const known = Object.keys(endings);
    if (!known.includes(ending)) {
      const near = ending === '' ? undefined : nearestWord(ending, known);
      const meant = near === undefined ? '' : `; did you mean ${near}?`;
      throw inputError(
        'output.ending',
        `--out ${path}: the name must end in ${known.map((e) => `${e} (${endings[e]})`).join(', ')}${meant}`,
      );
    }
    requirePlace(path, force);
  }
  for (const { path, ending } of files) {
    if (ending === '.svg' || ending === '.png') requirePlace(besideFigure(path, files), force);
  }
  return { files };
}

function refuseDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  throw inputError('output.exists', `--out ${path}: it is a directory; name a file, in it or elsewhere`);
}

function requirePlace(path: string, force: boolean): void {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw inputError('output.folder', `--out ${path}: there is no folder ${folder} (ENOENT); make it first`);
  }
  if (!existsSync(path)) return;
  if (!force) throw inputError('output.exists', `--out ${path}: it is there already; --force replaces it`);
}

/** Where the numbers of a figure go: `a.csv` beside `a.svg`, `a.svg.csv` where the other name is asked for. */
function besideFigure(path: string, files: Wanted['files']): string {
  const beside = `${path.slice(0, path.length - extname(path).length)}.csv`;
  return files.some((file) => file.path === beside) ? `${path}.csv` : beside;
}

/** Writes what was asked for. @returns the paths written */
export async function writeWanted(
  { files }: Wanted,
  answer: Answer,
  how: { width_mm?: number; redraw: string },
): Promise<string[]> {
  const written: string[] = [];
  const write = async (path: string, output: Output): Promise<void> => {
    if (typeof output === 'object' && 'npz' in output) await writeNpz(path, output.npz);
    else await writeFileAtomically(path, output);
    if (!written.includes(path)) written.push(path);
  };
  const figures = files.filter(({ ending }) => answer.figure !== undefined && /^\.(svg|png)$/.test(ending));
  const drawn = figures.length > 0 ? await answer.figure?.(how) : undefined;
  for (const { path, ending } of files) {
    if (drawn !== undefined && (ending === '.svg' || ending === '.png')) {
      const { renderPng } = await import('../../report/index.js');
      await write(path, ending === '.svg' ? drawn.svg : await renderPng(drawn.svg));
      await write(besideFigure(path, files), drawn.csv);
      continue;
    }
    const make = answer.outputs?.[ending];
    if (make !== undefined) await write(path, await make());
    else if (ending === '.json') await write(path, `${JSON.stringify(answer.json)}\n`);
    else throw new Error(`the command declares ${ending} and makes none`);
  }
  return written;
}
