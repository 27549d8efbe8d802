import { inputError } from '../../core/index.js';
import { type Limits, narrowLimits, type Permit } from './limits.js';
import { requireComplete } from './limits-file.js';

/** What a command was told: limits of a file (read by `readLimitsText`), of flags, and consents. */
export interface SaidLimits {
  readonly file?: Limits | undefined;
  readonly flags?: Partial<Limits>;
  readonly forming?: boolean;
  readonly noCurrentLimit?: boolean;
}

/**
 * What a command may drive: a file of limits, narrowed by flags, or flags alone that say all four. There are no defaults.
 * @param what the command, for the message: `instrument pulse`
 * @throws OhmpropError `limits.missing` (exit code 2) where limits are not said
 */
export function requireLimits(what: string, said: SaidLimits): Permit {
  const { file, flags = {}, forming = false, noCurrentLimit = false } = said;
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  if (file === undefined && given.length === 0) {
    throw inputError(
      'limits.missing',
      `${what} drives cells and has no limits: say --limits FILE, or --max-voltage, --compliance, --max-width and --max-pulses; there are no defaults ("ohmprop instrument limits" writes a file)`,
    );
  }
  const own = Object.fromEntries(given) as Partial<Limits>;
  const limits = file === undefined ? requireComplete(own, what, 'flag') : narrowLimits(file, own);
  return { limits: requireComplete(limits, what, 'flag'), forming, noCurrentLimit };
}

/**
 * Refuses an instrument whose pulses nothing limits in current, unless a declared series resistor does, or the person has agreed.
 * @param instrument for the message
 * @param why what it cannot do: `an ArC ONE sets no compliance for pulses`
 * @throws OhmpropError `limits.current` (exit code 2)
 */
export function requireCurrentLimit(
  instrument: string,
  why: string,
  { limits, noCurrentLimit }: Permit,
): void {
  const { series_ohm, maxVoltage_V, compliance_A } = limits;
  if (noCurrentLimit) return;
  if (series_ohm === undefined) {
    throw inputError(
      'limits.current',
      `${instrument}: ${why}, so nothing keeps the current to ${compliance_A} A: put a resistor in series and declare it (series_ohm, --series), or say --no-current-limit`,
    );
  }
  const most_A = maxVoltage_V / series_ohm;
  if (most_A <= compliance_A) return;
  throw inputError(
    'limits.current',
    `${instrument}: ${why}, and ${series_ohm} ohm in series let ${most_A.toPrecision(3)} A through at ${maxVoltage_V} V, above the compliance of ${compliance_A} A: use ${(maxVoltage_V / compliance_A).toPrecision(3)} ohm or more, narrow --max-voltage, or say --no-current-limit`,
  );
}
