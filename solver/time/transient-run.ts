import type { Netlist, TransientAnalysis } from '../../circuits/netlist/index.js';
import { eventLoopTurn, inputError } from '../../core/index.js';
import { CircuitEquations } from '../equations/index.js';
import { cornersOf } from './corners.js';
import { Observer } from './observer.js';
import { Recorder } from './recorder.js';
import { StageNewton } from './stage-newton.js';
import { type Start, startAsGiven, startAtRest } from './start.js';
import type { TransientStatus } from './statuses.js';
import { StepControl } from './step-control.js';
import { Stepper } from './stepper.js';
import { esdirk3, type Tableau } from './tableau.js';
import { TimeSystem } from './time-system.js';
import type { TransientOptions } from './transient-options.js';
import { type TransientSolution, waveformsOf } from './transient-result.js';
import { startUncharged } from './uncharged.js';

/** Share of reltol that one step may add: errors of many steps add up, and the whole is to come out near reltol. */
const LOCAL_SHARE = 0.1;
/** Share of reltol and vntol that Newton's method may leave. */
const NEWTON_SHARE = 1e-3;
/** First step after a jump, as a share of the way to the next. */
const FIRST_SHARE = 1e-3;
/** Steps of implicit Euler by which charges find their currents after a jump, as a share of the first step. */
const EULER_SHARE = 1e-6;
/** The same where slopes over time are looked at, as a share of the longest step: of shorter ones rounding leaves nothing. */
const SLOPE_EULER_SHARE = 1e-6;
/** Shortest step, as a share of the longest, and of the time itself. */
const SHORTEST_SHARE = 1e-13;
const EPSILONS = 8;
/** Steps this much shorter than the longest are not shortened for the sake of curves between saved points alone. */
const CURVE_SHARE = 1e-4;
/** V or A; whatever grows beyond it has no end. */
const UNSTABLE = 1e15;
const TURN_MS = 40;
/** Rounds in which switches may turn at one time. */
const MOST_TURNS = 40;
/** Steps that may be cut in turn to meet the level of a switch. */
const MOST_AIMS = 30;
/** A source that jumps at a corner has its value of before until there. */
const JUST_BEFORE = 1 - Number.EPSILON / 2;
/** Numbers of one saved row, times rows: 1.5 GB. */
const MOST_NUMBERS = 1.5e9 / 8;

/** One transient, from its start to its end. */
export class TransientRun {
  private readonly system: TimeSystem;
  private readonly newton: StageNewton;
  private readonly stepper: Stepper;
  private readonly control: StepControl;
  private readonly observer: Observer;
  private readonly recorder: Recorder;
  private readonly tolerances: Required<Pick<TransientOptions, 'reltol' | 'vntol' | 'abstol'>>;
  private readonly longest_s: number;
  private reached_s = 0;
  private step_s: number;
  private steps = 0;
  private rejected = 0;
  private notFollowed = 0;
  private worst = '';

  constructor(
    private readonly netlist: Netlist,
    private readonly analysis: Omit<TransientAnalysis, 'place'>,
    private readonly options: TransientOptions,
    tableau: Tableau = esdirk3,
  ) {
    const { reltol = 1e-3, vntol = 1e-6, abstol = 1e-12, chgtol } = options;
    const { start_s, step_s, stop_s, maxStep_s } = analysis;
    this.tolerances = { reltol, vntol, abstol };
    const equations = new CircuitEquations(netlist, true);
    if (analysis.useInitial) startUncharged(equations, options.initialVoltages_V ?? new Map());
    this.system = new TimeSystem(equations, {
      voltage_V: LOCAL_SHARE * vntol,
      current_A: Math.max(abstol, 1e-4 * vntol),
      state: LOCAL_SHARE * Math.min(1e-6, reltol),
      ...(chgtol === undefined ? {} : { charge_C: LOCAL_SHARE * chgtol }),
    });
    this.newton = new StageNewton(this.system, {
      relative: NEWTON_SHARE * reltol,
      absolute_V: NEWTON_SHARE * vntol,
      absolute_A: abstol,
    });
    this.stepper = new Stepper(this.system, this.newton, tableau);
    this.control = new StepControl(this.system.stores, LOCAL_SHARE * reltol, tableau.errorOrder);
    this.observer = new Observer(this.system);
    const { columns } = this.observer;
    const rows = (stop_s - start_s) / step_s;
    if (rows * columns > MOST_NUMBERS) throw tooLarge(rows, columns);
    this.recorder = new Recorder(
      this.observer,
      { start_s, step_s, stop_s },
      { relative: reltol, absolute_V: vntol, absolute_A: abstol },
    );
    this.longest_s = maxStep_s ?? (stop_s - start_s) / 50;
    this.step_s = this.longest_s;
  }

  async run(): Promise<TransientSolution> {
    const { stepper, system, analysis } = this;
    const initial_V = this.options.initialVoltages_V ?? new Map<string, number>();
    const start = analysis.useInitial
      ? startAsGiven(system, initial_V, stepper.x)
      : startAtRest(this.netlist, system, initial_V, stepper.x, analysis.holdInitial);
    const status =
      start.point !== undefined && start.point.status !== 'settled'
        ? start.point.status
        : await this.follow();
    return {
      value: waveformsOf(this.recorder.saved, this.observer),
      status,
      stats: {
        reached_s: this.reached_s,
        steps: this.steps,
        rejected: this.rejected,
        notFollowed: this.notFollowed,
        newtonIterations: this.newton.iterations,
        factorisations: this.newton.factorisations,
        unknowns: system.circuit.system.size,
        method: stepper.tableau.name,
        floatingAtStart: start.floating,
        switchesHeldAtStart: start.switchesHeld,
        worst: status === 'completed' ? '' : worstOf(start, this.worst),
        ...(start.point === undefined ? {} : { start: start.point }),
      },
    };
  }

  private async follow(): Promise<TransientStatus> {
    const { stepper, system, analysis, options } = this;
    system.setTime(0, stepper.x);
    // States begin where their elements say.
    system.stores.predicted.set(system.stores.value);
    if (!system.evaluate(stepper.x)) return this.stoppedBy(system.circuit.failingElement, 'not-finite');
    if (analysis.useInitial) system.startCharged();
    stepper.value.set(system.stores.value);
    system.anchor(stepper.x);
    let turn = performance.now();
    for (const corner_s of cornersOf(system.equations, analysis.stop_s)) {
      const status = this.restart(corner_s);
      if (status !== 'completed') return status;
      while (this.reached_s < corner_s) {
        const failed = this.advance(corner_s);
        if (failed !== 'completed') return failed;
        if (performance.now() - turn > TURN_MS) {
          options.progress?.(this.reached_s);
          await eventLoopTurn();
          turn = performance.now();
        }
        if (this.recorder.numbers > MOST_NUMBERS) return this.stoppedBy('', 'too-many-steps');
        if (options.signal?.aborted) return this.stoppedBy('', 'aborted');
      }
    }
    return 'completed';
  }

  private stoppedBy(worst: string, status: TransientStatus): TransientStatus {
    this.worst = worst;
    return status;
  }

  /** Finds currents of charges after a jump, and a step to begin with. */
  private restart(corner_s: number): TransientStatus {
    const { stepper } = this;
    const way_s = corner_s - this.reached_s;
    this.step_s = Math.min(this.longest_s, this.step_s, FIRST_SHARE * way_s);
    for (let round = 0; ; round++) {
      const status = this.findRates(corner_s);
      if (status !== 'completed') return status;
      // A switch that turned may turn others, or itself back.
      const turned = this.system.circuit.turnSwitches(stepper.x);
      if (turned < 0) break;
      this.newton.forget();
      if (round > MOST_TURNS) {
        return this.stoppedBy(this.system.circuit.switches.name(turned), 'step-too-small');
      }
    }
    this.recorder.restart(this.reached_s, stepper.x);
    return 'completed';
  }

  /** Two steps of implicit Euler that are too short to matter: after a jump the first is no rate. */
  private findRates(corner_s: number): TransientStatus {
    const { stepper } = this;
    const way_s = corner_s - this.reached_s;
    const slopes = this.system.equations.followingNodes.size > 0;
    const shortest_s = slopes ? SLOPE_EULER_SHARE * this.longest_s : this.shortest_s();
    let at_s = this.reached_s;
    for (let n = 0; n < 2; n++) {
      let euler_s = Math.min(way_s / 4, Math.max(EULER_SHARE * this.step_s, shortest_s));
      let status = stepper.implicitEuler(at_s, euler_s);
      // Where Newton's method does not follow a jump, perhaps it follows a shorter or a longer step.
      for (let k = 0; status !== 'settled' && k < 12; k++) {
        euler_s = k < 6 ? Math.max(euler_s / 10, Number.MIN_VALUE) : Math.min(way_s / 4, euler_s * 1e3);
        status = stepper.implicitEuler(at_s, euler_s);
      }
      if (status !== 'settled') return this.lost(status);
      if (at_s + euler_s < corner_s) at_s += euler_s;
    }
    this.reached_s = at_s;
    return 'completed';
  }

  /** The share of the step tried last after which a switch turns, if it overshoots; 1: none turns before its end. */
  private turningShare(): number {
    const { switches } = this.system.circuit;
    const { reltol, vntol, abstol } = this.tolerances;
    let share = 1;
    for (let k = 0; k < switches.count; k++) {
      if (!switches.turns(k, this.stepper.end)) continue;
      const level = switches.level(k);
      const from = switches.control(k, this.stepper.x);
      const to = switches.control(k, this.stepper.end);
      const floor = switches.steeredByCurrent(k) ? abstol : vntol;
      const allowed = LOCAL_SHARE * reltol * Math.max(Math.abs(level), Math.abs(to - from)) + floor;
      if (Math.abs(to - level) <= allowed) continue;
      const aim = level + 0.5 * allowed * Math.sign(to - level);
      share = Math.min(share, Math.max(0.02, (aim - from) / (to - from)));
    }
    return share;
  }

  private shortest_s(): number {
    return Math.max(SHORTEST_SHARE * this.longest_s, EPSILONS * Number.EPSILON * this.reached_s);
  }

  /** One step towards the corner, as long as its error allows. */
  private advance(corner_s: number): TransientStatus {
    const { stepper, control, newton } = this;
    // Steps that were cut to end just past a switch's level: how many, and the last of them.
    let aims = 0;
    let aim_s = 0;
    while (true) {
      const left_s = corner_s - this.reached_s;
      let step_s = Math.min(this.step_s, this.longest_s);
      // Such a step is not stretched to the corner again: it would be cut again without end.
      if (step_s !== aim_s && step_s > 0.95 * left_s) step_s = left_s;
      else if (step_s !== aim_s && step_s > 0.5 * left_s) step_s = left_s / 2;
      const end_s = step_s === left_s ? corner_s : this.reached_s + step_s;
      const status = stepper.attempt(this.reached_s, step_s, corner_s * JUST_BEFORE);
      if (status !== 'settled') {
        this.notFollowed++;
        this.step_s = step_s / 8;
        if (this.step_s < this.shortest_s()) return this.lost(status);
        continue;
      }
      const error = control.measure(stepper, step_s);
      const factor = control.factor(error);
      if (!(error <= 1) && step_s > this.shortest_s()) {
        this.rejected++;
        this.step_s = step_s * factor;
        if (this.step_s < this.shortest_s()) {
          return this.stoppedBy(this.system.stores.names[control.worst] ?? '', 'step-too-small');
        }
        continue;
      }
      const turning = this.system.circuit.switches.count === 0 ? 1 : this.turningShare();
      if (turning < 1 && aims < MOST_AIMS && step_s * turning > this.shortest_s()) {
        aims++;
        aim_s = step_s * turning;
        this.step_s = aim_s;
        continue;
      }
      const curve = this.recorder.curveError(end_s, stepper.end);
      if (curve > 2 && step_s > CURVE_SHARE * this.longest_s) {
        this.rejected++;
        this.step_s = step_s / 2;
        continue;
      }
      stepper.accept(step_s);
      this.recorder.keep(end_s);
      this.steps++;
      this.reached_s = end_s;
      newton.remember(stepper.x);
      const wanted_s = step_s * Math.min(factor, curve > 0.5 ? 1 : 5);
      // A step that was only cut to meet a corner says nothing against the longer one.
      this.step_s = step_s < this.step_s && factor >= 1 ? Math.max(wanted_s, this.step_s) : wanted_s;
      if (this.system.circuit.turnSwitches(stepper.x) >= 0 && end_s < corner_s) {
        this.newton.forget();
        return this.restart(corner_s);
      }
      if (!(this.size() < UNSTABLE)) return this.stoppedBy(this.system.nameAt(newton.worst), 'unstable');
      return 'completed';
    }
  }

  private lost(status: TransientStatus | 'settled'): TransientStatus {
    const { newton, system } = this;
    const at = newton.worst >= 0 ? system.nameAt(newton.worst) : '';
    const worst = status === 'not-finite' ? system.circuit.failingElement || at : at;
    return this.stoppedBy(worst, status === 'not-settled' ? 'step-too-small' : (status as TransientStatus));
  }

  private size(): number {
    const { end } = this.stepper;
    let largest = 0;
    for (let k = 0; k < end.length; k++) largest = Math.max(largest, Math.abs(end[k]));
    return largest;
  }
}

function tooLarge(rows: number, columns: number): Error {
  const gigabytes = ((8 * rows * columns) / 1e9).toFixed(1);
  return inputError(
    'circuit.too-large',
    `the result would hold ${Math.ceil(rows)} points or more of ${columns} voltages, currents and states, ${gigabytes} GB; ` +
      'ask for a longer step or a later start',
  );
}

function worstOf({ point }: Start, own: string): string {
  return point !== undefined && point.status !== 'settled' ? point.worst : own;
}
