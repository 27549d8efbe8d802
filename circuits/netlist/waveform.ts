import { inputError } from '../../core/index.js';

/** What an independent source puts out, V or A. */
export interface Waveform {
  /** The value an operating point sees: the DC value when given, else the value at time 0. */
  readonly dc: number;
  at(time_s: number): number;
  /** Times at which the waveform or its slope jumps, s, in [0, stop]. */
  corners(stop_s: number): number[];
  /** The same at all times. */
  readonly still?: boolean;
  /** The source's value in SPICE syntax. */
  readonly text: string;
}

/**
 * A source of one value at all times, V or A.
 * @throws `netlist.source` where it is not finite
 */
export function constant(value: number): Waveform {
  if (!Number.isFinite(value)) {
    throw inputError('netlist.source', `a source needs a finite value, got ${value}`);
  }
  return { dc: value, at: () => value, corners: () => [], still: true, text: `DC ${value}` };
}

/** A waveform in time with a DC value of its own. */
export function withDc(waveform: Waveform, dc: number): Waveform {
  return { ...waveform, dc, text: `DC ${dc} ${waveform.text}` };
}

/**
 * SIN(offset amplitude frequency delay damping phase): degrees, 1/s. Constant until the delay has passed.
 * @param cycles after which it stays where it is; LTspice's, without end unless given
 */
export function sine(
  offset: number,
  amplitude: number,
  frequency_Hz: number,
  delay_s = 0,
  damping_per_s = 0,
  phase_deg = 0,
  cycles = Number.POSITIVE_INFINITY,
): Waveform {
  const phase = (phase_deg * Math.PI) / 180;
  const end_s = cycles / frequency_Hz;
  const at = (t: number): number => {
    if (t <= delay_s) return offset + amplitude * Math.sin(phase);
    const since = Math.min(t - delay_s, end_s);
    const decay = Math.exp(-since * damping_per_s);
    return offset + amplitude * Math.sin(2 * Math.PI * frequency_Hz * since + phase) * decay;
  };
  return {
    dc: at(0),
    at,
    corners: (stop) => [delay_s, delay_s + end_s].filter((t) => t > 0 && t < stop),
    text: `SIN(${[offset, amplitude, frequency_Hz, delay_s, damping_per_s, phase_deg, cycles].filter(Number.isFinite).join(' ')})`,
  };
}

/** More than this many periods have no list of their corners: a transient with so many says so. */
const MOST_PERIODS = 1_260_000;

/** PULSE(low high delay rise fall width period pulses); low again after the last of so many pulses. */
export function pulse(
  low: number,
  high: number,
  delay_s: number,
  rise_s: number,
  fall_s: number,
  width_s: number,
  period_s: number,
  pulses = Number.POSITIVE_INFINITY,
): Waveform {
  const end_s = delay_s + pulses * period_s;
  const at = (t: number): number => {
    if (t <= delay_s || t >= end_s) return low;
    const since = (t - delay_s) % period_s;
    if (since < rise_s) return low + ((high - low) * since) / rise_s;
    if (since <= rise_s + width_s) return high;
    if (since < rise_s + width_s + fall_s) return high + ((low - high) * (since - rise_s - width_s)) / fall_s;
    return low;
  };
  const corners = (stop: number): number[] => {
    const times: number[] = [];
    // Counted rather than added up: a thousand periods on, sums are off by more than an edge is long.
    for (let n = 0; n < MOST_PERIODS; n++) {
      const start = Number.isFinite(period_s) ? delay_s + n * period_s : delay_s;
      if (!(start < Math.min(stop, end_s))) break;
      for (const edge of [0, rise_s, rise_s + width_s, rise_s + width_s + fall_s]) {
        if (start + edge <= Math.min(stop, end_s)) times.push(start + edge);
      }
      if (!Number.isFinite(period_s)) break;
    }
    // Fewer pulses than whole ones end within one.
    if (end_s < stop) times.push(end_s);
    return times;
  };
  return {
    dc: low,
    at,
    corners,
    text: `PULSE(${[low, high, delay_s, rise_s, fall_s, width_s, period_s, pulses].filter(Number.isFinite).join(' ')})`,
  };
}

/**
 * PWL(t1 v1 t2 v2 …): straight lines between points of rising time; constant before and after. Of two points at one time the
 * second holds from there on: a step.
 */
export function piecewiseLinear(points: readonly (readonly [time_s: number, value: number])[]): Waveform {
  if (points.length === 0) throw inputError('netlist.source', 'PWL needs at least one point (time, value)');
  for (let k = 1; k < points.length; k++) {
    if (!(points[k][0] >= points[k - 1][0])) {
      throw inputError(
        'netlist.source',
        `PWL times must rise: point ${k + 1} at ${points[k][0]} s follows ${points[k - 1][0]} s`,
      );
    }
  }
  const last = points.length - 1;
  const at = (t: number): number => {
    if (!(t >= points[0][0])) return points[0][1];
    if (t >= points[last][0]) return points[last][1];
    // The last point at or before t.
    let [low, high] = [0, last];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (points[middle][0] <= t) low = middle;
      else high = middle;
    }
    const [t0, v0] = points[low];
    const [t1, v1] = points[high];
    return v0 + ((v1 - v0) * (t - t0)) / (t1 - t0);
  };
  return {
    dc: at(0),
    at,
    corners: (stop) => points.map(([t]) => t).filter((t) => t >= 0 && t <= stop),
    text: `PWL(${points.map(([t, v]) => `${t} ${v}`).join(' ')})`,
  };
}

/**
 * The same wave `delay_s` later, whose part from `from_s` on begins again at its last point, at `last_s`, again and again:
 * ngspice's r= and td= of PWL.
 * @throws `netlist.source` where no time lies between the two
 */
export function repeated(wave: Waveform, from_s: number | undefined, last_s: number, delay_s = 0): Waveform {
  const long_s = from_s === undefined ? Number.POSITIVE_INFINITY : last_s - from_s;
  if (!(long_s > 0)) {
    throw inputError(
      'netlist.source',
      `a PWL repeats from a time before its last, ${last_s} s, got ${from_s} s`,
    );
  }
  const at = (t: number): number => {
    const own = t - delay_s;
    return wave.at(from_s !== undefined && own >= last_s ? from_s + ((own - from_s) % long_s) : own);
  };
  const corners = (stop: number): number[] => {
    const once = wave.corners(last_s);
    const times = once.map((t) => t + delay_s).filter((t) => t >= 0 && t <= stop);
    if (from_s === undefined) return times;
    const again = once.filter((t) => t > from_s);
    for (let n = 1; n < MOST_PERIODS && delay_s + from_s + n * long_s < stop; n++) {
      for (const t of again) if (t + delay_s + n * long_s <= stop) times.push(t + delay_s + n * long_s);
      if (times.length > MOST_PERIODS) break;
    }
    return times;
  };
  const ending = `${from_s === undefined ? '' : ` r=${from_s}`}${delay_s === 0 ? '' : ` td=${delay_s}`}`;
  return { dc: at(0), at, corners, text: `${wave.text}${ending}` };
}

/** A source that is 0 at the operating point and is turned on in a straight line until `until_s`: LTspice's `startup`. */
export function risen(wave: Waveform, until_s: number): Waveform {
  const on = wave.still
    ? piecewiseLinear([
        [0, 0],
        [until_s, wave.dc],
      ])
    : undefined;
  const corners = (stop: number): number[] => [...wave.corners(stop), ...(until_s < stop ? [until_s] : [])];
  const at = (t: number): number => wave.at(t) * Math.min(1, t / until_s);
  return {
    dc: 0,
    at,
    corners,
    get text(): string {
      if (on !== undefined) return on.text;
      const what = `${wave.text} that is turned on in ${until_s} s (LTspice's startup) has no word in SPICE`;
      throw inputError('netlist.source', `${what}; take startup out, or write the source as a B element`);
    },
  };
}

/** EXP(low high riseDelay riseTime fallDelay fallTime): time constants in s. */
export function exponential(
  low: number,
  high: number,
  riseDelay_s: number,
  riseTime_s: number,
  fallDelay_s: number,
  fallTime_s: number,
): Waveform {
  const at = (t: number): number => {
    let value = low;
    if (t > riseDelay_s) value += (high - low) * (1 - Math.exp(-(t - riseDelay_s) / riseTime_s));
    if (t > fallDelay_s) value += (low - high) * (1 - Math.exp(-(t - fallDelay_s) / fallTime_s));
    return value;
  };
  return {
    dc: low,
    at,
    corners: (stop) => [riseDelay_s, fallDelay_s].filter((t) => t > 0 && t < stop),
    text: `EXP(${[low, high, riseDelay_s, riseTime_s, fallDelay_s, fallTime_s].join(' ')})`,
  };
}

/** SFFM(offset amplitude carrier index signal): one sine that moves the phase of another. */
export function frequencyModulated(
  offset: number,
  amplitude: number,
  carrier_Hz: number,
  index: number,
  signal_Hz: number,
): Waveform {
  const turn = 2 * Math.PI;
  const at = (t: number): number =>
    offset + amplitude * Math.sin(turn * carrier_Hz * t + index * Math.sin(turn * signal_Hz * t));
  const text = `SFFM(${[offset, amplitude, carrier_Hz, index, signal_Hz].join(' ')})`;
  return { dc: at(0), at, corners: () => [], text };
}

/** AM(amplitude offset signal carrier delay): a sine times a raised sine, both from the delay on; 0 before. */
export function amplitudeModulated(
  amplitude: number,
  offset: number,
  signal_Hz: number,
  carrier_Hz: number,
  delay_s = 0,
): Waveform {
  const turn = 2 * Math.PI;
  const at = (t: number): number => {
    const since = t - delay_s;
    if (since <= 0) return 0;
    return amplitude * (offset + Math.sin(turn * signal_Hz * since)) * Math.sin(turn * carrier_Hz * since);
  };
  const text = `AM(${[amplitude, offset, signal_Hz, carrier_Hz, delay_s].join(' ')})`;
  return {
    dc: 0,
    at,
    corners: (stop) => (delay_s > 0 && delay_s < stop ? [delay_s] : []),
    text,
  };
}
