import type { StateArray, StateValue } from '../../core/index.js';
import { inputError } from '../../core/index.js';
import type { ParameterValues, Update } from './contrast.js';
import { type DeviceInfo, groupSize, type ParameterGroup } from './device-info.js';
import type { Floats } from './floats.js';
import { accumulatorsOf, type Optimizer } from './optimizer.js';

/** Whether an update is −rate·gradient and nothing else, which a device may do in its own fast way. */
export function isPlain({ optimizer, decay }: Pick<Update, 'optimizer' | 'decay'>): boolean {
  return (optimizer === undefined || optimizer.kind === 'sgd') && decay === undefined;
}

/** In front of the names of its arrays in a snapshot. */
const PREFIX = 'optimizer-';
const STEPS = 'optimizerSteps';

/**
 * Makes changes of gradients: optimisers with their accumulators, decay, windows. The accumulators are digital numbers beside
 * the conductances, kept by the host, and part of a device's snapshot. All of it is done entry by entry, in a fixed order.
 */
export class Descent {
  /** First and second accumulator of each group, taken when first used. */
  private held = new Map<string, Float32Array | Float64Array>();
  /** Updates since the accumulators were 0. */
  private steps = 0;

  constructor(private readonly info: () => DeviceInfo) {}

  /**
   * The wanted change of every entry of the groups that have a rate or a decay, in their units. An entry that is at its wall, or would pass
   * it, ends there, and its first accumulator, which would push it further, is 0 again.
   * @param gradients batch mean, of every group that has a rate
   * @param parameters as they are
   */
  changes(
    gradients: ParameterValues,
    parameters: ParameterValues,
    { rates, decay = {}, optimizer = { kind: 'sgd' } }: Update,
  ): Record<string, Float64Array> {
    this.steps++;
    const changes: Record<string, Float64Array> = {};
    for (const group of this.info().groups) {
      const { name } = group;
      const rate = rates[name] ?? 0;
      const share = decay[name] ?? 0;
      if (rate === 0 && share === 0) continue;
      const change = new Float64Array(groupSize(group));
      if (rate !== 0) this[optimizer.kind](group, gradients[name], rate, optimizer as never, change);
      this.keepInWindow(group, parameters[name], share, change);
      changes[name] = change;
    }
    return changes;
  }

  /** The accumulators are 0 again. */
  reset(): void {
    this.held = new Map();
    this.steps = 0;
  }

  /** For a snapshot; nothing where nothing was accumulated. */
  save(): { arrays: Record<string, StateArray>; values: Record<string, StateValue> } {
    if (this.held.size === 0) return { arrays: {}, values: {} };
    const arrays = [...this.held].map(([name, values]): [string, StateArray] => [
      PREFIX + name,
      values.slice(),
    ]);
    return { arrays: Object.fromEntries(arrays), values: { [STEPS]: this.steps } };
  }

  /** Takes its own of a snapshot, and gives back the rest. @throws `state.shape` */
  load(
    arrays: Readonly<Record<string, StateArray>>,
    values: Readonly<Record<string, StateValue>>,
  ): Record<string, StateArray> {
    this.reset();
    const rest: Record<string, StateArray> = {};
    for (const [name, stored] of Object.entries(arrays)) {
      if (!name.startsWith(PREFIX)) {
        rest[name] = stored;
        continue;
      }
      const own = name.slice(PREFIX.length);
      const group = this.info().groups.find((one) => own.startsWith(`${one.name}-`));
      if (group === undefined || groupSize(group) !== stored.length) {
        throw inputError(
          'state.shape',
          `device state: accumulators "${name}" have ${stored.length} entries and are of no group of this device; resume with the layers that it was trained with`,
        );
      }
      this.accumulator(group, own.slice(group.name.length + 1)).set(stored);
    }
    this.steps = Number(values[STEPS] ?? 0);
    return rest;
  }

  private sgd(_: ParameterGroup, gradient: Floats, rate: number, __: Optimizer, change: Float64Array): void {
    for (let e = 0; e < change.length; e++) change[e] = -rate * gradient[e];
  }

  private momentum(
    group: ParameterGroup,
    gradient: Floats,
    rate: number,
    { momentum }: Extract<Optimizer, { kind: 'momentum' }>,
    change: Float64Array,
  ): void {
    const u = this.accumulator(group, 'first');
    for (let e = 0; e < change.length; e++) {
      u[e] = momentum * u[e] + gradient[e];
      change[e] = -rate * u[e];
    }
  }

  private adam(
    group: ParameterGroup,
    gradient: Floats,
    rate: number,
    { beta1, beta2, epsilon }: Extract<Optimizer, { kind: 'adam' }>,
    change: Float64Array,
  ): void {
    const u = this.accumulator(group, 'first');
    const s = this.accumulator(group, 'second');
    const scale = epsilon[group.name] ?? 0;
    const first = 1 / (1 - beta1 ** this.steps);
    const second = 1 / (1 - beta2 ** this.steps);
    for (let e = 0; e < change.length; e++) {
      u[e] = beta1 * u[e] + (1 - beta1) * gradient[e];
      s[e] = beta2 * s[e] + (1 - beta2) * gradient[e] * gradient[e];
      const size = Math.sqrt(second * s[e]) + scale;
      change[e] = size === 0 ? 0 : (-rate * first * u[e]) / size;
    }
  }

  private keepInWindow(group: ParameterGroup, present: Floats, share: number, change: Float64Array): void {
    const { name, min, max } = group;
    const u = this.held.get(`${name}-first`);
    for (let e = 0; e < change.length; e++) {
      const kept = present[e] - share * present[e];
      const wanted = kept + change[e];
      const held = wanted < min ? min : wanted > max ? max : wanted;
      if (held !== wanted && u !== undefined) u[e] = 0;
      change[e] = held - present[e];
    }
  }

  private accumulator(group: ParameterGroup, which: string): Float32Array | Float64Array {
    const name = `${group.name}-${which}`;
    const found = this.held.get(name);
    if (found !== undefined) return found;
    const size = groupSize(group);
    const made = this.info().precision === 'float64' ? new Float64Array(size) : new Float32Array(size);
    this.held.set(name, made);
    return made;
  }
}

/** For people: `momentum keeps 1 number beside each of 158,010 parameters: 632 kB`. */
export function describeAccumulators(info: DeviceInfo, { kind }: Optimizer): string | undefined {
  const count = accumulatorsOf[kind];
  if (count === 0) return undefined;
  const entries = info.groups.reduce((sum, group) => sum + groupSize(group), 0);
  const bytes = count * entries * (info.precision === 'float64' ? 8 : 4);
  const size = bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toPrecision(3)} MB`;
  return `${kind} keeps ${count === 1 ? 'a number' : `${count} numbers`} beside each of ${entries.toLocaleString('en')} parameters, in digital memory: ${size}`;
}
