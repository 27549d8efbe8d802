import type { DeviceState } from '../../core/index.js';
import { RandomStream, runError } from '../../core/index.js';
import {
  type Contrast,
  DeviceFrame,
  type DeviceInfo,
  type Drive,
  type Equilibrium,
  type Floats,
  groupSize,
  isFromFreeOutputs,
  type Nudge,
  type OwnContrast,
  outputPulls,
  type ParameterValues,
  type SettleOptions,
  type Update,
} from '../contract/index.js';
import { DescribedEquilibrium, type DescribedStates } from './described-equilibrium.js';
import { describedInfo } from './described-info.js';
import type {
  DescribedNudge,
  DescribedParameters,
  DeviceDescription,
  DeviceSize,
} from './device-description.js';

/** Share of a parameter, or of the range it starts in, by which it is moved for an exact gradient. */
const STEP = 1e-6;

/** An `AnalogDevice` of a description, in float64, sample by sample. */
export class DescribedDevice extends DeviceFrame<DescribedEquilibrium> {
  readonly info: DeviceInfo;
  protected readonly format: string;
  private p: Record<string, Float64Array> = {};
  /** Of its equilibria; counts changes of the parameters. */
  private readonly owned = { version: 0 };

  constructor(
    private readonly name: string,
    private readonly description: DeviceDescription,
    private readonly size: DeviceSize,
  ) {
    super();
    this.info = describedInfo(name, description, size);
    this.format = `described-${name}/1`;
    for (const group of this.info.groups) this.p[group.name] = new Float64Array(groupSize(group));
    this.startWithoutParameters();
  }

  override owns(phase: Equilibrium): phase is DescribedEquilibrium {
    return phase instanceof DescribedEquilibrium && phase.owner === this.owned;
  }

  /** The estimate that an update descends. */
  async gradient(contrast: Contrast): Promise<ParameterValues> {
    this.requireOpen();
    return this.estimate(this.contrastOf(contrast));
  }

  /** By differences of every parameter: twice as many settlings as there are parameters, for each sample. */
  async exactGradient(free: Equilibrium, costSlope: Floats): Promise<ParameterValues> {
    this.requireOpen();
    const { batch, states } = this.freePhaseOf(free, costSlope);
    const groups = this.description.parameters(this.size);
    return Object.fromEntries(
      Object.entries(this.p).map(([name, values]) => {
        const [low, high] = groups[name].start;
        const gradient = new Float64Array(values.length);
        for (let e = 0; e < values.length; e++) {
          const at = values[e];
          const step = STEP * Math.max(Math.abs(at), (high - low) / 2);
          const costAt = (value: number): number => {
            values[e] = value;
            const v = this.settled(batch, states.inputs, undefined, states.v);
            return this.outputsOf(v, batch).reduce((sum, u, k) => sum + costSlope[k] * u, 0);
          };
          gradient[e] = (costAt(at + step) - costAt(at - step)) / (2 * step * batch);
          values[e] = at;
        }
        return [name, gradient];
      }),
    );
  }

  protected override draw(seed: number): void {
    const groups = this.description.parameters(this.size);
    for (const [name, values] of Object.entries(this.p)) {
      const random = new RandomStream(seed, `device ${name}`);
      const [low, high] = groups[name].start;
      for (let e = 0; e < values.length; e++) values[e] = random.between(low, high);
    }
    this.owned.version++;
  }

  protected override relax({ batch, inputs, nudge }: Drive, { from, signal }: SettleOptions) {
    const start = this.startOf(batch, from);
    const v = this.settled(
      batch,
      inputs,
      nudge,
      start === undefined ? undefined : joined(start, this.info.layers, batch),
    );
    const bad = v.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw runError(
        'use.device',
        `device ${this.name}: settle gives node ${bad % this.nodes} of sample ${Math.floor(bad / this.nodes)} as ${v[bad]}`,
      );
    }
    const status = signal?.aborted ? 'aborted' : 'settled';
    const figures = { status, iterations: 1, residual: 0, residual_A: 0 } as const;
    const states: DescribedStates = { inputs: Float64Array.from(inputs), v };
    return new DescribedEquilibrium(
      this.owned,
      batch,
      nudge?.beta ?? 0,
      states,
      figures,
      this.info,
      (x, at) =>
        this.description.power_W === undefined ? Number.NaN : this.description.power_W(this.p, x, at),
    );
  }

  protected override learn(pair: OwnContrast<DescribedEquilibrium>, update: Update) {
    const changes = this.descent.changes(this.estimate(pair), this.p, update);
    for (const [name, change] of Object.entries(changes)) {
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } =
        this.info.groups.find((group) => group.name === name) ?? {};
      const values = this.p[name];
      for (let e = 0; e < values.length; e++) values[e] = Math.min(max, Math.max(min, values[e] + change[e]));
    }
    this.owned.version++;
    return { saturatedFraction: this.saturatedFraction() };
  }

  protected override saturatedFraction(): number {
    let [edge, all] = [0, 0];
    for (const { name, min, max } of this.info.groups) {
      for (const value of this.p[name]) if (value === min || value === max) edge++;
      all += this.p[name].length;
    }
    return all === 0 ? 0 : edge / all;
  }

  protected override limits() {
    const lowest = this.description.lowestNudge?.(this.p) ?? Number.NEGATIVE_INFINITY;
    return { lowest, highest: Number.POSITIVE_INFINITY };
  }

  protected override read(): ParameterValues {
    return Object.fromEntries(Object.entries(this.p).map(([name, values]) => [name, values.slice()]));
  }

  protected override write(parameters: ParameterValues) {
    for (const [name, values] of Object.entries(parameters)) this.p[name] = Float64Array.from(values);
    this.owned.version++;
    return { saturatedFraction: this.saturatedFraction() };
  }

  protected override save = () => ({ arrays: this.read() as Record<string, Float64Array> });
  protected override savedLengths = () =>
    Object.fromEntries(this.info.groups.map((group) => [group.name, groupSize(group)]));
  protected override load = ({ arrays }: DeviceState) =>
    void this.write(
      Object.fromEntries(this.info.groups.map(({ name }) => [name, Float64Array.from(arrays[name])])),
    );

  private get nodes(): number {
    return this.info.layers.reduce((sum, n) => sum + n, 0);
  }

  /** Node states of every sample at rest, [batch × nodes]. @param start where they begin, else 0 */
  private settled(
    batch: number,
    inputs: Floats,
    nudge: Nudge | undefined,
    start?: Float64Array,
  ): Float64Array {
    const { nodes } = this;
    const { inputs: width, outputs } = this.info;
    const pulls = nudge && this.nudgesOf(nudge, outputs.size);
    const v = start?.slice() ?? new Float64Array(batch * nodes);
    const none: DescribedNudge = {
      current: new Float64Array(outputs.size),
      conductance: new Float64Array(outputs.size),
    };
    for (let s = 0; s < batch; s++) {
      const x = Float64Array.from(inputs.subarray(s * width, (s + 1) * width));
      const own = pulls === undefined ? none : sampleOf(pulls, s, outputs.size);
      this.description.settle(this.p, x, v.subarray(s * nodes, (s + 1) * nodes), own);
    }
    return v;
  }

  /** A nudge as currents and conductances, [batch × outputs] each. */
  private nudgesOf(nudge: Nudge, size: number): DescribedNudge {
    const { beta, targets, kind, outputs } = nudge;
    const held = isFromFreeOutputs(kind);
    // Of a cost that is straight, the current at 0 and its slope say all.
    const at = held ? (outputs as Floats) : new Float64Array(targets.length);
    const { currents, slopes } = outputPulls(nudge, at, targets, size);
    return {
      current: currents.map((pull) => beta * pull),
      conductance: slopes.map((bend) => (held ? 0 : beta * bend)),
    };
  }

  private outputsOf(v: Float64Array, batch: number): Float64Array {
    const { size } = this.info.outputs;
    const { nodes } = this;
    const out = new Float64Array(batch * size);
    for (let s = 0; s < batch; s++) out.set(v.subarray((s + 1) * nodes - size, (s + 1) * nodes), s * size);
    return out;
  }

  /** [∂E/∂p(second) − ∂E/∂p(first)] / Δβ, batch mean. */
  private estimate({
    first,
    second,
    batch,
    betaSpan,
  }: OwnContrast<DescribedEquilibrium>): Record<string, Float64Array> {
    const zeros = () =>
      Object.fromEntries(this.info.groups.map((group) => [group.name, new Float64Array(groupSize(group))]));
    const sum = zeros();
    const slopes = zeros();
    const { nodes } = this;
    const { inputs: width } = this.info;
    for (const [{ inputs, v }, sign] of [[first.states, -1] as const, [second.states, 1] as const]) {
      for (let s = 0; s < batch; s++) {
        const x = inputs.slice(s * width, (s + 1) * width);
        for (const values of Object.values(slopes)) values.fill(0);
        this.description.slopes(
          this.p,
          x,
          v.slice(s * nodes, (s + 1) * nodes),
          slopes as DescribedParameters,
        );
        for (const [name, total] of Object.entries(sum)) {
          for (let e = 0; e < total.length; e++) total[e] += (sign * slopes[name][e]) / (batch * betaSpan);
        }
      }
    }
    return sum;
  }
}

function sampleOf({ current, conductance }: DescribedNudge, sample: number, size: number): DescribedNudge {
  const [from, to] = [sample * size, (sample + 1) * size];
  return { current: current.subarray(from, to), conductance: conductance.subarray(from, to) };
}

/** Layers as the nodes of one sample after the other. */
function joined(layers: readonly Floats[], sizes: readonly number[], batch: number): Float64Array {
  const nodes = sizes.reduce((sum, n) => sum + n, 0);
  const v = new Float64Array(batch * nodes);
  let at = 0;
  for (const [l, size] of sizes.entries()) {
    for (let s = 0; s < batch; s++) v.set(layers[l].subarray(s * size, (s + 1) * size), s * nodes + at);
    at += size;
  }
  return v;
}
