import {
  formatQuantity,
  type OhmpropError,
  runError,
  type Status,
  statusRemedy,
} from '../../../core/index.js';

/** Why a phase of a sample has no settling time. */
export function settlingFailure(
  status: Status,
  { phase, sample, followed, unit }: { phase: string; sample: string; followed: number; unit: 's' | '1' },
): OhmpropError {
  const time = unit === 's' ? formatQuantity(followed, 's') : `${followed} time constants`;
  if (status === 'not-passive') {
    return runError(
      'settle.no-rest',
      `settle: ${sample}, ${phase} phase: there is no rest to settle to. ${statusRemedy['not-passive']} Or a node that nothing conducts from is fed a current`,
    );
  }
  return runError(
    'settle.not-settled',
    `settle: ${sample}, ${phase} phase: not settled after ${time} were simulated; allow more (--longest), ask for less (--within)${unit === '1' ? ', or take shorter Euler steps (--epsilon)' : ''}`,
  );
}
