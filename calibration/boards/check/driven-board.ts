import {
  askedSources_V,
  type BoardDrive,
  type BoardParts,
  type BoardUse,
  type ConverterParts,
  converted_V,
  drivenSources_V,
  potsInUse,
} from '../../../devices/boards/index.js';
import { SolvedBoard } from '../../../solver/board/index.js';
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

/** Steps by which slopes are found that no current tells; the circuit answers in proportion to them. */
const perturbation = { lnIS: 1e-3, middle_V: 1e-4 };
/** Standard deviations of a part that may be anything. */
const anything = { resistance: 1.5, offset: 0.1, gain: 0.5 } as const;
/** Further than this many σ the circuit is not followed: something is broken there, not off. */
const FURTHEST = 8;

/** A board of parts that are known within limits, at given taps and drives: what its nodes read by node equations. */
export class DrivenBoard {
  readonly deviations: readonly Deviation[];
  /** Readings: drives × nodes in use. */
  readonly size: number;
  readonly nodes: number;
  private readonly pots: readonly number[];

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
    this.deviations = this.listed();
  }

  /** Readings alone where parts deviate by `x`, [drives × nodes in use], V. */
  readings(x: ArrayLike<number>): Float64Array {
    const { nodes } = this;
    const { profile } = this.known.parts;
    const value = this.valuesOf(x);
    const parts = this.partsAt(value);
    const solved = new SolvedBoard(parts);
    const resistance_ohm = this.resistancesAt(value);
    const node_V = new Float64Array(profile.hidden + profile.outputs);
    const readings_V = new Float64Array(this.size);
    for (const [d, drive] of this.drives.entries()) {
      solved.solve(resistance_ohm, drivenSources_V(parts, askedSources_V(profile, drive)), node_V);
      for (let n = 0; n < nodes; n++) {
        readings_V[d * nodes + n] = converted_V(parts.readers[n], node_V[n], profile.middle_V);
      }
    }
    return readings_V;
  }

  /** Readings and slopes where parts deviate by `x`. */
  at(x: ArrayLike<number>): Linearised {
    const { drives, nodes, size, deviations } = this;
    const { profile } = this.known.parts;
    const value = this.valuesOf(x);
    const slopes = deviations.map(() => new Float64Array(size));
    const readings_V = new Float64Array(size);
    const parts = this.partsAt(value);
    const all = profile.hidden + profile.outputs;
    const shifted = (changed: Partial<BoardParts>) => new SolvedBoard({ ...parts, ...changed });
    const base = new SolvedBoard(parts);
    const diodes = deviations.flatMap(({ of, index }, p) => (of === 'diode' ? [{ p, index }] : []));
    const stronger = diodes.map(({ index }) => {
      let at = 0;
      return shifted({
        diodes: parts.diodes.map((group) =>
          group.map((d) => (at++ === index ? { ...d, IS: d.IS * Math.exp(perturbation.lnIS) } : d)),
        ),
      });
    });
    const raised = shifted({ middle_V: parts.middle_V + perturbation.middle_V });

    const resistance_ohm = this.resistancesAt(value);
    const reader = (n: number): ConverterParts => parts.readers[n];
    const node_V = new Float64Array(all);
    const other_V = new Float64Array(all);
    for (const [d, drive] of drives.entries()) {
      const asked = askedSources_V(profile, drive);
      const source_V = drivenSources_V(parts, asked);
      base.solve(resistance_ohm, source_V, node_V);
      const change = (solved: SolvedBoard, by: number) => {
        solved.solve(resistance_ohm, source_V, other_V);
        return Float64Array.from(other_V, (v, n) => (v - node_V[n]) / by);
      };
      /** What a current into a node, or into the inner side of a switch, does to all nodes, Ω. */
      const responses = base.responses();
      const fed_ohm = (n: number, unknown: number) =>
        unknown < 0 ? 0 : responses[n * base.unknowns + unknown];
      const at = d * nodes;
      for (let n = 0; n < nodes; n++) {
        readings_V[at + n] = converted_V(reader(n), node_V[n], profile.middle_V);
      }
      const put = (p: number, by: (n: number) => number) => {
        for (let n = 0; n < nodes; n++) slopes[p][at + n] += by(n) * reader(n).gain;
      };
      for (const [p, { of, index }] of deviations.entries()) {
        if (of === 'pot') {
          // More resistance: less current from one terminal into the other.
          const [a, b] = [base.terminal(profile.from(index)), base.terminal(profile.to(index))];
          const current_A = (a.at_V - b.at_V) / resistance_ohm[index];
          const own = (n: number) => current_A * (fed_ohm(n, a.unknown) - fed_ohm(n, b.unknown));
          put(p, own);
          put(this.place('chip', Math.floor(index / profile.potsPerChip)), own);
        }
      }
      for (let s = 0; s < profile.sources; s++) {
        const { unknown, at_V } = base.terminal(s);
        const switch_ohm = parts.sourceResistance_ohm[s];
        const own = (n: number) =>
          unknown >= 0
            ? fed_ohm(n, unknown) / switch_ohm
            : this.pots.reduce(
                (sum, e) =>
                  profile.from(e) === s
                    ? sum + fed_ohm(n, profile.to(e) - profile.sources) / resistance_ohm[e]
                    : sum,
                0,
              );
        const at0 = this.place('source', 3 * s);
        const answer = Float64Array.from({ length: nodes }, (_, n) => own(n));
        put(at0, (n) => answer[n]);
        put(at0 + 1, (n) => answer[n] * asked[s]);
        put(at0 + 2, (n) => answer[n] * (1 - (asked[s] / profile.middle_V) ** 2));
        // More resistance at the same current: so much less behind it.
        if (unknown >= 0) put(this.place('switch', s), (n) => answer[n] * (at_V - source_V[s]));
      }
      for (let k = 0; k < profile.outputs; k++) {
        const at0 = this.place('nudge', 2 * k);
        const g = parts.nudgeConductance_S[k];
        const into = profile.hidden + k;
        const loaded_A = parts.nudgeLoad_S[k] * node_V[into];
        const through_A = g * source_V[profile.sources + k] - (profile.nudgeLoads ? loaded_A : 0);
        put(at0, (n) => fed_ohm(n, into) * g);
        put(at0 + 1, (n) => fed_ohm(n, into) * through_A);
        const load = this.place('load', k);
        if (load >= 0) put(load, (n) => -fed_ohm(n, into) * loaded_A);
      }
      for (const [i, { p }] of diodes.entries()) {
        const by = change(stronger[i], perturbation.lnIS);
        put(p, (n) => by[n]);
      }
      const board = this.place('board', 0);
      const middle = change(raised, perturbation.middle_V);
      put(board, (n) => middle[n]);
      for (let n = 0; n < nodes; n++) {
        slopes[board + 1][at + n] = node_V[n];
        slopes[board + 2][at + n] = 1;
        slopes[this.place('node', 2 * n)][at + n] = 1;
      }
      for (let n = 0; n < nodes; n++) put(this.place('node', 2 * n + 1), (m) => fed_ohm(m, n));
    }
    return { readings_V, slopes };
  }

  private resistancesAt(value: (of: Deviation['of'], index: number) => number): Float64Array {
    const { profile, calibration } = this.known.parts;
    const resistance_ohm = new Float64Array(profile.pots).fill(Number.POSITIVE_INFINITY);
    for (const e of this.pots) {
      const chip = value('chip', Math.floor(e / profile.potsPerChip));
      resistance_ohm[e] = calibration.resistance_ohm[e][this.taps[e]] * Math.exp(chip + value('pot', e));
    }
    return resistance_ohm;
  }

  private readonly places = new Map<string, number>();

  private place(of: Deviation['of'], index: number): number {
    return this.places.get(`${of} ${index}`) ?? -1;
  }

  /** What deviates by how much, at most `FURTHEST` σ; 0 of what is not listed. */
  private valuesOf(x: ArrayLike<number>): (of: Deviation['of'], index: number) => number {
    return (of, index) => {
      const p = this.place(of, index);
      if (p < 0) return 0;
      const most = FURTHEST * this.deviations[p].sigma;
      return Math.max(-most, Math.min(most, x[p] ?? 0));
    };
  }

  private partsAt(value: (of: Deviation['of'], index: number) => number): BoardParts {
    const { parts } = this.known;
    let diode = 0;
    return {
      ...parts,
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
