import type { DeviceState } from '../../core/index.js';
import { inputError } from '../../core/index.js';

/** What a store's state is written as: a part a group, in it a part an array of cells. */
export const FORMAT = 'cell-store/2';
/** How 0.1 wrote it: one flat list of names such as `g1.0.cells.state` and `g1.0.policy.sum`. */
const FLAT_FORMAT = 'cell-store/1';

/** A store's state as a tree, whoever wrote it. Throws `cells.restore`, exit code 2. */
export function stateTree(state: DeviceState, groups: readonly string[]): DeviceState {
  if (state.format === FORMAT) return state;
  if (state.format !== FLAT_FORMAT) {
    throw inputError('cells.restore', `conductances in cells: cannot restore ${state.format}`);
  }
  const parts = Object.fromEntries(groups.map((name) => [name, groupOf(under(state, `${name}.`))]));
  return { ...state, format: FORMAT, parts };
}

function groupOf({ arrays, values }: Flat): DeviceState {
  const parts: Record<string, DeviceState> = {};
  for (let n = 0; values[`${n}.format`] !== undefined; n++) {
    const format = String(values[`${n}.format`]);
    const array = { format, ...under({ arrays, values }, `${n}.cells.`) };
    // `lastId` was the array's own last update
    const { lastId, ...policy } = under({ arrays, values }, `${n}.policy.`).arrays;
    parts[n] = {
      format: 'cells-under-policy/1',
      arrays: policy,
      values: { idOffset: 0 },
      parts: { array },
    };
  }
  return { format: 'mapped-group/1', arrays: {}, values, parts };
}

type Flat = Pick<DeviceState, 'arrays' | 'values'>;

/** What is named with a prefix, without it. */
function under({ arrays, values }: Flat, prefix: string): Flat {
  const those = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(record)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value]),
    );
  return { arrays: those(arrays), values: those(values) };
}
