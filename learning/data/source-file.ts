import { inputError } from '../../core/index.js';
import type { SourceFile } from './data-set.js';
import { readHashedFile, unpackGzip } from './platform.js';

/** Nobody trains on more; a bomb of a gzip file ends here. */
const unpackedLimit_bytes = 2 ** 30;

export interface ReadFile {
  readonly bytes: Uint8Array;
  readonly source: SourceFile;
}

/**
 * Reads a file once, hashing the very bytes that are returned.
 * @throws {OhmpropError} `data.unreadable`
 */
export async function readSourceFile(file: string, signal?: AbortSignal): Promise<ReadFile> {
  const { bytes, sha256 } = await readHashedFile(file, signal);
  return { bytes, source: { file, bytes: bytes.length, sha256 } };
}

/**
 * The content of a gzip file; any other content as it is. What decides is the content, not the name.
 * @throws {OhmpropError} `data.gzip` if the packed data are damaged or incomplete
 */
export async function unpack(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) return bytes;
  try {
    return await unpackGzip(bytes, unpackedLimit_bytes);
  } catch (cause) {
    throw inputError(
      'data.gzip',
      `${file}: the gzip data do not unpack (${(cause as Error).message}) from ${bytes.length} bytes; ` +
        'the file is damaged or incomplete, fetch it again',
      cause,
    );
  }
}
