import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Spoken, Teller } from '../teller.js';
import { headersOf } from './answers.js';

/** A page that is asleep is told this often that we are there, ms. */
const ALIVE_ms = 15_000;
/** A page that takes no more than this behind is let go, bytes; it comes back and is told what it missed. */
const MOST_BEHIND_bytes = 2 ** 25;

/** Tells one page what happens, as server-sent events, until it leaves. */
export async function streamEvents(
  teller: Teller,
  { request, query }: { readonly request: IncomingMessage; readonly query: URLSearchParams },
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { ...headersOf('text/event-stream'), 'x-accel-buffering': 'no' });
  response.socket?.setNoDelay(true);
  let begun = false;
  const waiting: Spoken[] = [];
  const write = ({ id, data }: Spoken) => {
    if (response.writableLength > MOST_BEHIND_bytes) response.destroy();
    else response.write(`${id === '' ? '' : `id: ${id}\n`}data: ${data}\n\n`);
  };
  // A page that opens the line anew says it in the address, a browser that does so by itself in a header.
  const heard = request.headers['last-event-id'] ?? query.get('heard') ?? undefined;
  // Half a second is what a page waits before it comes back.
  response.write('retry: 500\n\n');
  const { first, leave } = await teller.listen(
    (spoken) => (begun ? write(spoken) : waiting.push(spoken)),
    typeof heard === 'string' ? heard : undefined,
  );
  const alive = setInterval(() => response.write('event: here\ndata: \n\n'), ALIVE_ms);
  const end = () => {
    clearInterval(alive);
    leave();
  };
  response.once('close', end);
  if (response.destroyed) return end();
  for (const spoken of first) write(spoken);
  begun = true;
  for (const spoken of waiting) write(spoken);
}
