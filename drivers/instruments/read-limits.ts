import { inputError } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { type Limits, MAX_LIMITS_BYTES, readLimitsText } from '../../devices/limits/index.js';

/** Limits of a file. @throws OhmpropError `limits.file`, `limits.kind`, `limits.invalid` … */
export async function readLimits(file: string): Promise<Limits> {
  const bytes = await readRegularFile(file, { most_bytes: MAX_LIMITS_BYTES }).catch((cause: Error) => {
    throw inputError('limits.file', `${file}: cannot be read (${cause.message})`, cause, { file });
  });
  return readLimitsText(new TextDecoder().decode(bytes), file);
}
