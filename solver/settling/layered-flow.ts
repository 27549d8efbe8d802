import { excitatoryNodes } from '../../circuits/layered/index.js';
import { inputError } from '../../core/index.js';
import { isStraight, type Nudge } from '../../devices/contract/index.js';
import { fillSources, type LayeredParameters, OutputPull } from '../layered/index.js';
import type { Flow } from './flow.js';

/** What is at the nodes of a network besides its conductances. */
export interface NodeLoad {
  /** From every node to ground, F. */
  readonly capacitance_F: number;
  /** Resistance of each input's source, Ω: its line is then a node as well, with a capacitance like the others. */
  readonly driver_ohm?: number;
}

/**
 * A layered resistive network under one sample's inputs, with a capacitance at every node.
 * @param inputs signals before doubling and gain, V
 * @param nudge of that one sample
 * @throws `settle.nudge`, `settle.cost` (exit code 2) for a nudge that is no conductance and no current that stays
 */
export function layeredFlow(
  parameters: LayeredParameters,
  inputs: Float64Array,
  nudge: Nudge | undefined,
  { capacitance_F, driver_ohm = 0 }: NodeLoad,
): Flow {
  const { network, conductances, biases, nodeConductances_S } = parameters;
  const sources_V = new Float64Array(2 * network.inputs);
  fillSources(inputs, network.inputs, network.inputGain, sources_V);
  const lines = driver_ohm > 0 ? sources_V.length : 0;
  const sizes = lines > 0 ? [lines, ...network.layers] : network.layers;
  const nodes = sizes.reduce((sum, size) => sum + size, 0);
  const conductances_S = new Float64Array(nodes);
  const inputs_A = new Float64Array(nodes);
  const biases_A = new Float64Array(nodes);
  const sides = new Int8Array(nodes);
  const perSource_S = rowSums(conductances[0], sources_V.length);
  let inputsAtRest_W = 0;
  for (let i = 0; i < lines; i++) {
    conductances_S[i] = 1 / driver_ohm + perSource_S[i];
    inputs_A[i] = sources_V[i] / driver_ohm;
    inputsAtRest_W += sources_V[i] * inputs_A[i];
  }
  if (lines === 0) {
    const first = conductances[0];
    const columns = network.layers[0];
    for (const [i, source_V] of sources_V.entries()) {
      if (source_V === 0) continue;
      inputsAtRest_W += source_V * source_V * perSource_S[i];
      for (let j = 0; j < columns; j++) inputs_A[j] += source_V * first[i * columns + j];
    }
  }
  let from = lines;
  for (const [l, size] of network.layers.entries()) {
    conductances_S.set(nodeConductances_S[l], from);
    biases_A.set(biases[l], from);
    if (l < network.layers.length - 1) {
      sides.fill(1, from, from + excitatoryNodes(size));
      sides.fill(-1, from + excitatoryNodes(size), from + size);
    }
    from += size;
  }
  const { nudge_A, nudge_S } = nudgeOf(nudge, nodes, network.layers[network.layers.length - 1]);
  return {
    sizes,
    couplings_S: lines > 0 ? conductances : conductances.slice(1),
    conductances_S: conductances_S.map((own, k) => own + nudge_S[k]),
    currents_A: inputs_A.map((own, k) => own + biases_A[k] + nudge_A[k]),
    capacitances_F: new Float64Array(nodes).fill(capacitance_F),
    sides,
    supply: { inputsAtRest_W, inputs_A, biases_A, nudge_A, nudge_S },
  };
}

/** What a nudge hangs on the outputs, which are the last nodes. */
function nudgeOf(nudge: Nudge | undefined, nodes: number, outputs: number) {
  const nudge_A = new Float64Array(nodes);
  const nudge_S = new Float64Array(nodes);
  if (nudge === undefined) return { nudge_A, nudge_S };
  if (!(nudge.kind === 'conductance' || nudge.kind === 'current' || nudge.kind === 'current-held')) {
    throw inputError(
      'settle.nudge',
      `settle: a nudge of kind "${nudge.kind}" is no conductance and no current at the outputs; ask for --phases free, or a run with training.nudge conductance, current or current-held`,
    );
  }
  const pull = new OutputPull(nudge, outputs);
  if (pull.isLive && !isStraight(nudge)) {
    throw inputError(
      'settle.cost',
      `settle: the pull of cost ${nudge.cost} bends with the outputs while they settle; ask for --phases free, or hold it: --set training.nudge=current-held`,
    );
  }
  nudge_A.set(pull.currents, nodes - outputs);
  nudge_S.set(pull.conductances, nodes - outputs);
  return { nudge_A, nudge_S };
}

function rowSums(matrix: Float64Array, rows: number): Float64Array {
  const columns = matrix.length / rows;
  return Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += matrix[i * columns + j];
    return sum;
  });
}
