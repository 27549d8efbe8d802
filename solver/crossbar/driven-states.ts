import { runError } from '../../core/index.js';
import type { CellRate } from './cell-rates.js';

/** Voltages of all cells' lines at one moment, and the power that the sources deliver. */
export interface LineVoltages {
  readonly word_V: Float64Array;
  readonly bit_V: Float64Array;
  readonly power_W: number;
}

/** States that move while a drive holds. */
export interface DrivenStates {
  readonly columns: number;
  /** Of each word line; only cells with transistors look at them. */
  readonly gates_V: Float64Array | undefined;
  readonly rate: CellRate;
  /** Bounds of a state. */
  readonly low: number;
  readonly high: number;
  /** Largest local error of a state in a window of time. */
  readonly error: number;
  /** Solves the network for states; what it hands out lasts until the same slot is asked for again. */
  readonly voltagesAt: (states: Float64Array, slot: 0 | 1 | 2) => LineVoltages;
}

/** Most windows of one pulse, and most steps of one cell in a window; more is told as a failure. */
const MAX_WINDOWS = 4000;
const MAX_STEPS = 20_000;
/** Voltages and states are brought together so often before the window is halved. */
const MAX_SWEEPS = 4;
/** A cell that moves by less than this share of its range is followed by one formula of third order. */
const SLOW = 1e-4;
/** Share of the error that a cell's own steps may make, and that states which voltages did not see may make. */
const [OWN_SHARE, UNSEEN_SHARE] = [0.02, 0.1];
/** A step is tried at most so much longer or shorter than the one before. */
const [LONGER, SHORTER, SAFETY] = [4, 0.2, 0.85];

/**
 * Moves all states under a drive that holds for `seconds`. The network is solved at the beginning, middle and end of a window of time, what it
 * leaves each cell in between is a parabola, and each cell follows that by itself (waveform relaxation; Lelarasmee, Ruehli &
 * Sangiovanni-Vincentelli, IEEE T-CAD 1:131, 1982), its state by Dormand & Prince's pair (J. Comput. Appl. Math. 6:19, 1980) or, where it hardly
 * moves, by Kutta's third order. Repeated until voltages belong to the states; a window is halved where that takes long, or where a straight
 * line for the voltages gives other states than the error allows.
 * @throws OhmpropError `crossbar.not-settled`
 */
export function moveStates(
  states: Float64Array,
  seconds: number,
  driven: DrivenStates,
): { readonly states: Float64Array; readonly energy_J: number } {
  const { voltagesAt, error } = driven;
  const window = new Window(driven, states.length);
  let x = states;
  let start = voltagesAt(x, 0);
  let energy_J = 0;
  let [time, h] = [0, seconds];
  for (let windows = 0; time < seconds; windows++) {
    if (windows > MAX_WINDOWS) {
      throw runError(
        'crossbar.not-settled',
        `a pulse of ${seconds} s: states move too fast to be followed, ${windows} windows came to ${time} s; use shorter or weaker pulses`,
      );
    }
    h = Math.min(h, seconds - time);
    const last = time + h >= seconds * (1 - 1e-12);
    window.begin(x, start, h);
    if (window.still) {
      energy_J += h * start.power_W;
      x = window.end.slice();
      time = last ? seconds : time + h;
      continue;
    }
    let [middle, end] = [start, start];
    let [former, fits] = [window.reach(), false];
    let straight = Number.POSITIVE_INFINITY;
    for (let sweep = 0; sweep < MAX_SWEEPS && !fits; sweep++) {
      end = voltagesAt(window.end, 2);
      middle = voltagesAt(window.middle, 1);
      const { moved, curved } = window.follow(middle, end);
      const left = moved * Math.min(1, moved / (former || 1));
      // how far a parabola is from the truth goes as a line is from the parabola, once more
      if (sweep === 0) straight = curved * Math.min(1, curved / (moved || 1));
      fits = left <= UNSEEN_SHARE * error;
      former = moved;
    }
    if ((!fits || straight > error) && h > seconds * 1e-9) {
      h /= straight > 16 * error ? 4 : 2;
      continue;
    }
    energy_J += (h * (start.power_W + 4 * middle.power_W + end.power_W)) / 6;
    x = window.end.slice();
    time = last ? seconds : time + h;
    if (last) break;
    if (straight < error / 64) h *= 2;
    start = voltagesAt(x, 0);
  }
  return { states: x, energy_J };
}

/** Butcher's tableau of Dormand & Prince: nodes, stages, and the difference of both orders. */
const NODES = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
const STAGES = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const DIFFERENCE = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

/** One window of time: where every cell is at its beginning, middle and end. */
class Window {
  readonly middle: Float64Array;
  readonly end: Float64Array;
  /** Nothing moves by what counts. */
  still = false;
  private readonly first: Float64Array;
  private readonly stages = new Float64Array(7);
  private x: Float64Array = new Float64Array(0);
  private h = 0;
  private start: LineVoltages | undefined;
  private half: LineVoltages | undefined;
  private whole: LineVoltages | undefined;
  /** Voltages between start and end on a line, not on the parabola. */
  private onLine = false;

  constructor(
    private readonly driven: DrivenStates,
    cells: number,
  ) {
    this.middle = new Float64Array(cells);
    this.end = new Float64Array(cells);
    this.first = new Float64Array(cells);
  }

  /** Rates at the beginning, and where states come to if voltages stay. */
  begin(x: Float64Array, start: LineVoltages, h: number): void {
    const { rate, columns, gates_V, error, low, high } = this.driven;
    [this.x, this.start, this.half, this.whole, this.h] = [x, start, start, start, h];
    let most = 0;
    for (let k = 0; k < x.length; k++) {
      const gate_V = gates_V?.[Math.floor(k / columns)] ?? 0;
      const speed = rate(start.word_V[k], start.bit_V[k], gate_V, x[k]);
      this.first[k] = speed;
      const moved = h * Math.abs(speed);
      most = Math.max(most, moved);
      if (moved > SLOW * (high - low)) {
        this.middle[k] = this.followed(k, 0, 0.5, x[k]);
        this.end[k] = this.followed(k, 0.5, 1, this.middle[k]);
      } else {
        this.middle[k] = this.clamp(x[k] + 0.5 * h * speed);
        this.end[k] = this.clamp(x[k] + h * speed);
      }
    }
    if (Number.isNaN(most)) throw runError('crossbar.not-settled', 'a rate of a state is not a number');
    this.still = most <= 1e-3 * error;
  }

  /** How far the state that moves most comes. */
  reach(): number {
    return this.x.reduce((most, x, k) => Math.max(most, Math.abs(this.end[k] - x)), 0);
  }

  /**
   * Follows all cells along voltages through these of the middle and end.
   * @returns how far their ends moved from those before, and how far they are from where straight lines lead
   */
  follow(half: LineVoltages, whole: LineVoltages): { moved: number; curved: number } {
    const { x, h, first, middle, end, driven } = this;
    const { rate, columns, gates_V, error, low, high } = driven;
    this.half = half;
    this.whole = whole;
    let [moved, curved] = [0, 0];
    for (let k = 0; k < x.length; k++) {
      const gate_V = gates_V?.[Math.floor(k / columns)] ?? 0;
      const k0 = first[k];
      const k1 = rate(half.word_V[k], half.bit_V[k], gate_V, this.clamp(x[k] + 0.5 * h * k0));
      const k2 = rate(whole.word_V[k], whole.bit_V[k], gate_V, this.clamp(x[k] + h * (2 * k1 - k0)));
      const fastest = h * Math.max(Math.abs(k0), Math.abs(k1), Math.abs(k2));
      const bend = (h * 2 * Math.abs(k1 - 0.5 * (k0 + k2))) / 3;
      let at: number;
      if (fastest <= SLOW * (high - low) && bend <= error) {
        middle[k] = this.clamp(x[k] + (h * (5 * k0 + 8 * k1 - k2)) / 24);
        at = this.clamp(x[k] + (h * (k0 + 4 * k1 + k2)) / 6);
      } else {
        middle[k] = this.followed(k, 0, 0.5, x[k]);
        at = this.followed(k, 0.5, 1, middle[k]);
        this.onLine = true;
        curved = Math.max(curved, Math.abs(this.followed(k, 0, 1, x[k]) - at));
        this.onLine = false;
      }
      moved = Math.max(moved, Math.abs(at - end[k]));
      end[k] = at;
    }
    if (Number.isNaN(moved)) throw runError('crossbar.not-settled', 'a state came out as not a number');
    return { moved, curved };
  }

  private clamp(x: number): number {
    return Math.min(this.driven.high, Math.max(this.driven.low, x));
  }

  /** Rate of a cell at a share of the window. */
  private rateAt(k: number, share: number, state: number): number {
    const { rate, columns, gates_V } = this.driven;
    const [a, b, c] = [this.start!, this.half!, this.whole!];
    const gate_V = gates_V?.[Math.floor(k / columns)] ?? 0;
    let [wa, wb, wc] = [1 - share, 0, share];
    if (!this.onLine) {
      wa = (1 - share) * (1 - 2 * share);
      wb = 4 * share * (1 - share);
      wc = share * (2 * share - 1);
    }
    const word_V = wa * a.word_V[k] + wb * b.word_V[k] + wc * c.word_V[k];
    const bit_V = wa * a.bit_V[k] + wb * b.bit_V[k] + wc * c.bit_V[k];
    return rate(word_V, bit_V, gate_V, this.clamp(state));
  }

  /** Where one cell comes to, from one share of the window to another. */
  private followed(k: number, from: number, to: number, state: number): number {
    const { stages } = this;
    const allowed = OWN_SHARE * this.driven.error;
    let [share, step, x] = [from, to - from, state];
    stages[0] = this.rateAt(k, share, x);
    for (let steps = 0; share < to; steps++) {
      if (steps > MAX_STEPS) {
        throw runError(
          'crossbar.not-settled',
          `cell ${k} moves too fast to be followed (${steps} steps in ${this.h} s); use shorter or weaker pulses`,
        );
      }
      const last = share + step >= to * (1 - 1e-14);
      if (last) step = to - share;
      const h = step * this.h;
      let next = x;
      for (let stage = 1; stage < 7; stage++) {
        let sum = 0;
        for (let j = 0; j < stage; j++) sum += STAGES[stage][j] * stages[j];
        next = this.clamp(x + h * sum);
        stages[stage] = this.rateAt(k, share + NODES[stage] * step, next);
      }
      let off = 0;
      for (let stage = 0; stage < 7; stage++) off += DIFFERENCE[stage] * stages[stage];
      // at an end of its range a state stays, whatever the rates say
      const error = next === x ? 0 : Math.abs(h * off);
      if (error > allowed && step > 1e-10) {
        step *= Math.max(SHORTER, SAFETY * (allowed / error) ** 0.2);
        continue;
      }
      x = next;
      share = last ? to : share + step;
      stages[0] = stages[6];
      step *= error === 0 ? LONGER : Math.min(LONGER, Math.max(SHORTER, SAFETY * (allowed / error) ** 0.2));
    }
    return x;
  }
}
