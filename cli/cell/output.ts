import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { type DisplayUnit, displayUnit, inputError } from '../../core/index.js';
import { csvText, type TableCell } from '../../records/tables/index.js';
import { type Figure, renderPng, renderSvg } from '../../report/index.js';
import type { Io } from '../io.js';

/** Which kind of figure a name asks for. Throws `device.plot`, exit code 2: to be called before any work. */
export function requireFigureName(path: string): '.svg' | '.png' {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw inputError('device.plot', `--plot ${path}: there is no folder ${folder}; make it first`);
  }
  const kind = extname(path).toLowerCase();
  if (kind === '.svg' || kind === '.png') return kind;
  throw inputError('device.plot', `--plot ${path}: the name must end in .svg or .png`);
}

/** Writes a figure as .svg or .png. */
export async function writeFigure(io: Io, path: string, figure: Figure): Promise<void> {
  const kind = requireFigureName(path);
  const svg = await renderSvg(figure);
  await write(path, kind === '.svg' ? svg : await renderPng(svg));
  io.stderr.write(`${path}\n`);
}

/** Writes columns of numbers under names that carry their units. */
export async function writeCsv(
  io: Io,
  path: string,
  names: readonly string[],
  rows: readonly (readonly TableCell[])[],
): Promise<void> {
  await write(path, csvText(names, rows));
  io.stderr.write(`${path}\n`);
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content).catch((cause: Error) => {
    throw inputError('device.output', `${path}: cannot be written (${cause.message})`, cause);
  });
}

/** The SI prefix that shows the largest of some values best. */
export function prefixed(values: Iterable<number>, unit: string): DisplayUnit {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return displayUnit(largest, unit);
}
