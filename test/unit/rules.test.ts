import { describe, expect, it } from 'vitest';
import { type ActivationName, hopfieldNetwork } from '../../circuits/hopfield/index.js';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { RandomStream } from '../../core/index.js';
import {
  type AnalogDevice,
  type NudgeKind,
  nudgeOf,
  type ParameterValues,
  type StopRule,
  settleSettleAdapt,
} from '../../devices/contract/index.js';
import { solveCholesky } from '../../solver/dense/index.js';
import { eulerSteps, exactUpdates, HopfieldDevice } from '../../solver/hopfield/index.js';
import { HopfieldFloat32Device } from '../../solver/hopfield-float32/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';
import { cosine, relativeError } from './closeness.js';

// The nudges that other rules than equilibrium propagation take: outputs that are clamped, and the linearised network whose
// centered contrast is the exact gradient.

const OUTPUTS = 3;
const uniform = (length: number, name: string, low: number, high: number) => {
  const stream = new RandomStream(7, name);
  return Float64Array.from({ length }, () => stream.between(low, high));
};
const units = { conductance_S: 1e-6, voltage_V: 1e-3 };
const layered = (hidden: number[], diode = {}) =>
  layeredNetwork({ inputs: 6, hidden, outputs: OUTPUTS, inputGain: 4, units, ...diode });
const recurrent = (hidden: number[], kind: ActivationName = 'hard-sigmoid') =>
  hopfieldNetwork({ inputs: 6, hidden, outputs: OUTPUTS, activation: { kind } });
const realDiode = { diodeThreshold_V: 0.3e-3, diodeOn_ohm: 200e3 };

/** With conductances that are all above 0, and bias currents; or with weights and biases that leave most units inside their range. */
async function wired(device: AnalogDevice): Promise<AnalogDevice> {
  const isHopfield = device.info.nodeUnit === '1';
  const groups = device.info.groups.map(({ name, shape, role }): [string, Float64Array] => {
    const [low, high] = isHopfield
      ? role === 'bias'
        ? [0.2, 0.7]
        : [-0.15, 0.15]
      : role === 'bias'
        ? [-3e-10, 3e-10]
        : [1e-7, 1e-6];
    return [name, uniform(shape[0] * (shape[1] ?? 1), name, low, high)];
  });
  await device.writeParameters(Object.fromEntries(groups));
  return device;
}

const seeded = { seed: 5, relaxation: exactUpdates };
type Open = (hidden: number[]) => Promise<AnalogDevice>;
/** The unit of a network's nodes, and of β. */
const kinds: Readonly<Record<string, readonly [exact: Open, fast: Open, unit: number, betaUnit: number]>> = {
  layered: [
    (hidden) => wired(new LayeredDevice(layered(hidden))),
    (hidden) => wired(new LayeredFloat32Device(layered(hidden), { threads: 1 })),
    1e-3,
    1e-6,
  ],
  Hopfield: [
    (hidden) => wired(new HopfieldDevice(recurrent(hidden), seeded)),
    (hidden) => wired(new HopfieldFloat32Device(recurrent(hidden), seeded)),
    1,
    1,
  ],
  'sigmoid Hopfield': [
    (hidden) => wired(new HopfieldDevice(recurrent(hidden, 'sigmoid'), seeded)),
    (hidden) => wired(new HopfieldFloat32Device(recurrent(hidden, 'sigmoid'), seeded)),
    1,
    1,
  ],
  'tanh Hopfield': [
    (hidden) => wired(new HopfieldDevice(recurrent(hidden, 'tanh'), seeded)),
    (hidden) => wired(new HopfieldFloat32Device(recurrent(hidden, 'tanh'), seeded)),
    1,
    1,
  ],
  'real diodes layered': [
    (hidden) => wired(new LayeredDevice(layered(hidden, realDiode))),
    (hidden) => wired(new LayeredFloat32Device(layered(hidden, realDiode), { threads: 1 })),
    1e-3,
    1e-6,
  ],
};
const sizes = [[], [20], [21, 34], [18, 9, 12]];
const tight: StopRule = { tolerance: 1e-14, outputChange: 1e-14, maxIterations: 4000 };
const tightFloat32: StopRule = { tolerance: 1e-6, outputChange: 1e-6, maxIterations: 400 };

/** 0.3 in published units: of what a nudge estimates, V²/S or, clamped, V². */
function rateOf(group: string, nudge: NudgeKind, unit_S: number): number {
  if (unit_S === 1) return 0.3;
  const clamped = nudge === 'clamp' ? unit_S : 1;
  return (0.3 * unit_S ** 2) / clamped / (group.startsWith('g') ? 1e-6 : 1);
}

/** A batch of samples, and targets that most outputs are far from. */
function drawn(device: AnalogDevice, unit: number, batch: number) {
  return {
    size: batch,
    inputs: uniform(batch * device.info.inputs, 'inputs', 0.2 * unit, unit),
    targets: uniform(batch * OUTPUTS, 'targets', 0.1 * unit, 0.9 * unit),
  };
}

async function gradients(
  device: AnalogDevice,
  unit: number,
  nudge: NudgeKind,
  betas: readonly number[],
  stop: StopRule,
  batch = 3,
) {
  const { inputs, targets } = drawn(device, unit, batch);
  const free = await device.settle({ batch, inputs }, { stop });
  const phases = [];
  for (const beta of betas) {
    const drive = { batch, inputs, nudge: nudgeOf({ nudge }, beta, targets, free) };
    phases.push(beta === 0 ? free : await device.settle(drive, { from: free, stop }));
  }
  const slope = free.outputs().map((v, e) => v - targets[e]);
  const [first, second] = phases;
  return {
    free,
    slope,
    estimate: (await device.gradient?.({ first, second })) ?? {},
    exact: (await device.exactGradient?.(free, slope)) ?? {},
  };
}

function expectEqual(got: ParameterValues, want: ParameterValues, within: number): void {
  for (const [group, values] of Object.entries(want)) {
    if (values.every((value) => value === 0)) continue;
    expect(relativeError(got[group], values), group).toBeLessThan(within);
  }
}

describe.each(Object.entries(kinds))('%s network', (_, [exactly, fast, unit, betaUnit]) => {
  it.each(sizes.map((hidden) => [hidden]))(
    '%j linearised has the exact gradient at any β',
    async (hidden) => {
      for (const beta of [1e-3, 0.3]) {
        const { estimate, exact } = await gradients(
          await exactly(hidden),
          unit,
          'adjoint',
          [-beta * betaUnit, beta * betaUnit],
          tight,
        );
        expectEqual(estimate, exact, 1e-8);
      }
      const { estimate, exact } = await gradients(
        await fast(hidden),
        unit,
        'adjoint',
        [-0.5 * betaUnit, 0.5 * betaUnit],
        tightFloat32,
      );
      expectEqual(estimate, exact, 1e-3);
    },
  );

  it.each(sizes.map((hidden) => [hidden]))('%j steps by it as settle, settle, adapt do', async (hidden) => {
    for (const nudge of ['adjoint', 'clamp'] as const) {
      const beta = nudge === 'clamp' ? 0.2 : 0.5 * betaUnit;
      const changes = [];
      for (const open of [exactly, fast]) {
        for (const whole of [false, true]) {
          const device = await open(hidden);
          if (whole && device.step === undefined) continue;
          const before = await device.readParameters();
          const rates = Object.fromEntries(
            device.info.groups.map(({ name }) => [name, rateOf(name, nudge, betaUnit)]),
          );
          const stop = open === fast ? tightFloat32 : tight;
          const plan = { nudge, betas: [-beta, beta] as const, stop, update: { id: 1, rates } };
          const batch = drawn(device, unit, 9);
          const report = whole
            ? await device.step!(batch, plan)
            : await settleSettleAdapt(device, batch, plan);
          expect(report.nudged.length).toBe(2);
          expect(report.adapt.applied).toBe(true);
          const after = await device.readParameters();
          changes.push(
            Object.fromEntries(
              Object.entries(after).map(([group, values]) => [
                group,
                Float64Array.from(values, (value, e) => value - before[group][e]),
              ]),
            ),
          );
          report.free.release();
          await device.close();
        }
      }
      const [reference, ...others] = changes;
      for (const change of others) expectEqual(change, reference, 1e-2);
    }
  });

  it('is linearised about its free phase alone', async () => {
    const device = await exactly([8]);
    const { inputs, targets } = drawn(device, unit, 1);
    const nudge = { kind: 'adjoint', beta: betaUnit, targets, outputs: targets } as const;
    await expect(device.settle({ batch: 1, inputs, nudge })).rejects.toThrow(/free phase/);
  });

  it('holds clamped outputs between where they were and their targets', async () => {
    for (const open of [exactly, fast]) {
      const device = await open([8]);
      const { inputs, targets } = drawn(device, unit, 2);
      const free = await device.settle({ batch: 2, inputs });
      const v = free.outputs();
      for (const [beta, from] of [
        [0.25, free],
        [1, undefined],
      ] as const) {
        const nudge = nudgeOf({ nudge: 'clamp' }, beta, targets, free);
        const phase = await device.settle({ batch: 2, inputs, nudge }, from && { from });
        expect(['settled']).toContain(phase.status);
        const want = v.map((value, e) => value + beta * (targets[e] - value));
        expect(relativeError(phase.outputs(), want)).toBeLessThan(1e-6);
      }
      await device.close();
    }
  });
});

describe('coupled learning', () => {
  // Stern et al. 2021, PRX 11:021045: to first order it descends ½(y − v)ᵀS(y − v), S the conductances seen at the outputs held fixed,
  // whose gradient the adjoint equations give for the slope S(v − y).
  it('descends the squared error weighed by the conductances at the outputs', async () => {
    const device = new LayeredDevice(layered([10, 7]));
    await wired(device);
    const { free, slope, estimate } = await gradients(device, 1e-3, 'clamp', [-1e-6, 1e-6], tight, 1);
    // ∂C/∂b of the outputs is S⁻¹·slope.
    const columns: Float64Array[] = [];
    for (let k = 0; k < OUTPUTS; k++) {
      const unit = Float64Array.from({ length: OUTPUTS }, (_, e) => (e === k ? 1 : 0));
      columns.push(Float64Array.from((await device.exactGradient(free, unit)).b3));
    }
    const inverse = Float64Array.from(
      { length: OUTPUTS ** 2 },
      (_, e) => columns[e % OUTPUTS][Math.floor(e / OUTPUTS)],
    );
    const weighed = slope.slice();
    solveCholesky(inverse, weighed, OUTPUTS);
    const exact = await device.exactGradient(free, weighed);
    expectEqual(estimate, exact, 1e-5);
    // and not the plain one
    const plain = await device.exactGradient(free, slope);
    expect(cosine(estimate.g3, plain.g3)).toBeLessThan(0.9999);
  });
});

describe('truncated backprop', () => {
  it.each(Object.entries(kinds))(
    'of a %s network is the adjoint relaxed by so many sweeps',
    async (_, [, fast, unit, betaUnit]) => {
      for (const sweeps of [1, 2, 4]) {
        const device = await fast([21, 14]);
        const { inputs, targets } = drawn(device, unit, 3);
        const free = await device.settle({ batch: 3, inputs }, { stop: tightFloat32 });
        const phases = [];
        for (const beta of [-0.5 * betaUnit, 0.5 * betaUnit]) {
          const drive = { batch: 3, inputs, nudge: nudgeOf({ nudge: 'adjoint' }, beta, targets, free) };
          phases.push(await device.settle(drive, { from: free, stop: { fixedIterations: sweeps } }));
        }
        const [first, second] = phases;
        const slope = free.outputs().map((v, e) => v - targets[e]);
        const truncated = (await device.exactGradient?.(free, slope, sweeps)) ?? {};
        expectEqual((await device.gradient?.({ first, second })) ?? {}, truncated, 5e-3);
        await device.close();
      }
    },
  );
});

describe('Euler steps', () => {
  it('of a linearised network are shared by both arithmetics', async () => {
    const relaxation = eulerSteps(0.5);
    const options = { seed: 5, relaxation };
    const stop: StopRule = { fixedIterations: 6 };
    const results = [];
    for (const device of [
      new HopfieldDevice(recurrent([12, 7]), options),
      new HopfieldFloat32Device(recurrent([12, 7]), options),
    ]) {
      await wired(device);
      const { estimate } = await gradients(device, 1, 'adjoint', [-0.5, 0.5], stop);
      results.push(estimate);
    }
    expectEqual(results[1], results[0], 1e-4);
  });
});
