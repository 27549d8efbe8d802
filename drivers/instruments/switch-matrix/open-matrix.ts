import { inputError } from '../../../core/index.js';
import { readRegularFile } from '../../../core/input/index.js';
import type { LineLog } from '../../transport/index.js';
import { type InstrumentAddress, lineText } from '../address.js';
import { textLineDescriber } from '../describe-text.js';
import { instrumentTransport } from '../line.js';
import { MAX_MATRIX_BYTES, type MatrixFile, readMatrixText } from './matrix-file.js';
import { SwitchMatrix } from './switch-matrix.js';

/**
 * What a file says of the switch matrix before an instrument. Nothing is opened.
 * @throws OhmpropError `matrix.*` (exit code 2)
 */
export async function readMatrixFile(address: InstrumentAddress, file: string): Promise<MatrixFile> {
  if (address.kind !== 'smu') {
    throw inputError(
      'matrix.invalid',
      `--matrix: ${address.text} has its own switches; a matrix stands before a source-measure unit`,
    );
  }
  const bytes = await readRegularFile(file, { most_bytes: MAX_MATRIX_BYTES }).catch((cause: Error) => {
    throw inputError('matrix.file', `${file}: cannot be read (${cause.message})`, cause, { file });
  });
  const matrix = readMatrixText(new TextDecoder().decode(bytes), file);
  const [one, other] = [address.line, matrix.line];
  if (one.via === 'gpib' && other.via === 'gpib' && lineText(one.adapter) === lineText(other.adapter)) {
    throw inputError(
      'matrix.invalid',
      `--matrix ${file}: both are on the adapter at ${lineText(one.adapter)}, which one line opens at a time; give the matrix an adapter of its own, or its LAN address`,
    );
  }
  return matrix;
}

/** Opens it, with everything on its line written down where somebody asks for that. No crossing is touched. */
export function openMatrix(
  file: MatrixFile,
  { baud, lineLog }: { readonly baud: number; readonly lineLog?: LineLog | undefined },
): Promise<SwitchMatrix> {
  const line = instrumentTransport(file.line, {
    serial: { baud },
    asks: (text) => text === file.closed || text.includes('?'),
  });
  return SwitchMatrix.open(lineLog?.watch(line, textLineDescriber()) ?? line, file);
}
