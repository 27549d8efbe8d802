import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is not answered. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 405 | 413 | 414 | 415 | 417;
  /** A sentence for people. */
  readonly text: string;
}

/** What of a request decides whether it is answered. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A request that is one of ours. */
export interface Admitted {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Below the token, without the first slash. */
  readonly path: string;
  readonly query: URLSearchParams;
}

const MOST_URL = 2048;
/** What a page posts is a word. */
export const MOST_BODY_bytes = 1024;

/**
 * Says which requests are answered: those that know the token, from a page of this very server, on this machine. A name in `Host` that is
 * not this machine's own is a page elsewhere whose name was made to lead here (DNS rebinding).
 */
export class Guard {
  private readonly hosts: ReadonlySet<string>;
  private readonly hashed: Buffer;

  constructor(token: string, port: number) {
    this.hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]);
    this.hashed = hashOf(token);
  }

  admit({ method, url, headers }: Asked): Admitted | Refusal {
    const { host, origin } = headers;
    if (url.length > MOST_URL) return { status: 414, text: 'the address is too long' };
    if (host === undefined || !this.hosts.has(host.toLowerCase())) {
      return { status: 403, text: 'this page is served to 127.0.0.1 and localhost under its own port alone' };
    }
    if (origin !== undefined && !this.isOwn(origin)) {
      return { status: 403, text: 'a page of another origin has no business here' };
    }
    const site = headers['sec-fetch-site'];
    const arrives = method === 'GET' && headers['sec-fetch-mode'] === 'navigate';
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !arrives) {
      return { status: 403, text: 'a page of another site has no business here' };
    }
    if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
      return { status: 405, text: 'only GET, HEAD and POST are answered' };
    }
    const place = /^\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(url);
    // Constant in time, whatever the token is.
    if (place === null || !timingSafeEqual(hashOf(place[1]), this.hashed)) {
      return { status: 404, text: 'nothing is here; the whole address was printed by ohmprop watch' };
    }
    if (place[2] === undefined) return { status: 404, text: 'the address ends in a slash' };
    if (method !== 'POST') {
      if (hasBody(headers)) return { status: 400, text: 'a request for a page has no body' };
    } else {
      if (origin === undefined) return { status: 403, text: 'only the page itself may ask for something' };
      if (headers['content-type'] !== 'application/json') {
        return { status: 415, text: 'what is posted is application/json' };
      }
      const length = Number(headers['content-length']);
      if (!(length <= MOST_BODY_bytes)) {
        return { status: 413, text: `what is posted says its length, at most ${MOST_BODY_bytes} bytes` };
      }
    }
    return { method, path: place[2], query: new URLSearchParams(place[3] ?? '') };
  }

  private isOwn(origin: string): boolean {
    return origin.startsWith('http://') && this.hosts.has(origin.slice('http://'.length).toLowerCase());
  }
}

function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || !['0', undefined].includes(headers['content-length']);
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
