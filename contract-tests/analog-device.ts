import assert from 'node:assert/strict';
import { OhmpropError, RandomStream } from '../core/index.js';
import {
  type AnalogDevice,
  defaultStop,
  type Equilibrium,
  type Floats,
  groupSize,
  type ParameterValues,
  type PhasePlan,
  type StopRule,
  settleSettleAdapt,
  twoPhaseStep,
} from '../devices/contract/index.js';
import type { TestContext, TestRunner } from './runner.js';

/** What the suite needs to know of a device under test besides the contract. */
export interface DeviceUnderTest {
  /** A fresh device with parameters to work with; the same every time it is called. */
  readonly open: () => Promise<AnalogDevice>;
  /** A β, > 0, that is safe either way, in the device's nudge unit. */
  readonly beta: number;
  /** A rate for every group at which one update moves parameters visibly but not by their whole range. */
  readonly rate: (group: string) => number;
  /** Tight enough for the device's own tolerances. */
  readonly stop?: StopRule;
  /** A largest useful input, in the device's node unit. */
  readonly inputSize: number;
  /** The input that a device of few possible inputs takes for a value. */
  readonly asInput?: (value: number) => number;
  /** Only one can be open at a time, as on a port. */
  readonly opensOnce?: boolean;
}

const BATCH = 3;

/** A device under test with a batch to drive it by. */
class Bench {
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

  get batch() {
    return { size: BATCH, inputs: this.inputs, targets: this.targets };
  }

  free(from?: Equilibrium): Promise<Equilibrium> {
    return this.device.settle(
      { batch: BATCH, inputs: this.inputs },
      { stop: this.stop, ...(from ? { from } : {}) },
    );
  }

  nudged(beta: number, from: Equilibrium): Promise<Equilibrium> {
    const nudge = { kind: this.device.info.nudges[0], beta, targets: this.targets };
    return this.device.settle({ batch: BATCH, inputs: this.inputs, nudge }, { stop: this.stop, from });
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
      nudge: this.device.info.nudges[0],
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

/** The promises of `AnalogDevice`, run over every implementation: simulated, virtual and on a bench. */
export function analogDeviceSuite(runner: TestRunner, name: string, subject: DeviceUnderTest): void {
  const { describe, it } = runner;
  const test = (what: string, body: (bench: Bench, context: TestContext) => Promise<void>) =>
    it(what, async (context) => {
      const device = await subject.open();
      try {
        await body(new Bench(device, subject), context);
      } finally {
        await device.close();
      }
    });
  /** Closes what is open where only one can be, and opens another. */
  const reopened = async (bench: Bench): Promise<Bench> => {
    if (subject.opensOnce) await bench.device.close();
    return new Bench(await subject.open(), subject);
  };

  describe(`AnalogDevice contract: ${name}`, () => {
    describe('says of itself', () => {
      test('what is consistent', async ({ device: { info } }) => {
        assert.ok(info.layers.length > 0);
        assert.ok(info.nudges.length > 0);
        assert.ok(info.optimizers.length > 0);
        assert.equal(info.layers[info.outputs.layer], info.outputs.size);
        for (const group of info.groups) {
          assert.ok(groupSize(group) > 0);
          assert.ok(group.min < group.max);
          if (group.between === undefined) continue;
          const [before, layer] = group.between;
          assert.ok(before < layer);
          assert.equal(group.shape[1], info.layers[layer - 1]);
        }
      });

      test('parameters in the announced shapes and inside their windows', async ({ device }) => {
        const parameters = await device.readParameters();
        const { groups, tolerances } = device.info;
        assert.deepEqual(Object.keys(parameters).sort(), groups.map((g) => g.name).sort());
        for (const group of groups) {
          const values = parameters[group.name];
          assert.equal(values.length, groupSize(group));
          const slack = tolerances.parameter * largest(values);
          for (const value of values) assert.ok(value >= group.min - slack && value <= group.max + slack);
        }
      });

      test('how far it may be nudged', async ({ device }) => {
        const { lowest, highest } = await device.nudgeLimits();
        assert.ok(lowest < -subject.beta);
        assert.ok(highest > subject.beta);
      });
    });

    describe('starts', () => {
      test('from a seed: the same seed, the same start, whatever was before', async (bench) => {
        const { device } = bench;
        await device.initialise(11);
        const start = await device.readParameters();
        await device.adapt(await bench.contrast(), bench.update(1));
        await device.initialise(12);
        const other = await device.readParameters();
        await device.initialise(11);
        const again = await device.readParameters();
        for (const { name, role } of device.info.groups) {
          assertAtMost(relativeError(again[name], start[name]), device.info.tolerances.parameter, name);
          if (role !== 'bias') assert.notDeepEqual(other[name], start[name]);
        }
      });

      test('with updates that count from 0 again', async (bench) => {
        await bench.device.adapt(await bench.contrast(), bench.update(3));
        await bench.device.initialise(11);
        const report = await bench.device.adapt(await bench.contrast(), bench.update(1));
        assert.equal(report.applied, true);
      });
    });

    describe('settles', () => {
      test('a batch: status, residual, node states of the right shape', async (bench) => {
        const { info } = bench.device;
        const rest = await bench.free();
        assert.ok(['settled', 'fixed-iterations'].includes(rest.status), rest.status);
        assert.equal(rest.batch, BATCH);
        assert.equal(rest.beta, 0);
        assert.ok(rest.iterations >= 1);
        if (rest.status === 'settled') assertAtMost(rest.residual, bench.stop.tolerance ?? 1, 'residual');
        assert.equal(rest.outputs().length, BATCH * info.outputs.size);
        if (info.observes === 'all') {
          for (const [l, size] of info.layers.entries()) assert.equal(rest.layer(l).length, BATCH * size);
          assert.deepEqual(rest.layer(info.outputs.layer), rest.outputs());
        }
        for (const value of rest.outputs()) assert.ok(Number.isFinite(value));
      });

      test('the same drive alike, whatever was settled in between and wherever it starts', async (bench) => {
        const first = await bench.free();
        await bench.nudged(subject.beta, first);
        const again = await bench.free();
        const warm = await bench.free(first);
        const slack = bench.slack(first.outputs());
        assertNodes(again.outputs(), first.outputs(), bench.device.info.deterministic ? 0 : slack);
        assertNodes(warm.outputs(), first.outputs(), slack);
      });

      test('from states that came from elsewhere', async (bench, context) => {
        const { device } = bench;
        if (device.info.observes !== 'all') return context.skip('does not observe all its nodes');
        const rest = await bench.free();
        const layers = device.info.layers.map((_, l) => rest.layer(l));
        const drive = { batch: BATCH, inputs: bench.inputs };
        const warm = await device.settle(drive, { stop: bench.stop, from: { layers } });
        assertNodes(warm.outputs(), rest.outputs(), bench.slack(rest.outputs()));
        const short = layers.map((layer) => layer.subarray(1));
        await assertRefusal(device.settle(drive, { from: { layers: short } }), /start states/);
      });

      test('from an equilibrium of another device', async (bench, context) => {
        if (subject.opensOnce) return context.skip('can be open only once');
        const other = await reopened(bench);
        const foreign = await other.free();
        const warm = await bench.free(foreign);
        assertNodes(warm.outputs(), (await bench.free()).outputs(), bench.slack(foreign.outputs()));
        await other.device.close();
      });

      test('each sample of a batch as if it were alone', async (bench) => {
        const together = await bench.free();
        const { inputs: width, outputs } = bench.device.info;
        const inputs = bench.inputs.subarray(width, 2 * width);
        const alone = await bench.device.settle({ batch: 1, inputs }, { stop: bench.stop });
        const own = together.outputs().subarray(outputs.size, 2 * outputs.size);
        assertNodes(own, alone.outputs(), bench.slack(together.outputs()));
      });

      test('nearer to the target under a positive nudge and further away under a negative one', async (bench) => {
        const rest = await bench.free();
        const distance = (e: Equilibrium) => squaredDistance(e.outputs(), bench.targets);
        const plus = distance(await bench.nudged(subject.beta, rest));
        const minus = distance(await bench.nudged(-subject.beta, rest));
        assert.ok(plus < distance(rest));
        assert.ok(minus > distance(rest));
      });

      test('without changing parameters', async (bench) => {
        const before = await bench.device.readParameters();
        await bench.contrast();
        await bench.expectUnchanged(before);
      });

      test('no further than it is told to', async (bench) => {
        const controller = new AbortController();
        controller.abort();
        const drive = { batch: BATCH, inputs: bench.inputs };
        const aborted = await bench.device.settle(drive, { stop: bench.stop, signal: controller.signal });
        assert.equal(aborted.status, 'aborted');
      });

      test('by a counted number of iterations, if it iterates', async (bench) => {
        const drive = { batch: BATCH, inputs: bench.inputs };
        const counted = await bench.device.settle(drive, { stop: { fixedIterations: 2 } });
        const { status, iterations } = counted;
        assert.ok(
          status === 'fixed-iterations' ? iterations === 2 : iterations === 1,
          `${status} after ${iterations} iterations`,
        );
      });
    });

    describe('gives equilibria', () => {
      test('that can be read after later settlings', async (bench) => {
        const rest = await bench.free();
        const pull = await bench.nudged(subject.beta, rest);
        const [early, pulled] = [rest.outputs(), pull.outputs()];
        await bench.another().free();
        await bench.device.adapt(await bench.contrast(), bench.update(1));
        await bench.another().free();
        assert.deepEqual(rest.outputs(), early);
        assert.deepEqual(pull.outputs(), pulled);
      });

      test('that give nothing once they are released', async (bench) => {
        const rest = await bench.free();
        rest.release();
        rest.release();
        for (const read of [
          () => rest.outputs(),
          () => rest.layer(0),
          () => rest.power_W(),
          () => rest.energy(),
        ]) {
          assert.throws(read, OhmpropError);
        }
      });

      test('whose power is positive, or said to be unknown', async (bench) => {
        const power_W = (await bench.free()).power_W();
        assert.equal(power_W.length, BATCH);
        for (const value of power_W) assert.ok(value > 0 || Number.isNaN(value));
      });

      test('whose energy a nudge can only raise', async (bench, context) => {
        const rest = await bench.free();
        const energy = rest.energy();
        assert.equal(energy.length, BATCH);
        if (energy.some(Number.isNaN)) return context.skip('its energy is unknown');
        const pull = await bench.nudged(subject.beta, rest);
        if (pull.energy().some(Number.isNaN)) return context.skip('its parameters vary from read to read');
        const slack = (bench.device.info.precision === 'float64' ? 1e-9 : 1e-4) * largest(energy);
        for (const [s, value] of pull.energy().entries()) assert.ok(value >= energy[s] - slack);
        // what a nudge does to the energy is more than nothing, or this would hold of any number
        const far = await bench.nudged(4 * subject.beta, rest);
        const rise = largest(difference(far.energy(), energy));
        assert.ok(rise > 0);
      });
    });

    describe('adapts', () => {
      test('once an id, and lowers the cost', async (bench) => {
        const { device } = bench;
        const before = squaredDistance((await bench.free()).outputs(), bench.targets);
        for (let id = 1; id <= 5; id++) {
          const pair = await bench.contrast();
          assert.equal((await device.adapt(pair, bench.update(id))).applied, true);
          const moved = await device.readParameters();
          assert.equal((await device.adapt(pair, bench.update(id))).applied, false);
          await bench.expectUnchanged(moved);
        }
        assert.ok(squaredDistance((await bench.free()).outputs(), bench.targets) < before);
      });

      test('against its own gradient, inside the window', async (bench, context) => {
        const { device } = bench;
        if (device.gradient === undefined) return context.skip('does not report its gradient');
        if (device.info.precision === 'quantized') return context.skip('moves by whole steps');
        const pair = await bench.contrast();
        const gradient = await device.gradient(pair);
        const before = await device.readParameters();
        await device.adapt(pair, bench.update(1));
        const after = await device.readParameters();
        for (const group of device.info.groups) {
          const rate = subject.rate(group.name);
          const expected = before[group.name].map((g, e) =>
            Math.min(group.max, Math.max(group.min, g - rate * gradient[group.name][e])),
          );
          const slack = 2 * device.info.tolerances.parameter + 1e-14;
          assertAtMost(relativeError(after[group.name], expected), slack, group.name);
        }
      });

      test('not at all by an aborted update', async (bench) => {
        const pair = await bench.contrast();
        const before = await bench.device.readParameters();
        const controller = new AbortController();
        controller.abort();
        const report = await bench.device.adapt(pair, bench.update(1), { signal: controller.signal });
        assert.equal(report.applied, false);
        await bench.expectUnchanged(before);
        assert.equal((await bench.device.adapt(await bench.contrast(), bench.update(1))).applied, true);
      });
    });

    describe('estimates gradients', () => {
      test('from either side as centered, to first order', async (bench, context) => {
        const { device } = bench;
        if (device.gradient === undefined) return context.skip('does not report its gradient');
        if (device.info.precision === 'quantized') return context.skip('moves by whole steps');
        const rest = await bench.free();
        const plus = await bench.nudged(subject.beta / 10, rest);
        const minus = await bench.nudged(-subject.beta / 10, rest);
        const centered = await device.gradient({ first: minus, second: plus });
        const positive = await device.gradient({ first: rest, second: plus });
        const group = device.info.groups[0].name;
        assert.ok(cosine(centered[group], positive[group]) > 0.95);
      });

      test('that tend to the exact one', async (bench, context) => {
        const { device } = bench;
        if (device.gradient === undefined || device.exactGradient === undefined)
          return context.skip('does not report both gradients');
        if (!device.info.deterministic) return context.skip('its parameters vary from read to read');
        const rest = await bench.free();
        const slope = difference(rest.outputs(), bench.targets);
        const exact = await device.exactGradient(rest, slope);
        const relaxed = await device.exactGradient(rest, slope, 2000);
        // At β → 0 rounding is all that is left of float32.
        const [smaller, near] = device.info.precision === 'float64' ? [1000, 0.999] : [10, 0.9];
        const { first, second } = await bench.contrast(subject.beta / smaller);
        const estimate = await device.gradient({ first, second });
        for (const { name: group } of device.info.groups) {
          assertAtMost(relativeError(relaxed[group], exact[group]), 1e-6, group);
          if (largest(exact[group]) > 0) assertAtMost(near, cosine(estimate[group], exact[group]), group);
        }
        await assertRefusal(device.exactGradient(second, slope), /free phase/);
        await assertRefusal(device.exactGradient(rest, slope.subarray(1)), /slope/);
        await device.adapt(await bench.contrast(), bench.update(1));
        await assertRefusal(device.exactGradient(rest, slope), /changed/);
      });
    });

    describe('steps', () => {
      test('as settle, settle, settle, adapt', async (bench, context) => {
        const { device } = bench;
        if (device.step === undefined) return context.skip('a step of it is those calls');
        const start = await device.readParameters();
        const fused = await device.step(bench.batch, bench.plan(1));
        const outputs = fused.free.outputs();
        const parameters = await device.readParameters();
        const other = await reopened(bench);
        const plain = await settleSettleAdapt(other.device, bench.batch, bench.plan(1));
        assertNodes(outputs, plain.free.outputs(), bench.slack(plain.free.outputs()));
        assert.deepEqual(
          fused.nudged.map((phase) => phase.status),
          plain.nudged.map((phase) => phase.status),
        );
        assert.equal(fused.adapt.applied, true);
        const expected = await other.device.readParameters();
        await other.device.close();
        for (const { name: group } of device.info.groups) {
          const change = difference(parameters[group], start[group]);
          const wanted = difference(expected[group], start[group]);
          if (largest(wanted) === 0) assert.equal(largest(change), 0);
          else assertAtMost(relativeError(change, wanted), 2 * device.info.tolerances.gradient, group);
        }
      });

      test('once an id, whether it was carried out by a step or by adapt', async (bench) => {
        const { device } = bench;
        const first = await twoPhaseStep(device, bench.batch, bench.plan(1));
        assert.equal(first.adapt.applied, true);
        const moved = await device.readParameters();
        const again = await twoPhaseStep(device, bench.batch, bench.plan(1));
        assert.equal(again.adapt.applied, false);
        await bench.expectUnchanged(moved);
        assert.equal((await device.adapt(await bench.contrast(), bench.update(1))).applied, false);
        assert.equal((await device.adapt(await bench.contrast(), bench.update(2))).applied, true);
        const adapted = await device.readParameters();
        const late = await twoPhaseStep(device, bench.batch, bench.plan(2));
        assert.equal(late.adapt.applied, false);
        await bench.expectUnchanged(adapted);
      });

      test('observing what it says', async (bench, context) => {
        const { device } = bench;
        if (device.step === undefined) return context.skip('a step of it is settle, settle, adapt');
        const { free } = await device.step(bench.batch, bench.plan(1));
        assert.equal(free.outputs().length, BATCH * device.info.outputs.size);
        for (const [l, size] of device.info.layers.entries()) {
          if (device.info.observesInStep === 'all') assert.equal(free.layer(l).length, BATCH * size);
          else if (l !== device.info.outputs.layer) assert.throws(() => free.layer(l), OhmpropError);
        }
      });
    });

    describe('prepares a minibatch', () => {
      const prepares = ({ device }: Bench) => device.prepare !== undefined && device.step !== undefined;

      test('without changing a bit, whatever is done between', async (bench, context) => {
        if (!prepares(bench)) return context.skip('has nothing to prepare');
        const between: Readonly<Record<string, (bench: Bench) => Promise<unknown>>> = {
          nothing: async () => undefined,
          'another settling': (own) => own.another(2).free(),
          'a write': async ({ device }) => {
            const parameters = await device.readParameters();
            const group = device.info.groups[0].name;
            const [first] = parameters[group];
            const moved = parameters[group].map((value) => 0.75 * value + 0.25 * first);
            await device.writeParameters({ [group]: moved });
          },
          'an update': async (own) => own.device.adapt(await own.another(2).contrast(), own.update(2)),
        };
        for (const [what, act] of Object.entries(between)) {
          const ends: { outputs: Float64Array; parameters: ParameterValues }[] = [];
          for (const prepared of [true, false]) {
            const own = await reopened(bench);
            const { batch } = own.another();
            const handle = prepared ? own.device.prepare!(batch) : undefined;
            await own.device.step!(own.batch, own.plan(1));
            await act(own);
            const { free } = await own.device.step!(handle ?? batch, own.plan(3));
            ends.push({ outputs: free.outputs(), parameters: await own.device.readParameters() });
            await own.device.close();
          }
          assert.deepEqual(ends[0], ends[1], what);
        }
      });

      test('for one step of its own', async (bench, context) => {
        if (!prepares(bench)) return context.skip('has nothing to prepare');
        const { device } = bench;
        const handle = device.prepare!(bench.another().batch);
        await device.step!(bench.batch, bench.plan(1));
        await device.step!(handle, bench.plan(2));
        const before = await device.readParameters();
        await assertRefusal(device.step!(handle, bench.plan(3)), /prepared/);
        const unused = device.prepare!(bench.batch);
        const other = await reopened(bench);
        await assertRefusal(other.device.step!(unused, bench.plan(3)), /another device/);
        await other.device.close();
        if (!subject.opensOnce) await bench.expectUnchanged(before);
      });
    });

    describe('holds parameters', () => {
      test('that can be written and read back', async (bench) => {
        const { device } = bench;
        const before = await device.readParameters();
        const [group, ...others] = device.info.groups;
        const written = before[group.name].map((value, e) =>
          e % 2 === 0 ? value : value * 0.75 + before[group.name][0] * 0.25,
        );
        await device.writeParameters({ [group.name]: written });
        const after = await device.readParameters();
        const { tolerances, deterministic } = device.info;
        assertAtMost(relativeError(after[group.name], written), tolerances.parameter, group.name);
        for (const other of others) {
          const slack = deterministic ? 0 : tolerances.parameter;
          assertAtMost(relativeError(after[other.name], before[other.name]), slack, other.name);
        }
      });

      test('of its own, beside another device', async (bench, context) => {
        if (subject.opensOnce) return context.skip('can be open only once');
        const other = await reopened(bench);
        const before = await bench.device.readParameters();
        const rest = await bench.free();
        const outputs = rest.outputs();
        await other.device.adapt(await other.contrast(), other.update(1));
        await bench.expectUnchanged(before);
        assert.deepEqual(rest.outputs(), outputs);
        await other.device.close();
      });

      test('that a snapshot continues from', async (bench) => {
        const { device } = bench;
        await device.adapt(await bench.contrast(), bench.update(1));
        const state = await device.snapshot();
        const settled = (await bench.free()).outputs();
        await device.adapt(await bench.contrast(), bench.update(2));
        await device.restore(state);
        const slack = device.info.deterministic ? 0 : device.info.tolerances.node;
        assertNodes((await bench.free()).outputs(), settled, slack);
        assert.equal((await device.adapt(await bench.contrast(), bench.update(1))).applied, false);
      });

      test('and the last update in a snapshot that another device continues from', async (bench) => {
        await bench.device.adapt(await bench.contrast(), bench.update(5));
        const state = await bench.device.snapshot();
        const settled = (await bench.free()).outputs();
        const other = await reopened(bench);
        await other.device.restore(state);
        const slack = other.device.info.deterministic ? 0 : other.device.info.tolerances.node;
        assertNodes((await other.free()).outputs(), settled, slack);
        for (const [id, applied] of [
          [4, false],
          [5, false],
          [6, true],
        ] as const) {
          const before = await other.device.readParameters();
          const report = await other.device.adapt(await other.contrast(), other.update(id));
          assert.equal(report.applied, applied, `update ${id}`);
          if (!applied) await other.expectUnchanged(before);
        }
        await other.device.close();
      });
    });

    describe('refuses', () => {
      test('a snapshot of another format', async ({ device }) => {
        const state = await device.snapshot();
        await assertRefusal(device.restore({ ...state, format: 'another/9' }), /another\/9/);
      });

      test('bad drives, and changes nothing', async (bench) => {
        const { device, inputs, targets } = bench;
        const before = await device.readParameters();
        await assertRefusal(device.settle({ batch: BATCH, inputs: inputs.subarray(1) }), /inputs/);
        await assertRefusal(device.settle({ batch: 0, inputs }), /batch/);
        const broken = inputs.slice();
        broken[device.info.inputs] = Number.NaN;
        await assertRefusal(device.settle({ batch: BATCH, inputs: broken }), /row 1, column 0.*NaN/);
        const kind = device.info.nudges[0];
        const nudge = (beta: number, t: Float64Array) =>
          device.settle({ batch: BATCH, inputs, nudge: { kind, beta, targets: t } });
        await assertRefusal(nudge(Number.POSITIVE_INFINITY, targets), /β/);
        await assertRefusal(nudge(subject.beta, targets.subarray(1)), /targets/);
        await bench.expectUnchanged(before);
      });

      test('stop rules that cannot end a settling, in phases and in steps', async (bench) => {
        const { device } = bench;
        for (const bad of [{ maxIterations: 0 }, { tolerance: Number.NaN }, { fixedIterations: -1 }]) {
          const named = new RegExp(Object.keys(bad)[0]);
          await assertRefusal(device.settle({ batch: BATCH, inputs: bench.inputs }, { stop: bad }), named);
          const plan = { ...bench.plan(1), nudgedStop: bad };
          await assertRefusal(twoPhaseStep(device, bench.batch, plan), named);
        }
      });

      test('bad parameters, and changes nothing', async (bench) => {
        const { device } = bench;
        const before = await device.readParameters();
        const group = device.info.groups[0];
        const values = before[group.name];
        await assertRefusal(device.writeParameters({ nonsense: values }), /nonsense/);
        await assertRefusal(
          device.writeParameters({ [group.name]: values.subarray(1) }),
          new RegExp(group.name),
        );
        await assertRefusal(device.writeParameters({ [group.name]: values.map(() => Number.NaN) }), /NaN/);
        if (Number.isFinite(group.min)) {
          const below = values.map(() => group.min - 1);
          await assertRefusal(device.writeParameters({ [group.name]: below }), /outside/);
        }
        await bench.expectUnchanged(before);
      });

      test('bad updates, and changes nothing', async (bench) => {
        const { device } = bench;
        const { groups, optimizers, decays } = device.info;
        const before = await device.readParameters();
        const pair = await bench.contrast();
        await assertRefusal(device.adapt(pair, { id: 0, rates: {} }), /id/);
        await assertRefusal(device.adapt(pair, { id: 1, rates: { [groups[0].name]: -1 } }), /negative/);
        await assertRefusal(device.adapt(pair, { id: 1, rates: { nonsense: 1 } }), /nonsense/);
        await assertRefusal(device.adapt({ first: pair.second, second: pair.first }, bench.update(1)), /β/);
        if (!optimizers.includes('momentum')) {
          const momentum = { kind: 'momentum', momentum: 0.9 } as const;
          await assertRefusal(device.adapt(pair, { ...bench.update(1), optimizer: momentum }), /momentum/);
        }
        if (!decays) {
          await assertRefusal(device.adapt(pair, { ...bench.update(1), decay: {} }), /decay/);
        }
        await bench.expectUnchanged(before);
      });

      test('a contrast of another device', async (bench) => {
        const pair = await bench.contrast();
        const other = await reopened(bench);
        await assertRefusal(other.device.adapt(pair, bench.update(1)), /not settled by this device/);
        await other.device.close();
      });

      test('every call after close, and closes twice', async (bench) => {
        const { device } = bench;
        const rest = await bench.free();
        const pair = await bench.contrast();
        const parameters = await device.readParameters();
        const state = await device.snapshot();
        const calls: Readonly<Record<Exclude<keyof AnalogDevice, 'info' | 'close'>, () => Promise<unknown>>> =
          {
            initialise: () => device.initialise(1),
            settle: () => bench.free(),
            prepare: async () => device.prepare?.(bench.batch),
            exactGradient: async () => device.exactGradient?.(rest, bench.targets),
            adapt: () => device.adapt(pair, bench.update(1)),
            step: async () => device.step?.(bench.batch, bench.plan(1)),
            gradient: async () => device.gradient?.(pair),
            nudgeLimits: () => device.nudgeLimits(),
            readParameters: () => device.readParameters(),
            writeParameters: () => device.writeParameters(parameters),
            snapshot: () => device.snapshot(),
            restore: () => device.restore(state),
          };
        await device.close();
        await device.close();
        for (const [name, call] of Object.entries(calls)) {
          if (device[name as keyof AnalogDevice] === undefined) continue;
          await assertRefusal(call(), /close/, name);
        }
      });
    });
  });
}

function largest(values: Floats): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

function squaredDistance(a: Floats, b: Floats): number {
  let sum = 0;
  for (let e = 0; e < a.length; e++) sum += (a[e] - b[e]) ** 2;
  return sum;
}

function difference(a: Floats, b: Floats): Float64Array {
  return Float64Array.from(a, (value, e) => value - b[e]);
}

/** Largest |got − want| over largest |want|. */
function relativeError(got: Floats, want: Floats): number {
  assert.equal(got.length, want.length);
  const error = largest(difference(got, want));
  const most = largest(want);
  return most === 0 ? error : error / most;
}

function cosine(a: Floats, b: Floats): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let e = 0; e < a.length; e++) {
    ab += a[e] * b[e];
    aa += a[e] * a[e];
    bb += b[e] * b[e];
  }
  return ab / Math.sqrt(aa * bb);
}

function assertAtMost(got: number, most: number, what: string): void {
  assert.ok(got <= most, `${what}: ${got} is more than ${most}`);
}

function assertNodes(got: Floats, want: Floats, slack: number): void {
  assert.equal(got.length, want.length);
  assertAtMost(largest(difference(got, want)), slack, 'node states');
}

async function assertRefusal(promise: Promise<unknown>, message: RegExp, what = 'call'): Promise<void> {
  const refusal = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(refusal instanceof OhmpropError, `${what}: not refused but ${refusal ?? 'answered'}`);
  assert.match(refusal.message, message);
}
