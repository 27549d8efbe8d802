import type { ConductanceStore, WantedChanges } from '../../devices/cells/index.js';
import type { Floats, ParameterGroup } from '../../devices/contract/index.js';

/**
 * Bias currents in cells: groups `b1`, `b2`, … of a store, a row a layer, each node's pair of cells read at one voltage and the
 * difference of their currents given to the node: I = V·g with g of either sign. A node sees the current alone, not the cells.
 */
export class BiasCells {
  constructor(
    private readonly store: ConductanceStore,
    /** What the cells are read at, V. */
    private readonly voltage_V: number,
  ) {}

  /** A group of bias currents with the range that its cells reach. */
  within(group: ParameterGroup): ParameterGroup {
    const { g_min_S, g_max_S } = this.store.window(group.name);
    return { ...group, min: this.voltage_V * g_min_S, max: this.voltage_V * g_max_S };
  }

  /** Present currents into layer l, A. */
  async sense(l: number): Promise<Float64Array> {
    return Float64Array.from(await this.store.sense(nameOf(l)), (g) => this.voltage_V * g);
  }

  /** Programs the currents into layer l, A, each as near as its cells can. */
  async write(l: number, currents_A: Floats): Promise<void> {
    await this.store.write(
      nameOf(l),
      Float64Array.from(currents_A, (i) => i / this.voltage_V),
    );
  }

  /** The changes −rate·∂C/∂b of one layer. @param gradient V²/A @param rate A²/V² */
  changes(gradient: Floats, rate: number): WantedChanges {
    const { voltage_V } = this;
    return {
      block(first, count, out, unit_S) {
        const factor = -rate / (voltage_V * unit_S);
        for (let n = 0; n < count; n++) out[n] = factor * gradient[first + n];
      },
    };
  }
}

function nameOf(l: number): string {
  return `b${l + 1}`;
}
