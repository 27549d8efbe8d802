import { type BoardDrive, type BoardParts, type BoardUse, potsInUse } from '../../../devices/boards/index.js';
import type { Circuit } from '../circuits.js';
import { Sensitivities } from '../sensitivities.js';
import type { PartPlaces } from '../unknowns.js';
import { type KnownParts, potDeviation } from './part-spread.js';

/** A number of a board's parts that may differ from what is known of it. */
export interface Deviation {
  readonly of: 'chip' | 'pot' | 'source' | 'switch' | 'nudge' | 'load' | 'node' | 'diode' | 'board';
  readonly index: number;
  /** Which number of it may be wrong by far more than its tolerance. */
  readonly what?: 'resistance' | 'offset' | 'gain';
  /** One standard deviation. */
  readonly sigma: number;
}

/** What nodes read, and how that changes with every deviation. */
export interface Linearised {
  /** [drives × nodes in use], V */
  readonly readings_V: Float64Array;
  /** One a deviation, [drives × nodes in use]. */
  readonly slopes: readonly Float64Array[];
}

/** Standard deviations of a part that may be anything. */
const anything = { resistance: 1.5, offset: 0.1, gain: 0.5 } as const;
/** Further than this many σ the circuit is not followed: something is broken there, not off. */
const FURTHEST = 8;

/** A deviation as far as the circuit is followed. */
export function followed(x: number, { sigma }: Deviation): number {
  return Math.max(-FURTHEST * sigma, Math.min(FURTHEST * sigma, x));
}

/** A board of parts that are known within limits, at given taps and drives: what its nodes read by node equations. */
export class DrivenBoard {
  readonly deviations: readonly Deviation[];
  /** Readings: drives × nodes in use. */
  readonly size: number;
  readonly nodes: number;
  private readonly pots: readonly number[];
  private readonly circuit: Circuit;
  private readonly partPlaces: PartPlaces;
  private readonly places = new Map<string, number>();

  constructor(
    private readonly known: KnownParts,
    private readonly use: BoardUse,
    private readonly taps: ArrayLike<number>,
    private readonly drives: readonly BoardDrive[],
    private readonly freed?: Pick<Deviation, 'of' | 'index'>,
  ) {
    const { profile } = known.parts;
    this.nodes = profile.hidden + use.outputs;
    this.size = drives.length * this.nodes;
    this.pots = potsInUse(profile, use);
    this.circuit = { closed: this.pots, taps: Uint8Array.from(taps), drives };
    this.deviations = this.listed();
    this.partPlaces = this.placesOfParts();
  }

  /** Readings alone where parts deviate by `x`, [drives × nodes in use], V. */
  readings(x: ArrayLike<number>): Float64Array {
    const { nodes } = this;
    const all = this.modelAt(x).readings(this.circuit);
    const every = all.length / this.drives.length;
    return Float64Array.from(
      { length: this.size },
      (_, i) => all[Math.floor(i / nodes) * every + (i % nodes)],
    );
  }

  /** Readings and slopes where parts deviate by `x`. */
  at(x: ArrayLike<number>): Linearised {
    const { nodes, size, deviations } = this;
    const { profile } = this.known.parts;
    const slopes = deviations.map(() => new Float64Array(size));
    const readings_V = new Float64Array(size);
    const commonOffset = this.place('board', 2);
    /** The chip of each deviation that is a pot's. */
    const chips = deviations.map(({ of, index }) =>
      of === 'pot' ? this.place('chip', Math.floor(index / profile.potsPerChip)) : -1,
    );
    this.modelAt(x).each(this.circuit, (drive, node, reading_V, places, own, length) => {
      if (node >= nodes) return;
      const at = drive * nodes + node;
      readings_V[at] = reading_V;
      for (let i = 0; i < length; i++) {
        slopes[places[i]][at] += own[i];
        const chip = chips[places[i]];
        if (chip >= 0) slopes[chip][at] += own[i];
      }
      slopes[commonOffset][at] = 1;
    });
    return { readings_V, slopes: slopes.map((slope, p) => this.perDeviation(slope, p, x)) };
  }

  private modelAt(x: ArrayLike<number>): Sensitivities {
    return new Sensitivities(this.partPlaces, this.partsAt(this.valuesOf(x)), (pot) =>
      this.place('pot', pot),
    );
  }

  /** Slopes by a load in siemens become those by its logarithm. */
  private perDeviation(slope: Float64Array, p: number, x: ArrayLike<number>): Float64Array {
    const { of, index } = this.deviations[p];
    if (of !== 'load') return slope;
    const load_S = this.partsAt(this.valuesOf(x)).nudgeLoad_S[index];
    return slope.map((v) => v * load_S);
  }

  /** Where the numbers of parts stand among the deviations. */
  private placesOfParts(): PartPlaces {
    const { profile, diodes, sources, nudges, leakage_A } = this.known.parts;
    const place = (of: Deviation['of'], index: number) => this.place(of, index);
    let diode = 0;
    return {
      profile,
      size: this.deviations.length,
      sources: sources.map((_, s) => ({
        offset: place('source', 3 * s),
        gain: place('source', 3 * s + 1),
        bow: place('source', 3 * s + 2),
      })),
      switches: sources.map((_, s) => place('switch', s)),
      nudges: nudges.map((_, k) => ({ offset: place('nudge', 2 * k), gain: -1, bow: -1 })),
      nudgeConductance: nudges.map((_, k) => place('nudge', 2 * k + 1)),
      nudgeLoad: nudges.map((_, k) => place('load', k)),
      diodes: diodes.map((group) => group.map(() => ({ lnIS: place('diode', diode++), N: -1, RS: -1 }))),
      leakage: leakage_A.map((_, n) => place('node', 2 * n + 1)),
      middle: place('board', 0),
      readers: leakage_A.map((_, n) => ({ offset: place('node', 2 * n), gain: place('board', 1), bow: -1 })),
    };
  }

  private place(of: Deviation['of'], index: number): number {
    return this.places.get(`${of} ${index}`) ?? -1;
  }

  /** What deviates by how much, as far as the circuit is followed; 0 of what is not listed. */
  private valuesOf(x: ArrayLike<number>): (of: Deviation['of'], index: number) => number {
    return (of, index) => {
      const p = this.place(of, index);
      return p < 0 ? 0 : followed(x[p] ?? 0, this.deviations[p]);
    };
  }

  private partsAt(value: (of: Deviation['of'], index: number) => number): BoardParts {
    const { parts } = this.known;
    const { potsPerChip } = parts.profile;
    let diode = 0;
    return {
      ...parts,
      calibration: {
        name: parts.calibration.name,
        resistance_ohm: parts.calibration.resistance_ohm.map((table, e) => {
          const share = Math.exp(value('chip', Math.floor(e / potsPerChip)) + value('pot', e));
          return table.map((ohm) => ohm * share);
        }),
      },
      sources: parts.sources.map((c, s) => ({
        offset_V: c.offset_V + value('source', 3 * s),
        gain: c.gain + value('source', 3 * s + 1),
        bow_V: c.bow_V + value('source', 3 * s + 2),
      })),
      nudges: parts.nudges.map((c, k) => ({ ...c, offset_V: c.offset_V + value('nudge', 2 * k) })),
      sourceResistance_ohm: parts.sourceResistance_ohm.map((r, s) => r * Math.exp(value('switch', s))),
      nudgeConductance_S: parts.nudgeConductance_S.map((g, k) => g * Math.exp(value('nudge', 2 * k + 1))),
      // A resistor that injects is the one that loads.
      nudgeLoad_S: parts.nudgeLoad_S.map(
        (g, k) => g * Math.exp(parts.profile.nudgeLoads ? value('nudge', 2 * k + 1) : value('load', k)),
      ),
      diodes: parts.diodes.map((group) =>
        group.map((d) => ({ ...d, IS: d.IS * Math.exp(value('diode', diode++)) })),
      ),
      leakage_A: parts.leakage_A.map((a, n) => a + value('node', 2 * n + 1)),
      middle_V: parts.middle_V + value('board', 0),
      readers: parts.readers.map((c, n) => ({
        ...c,
        gain: c.gain + value('board', 1),
        offset_V: c.offset_V + value('board', 2) + value('node', 2 * n),
      })),
    };
  }

  private listed(): Deviation[] {
    const { known, taps, use } = this;
    const { parts, spread } = known;
    const { profile } = parts;
    const list: Deviation[] = [];
    const { freed } = this;
    const add = (deviation: Deviation) => {
      const { of, index, what = 'offset' } = deviation;
      this.places.set(`${of} ${index}`, list.length);
      const isMasked = of === 'pot' && known.masked?.has(index) === true;
      const isFreed = isMasked || (freed?.of === of && freed.index === index);
      list.push(isFreed ? { ...deviation, sigma: anything[what] } : deviation);
    };
    for (const e of this.pots) {
      add({ of: 'pot', index: e, what: 'resistance', sigma: potDeviation(profile, spread, taps[e]) });
      const chip = Math.floor(e / profile.potsPerChip);
      if (this.place('chip', chip) < 0) add({ of: 'chip', index: chip, sigma: spread.chip });
    }
    for (let s = 0; s < profile.sources; s++) {
      add({ of: 'source', index: 3 * s, what: 'offset', sigma: spread.sourceOffset_V });
      add({ of: 'source', index: 3 * s + 1, what: 'gain', sigma: spread.sourceGain });
      add({ of: 'source', index: 3 * s + 2, sigma: spread.sourceBow_V });
      if (parts.sourceResistance_ohm[s] > 0) add({ of: 'switch', index: s, sigma: spread.switch });
    }
    for (let k = 0; k < profile.outputs; k++) {
      add({ of: 'nudge', index: 2 * k, what: 'offset', sigma: spread.nudgeOffset_V });
      add({ of: 'nudge', index: 2 * k + 1, sigma: spread.nudge });
      if (!profile.nudgeLoads && parts.nudgeLoad_S[k] > 0) add({ of: 'load', index: k, sigma: spread.load });
    }
    const diodes = parts.diodes.flat().length;
    for (let d = 0; d < diodes; d++) add({ of: 'diode', index: d, sigma: spread.diode });
    for (let n = 0; n < profile.hidden + use.outputs; n++) {
      const sigma = spread.reader_steps * profile.reader.step_V;
      add({ of: 'node', index: 2 * n, what: 'offset', sigma });
      add({ of: 'node', index: 2 * n + 1, sigma: spread.leakage_A });
    }
    add({ of: 'board', index: 0, sigma: spread.middle_V });
    add({ of: 'board', index: 1, sigma: spread.readerGain });
    add({ of: 'board', index: 2, sigma: spread.readerOffset_V });
    return list;
  }
}
