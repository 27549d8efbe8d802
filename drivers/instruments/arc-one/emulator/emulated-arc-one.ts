import type { Clock } from '../../../transport/index.js';
import type { EmulatedCells } from '../../emulated-cells.js';
import type { Board } from './board.js';
import type { Firmware } from './firmware.js';
import { mainLoop } from './main-loop.js';
import { Sockets } from './sockets.js';

/** What is emulated besides the cells. */
export interface EmulatedArcOneOptions {
  readonly clock: Clock;
  /** Version that it says; `undefined` says nothing, as old firmware does. Default 1.0. */
  readonly firmware?: { readonly major: number; readonly minor: number } | 'silent';
  /** σ of one read of the converters, relative. Default 0.2 %. */
  readonly noise?: number;
  /** One sample of a read, s. Default 20 µs. */
  readonly sample_seconds?: number;
  /** From reset or power-on until it listens, s. Default 0.8. */
  readonly boot_seconds?: number;
  readonly seed?: number;
}

/** Lines that wait to be worked on: so many bytes fit into its buffer, more are lost. */
const BUFFER_BYTES = 1024;

/** Shorter times are not told to cells, of which there may be a thousand. */
const FINEST_seconds = 0.005;

/**
 * An ArC ONE as seen from its serial line: bytes in, bytes out, with the time that its jobs take. No ids, no checksums, no word
 * about what it does not understand, and nothing that it could be asked of a pulse: as the instrument is.
 */
export class EmulatedArcOne {
  readonly sockets: Sockets;
  /** Where its bytes go. */
  onTransmit: (bytes: Uint8Array) => void = () => {};
  private readonly clock: Clock;
  private readonly boot_seconds: number;
  private readonly board: Board;
  private running: Firmware | undefined;
  private waitsForLine = false;
  private lines: string[] = [];
  private text = '';
  private passed_seconds: number;
  private cancel: () => void = () => {};
  private stalled_seconds = 0;

  constructor(cells: EmulatedCells, options: EmulatedArcOneOptions) {
    const { noise = 0.002, sample_seconds = 20e-6, seed = 1, firmware = { major: 1, minor: 0 } } = options;
    this.clock = options.clock;
    this.boot_seconds = options.boot_seconds ?? 0.8;
    this.sockets = new Sockets(cells, { noise, sample_seconds, seed });
    this.passed_seconds = this.clock.now_seconds();
    this.board = {
      sockets: this.sockets,
      firmware: firmware === 'silent' ? undefined : firmware,
      sendLine: (text) => this.onTransmit(Buffer.from(`${text}\n`, 'latin1')),
      sendFloats: (...values) =>
        this.onTransmit(bytesOf(values, 4, (view, at, value) => view.setFloat32(at, value, true))),
      sendShorts: (...values) =>
        this.onTransmit(bytesOf(values, 2, (view, at, value) => view.setUint16(at, value, true))),
      reset: () => this.restart(),
    };
    this.start();
  }

  receive(bytes: Uint8Array): void {
    // deaf until it has started
    if (this.running === undefined) return;
    for (const byte of bytes) {
      if (byte === 0x0a) {
        // an empty one is no field: libarc1 ends the code of its switch seeker by two line feeds
        if (this.text !== '') this.lines.push(this.text);
        this.text = '';
      } else if (this.text.length + this.lines.length < BUFFER_BYTES) {
        this.text += String.fromCharCode(byte);
      }
    }
    if (this.waitsForLine) this.goOn();
  }

  /** Its supply goes away and comes back: what it was doing ends, settings are lost, cells stay. */
  powerCycle(): void {
    this.restart();
  }

  /** It does nothing for so long; what comes meanwhile waits. */
  stall(seconds: number): void {
    this.stalled_seconds = Math.max(this.stalled_seconds, seconds);
  }

  /** Nothing happens here any longer. */
  stop(): void {
    this.cancel();
    this.running = undefined;
  }

  private restart(): void {
    this.stop();
    this.lines = [];
    this.text = '';
    this.waitsForLine = false;
    this.sockets.forget();
    this.cancel = this.clock.after(this.boot_seconds, () => this.start());
  }

  private start(): void {
    this.running = mainLoop(this.board);
    this.step('');
  }

  private goOn(): void {
    const line = this.lines.shift();
    if (line === undefined) return;
    this.waitsForLine = false;
    const seconds = this.stalled_seconds;
    this.stalled_seconds = 0;
    if (seconds === 0) this.step(line);
    else this.cancel = this.clock.after(seconds, () => this.step(line));
  }

  /** Runs until it waits for something that is not there yet. */
  private step(input: string): void {
    const { running } = this;
    if (running === undefined) return;
    this.passTime();
    for (let next = input; ; ) {
      const { value, done } = running.next(next);
      // a reset ends this run and begins another
      if (done || this.running !== running) return;
      if (value.for === 'time') {
        if (value.seconds > 0 && value.seconds < Number.POSITIVE_INFINITY) {
          this.cancel = this.clock.after(value.seconds, () => this.step(''));
          return;
        }
        if (value.seconds > 0) return;
        next = '';
        continue;
      }
      const line = this.stalled_seconds === 0 ? this.lines.shift() : undefined;
      if (line === undefined) {
        this.waitsForLine = true;
        if (this.lines.length > 0) this.goOn();
        return;
      }
      next = line;
    }
  }

  /** Cells relax while nobody asks. */
  private passTime(): void {
    const now = this.clock.now_seconds();
    if (now - this.passed_seconds < FINEST_seconds) return;
    this.sockets.pass(now - this.passed_seconds);
    this.passed_seconds = now;
  }
}

function bytesOf(
  values: readonly number[],
  size: number,
  set: (view: DataView, at: number, value: number) => void,
): Uint8Array {
  const bytes = new Uint8Array(size * values.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) set(view, i * size, value);
  return bytes;
}
