import { Netlist } from '../circuits/netlist/index.js';
import { RandomStream } from '../core/index.js';

/** A number between `low` and `high`, evenly in its logarithm. */
export const logUniform = (random: RandomStream, low: number, high: number): number =>
  low * (high / low) ** random.uniform();

/** 784 sources, 128 hidden nodes with antiparallel diodes, 10 outputs; resistors 1 kΩ … 100 kΩ, sources 0 … 3 V. */
export function diodeNetwork(seed: number): Netlist {
  const random = new RandomStream(seed, 'network');
  const netlist = new Netlist('784-128-10');
  for (let i = 0; i < 784; i++) netlist.voltage(`v${i}`, `x${i}`, '0', random.between(0, 3));
  for (let i = 0; i < 784; i++) {
    for (let j = 0; j < 128; j++)
      netlist.resistor(`r1_${i}_${j}`, `x${i}`, `h${j}`, logUniform(random, 1e3, 1e5));
  }
  for (let j = 0; j < 128; j++) netlist.diode(`dp${j}`, `h${j}`, '0').diode(`dn${j}`, '0', `h${j}`);
  for (let j = 0; j < 128; j++) {
    for (let k = 0; k < 10; k++)
      netlist.resistor(`r2_${j}_${k}`, `h${j}`, `o${k}`, logUniform(random, 1e3, 1e5));
  }
  return netlist;
}
