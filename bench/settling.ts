/**
 * `settle` beside fine references, and how fast it is. Networks of presets, trained as said, 1 pF at every node, each phase of some test
 * samples to 1 %: (a) ideal diodes followed by `solver/settling`; (b) the same network as a circuit of steep diodes, followed by
 * `solver/time` at reltol 1e-6; (c) that circuit followed by ngspice (`ngspice` on the path; left out where there is none), free
 * phases alone. Settling times of all nodes and outputs, energy delivered by the inputs and the nudge.
 * Prints after every sample, the worst so far.
 *   npm run build && node dist/bench/settling.js [samples | first-end] [preset …]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layeredNetwork } from '../circuits/layered/index.js';
import { layeredNetlist, type Netlist } from '../circuits/netlist/index.js';
import { readRaw, writeSpice } from '../circuits/spice/index.js';
import { composeRun } from '../experiments/composition/index.js';
import { readConfig } from '../experiments/schema/index.js';
import { LayeredParameters } from '../solver/layered/index.js';
import { layeredFlow, settleCircuit, settleFlow } from '../solver/settling/index.js';
import { machine } from './machine.js';

const CAPACITANCE_F = 1e-12;
const SHARE = 0.01;
/** Voltage of a conducting diode of the circuits, as a share of the drive. */
const DROP = 1e-6;

const [range = '4', ...names] = process.argv.slice(2);
const [first, end] = range.includes('-') ? range.split('-').map(Number) : [0, Number(range)];
console.log(machine());
for (const name of names.length > 0 ? names : ['xor', 'digits']) await compare(name);

async function compare(name: string): Promise<void> {
  const config = await readConfig({ preset: name, flags: {} });
  if (config.network.kind !== 'resistive') throw new Error(`${name} is no resistive network`);
  const run = await composeRun(config);
  for await (const { type } of run.trainer.run()) if (type === 'epoch') break;
  const { device } = run.trainer;
  const { inputs, layers } = device.info;
  const { hidden, inputGain, units } = config.network;
  const outputs = layers[layers.length - 1];
  const network = layeredNetwork({ inputs, hidden, outputs, inputGain, units });
  const values = await device.readParameters();
  const parameters = LayeredParameters.of(network, values);
  const beta = await run.trainer.nudge.known();
  const nodes = layers.flatMap((size, l) =>
    Array.from({ length: size }, (_, j) => (l === layers.length - 1 ? `o${j}` : `h${l + 1}_${j}`)),
  );
  const worst = { time: 0, outputTime: 0, energy: 0, imbalance: 0, spiceTime: 0, spiceEnergy: 0 };
  let ours_s = 0;
  for (let sample = first; sample < end; sample++) {
    const { inputs: signals, targets } = run.coder.batch(run.dataSet.test, [sample]);
    let start_V = new Float64Array(nodes.length);
    for (const b of [0, beta, -beta]) {
      const nudge = b === 0 ? undefined : { kind: 'conductance' as const, beta: b, targets };
      const flow = layeredFlow(parameters, signals, nudge, { capacitance_F: CAPACITANCE_F });
      const before = process.cpuUsage();
      const settled = await settleFlow(flow, start_V, outputs, { within: { share: SHARE }, longest_s: 1 });
      const { user } = process.cpuUsage(before);
      ours_s += user / 1e6;
      const circuit = layeredNetlist(
        network,
        { parameters: values, inputs_V: signals, diodeDrop: DROP },
        name,
      );
      if (b !== 0) {
        for (let k = 0; k < outputs; k++) {
          circuit.voltage(`vt${k}`, `t${k}`, '0', targets[k]).resistor(`rt${k}`, `t${k}`, `o${k}`, 1 / b);
        }
      }
      const initialVoltages_V = new Map(nodes.map((node, k) => [node, start_V[k]]));
      const follow = (wanted: readonly string[], voltage_V: number) =>
        settleCircuit(circuit, {
          within: { voltage_V },
          longest_s: 1,
          capacitance_F: CAPACITANCE_F,
          nodes: wanted,
          initialVoltages_V,
        });
      const all = await follow(nodes, settled.tolerance_V);
      const ofOutputs = await follow(nodes.slice(-outputs), settled.outputTolerance_V);
      if (all === undefined || ofOutputs === undefined) throw new Error('interrupted');
      const fine = all.settling_s > ofOutputs.settling_s ? all : ofOutputs;
      const off = (value: number, reference: number) => Math.abs(value / reference - 1);
      worst.time = Math.max(worst.time, off(settled.settling_s, fine.settling_s));
      worst.outputTime = Math.max(worst.outputTime, off(settled.outputSettling_s, ofOutputs.settling_s));
      worst.imbalance = Math.max(worst.imbalance, Math.abs(settled.energy.imbalance));
      // The nudge's own conductance takes part of what its source delivers: of the free phase alone.
      if (b === 0) {
        worst.energy = Math.max(worst.energy, off(settled.energy.delivered_J, fine.delivered_J));
        const theirs = byNgspice(circuit, nodes, settled.settling_s, all.rest_V);
        if (theirs !== undefined) {
          const time = theirs.settling(settled.tolerance_V, settled.outputTolerance_V, outputs);
          worst.spiceTime = Math.max(worst.spiceTime, off(settled.settling_s, time));
          worst.spiceEnergy = Math.max(
            worst.spiceEnergy,
            off(settled.energy.delivered_J, theirs.delivered(time)),
          );
        }
        start_V = Float64Array.from(settled.rest_V);
      }
    }
    const percent = (value: number) => `${(100 * value).toPrecision(2)} %`;
    console.log(
      `${name}, samples ${first} to ${sample}, worst: time ${percent(worst.time)}, outputs' ${percent(worst.outputTime)}, energy ${percent(worst.energy)} of solver/time; ` +
        `ngspice: time ${percent(worst.spiceTime)}, energy ${percent(worst.spiceEnergy)}; balance ${worst.imbalance.toExponential(1)}; ` +
        `${((1000 * ours_s) / (3 * (sample - first + 1))).toFixed(1)} ms of processor a phase`,
    );
  }
  await device.close();
}

/** The circuit's sources switched on in ngspice, 150 points or more until 1.3 times the settling time. */
function byNgspice(circuit: Netlist, nodes: readonly string[], settling_s: number, rest_V: Float64Array) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const [text, raw] = [join(folder, 'a.cir'), join(folder, 'a.raw')];
  const stop_s = 1.3 * settling_s;
  const loads = nodes.map((node) => `cload_${node} ${node} 0 ${CAPACITANCE_F}`);
  const tail = [
    ...loads,
    '.options reltol=1e-5 vntol=1e-10 abstol=1e-16 method=gear',
    `.tran ${stop_s / 150} ${stop_s} 0 ${stop_s / 150} uic`,
  ];
  writeFileSync(text, writeSpice(circuit, { tail }));
  const { error } = spawnSync('ngspice', ['-b', '-r', raw, text], { encoding: 'utf8', timeout: 600_000 });
  if (error !== undefined) return undefined;
  const { variables } = readRaw(readFileSync(raw));
  const times = variables[0].values;
  const column = (name: string) => variables.find((variable) => variable.name === name)?.values ?? [];
  const voltages = nodes.map((node) => column(`v(${node})`));
  const power = Array.from(times, () => 0);
  for (const element of circuit.elements) {
    if (!/^v[xy]\d+$/.test(element.name)) continue;
    const volts = column(`v(${element.nodes[0]})`);
    const amperes = column(`i(${element.name})`);
    for (let k = 0; k < times.length; k++) power[k] -= volts[k] * amperes[k];
  }
  return {
    settling(tolerance_V: number, outputTolerance_V: number, outputs: number) {
      let last = 0;
      for (const [n, v] of voltages.entries()) {
        const tolerance =
          n >= nodes.length - outputs ? Math.min(tolerance_V, outputTolerance_V) : tolerance_V;
        for (let k = times.length - 2; k >= 0; k--) {
          const off = Math.abs(v[k] - rest_V[n]);
          if (!(off > tolerance)) continue;
          const share = Math.log(off / tolerance) / Math.log(off / Math.abs(v[k + 1] - rest_V[n]));
          last = Math.max(last, times[k] + share * (times[k + 1] - times[k]));
          break;
        }
      }
      return last;
    },
    delivered(until_s: number) {
      let sum = 0;
      for (let k = 1; k < times.length && times[k - 1] < until_s; k++) {
        const end = Math.min(times[k], until_s);
        sum += 0.5 * (power[k] + power[k - 1]) * (end - times[k - 1]);
      }
      return sum;
    },
  };
}
