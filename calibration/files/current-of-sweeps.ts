import type { MeasuredColumn } from '../measured/index.js';

/** Names of what was read at one voltage, whatever was driven before: no V over I of its row. */
const readApart = /read|remanent|remnant|@|\bat\b/i;

/** A current that a file does not have, and how it was found; or a resistance that gives none. */
export interface FoundCurrent {
  readonly column?: MeasuredColumn;
  readonly remark: string;
}

/**
 * The current of a sweep that has a resistance, or a conductance, and no current: V/R, or V G. A state that was read at one voltage after each
 * pulse has none: where the heading or a read voltage says so, nothing is made of it. Undefined where a current was measured, or neither.
 * @param readAt somebody said at which voltage states were read
 */
export function currentOfSweep(
  columns: readonly MeasuredColumn[],
  readAt: boolean,
): FoundCurrent | undefined {
  const find = (...roles: readonly string[]) => columns.find(({ role = '' }) => roles.includes(role));
  const voltage = find('voltage_V') ?? find('appliedVoltage_V');
  const state = find('resistance_Ohm') ?? find('conductance_S');
  if (voltage === undefined || state === undefined || find('current_A') !== undefined) return undefined;
  const quantity = state.role === 'resistance_Ohm' ? 'resistance' : 'conductance';
  if (readAt || readApart.test(state.name))
    return {
      remark: `${state.name}: a ${quantity} read at one voltage after each pulse, so no current over ${voltage.name}: no loop is made of it`,
    };
  const values = voltage.values.map((v, r) =>
    quantity === 'resistance' ? v / state.values[r] : v * state.values[r],
  );
  return {
    column: {
      name: `${voltage.name} ${quantity === 'resistance' ? '/' : '·'} ${state.name}`,
      role: 'current_A',
      unit: 'A',
      values: values.map((i) => (Number.isFinite(i) ? i : Number.NaN)),
    },
    remark: `no current: taken as ${voltage.name} ${quantity === 'resistance' ? 'over' : 'times'} ${state.name}, each ${quantity} as measured at the voltage beside it; where it was read after each pulse instead: --answer columns=amplitude_V,${state.role}`,
  };
}
