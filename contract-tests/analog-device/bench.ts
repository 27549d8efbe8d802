import { RandomStream } from '../../core/index.js';
import {
  type AnalogDevice,
  defaultStop,
  type Equilibrium,
  type Floats,
  isFromFreeOutputs,
  type NudgeKind,
  nudgeOf,
  type ParameterValues,
  type PhasePlan,
  type StopRule,
} from '../../devices/contract/index.js';
import type { TestContext } from '../runner.js';
import { assertAtMost, largest, relativeError } from './closeness.js';

/** What the suite needs to know of a device under test besides the contract. */
export interface DeviceUnderTest {
  /** A fresh device with parameters to work with; the same every time it is called. */
  readonly open: () => Promise<AnalogDevice>;
  /** A β, > 0, that is safe either way, in the device's nudge unit. */
  readonly beta: number;
  /** A rate for every group at which one update moves parameters visibly but not by their whole range. */
  readonly rate: (group: string) => number;
  /** By which it is nudged; by its first when left out. */
  readonly nudge?: NudgeKind;
  /** Tight enough for the device's own tolerances. */
  readonly stop?: StopRule;
  /** A largest useful input, in the device's node unit. */
  readonly inputSize: number;
  /** The input that a device of few possible inputs takes for a value. */
  readonly asInput?: (value: number) => number;
  /** Only one can be open at a time, as on a port. */
  readonly opensOnce?: boolean;
}

/** Samples of a minibatch. */
export const BATCH = 3;

/** A device under test with a batch to drive it by. */
export class Bench {
  readonly inputs: Float64Array;
  readonly targets: Float64Array;
  readonly stop: StopRule;

  constructor(
    readonly device: AnalogDevice,
    readonly subject: DeviceUnderTest,
    event = 0,
  ) {
    const random = new RandomStream(7, 'contract').at(event);
    const { low, high } = device.info.coding.input;
    const { off, on } = device.info.coding.target;
    const asInput = subject.asInput ?? ((value: number) => value);
    this.stop = subject.stop ?? defaultStop;
    this.inputs = Float64Array.from({ length: BATCH * device.info.inputs }, () =>
      asInput(Math.min(subject.inputSize, random.between(low, high))),
    );
    this.targets = Float64Array.from({ length: BATCH * device.info.outputs.size }, () =>
      random.uniform() < 0.3 ? on : off,
    );
  }

  /** Another minibatch for the same device. */
  another(event = 1): Bench {
    return new Bench(this.device, this.subject, event);
  }

  /** The nudge under test. */
  get kind(): NudgeKind {
    return this.subject.nudge ?? this.device.info.nudges[0];
  }

  get batch() {
    return { size: BATCH, inputs: this.inputs, targets: this.targets };
  }

  free(from?: Equilibrium): Promise<Equilibrium> {
    return this.device.settle(
      { batch: BATCH, inputs: this.inputs },
      { stop: this.stop, ...(from ? { from } : {}) },
    );
  }

  async nudged(beta: number, from?: Equilibrium): Promise<Equilibrium> {
    // What a held current is worked out from is the free phase, wherever the nudged one starts.
    const free = from ?? (isFromFreeOutputs(this.kind) ? await this.free() : undefined);
    const outputs = () => free?.outputs() ?? new Float64Array(0);
    const nudge = nudgeOf({ nudge: this.kind }, beta, this.targets, { outputs });
    return this.device.settle(
      { batch: BATCH, inputs: this.inputs, nudge },
      { stop: this.stop, ...(from ? { from } : {}) },
    );
  }

  async contrast(beta = this.subject.beta) {
    const rest = await this.free();
    return { first: await this.nudged(-beta, rest), second: await this.nudged(beta, rest) };
  }

  update(id: number) {
    const { groups } = this.device.info;
    return { id, rates: Object.fromEntries(groups.map((g) => [g.name, this.subject.rate(g.name)])) };
  }

  plan(id: number): PhasePlan {
    return {
      nudge: this.kind,
      betas: [-this.subject.beta, this.subject.beta],
      stop: this.stop,
      update: this.update(id),
    };
  }

  /** How far node states of two honest settlings may differ. */
  slack(states: Floats): number {
    return this.device.info.tolerances.node + 20 * (this.stop.tolerance ?? 0) * largest(states);
  }

  /** Asserts that parameters are what they were, bit for bit on a deterministic device. */
  async expectUnchanged(before: ParameterValues): Promise<void> {
    const { deterministic, tolerances } = this.device.info;
    const after = await this.device.readParameters();
    for (const name of Object.keys(before)) {
      assertAtMost(
        relativeError(after[name], before[name]),
        deterministic ? 0 : tolerances.parameter,
        `parameters ${name}`,
      );
    }
  }
}

/** What a part of the suite is written with. */
export interface DeviceTests {
  describe(name: string, body: () => void): unknown;
  /** One promise, kept by a fresh device that is closed afterwards. */
  test(what: string, body: (bench: Bench, context: TestContext) => Promise<void>): unknown;
  /** Closes what is open where only one can be, and opens another. */
  reopened(bench: Bench): Promise<Bench>;
  readonly subject: DeviceUnderTest;
}
