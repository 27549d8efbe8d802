import { type LayeredNetwork, layeredNetwork } from '../../circuits/layered/index.js';
import type { Rates } from '../../devices/contract/index.js';
import { preset } from '../../experiments/schema/index.js';

/** A preset's network on MNIST, with its first epoch's rates. */
export interface Experiment {
  readonly name: string;
  readonly network: LayeredNetwork;
  readonly rates: Rates;
  readonly beta_S: number;
}

interface Shape {
  readonly hidden: number[];
  readonly inputGain: number;
  readonly units: { readonly conductance_S: number; readonly voltage_V: number };
}

export function experimentOf(name: string): Experiment {
  const { network, training } = preset(name) as unknown as {
    network: Shape;
    training: { beta: number; conductanceRates: number[]; biasRates: number[] };
  };
  const { conductance_S, voltage_V } = network.units;
  const rates = Object.fromEntries([
    ...training.conductanceRates.map((rate, l) => [`g${l + 1}`, rate * (conductance_S / voltage_V) ** 2]),
    ...training.biasRates.map((rate, l) => [`b${l + 1}`, rate * conductance_S ** 2]),
  ]);
  const { hidden, inputGain, units } = network;
  return {
    name,
    network: layeredNetwork({ inputs: 784, hidden, outputs: 10, inputGain, units }),
    rates,
    beta_S: training.beta * conductance_S,
  };
}
