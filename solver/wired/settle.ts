import { eventLoopTurn } from '../../core/index.js';
import type { Nudge, PhaseReport, SettleStatus, StopRule } from '../../devices/contract/index.js';
import type { CrossbarSolution } from '../crossbar/index.js';
import { OutputPull, restOf } from '../layered/index.js';
import { offsetsOf, terminalsOf } from './offsets.js';
import { restsOf, scalesOf, sweepUnits, type UnitSystem } from './relax-units.js';
import { type SourceCurrents, type Sources, sourceCurrents } from './sources.js';
import type { WiredParameters } from './wired-parameters.js';

/** Of a batch: node voltages, and the crossbars as they were solved with them. */
export interface WiredStates {
  /** [batch × n_l] a layer, V. */
  readonly voltages: Float64Array[];
  /** Cells of each crossbar that it settled with, S. */
  readonly cells_S: readonly Float64Array[];
  /** Of each crossbar that was solved itself, what came out at these voltages. */
  readonly solved: (CrossbarSolution | undefined)[];
  /** Σ|y·v| of each layer where it is largest, A; kept in nudged phases. */
  scales_A?: readonly number[];
}

/** Where nothing else is said: tighter than other networks, as a sweep over units costs next to nothing. */
export const wiredStop = {
  tolerance: 1e-7,
  outputChange: 1e-6,
  maxIterations: 2000,
} as const satisfies StopRule;

/** A nudged phase is given up as not contracting once its residual has grown by this factor. */
const GROWTH_LIMIT = 1e4;
/** Corrections after which exact ports are found instead. */
const MAX_CORRECTIONS = 30;
/** How exactly the crossbars are solved first from rest; a nudged phase begins where the free one ended, and is solved to the end at once. */
const FIRST_TOLERANCE = 1e-5;
/** Units are relaxed between two corrections until so much of the residual is left. */
const LEFT_BETWEEN = 3e-3;
/** A crossbar is solved so much more exactly than the units were before. */
const AHEAD = 1e-3;

/** One phase, from its drive to its end. */
export interface Phase {
  readonly parameters: WiredParameters;
  readonly sources: Sources;
  readonly states: WiredStates;
  readonly nudge: Nudge | undefined;
  readonly stop: StopRule;
  readonly signal: AbortSignal | undefined;
  /** Its states are those of an equilibrium of the same inputs and cells. */
  readonly isNear: boolean;
}

/** Lets a batch relax; changes its states in place. */
export async function settleWired(phase: Phase): Promise<PhaseReport> {
  const { parameters, sources, stop } = phase;
  const corrected = parameters.correctedFor(sources.batch);
  if (stop.fixedIterations === undefined && corrected.includes(true)) {
    const start = phase.states.voltages.map((v) => v.slice());
    const report = await new Settling(phase, corrected).correct();
    if (report !== undefined) return report;
    // what was solved on the way is not at the voltages that come out
    phase.states.solved.fill(undefined);
    for (const [l, v] of start.entries()) phase.states.voltages[l].set(v);
  }
  return new Settling(
    phase,
    corrected.map(() => false),
  ).sweep();
}

class Settling {
  private readonly pull: OutputPull | undefined;
  private readonly frozen: readonly Uint8Array[] | undefined;
  private readonly against: boolean;
  private readonly stop: Required<Omit<StopRule, 'fixedIterations'>>;
  private readonly last: number;
  private readonly rests: UnitSystem['rests'];
  private readonly residuals: Float64Array;
  private readonly fromSources: SourceCurrents;
  private worst: readonly number[];
  private iterations = 0;

  constructor(
    private readonly phase: Phase,
    private readonly steady: readonly boolean[],
  ) {
    const { states, nudge, stop, parameters, sources } = phase;
    this.last = states.voltages.length - 1;
    this.rests = restsOf(parameters.network);
    this.fromSources = sourceCurrents(parameters.crossbars[0].ports(steady[0]).across, sources);
    this.pull = nudge === undefined ? undefined : new OutputPull(nudge, parameters.network.layers[this.last]);
    this.frozen = this.pull?.isLinear ? conductingDiodes(phase) : undefined;
    this.against = this.pull !== undefined && this.pull.extreme < 0;
    this.stop = { ...wiredStop, ...stop };
    this.residuals = new Float64Array(sources.batch);
    this.worst = states.voltages.map(() => 0);
  }

  /** By the ports alone, each sample until it is at rest. */
  async sweep(): Promise<PhaseReport> {
    const { states, sources, parameters, signal, stop } = this.phase;
    const { fromSources } = this;
    const system = this.systemOf(
      offsetsOf(parameters, sources, fromSources, this.steady, states.voltages, []),
    );
    if (this.isShorted(system)) return this.report('not-passive');
    const everybody = Array.from({ length: sources.batch }, (_, s) => s);
    let moving: readonly number[] = everybody;
    let firstWorst = Number.POSITIVE_INFINITY;
    let ended = 0;
    const limit = stop.fixedIterations ?? this.stop.maxIterations;
    // From rest a sweep carries the drive two layers further.
    const scaleSweeps = states.scales_A === undefined ? this.last + 1 : 0;
    const least = [...this.worst];
    for (let sweeps = 0; sweeps < limit; ) {
      if (signal?.aborted) return this.report('aborted');
      const scales = states.scales_A ?? this.worst.map(() => Number.POSITIVE_INFINITY);
      this.worst = sweepUnits(system, states.voltages, moving, scales, this.residuals);
      sweeps++;
      ended += moving.length;
      this.iterations = ended / sources.batch;
      if (sweeps <= scaleSweeps) states.scales_A = scalesOf(system, states.voltages, fromSources.magnitude_A);
      if (!this.worst.every(Number.isFinite)) return this.report('not-finite');
      const worst = moving.reduce((most, s) => Math.max(most, this.residuals[s]), 0);
      if (sweeps <= scaleSweeps) continue;
      if (sweeps === scaleSweeps + 1) firstWorst = worst;
      if (this.against && worst > GROWTH_LIMIT * firstWorst) return this.report('not-passive');
      if (stop.fixedIterations !== undefined) continue;
      const outputs = this.outputsStill(system);
      const still = moving.filter((s) => !(this.residuals[s] <= this.stop.tolerance && outputs));
      for (const [l, left] of this.worst.entries())
        if (still.length < moving.length) least[l] = Math.max(least[l], left);
      moving = still;
      if (moving.length === 0) return this.report('settled');
      if (sweeps % 64 === 0) await eventLoopTurn();
    }
    if (stop.fixedIterations !== undefined) return this.report('fixed-iterations');
    return this.report(
      this.against && this.iterations > 1 && this.grew(firstWorst) ? 'not-passive' : 'stopped-early',
    );
  }

  /**
   * By steady ports, corrected by what the crossbars themselves say at the voltages reached. Nothing where that does not lead to the
   * end.
   */
  async correct(): Promise<PhaseReport | undefined> {
    const { states, sources, parameters, signal, isNear } = this.phase;
    const { voltages, solved } = states;
    const known = isNear ? solved : solved.map(() => undefined);
    const { fromSources } = this;
    let offsets = offsetsOf(parameters, sources, fromSources, this.steady, voltages, known);
    const everybody = Array.from({ length: sources.batch }, (_, s) => s);
    const finest = Math.max(1e-13, 0.1 * this.stop.tolerance);
    let tolerance = isNear ? finest : Math.max(finest, FIRST_TOLERANCE);
    let left = 1;
    let previous = Number.POSITIVE_INFINITY;
    let slow = 0;
    const own = this.steady.map(() => false);
    for (let k = 0; k < MAX_CORRECTIONS; k++) {
      if (signal?.aborted) return this.report('aborted');
      const system = this.systemOf(offsets);
      if (this.isShorted(system)) return this.report('not-passive');
      this.relaxBetween(system, everybody, Math.max(0.1 * this.stop.tolerance, LEFT_BETWEEN * left));
      if (!this.worst.every(Number.isFinite)) return this.against ? undefined : this.report('not-finite');
      for (const [l, crossbar] of parameters.crossbars.entries()) {
        if (!this.steady[l]) continue;
        const from = solved[l];
        const found = crossbar.solve(terminalsOf(sources, voltages, l), tolerance, {
          ...(from === undefined ? {} : { from }),
          ...(from !== undefined && own[l] ? { into: from } : {}),
        });
        if (found.status !== 'settled') return undefined;
        this.iterations += found.stats.iterations;
        solved[l] = found;
        own[l] = true;
      }
      offsets = offsetsOf(parameters, sources, fromSources, this.steady, voltages, solved);
      const checked = this.systemOf(offsets);
      states.scales_A ??= scalesOf(checked, voltages, fromSources.magnitude_A);
      this.worst = sweepUnits(checked, voltages, everybody, states.scales_A, this.residuals, false);
      left = this.residuals.reduce((most, one) => Math.max(most, one), 0);
      if (!Number.isFinite(left)) return this.report('not-finite');
      if (left <= this.stop.tolerance && tolerance <= finest && this.outputsStill(checked))
        return this.report('settled');
      slow = left > 0.5 * previous ? slow + 1 : 0;
      if (slow > 3) return undefined;
      if (this.iterations >= this.stop.maxIterations) return this.report('stopped-early');
      previous = left;
      tolerance = Math.min(tolerance, Math.max(finest, AHEAD * left));
      await eventLoopTurn();
    }
    return undefined;
  }

  private relaxBetween(system: UnitSystem, samples: readonly number[], until: number): void {
    const { states } = this.phase;
    const { voltages } = states;
    for (let sweep = 0; sweep < 200; sweep++) {
      const scales = states.scales_A ?? scalesOf(system, voltages, this.fromSources.magnitude_A);
      this.worst = sweepUnits(system, voltages, samples, scales, this.residuals);
      const worst = this.residuals.reduce((most, one) => Math.max(most, one), 0);
      if (sweep > this.last && worst <= until) return;
    }
  }

  private systemOf(offsets: readonly Float64Array[]): UnitSystem {
    const { parameters, sources } = this.phase;
    const { network } = parameters;
    const layers = parameters.units(this.steady);
    return {
      network,
      rests: this.rests,
      batch: sources.batch,
      layers,
      offsets,
      pull: this.pull,
      frozen: this.frozen,
    };
  }

  /** With a negative conductance in all at an output there is no stable equilibrium, whatever a sweep finds. */
  private isShorted({ layers, network }: UnitSystem): boolean {
    if (!this.against || this.pull === undefined) return false;
    const n = network.layers[this.last];
    for (let j = 0; j < n; j++) if (layers[this.last].own[j * n + j] + this.pull.extreme <= 0) return true;
    return false;
  }

  /** In a nudged phase: the last change of every output, relative to the largest output. */
  private outputsStill({ layers }: UnitSystem): boolean {
    if (this.pull === undefined) return true;
    const outputs = this.phase.states.voltages[this.last];
    const n = this.phase.parameters.network.layers[this.last];
    let least = Number.POSITIVE_INFINITY;
    for (let e = 0; e < outputs.length; e++) {
      const j = e % n;
      least = Math.min(least, Math.abs(layers[this.last].own[j * n + j] + this.pull.conductances[e]));
    }
    const largest = outputs.reduce((most, v) => Math.max(most, Math.abs(v)), Number.MIN_VALUE);
    return this.worst[this.last] / least / largest <= this.stop.outputChange;
  }

  private grew(firstWorst: number): boolean {
    return this.residuals.some((one) => one >= firstWorst);
  }

  private report(status: SettleStatus): PhaseReport {
    const scales = this.phase.states.scales_A ?? [];
    const residual = this.worst.reduce(
      (most, left, l) => Math.max(most, left === 0 ? 0 : left / (scales[l] ?? 0)),
      0,
    );
    return { status, iterations: this.iterations, residual, residual_A: Math.max(...this.worst) };
  }
}

/** Hidden units whose diode conducts, 1 or 0, [batch × n_l] a layer. */
function conductingDiodes({ states, parameters: { network } }: Phase): Uint8Array[] {
  return states.voltages.map((v, l) =>
    Uint8Array.from(v, (value, e) => {
      const { low, high } = restOf(network, l, e % network.layers[l]);
      return value <= low || value >= high ? 1 : 0;
    }),
  );
}
