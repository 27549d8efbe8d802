import { displayUnit, formatQuantity, median } from '../../core/index.js';
import { bendOf } from './bend.js';
import { displacementOf } from './displacement.js';
import type { HalfLoop } from './half-loops.js';
import { lobeShare } from './loop-area.js';
import { type StraightLine, straightLine } from './straight-line.js';
import { largest, type Trace } from './trace.js';
import type { Verdict } from './verdict.js';

/** Below that, nobody's cell: what a cable and a contact have [Ω]. */
const SHORTED_OHM = 100;
/** Below that, an instrument measures itself [S]. */
const OPEN_S = 1e-12;
/** A residual of that share of the largest current is no curve. */
const STRAIGHT = 0.03;
/** A line that misses zero by that share of the largest current is no resistor's. */
const OFFSET = 0.1;
/** Ratio of the currents at ± the same voltage that makes a rectifier. */
const RECTIFYING = 10;
/** Share of the area under the curve that a loop must have to be one. */
const LOOP = 0.02;
/** A displacement current of that share of the largest current makes a capacitor. */
const CAPACITIVE = 0.1;

/** Two digits, and no exponent above a hundred. */
const percent = (share: number): string =>
  `${share >= 0.995 ? (100 * share).toFixed(0) : (100 * share).toPrecision(2)} %`;
/** `2.42710 ± 0.00021 kΩ`: as many digits as the error has two of. */
function withError(value: number, error: number, unit: string): string {
  const display = displayUnit(value, unit);
  const digits = Math.min(9, Math.max(0, 1 - Math.floor(Math.log10(error * display.factor))));
  const [shown, shownError] = [value, error].map((x) =>
    (x * display.factor).toFixed(Number.isFinite(digits) ? digits : 3),
  );
  return `${shown} ± ${shownError} ${display.unit}`;
}
const current = (value: number): string => formatQuantity(value, 'A');

/** `open` and `capacitive`: what must be ruled out before conductances out and back are compared. */
export function nothingConducts(trace: Trace): Verdict | undefined {
  const line = straightLine(trace);
  const most = largest(trace.current_A);
  const amplitude = largest(trace.voltage_V);
  if (line !== undefined) {
    const capacitive = isCapacitive(trace, line, most);
    if (capacitive !== undefined) return capacitive;
  }
  if (most <= OPEN_S * amplitude)
    return {
      name: 'open',
      switches: false,
      because: `at most ${current(most)} at ${formatQuantity(amplitude, 'V')}, under ${formatQuantity(OPEN_S, 'S')}`,
    };
  if (line === undefined) return undefined;
  const centre = median(trace.current_A);
  const off = trace.current_A.map((value) => Math.abs(value - centre));
  const sigma = 1.4826 * median(off);
  const follows = Math.abs(line.slope_S) > 4 * line.slopeError_S;
  if (!follows && largest(off) <= 8 * sigma)
    return {
      name: 'open',
      switches: false,
      because: `the current does not follow the voltage: ${current(centre)} with a scatter of ${current(sigma)} up to ${formatQuantity(amplitude, 'V')}, slope ${(line.slope_S / line.slopeError_S).toFixed(1)} standard errors`,
    };
  return undefined;
}

function isCapacitive(trace: Trace, line: StraightLine, most: number): Verdict | undefined {
  const gap = displacementOf(trace, line);
  if (gap === undefined) return undefined;
  const like = gap.atZero_A / gap.median_A;
  const noise = line.residual_A / Math.sqrt(line.n / 20);
  if (
    !gap.opposite ||
    gap.rising < 0.9 ||
    like < 0.5 ||
    like > 2 ||
    gap.spread > 3 ||
    gap.atZero_A < 2 * CAPACITIVE * most
  )
    return undefined;
  if (gap.atZero_A < noise) return undefined;
  const { capacitance_F } = gap;
  const size = capacitance_F === undefined ? '' : `, ${formatQuantity(capacitance_F, 'F')}`;
  return {
    name: 'capacitive',
    switches: false,
    because: `rising and falling sweeps lie ${current(gap.median_A)} apart at every voltage, ${current(gap.atZero_A)} at zero: a displacement current${size}`,
    ...(capacitance_F !== undefined && { capacitance_F }),
  };
}

/** What a curve without any event is: `shorted`, `ohmic`, `rectifying`, or `unclear` with what speaks against each. */
export function staticVerdict(trace: Trace, loops: readonly HalfLoop[]): Verdict {
  const line = straightLine(trace);
  const most = largest(trace.current_A);
  const held = trace.censored.reduce((sum, mark) => sum + mark, 0) / trace.censored.length;
  if (line === undefined || held > 0.9)
    return {
      name: 'shorted',
      switches: false,
      because: `at the compliance in ${percent(held)} of the points`,
    };
  const shares = loops.map(lobeShare).filter((share) => !Number.isNaN(share));
  const loop = shares.length === 0 ? 0 : median(shares.map(Math.abs));
  const noise = line.residual_A / most;
  const [nearest, farthest] = range(trace.voltage_V);
  if (nearest > 0.2 * farthest)
    return {
      name: 'unclear',
      switches: false,
      because: `the voltage runs from ${formatQuantity(nearest, 'V')} to ${formatQuantity(farthest, 'V')} only`,
      missing: 'a sweep from zero out and back',
    };
  const throughZero = Math.abs(line.offset_A.value) <= OFFSET * most;
  const straight = STRAIGHT * freeCurrent(trace);
  const isNoisy = line.largestResidual_A > straight;
  const bend = isNoisy ? bendOf(trace, line) : undefined;
  const isStraight =
    throughZero &&
    line.slope_S > 0 &&
    (!isNoisy || (bend !== undefined && (!bend.isCertain || bend.largest_A <= straight)));
  const isLoop = loop > Math.max(LOOP, 3 * noise);
  if (isStraight && !isLoop) {
    const R = line.resistance_Ohm;
    if (shares.length === 0 && !isBothSides(trace))
      return {
        name: 'unclear',
        switches: false,
        because: `a straight line of ${withError(R.value, line.resistanceError_Ohm, 'Ω')}, swept one way only`,
        missing: 'the way back: without it a switch cannot be told from a resistor',
        resistance_Ohm: R,
      };
    const shorted = R.value < SHORTED_OHM;
    return {
      name: shorted ? 'shorted' : 'ohmic',
      switches: false,
      because: `a straight line: ${withError(R.value, line.resistanceError_Ohm, 'Ω')}, offset ${current(line.offset_A.value)}, residual ${current(line.residual_A)}, out and back differ by ${percent(loop)} of the area${isNoisy ? `; more than the scatter between neighbouring points, ${current(bend?.scatter_A ?? 0)}, neither a bend nor a difference of the two ways shows` : ''}; no switching${shorted ? ` (below ${SHORTED_OHM} Ω)` : ''}`,
      resistance_Ohm: R,
      offset_A: line.offset_A,
    };
  }
  if (isLoop)
    return {
      name: 'unclear',
      switches: false,
      because: `the way out and the way back enclose ${percent(loop)} of the area under them, but the state at the read voltage is the same before and after`,
      missing: 'a slower sweep, or reads at the read voltage before and after each sweep',
    };
  return rectification(trace, line, shares.length > 0);
}

/** Whether the voltage goes to both sides of zero, the smaller at least a fifth as far. */
function isBothSides({ voltage_V }: Trace): boolean {
  const [highest, lowest] = voltage_V.reduce(
    ([top, bottom], v) => [Math.max(top, v), Math.min(bottom, v)],
    [0, 0],
  );
  return Math.min(highest, -lowest) >= 0.2 * Math.max(highest, -lowest);
}

/** Smallest and largest magnitude of the voltage [V]. */
function range(voltage_V: Float64Array): [number, number] {
  let [nearest, farthest] = [Infinity, 0];
  let [positive, negative] = [false, false];
  for (const value of voltage_V) {
    nearest = Math.min(nearest, Math.abs(value));
    farthest = Math.max(farthest, Math.abs(value));
    positive ||= value > 0;
    negative ||= value < 0;
  }
  return [positive && negative ? 0 : nearest, farthest];
}

/** Largest current off the compliance. */
const freeCurrent = ({ current_A, censored }: Trace): number =>
  largest(current_A.filter((_, k) => censored[k] === 0));

function rectification(trace: Trace, line: StraightLine, sweptBack: boolean): Verdict {
  const { voltage_V, current_A } = trace;
  let [highest, lowest] = [0, 0];
  for (const value of voltage_V) {
    highest = Math.max(highest, value);
    lowest = Math.min(lowest, value);
  }
  const common = Math.min(highest, -lowest);
  const bent = `bent: up to ${percent(line.largestResidual_A / largest(current_A))} of the largest current off a straight line`;
  if (common < 0.2 * Math.max(highest, -lowest))
    return {
      name: 'unclear',
      switches: false,
      because: `${bent}, no switching, one polarity only`,
      missing: 'the other polarity, to tell a rectifier from a symmetric curve',
    };
  if (!sweptBack)
    return {
      name: 'unclear',
      switches: false,
      because: `${bent}, and swept one way only`,
      missing: 'the way back: without it a switch cannot be told from a curve',
    };
  const near = (side: 1 | -1): number =>
    Math.abs(
      median(
        [...voltage_V.keys()]
          .filter((k) => side * voltage_V[k] >= 0.9 * common && side * voltage_V[k] <= 1.1 * common)
          .map((k) => current_A[k]),
      ),
    );
  const ratio = near(1) / near(-1);
  const size = Math.max(ratio, 1 / ratio);
  const at = `${formatQuantity(common, 'V')}`;
  if (size >= RECTIFYING)
    return {
      name: 'rectifying',
      switches: false,
      because: `${size.toPrecision(3)} times more current at ${ratio > 1 ? '+' : '−'}${at} than at ${ratio > 1 ? '−' : '+'}${at}, and the same out and back`,
    };
  return {
    name: 'unclear',
    switches: false,
    because: `${bent}, no switching, and currents at ±${at} differ only by ${size.toPrecision(3)} times: a curved conductor`,
    missing: 'a larger voltage or a forming step, if this cell is meant to switch',
  };
}
