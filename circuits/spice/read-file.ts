import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { inputError } from '../../core/errors.js';
import { type ParseOptions, parseSpice } from './parse-spice.js';
import type { SpiceCircuit } from './spice-circuit.js';

/** Reads a SPICE file; files it includes are looked for beside the file that names them. */
export function readSpiceFile(
  path: string,
  options: Omit<ParseOptions, 'file' | 'include'> = {},
): SpiceCircuit {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw inputError(
      'spice.file',
      `cannot read ${path}: ${cause instanceof Error ? cause.message : cause}`,
      cause,
    );
  }
  return parseSpice(text, {
    ...options,
    file: path,
    include: (name, from) => {
      const file = isAbsolute(name) ? name : join(dirname(from), name);
      return { text: readFileSync(file, 'utf8'), file };
    },
  });
}
