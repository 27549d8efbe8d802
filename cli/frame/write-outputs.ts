import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { inputError, nearestWord } from '../../core/index.js';
import { npzContent, requireFreeFiles, writeUserFile } from '../../records/index.js';
import type { Figure } from '../../report/index.js';
import type { Answer, CommandDefinition, DrawnFigure, FigureRequest, Output } from './definition.js';
import { drawnEndings, endingsText, outputEndings } from './shared.js';

/** What `-o` asks for: files by ending, or a directory. */
export interface Wanted {
  readonly files: readonly {
    readonly path: string;
    readonly ending: string;
    readonly draws: boolean;
    /** Where the numbers of its figure go. */
    readonly beside: string;
  }[];
  readonly directory?: string;
}

/**
 * Checks the names that `-o` was given, before any work.
 * @param read what else was named on the line: a file among it is not replaced by numbers of a figure, which nobody named
 * @throws `output.ending`, `output.twice`, `output.folder`, `records.exists`, `records.path` (exit code 2)
 */
export async function readWanted(
  definition: CommandDefinition,
  paths: readonly string[],
  force: boolean,
  read: readonly string[] = [],
): Promise<Wanted> {
  const endings = outputEndings(definition);
  const isDirectory = (path: string): boolean =>
    '/' in endings && (path.endsWith('/') || !Object.hasOwn(endings, endingOf(path)));
  const [directory, ...more] = paths.filter(isDirectory);
  if (more.length > 0) {
    throw inputError(
      'output.twice',
      `--out: one directory is filled; got ${directory} and ${more.join(', ')}`,
    );
  }
  const own = paths.filter((path) => !isDirectory(path));
  const taken = new Set([...own, ...read].map(placeOf));
  const files = own.map((path) => ({
    path,
    ending: endingOf(path),
    draws: drawnEndings(definition).includes(endingOf(path)),
    beside: besideFigure(path, taken),
  }));
  for (const { path, ending } of files) requireEnding(path, ending, endings);
  const all = [
    ...files.map(({ path }) => path),
    ...new Set(files.filter(({ draws }) => draws).map(({ beside }) => beside)),
  ];
  const places = all.map(placeOf);
  const twice = all.find((_, at) => places.indexOf(places[at]) !== at);
  if (twice !== undefined) throw inputError('output.twice', `--out ${twice}: named twice`);
  for (const path of all) {
    if (existsSync(dirname(path))) continue;
    throw inputError(
      'output.folder',
      `--out ${path}: there is no folder ${dirname(path)} (ENOENT); make it first`,
    );
  }
  await requireFreeFiles(all, { force });
  return { files, ...(directory === undefined ? {} : { directory }) };
}

const endingOf = (path: string): string => extname(path).toLowerCase();

function requireEnding(path: string, ending: string, endings: Readonly<Record<string, string>>): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw inputError('records.path', `--out ${path}: it is a directory; name a file, in it or elsewhere`);
  }
  const known = Object.keys(endings);
  if (known.includes(ending)) return;
  const near = ending === '' ? undefined : nearestWord(ending, known);
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  throw inputError('output.ending', `--out ${path}: the name must end in ${endingsText(endings)}${meant}`);
}

/** One name of a file that several paths may lead to. */
function placeOf(path: string): string {
  const folder = dirname(path);
  return join(existsSync(folder) ? realpathSync(folder) : resolve(folder), basename(path));
}

/** Where the numbers of a figure go: `a.csv` beside `a.svg`, `a.svg.csv` where the other name is asked for or is of a file that is read. */
function besideFigure(path: string, taken: ReadonlySet<string>): string {
  const beside = `${path.slice(0, path.length - extname(path).length)}.csv`;
  return taken.has(placeOf(beside)) ? `${path}.csv` : beside;
}

/** Writes what was asked for. @param written gains each path once it is written */
export async function writeWanted(
  { files }: Wanted,
  answer: Answer,
  how: FigureRequest & { readonly force: boolean },
  written: string[],
): Promise<void> {
  const { force } = how;
  const write = async (path: string, output: Output): Promise<void> => {
    if (written.includes(path)) return;
    const content = typeof output === 'object' && 'npz' in output ? npzContent(path, output.npz) : output;
    await writeUserFile(path, content, { force });
    written.push(path);
  };
  const figure = files.some(({ draws }) => draws) ? await answer.figure?.(how) : undefined;
  for (const file of files) {
    const { path, ending, beside } = file;
    // what an answer writes itself, a page with more than its figure, goes before that
    if (figure !== undefined && file.draws && answer.outputs?.[ending] === undefined) {
      const { content, csv } = await draw(figure, ending, how);
      await write(path, content);
      await write(beside, csv);
      continue;
    }
    const make = answer.outputs?.[ending];
    if (make !== undefined) await write(path, await make(how));
    else if (ending === '.json') await write(path, `${JSON.stringify(answer.json)}\n`);
    else throw new Error(`the command declares ${ending} and makes none`);
  }
}

async function draw(
  figure: Figure | DrawnFigure,
  ending: string,
  how: FigureRequest,
): Promise<{ content: Output; csv: string }> {
  const { drawFigure, figureCsv, renderPng } = await import('../../report/index.js');
  if ('table' in figure) return { content: await drawFigure(figure, ending, how), csv: figureCsv(figure) };
  return { content: ending === '.png' ? await renderPng(figure.svg) : figure.svg, csv: figure.csv };
}
