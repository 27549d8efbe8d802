/** A variable that was merged into no other. */
export const NONE = -1;

/**
 * Every variable right behind the pivot it was merged into, directly or through others; dense rows last.
 * @param mergedInto of each variable, the one that stands for it, or `NONE`
 */
export function eliminationSequence(
  pivots: readonly number[],
  dense: readonly number[],
  mergedInto: Int32Array,
): Int32Array {
  const size = mergedInto.length;
  const first = new Int32Array(size).fill(NONE);
  const chain = new Int32Array(size).fill(NONE);
  for (let i = size - 1; i >= 0; i--) {
    if (mergedInto[i] === NONE) continue;
    let root = i;
    while (mergedInto[root] !== NONE) root = mergedInto[root];
    chain[i] = first[root];
    first[root] = i;
  }
  const order = new Int32Array(size);
  let filled = 0;
  for (const pivot of pivots) {
    order[filled++] = pivot;
    for (let i = first[pivot]; i !== NONE; i = chain[i]) order[filled++] = i;
  }
  for (const i of dense) order[filled++] = i;
  return order;
}
