/** Where two trees of numbers first differ. */
export interface Difference {
  /** `epoch 3, gradient.groups.g1.cosine` */
  readonly where: string;
  readonly packed: unknown;
  readonly got: unknown;
}

/** What depends on the machine and the moment. */
const timings = new Set(['seconds', 'samplesPerSecond']);

/**
 * The first number in which lines of two `metrics.jsonl` differ, in the order of the packed ones; times do not count. Undefined where
 * every number is the same, bit for bit.
 */
export function firstDifference(
  packed: readonly Readonly<Record<string, unknown>>[],
  got: readonly Readonly<Record<string, unknown>>[],
): Difference | undefined {
  for (const [at, line] of packed.entries()) {
    const epoch = `epoch ${String(line.epoch)}`;
    const other = got[at];
    if (other === undefined) return { where: epoch, packed: 'an epoch', got: 'none' };
    // Packed before outputs were kept: nothing to compare.
    const { shown: _, ...before } = other;
    const found = differenceIn(line, line.shown === undefined ? before : other, '');
    if (found !== undefined) return { ...found, where: `${epoch}, ${found.where}` };
  }
  const more = got[packed.length];
  return more && { where: `epoch ${String(more.epoch)}`, packed: 'none', got: 'an epoch' };
}

function differenceIn(packed: unknown, got: unknown, path: string): Difference | undefined {
  if (!isNested(packed) || !isNested(got))
    return Object.is(packed, got) ? undefined : { where: path, packed, got };
  for (const key of new Set([...Object.keys(packed), ...Object.keys(got)])) {
    if (timings.has(key)) continue;
    const found = differenceIn(packed[key], got[key], path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isNested(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
