import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { scratch } from './scratch.js';

/** Whether Debian's package redis-server is here. */
export const hasRedis = spawnSync('redis-server', ['--version']).error === undefined;

/** A Redis of a test's own on loopback, that can be killed and started again, empty. */
export class TestRedis {
  private server: ChildProcess | undefined;

  private constructor(readonly port: number) {}

  static async start(...options: string[]): Promise<TestRedis> {
    const redis = new TestRedis(await freePort());
    await redis.restart(...options);
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async restart(...options: string[]): Promise<void> {
    const fixed = [
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--dir',
      scratch('redis'),
    ];
    const server = spawn('redis-server', [...fixed, ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.server = server;
    await new Promise<void>((ready) => {
      server.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.includes('Ready to accept connections')) ready();
      });
    });
  }

  /** `kill -9`: what it held is gone. */
  async kill(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    const gone = new Promise((done) => server.once('exit', done));
    server.kill('SIGKILL');
    await gone;
  }
}

/** A port that nobody listens at. */
export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
