/** A step between neighbours that is nearly all a record does. */
export interface OneStep {
  /** First point after it. */
  readonly at: number;
  /** Value after over value before it. */
  readonly ratio: number;
}

/** A step by less is no failure. */
const LEAST = Math.log(1.5);
/** Points to either side, fewer of which show no level. */
const EITHER_SIDE = 3;
/** Share of the step that the values of a side may range over. */
const RANGE = 0.25;

/**
 * The one step of a record that holds still before and after it, as a cell does that fails or switches: no law of time has such a step.
 * @param values `[points]`, positive; undefined is answered for others
 */
export function oneStepIn(values: Float64Array): OneStep | undefined {
  const n = values.length;
  if (n < 2 * EITHER_SIDE || values.some((value) => !(value > 0))) return undefined;
  const logs = values.map(Math.log);
  let at = 1;
  for (let k = 2; k < n; k++) if (stepTo(logs, k) > stepTo(logs, at)) at = k;
  const step = stepTo(logs, at);
  if (step < LEAST || at < EITHER_SIDE || n - at < EITHER_SIDE) return undefined;
  const still = [logs.subarray(0, at), logs.subarray(at)].every(
    (side) => Math.max(...side) - Math.min(...side) <= RANGE * step,
  );
  return still ? { at, ratio: values[at] / values[at - 1] } : undefined;
}

const stepTo = (logs: Float64Array, k: number): number => Math.abs(logs[k] - logs[k - 1]);
