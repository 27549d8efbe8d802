import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { inputError } from '../../core/index.js';
import type { SourceFile } from './data-set.js';

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
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(file, { ...(signal && { signal }), highWaterMark: 2 ** 20 })) {
      hash.update(chunk);
      chunks.push(chunk);
    }
  } catch (cause) {
    signal?.throwIfAborted();
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === undefined ? message : (sayings[code] ?? code);
    throw inputError('data.unreadable', `${file}: ${why}; check the path and its permissions`, cause);
  }
  return { bytes: Buffer.concat(chunks), source: { file, sha256: hash.digest('hex') } };
}

const sayings: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a directory, a file is needed',
  ENOTDIR: 'a part of the path is not a directory',
  EACCES: 'no permission to read it',
};

/**
 * The content of a gzip file; any other content as it is. What decides is the content, not the name.
 * @throws {OhmpropError} `data.gzip` if the packed data are damaged or incomplete
 */
export async function unpack(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) return bytes;
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: unpackedLimit_bytes });
  } catch (cause) {
    throw inputError(
      'data.gzip',
      `${file}: the gzip data do not unpack (${(cause as Error).message}) from ${bytes.length} bytes; ` +
        'the file is damaged or incomplete, fetch it again',
      cause,
    );
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
