import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OhmpropError, RandomStream } from '../../core/index.js';
import type {
  AnalogDevice,
  Equilibrium,
  Floats,
  ParameterValues,
  StopRule,
} from '../../devices/contract/index.js';
import { defaultStop, groupSize, settleSettleAdapt } from '../../devices/contract/index.js';
import { cosine, relativeError } from '../unit/closeness.js';

/** What the suite needs to know of a device under test besides the contract. */
export interface DeviceUnderTest {
  /** A fresh device; the same every time it is called. */
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
}

const BATCH = 3;

/** The promises of `AnalogDevice`, run over every implementation: simulated, virtual and on a bench. */
export function analogDeviceContract(name: string, subject: DeviceUnderTest): void {
  describe(`AnalogDevice contract: ${name}`, () => {
    let device: AnalogDevice;
    let inputs: Float64Array;
    let targets: Float64Array;
    const stop = subject.stop ?? defaultStop;
    const asInput = subject.asInput ?? ((value: number) => value);

    beforeEach(async () => {
      device = await subject.open();
      const random = new RandomStream(7, 'contract');
      const { low, high } = device.info.coding.input;
      const { off, on } = device.info.coding.target;
      inputs = Float64Array.from({ length: BATCH * device.info.inputs }, () =>
        asInput(Math.min(subject.inputSize, random.between(low, high))),
      );
      targets = Float64Array.from({ length: BATCH * outputsOf(device) }, () =>
        random.uniform() < 0.3 ? on : off,
      );
    });

    afterEach(async () => {
      await device.close();
    });

    const free = (from?: Equilibrium) =>
      device.settle({ batch: BATCH, inputs }, { stop, ...(from ? { from } : {}) });
    const nudged = (beta: number, from: Equilibrium) =>
      device.settle(
        { batch: BATCH, inputs, nudge: { kind: device.info.nudges[0], beta, targets } },
        { stop, from },
      );
    const contrast = async () => {
      const rest = await free();
      return { first: await nudged(-subject.beta, rest), second: await nudged(subject.beta, rest) };
    };
    const update = (id: number) => ({
      id,
      rates: Object.fromEntries(device.info.groups.map((g) => [g.name, subject.rate(g.name)])),
    });

    it('describes itself consistently', () => {
      const { info } = device;
      expect(info.layers.length).toBeGreaterThan(0);
      expect(info.nudges.length).toBeGreaterThan(0);
      for (const group of info.groups) {
        if (group.between !== undefined) {
          const [before, layer] = group.between;
          expect(before).toBeLessThan(layer);
          expect(group.shape[1]).toBe(info.layers[layer - 1]);
        }
        expect(group.min).toBeLessThan(group.max);
      }
    });

    it('gives parameters in the announced shapes and inside their windows', async () => {
      const parameters = await device.readParameters();
      expect(Object.keys(parameters).sort()).toEqual(device.info.groups.map((g) => g.name).sort());
      for (const group of device.info.groups) {
        const values = parameters[group.name];
        expect(values.length).toBe(groupSize(group));
        const slack = device.info.tolerances.parameter * largest(values);
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(group.min - slack);
          expect(value).toBeLessThanOrEqual(group.max + slack);
        }
      }
    });

    it('settles a batch: status, residual, node states of the right shape', async () => {
      const rest = await free();
      expect(['settled', 'fixed-iterations']).toContain(rest.status);
      expect(rest.batch).toBe(BATCH);
      expect(rest.beta).toBe(0);
      expect(rest.iterations).toBeGreaterThanOrEqual(1);
      if (rest.status === 'settled') expect(rest.residual).toBeLessThanOrEqual(stop.tolerance ?? 1);
      expect(rest.outputs().length).toBe(BATCH * outputsOf(device));
      if (device.info.observes === 'all') {
        for (const [l, size] of device.info.layers.entries()) expect(rest.layer(l).length).toBe(BATCH * size);
      }
      for (const value of rest.outputs()) expect(Number.isFinite(value)).toBe(true);
    });

    it('answers the same drive alike, whatever was settled in between and wherever it starts', async () => {
      const first = await free();
      await nudged(subject.beta, first);
      const again = await free();
      const warm = await free(first);
      const slack = device.info.tolerances.node + 20 * (stop.tolerance ?? 0) * largest(first.outputs());
      expectNodes(again.outputs(), first.outputs(), device.info.deterministic ? 0 : slack);
      expectNodes(warm.outputs(), first.outputs(), slack);
    });

    it('settles each sample of a batch as if it were alone', async () => {
      const together = await free();
      const { inputs: width } = device.info;
      const alone = await device.settle({ batch: 1, inputs: inputs.subarray(width, 2 * width) }, { stop });
      const n = outputsOf(device);
      const slack = device.info.tolerances.node + 20 * (stop.tolerance ?? 0) * largest(together.outputs());
      expectNodes(together.outputs().subarray(n, 2 * n), alone.outputs(), slack);
    });

    it('is pulled towards the target by a positive nudge and away by a negative one', async () => {
      const rest = await free();
      const plus = await nudged(subject.beta, rest);
      const minus = await nudged(-subject.beta, rest);
      const distance = (e: Equilibrium) => squaredDistance(e.outputs(), targets);
      expect(distance(plus)).toBeLessThan(distance(rest));
      expect(distance(minus)).toBeGreaterThan(distance(rest));
    });

    it('does not change parameters by settling', async () => {
      const before = await device.readParameters();
      await contrast();
      expectParameters(device, await device.readParameters(), before, device.info.deterministic ? 0 : 1);
    });

    it('adapts once an id, and lowers the cost', async () => {
      const before = squaredDistance((await free()).outputs(), targets);
      for (let id = 1; id <= 5; id++) {
        const pair = await contrast();
        const report = await device.adapt(pair, update(id));
        expect(report.applied).toBe(true);
        const moved = await device.readParameters();
        const repeated = await device.adapt(pair, update(id));
        expect(repeated.applied).toBe(false);
        expectParameters(device, await device.readParameters(), moved, device.info.deterministic ? 0 : 1);
      }
      expect(squaredDistance((await free()).outputs(), targets)).toBeLessThan(before);
    });

    it('moves parameters against its own gradient, inside the window', async () => {
      if (device.gradient === undefined || device.info.precision === 'quantized') return;
      const pair = await contrast();
      const gradient = await device.gradient(pair);
      const before = await device.readParameters();
      await device.adapt(pair, update(1));
      const after = await device.readParameters();
      for (const group of device.info.groups) {
        const rate = subject.rate(group.name);
        const expected = before[group.name].map((g, e) =>
          Math.min(group.max, Math.max(group.min, g - rate * gradient[group.name][e])),
        );
        const slack = 2 * device.info.tolerances.parameter + 1e-14;
        expect(relativeError(after[group.name], expected)).toBeLessThanOrEqual(slack);
      }
    });

    it('step equals settle, settle, settle, adapt', async () => {
      if (device.step === undefined) return;
      const plan = {
        nudge: device.info.nudges[0],
        betas: [-subject.beta, subject.beta] as const,
        stop,
        update: update(1),
      };
      const batch = { size: BATCH, inputs, targets };
      const start = await device.readParameters();
      const fused = await device.step(batch, plan);
      const parameters = await device.readParameters();
      // A board on a port can be open only once.
      await device.close();
      const other = await subject.open();
      const plain = await settleSettleAdapt(other, batch, plan);
      const slack = device.info.tolerances.node + 20 * (stop.tolerance ?? 0) * largest(plain.free.outputs());
      expectNodes(fused.free.outputs(), plain.free.outputs(), slack);
      expect(fused.nudged.map((phase) => phase.status)).toEqual(plain.nudged.map((phase) => phase.status));
      expect(fused.adapt.applied).toBe(true);
      const expected = await other.readParameters();
      for (const group of device.info.groups) {
        const change = difference(parameters[group.name], start[group.name]);
        const wanted = difference(expected[group.name], start[group.name]);
        if (largest(wanted) === 0) expect(largest(change)).toBe(0);
        else expect(relativeError(change, wanted)).toBeLessThanOrEqual(2 * device.info.tolerances.gradient);
      }
      await other.close();
    });

    it('writes and reads back parameters', async () => {
      const before = await device.readParameters();
      const group = device.info.groups[0];
      const written = before[group.name].map((value, e) =>
        e % 2 === 0 ? value : value * 0.75 + before[group.name][0] * 0.25,
      );
      await device.writeParameters({ [group.name]: written });
      const after = await device.readParameters();
      expect(relativeError(after[group.name], written)).toBeLessThanOrEqual(device.info.tolerances.parameter);
      for (const other of device.info.groups.slice(1)) {
        expectArrays(device, after[other.name], before[other.name]);
      }
    });

    it('continues from a snapshot', async () => {
      await device.adapt(await contrast(), update(1));
      const state = await device.snapshot();
      const settled = (await free()).outputs();
      await device.adapt(await contrast(), update(2));
      await device.restore(state);
      expectNodes(
        (await free()).outputs(),
        settled,
        device.info.deterministic ? 0 : device.info.tolerances.node,
      );
      const report = await device.adapt(await contrast(), update(1));
      expect(report.applied).toBe(false);
    });

    it('refuses a snapshot of another format', async () => {
      const state = await device.snapshot();
      await expectRefusal(device.restore({ ...state, format: 'another/9' }), /another\/9/);
    });

    it('knows how far it may be nudged', async () => {
      const limits = await device.nudgeLimits();
      expect(limits.lowest).toBeLessThan(-subject.beta);
      expect(limits.highest).toBeGreaterThan(subject.beta);
    });

    it('refuses bad drives and changes nothing', async () => {
      const before = await device.readParameters();
      await expectRefusal(device.settle({ batch: BATCH, inputs: inputs.subarray(1) }), /inputs/);
      await expectRefusal(device.settle({ batch: 0, inputs }), /batch/);
      const broken = inputs.slice();
      broken[device.info.inputs] = Number.NaN;
      await expectRefusal(device.settle({ batch: BATCH, inputs: broken }), /row 1, column 0.*NaN/);
      const kind = device.info.nudges[0];
      const nudge = (beta: number, t: Float64Array) => ({
        batch: BATCH,
        inputs,
        nudge: { kind, beta, targets: t },
      });
      await expectRefusal(device.settle(nudge(Number.POSITIVE_INFINITY, targets)), /β/);
      await expectRefusal(device.settle(nudge(subject.beta, targets.subarray(1))), /targets/);
      expectParameters(device, await device.readParameters(), before, device.info.deterministic ? 0 : 1);
    });

    it('refuses stop rules that cannot end a settling, in phases and in steps', async () => {
      const nudge = device.info.nudges[0];
      const betas = [-subject.beta, subject.beta] as const;
      for (const bad of [{ maxIterations: 0 }, { tolerance: Number.NaN }, { fixedIterations: -1 }]) {
        const named = new RegExp(Object.keys(bad)[0]);
        await expectRefusal(device.settle({ batch: BATCH, inputs }, { stop: bad }), named);
        if (device.step === undefined) continue;
        const plan = { nudge, betas, stop, nudgedStop: bad, update: update(1) };
        await expectRefusal(device.step({ size: BATCH, inputs, targets }, plan), named);
      }
    });

    it('refuses bad parameters and bad updates and changes nothing', async () => {
      const before = await device.readParameters();
      const group = device.info.groups[0];
      const values = before[group.name];
      await expectRefusal(device.writeParameters({ nonsense: values }), /nonsense/);
      await expectRefusal(
        device.writeParameters({ [group.name]: values.subarray(1) }),
        new RegExp(group.name),
      );
      await expectRefusal(device.writeParameters({ [group.name]: values.map(() => Number.NaN) }), /NaN/);
      if (Number.isFinite(group.min)) {
        const below = values.map(() => group.min - 1);
        await expectRefusal(device.writeParameters({ [group.name]: below }), /outside/);
      }
      const pair = await contrast();
      await expectRefusal(device.adapt(pair, { id: 0, rates: {} }), /id/);
      await expectRefusal(device.adapt(pair, { id: 1, rates: { [group.name]: -1 } }), /negative/);
      await expectRefusal(device.adapt(pair, { id: 1, rates: { nonsense: 1 } }), /nonsense/);
      await expectRefusal(device.adapt({ first: pair.second, second: pair.first }, update(1)), /β/);
      expectParameters(device, await device.readParameters(), before, device.info.deterministic ? 0 : 1);
    });

    it('refuses a contrast of another device', async () => {
      const pair = await contrast();
      await device.close();
      const other = await subject.open();
      await expectRefusal(other.adapt(pair, update(1)), /not settled by this device/);
      await other.close();
    });

    it('stops when it is told to', async () => {
      const controller = new AbortController();
      controller.abort();
      const aborted = await device.settle({ batch: BATCH, inputs }, { stop, signal: controller.signal });
      expect(aborted.status).toBe('aborted');
    });

    it('counts iterations when asked for a number of them', async () => {
      const counted = await device.settle({ batch: BATCH, inputs }, { stop: { fixedIterations: 2 } });
      if (counted.status === 'fixed-iterations') expect(counted.iterations).toBe(2);
      else expect(device.info.deterministic).toBe(false);
    });

    it('gives nothing after release', async () => {
      const rest = await free();
      rest.release();
      expect(() => rest.outputs()).toThrow(OhmpropError);
    });

    it('refuses every call after close, and closes twice', async () => {
      const rest = await free();
      const pair = { first: await nudged(-subject.beta, rest), second: await nudged(subject.beta, rest) };
      const parameters = await device.readParameters();
      const state = await device.snapshot();
      const nudge = device.info.nudges[0];
      const calls: Readonly<Record<Exclude<keyof AnalogDevice, 'info' | 'close'>, () => Promise<unknown>>> = {
        initialise: () => device.initialise(1),
        settle: free,
        prepare: async () => device.prepare?.({ size: BATCH, inputs, targets }),
        exactGradient: async () => device.exactGradient?.(rest, targets),
        adapt: () => device.adapt(pair, update(1)),
        step: async () =>
          device.step?.(
            { size: BATCH, inputs, targets },
            { nudge, betas: [-subject.beta, subject.beta], stop, update: update(1) },
          ),
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
        await expectRefusal(call(), /close/, name);
      }
    });

    if (subject.beta > 0) {
      it('estimates the same gradient from either side as centered, to first order', async () => {
        if (device.gradient === undefined || device.info.precision === 'quantized') return;
        const rest = await free();
        const plus = await nudged(subject.beta / 10, rest);
        const minus = await nudged(-subject.beta / 10, rest);
        const centered = await device.gradient({ first: minus, second: plus });
        const positive = await device.gradient({ first: rest, second: plus });
        const group = device.info.groups[0].name;
        expect(cosine(centered[group], positive[group])).toBeGreaterThan(0.95);
      });
    }
  });
}

function outputsOf(device: AnalogDevice): number {
  return device.info.layers[device.info.layers.length - 1];
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

function expectNodes(got: Floats, want: Floats, slack: number): void {
  expect(largest(difference(got, want))).toBeLessThanOrEqual(slack);
}

function expectArrays(device: AnalogDevice, got: Floats, want: Floats): void {
  const slack = device.info.deterministic ? 0 : device.info.tolerances.parameter;
  expect(relativeError(got, want)).toBeLessThanOrEqual(slack);
}

function expectParameters(
  device: AnalogDevice,
  got: ParameterValues,
  want: ParameterValues,
  tolerances: number,
): void {
  for (const name of Object.keys(want)) {
    expect(relativeError(got[name], want[name])).toBeLessThanOrEqual(
      tolerances * device.info.tolerances.parameter,
    );
  }
}

async function expectRefusal(promise: Promise<unknown>, message: RegExp, what?: string): Promise<void> {
  const refusal = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refusal, what).toBeInstanceOf(OhmpropError);
  expect((refusal as OhmpropError).message).toMatch(message);
}
