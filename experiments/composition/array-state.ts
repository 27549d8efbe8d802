import type { DeviceState } from '../../devices/contract/index.js';
import { groupName } from './array-layout.js';

/** What each group's arrays were read at, by name, in the state of a device in cells. */
export function* statesOf(state: DeviceState): Generator<[string, Float64Array | undefined]> {
  for (const [group, { parts = {} }] of Object.entries(state.parts?.cells?.parts ?? {})) {
    for (const [n, { parts: inner = {} }] of Object.entries(parts)) {
      const sign = n === '0' ? 1 : -1;
      const name = groupName(group, sign);
      for (const [kind, own] of [
        [name, inner.array],
        [`${name}.fast`, inner.fast],
      ] as const) {
        const read_S = own?.arrays.read_S;
        if (own !== undefined) yield [kind, read_S === undefined ? undefined : Float64Array.from(read_S)];
      }
    }
  }
}

/**
 * What of a device's state the host keeps: cells are left as they stand when that is restored.
 * @param looking nothing is to be carried out that was only planned
 */
export function hostPart(state: DeviceState, looking = false): DeviceState {
  const { parts, arrays } = state;
  const kept = Object.entries(arrays).filter(
    ([name]) =>
      !(name === 'read_S' && state.format.startsWith('placed-cells/')) && !(looking && name === 'planned'),
  );
  return {
    ...state,
    arrays: Object.fromEntries(kept),
    ...(parts === undefined
      ? {}
      : {
          parts: Object.fromEntries(
            Object.entries(parts).map(([name, part]) => [name, hostPart(part, looking)]),
          ),
        }),
  };
}
