/**
 * What an instrument may put out, as somebody has said it for the cells behind it. Nothing here has a default: who drives says
 * all four.
 */
export interface Limits {
  /** Largest voltage either way, reads included, V. */
  readonly maxVoltage_V: number;
  /** Largest current either way, set in the instrument before any output, A. */
  readonly compliance_A: number;
  /** Longest that a voltage above that of a read may stay on one side of 0 V at one go: the width of a pulse, half a period of a sweep, s. */
  readonly maxWidth_s: number;
  /** Most pulses that one command, or one update of a training, gives to one cell. */
  readonly maxPulses: number;
  /** Above this a voltage forms a cell, V; where it is left out nobody knows what forms one, and `maxVoltage_V` alone holds. */
  readonly formed_V?: number;
  /** Up to this a voltage only reads: it may stay as long as a read takes, and is no pulse, V. Default 0.2, `maxVoltage_V` where that is less. */
  readonly maxRead_V?: number;
  /** A resistor in series with each cell, ohm: what limits the current where the instrument cannot. */
  readonly series_ohm?: number;
}

/** Up to this a voltage reads a cell unless limits say otherwise, V: reads of published arrays are of 0.05 … 0.2 V. */
const READ_V = 0.2;

/** What limits allow, and what the person has agreed to besides. Whatever drives takes one of these. */
export interface Permit {
  readonly limits: Limits;
  /** Voltages above `formed_V` (`--forming`). */
  readonly forming: boolean;
  /** Pulses whose current nothing limits (`--no-current-limit`). */
  readonly noCurrentLimit: boolean;
}

/** Largest voltage that only reads, V. */
export function readLimit_V({ maxRead_V = READ_V, maxVoltage_V }: Limits): number {
  return Math.min(maxRead_V, maxVoltage_V);
}

/** Largest voltage that is allowed without forming, V. */
export function pulseLimit_V({ limits, forming }: Permit): number {
  const { maxVoltage_V, formed_V } = limits;
  return forming || formed_V === undefined ? maxVoltage_V : Math.min(maxVoltage_V, formed_V);
}

/**
 * The tighter of both in everything: flags beside a file, and a cell file, may only narrow limits. A series resistor is part of
 * the bench: it cannot be narrowed, and the smaller one is the safer assumption.
 */
export function narrowLimits(limits: Limits, by: Partial<Limits>): Limits {
  const narrowed: Record<string, number> = { ...limits };
  for (const [key, value] of Object.entries(by)) {
    if (value !== undefined) narrowed[key] = Math.min(narrowed[key] ?? Number.POSITIVE_INFINITY, value);
  }
  return narrowed as unknown as Limits;
}
