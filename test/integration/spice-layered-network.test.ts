import { expect, it } from 'vitest';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { layeredNetlist } from '../../circuits/netlist/index.js';
import { parseSpice, writeSpice } from '../../circuits/spice/index.js';
import { Coder, digits } from '../../learning/index.js';
import { train } from '../../learning/train.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';
import { NgspiceEngine } from '../../solver/ngspice/index.js';

// The preset drn-xs in SI units: gain 100, β = 1, rates 0.006, centered, batches of 4.
const units = { conductance_S: 1e-6, voltage_V: 1e-3 };
const rate = (0.006 * units.conductance_S ** 2) / units.voltage_V ** 2;
const biasRate = 0.006 * units.conductance_S ** 2;

it('a drn-xs trained on digits settles in ngspice where its device says, to 1e-3 of the drive', async () => {
  const network = layeredNetwork({ inputs: 256, hidden: [100], outputs: 10, inputGain: 100, units });
  const device = new LayeredDevice(network, { seed: 1 });
  const data = digits({ seed: 1, train: 400, test: 20 });
  const before = (await device.readParameters()).g1.slice();
  await train({
    device,
    data,
    seed: 1,
    epochs: 1,
    batch: 4,
    estimator: 'centered',
    beta: units.conductance_S,
    rates: { g1: rate, g2: rate, b1: biasRate, b2: biasRate },
  });
  const parameters = await device.readParameters();
  expect(parameters.g1).not.toEqual(before);

  const inputs = new Float64Array(256);
  new Coder(data, device.info).encodeInputs(data.test, [3], inputs);
  const stop = { tolerance: 1e-12, outputChange: 1e-12, maxIterations: 5000 };
  const equilibrium = await device.settle({ batch: 1, inputs }, { stop });
  const text = writeSpice(layeredNetlist(network, { parameters, inputs_V: inputs }, 'drn-xs'), {
    tail: ['.options reltol=1e-6 vntol=1e-9 itl1=2000', '.op'],
  });
  const ours = solveOperatingPoint(parseSpice(text));
  expect(ours.status).toBe('settled');
  const ngspice = await NgspiceEngine.start();
  const theirs = await ngspice.run(text, 200);
  await ngspice.close();

  const drive = 100 * Math.max(...inputs);
  let worst = 0;
  let conducting = 0;
  const compare = (node: string, voltage: number): void => {
    worst = Math.max(worst, Math.abs(theirs[`v(${node})`][0] - voltage));
    expect(Math.abs(ours.voltages_V[node] - theirs[`v(${node})`][0])).toBeLessThan(1e-6 * drive);
    if (voltage === 0) conducting++;
  };
  equilibrium.layer(0).forEach((voltage, j) => {
    compare(`h1_${j}`, voltage);
  });
  equilibrium.layer(1).forEach((voltage, j) => {
    compare(`o${j}`, voltage);
  });
  // Half of the hidden nodes are held at 0 V by their diodes: the comparison would mean little without them.
  expect(conducting).toBeGreaterThan(20);
  expect(worst).toBeLessThan(1e-3 * drive);
});
