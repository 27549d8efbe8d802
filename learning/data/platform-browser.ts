// What platform.ts is in a browser: there are no files; what is downloaded is not kept by us.
import { inputError } from '../../core/index.js';
import { joined } from './joined.js';
import type { NamedArrays } from './named-arrays.js';

export function cacheDirectory(): string {
  return '';
}

export function pathIn(directory: string, name: string): string {
  return `${directory}/${name}`;
}

/** A page is not told; it fails when it takes too much. */
export function installedMemory_bytes(): number {
  return Number.POSITIVE_INFINITY;
}

export async function readHashedFile(file: string): Promise<{ bytes: Uint8Array; sha256: string }> {
  throw inputError('data.unreadable', `${file}: there are no files in a browser`);
}

export async function readNamedArrays(file: string): Promise<NamedArrays> {
  throw inputError('data.unreadable', `${file}: there are no files in a browser`);
}

export async function listDirectory(): Promise<readonly string[]> {
  throw new Error('there are no directories in a browser');
}

export async function keepFile(): Promise<void> {}

export async function unpackGzip(bytes: Uint8Array, limit_bytes: number): Promise<Uint8Array> {
  const unpacked = new Response(bytes as Uint8Array<ArrayBuffer>).body!.pipeThrough(
    new DecompressionStream('gzip'),
  );
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of unpacked) {
    length += chunk.length;
    if (length > limit_bytes) throw new Error(`more than ${limit_bytes} bytes`);
    chunks.push(chunk);
  }
  return joined(chunks, length);
}

export async function sha256Of(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
