import { inputError } from '../../core/index.js';
import { Diode, defaultDiode, thermalVoltage_V } from '../../devices/elements/index.js';
import type { CrossbarWires } from '../crossbar/index.js';
import { excitatoryNodes, type LayeredNetwork, nodesBefore } from '../layered/index.js';
import { CrossbarLines } from './crossbar-lines.js';
import { Netlist } from './netlist.js';

/** What a layered network is at one moment: its parameters and what is put in. */
export interface LayeredOperation {
  /** Groups `g1` [nodes before × nodes], S, and `b1` [nodes], A, …: what `readParameters` gives. */
  readonly parameters: Readonly<Record<string, ArrayLike<number>>>;
  /** Input signals before doubling and gain, V. */
  readonly inputs_V: ArrayLike<number>;
  /** Voltage across a conducting diode, as a share of the largest source voltage; default 1e-4. */
  readonly diodeDrop?: number;
  /** Of the crossbars that the conductances lie in; as they are between ideal wires where left out. */
  readonly wires?: CrossbarWires;
}

/** Forward over reverse current of the diodes that stand for ideal ones. */
const RECTIFICATION = 1e6;

/**
 * A layered resistive network as a netlist: sources `x0…` (A·x) and `y0…` (−A·x), nodes `h<layer>_<index>` and outputs
 * `o<index>`. The ideal diodes become steep ones: their emission coefficient is so small that they conduct the largest
 * current a node can see at `diodeDrop` of the drive, and leak a millionth of it. Thresholds are sources `vlow` and `vhigh`, on-resistances
 * resistors `k<layer>_<index>`. With wires, cell (i, j) into a layer lies between `w<layer>_<i>_<j>` and `b<layer>_<i>_<j>`; nodes with no
 * resistance between them are one, by the name of what drives or of the unit.
 */
export function layeredNetlist(network: LayeredNetwork, operation: LayeredOperation, title: string): Netlist {
  const { inputs, inputGain, layers } = network;
  const { parameters, inputs_V, diodeDrop = 1e-4 } = operation;
  if (inputs_V.length !== inputs) {
    throw inputError('netlist.inputs', `the network takes ${inputs} inputs, got ${inputs_V.length}`);
  }
  const netlist = new Netlist(title);
  const sources = Array.from({ length: 2 * inputs }, (_, i) =>
    i < inputs ? inputGain * inputs_V[i] : -inputGain * inputs_V[i - inputs],
  );
  const sourceName = (i: number): string => (i < inputs ? `x${i}` : `y${i - inputs}`);
  for (const [i, voltage] of sources.entries())
    netlist.voltage(`v${sourceName(i)}`, sourceName(i), '0', voltage);
  const drive_V = sources.reduce((largest, v) => Math.max(largest, Math.abs(v)), 0) || 1;
  const isOutput = (l: number): boolean => l === layers.length - 1;
  const nodeOf = (l: number, j: number): string =>
    l < 0 ? sourceName(j) : isOutput(l) ? `o${j}` : `h${l + 1}_${j}`;

  const { threshold_V, on_S } = network.diode;
  if (threshold_V > 0 && layers.length > 1) {
    netlist.voltage('vlow', 'low', '0', -threshold_V);
    netlist.voltage('vhigh', 'high', '0', threshold_V);
  }

  layers.forEach((size, l) => {
    const g = parameters[`g${l + 1}`];
    const b = parameters[`b${l + 1}`];
    const before = nodesBefore(inputs, layers, l);
    const lines = new CrossbarLines(
      { rows: before, columns: size },
      operation.wires,
      `${l + 1}_`,
      (i) => nodeOf(l - 1, i),
      (j) => nodeOf(l, j),
    );
    lines.addTo(netlist);
    for (let i = 0; i < before; i++) {
      for (let j = 0; j < size; j++) {
        const conductance = g[i * size + j];
        if (conductance !== 0)
          netlist.resistor(`r${l + 1}_${i}_${j}`, lines.word(i, j), lines.bit(i, j), 1 / conductance);
      }
    }
    for (let j = 0; j < size; j++) {
      if (b !== undefined && b[j] !== 0) netlist.current(`i${l + 1}_${j}`, '0', nodeOf(l, j), b[j]);
    }
    if (isOutput(l)) return;
    const current_A = drive_V * largestColumnSum(g, before, size);
    const saturation_A = current_A / RECTIFICATION;
    const emission = (diodeDrop * drive_V) / (thermalVoltage_V(300.15) * Math.log(RECTIFICATION));
    const diode = new Diode({ ...defaultDiode, IS: saturation_A, N: emission, gmin_S: 1e-12 });
    for (let j = 0; j < size; j++) {
      const node = nodeOf(l, j);
      // The first half is kept from going below ground, the second from going above.
      const isExcitatory = j < excitatoryNodes(size);
      let ground = threshold_V > 0 ? (isExcitatory ? 'low' : 'high') : '0';
      if (on_S !== Number.POSITIVE_INFINITY) {
        netlist.resistor(`rk${l + 1}_${j}`, ground, `k${l + 1}_${j}`, 1 / on_S);
        ground = `k${l + 1}_${j}`;
      }
      if (isExcitatory) netlist.diode(`d${l + 1}_${j}`, ground, node, diode);
      else netlist.diode(`d${l + 1}_${j}`, node, ground, diode);
    }
  });
  return netlist;
}

function largestColumnSum(g: ArrayLike<number>, rows: number, columns: number): number {
  const sums = new Float64Array(columns);
  for (let k = 0; k < rows * columns; k++) sums[k % columns] += g[k];
  return sums.reduce((largest, sum) => Math.max(largest, sum), 0);
}
