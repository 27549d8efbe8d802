import { RandomStream } from '../../../core/index.js';
import type { Clock } from '../../transport/index.js';
import type { CellPort } from '../cell-port.js';

/** What has been across the terminals since somebody looked, for tests and reports. */
export interface TerminalsSeen {
  /** Furthest from 0 V, and the largest current, either way. */
  readonly most_V: number;
  readonly most_A: number;
  /** Longest stretch at one side of 0 V further out than `above_V`, s. */
  longest_seconds(above_V: number): number;
  /** Stretches further out than `above_V`. */
  stretches(above_V: number): number;
}

interface Stretch {
  readonly voltage_V: number;
  readonly seconds: number;
}

/** A source-measure unit's reading. */
export interface Reading {
  readonly voltage_V: number;
  readonly current_A: number;
  readonly limited: boolean;
}

/** Relative error of a reading and its floor, A and V: about what a 2400 does at 1 power-line cycle (its datasheet). */
const RELATIVE = 1e-4;
const FLOOR_A = 2e-10;
const FLOOR_V = 2e-5;
/** Off, the terminals see 0 V behind a small current limit, as the `NORMal` off state has it. */
const OFF_LIMIT_A = 1;

/** The output stage of an emulated source-measure unit in voltage mode, with a cell at its terminals. */
export class Terminals {
  private on = false;
  private level_V = 0;
  private limit_A = 1.05e-4;
  private last_seconds: number;
  private stretches: Stretch[] = [];
  private readonly random: RandomStream;

  constructor(
    private readonly clock: Clock,
    private cell: CellPort,
    seed: number,
    /** Of its readings' errors; 0 leaves none. */
    private readonly noise = 1,
  ) {
    this.last_seconds = clock.now_seconds();
    this.random = new RandomStream(seed, 'smu/readings');
  }

  get output(): boolean {
    return this.on;
  }

  /** Another cell is between them, by a switch. */
  connect(cell: CellPort): void {
    this.advance();
    this.cell = cell;
  }

  set(change: { readonly output?: boolean; readonly level_V?: number; readonly limit_A?: number }): void {
    this.advance();
    if (change.output !== undefined) this.on = change.output;
    if (change.level_V !== undefined) this.level_V = change.level_V;
    if (change.limit_A !== undefined) this.limit_A = Math.abs(change.limit_A);
  }

  /** Lets the time pass that has passed since. */
  advance(): void {
    const now = this.clock.now_seconds();
    const seconds = now - this.last_seconds;
    this.last_seconds = now;
    if (seconds <= 0) return;
    const { voltage_V } = this.hold(seconds);
    const last = this.stretches.at(-1);
    if (last !== undefined && last.voltage_V === voltage_V) {
      this.stretches[this.stretches.length - 1] = { voltage_V, seconds: last.seconds + seconds };
    } else this.stretches.push({ voltage_V, seconds });
  }

  measure(): Reading {
    this.advance();
    const { voltage_V, current_A, limited } = this.hold(0);
    const noisy = (value: number, floor: number): number =>
      value * (1 + this.noise * RELATIVE * this.random.normal()) + this.noise * floor * this.random.normal();
    return { voltage_V: noisy(voltage_V, FLOOR_V), current_A: noisy(current_A, FLOOR_A), limited };
  }

  /** The current stands at its limit now. */
  get limited(): boolean {
    this.advance();
    return this.hold(0).limited;
  }

  /** Its supply is gone and comes back: the output is off. */
  powerLoss(): void {
    this.set({ output: false, level_V: 0, limit_A: 1.05e-4 });
  }

  /** What has been across the cell since this was last asked. */
  seen(): TerminalsSeen {
    this.advance();
    const { stretches } = this;
    this.stretches = [];
    const most_A = this.most_A;
    this.most_A = 0;
    // Neighbours at one side of 0 V belong together.
    const joined = (above_V: number): number[] => {
      const lengths: number[] = [];
      let side = 0;
      for (const { voltage_V, seconds } of stretches) {
        const now = Math.abs(voltage_V) > above_V ? Math.sign(voltage_V) : 0;
        if (now === 0) side = 0;
        else if (now === side) lengths[lengths.length - 1] += seconds;
        else {
          side = now;
          lengths.push(seconds);
        }
      }
      return lengths;
    };
    return {
      most_V: stretches.reduce((most, { voltage_V }) => Math.max(most, Math.abs(voltage_V)), 0),
      most_A,
      longest_seconds: (above_V) => Math.max(0, ...joined(above_V)),
      stretches: (above_V) => joined(above_V).length,
    };
  }

  private most_A = 0;

  private hold(seconds: number): Reading {
    const response = this.on
      ? this.cell.hold(this.level_V, this.limit_A, seconds)
      : this.cell.hold(0, OFF_LIMIT_A, seconds);
    if (this.on && seconds > 0) this.most_A = Math.max(this.most_A, Math.abs(response.current_A));
    return response;
  }
}
