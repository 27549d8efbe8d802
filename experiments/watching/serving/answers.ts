import type { ServerResponse } from 'node:http';
import type { Refusal } from './guard.js';

/** Nothing is loaded from elsewhere, nothing written into the page runs, and nobody may frame it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
/** Of what a run holds, which may be somebody else's: drawn, with no right to anything. */
const strangersPolicy =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

const common = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
} as const;

/** Headers of every answer. */
export function headersOf(type: string, of: 'page' | 'run' = 'page'): Record<string, string> {
  return {
    ...common,
    'content-type': type,
    'content-security-policy': of === 'page' ? policy : strangersPolicy,
  };
}

export function sendBytes(
  response: ServerResponse,
  {
    bytes,
    type,
    of = 'page',
    head = false,
  }: { bytes: Uint8Array; type: string; of?: 'page' | 'run'; head?: boolean },
): void {
  response.writeHead(200, { ...headersOf(type, of), 'content-length': bytes.length });
  response.end(head ? undefined : bytes);
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    ...headersOf('application/json; charset=utf-8'),
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Says why, and lets the line go: what else comes over it is not read. */
export function refuse(
  response: ServerResponse,
  { status, text }: Refusal | { status: number; text: string },
): void {
  const body = `${text}\n`;
  response.writeHead(status, {
    ...headersOf('text/plain; charset=utf-8'),
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  response.end(body);
}
