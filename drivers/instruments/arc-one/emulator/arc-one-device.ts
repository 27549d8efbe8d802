import type { LineDevice, LineEnd } from '../../../serving/index.js';
import { type Clock, wallClock } from '../../../transport/index.js';
import type { EmulatedCells } from '../../emulated-cells.js';
import { EmulatedArcOne, type EmulatedArcOneOptions } from './emulated-arc-one.js';
import { type ArcOneFaults, FaultyLine } from './emulated-line.js';

/** Below this timers are too coarse: the processor waits in turns of the event loop instead, s. */
const FINE_seconds = 0.004;

/** 921,600 baud, 8 data bits, parity, start and stop bit. */
const BYTE_seconds = 11 / 921_600;

/** The wall's clock to a fraction of a millisecond, as reads of an instrument take. */
const fineClock: Clock = {
  passesUnasked: true,
  now_seconds: wallClock.now_seconds,
  after(seconds, callback) {
    const due = wallClock.now_seconds() + seconds;
    let cancel: () => void = () => {};
    const turn = () => {
      const left = due - wallClock.now_seconds();
      if (left > FINE_seconds) cancel = wallClock.after(left - FINE_seconds / 2, turn);
      else if (left > 0) {
        const soon = setImmediate(turn);
        cancel = () => clearImmediate(soon);
      } else callback();
    };
    turn();
    return () => cancel();
  },
};

/** One direction of the line: bytes take their time, one after the other. */
class Wire {
  private free_seconds = 0;

  pass(bytes: Uint8Array, arrive: (bytes: Uint8Array) => void): void {
    const now = fineClock.now_seconds();
    this.free_seconds = Math.max(now, this.free_seconds) + bytes.length * BYTE_seconds;
    fineClock.after(this.free_seconds - now, () => arrive(bytes));
  }
}

/** An emulated ArC ONE as something that can be served to other processes, in the wall's time. */
export class ArcOneDevice implements LineDevice {
  readonly name: string;
  readonly clock = fineClock;
  readonly instrument: EmulatedArcOne;
  readonly line: FaultyLine;

  constructor(
    cells: EmulatedCells,
    options: Omit<EmulatedArcOneOptions, 'clock'> & { readonly faults?: ArcOneFaults } = {},
  ) {
    this.name = `emulated ArC ONE with ${cells.name}`;
    this.instrument = new EmulatedArcOne(cells, { ...options, clock: fineClock });
    this.line = new FaultyLine(options.faults);
  }

  connect(send: (bytes: Uint8Array) => void): LineEnd {
    const [toHost, toInstrument] = [new Wire(), new Wire()];
    const transmit = (bytes: Uint8Array): void => {
      const passed = this.line.toHost(bytes);
      if (passed.length > 0) toHost.pass(passed, send);
    };
    this.instrument.onTransmit = transmit;
    return {
      input: (bytes) => toInstrument.pass(bytes, (came) => this.line.toInstrument(came, this.instrument)),
      // Whoever came next may be there before the one who left is known to be gone.
      closed: () => {
        if (this.instrument.onTransmit === transmit) this.instrument.onTransmit = () => {};
      },
    };
  }
}
