import type { Floats } from '../../devices/contract/index.js';

/** Arrays by the name of their group. */
export type NamedArrays = [name: string, values: Float64Array][];

/** What a network holds a layer, the arrays themselves: `g1`, `b1`, `g2`, … where the letter is `g`. */
export function layerGroups(
  letter: 'g' | 'w',
  into: readonly Float64Array[],
  biases: readonly Float64Array[],
): NamedArrays {
  return into.flatMap(
    (values, l): NamedArrays => [
      [`${letter}${l + 1}`, values],
      [`b${l + 1}`, biases[l]],
    ],
  );
}

export function zerosLike(groups: NamedArrays): Record<string, Float64Array> {
  return Object.fromEntries(groups.map(([name, { length }]) => [name, new Float64Array(length)]));
}

export function copiesOf(groups: NamedArrays): Record<string, Float64Array> {
  return Object.fromEntries(groups.map(([name, values]) => [name, values.slice()]));
}

/** Writes the groups named, the others stay. */
export function writeGroups(groups: NamedArrays, values: Readonly<Record<string, ArrayLike<number>>>): void {
  for (const [name, own] of groups) own.set(values[name] ?? []);
}

/** Adds changes, by group. */
export function addChanges(
  groups: Readonly<Record<string, Float64Array | Float32Array>>,
  changes: Readonly<Record<string, Float64Array>>,
): void {
  for (const [name, change] of Object.entries(changes)) {
    const values = groups[name];
    for (let e = 0; e < change.length; e++) values[e] += change[e];
  }
}

/** ‖change‖ / ‖values after it‖ of every group of weights that moved. */
export function relativeChanges(
  changes: Readonly<Record<string, Float64Array>>,
  after: Readonly<Record<string, Floats>>,
): Record<string, number> {
  const norm = (values: Floats) => {
    let sum = 0;
    for (let e = 0; e < values.length; e++) sum += values[e] * values[e];
    return Math.sqrt(sum);
  };
  return Object.fromEntries(
    Object.entries(changes)
      .filter(([name]) => !name.startsWith('b'))
      .map(([name, change]) => [name, norm(change) / norm(after[name])]),
  );
}

/** Share of all conductances that lie at an end of their layer's window. */
export function shareAtEnds(
  conductances: readonly Float64Array[],
  windows: readonly { readonly g_min_S: number; readonly g_max_S: number }[],
): number {
  let edge = 0;
  let all = 0;
  for (const [l, g] of conductances.entries()) {
    const { g_min_S, g_max_S } = windows[l];
    for (let e = 0; e < g.length; e++) if (g[e] === g_min_S || g[e] === g_max_S) edge++;
    all += g.length;
  }
  return edge / all;
}

/** Moves the biases of every layer that has a rate against their gradient. */
export function moveBiases(
  biases: readonly Float64Array[],
  rates: Readonly<Record<string, number>>,
  gradientOf: (l: number) => Floats,
): void {
  for (const [l, bias] of biases.entries()) {
    const rate = rates[`b${l + 1}`] ?? 0;
    if (rate === 0) continue;
    const gradient = gradientOf(l);
    for (let j = 0; j < bias.length; j++) bias[j] -= rate * gradient[j];
  }
}
