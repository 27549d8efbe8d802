import { once } from 'node:events';
import { appendFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedPage, servePage } from '../../experiments/watching/index.js';
import { noChromium, startChromium } from '../chromium.js';
import { scratch } from '../scratch.js';
import { ohmprop, startOhmprop } from './command-line.js';

let runs: string;
let served: ServedPage;
let stops = 0;

beforeAll(async () => {
  const home = scratch('watch');
  runs = join(home, 'runs');
  const lines = {
    learned: ['train', '--preset', 'xor'],
    board: ['train', '--device', 'virtual', '--data', 'xor', '--without-report'],
  };
  for (const [name, line] of Object.entries(lines)) {
    const { code, stderr } = await ohmprop([...line, '--epochs', '4', '-o', `runs/${name}/`], { cwd: home });
    if (code !== 0) throw new Error(stderr);
  }
  served = await servePage({
    path: runs,
    stop: async () => {
      stops++;
      return { texts: ['virtual: the board has stopped'], failed: false };
    },
  });
  // A page listens before it asks for anything, and asks for runs that it was told of.
  const events = (await get('events')).body?.getReader();
  for (let told = ''; !told.includes('"r2"'); ) {
    const { value, done } = (await events?.read()) ?? { done: true };
    if (done) throw new Error(`the page told no run r2: ${told}`);
    told += new TextDecoder().decode(value);
  }
});
afterAll(() => served.close());

const get = (path: string, init: RequestInit = {}) => fetch(`${served.url}${path}`, init);

describe('ohmprop watch', () => {
  it('prints its address, and ends in order', async () => {
    const { code, stdout } = await ohmprop(['watch', 'runs', '--json'], {
      cwd: join(runs, '..'),
      signal: AbortSignal.abort(),
    });
    expect(code).toBe(130);
    expect(JSON.parse(stdout).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    expect((await ohmprop(['watch', 'nowhere'])).stderr).toMatch(/"nowhere" does not exist/);
  });

  it('sets the strictest headers on everything', async () => {
    const answer = await get('can');
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self';(?!.*unsafe)/,
    );
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    const report = await get('file?run=r2&path=report.html');
    expect(report.status === 200 ? 'served' : await report.text()).toBe('served');
    expect(report.headers.get('content-security-policy')).toMatch(
      /^sandbox; default-src 'none';(?!.*script)/,
    );
  });

  it('gives maps of runs on simulated devices and on boards', async () => {
    const [board, learned] = await Promise.all(
      ['r1', 'r2'].map(
        async (run) => (await get(`maps?run=${run}`)).json() as Promise<{ of: string; maps: object[] }>,
      ),
    );
    expect(board.of).toBe('after update 4');
    expect(board.maps[0]).toMatchObject({ name: 'g1 by the data sheet', rows: 6, columns: 6, unit: 'S' });
    expect(learned.maps[0]).toMatchObject({ unit: 'S', rows: 4 });
  });

  it('gives of a run its pictures and its report alone', async () => {
    symlinkSync('/etc/passwd', join(runs, 'learned', 'figures', 'passwd.svg'));
    for (const path of [
      'config.yaml',
      '../board/manifest.json',
      'figures/../config.yaml',
      'figures/passwd.svg',
      '/etc/passwd',
    ]) {
      expect((await get(`file?run=r2&path=${encodeURIComponent(path)}`)).status, path).toBe(404);
    }
    expect((await get('file?run=r2&path=figures/learning.svg')).status).toBe(200);
  });

  it('stops only what its own page asks for', async () => {
    const origin = new URL(served.url).origin;
    const headers = { 'content-type': 'application/json', origin };
    const body = '{"stop":"everything held here"}';
    expect(
      (await get('stop', { method: 'POST', headers: { ...headers, origin: 'http://evil.example' }, body }))
        .status,
    ).toBe(403);
    expect((await get('stop', { method: 'POST', headers, body: '{}' })).status).toBe(400);
    expect(stops).toBe(0);
    const answer = await get('stop', { method: 'POST', headers, body });
    expect(await answer.json()).toEqual({ texts: ['virtual: the board has stopped'], failed: false });
    expect(stops).toBe(1);
  });

  it('lives through what is no request', async () => {
    const { hostname, port } = new URL(served.url);
    const told = await Promise.all(
      [
        'GET / HTTP/1.1\r\n\r\n',
        '\0\0\0\0',
        `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
        'CONNECT evil:80 HTTP/1.1\r\nHost: evil:80\r\n\r\n',
        'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n',
        'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n',
      ].map(
        (text) =>
          new Promise<string>((done) => {
            let answer = '';
            const socket = connect(Number(port), hostname, () => socket.end(text));
            socket.on('data', (bytes) => {
              answer += bytes;
            });
            socket.on('error', () => {});
            socket.once('close', () => done(answer));
          }),
      ),
    );
    for (const answer of told) expect(answer).toMatch(/^$|^HTTP\/1\.1 4/);
    expect((await get('can')).status).toBe(200);
  });
});

describe.skipIf(noChromium)('the page in Chromium (needs Debian’s package chromium)', () => {
  it('shows runs as they grow, and has no serious fault for who cannot see or point', async () => {
    const home = scratch('watch-page');
    cpSync(runs, join(home, 'runs'), { recursive: true });
    const started = startOhmprop(['watch', 'runs'], { cwd: home });
    const url = String((await once(started.stdout, 'data'))[0]).trim();
    const browser = await startChromium();
    try {
      const page = await browser.newPage();
      const amiss: string[] = [];
      page.on('console', (message) => message.type() === 'error' && amiss.push(message.text()));
      page.on('pageerror', (error) => amiss.push(error.message));
      page.on('request', (request) => request.url().startsWith(url) || amiss.push(request.url()));
      await page.goto(url);
      await page.waitForSelector('#runs li:nth-child(2)');
      await page.click('#runs button:has-text("board")');
      await page.waitForSelector('[data-card=board] dt:has-text("Link")');
      await page.waitForSelector('[data-card=maps] canvas');

      // A run that comes while the page is open, and an epoch more.
      mkdirSync(join(home, 'runs', 'new'));
      const metrics = join(home, 'runs', 'new', 'metrics.jsonl');
      writeFileSync(metrics, '{"epoch":1,"testError":0.5}\n');
      await page.waitForSelector('#runs li:has-text("new"):has-text("epoch 1")');
      appendFileSync(metrics, '{"epoch":2,"testError":0.25}\n');
      await page.waitForSelector('#runs li:has-text("new"):has-text("test 25.00 %")');

      const axe = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.waitForSelector(`html[data-theme=${colorScheme}]`);
        // By the debugger: the page itself lets no script in.
        const found = await page.evaluate(
          `${axe}; axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
        );
        expect(found, colorScheme).toEqual([]);
      }

      // The stop asks again, and can be left by a key.
      await page.click('#stop');
      await page.waitForSelector('#stop-dialog[open]');
      await page.keyboard.press('Escape');
      await page.waitForSelector('#stop-dialog:not([open])', { state: 'hidden' });
      expect(amiss).toEqual([]);
    } finally {
      await browser.close();
      started.kill('SIGINT');
    }
  }, 60_000);
});
