import {
  type BoardParts,
  type BoardProfile,
  nominalParts,
  nominalResistance_ohm,
} from '../../devices/boards/index.js';
import type { Parameter } from '../estimates/index.js';

/** A number of a board's parts that is to be found. Its prior is what data sheets say of it. */
export interface Unknown extends Parameter {
  /** Value of the data sheet, and one standard deviation of parts around it. */
  readonly prior: { readonly value: number; readonly sigma: number };
}

/** Where the numbers of a converter stand among the unknowns, −1 where one is not sought. */
export interface ConverterPlace {
  readonly gain: number;
  readonly offset: number;
  readonly bow: number;
}

/** Where those of a diode do: ln of its saturation current, emission coefficient, series resistance. */
export interface DiodePlace {
  readonly lnIS: number;
  readonly N: number;
  readonly RS: number;
}

/** Taps at which every pot is sought together with all other parts: evenly in the logarithm of its resistance. */
function anchorTaps(profile: BoardProfile, count = 5): number[] {
  const { tapMin, tapMax } = profile;
  const [low, high] = [tapMin, tapMax].map((tap) => nominalResistance_ohm(profile, tap));
  return Array.from({ length: count }, (_, i) => {
    const wanted_ohm = low * (high / low) ** (i / (count - 1));
    let tap = tapMin;
    while (tap < tapMax && nominalResistance_ohm(profile, tap) < wanted_ohm) tap++;
    return tap;
  });
}

/**
 * All parts of a board that its own readings can tell of, as one vector, with what data sheets say of each. Potentials are those
 * above the point to which the diodes return; the mean gain of the sources is 1 and the mean conductance of the nudges as
 * the data sheet has it: nothing on the line says how long a volt or a siemens is, only ratios to these.
 */
export class Unknowns {
  readonly list: Unknown[] = [];
  readonly anchors: readonly number[];
  readonly sources: readonly ConverterPlace[];
  /** ln(resistance / nominal) of the switch before each source. */
  readonly switches: readonly number[];
  readonly nudges: readonly ConverterPlace[];
  /** ln(conductance / nominal) of what a volt of each nudge injects. */
  readonly nudgeConductance: readonly number[];
  /** What each nudge loads its output with, S; −1 where that is its conductance. */
  readonly nudgeLoad: readonly number[];
  /** Of every hidden node. */
  readonly diodes: readonly (readonly DiodePlace[])[];
  /** Into every node, A. */
  readonly leakage: readonly number[];
  /** The middle potential that the diodes return to, V: all others are those above it. */
  readonly middle: number;
  /** Of every node. */
  readonly readers: readonly ConverterPlace[];
  /** Pots come last. */
  readonly firstPot: number;
  private readonly pots = new Map<number, number>();
  private readonly nominal: BoardParts;

  constructor(readonly profile: BoardProfile) {
    const nominal = nominalParts(profile);
    this.nominal = nominal;
    this.anchors = anchorTaps(profile);
    const { step_V } = profile.reader;
    const numbers = (name: string, gain: number, offset_V: number, bow_V: number): ConverterPlace => ({
      gain: gain > 0 ? this.add(`${name} gain`, 1, gain, 0.2) : -1,
      offset: this.add(`${name} offset`, 0, offset_V, 0.5),
      bow: bow_V > 0 ? this.add(`${name} bow`, 0, bow_V, 0.1) : -1,
    });
    this.sources = nominal.sources.map((_, s) => {
      const isBias = s >= profile.sources - 2;
      // A rail stands at one potential and a switch at two: what a converter does between is not to be seen.
      return numbers(`source ${s}`, isBias ? 0 : 5e-3, 5e-3, profile.binaryInputs || isBias ? 0 : 1.5e-3);
    });
    this.switches = nominal.sourceResistance_ohm.map((r, s) =>
      r > 0 ? this.add(`switch ${s}`, 0, 0.4, 2.3) : -1,
    );
    this.nudges = nominal.nudges.map((_, k) =>
      // Gain and conductance of a pump are one number.
      profile.nudgeLoads ? numbers(`nudge ${k}`, 5e-3, 5e-3, 1.5e-3) : numbers(`nudge ${k}`, 0, 5e-3, 0),
    );
    this.nudgeConductance = nominal.nudges.map((_, k) => this.add(`conductance of nudge ${k}`, 0, 0.02, 1));
    this.nudgeLoad = nominal.nudgeLoad_S.map((load_S, k) =>
      profile.nudgeLoads ? -1 : this.add(`load of nudge ${k}`, load_S, 0.05 * load_S + 5e-7, load_S + 2e-5),
    );
    this.diodes = nominal.diodes.map((group, j) =>
      group.map(({ IS, N, RS }, d) => ({
        lnIS: this.add(`diode ${j}.${d} ln IS`, Math.log(IS), 1, 5),
        N: this.add(`diode ${j}.${d} N`, N, 0.03, 0.3),
        RS: this.add(`diode ${j}.${d} RS`, RS, 0.3 * RS + 1, RS),
      })),
    );
    this.leakage = nominal.leakage_A.map((_, n) => this.add(`leakage ${n}`, 0, 5e-8, 1e-5));
    this.middle = -1;
    this.readers = nominal.readers.map((_, n) => numbers(`reader ${n}`, 0.05, 0.03, 2 * step_V + 1e-3));
    this.firstPot = this.list.length;
    for (let e = 0; e < profile.pots; e++) {
      for (const tap of this.anchors)
        this.pots.set(256 * e + tap, this.add(`pot ${e} at ${tap}`, 0, 0.4, 1.5));
    }
  }

  /** Numbers in all. */
  get size(): number {
    return this.list.length;
  }

  /** Place of ln(resistance / nominal) of a pot at a tap; −1 where that is no anchor. */
  pot(pot: number, tap: number): number {
    return this.pots.get(256 * pot + tap) ?? -1;
  }

  /** What data sheets say. */
  start(): Float64Array {
    return Float64Array.from(this.list, ({ prior }) => prior.value);
  }

  /** A board of these parts; between anchors its pots go along straight lines. */
  parts(x: ArrayLike<number>): BoardParts {
    const { nominal, profile } = this;
    const converter = ({ gain, offset, bow }: ConverterPlace) => ({
      gain: gain < 0 ? 1 : x[gain],
      offset_V: offset < 0 ? 0 : x[offset],
      bow_V: bow < 0 ? 0 : x[bow],
    });
    const nudgeConductance_S = this.nudgeConductance.map(
      (at) => profile.nudgeConductance_S * Math.exp(x[at]),
    );
    return {
      ...nominal,
      name: 'calibrated',
      calibration: {
        name: 'calibrated',
        resistance_ohm: Array.from({ length: profile.pots }, (_, e) => this.table(x, e)),
      },
      sources: this.sources.map(converter),
      sourceResistance_ohm: this.switches.map((at) => (at < 0 ? 0 : profile.switch_ohm * Math.exp(x[at]))),
      nudges: this.nudges.map(converter),
      nudgeConductance_S,
      nudgeLoad_S: this.nudgeLoad.map((at, k) => (at < 0 ? nudgeConductance_S[k] : x[at])),
      diodes: this.diodes.map((group, j) =>
        group.map((place, d) => ({
          ...nominal.diodes[j][d],
          IS: Math.exp(x[place.lnIS]),
          N: x[place.N],
          RS: x[place.RS],
        })),
      ),
      leakage_A: this.leakage.map((at) => x[at]),
      readers: this.readers.map(converter),
    };
  }

  /** @param half a search goes so far either way of the data sheet */
  private add(name: string, value: number, sigma: number, half: number): number {
    this.list.push({
      name,
      low: value - half,
      high: value + half,
      zeroCounts: true,
      prior: { value, sigma },
    });
    return this.list.length - 1;
  }

  /** [257], Ω: ln(resistance / nominal) from anchor to anchor. */
  private table(x: ArrayLike<number>, e: number): Float64Array {
    const { anchors, profile } = this;
    const table = new Float64Array(257);
    const share = anchors.map((tap) => x[this.pot(e, tap)]);
    let i = 0;
    for (let tap = 0; tap <= 256; tap++) {
      while (i < anchors.length - 2 && tap > anchors[i + 1]) i++;
      const along = Math.max(0, Math.min(1, (tap - anchors[i]) / (anchors[i + 1] - anchors[i])));
      const ln = share[i] + (share[i + 1] - share[i]) * along;
      table[tap] = nominalResistance_ohm(profile, tap) * Math.exp(ln);
    }
    return table;
  }
}

/** Where numbers of a board's parts stand among those that are sought, −1 where one is not. Pots: the caller's. */
export type PartPlaces = Pick<
  Unknowns,
  | 'profile'
  | 'size'
  | 'sources'
  | 'switches'
  | 'nudges'
  | 'nudgeConductance'
  | 'nudgeLoad'
  | 'diodes'
  | 'leakage'
  | 'middle'
  | 'readers'
>;
