import { inputError, RandomStream, runError } from '../../../core/index.js';
import type { PolicyOptions } from './policies.js';
import { MAX_PULSES, type UpdatePolicy } from './update-policy.js';

/** A block of cells to be planned. States are shares of the cell's range, 0 at its lowest conductance and 1 at its highest. */
export interface CellsToPlan {
  readonly count: number;
  /** What the update wants of each cell, signed, of the range; a copy; [count] */
  readonly wanted: Float32Array;
  /** Where each stands, as last read; a copy; [count] */
  readonly states: Float32Array;
  /** To be filled with the pulses that each is to get, whole numbers, signed; 0 until something is said; [count] */
  readonly pulses: Float64Array;
  /** Numbers kept for each cell from update to update, 0 at first; one [count] for each of `keeps` */
  readonly kept: readonly Float32Array[];
  /** What one nominal pulse does to a cell at a state: up never negative, down never positive. */
  up(state: number): number;
  down(state: number): number;
  /** Uniform in [0, 1), the same for the same seed, update and block. */
  random(): number;
}

/** A policy said by what it plans; everything around it is done for it. */
export interface PolicyPlan {
  /** Numbers that it keeps for each cell, by what they are called in a checkpoint. */
  readonly keeps?: readonly string[];
  /** What a cell is given does not depend on which way its change goes, so that pairs can be potentiated alone. */
  readonly oneSided?: boolean;
  /** Fills `cells.pulses`, before it returns; returns nothing. */
  plan(cells: CellsToPlan): void;
}

/**
 * An `UpdatePolicy` of a plan. Pulses are kept within `mostPulses`, how often is counted, and a cell that is left alone gets none.
 * @throws OhmpropError `policy.pulses` (exit code 2) where a plan asks for what is no number of pulses, `policy.plan` (exit code 1)
 * where it returns something, or puts another array in the place of `pulses`
 */
export function plannedPolicy(
  name: string,
  { keeps = [], oneSided = false, plan }: PolicyPlan,
): (options: PolicyOptions) => UpdatePolicy {
  return ({ mostPulses = MAX_PULSES }) => ({
    name,
    idealWrite: false,
    rounds: 1,
    oneSided,
    arraysPerCell: keeps.length,
    attach(area) {
      const kept = keeps.map(() => area.allocate());
      const { potentiation, depression } = area.model;
      const planned = new Float64Array(area.cells);
      let cut = 0;
      return {
        cut: () => cut,
        plan(first, count, event) {
          const wanted = new Float32Array(area.counts.buffer, area.plan.get('change'), count).slice();
          const pulses = planned.subarray(first, first + count);
          const [seed, group] = [area.plan.get('seed') >>> 0, area.plan.get('group')];
          const stream = new RandomStream(seed, `policy ${group}`, event, first);
          pulses.fill(0);
          const cells: CellsToPlan = {
            count,
            wanted,
            states: area.lastRead().slice(first, first + count),
            pulses,
            kept: kept.map((array) => array.subarray(first, first + count)),
            up: (state) => potentiation.step(state),
            down: (state) => depression.step(state),
            random: () => stream.uniform(),
          };
          requireFilled(name, plan(cells), cells.pulses === pulses);
          const mask = area.mask();
          for (let c = 0; c < count; c++) {
            if (!Number.isInteger(pulses[c])) throw noCount(name, first + c, pulses[c]);
            const given = Math.max(-mostPulses, Math.min(mostPulses, pulses[c]));
            if (given !== pulses[c]) cut++;
            area.counts[first + c] = mask?.[first + c] ? 0 : given;
          }
        },
        reset: () => {
          for (const array of kept) array.fill(0);
        },
        snapshot: () =>
          Object.fromEntries(
            keeps.map((key, k) => [key, Float32Array.from(kept[k].subarray(0, area.cells))]),
          ),
        restore: (arrays) => {
          for (const [k, key] of keeps.entries()) kept[k].set(arrays[key] ?? []);
        },
      };
    },
  });
}

function noCount(policy: string, cell: number, got: number): Error {
  return inputError(
    'policy.pulses',
    `policy ${policy}: plan gives cell ${cell} ${got} pulses; needs a whole number, below 0 for depression`,
  );
}

/** What a plan that says nothing by `pulses` would be: a training without a pulse, and without a word. */
function requireFilled(policy: string, returned: unknown, kept: boolean): void {
  const how = 'plan is to fill cells.pulses before it returns, and to return nothing';
  if (returned instanceof Promise) {
    returned.catch(() => {});
    throw runError('policy.plan', `policy ${policy}: plan is asynchronous; ${how}`);
  }
  if (returned !== undefined) {
    const what =
      typeof returned === 'object' && returned !== null ? returned.constructor?.name : typeof returned;
    throw runError(
      'policy.plan',
      `policy ${policy}: plan returns something (${what ?? 'an object'}); ${how}`,
    );
  }
  if (!kept) {
    throw runError(
      'policy.plan',
      `policy ${policy}: plan puts another array in the place of cells.pulses; ${how}`,
    );
  }
}
