import { formatQuantity, inputError } from '../../core/index.js';
import type { Permit } from '../../devices/limits/index.js';
import { readVoltage_V } from './drive-cells.js';

/** Refuses conductances that no cell has. @throws OhmpropError `program.targets`, before anything is opened */
export function requireReachable(targets_S: Float64Array, columns: number): void {
  const cell = targets_S.findIndex((g) => g < 0 || Math.abs(g) === Number.POSITIVE_INFINITY);
  if (cell < 0) return;
  throw inputError(
    'program.targets',
    `cell ${placeOf(cell, columns)}: a target of ${formatQuantity(targets_S[cell], 'S')}: conductances are 0 or more; differential pairs are programmed cell by cell`,
  );
}

/**
 * Refuses conductances that a source-measure unit cannot read: their current stands at its limit.
 * @throws OhmpropError `program.targets`, before anything is opened
 */
export function requireReadable(
  targets_S: Float64Array,
  columns: number,
  permit: Permit,
  read?: number,
): void {
  const { compliance_A } = permit.limits;
  const read_V = Math.abs(readVoltage_V(permit, read));
  const cell = targets_S.findIndex((g) => g * read_V > compliance_A);
  if (cell < 0) return;
  throw inputError(
    'program.targets',
    `cell ${placeOf(cell, columns)}: a target of ${formatQuantity(targets_S[cell], 'S')} is ${formatQuantity(targets_S[cell] * read_V, 'A')} at ${read_V} V, and the limits allow ${formatQuantity(compliance_A, 'A')}: it could not be read; read at less (--read), or change compliance_A (--compliance)`,
  );
}

function placeOf(cell: number, columns: number): string {
  return `${Math.floor(cell / columns)},${cell % columns}`;
}
