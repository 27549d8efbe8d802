import type { Cycle } from './cycles.js';
import { endOf, type HalfLoop } from './half-loops.js';
import { type JudgedLoop, onWhileDriven } from './switching-verdict.js';
import { noneUpTo, type SwitchingVoltage, steepestStep } from './switching-voltage.js';

/** What a printed threshold and hold voltage are. */
export const thresholdRules =
  'V_th: largest step of ln|I/V| between neighbouring points on the way out; V_hold: last voltage before its largest fall on the way back';

/** Where a cell that is on only while it is driven went on and off, of one polarity of one cycle. */
export interface ThresholdVoltages {
  readonly polarity: 1 | -1;
  /** On the way out; not seen: above the largest voltage. Absent where the current creeps up. */
  readonly threshold?: SwitchingVoltage;
  /**
   * On the way back; `after_V` is the last voltage at which it held, `at_V` the first without. Not seen: it held down to `after_V`, the
   * last voltage measured. Absent where it creeps off, or was never on.
   */
  readonly hold?: SwitchingVoltage;
}

/** Threshold and hold voltages of every cycle of a volatile cell, of the polarities that switch it. */
export function thresholdsOf(cycles: readonly Cycle[], read_V: number): ThresholdVoltages[][] {
  const judged = cycles.map((cycle) => cycle.map((one) => ({ ...one, ratio: onWhileDriven(one, read_V) })));
  const sides = new Set(judged.flat().flatMap(({ loop, ratio }) => (ratio > 0 ? [loop.polarity] : [])));
  return judged.map((cycle) =>
    cycle.flatMap(({ loop, ratio, change }) => {
      if (!sides.has(loop.polarity) || loop.out === undefined || loop.back === undefined) return [];
      if (ratio === 0) return [{ polarity: loop.polarity, threshold: noneUpTo(loop) }];
      const threshold = steepestStep(loop, 'out', 1, ratio);
      const hold = holdOf(loop, ratio, change);
      return [
        {
          polarity: loop.polarity,
          ...(threshold === undefined ? {} : { threshold }),
          ...(hold === undefined ? {} : { hold }),
        },
      ];
    }),
  );
}

/** A cell that is still on where the next sweep begins held down to the last voltage of this one. */
function holdOf(
  loop: HalfLoop,
  ratio: number,
  { event }: JudgedLoop['change'],
): SwitchingVoltage | undefined {
  if (loop.back === undefined) return undefined;
  const found = steepestStep(loop, 'back', -1, ratio);
  if (found !== undefined || event !== 'set') return found;
  const { voltage_V } = loop.trace;
  let last = endOf(loop);
  for (let k = loop.back.from; k <= loop.back.to; k++) {
    if (loop.polarity * voltage_V[k] > 0) last = voltage_V[k];
  }
  return { after_V: last, at_V: Number.NaN, seen: false, abrupt: false, row: -1 };
}
