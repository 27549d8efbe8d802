import type { SmuDialect } from './dialect.js';

/** Steps of the way to 0 V: more does a cell no good, fewer are one jump. */
const STEPS = 10;

/** Ramps a level to 0 V and switches the output off. */
export function rampDown(dialect: SmuDialect, from_V: number): string[] {
  const steps = from_V === 0 ? 0 : STEPS;
  const ramp = Array.from({ length: steps }, (_, k) => dialect.level((from_V * (steps - 1 - k)) / steps));
  return [...ramp, dialect.level(0), ...dialect.outputOff];
}

/** The same as bytes, behind what breaks off whatever is under way. */
export function emergencyBytes(dialect: SmuDialect, from_V: number): Uint8Array {
  return Buffer.from(`${dialect.breakOff}\n${rampDown(dialect, from_V).join('\n')}\n`, 'latin1');
}
