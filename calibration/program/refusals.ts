import { type OhmpropError, runError } from '../../core/index.js';
import type { CellArrayInfo } from '../../devices/contract/index.js';

/** A read gave no conductance: nothing is pulsed on that. */
export function noConductance({ name, columns }: CellArrayInfo, cell: number, read_S: number): OhmpropError {
  return runError(
    'program.read',
    `${name}: cell ${Math.floor(cell / columns)},${cell % columns} reads ${read_S} S, which is no conductance; it was not pulsed on that`,
  );
}

/** The array has carried out another update: somebody else writes to it. */
export function updateLost({ name }: CellArrayInfo, id: number): OhmpropError {
  return runError(
    'program.update-lost',
    `${name}: did not carry out update ${id}, as it has seen a later one: somebody else writes to it; see who, and go on from the state that was kept`,
  );
}
