import { RandomStream } from '../../../../core/index.js';
import type { EmulatedCells } from '../../emulated-cells.js';

/** What its converters can do. */
export interface Converters {
  /** σ of one read, relative. */
  readonly noise: number;
  /** Time of one sample of a read, s. */
  readonly sample_seconds: number;
  readonly seed: number;
}

/** How the instrument is set. */
interface Configuration {
  readonly cycles: number;
  readonly words: number;
  readonly bits: number;
  readonly mode: number;
  readonly sneak: number;
  readonly read_V: number;
}

/** Shortest pulse that its driver can make, s, and the longest; its amplifiers end at ±12 V. */
const LEAST_seconds = 90e-9;
const MOST_seconds = 10;
const RAIL_V = 12;
/** Where nothing is selected, or nothing flows: what its converter shows at most, ohm. */
const OPEN_ohm = 1e9;

/** One pulse as it was at the terminals of a cell. */
export interface PulseGiven {
  readonly row: number;
  readonly column: number;
  readonly amplitude_V: number;
  readonly width_s: number;
}

/** Lines, converters and the cells between them. Settings are lost with the supply; cells are not. */
export class Sockets {
  /** Pulses that came to each cell so far, row-major: what nobody but a test can know. */
  readonly pulses: Int32Array;
  /** Told of each. */
  onPulse: (given: PulseGiven) => void = () => {};
  selected = { word: 0, bit: 0 };
  private readonly random: RandomStream;
  private configuration: Configuration | undefined;

  constructor(
    readonly cells: EmulatedCells,
    private readonly converters: Converters,
  ) {
    this.pulses = new Int32Array(cells.rows * cells.columns);
    this.random = new RandomStream(converters.seed, 'arc-one/read');
  }

  get words(): number {
    return this.configuration?.words ?? 0;
  }

  get read_V(): number {
    return this.configuration?.read_V ?? 0;
  }

  /** How long a read takes, s. */
  get read_seconds(): number {
    return (this.configuration?.cycles ?? 0) * this.converters.sample_seconds;
  }

  configure(configuration: Configuration): void {
    this.configuration = configuration;
  }

  setRead(mode: number, read_V: number): void {
    if (this.configuration !== undefined) this.configuration = { ...this.configuration, mode, read_V };
  }

  select(word: number, bit: number): void {
    this.selected = { word, bit };
  }

  /** Everything as after power-on. */
  forget(): void {
    this.configuration = undefined;
    this.selected = { word: 0, bit: 0 };
  }

  read(word: number, bit: number): number {
    return this.readAt(word, bit, this.read_V);
  }

  readAt(word: number, bit: number, voltage_V: number): number {
    if (!this.isThere(word, bit) || voltage_V === 0) return OPEN_ohm;
    const current_A = this.cells.current_A(word - 1, bit - 1, voltage_V);
    const noisy_A = current_A * (1 + this.converters.noise * this.random.normal());
    const ohm = voltage_V / noisy_A;
    return ohm > 0 && ohm < OPEN_ohm ? ohm : OPEN_ohm;
  }

  /** @returns how long it was on, s: 0 where there is no such cell, or nothing to give */
  pulse(word: number, bit: number, amplitude_V: number, width_s: number): number {
    if (this.configuration === undefined || !this.isThere(word, bit)) return 0;
    if (!(width_s > 0) || amplitude_V === 0) return 0;
    const volts = Math.max(-RAIL_V, Math.min(RAIL_V, amplitude_V));
    const seconds = Math.max(LEAST_seconds, Math.min(MOST_seconds, width_s));
    const [row, column] = [word - 1, bit - 1];
    this.cells.hold(row, column, volts, seconds);
    this.pulses[row * this.cells.columns + column]++;
    this.onPulse({ row, column, amplitude_V: volts, width_s: seconds });
    return seconds;
  }

  pass(seconds: number): void {
    this.cells.pass(seconds);
  }

  private isThere(word: number, bit: number): boolean {
    return (
      [word, bit].every(Number.isInteger) &&
      word >= 1 &&
      bit >= 1 &&
      word <= this.cells.rows &&
      bit <= this.cells.columns
    );
  }
}
