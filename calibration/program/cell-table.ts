import { type DeviceState, inputError } from '../../core/index.js';
import type { GivenUpReason } from './events.js';
import type { CheckedRequest } from './request.js';

/** Where a cell stands: still to be written, at rest before it is judged, judged and kept, or given up. */
export type CellPhase = 'to-write' | 'at-rest' | 'accepted' | 'given-up';

const phases: readonly CellPhase[] = ['to-write', 'at-rest', 'accepted', 'given-up'];
const reasons: readonly GivenUpReason[] = ['budget', 'unresponsive', 'out-of-reach', 'does-not-hold'];
const FORMAT = 'program/1';

/** What is kept of each cell with a target: columns, one entry a cell, in the order of the request. */
export class CellTable {
  readonly potentiation: Int32Array;
  readonly depression: Int32Array;
  /** How often it had to turn round, and how often it had left its target when it was judged. */
  readonly turns: Int32Array;
  readonly rejections: Int32Array;
  /** Way of its last pulses; 0: none yet. */
  readonly direction: Int32Array;
  /** 1: it was seen to answer to the strongest pulses. */
  readonly answered: Int32Array;
  /** Last seen at, S, by the mean of how many reads, with what standard deviation. */
  readonly seen_S: Float64Array;
  readonly seenReads: Int32Array;
  readonly spread_S: Float64Array;
  private readonly phaseOf: Uint8Array;
  private readonly reasonOf: Uint8Array;
  private readonly memories: Float64Array;

  constructor(private readonly request: CheckedRequest) {
    const { length } = request.cells;
    this.potentiation = new Int32Array(length);
    this.depression = new Int32Array(length);
    this.turns = new Int32Array(length);
    this.rejections = new Int32Array(length);
    this.direction = new Int32Array(length);
    this.answered = new Int32Array(length);
    this.seen_S = new Float64Array(length).fill(Number.NaN);
    this.seenReads = new Int32Array(length);
    this.spread_S = new Float64Array(length);
    this.phaseOf = new Uint8Array(length);
    this.reasonOf = new Uint8Array(length);
    this.memories = new Float64Array(length * request.strategy.numbersPerCell);
  }

  get length(): number {
    return this.request.cells.length;
  }

  phase(i: number): CellPhase {
    return phases[this.phaseOf[i]];
  }

  setPhase(i: number, phase: CellPhase): void {
    this.phaseOf[i] = phases.indexOf(phase);
  }

  /** Why it was given up, where it was. */
  reason(i: number): GivenUpReason | undefined {
    return this.phase(i) === 'given-up' ? reasons[this.reasonOf[i]] : undefined;
  }

  giveUp(i: number, reason: GivenUpReason): void {
    this.setPhase(i, 'given-up');
    this.reasonOf[i] = reasons.indexOf(reason);
  }

  pulses(i: number): number {
    return this.potentiation[i] + this.depression[i];
  }

  /** What the strategy keeps of it: a view to write to. */
  memory(i: number): Float64Array {
    const { numbersPerCell } = this.request.strategy;
    return this.memories.subarray(i * numbersPerCell, (i + 1) * numbersPerCell);
  }

  snapshot(): DeviceState {
    const { cells, targets_S, strategy } = this.request;
    return {
      format: FORMAT,
      arrays: {
        cells: cells.slice(),
        targets_S: Float64Array.from(cells, (cell) => targets_S[cell]),
        ...Object.fromEntries(Object.entries(this.columns()).map(([name, column]) => [name, column.slice()])),
      },
      values: { strategy: strategy.name },
    };
  }

  /** Takes up a state of the same request. Throws `program.restore`, exit code 2. */
  restore({ format, arrays, values }: DeviceState): void {
    const { cells, targets_S, strategy } = this.request;
    const refuse = (what: string) =>
      inputError('program.restore', `cannot go on with ${format}: ${what}; begin anew`);
    if (format !== FORMAT) throw refuse(`this is not ${FORMAT}`);
    if (values.strategy !== strategy.name) throw refuse(`its pulses were chosen by ${values.strategy}`);
    const same =
      arrays.cells?.length === cells.length &&
      cells.every((cell, i) => arrays.cells[i] === cell && arrays.targets_S?.[i] === targets_S[cell]);
    if (!same) throw refuse('it has other targets, or another order');
    for (const [name, column] of Object.entries(this.columns())) {
      if (arrays[name]?.length !== column.length) throw refuse(`its ${name} do not fit`);
      column.set(arrays[name]);
    }
  }

  private columns() {
    const { potentiation, depression, turns, rejections, direction, answered } = this;
    const { seen_S, seenReads, spread_S, phaseOf: phase, reasonOf: reason, memories } = this;
    const counted = { potentiation, depression, turns, rejections, direction, answered };
    return { ...counted, seen_S, seenReads, spread_S, phase, reason, memories };
  }
}
