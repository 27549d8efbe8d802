import { type Crossing, controlOfKey, type Measure, type Signal } from '../../circuits/netlist/index.js';
import { type Expression, evaluate } from '../../core/expression/index.js';
import { MonotoneCurve } from './monotone-curve.js';
import type { TransientWaveforms } from './transient-result.js';

/** A start this near to a level, as a share of how far the signal strays from it, is on it: the first point lies a little after time 0. */
const ON_LEVEL_SHARE = 1e-6;

/** A number read off a transient; undefined where what it asks for did not happen. */
export interface Measured {
  readonly name: string;
  readonly value: number | undefined;
  /** What it asks of and the circuit does not have: `node x`, `source v1`. */
  readonly missing?: string;
}

/** Reads measures off waveforms, on smooth curves through the saved points. */
export function measure(waveforms: TransientWaveforms, measures: readonly Measure[]): Measured[] {
  const reader = new Reader(waveforms);
  const found: Measured[] = [];
  for (const one of measures) {
    const { name } = one;
    if ('of' in one) {
      found.push({ name, value: ofOthers(one.of, found) });
      continue;
    }
    const missing = reader.missing(one);
    found.push({ name, value: reader.value(one), ...(missing === undefined ? {} : { missing }) });
  }
  return found;
}

/** A number of others; undefined where one of them is missing, or it is not finite. */
function ofOthers(tree: Expression, found: readonly Measured[]): number | undefined {
  const value = evaluate(tree, (key) => {
    const control = controlOfKey(key);
    const name = 'plus' in control ? control.plus : '';
    return found.find((one) => one.name === name)?.value ?? Number.NaN;
  });
  return Number.isFinite(value) ? value : undefined;
}

class Reader {
  private readonly time_s: Float64Array;

  constructor(private readonly waveforms: TransientWaveforms) {
    this.time_s = waveforms.time_s;
  }

  value(one: Exclude<Measure, { of: unknown }>): number | undefined {
    if ('when' in one) return this.crossing(one.when);
    if ('find' in one) {
      const time_s = this.timeOf(one.at);
      const values = this.signal(one.find);
      return time_s === undefined || values === undefined ? undefined : this.at(values, time_s);
    }
    if ('slopeOf' in one) {
      const time_s = this.timeOf(one.at);
      const values = this.signal(one.slopeOf);
      return time_s === undefined || values === undefined ? undefined : this.slopeAt(values, time_s);
    }
    if ('trigger' in one) {
      const [from_s, to_s] = [this.timeOf(one.trigger), this.timeOf(one.target)];
      return from_s === undefined || to_s === undefined ? undefined : to_s - from_s;
    }
    const values = this.signal(one.signal);
    if (values === undefined) return undefined;
    const last_s = this.time_s[this.time_s.length - 1];
    const [from_s, to_s] = [Math.max(one.from_s, this.time_s[0]), Math.min(one.to_s, last_s)];
    if (from_s >= to_s) return undefined;
    const [times, part] = this.part(values, from_s, to_s);
    return times.length < 2 ? undefined : overs[one.over](times, part);
  }

  /** The first node or source that it asks of and nobody has. */
  missing(one: Exclude<Measure, { of: unknown }>): string | undefined {
    const { voltages_V, currents_A } = this.waveforms;
    for (const signal of signalsOf(one)) {
      if ('source' in signal) {
        if (currents_A[signal.source] === undefined) return `source ${signal.source}`;
        continue;
      }
      const node = [signal.plus, signal.minus].find((name) => name !== '0' && voltages_V[name] === undefined);
      if (node !== undefined) return `node ${node}`;
    }
    return undefined;
  }

  private timeOf(at: number | Crossing): number | undefined {
    return typeof at === 'number' ? at : this.crossing(at);
  }

  private signal(signal: Signal): Float64Array | undefined {
    const { voltages_V, currents_A } = this.waveforms;
    if ('source' in signal) return currents_A[signal.source];
    const [plus, minus] = [signal.plus, signal.minus].map((node) =>
      node === '0' ? new Float64Array(this.time_s.length) : voltages_V[node],
    );
    if (plus === undefined || minus === undefined) return undefined;
    return plus.map((voltage, k) => voltage - minus[k]);
  }

  /** The last point at or before a time; undefined outside of what was saved. */
  private before(time_s: number): number | undefined {
    const { time_s: times } = this;
    const last = times.length - 1;
    if (!(time_s >= times[0] && time_s <= times[last] * (1 + 1e-12))) return undefined;
    let [low, high] = [0, last];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (times[middle] <= time_s) low = middle;
      else high = middle;
    }
    return low;
  }

  private at(values: Float64Array, time_s: number): number | undefined {
    const k = this.before(time_s);
    if (k === undefined) return undefined;
    if (k + 1 === this.time_s.length) return values[k];
    const share = (time_s - this.time_s[k]) / (this.time_s[k + 1] - this.time_s[k]);
    return new MonotoneCurve(this.time_s, values).between(k + 1, share);
  }

  /** That of a parabola through the three nearest points. */
  private slopeAt(values: Float64Array, time_s: number): number | undefined {
    const { time_s: t } = this;
    const k = this.before(time_s);
    if (k === undefined || t.length < 3) return undefined;
    const nearer = k > 0 && (k + 1 >= t.length || time_s - t[k] < t[k + 1] - time_s) ? k : k + 1;
    const m = Math.min(t.length - 2, Math.max(1, nearer));
    const [left, right] = [t[m] - t[m - 1], t[m + 1] - t[m]];
    const [before, after] = [(values[m] - values[m - 1]) / left, (values[m + 1] - values[m]) / right];
    return before + ((after - before) * (2 * time_s - t[m - 1] - t[m])) / (left + right);
  }

  private crossing({ signal, level, edge, which, after_s }: Crossing): number | undefined {
    const values = this.signal(signal);
    const levels = typeof level === 'number' ? undefined : this.signal(level);
    if (values === undefined || (typeof level !== 'number' && levels === undefined)) return undefined;
    const above = values.map((value, k) => value - (levels === undefined ? (level as number) : levels[k]));
    const curve = new MonotoneCurve(this.time_s, above);
    let count = 0;
    let found: number | undefined;
    // What stands on the level from the start crosses it where it leaves, as in ngspice.
    const near = ON_LEVEL_SHARE * above.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    let onLevel = Math.abs(above[0]) <= near;
    for (let k = 1; k < values.length; k++) {
      const [a, b] = [above[k - 1], above[k]];
      if (onLevel && Math.abs(b) <= near) continue;
      const leaves = onLevel;
      onLevel = false;
      const rises = leaves ? b > 0 : a < 0 && b >= 0;
      const falls = leaves ? b < 0 : a > 0 && b <= 0;
      if (!((rises && edge !== 'fall') || (falls && edge !== 'rise'))) continue;
      const share = leaves ? 0 : zeroOf((at) => curve.between(k, at), b);
      const time_s = this.time_s[k - 1] + share * (this.time_s[k] - this.time_s[k - 1]);
      if (time_s < after_s) continue;
      count++;
      found = time_s;
      if (count === which) return time_s;
    }
    return which === 'last' ? found : undefined;
  }

  /** The points between two times, with both ends. */
  private part(values: Float64Array, from_s: number, to_s: number): [number[], number[]] {
    const times: number[] = [];
    const part: number[] = [];
    const add = (time_s: number, value: number | undefined): void => {
      if (value === undefined) return;
      times.push(time_s);
      part.push(value);
    };
    add(from_s, this.at(values, from_s));
    for (let k = 0; k < values.length; k++) {
      if (this.time_s[k] > from_s && this.time_s[k] < to_s) add(this.time_s[k], values[k]);
    }
    add(to_s, this.at(values, to_s));
    return [times, part];
  }
}

/** Everything that a measure looks at. */
function signalsOf(one: Exclude<Measure, { of: unknown }>): Signal[] {
  const ofTime = (at: number | Crossing): Signal[] =>
    typeof at === 'number' ? [] : [at.signal, ...(typeof at.level === 'number' ? [] : [at.level])];
  if ('when' in one) return ofTime(one.when);
  if ('find' in one) return [one.find, ...ofTime(one.at)];
  if ('slopeOf' in one) return [one.slopeOf, ...ofTime(one.at)];
  if ('trigger' in one) return [...ofTime(one.trigger), ...ofTime(one.target)];
  return [one.signal];
}

/** Where a function that ends at `end`, of the other sign than it begins, passes 0 between 0 and 1. */
function zeroOf(value: (share: number) => number, end: number): number {
  let [low, high] = [0, 1];
  for (let n = 0; n < 50; n++) {
    const middle = (low + high) / 2;
    if (value(middle) * end > 0) high = middle;
    else low = middle;
  }
  return high;
}

type Over = (times: readonly number[], values: readonly number[]) => number;

/** The integral of lines between points; of their squares with `square`. */
function integral(times: readonly number[], values: readonly number[], square = false): number {
  let sum = 0;
  for (let k = 1; k < times.length; k++) {
    const [a, b] = [values[k - 1], values[k]];
    sum += (times[k] - times[k - 1]) * (square ? (a * a + a * b + b * b) / 3 : (a + b) / 2);
  }
  return sum;
}

const span = (times: readonly number[]): number => times[times.length - 1] - times[0];
const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));
const smallest = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));

const overs: Readonly<Record<Extract<Measure, { over: unknown }>['over'], Over>> = {
  avg: (times, values) => integral(times, values) / span(times),
  integ: (times, values) => integral(times, values),
  rms: (times, values) => Math.sqrt(integral(times, values, true) / span(times)),
  max: (_, values) => largest(values),
  min: (_, values) => smallest(values),
  pp: (_, values) => largest(values) - smallest(values),
  max_at: (times, values) => times[values.indexOf(largest(values))],
  min_at: (times, values) => times[values.indexOf(smallest(values))],
};
