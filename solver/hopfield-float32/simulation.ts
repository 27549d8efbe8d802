import { drawWeights, type HopfieldNetwork } from '../../circuits/hopfield/index.js';
import type { Floats, PhasePlan, PhaseReport, Rates, StopRule } from '../../devices/index.js';
import type { KernelOptions } from '../../kernels/index.js';
import { clip, type HopfieldDeviceOptions } from '../hopfield/index.js';
import { learn, type PhaseRows } from './learn.js';
import { BLOCK, type LayerMemory, NetworkMemory } from './network-memory.js';
import { lanesOf, prepareBlock, relaxBlock } from './relax-block.js';

const free = (layer: LayerMemory) => layer.free;
const first = (layer: LayerMemory) => layer.first;
const second = (layer: LayerMemory) => layer.second;
/** Which of the rows of a layer. */
export type Rows = (layer: LayerMemory) => Float32Array;

/**
 * The network in the kernel's memory and what is done with a batch there. Samples relax in blocks of up to `BLOCK`, each
 * block by its own stop rule; nothing here waits, so that nothing comes between.
 */
export class HopfieldSimulation {
  memory: NetworkMemory;

  constructor(
    readonly network: HopfieldNetwork,
    private readonly device: HopfieldDeviceOptions,
    private readonly options: KernelOptions,
  ) {
    this.memory = new NetworkMemory(network, BLOCK, options);
    for (const [l, size] of network.layers.entries()) {
      const drawn = new Float32Array(this.memory.layers[l].before * size);
      drawWeights(network, l, device.seed, drawn);
      this.writeGroup(`w${l + 1}`, drawn);
    }
    this.memory.recountSquares();
  }

  /** Makes room for minibatches of `samples`; weights are kept. */
  reserve(samples: number): void {
    const old = this.memory;
    if (samples <= old.capacity) return;
    this.memory = new NetworkMemory(this.network, samples, this.options);
    for (const [l, layer] of this.memory.layers.entries()) {
      layer.weights.set(old.layers[l].weights);
      layer.biases.set(old.layers[l].biases);
    }
    this.memory.squares.set(old.squares);
  }

  /** Copies a batch's inputs [batch × inputs] in. */
  loadInputs(inputs: Floats): void {
    this.memory.inputs.set(inputs);
  }

  /** Settles every block of the batch: from `start` rows (from rest when undefined) into `end` rows. */
  settle(
    batch: number,
    start: Rows | undefined,
    end: Rows,
    nudge: { readonly beta: number; readonly targets: Floats } | undefined,
    stop: StopRule | undefined,
  ): PhaseReport {
    let report: PhaseReport | undefined;
    for (let from = 0; from < batch; from += BLOCK) {
      const samples = Math.min(BLOCK, batch - from);
      this.prepare(from, samples);
      report = worse(report, this.settleBlock(from, samples, start, end, nudge, stop));
    }
    return report!;
  }

  /** Both phases of every block, and the update; nothing is learnt if a phase ends not finite. */
  step(batch: number, targets: Floats, plan: PhasePlan, fromRest: boolean, rates: Rates) {
    const rowsOf = [first, second];
    const reports: { free?: PhaseReport; nudged: PhaseReport[] } = { nudged: [] };
    const used: PhaseRows = {
      first: plan.betas[0] === 0 ? free : first,
      second: plan.betas[1] === 0 ? free : second,
    };
    for (let from = 0; from < batch; from += BLOCK) {
      const samples = Math.min(BLOCK, batch - from);
      this.prepare(from, samples);
      const start = fromRest ? undefined : free;
      reports.free = worse(reports.free, this.settleBlock(from, samples, start, free, undefined, plan.stop));
      let n = 0;
      for (const [p, beta] of plan.betas.entries()) {
        if (beta === 0) continue;
        const nudge = { beta, targets };
        const rule = plan.nudgedStop ?? plan.stop;
        const report = this.settleBlock(from, samples, free, rowsOf[p], nudge, rule);
        reports.nudged[n] = worse(reports.nudged[n], report);
        n++;
      }
    }
    const all = [reports.free!, ...reports.nudged];
    const usable = all.every((report) => report.status !== 'not-finite');
    const relativeChange = usable
      ? learn(this.memory, batch, plan.betas[1] - plan.betas[0], rates, used)
      : undefined;
    return { free: reports.free!, nudged: reports.nudged, relativeChange };
  }

  /** The update of a contrast whose phases lie in `first` and `second` and whose inputs are loaded. */
  learn(batch: number, betaSpan: number, rates: Rates): Record<string, number> {
    return learn(this.memory, batch, betaSpan, rates, { first, second });
  }

  /** Copies states [batch × n_l] a layer into rows. */
  loadStates(states: readonly Floats[], batch: number, rows: Rows): void {
    for (const [l, layer] of this.memory.layers.entries()) {
      const into = rows(layer);
      const { units, rowFloats } = layer;
      for (let s = 0; s < batch; s++) {
        into.set(states[l].subarray(s * units, (s + 1) * units), s * rowFloats);
      }
    }
  }

  /** Keeps foreign states inside [0, 1]. */
  clipStates(batch: number, rows: Rows): void {
    for (const layer of this.memory.layers) {
      const states = rows(layer);
      for (let e = 0; e < batch * layer.rowFloats; e++) states[e] = clip(states[e]);
    }
  }

  /** Fresh copies of rows, [batch × n_l] a layer. */
  readStates(batch: number, rows: Rows): Float32Array[] {
    return this.memory.layers.map((layer) => {
      const from = rows(layer);
      const { units, rowFloats } = layer;
      const states = new Float32Array(batch * units);
      for (let s = 0; s < batch; s++) {
        states.set(from.subarray(s * rowFloats, s * rowFloats + units), s * units);
      }
      return states;
    });
  }

  /** A group as the contract has it, [rows × columns]. */
  readGroup(name: string): Float32Array {
    const { values, rows, units, rowFloats } = this.group(name);
    const compact = new Float32Array(rows * units);
    for (let i = 0; i < rows; i++) {
      compact.set(values.subarray(i * rowFloats, i * rowFloats + units), i * units);
    }
    return compact;
  }

  /** Call `memory.recountSquares()` after the last. */
  writeGroup(name: string, compact: Floats): void {
    const { values, rows, units, rowFloats } = this.group(name);
    for (let i = 0; i < rows; i++) {
      values.set(compact.subarray(i * units, (i + 1) * units), i * rowFloats);
    }
  }

  private group(name: string) {
    const layer = this.memory.layers[Number(name.slice(1)) - 1];
    const { units, rowFloats, before } = layer;
    const isWeights = name.startsWith('w');
    return {
      values: isWeights ? layer.weights : layer.biases,
      rows: isWeights ? before : 1,
      units,
      rowFloats,
    };
  }

  private prepare(from: number, samples: number): void {
    const { inputs } = this.memory;
    prepareBlock(this.memory, inputs.byteOffset + 4 * from * this.network.inputs, samples);
  }

  private settleBlock(
    from: number,
    samples: number,
    start: Rows | undefined,
    end: Rows,
    nudge: { readonly beta: number; readonly targets: Floats } | undefined,
    stop: StopRule | undefined,
  ): PhaseReport {
    const { kernel, layers } = this.memory;
    const lanes = lanesOf(samples);
    for (const layer of layers) {
      const { states, units, rowStep } = layer;
      if (start === undefined) this.memory.rest(layer, lanes);
      else {
        const rows = start(layer).byteOffset + from * rowStep;
        kernel.interleave(rows, rowStep, samples, units, states, lanes);
      }
    }
    if (nudge !== undefined) this.loadTargets(nudge.targets, from, samples, lanes);
    const { relaxation, nudgedRelaxation = relaxation } = this.device;
    const way = nudge === undefined ? relaxation : nudgedRelaxation;
    const report = relaxBlock(this.memory, samples, way, nudge?.beta ?? 0, stop);
    for (const layer of layers) {
      const { states, units, rowStep } = layer;
      kernel.deinterleave(states, lanes, samples, units, end(layer).byteOffset + from * rowStep, rowStep);
    }
    return report;
  }

  private loadTargets(targets: Floats, from: number, samples: number, lanes: number): void {
    const { kernel, layers, targetRows, targets: to } = this.memory;
    const { units } = layers[layers.length - 1];
    targetRows.set(targets.subarray(from * units, (from + samples) * units));
    kernel.interleave(targetRows.byteOffset, 4 * units, samples, units, to, lanes);
  }
}

/** One report for two blocks: the worse status and residual, the more iterations. */
function worse(a: PhaseReport | undefined, b: PhaseReport): PhaseReport {
  if (a === undefined) return b;
  const order = ['settled', 'counted', 'stopped-early', 'not-finite'];
  return {
    status: order.indexOf(a.status) > order.indexOf(b.status) ? a.status : b.status,
    iterations: Math.max(a.iterations, b.iterations),
    residual: Math.max(a.residual, b.residual),
    residual_A: Math.max(a.residual_A, b.residual_A),
  };
}
