import { describe, expect, it } from 'vitest';
import { hopfieldNetwork } from '../../circuits/hopfield/index.js';
import { layeredNetwork } from '../../circuits/layered/index.js';
import type { AnalogDevice, ParameterValues, PhasePlan } from '../../devices/contract/index.js';
import { exactUpdates, HopfieldDevice } from '../../solver/hopfield/index.js';
import { HopfieldFloat32Device } from '../../solver/hopfield-float32/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';

const layered = layeredNetwork({
  inputs: 2,
  hidden: [3],
  outputs: 2,
  inputGain: 2,
  units: { conductance_S: 1, voltage_V: 1 },
});
const hopfield = hopfieldNetwork({ inputs: 2, hidden: [3], outputs: 2 });
const drive = { batch: 1, inputs: Float64Array.of(1, 0.5) };
const plan: PhasePlan = { nudge: 'conductance', betas: [0, 0.1], update: { id: 1, rates: {} } };

const devices: [string, (seed?: { seed: number }) => AnalogDevice][] = [
  ['layered float64', (seed) => new LayeredDevice(layered, seed)],
  ['layered float32', (seed) => new LayeredFloat32Device(layered, { threads: 1, ...seed })],
  ['Hopfield float64', (seed) => new HopfieldDevice(hopfield, { relaxation: exactUpdates, ...seed })],
  ['Hopfield float32', (seed) => new HopfieldFloat32Device(hopfield, { relaxation: exactUpdates, ...seed })],
];

describe.each(devices)('a %s network that was made without a seed', (_, open) => {
  it('refuses to answer from parameters that it does not have, and says what gives it some', async () => {
    const device = open();
    const refusal = {
      code: 'device.uninitialised',
      message: expect.stringMatching(/no parameters yet \([gw]1, [gw]2\): call initialise\(seed\)/),
    };
    await expect(device.settle(drive)).rejects.toMatchObject(refusal);
    await expect(device.readParameters()).rejects.toMatchObject(refusal);
    await expect(device.nudgeLimits()).rejects.toMatchObject(refusal);
    await expect(device.snapshot()).rejects.toMatchObject(refusal);
    if (device.step !== undefined) {
      const batch = { size: 1, inputs: drive.inputs, targets: Float64Array.of(1, 0) };
      await expect(device.step(batch, plan)).rejects.toMatchObject(refusal);
    }
    await device.close();
  });

  it('answers once it was initialised, restored, or written to, as one that was made with the seed does', async () => {
    const seeded = open({ seed: 3 });
    const wanted = (await seeded.settle(drive)).outputs();
    const outputsAfter = async (start: (device: AnalogDevice) => Promise<unknown>) => {
      const device = open();
      await start(device);
      const outputs = (await device.settle(drive)).outputs();
      await device.close();
      return outputs;
    };
    expect(await outputsAfter((device) => device.initialise(3))).toEqual(wanted);
    const state = await seeded.snapshot();
    expect(await outputsAfter((device) => device.restore(state))).toEqual(wanted);
    const parameters = await seeded.readParameters();
    expect(await outputsAfter((device) => device.writeParameters(parameters))).toEqual(wanted);
    await seeded.close();
  });

  it('counts what was written group by group; biases are 0 unless something else is said', async () => {
    const seeded = open({ seed: 3 });
    const parameters = await seeded.readParameters();
    const [first, second] = seeded.info.groups.filter(({ role }) => role !== 'bias').map(({ name }) => name);
    const only = (name: string): ParameterValues => ({ [name]: parameters[name] });
    const device = open();
    await device.writeParameters(only(second));
    await expect(device.settle(drive)).rejects.toThrow(`no parameters yet (${first})`);
    await device.writeParameters(only(first));
    expect((await device.settle(drive)).outputs()).toEqual((await seeded.settle(drive)).outputs());
    await Promise.all([device.close(), seeded.close()]);
  });
});
