import { connect } from 'node:net';
import type { RandomStream } from '../../core/index.js';
import { type ServedPage, servePage } from '../../experiments/watching/index.js';
import { mutateBytes, mutateText, pick } from './mutate.js';
import type { Target } from './target.js';

let folder: string;
/** Of the thread that takes cases; the one that only makes them serves nothing, and can end. */
let served: ServedPage | undefined;
let stopped = 0;

/** What a server of its own has of its own: put in where a case is taken, so that cases are the same whenever they are made. */
const TOKEN = '{token}';
const HOST = '{host}';

const words = [
  'Host: evil.example\r\n',
  'Origin: null\r\n',
  'Origin: http://127.0.0.1\r\n',
  'Content-Length: 99999999999\r\n',
  'Content-Length: -1\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Expect: 100-continue\r\n',
  'Upgrade: websocket\r\nConnection: Upgrade\r\n',
  'Last-Event-ID: 7.7\r\n',
  'Range: bytes=0-1\r\n',
  '\r\n\r\n',
  '%2e%2e%2f',
  '../../',
  '?run=r1&path=report.html',
  'CONNECT ',
  'HTTP/2.0',
  'HTTP/0.9',
  'x'.repeat(9000),
];

/** A server that hangs on a request is at fault after so long; it lets go who says nothing after 5 s, ms. */
const patience_ms = 9000;

const head = (line: string, ...more: string[]) => `${[line, `Host: ${HOST}`, ...more].join('\r\n')}\r\n\r\n`;
const get = (path: string) => head(`GET /${TOKEN}/${path} HTTP/1.1`, 'Sec-Fetch-Site: same-origin');
const body = '{"stop":"everything held here"}';
const seeds = [
  get(''),
  get('can'),
  get('events'),
  get('maps?run=r1'),
  get('file?run=r1&path=figures/learning.svg'),
  head('GET /events HTTP/1.1'),
  head('HEAD / HTTP/1.1', `Origin: http://${HOST}`),
  // From another page: a whole one is what our own may ask for.
  head(
    `POST /${TOKEN}/stop HTTP/1.1`,
    'Origin: http://evil.example',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ) + body,
];

/** Requests to the live page over real sockets; most of them know its token. None may stop hardware. */
export const requests: Target = {
  patience_ms,
  async prepare(inFolder) {
    folder = inFolder;
  },
  make(random: RandomStream): string {
    const seed = pick(random, seeds);
    if (random.integer(3) > 0) return mutateText(seed, random, words, seeds);
    const bytes = (text: string) => Buffer.from(text, 'latin1');
    return Buffer.from(mutateBytes(bytes(seed), random, seeds.map(bytes))).toString('latin1');
  },
  async take(input) {
    served ??= await servePage({
      path: folder,
      stop: async () => {
        stopped++;
        return { texts: [], failed: false };
      },
    });
    const { host, pathname } = new URL(served.url);
    const answer = await ask(
      served.port,
      (input as string).replaceAll(HOST, host).replaceAll(`/${TOKEN}/`, pathname),
    );
    if (stopped > 0) throw new Error('something was stopped');
    if (answer !== '' && !/^HTTP\/1\.1 \d{3} /.test(answer))
      throw new Error(`no answer of ours: ${answer.slice(0, 80)}`);
    if (/^HTTP\/1\.1 50[0-2]/.test(answer)) throw new Error(`the server could not: ${answer.slice(0, 200)}`);
    return answer.startsWith('HTTP/1.1 200');
  },
  kept: (input) => Buffer.from(input as string, 'latin1'),
};

/** The answer as far as its first bytes go. */
function ask(port: number, request: string): Promise<string> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(request, 'latin1');
      // What is no whole request would be waited for.
      setTimeout(() => socket.end(), 5);
    });
    socket.once('data', (bytes) => {
      socket.destroy();
      done(bytes.toString('latin1'));
    });
    socket.once('error', () => done(''));
    socket.once('close', () => done(''));
  });
}
