import type { Socket } from 'node:net';

/** Who waits longer for the one before to end is refused, ms. */
const PATIENCE_ms = 500;

/** Gives a board to one connection at a time, in the order they came. Who does not end keeps it. */
export class OneAtATime {
  private current: Socket | undefined;
  private readonly waiting = new Map<Socket, NodeJS.Timeout>();

  constructor(private readonly onData: (bytes: Uint8Array) => void) {}

  add(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.ended(socket));
    this.waiting.set(
      socket,
      setTimeout(() => socket.destroy(), PATIENCE_ms),
    );
    this.next();
  }

  write(bytes: Uint8Array): void {
    this.current?.write(bytes);
  }

  close(): void {
    for (const socket of this.waiting.keys()) socket.destroy();
    this.current?.destroy();
  }

  private ended(socket: Socket): void {
    this.forget(socket);
    if (socket !== this.current) return;
    this.current = undefined;
    this.next();
  }

  private next(): void {
    const [first] = this.waiting.keys();
    if (this.current !== undefined || first === undefined) return;
    this.forget(first);
    this.current = first;
    first.setNoDelay(true);
    first.on('data', (bytes: Buffer) => this.onData(bytes));
  }

  private forget(socket: Socket): void {
    clearTimeout(this.waiting.get(socket));
    this.waiting.delete(socket);
  }
}
