import { drawConductances, type LayeredNetwork } from '../../circuits/layered/index.js';
import { crossbarSizes, type WiredNetwork } from '../../circuits/wired/index.js';
import type { Floats } from '../../devices/contract/index.js';
import type { NamedArrays } from '../layered/index.js';
import type { PortMatrix } from './ports.js';
import { type PortMeans, WiredCrossbar } from './wired-crossbar.js';

/** What couples the units of one layer among themselves and with their neighbours. */
export interface UnitLayer {
  /** Into a unit by the voltages of its own layer, [n × n], S, with the sign of a conductance to ground. */
  readonly own: Float64Array;
  /** The same by the layer before (sources, where it is the first), [n × nodes before]; entries are negative. */
  readonly across: Float64Array;
}

/** The programmable part of a wired network: a crossbar into each layer, and bias currents. */
export class WiredParameters {
  readonly network: LayeredNetwork;
  readonly crossbars: readonly WiredCrossbar[];
  /** Bias currents into layer l, A, [nodes of layer l]. */
  readonly biases: Float64Array[];
  /** Counts every change, so that an equilibrium knows whether it is still one of this network. */
  version = 0;
  /** Units as the present cells couple them, and as each set of steady crossbars does. */
  private coupled = new Map<string, readonly UnitLayer[]>();

  constructor(
    readonly wired: WiredNetwork,
    threads: number,
    means: PortMeans = 'auto',
  ) {
    this.network = wired.layered;
    this.crossbars = crossbarSizes(this.network).map(
      (size, l) => new WiredCrossbar(size, wired.wires, l === 0, threads, means),
    );
    this.biases = this.network.layers.map((size) => new Float64Array(size));
  }

  /** Random conductances and no bias currents. */
  draw(seed: number): void {
    for (const [l, crossbar] of this.crossbars.entries()) {
      const drawn = new Float64Array(crossbar.conductances_S.length);
      drawConductances(this.network, l, seed, drawn);
      crossbar.change(drawn);
      crossbar.changeSteady(drawn);
    }
    for (const b of this.biases) b.fill(0);
    this.changed();
  }

  /** Every group by name: bias currents themselves, conductances to be read only. */
  groups(): NamedArrays {
    return this.biases.flatMap(
      (bias, l): NamedArrays => [
        [`g${l + 1}`, this.crossbars[l].conductances_S],
        [`b${l + 1}`, bias],
      ],
    );
  }

  /** Takes the groups given. They count once `changed` was called. */
  take(values: Readonly<Record<string, Floats | undefined>>): void {
    for (const l of this.crossbars.keys()) {
      const g = values[`g${l + 1}`];
      if (g !== undefined) this.crossbars[l].change(Float64Array.from(g));
      const b = values[`b${l + 1}`];
      if (b !== undefined) this.biases[l].set(b);
    }
  }

  changed(): void {
    this.version++;
    this.coupled = new Map();
  }

  /** Which crossbars a batch of so many samples meets by steady ports. */
  correctedFor(batch: number): boolean[] {
    return this.crossbars.map((crossbar) => crossbar.isCorrected(batch));
  }

  /** How units are coupled, by the steady ports of the crossbars named and by the exact ones of the others. */
  units(steady: readonly boolean[]): readonly UnitLayer[] {
    const key = steady.join();
    const known = this.coupled.get(key);
    if (known !== undefined) return known;
    const ports = this.crossbars.map((crossbar, l) => crossbar.ports(steady[l]));
    const layers = ports.map(({ bits, across }, l) => ({ own: sumOf(bits, ports[l + 1]), across }));
    this.coupled.set(key, layers);
    return layers;
  }

  close(): void {
    for (const crossbar of this.crossbars) crossbar.close();
  }
}

function sumOf(bits: Float64Array, next: PortMatrix | undefined): Float64Array {
  const words = next?.words;
  return words === undefined ? bits : bits.map((y, k) => y + words[k]);
}
