import { formatQuantity, inputError } from '../../core/index.js';
import type { CellArrayInfo } from '../../devices/contract/index.js';

/** What pulses may not go beyond. What is left out is not limited here; whoever drives the array limits it again. */
export interface ProgramLimits {
  /** Largest amplitude either way, V. */
  readonly maxPulse_V?: number;
  readonly maxWidth_s?: number;
  /** Most pulses that a cell may be given in all. */
  readonly maxPulses?: number;
  /** Between what conductances targets may lie, S. */
  readonly g_min_S?: number;
  readonly g_max_S?: number;
}

/** Refuses a target that the array or the limits do not reach. Throws `program.target`, exit code 2, naming the cell. */
export function checkTarget(
  info: CellArrayInfo,
  limits: ProgramLimits,
  cell: number,
  target_S: number,
): void {
  const low_S = Math.max(info.g_min_S, limits.g_min_S ?? 0);
  const high_S = Math.min(info.g_max_S, limits.g_max_S ?? Number.POSITIVE_INFINITY);
  if (target_S >= low_S && target_S <= high_S) return;
  const place = `${Math.floor(cell / info.columns)},${cell % info.columns}`;
  throw inputError(
    'program.target',
    `${info.name}: cell ${place}: a target of ${formatQuantity(target_S, 'S')} lies outside ${formatQuantity(low_S, 'S')} … ${formatQuantity(high_S, 'S')}`,
  );
}
