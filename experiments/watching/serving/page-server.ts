import { randomBytes } from 'node:crypto';
import { constants, lstatSync } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inputError, OhmpropError, runError } from '../../../core/index.js';
import { readRegularFile } from '../../../core/input/index.js';
import { isShown } from '../files-of-run.js';
import { FolderFollower } from '../folder-follower.js';
import { Teller } from '../teller.js';
import { refuse, sendBytes, sendJson } from './answers.js';
import { streamEvents } from './event-stream.js';
import { type Admitted, Guard, MOST_BODY_bytes } from './guard.js';

/** Pages that are told what happens at a time, and lines in all. */
const MOST_STREAMS = 24;
const MOST_LINES = 128;
const HEADER_bytes = 8192;
/** A request takes at most so long to arrive, ms. */
const ARRIVAL_ms = 5000;
const MOST_FILE_bytes = 2 ** 26;
const LOOPBACK = '127.0.0.1';

/** How a stop went: sentences for people, one a line that was held. */
export interface Stopped {
  readonly texts: readonly string[];
  readonly failed: boolean;
}

/** What is served. */
export interface PageOptions {
  /** Directory of runs, or one run. */
  readonly path: string;
  /** The directory may not be there yet. */
  readonly mayCome?: boolean;
  /** 0, the default: a free one. */
  readonly port?: number;
  /** Makes safe everything that programs of this machine hold; without it the page has no button for it. */
  readonly stop?: () => Promise<Stopped>;
}

/** A page that is served on this machine until it is closed. */
export interface ServedPage {
  /** With its token: whoever knows it sees the page. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** What the page is made of, beside this module once it is built. */
const assets: Readonly<Record<string, string>> = {
  '': 'index.html',
  'page.js': 'page.js',
  'page.css': 'page.css',
  'icon.svg': 'icon.svg',
};
const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/**
 * Serves the live page of a directory on the loopback address, under a token of its own. Nothing in the directory is written.
 * @throws `watch.folder` where there is no such directory, `watch.port` where its port is taken (exit code 2)
 */
export async function servePage(options: PageOptions): Promise<ServedPage> {
  const { path, port = 0, mayCome = false } = options;
  if (
    !mayCome &&
    !lstatSync(await realpath(path).catch(() => path), { throwIfNoEntry: false })?.isDirectory()
  ) {
    throw inputError('watch.folder', `${path}: no such directory; name one of runs, or a run`);
  }
  const token = randomBytes(24).toString('base64url');
  const server = createServer({
    maxHeaderSize: HEADER_bytes,
    headersTimeout: ARRIVAL_ms,
    requestTimeout: ARRIVAL_ms,
    keepAliveTimeout: ARRIVAL_ms,
    connectionsCheckingInterval: 1000,
  });
  server.maxConnections = MOST_LINES;
  await listening(server, port);
  const served = (server.address() as AddressInfo).port;
  const page = new Page(options, new Guard(token, served));
  server.on('request', (request, response) => page.take(request, response));
  // What no page does: other protocols, bodies on trust.
  server.on('checkContinue', (_request, response: ServerResponse) => refuse(response, noTrust));
  server.on('checkExpectation', (_request, response: ServerResponse) => refuse(response, noTrust));
  server.on('upgrade', (_request, socket) => socket.destroy());
  server.on('connect', (_request, socket) => socket.destroy());
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return socket.destroy();
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  return {
    url: `http://${LOOPBACK}:${served}/${token}/`,
    port: served,
    close: async () => {
      page.close();
      server.closeAllConnections();
      await new Promise<void>((done) => {
        server.close(() => done());
      });
    },
  };
}

const noTrust = { status: 417, text: 'nothing is expected here' } as const;

function listening(server: Server, port: number): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'another program has it' : cause.message;
      fail(inputError('watch.port', `port ${port}: ${why}; give --port another, or leave it out`, cause));
    });
    server.listen(port, LOOPBACK, () => done());
  });
}

class Page {
  private readonly folder: FolderFollower;
  private readonly teller: Teller;
  private stopping: Promise<Stopped> | undefined;

  constructor(
    private readonly options: PageOptions,
    private readonly guard: Guard,
  ) {
    this.folder = new FolderFollower(options.path);
    this.teller = new Teller(this.folder);
  }

  close(): void {
    this.teller.close();
  }

  take(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    const admitted = this.guard.admit({ method, url, headers });
    if ('status' in admitted) {
      refuse(response, admitted);
      return;
    }
    this.answer(admitted, request, response).catch((error: Error) => {
      if (response.headersSent) return response.destroy();
      const known = error instanceof OhmpropError && error.code === 'watch.none';
      refuse(response, {
        status: known ? 404 : 500,
        text: known ? error.message : 'this could not be answered',
      });
    });
  }

  private async answer(asked: Admitted, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, path, query } = asked;
    if (method === 'POST') {
      if (path !== 'stop') throw nothingHere();
      return this.stop(request, response);
    }
    const head = method === 'HEAD';
    if (Object.hasOwn(assets, path)) {
      const name = assets[path];
      const bytes = await readRegularFile(fileURLToPath(new URL(`../page/${name}`, import.meta.url)), {
        most_bytes: MOST_FILE_bytes,
      });
      return sendBytes(response, { bytes, type: types[name.slice(name.lastIndexOf('.') + 1)], head });
    }
    if (head) throw nothingHere();
    if (path === 'events') {
      if (this.teller.listening >= MOST_STREAMS) {
        return refuse(response, { status: 503, text: `${MOST_STREAMS} pages are told already; close one` });
      }
      return streamEvents(this.teller, { request, query }, response);
    }
    if (path === 'can') return sendJson(response, { stop: this.options.stop !== undefined });
    const run = this.folder.run(query.get('run') ?? '');
    if (run === undefined) throw nothingHere();
    if (path === 'maps') return sendJson(response, await run.readMaps());
    if (path === 'file') return sendFile(response, run.path, query.get('path') ?? '');
    throw nothingHere();
  }

  /** What is asked for is said twice: by the address, and by the word in the body. */
  private async stop(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { stop } = this.options;
    if (stop === undefined) throw nothingHere();
    if ((await bodyOf(request)) !== '{"stop":"everything held here"}') {
      return refuse(response, { status: 400, text: 'this asks for no stop' });
    }
    this.stopping ??= stop().finally(() => {
      this.stopping = undefined;
    });
    sendJson(response, await this.stopping);
  }
}

async function sendFile(response: ServerResponse, run: string, path: string): Promise<void> {
  if (!isShown(path)) throw nothingHere();
  const file = join(run, path);
  // No link leads out of the run.
  const [root, real] = await Promise.all([realpath(run), realpath(file).catch(() => '')]);
  if (real !== join(root, ...path.split('/')) || !real.startsWith(root + sep)) throw nothingHere();
  const handle = await open(
    real,
    constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0),
  );
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > MOST_FILE_bytes) throw nothingHere();
    const bytes = await handle.readFile();
    sendBytes(response, { bytes, type: path.endsWith('.svg') ? types.svg : types.html, of: 'run' });
  } finally {
    await handle.close();
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > MOST_BODY_bytes) throw runError('watch.body', 'too much');
  }
  return body;
}

function nothingHere(): OhmpropError {
  return inputError('watch.none', 'nothing is here');
}
