import {
  type ConductanceStore,
  type LocalContrast,
  outerProduct,
  type WantedChanges,
} from '../../devices/cells/index.js';
import type { PhasePair } from './local-rule.js';
import type { LayeredParameters } from './parameters.js';

/** The conductances of a layered network in cells: the store holds them, `LayeredParameters` what was last sensed. */
export class ConductancesInCells {
  constructor(
    readonly store: ConductanceStore,
    private readonly parameters: LayeredParameters,
  ) {}

  /** Reads every group as the network sees it now. */
  async sense(): Promise<void> {
    for (const [l, g] of this.parameters.conductances.entries()) g.set(await this.store.sense(`g${l + 1}`));
    this.parameters.changed();
  }

  /** Programs the conductances that the parameters hold, then senses what came of it. */
  async program(groups: readonly string[]): Promise<void> {
    for (const [l, g] of this.parameters.conductances.entries()) {
      if (groups.includes(`g${l + 1}`)) await this.store.write(`g${l + 1}`, g);
    }
    await this.sense();
  }

  /** What the two phases want of the conductances into layer l. */
  wanted(pair: PhasePair, l: number, rate: number): WantedChanges {
    return outerProduct(localContrast(this.parameters, pair, l), rate);
  }
}

/** What the two phases tell the conductances into layer l. */
function localContrast({ network }: LayeredParameters, pair: PhasePair, l: number): LocalContrast {
  const { batch } = pair;
  const after = differenceAndMean(pair.first[l], pair.second[l]);
  const factor = 1 / (batch * pair.betaSpan);
  if (l > 0) {
    const before = differenceAndMean(pair.first[l - 1], pair.second[l - 1]);
    return {
      batch,
      factor,
      deltaBefore: before.difference,
      meanBefore: before.mean,
      deltaAfter: after.difference,
      meanAfter: after.mean,
    };
  }
  const signals = network.inputs;
  const sources = new Float64Array(batch * 2 * signals);
  for (let s = 0; s < batch; s++) {
    for (let i = 0; i < signals; i++) {
      const v = network.inputGain * pair.inputs[s * signals + i];
      sources[2 * s * signals + i] = v;
      sources[(2 * s + 1) * signals + i] = -v;
    }
  }
  return { batch, factor, meanBefore: sources, deltaAfter: after.difference, meanAfter: after.mean };
}

function differenceAndMean(
  first: Float64Array,
  second: Float64Array,
): { difference: Float64Array; mean: Float64Array } {
  return {
    difference: second.map((v, e) => v - first[e]),
    mean: second.map((v, e) => 0.5 * (v + first[e])),
  };
}
