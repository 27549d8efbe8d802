import type { Socket } from 'node:net';

/** A client that was refused or let go has so long to read why, ms. */
const FAREWELL_ms = 1000;

/** A client that comes while another is served shows within so long what it wants, ms. */
const FIRST_WORDS_ms = 100;
/** So many zero bytes in a row are an emergency stop (firmware/PROTOCOL.md). */
const STOP_ZEROS = 8;

/** Who takes what a client sends, and how a board is given to clients. */
export interface OneAtATimeOptions {
  /** @returns false where it has enough for now: `resume` of `OneAtATime` asks for more */
  readonly onData: (bytes: Uint8Array) => boolean;
  /** A client that is not heard for so long is let go, s; 0 never lets one go. */
  readonly silence_seconds: number;
  /** Somebody is about to be served: the port is opened. */
  readonly onServe?: (() => void) | undefined;
  /** Told of clients that come, go, and are sent away: a sentence each. */
  readonly tell?: ((text: string) => void) | undefined;
}

/**
 * Gives a board to one client at a time. Whoever comes meanwhile is told who is served, and sent away, but an emergency stop is
 * passed on and what the board then says is sent to that client as well; whoever is silent for
 * too long is let go. What the board cannot take yet stays with the client: its socket is not read.
 */
export class OneAtATime {
  private current: Socket | undefined;
  private name = '';
  /** The board takes nothing for now: that nothing is heard is not the client's silence. */
  private full = false;
  private readonly sockets = new Set<Socket>();
  private unpluggedUntil_ms = 0;
  /** Clients that have stopped the board while another was served. */
  private readonly stoppers = new Set<Socket>();

  constructor(private readonly options: OneAtATimeOptions) {}

  add(socket: Socket): void {
    if (performance.now() < this.unpluggedUntil_ms) {
      socket.destroy();
      return;
    }
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.ended(socket);
    });
    if (this.current === undefined) {
      this.serve(socket);
      return;
    }
    // Who left just before this one came is heard of within a turn of the event loop; the next may be before it.
    setImmediate(() => setImmediate(() => this.serveOrRefuse(socket)));
  }

  write(bytes: Uint8Array): void {
    const { current } = this;
    // Whoever does not read what it asked for is asked for nothing more.
    for (const stopper of this.stoppers) stopper.write(bytes);
    if (current?.write(bytes) === false) current.pause().once('drain', () => current.resume());
  }

  /** The board can take more. */
  resume(): void {
    const { current } = this;
    this.full = false;
    if (current !== undefined && !current.writableNeedDrain) current.resume();
  }

  /** The cable is out for so long: whoever is served is cut off, whoever comes finds nobody. */
  unplug(seconds: number): void {
    this.unpluggedUntil_ms = performance.now() + 1000 * seconds;
    this.close();
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private serveOrRefuse(socket: Socket): void {
    if (socket.destroyed) return;
    if (this.current === undefined) {
      this.serve(socket);
      return;
    }
    const refuse = () => {
      const why = `in use by ${this.name}`;
      this.options.tell?.(`${nameOf(socket)} was sent away: ${why}`);
      sendAway(socket, why);
    };
    const timer = setTimeout(refuse, FIRST_WORDS_ms);
    socket.once('close', () => clearTimeout(timer));
    socket.once('data', (bytes: Buffer) => {
      clearTimeout(timer);
      if (bytes.length < STOP_ZEROS || bytes.some((byte) => byte !== 0)) refuse();
      else this.letStop(socket, bytes);
    });
  }

  private letStop(socket: Socket, zeros: Buffer): void {
    this.options.tell?.(`${nameOf(socket)} stops the board that ${this.name.split(' ')[0]} is served`);
    this.stoppers.add(socket);
    socket.once('close', () => this.stoppers.delete(socket));
    socket.setTimeout(FAREWELL_ms, () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      if (bytes.every((byte) => byte === 0)) this.options.onData(bytes);
    });
    this.options.onData(zeros);
  }

  private serve(socket: Socket): void {
    const { onData, tell } = this.options;
    this.current = socket;
    this.full = false;
    this.name = `${nameOf(socket)} since ${new Date().toTimeString().slice(0, 8)}`;
    tell?.(`${nameOf(socket)} is served`);
    this.options.onServe?.();
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      if (socket !== this.current || onData(bytes)) return;
      this.full = true;
      socket.pause();
    });
    socket.once('end', () => this.ended(socket));
    this.watch(socket);
  }

  private watch(socket: Socket): void {
    const { silence_seconds, tell } = this.options;
    socket.setTimeout(1000 * silence_seconds, () => {
      if (socket !== this.current) return;
      if (this.full) {
        this.watch(socket);
        return;
      }
      const why = `let go: nothing was heard for ${silence_seconds} s`;
      tell?.(`${nameOf(socket)} was ${why}`);
      this.current = undefined;
      sendAway(socket, why);
    });
  }

  private ended(socket: Socket): void {
    if (socket !== this.current) return;
    this.options.tell?.(`${this.name.split(' ')[0]} has left`);
    this.current = undefined;
  }
}

function sendAway(socket: Socket, why: string): void {
  socket.end(`${why}\r\n`);
  // Unread, what it still sends would have the operating system throw away what we said.
  socket.resume();
  socket.setTimeout(FAREWELL_ms, () => socket.destroy());
}

function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? 'a client'}:${remotePort ?? 0}`;
}
