import { describe, expect, it } from 'vitest';
import { hopfieldNetwork } from '../../circuits/hopfield/index.js';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { RandomStream } from '../../core/index.js';
import {
  type AnalogDevice,
  type Cost,
  type CostName,
  costLaw,
  costNames,
  costsOf,
  type Equilibrium,
  type NudgeKind,
  nudgeOf,
  outputPulls,
} from '../../devices/contract/index.js';
import { costValue, targetVoltages } from '../../learning/index.js';
import { exactUpdates, HopfieldDevice } from '../../solver/hopfield/index.js';
import { HopfieldFloat32Device } from '../../solver/hopfield-float32/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';
import { cosine, relativeError } from './closeness.js';

// Costs as currents, and the gradients that they come to, against finite differences and the exact (implicit) ones.

const OUTPUTS = 4;
const BATCH = 3;
const uniform = (length: number, name: string, low: number, high: number) => {
  const stream = new RandomStream(11, name);
  return Float64Array.from({ length }, () => stream.between(low, high));
};

/** Targets as a cost takes them: a class each sample, its own for each score. */
function targetsFor(cost: CostName, unit: number, pairs = false): Float64Array {
  const own = (s: number, k: number) => (pairs ? k >> 1 === s % 2 : k === s % OUTPUTS);
  return Float64Array.from({ length: BATCH * OUTPUTS }, (_, e) => {
    const [s, k] = [Math.floor(e / OUTPUTS), e % OUTPUTS];
    if (cost === 'squared' || cost === 'regression') {
      return unit * (0.3 + 0.5 * Math.sin(pairs ? s + (k >> 1) : s + 2 * k));
    }
    if (cost === 'cross-entropy' || cost === 'margin') return own(s, k) ? 1 : 0;
    return own(s, k) ? 1 : -1;
  });
}

/** Each cost with numbers that some samples meet and others do not. */
function costOf(cost: CostName, unit: number, pairs = false): Cost {
  const numbers = {
    squared: {},
    regression: { weights: pairs ? [0.5, 2] : [0.5, 1, 2, 0] },
    'cross-entropy': { scale: 0.7 * unit },
    'squared-hinge': { margin: 0.4 * unit },
    hinge: { margin: 0.4 * unit },
    margin: { margin: 0.3 * unit },
  };
  return {
    cost,
    parameters: { ...numbers[cost as (typeof costNames)[number]], ...(pairs ? { pairs } : {}) },
  };
}

describe.each(costNames)('cost %s', (name) => {
  it('bends no more than it says', () => {
    const { parameters = {} } = costOf(name, 1);
    const u = uniform(OUTPUTS, `bend ${name}`, -1, 1);
    const y = targetsFor(name, 1).slice(0, OUTPUTS);
    const pull = (at: Float64Array) => {
      const [slope, bend] = [new Float64Array(OUTPUTS), new Float64Array(OUTPUTS)];
      costLaw(name).pull(at, y, parameters, slope, bend);
      return { slope, bend };
    };
    const step = 1e-5;
    const { bend } = pull(u);
    for (let k = 0; k < OUTPUTS; k++) {
      const falls = pull(u.with(k, u[k] - step)).slope[k] - pull(u.with(k, u[k] + step)).slope[k];
      expect(falls / (2 * step)).toBeLessThanOrEqual(bend[k] + 1e-6);
      expect(bend[k]).toBeLessThanOrEqual(costLaw(name).curvature(parameters) ?? 0);
    }
  });

  it.each([false, true])('pulls against its slope, pairs %s', (pairs) => {
    const cost = costOf(name, 1, pairs);
    const outputs = uniform(BATCH * OUTPUTS, name, -1, 1);
    const targets = targetsFor(name, 1, pairs);
    const { currents } = outputPulls(cost, outputs, targets, OUTPUTS);
    const step = 1e-6;
    const slopes = outputs.map((v, e) => {
      const at = (moved: number) => costValue(cost, outputs.with(e, v + moved), targets, OUTPUTS);
      return (at(step) - at(-step)) / (2 * step);
    });
    expect(
      relativeError(
        currents.map((i) => -i),
        slopes,
      ),
    ).toBeLessThan(1e-8);
    expect(Math.max(...currents.map(Math.abs))).toBeGreaterThan(0);
  });
});

const units = { conductance_S: 1e-6, voltage_V: 1e-3 };
const layered = layeredNetwork({ inputs: 6, hidden: [16, 11], outputs: OUTPUTS, inputGain: 4, units });
const shallow = layeredNetwork({ inputs: 6, hidden: [], outputs: OUTPUTS, inputGain: 4, units });
const recurrent = hopfieldNetwork({ inputs: 6, hidden: [16, 11], outputs: OUTPUTS });
const curved = (kind: 'bounded-relu' | 'sigmoid' | 'tanh') =>
  hopfieldNetwork({ inputs: 6, hidden: [16, 11], outputs: OUTPUTS, activation: { kind } });

/** With conductances that are all above 0, and bias currents: no node is without a neighbour. */
async function wired(device: AnalogDevice): Promise<AnalogDevice> {
  const groups = device.info.groups.map(({ name, shape, role }): [string, Float64Array] => {
    const [low, high] = role === 'bias' ? [-3e-10, 3e-10] : [1e-7, 1e-6];
    return [name, uniform(shape[0] * shape[1], name, low, high)];
  });
  await device.writeParameters(Object.fromEntries(groups));
  return device;
}

/** A float64 network, the unit of its nodes, a β that is nothing, and one that is much. */
const networks: Readonly<
  Record<string, readonly [() => Promise<AnalogDevice>, unit: number, small: number]>
> = {
  layered: [() => wired(new LayeredDevice(layered)), 1e-3, 1e-11],
  'without a hidden layer': [() => wired(new LayeredDevice(shallow)), 1e-3, 1e-11],
  Hopfield: [async () => new HopfieldDevice(recurrent, { seed: 4, relaxation: exactUpdates }), 1, 1e-5],
};
/** Whose units are nowhere linear, so that a held current is exact in the limit alone; or linear in other pieces than the above. */
const curvedNetworks: typeof networks = Object.fromEntries(
  (['bounded-relu', 'sigmoid', 'tanh'] as const).map((kind) => [
    `Hopfield ${kind}`,
    [async () => new HopfieldDevice(curved(kind), { seed: 4, relaxation: exactUpdates }), 1, 1e-5],
  ]),
);

const tight = { tolerance: 1e-14, outputChange: 1e-14, maxIterations: 4000 };

async function gradients(
  device: AnalogDevice,
  nudge: NudgeKind,
  cost: Cost,
  beta: number,
  unit: number,
  stop = tight,
) {
  const inputs = uniform(BATCH * device.info.inputs, 'inputs', 0.2 * unit, unit);
  const targets = targetsFor(cost.cost ?? 'squared', unit, cost.parameters?.pairs);
  const free = await device.settle({ batch: BATCH, inputs }, { stop });
  const phase = (b: number): Promise<Equilibrium> =>
    device.settle(
      { batch: BATCH, inputs, nudge: nudgeOf({ ...cost, nudge }, b, targets, free) },
      { from: free, stop },
    );
  const [first, second] = [await phase(-beta), await phase(beta)];
  const { currents } = outputPulls(cost, free.outputs(), targets, OUTPUTS);
  const exact = await device.exactGradient?.(
    free,
    currents.map((i) => -i),
  );
  const states = [free, first, second].map((e) => device.info.layers.map((_, l) => e.layer(l)));
  return { estimate: await device.gradient?.({ first, second }), exact: exact ?? {}, states };
}

const { info } = new LayeredDevice(layered);

const all = Object.entries({ ...networks, ...curvedNetworks });
describe.each(all)('gradients of the %s network', (network, [open, unit, small]) => {
  const cases = (['conductance', 'current', 'current-held'] as const).flatMap((nudge) =>
    costsOf(info, nudge).map((cost) => [nudge, cost] as const),
  );
  it.each(cases)('by %s tend to the exact one of %s', async (nudge, name) => {
    for (const pairs of nudge === 'conductance' ? [false] : [false, true]) {
      const { estimate = {}, exact } = await gradients(
        await open(),
        nudge,
        costOf(name, unit, pairs),
        small,
        unit,
      );
      for (const [group, values] of Object.entries(exact)) {
        if (values.every((value) => value === 0)) continue;
        expect(cosine(estimate[group], values)).toBeGreaterThanOrEqual(0.9999);
      }
    }
  });

  it.runIf(network in networks).each(costNames)(
    'by a held current are exact at a finite β while no node changes its kind: %s',
    async (name) => {
      const kinds = (states: Float64Array[]) =>
        states.map((layer, l) =>
          layer.map((v) => (l === states.length - 1 && unit !== 1 ? 1 : v === 0 ? 0 : v === unit ? 2 : 1)),
        );
      const alike = (a: Float64Array[], b: Float64Array[]) =>
        kinds(a).every((layer, l) => layer.every((kind, e) => kind === kinds(b)[l][e]));
      // the largest of these under which no node switches, far above what the others are compared at
      for (const times of [1e5, 1e4, 1e3, 100]) {
        const beta = small * times;
        const found = await gradients(await open(), 'current-held', costOf(name, unit), beta, unit);
        const [free, ...nudged] = found.states;
        if (!nudged.every((states) => alike(states, free))) continue;
        for (const [group, values] of Object.entries(found.exact)) {
          expect(relativeError(found.estimate?.[group] ?? [], values)).toBeLessThan(1e-9);
        }
        return;
      }
      throw new Error('nodes switch at every β');
    },
  );
});

describe.each([
  [
    'layered',
    new LayeredFloat32Device(layered, { seed: 3 }),
    new LayeredDevice(layered, { seed: 3 }),
    1e-3,
    1e-6,
  ],
  [
    'Hopfield',
    new HopfieldFloat32Device(recurrent, { seed: 4, relaxation: exactUpdates }),
    new HopfieldDevice(recurrent, { seed: 4, relaxation: exactUpdates }),
    1,
    0.3,
  ],
] as const)('held currents of the %s network in float32', (_, fast, exact, unit, beta) => {
  it.each(costNames)('are those of float64: %s', async (name) => {
    await exact.writeParameters(await fast.readParameters());
    const cost = costOf(name, unit);
    const stop = { tolerance: 1e-6, outputChange: 1e-6, maxIterations: 2000 };
    const got = await gradients(fast, 'current-held', cost, beta, unit, stop);
    const want = await gradients(exact, 'current-held', cost, beta, unit);
    for (const [group, values] of Object.entries(want.estimate ?? {})) {
      expect(relativeError(got.estimate?.[group] ?? [], values)).toBeLessThan(5e-3);
    }
  });

  it.each([
    [
      { cost: 'cross-entropy', parameters: { scale: 1 } },
      'current',
      /cannot descend the cost "cross-entropy" by current; it can squared; cross-entropy goes with current-held/,
    ],
    [{ cost: 'hinge' }, 'current-held', /cost hinge: needs a margin above 0, got none/],
    [
      { parameters: { pairs: true } },
      'current',
      /cannot pull pairs of outputs by current; it can by current-held/,
    ],
  ] as const)('refuses %j by %s', async (cost, nudge, message) => {
    await expect(gradients(fast, nudge, cost as Cost, beta, unit)).rejects.toThrow(message);
  });
});

it('has targets that are drawn as the voltages that they stand for', () => {
  const coding = { on: 2e-3, off: -1e-3 };
  expect(Array.from(targetVoltages({ cost: 'cross-entropy' }, coding, Float64Array.of(0, 1)))).toEqual([
    -1e-3, 2e-3,
  ]);
  expect(Array.from(targetVoltages({ cost: 'hinge' }, coding, Float64Array.of(-1, 1)))).toEqual([
    -1e-3, 2e-3,
  ]);
  expect(Array.from(targetVoltages({}, coding, Float64Array.of(1e-3, 3e-3)))).toEqual([1e-3, 3e-3]);
});
