export {
  checkCount,
  checkPlanLimits,
  checkPulse,
  checkRead,
  checkStretch,
  checkVoltage,
  decimalVolts,
  PulseCounts,
  type Stretch,
} from './check-output.js';
export { type Limits, narrowLimits, type Permit, pulseLimit_V, readLimit_V } from './limits.js';
export {
  type LimitField,
  limitFields,
  limitSchema,
  limitsText,
  MAX_LIMITS_BYTES,
  readLimitsText,
} from './limits-file.js';
export { type Polarity, provePolarity } from './polarity.js';
export { requireCurrentLimit, requireLimits, type SaidLimits } from './require-limits.js';
