import { RandomStream, runError } from '../../../../core/index.js';
import { type Clock, type Transport, TransportListeners } from '../../../transport/index.js';
import type { EmulatedCells } from '../../emulated-cells.js';
import { EmulatedArcOne, type EmulatedArcOneOptions } from './emulated-arc-one.js';

/** What goes wrong on the line to an emulated instrument, by chance. */
export interface ArcOneFaults {
  /** Probability that a byte to the host is lost. */
  readonly lostBytes?: number;
  /** Probability that a whole command is lost, as a packet is. */
  readonly lostCommands?: number;
  /** Probability that the instrument stands still at a command, and for how long at most, s (default 5). */
  readonly stalls?: number;
  readonly stall_seconds?: number;
  /** Probability that its supply goes away at a command. */
  readonly powerLosses?: number;
  readonly seed?: number;
}

/** Applies faults between a host and an emulated instrument. */
export class FaultyLine {
  /** How many of each there were. */
  readonly counts = { lostBytes: 0, lostCommands: 0, stalls: 0, powerLosses: 0 };
  /** Nothing passes any longer, either way. */
  dead = false;
  private readonly random: RandomStream;

  constructor(public faults: ArcOneFaults = {}) {
    this.random = new RandomStream(faults.seed ?? 0, 'arc-one/faults');
  }

  /** A command on its way to the instrument. */
  toInstrument(bytes: Uint8Array, instrument: EmulatedArcOne): void {
    if (this.dead || this.draw('lostCommands')) return;
    if (this.draw('stalls')) instrument.stall((this.faults.stall_seconds ?? 5) * this.random.uniform());
    if (!this.draw('powerLosses')) {
      instrument.receive(bytes);
      return;
    }
    // before it heard the command, or in the midst of it
    if (this.random.uniform() < 0.5) instrument.receive(bytes);
    instrument.powerCycle();
  }

  /** What of bytes on their way to the host arrives. */
  toHost(bytes: Uint8Array): Uint8Array {
    if (this.dead) return new Uint8Array();
    if (!this.faults.lostBytes) return bytes;
    return bytes.filter(() => !this.draw('lostBytes'));
  }

  private draw(what: keyof FaultyLine['counts']): boolean {
    const share = this.faults[what] ?? 0;
    if (share === 0 || this.random.uniform() >= share) return false;
    this.counts[what]++;
    return true;
  }
}

/** A clock that jumps from deadline to deadline while nothing else is to be done: nobody waits in vain. */
class JumpingClock implements Clock {
  readonly passesUnasked = false;
  private readonly due = new Map<object, { readonly at: number; readonly callback: () => void }>();
  private now = 0;
  private turning = false;

  now_seconds(): number {
    return this.now;
  }

  after(seconds: number, callback: () => void): () => void {
    const key = {};
    this.due.set(key, { at: this.now + seconds, callback });
    this.turn();
    return () => this.due.delete(key);
  }

  private turn(): void {
    if (this.turning) return;
    this.turning = true;
    setImmediate(() => {
      this.turning = false;
      let first: [object, { at: number; callback: () => void }] | undefined;
      for (const entry of this.due) if (first === undefined || entry[1].at < first[1].at) first = entry;
      if (first === undefined) return;
      this.due.delete(first[0]);
      this.now = Math.max(this.now, first[1].at);
      first[1].callback();
      if (this.due.size > 0) this.turn();
    });
  }
}

/** An emulated ArC ONE that outlives the lines to it, in simulated time: for tests, and for rehearsals without hardware. */
export class ArcOneBench {
  readonly clock: Clock = new JumpingClock();
  readonly instrument: EmulatedArcOne;
  readonly line: FaultyLine;

  constructor(
    cells: EmulatedCells,
    options: Omit<EmulatedArcOneOptions, 'clock'> & { faults?: ArcOneFaults } = {},
  ) {
    this.instrument = new EmulatedArcOne(cells, { ...options, clock: this.clock });
    this.line = new FaultyLine(options.faults);
  }

  /** A line to it, as one that was just plugged in: whoever had one before has it no longer. */
  connect(): Transport {
    return new EmulatedLine(this);
  }
}

class EmulatedLine implements Transport {
  readonly name = 'emulated ArC ONE';
  readonly latency_seconds = 0.04;
  private readonly listeners = new TransportListeners();
  readonly onData = this.listeners.onData;
  readonly onClose = this.listeners.onClose;
  private isOpen = false;

  constructor(private readonly bench: ArcOneBench) {}

  get clock(): Clock {
    return this.bench.clock;
  }

  async open(): Promise<void> {
    this.isOpen = true;
    this.listeners.reopen();
    this.bench.instrument.onTransmit = (bytes) => {
      const passed = this.bench.line.toHost(bytes);
      if (this.isOpen && passed.length > 0) this.listeners.emit(passed);
    };
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.isOpen) throw runError('line.closed', `${this.name}: the line is not open`);
    this.writeNow(bytes);
  }

  writeNow(bytes: Uint8Array): void {
    if (this.isOpen) this.bench.line.toInstrument(bytes, this.bench.instrument);
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.listeners.end();
  }
}
