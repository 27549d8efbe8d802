import type { DeviceState } from '../../core/index.js';
import type { CellArray } from '../../devices/contract/index.js';
import { CellTable } from './cell-table.js';
import { clockOf, type ProgramClock } from './clock.js';
import type { GivenUpReason, ProgramEvent, ReadEvent } from './events.js';
import { type Reading, ReadSpread, readingOf } from './read-spread.js';
import { noConductance, updateLost } from './refusals.js';
import { type ProgramReport, programReport } from './report.js';
import { type CheckedRequest, checkRequest, type ProgramRequest } from './request.js';
import type { PulsesSeen } from './strategy.js';

/** Share of the tolerance within which a cell is left to rest; after two turns the whole of it, as its steps may be coarse. */
const AIM = 0.5;
const AIMED_TURNS = 2;
/** How often a cell may leave the strongest pulses unanswered, one after the other. */
const UNANSWERED = 8;
/** Reads by which it is decided whether a cell answers. */
const CAREFUL_READS = 8;
/** How often a cell may leave its target before it is judged. */
const MAX_REJECTIONS = 32;

/** What a run of programming is told besides the request. */
export interface ProgramRun {
  /** Ends it between two pulses. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ProgramEvent) => void;
}

/**
 * Write and verify over any array of cells: the project's one such loop. A cell is read, pulsed as its strategy says and read
 * again until it is near its target; then it rests while others are written, and is judged by reads of its own. One that has
 * left its target is written again, one that answers to nothing or uses up its budget is given up. When all are done the
 * whole array is read, and what no longer holds (disturbed by its neighbours, say) is written again, a stated number of times.
 *
 * Each pulse is an update of its own above the array's last, so that none is ever given twice. Where it stands is `snapshot()`
 * at any time; whoever restores it judges accepted cells anew, as nobody knows what happened to them meanwhile.
 */
export class Programming {
  private readonly request: CheckedRequest;
  private readonly table: CellTable;
  private readonly spread: ReadSpread;
  private readonly clock: ProgramClock;
  private readonly pulsedAt_seconds: Float64Array;
  private reads = 0;
  private energy_J = 0;
  private begun_seconds = 0;
  private onEvent: (event: ProgramEvent) => void = () => {};
  private signal: AbortSignal | undefined;

  /** @throws `program.*` where the request does not fit the array */
  constructor(
    private readonly array: CellArray,
    request: ProgramRequest,
    clock?: ProgramClock,
  ) {
    const { info } = array;
    this.request = checkRequest(info, request);
    this.table = new CellTable(this.request);
    const range_S = info.g_max_S - info.g_min_S;
    this.spread = new ReadSpread(1e-6 * range_S, range_S);
    this.clock = clock ?? clockOf(array);
    this.pulsedAt_seconds = new Float64Array(this.table.length).fill(Number.NaN);
  }

  /** Where it stands, for `restore`. */
  snapshot(): DeviceState {
    return this.table.snapshot();
  }

  /** Goes on from a snapshot of the same request. Throws `program.restore`. */
  restore(state: DeviceState): void {
    this.table.restore(state);
  }

  async run({ signal, onEvent }: ProgramRun = {}): Promise<ProgramReport> {
    this.signal = signal;
    this.onEvent = onEvent ?? (() => {});
    this.begun_seconds = this.clock.now_seconds();
    const { table, request } = this;
    const indices = Array.from(request.cells.keys());
    // what became of cells that another run accepted nobody knows
    for (const i of indices) if (table.phase(i) === 'accepted') table.setPhase(i, 'at-rest');
    for (let pass = 0; ; pass++) {
      await this.writeAll(indices);
      if (this.stopped) return this.report('stopped', this.lastSeen());
      const final_S = await this.readAll();
      const gone = indices.filter(
        (i) => table.phase(i) === 'accepted' && !this.isWithin(i, final_S[request.cells[i]]),
      );
      if (gone.length === 0 || pass === request.passes) return this.report('done', final_S);
      for (const i of gone) this.sendBack(i, final_S[request.cells[i]], request.reads);
    }
  }

  /** Writes and judges until nothing is left to do: what is due to be judged first, then what is to be written. */
  private async writeAll(cells: readonly number[]): Promise<void> {
    const { table, request } = this;
    const toWrite = cells.filter((i) => table.phase(i) === 'to-write');
    // of a run before: when they were last pulsed nobody knows
    const resting = cells
      .filter((i) => table.phase(i) === 'at-rest')
      .map((i) => ({ i, due_seconds: this.clock.now_seconds() }));
    while (!this.stopped && (toWrite.length > 0 || resting.length > 0)) {
      const now_seconds = this.clock.now_seconds();
      if (resting.length > 0 && resting[0].due_seconds <= now_seconds) {
        const { i } = resting.shift()!;
        await this.judge(i);
        if (table.phase(i) === 'to-write') toWrite.push(i);
      } else if (toWrite.length > 0) {
        const i = toWrite.shift()!;
        if (await this.write(i)) {
          resting.push({ i, due_seconds: this.clock.now_seconds() + request.after_seconds });
        }
      } else {
        await this.clock.wait(resting[0].due_seconds - now_seconds, this.signal);
      }
    }
  }

  /** Pulses one cell until it is near its target: true, or it is given up, or somebody stopped it. */
  private async write(i: number): Promise<boolean> {
    const { table, request } = this;
    const { strategy, budget, targets_S, cells } = request;
    const target_S = targets_S[cells[i]];
    let now = await this.look(i, 'look', request.reads);
    const first = now;
    let before = now;
    let unanswered = 0;
    let last: PulsesSeen | undefined;
    while (!this.stopped) {
      if (this.isNear(i, now.conductance_S)) {
        table.setPhase(i, 'at-rest');
        this.tell(i, { kind: 'reached', conductance_S: now.conductance_S });
        return true;
      }
      const left = budget - table.pulses(i);
      if (left <= 0) return this.budgetSpent(i, first);
      const direction = target_S > now.conductance_S ? 1 : -1;
      if (last === undefined || Math.sign(last.count) !== direction) {
        if (table.direction[i] === -direction) table.turns[i]++;
        last = undefined;
        [before, unanswered] = [now, 0];
      }
      const chosen = strategy.next({
        now_S: now.conductance_S,
        target_S,
        tolerance_S: request.tolerances_S[i],
        direction,
        memory: table.memory(i),
        ...(last === undefined ? {} : { last }),
      });
      const count = direction * Math.min(Math.abs(chosen.count), left, this.array.info.maxPulses);
      await this.pulse(i, { ...chosen, count });
      const from_S = now.conductance_S;
      now = await this.look(i, 'write', 1);
      last = { ...chosen, count, from_S, moved_S: direction * (now.conductance_S - from_S) };
      strategy.saw?.(last, table.memory(i), request.tolerances_S[i]);
      unanswered = chosen.strongest ? unanswered + 1 : 0;
      if (unanswered >= UNANSWERED) {
        now = await this.look(i, 'write', CAREFUL_READS);
        if (!this.spread.moved(before, now) && !this.isNear(i, now.conductance_S)) {
          if (this.spread.moved(first, now)) table.answered[i] = 1;
          return this.giveUp(i, table.answered[i] ? 'out-of-reach' : 'unresponsive', now);
        }
        table.answered[i] = 1;
        [before, unanswered] = [now, 0];
      }
    }
    return false;
  }

  /** A cell that used up its budget without ever having answered is dead rather than slow. */
  private async budgetSpent(i: number, first: Reading): Promise<false> {
    const { answered, turns } = this.table;
    const now = await this.look(i, 'write', CAREFUL_READS);
    const moves = answered[i] > 0 || turns[i] > 0 || this.spread.moved(first, now);
    return this.giveUp(i, moves ? 'budget' : 'unresponsive', now);
  }

  /** Judges a rested cell by reads of its own. */
  private async judge(i: number): Promise<void> {
    const { table, request } = this;
    const reading = await this.look(i, 'judge', request.reads);
    const { conductance_S, reads } = reading;
    const after_seconds = this.clock.now_seconds() - this.pulsedAt_seconds[i];
    if (!this.isWithin(i, conductance_S, 1 - request.guard)) return this.sendBack(i, conductance_S, reads);
    table.setPhase(i, 'accepted');
    this.tell(i, { kind: 'accepted', conductance_S, reads, after_seconds });
  }

  /** A cell that has left its target is written again, unless it does so again and again. */
  private sendBack(i: number, conductance_S: number, reads: number): void {
    const { table } = this;
    table.setPhase(i, 'to-write');
    table.rejections[i]++;
    const after_seconds = this.clock.now_seconds() - this.pulsedAt_seconds[i];
    this.tell(i, { kind: 'rejected', conductance_S, reads, after_seconds });
    if (table.rejections[i] > MAX_REJECTIONS) this.giveUp(i, 'does-not-hold', { conductance_S });
  }

  private async pulse(
    i: number,
    { count, shape }: { count: number; shape?: PulsesSeen['shape'] },
  ): Promise<void> {
    const { array, table, request } = this;
    const cell = request.cells[i];
    const id = array.info.lastUpdate + 1;
    const direction = count > 0 ? 'potentiation' : 'depression';
    const own = shape ?? array.info.nominalPulse?.[direction];
    const plan = {
      counts: Int16Array.of(count),
      indices: Uint32Array.of(cell),
      ...(shape === undefined || array.info.pulseShapes === 'nominal' ? {} : { [direction]: shape }),
    };
    const report = await array.pulse(plan, { id });
    if (!report.applied) throw updateLost(array.info, id);
    table[direction][i] += Math.abs(count);
    table.direction[i] = Math.sign(count);
    this.energy_J += report.energy_J;
    this.pulsedAt_seconds[i] = this.clock.now_seconds();
    this.tell(i, {
      kind: 'pulse',
      count,
      amplitude_V: own?.amplitude_V ?? Number.NaN,
      width_s: own?.width_s ?? Number.NaN,
      pulses: table.pulses(i),
      update: id,
      energy_J: report.energy_J,
    });
  }

  private async look(i: number, purpose: ReadEvent['purpose'], wanted: number): Promise<Reading> {
    const { array, table, request } = this;
    const { columns, readsVary } = array.info;
    const cell = request.cells[i];
    const range = { row: Math.floor(cell / columns), column: cell % columns, rows: 1, columns: 1 };
    const reads_S: number[] = [];
    for (let n = 0; n < (readsVary ? wanted : 1); n++) {
      const [read_S] = await array.read(range, this.readOptions(1));
      if (!Number.isFinite(read_S)) throw noConductance(array.info, cell, read_S);
      reads_S.push(read_S);
    }
    this.reads += reads_S.length;
    const reading = readingOf(reads_S);
    this.spread.note(reading);
    [table.seen_S[i], table.spread_S[i], table.seenReads[i]] = [
      reading.conductance_S,
      reading.spread_S,
      reading.reads,
    ];
    this.tell(i, { kind: 'read', purpose, ...reading });
    return reading;
  }

  private async readAll(): Promise<Float64Array> {
    const { info } = this.array;
    const averages = info.readsVary ? this.request.reads : 1;
    this.reads += averages * info.rows * info.columns;
    return this.array.read(undefined, this.readOptions(averages));
  }

  private readOptions(averages: number) {
    const { read_V } = this.request;
    return { averages, ...(read_V === undefined ? {} : { read_V }) };
  }

  private isWithin(i: number, conductance_S: number, share = 1): boolean {
    const { targets_S, cells, tolerances_S } = this.request;
    return Math.abs(conductance_S - targets_S[cells[i]]) <= share * tolerances_S[i];
  }

  private isNear(i: number, conductance_S: number): boolean {
    return this.isWithin(i, conductance_S, this.table.turns[i] < AIMED_TURNS ? AIM : 1);
  }

  private giveUp(i: number, reason: GivenUpReason, { conductance_S }: { conductance_S: number }): false {
    this.table.giveUp(i, reason);
    this.tell(i, { kind: 'given-up', reason, conductance_S });
    return false;
  }

  /** The whole array as far as it was read, NaN elsewhere. */
  private lastSeen(): Float64Array {
    const all_S = new Float64Array(this.request.targets_S.length).fill(Number.NaN);
    for (const [i, cell] of this.request.cells.entries()) all_S[cell] = this.table.seen_S[i];
    return all_S;
  }

  private report(status: ProgramReport['status'], final_S: Float64Array): ProgramReport {
    const elapsed_seconds = this.clock.now_seconds() - this.begun_seconds;
    const { reads, energy_J } = this;
    const { columns } = this.array.info;
    return programReport(this.request, this.table, columns, {
      status,
      final_S,
      reads,
      energy_J,
      elapsed_seconds,
    });
  }

  private get stopped(): boolean {
    return this.signal?.aborted === true;
  }

  private tell(i: number, event: OwnOf<ProgramEvent>): void {
    const cell = this.request.cells[i];
    const { columns } = this.array.info;
    const time_seconds = this.clock.now_seconds() - this.begun_seconds;
    this.onEvent({ cell, row: Math.floor(cell / columns), column: cell % columns, time_seconds, ...event });
  }
}

/** What an event says besides where and when. */
type OwnOf<E> = E extends unknown ? Omit<E, 'cell' | 'row' | 'column' | 'time_seconds'> : never;
