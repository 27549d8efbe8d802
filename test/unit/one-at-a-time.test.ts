import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { OneAtATime } from '../../drivers/virtual-board/one-at-a-time.js';

/** A socket whose time the test lets pass. */
class StillSocket extends EventEmitter {
  readonly remoteAddress = 'here';
  constructor(readonly remotePort = 1) {
    super();
  }
  readonly writableNeedDrain = false;
  setNoDelay = () => this;
  pause = () => this;
  resume = () => this;
  end = () => this;
  setTimeout(_ms: number, listener?: () => void): this {
    if (listener !== undefined) this.once('timeout', listener);
    return this;
  }
}

it('a client that waits for the board to take what it has sent is not silent', () => {
  const told: string[] = [];
  const clients = new OneAtATime({
    onData: () => false,
    silence_seconds: 60,
    tell: (text) => told.push(text),
  });
  const socket = new StillSocket();
  clients.add(socket as unknown as Socket);
  socket.emit('data', new Uint8Array(5000));
  socket.emit('timeout');
  expect(told).toEqual(['here:1 is served']);
  clients.resume();
  socket.emit('timeout');
  expect(told.at(-1)).toBe('here:1 was let go: nothing was heard for 60 s');
});

it('a client that left while it waited is passed over: the next one is served', async () => {
  const told: string[] = [];
  const clients = new OneAtATime({ onData: () => true, silence_seconds: 0, tell: (text) => told.push(text) });
  const [first, left, next] = [1, 2, 3].map((port) => new StillSocket(port));
  clients.add(first as unknown as Socket);
  clients.add(left as unknown as Socket);
  Object.assign(left, { destroyed: true });
  left.emit('close');
  first.emit('close');
  await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
  clients.add(next as unknown as Socket);
  expect(told.filter((text) => /is served/.test(text))).toEqual(['here:1 is served', 'here:3 is served']);
});
