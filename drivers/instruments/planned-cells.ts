import type { PulsePlan, PulseShape, UpdateId } from '../../devices/contract/index.js';
import { decimalVolts } from '../../devices/limits/index.js';
import type { PulseHistory } from '../../records/index.js';

/** Pulses given where a plan says no shape. */
export type NominalPulse = { readonly potentiation: PulseShape; readonly depression: PulseShape };

/** A cell that a plan pulses: how often, its sign the direction, and by what. */
export interface PlannedCell {
  /** row · columns + column. */
  readonly cell: number;
  readonly count: number;
  readonly shape: PulseShape;
}

/** Cells of a plan that are pulsed, in its order. The plan has been checked. */
export function plannedCells(plan: PulsePlan, nominal?: NominalPulse): PlannedCell[] {
  const { counts, indices, amplitudes_V } = plan;
  const cells: PlannedCell[] = [];
  for (const [entry, count] of counts.entries()) {
    if (count === 0) continue;
    const direction = count > 0 ? 'potentiation' : 'depression';
    const said = (plan[direction] ?? nominal?.[direction]) as PulseShape;
    const shape =
      amplitudes_V === undefined ? said : { ...said, amplitude_V: decimalVolts(amplitudes_V[entry]) };
    cells.push({ cell: indices?.[entry] ?? entry, count, shape });
  }
  return cells;
}

/** What is left of a plan: all of it, unless a process that died, or a line that was lost, has cut this update off. */
export function leftOf(
  cells: readonly PlannedCell[],
  { interrupted }: PulseHistory,
  id: UpdateId,
): readonly PlannedCell[] {
  if (interrupted?.update !== id) return cells;
  return cells.flatMap((one) => {
    const [positive, negative] = interrupted.cells.get(one.cell) ?? [0, 0];
    const given = one.shape.amplitude_V < 0 ? negative : positive;
    const left = Math.max(0, Math.abs(one.count) - given);
    return left === 0 ? [] : [{ ...one, count: Math.sign(one.count) * left }];
  });
}
