import { inputError } from '../../core/index.js';
import type { PulsePlan, PulseShape } from '../contract/index.js';
import { type Permit, pulseLimit_V, readLimit_V } from './limits.js';

/** Limits are decimal numbers, and so is what is asked for: one ulp is no breach. */
const SLACK = 1 + 1e-12;

/** The decimal number that an amplitude of a plan was: those are float32, and 1.2 there is 1.2000000477. What is sent is this one. */
export function decimalVolts(amplitude_V: number): number {
  return Number(amplitude_V.toPrecision(7));
}

/** Seconds for people: sums of levels' times end in digits that nobody has asked for; so many still tell a width from its limit. */
function secondsText(time_s: number): string {
  return `${Number(time_s.toPrecision(6))} s`;
}

/** One stretch of voltage on one side of 0 V: a pulse, or a half wave of a sweep. */
export interface Stretch {
  /** The voltage furthest from 0, V. */
  readonly peak_V: number;
  readonly width_s: number;
}

/**
 * Refuses a voltage that limits do not allow, whatever it is for.
 * @param what for the message: `a pulse`, `this sweep`
 * @throws OhmpropError `limits.voltage`, `limits.forming`
 */
export function checkVoltage(permit: Permit, voltage_V: number, what: string): void {
  const { maxVoltage_V, formed_V } = permit.limits;
  if (!(Math.abs(voltage_V) <= maxVoltage_V * SLACK)) {
    throw inputError(
      'limits.voltage',
      `${what} of ${voltage_V} V: the limits allow ${maxVoltage_V} V either way; ask for less, or change maxVoltage_V (--max-voltage)`,
    );
  }
  if (Math.abs(voltage_V) <= pulseLimit_V(permit) * SLACK) return;
  throw inputError(
    'limits.forming',
    `${what} of ${voltage_V} V would form a cell: it is above formed_V, ${formed_V} V; ask for less, or say --forming`,
  );
}

/** Refuses one pulse, or one half wave. @throws OhmpropError `limits.voltage`, `limits.forming`, `limits.width` */
export function checkStretch(permit: Permit, { peak_V, width_s }: Stretch, what = 'a pulse'): void {
  checkVoltage(permit, peak_V, what);
  const { limits } = permit;
  if (!(width_s > 0 && Number.isFinite(width_s))) {
    throw inputError('limits.width', `${what} of ${width_s} s: a width is above 0 s`);
  }
  if (Math.abs(peak_V) <= readLimit_V(limits) * SLACK || width_s <= limits.maxWidth_s * SLACK) return;
  throw inputError(
    'limits.width',
    `${what} of ${peak_V} V, ${secondsText(width_s)}: the limits allow ${limits.maxWidth_s} s at more than ${readLimit_V(limits)} V; ask for less, or change maxWidth_s (--max-width)`,
  );
}

/** Refuses a single pulse. @throws OhmpropError as `checkStretch` */
export function checkPulse(permit: Permit, { amplitude_V, width_s }: PulseShape, what = 'a pulse'): void {
  checkStretch(permit, { peak_V: amplitude_V, width_s }, what);
}

/** Less is within the offsets of what measures, V. */
const LEAST_READ_V = 1e-4;

/**
 * Refuses a read at a voltage that does more than read.
 * @param duration_s how long it stays on; a read above `maxRead_V` is a pulse of that width
 * @throws OhmpropError `limits.voltage`, `limits.forming`, `limits.read`
 */
export function checkRead({ limits, ...permit }: Permit, read_V: number, duration_s?: number): void {
  checkVoltage({ limits, ...permit }, read_V, 'a read');
  if (!(Math.abs(read_V) >= LEAST_READ_V)) {
    throw inputError(
      'limits.read',
      `a read of ${read_V} V tells nothing: ask for a voltage other than 0, of ${LEAST_READ_V} V or more either way`,
    );
  }
  if (Math.abs(read_V) <= readLimit_V(limits) * SLACK) return;
  if (duration_s !== undefined && duration_s <= limits.maxWidth_s * SLACK) return;
  throw inputError(
    'limits.read',
    `a read of ${read_V} V: voltages up to ${readLimit_V(limits)} V only read a cell, this one moves it${duration_s === undefined ? '' : ` for ${secondsText(duration_s)}, longer than maxWidth_s, ${limits.maxWidth_s} s`}; read at less, or say maxRead_V (--max-read)`,
  );
}

/** Refuses so many pulses to one cell. @throws OhmpropError `limits.pulses` */
export function checkCount({ limits: { maxPulses } }: Permit, count: number, what = 'this'): void {
  if (Number.isInteger(count) && count >= 0 && count <= maxPulses) return;
  throw inputError(
    'limits.pulses',
    `${what} gives a cell ${count} pulses: the limits allow ${maxPulses}; ask for fewer, or change maxPulses (--max-pulses)`,
  );
}

/**
 * Refuses a whole plan before any of it is given. Shapes that the plan leaves out are `nominal`'s.
 * @throws OhmpropError as `checkPulse` and `checkCount`; `limits.shape` where neither says a shape
 */
export function checkPlanLimits(
  permit: Permit,
  plan: PulsePlan,
  nominal?: { readonly potentiation: PulseShape; readonly depression: PulseShape },
): void {
  const { counts, amplitudes_V } = plan;
  const checked = new Set<string>();
  for (const [entry, count] of counts.entries()) {
    if (count === 0) continue;
    checkCount(permit, Math.abs(count), `entry ${entry} of the plan`);
    const direction = count > 0 ? 'potentiation' : 'depression';
    const shape = plan[direction] ?? nominal?.[direction];
    if (shape === undefined) {
      throw inputError(
        'limits.shape',
        `the plan says no pulse for ${direction} and the array knows none: say amplitude and width`,
      );
    }
    const amplitude_V = amplitudes_V === undefined ? shape.amplitude_V : decimalVolts(amplitudes_V[entry]);
    const key = `${amplitude_V} ${shape.width_s}`;
    if (checked.has(key)) continue;
    checked.add(key);
    checkPulse(permit, { amplitude_V, width_s: shape.width_s }, `entry ${entry} of the plan`);
  }
}

/** Counts what each cell has been given, over all of a command. */
export class PulseCounts {
  private readonly given = new Map<number, number>();

  constructor(private readonly permit: Permit) {}

  /** @throws OhmpropError `limits.pulses` where a cell would get more than is allowed; nothing is counted then */
  add(cell: number, pulses: number): void {
    const all = this.of(cell) + pulses;
    checkCount(this.permit, all, `cell ${cell}`);
    this.given.set(cell, all);
  }

  of(cell: number): number {
    return this.given.get(cell) ?? 0;
  }
}
