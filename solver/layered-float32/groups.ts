import type { Floats, ParameterValues, Update } from '../../devices/contract/index.js';
import { readConductances, writeConductances } from './conductances.js';
import type { LayeredSimulation, UpdateFactors } from './simulation.js';

/** Every group of parameters as the kernel stores it, not copied. */
export function storedGroups({ memory, network }: LayeredSimulation): [string, Float32Array][] {
  return network.layers.flatMap((_, l): [string, Float32Array][] => [
    [`g${l + 1}`, memory.stored(l)],
    [`b${l + 1}`, memory.bias(l)],
  ]);
}

/** Conductances [S] and bias currents [A] of every layer. */
export function readGroups({ memory, network, scale }: LayeredSimulation): Record<string, Float64Array> {
  return Object.fromEntries(
    network.layers.flatMap((_, l): [string, Float64Array][] => [
      [`g${l + 1}`, readConductances(memory, l)],
      [`b${l + 1}`, Float64Array.from(memory.bias(l), (b) => b * scale.current_A)],
    ]),
  );
}

/** Writes those groups that are given, S and A. */
export function writeGroups(simulation: LayeredSimulation, parameters: ParameterValues): void {
  for (const l of simulation.network.layers.keys()) {
    const conductances = parameters[`g${l + 1}`];
    if (conductances !== undefined) writeConductances(simulation.memory, l, conductances);
    const biases = parameters[`b${l + 1}`];
    if (biases !== undefined) writeBiases(simulation, l, biases);
  }
}

/** Bias currents of layer l, A. */
export function writeBiases({ memory, scale }: LayeredSimulation, l: number, currents_A: Floats): void {
  memory.bias(l).set(currents_A.map((b) => b / scale.current_A));
}

/** What the kernel multiplies contrasts by: rates over the size of the batch and the span of β, in published units. */
export function factorsOf(
  { network, scale }: LayeredSimulation,
  update: Update,
  size: number,
  betaSpan: number,
): UpdateFactors {
  const span = (size * betaSpan) / scale.conductance_S;
  const rate = (name: string) => update.rates[name] ?? 0;
  return {
    conductances: network.layers.map((_, l) => rate(`g${l + 1}`) / scale.conductanceRate / span),
    biases: network.layers.map((_, l) => rate(`b${l + 1}`) / scale.biasRate / span),
  };
}
