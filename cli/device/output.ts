import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { inputError } from '../../core/index.js';
import { type FigureSpec, renderPng, renderSvg } from '../../report/index.js';

/** Writes a figure as .svg or .png. */
export async function writeFigure(path: string, spec: FigureSpec): Promise<void> {
  const kind = extname(path).toLowerCase();
  if (kind !== '.svg' && kind !== '.png') {
    throw inputError('device.plot', `--plot ${path}: the name must end in .svg or .png`);
  }
  const svg = await renderSvg(spec);
  await write(path, kind === '.svg' ? svg : await renderPng(svg));
  process.stderr.write(`${path}\n`);
}

/** Writes columns of numbers under names that carry their units. */
export async function writeCsv(
  path: string,
  names: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): Promise<void> {
  await write(path, `${[names, ...rows].map((row) => row.join(',')).join('\n')}\n`);
  process.stderr.write(`${path}\n`);
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content).catch((cause: Error) => {
    throw inputError('device.output', `${path}: cannot be written (${cause.message})`, cause);
  });
}

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('needs a number.');
  return value;
}

export function numbers(text: string): number[] {
  return text.split(',').map(number);
}

/** The SI prefix that shows the largest of some values best. */
export function prefixed(values: Iterable<number>, unit: string): { factor: number; unit: string } {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  const steps: [number, string][] = [
    [1, ''],
    [1e3, 'm'],
    [1e6, 'µ'],
    [1e9, 'n'],
    [1e12, 'p'],
  ];
  const [factor, prefix] = steps.find(([f]) => largest * f >= 1) ?? steps[steps.length - 1];
  return { factor, unit: `${prefix}${unit}` };
}
