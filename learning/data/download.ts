import { runError } from '../../core/index.js';
import { joined } from './joined.js';

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** A server that sends nothing for so long is given up [s]. */
  readonly stall_seconds?: number;
  /** More than this is not what was asked for [bytes]. */
  readonly limit_bytes?: number;
}

/**
 * Fetches one URL whole.
 * @throws {OhmpropError} `download.failed`: refused, not found, cut short, too large, stalled; a caller's abort is thrown on
 */
export async function download(url: string, options: DownloadOptions = {}): Promise<Uint8Array> {
  const { signal, stall_seconds = 30, limit_bytes = 2 ** 26 } = options;
  const stalled = new AbortController();
  const giveUp = () => stalled.abort(new Error(`nothing came for ${stall_seconds} s`));
  let timer = setTimeout(giveUp, 1000 * stall_seconds);
  const chunks: Uint8Array[] = [];
  let received = 0;
  try {
    const response = await fetch(url, {
      signal: signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`the server answered ${response.status} ${response.statusText}`.trim());
    }
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, 1000 * stall_seconds);
      received += chunk.length;
      if (received > limit_bytes) throw new Error(`more than ${limit_bytes} bytes came`);
      chunks.push(chunk);
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw runError('download.failed', `${url}: ${reasonOf(cause)}`, cause);
  } finally {
    clearTimeout(timer);
  }
  return joined(chunks, received);
}

/** `fetch` says only "fetch failed" and hides the reason in the cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const inner =
    cause instanceof Error ? cause.message || (cause as Error & { code?: string }).code : undefined;
  return inner ? `${message} (${inner})` : message;
}
