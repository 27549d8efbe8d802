import type { CellTable } from './cell-table.js';
import type { GivenUpReason } from './events.js';
import type { CheckedRequest } from './request.js';

/** What became of one cell. `left`: not reached, as programming was stopped before. */
export interface ProgrammedCell {
  readonly cell: number;
  readonly row: number;
  readonly column: number;
  readonly target_S: number;
  readonly tolerance_S: number;
  readonly status: 'accepted' | 'given-up' | 'left';
  /** Why it was given up. */
  readonly reason?: GivenUpReason;
  /** Where it was last seen, as the mean of `reads` reads with their standard deviation; NaN and 0 where it was never read. */
  readonly conductance_S: number;
  readonly spread_S: number;
  readonly reads: number;
  readonly potentiationPulses: number;
  readonly depressionPulses: number;
  /** How often it had left its target when it was judged. */
  readonly rejections: number;
  /** Where it stood when all was done, S, and whether that is within its tolerance. */
  readonly final_S: number;
  readonly finalWithin: boolean;
}

/** What programming did. */
export interface ProgramReport {
  /** `stopped`: an abort ended it; what is left can be taken up again. */
  readonly status: 'done' | 'stopped';
  readonly cells: readonly ProgrammedCell[];
  readonly accepted: number;
  readonly givenUp: Readonly<Record<GivenUpReason, number>>;
  readonly left: number;
  /** Cells within their tolerance when all was done. */
  readonly finalWithin: number;
  readonly pulses: number;
  /** Single reads of single cells. */
  readonly reads: number;
  /** Energy of the pulses of this run, J; NaN where unknown. */
  readonly energy_J: number;
  readonly elapsed_seconds: number;
  /** All cells of the array when all was done, S, row-major. */
  readonly final_S: Float64Array;
}

/** What became of all cells of a request, and of the run besides. @param columns of the array */
export function programReport(
  { cells, targets_S, tolerances_S }: CheckedRequest,
  table: CellTable,
  columns: number,
  run: Pick<ProgramReport, 'status' | 'reads' | 'energy_J' | 'elapsed_seconds' | 'final_S'>,
): ProgramReport {
  const each = Array.from(cells, (cell, i): ProgrammedCell => {
    const reason = table.reason(i);
    const phase = table.phase(i);
    const final_S = run.final_S[cell];
    return {
      cell,
      row: Math.floor(cell / columns),
      column: cell % columns,
      target_S: targets_S[cell],
      tolerance_S: tolerances_S[i],
      status: phase === 'accepted' || phase === 'given-up' ? phase : 'left',
      ...(reason === undefined ? {} : { reason }),
      conductance_S: table.seen_S[i],
      spread_S: table.spread_S[i],
      reads: table.seenReads[i],
      potentiationPulses: table.potentiation[i],
      depressionPulses: table.depression[i],
      rejections: table.rejections[i],
      final_S,
      finalWithin: Math.abs(final_S - targets_S[cell]) <= tolerances_S[i],
    };
  });
  const count = (is: (cell: ProgrammedCell) => boolean) => each.filter(is).length;
  const because = (reason: GivenUpReason) => count((cell) => cell.reason === reason);
  return {
    ...run,
    cells: each,
    accepted: count(({ status }) => status === 'accepted'),
    givenUp: {
      budget: because('budget'),
      unresponsive: because('unresponsive'),
      'out-of-reach': because('out-of-reach'),
      'does-not-hold': because('does-not-hold'),
    },
    left: count(({ status }) => status === 'left'),
    finalWithin: count(({ finalWithin }) => finalWithin),
    pulses: each.reduce(
      (sum, { potentiationPulses, depressionPulses }) => sum + potentiationPulses + depressionPulses,
      0,
    ),
  };
}
