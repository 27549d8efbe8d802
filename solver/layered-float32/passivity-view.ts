import { readConductances } from './conductances.js';
import type { LayeredSimulation } from './simulation.js';

/**
 * The network as the passivity check reads it, float64, SI. The conductances from the sources count only through the
 * node conductances, so they, most of a wide network, are left out.
 */
export function passivityView(simulation: LayeredSimulation) {
  const { memory, network, scale } = simulation;
  return {
    network,
    conductances: network.layers.map((_, l) => (l === 0 ? new Float64Array(0) : readConductances(memory, l))),
    nodeConductances_S: network.layers.map((size, l) =>
      Float64Array.from(
        memory.floats(memory.layers[l].get('nodeConductance'), size),
        (d) => d * scale.conductance_S,
      ),
    ),
  };
}
