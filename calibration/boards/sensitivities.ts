import {
  askedSources_V,
  type BoardParts,
  type ConverterParts,
  converted_V,
  drivenSources_V,
} from '../../devices/boards/index.js';
import { DiodeWithResistance, SolvedBoard } from '../../solver/board/index.js';
import { type Circuit, reachedNodes } from './circuits.js';
import type { ConverterPlace, PartPlaces } from './unknowns.js';

/** Hears of one reading, V: what it should be, and how it changes with parts (their places and slopes, the first `length` of each). */
export type ReadingListener = (
  drive: number,
  node: number,
  reading_V: number,
  places: Int32Array,
  slopes: Float64Array,
  length: number,
) => void;

/** Where slopes of a pot's ln resistance go, at the tap at which it stands; −1 where it is not sought. */
export type PotPlace = (pot: number, tap: number) => number;

/** Perturbations for slopes of diode currents. */
const diodeSteps = { lnIS: 1e-4, N: 1e-5, RS: 1e-3 };

/**
 * Readings of circuits on a board of given parts, each with its slope by every part that is sought: the circuit is solved once, and answers
 * of the operating point to small currents give all slopes (adjoint of the node equations, which are symmetric).
 */
export class Sensitivities {
  private readonly circuit: SolvedBoard;
  private readonly resistance_ohm: Float64Array;
  private readonly source_V: Float64Array;
  private readonly node_V: Float64Array;
  private readonly places: Int32Array;
  private readonly slopes: Float64Array;
  private readonly altered: readonly {
    node: number;
    polarity: number;
    of: DiodeWithResistance;
    by: readonly Altered[];
  }[];

  constructor(
    private readonly unknowns: PartPlaces,
    private readonly parts: BoardParts,
    private readonly potPlace: PotPlace,
  ) {
    const { profile } = unknowns;
    this.circuit = new SolvedBoard(parts);
    this.resistance_ohm = new Float64Array(profile.pots);
    this.source_V = new Float64Array(this.circuit.sources);
    this.node_V = new Float64Array(this.circuit.nodes);
    this.places = new Int32Array(unknowns.size + profile.pots);
    this.slopes = new Float64Array(unknowns.size + profile.pots);
    this.altered = unknowns.diodes.flatMap((group, j) =>
      group.map((place, d) => {
        const own = parts.diodes[j][d];
        const one = (at: number, step: number, changed: Partial<typeof own>): Altered => ({
          at,
          step,
          model: new DiodeWithResistance({ ...own, ...changed }),
        });
        return {
          node: j,
          polarity: profile.diodes(j)[d],
          of: new DiodeWithResistance(own),
          by: [
            one(place.lnIS, diodeSteps.lnIS, { IS: own.IS * Math.exp(diodeSteps.lnIS) }),
            one(place.N, diodeSteps.N, { N: own.N + diodeSteps.N }),
            one(place.RS, diodeSteps.RS, { RS: own.RS + diodeSteps.RS }),
          ].filter(({ at }) => at >= 0),
        };
      }),
    );
  }

  /** What the nodes of a circuit read under each of its drives, V; what nothing fixes reads NaN. [drives × nodes] */
  readings(circuit: Circuit): Float64Array {
    const { nodes } = this.circuit;
    const out = new Float64Array(circuit.drives.length * nodes).fill(Number.NaN);
    const reached = this.reached(circuit);
    for (const [d, drive] of circuit.drives.entries()) {
      this.solve(circuit, drive);
      for (let n = 0; n < nodes; n++) {
        if (reached[n]) out[d * nodes + n] = this.read(this.parts.readers[n], this.node_V[n]);
      }
    }
    return out;
  }

  /** The same with slopes, one reading after the other. */
  each(circuit: Circuit, listener: ReadingListener): void {
    const { unknowns, places, slopes, parts } = this;
    const { profile } = unknowns;
    const { nodes, unknowns: size } = this.circuit;
    const reached = this.reached(circuit);
    for (const [d, drive] of circuit.drives.entries()) {
      const asked = this.solve(circuit, drive);
      const answers = this.circuit.responses();
      const diodeSlopes = this.diodeSlopes();
      for (let n = 0; n < nodes; n++) {
        if (!reached[n]) continue;
        const answer = answers.subarray(n * size, (n + 1) * size);
        const v = this.node_V[n];
        const reader = parts.readers[n];
        const seen = reader.gain - (2 * reader.bow_V * v) / profile.middle_V ** 2;
        let length = 0;
        const add = (at: number, slope: number) => {
          if (at < 0 || slope === 0) return;
          places[length] = at;
          slopes[length++] = slope;
        };
        const addConverter = (place: ConverterPlace, value: number, by: number) => {
          add(place.gain, by * value);
          add(place.offset, by);
          add(place.bow, by * (1 - (value / profile.middle_V) ** 2));
        };
        addConverter(unknowns.readers[n], v, 1);
        this.addPots(circuit, answer, seen, asked, add, addConverter);
        this.addNudges(asked, answer, seen, add, addConverter);
        for (const { node, at, slope_A } of diodeSlopes) add(at, -seen * answer[node] * slope_A);
        for (let i = 0; i < nodes; i++) add(unknowns.leakage[i], seen * answer[i]);
        listener(d, n, this.read(reader, v), places, slopes, length);
      }
    }
  }

  private addPots(
    { closed, taps }: Circuit,
    answer: Float64Array,
    seen: number,
    asked: Float64Array,
    add: (at: number, slope: number) => void,
    addConverter: (place: ConverterPlace, value: number, by: number) => void,
  ): void {
    const { unknowns, parts, resistance_ohm, circuit } = this;
    const { profile } = unknowns;
    const into = new Float64Array(profile.sources);
    for (const e of closed) {
      const [a, b] = [circuit.terminal(profile.from(e)), circuit.terminal(profile.to(e))];
      const g = 1 / resistance_ohm[e];
      const far = a.unknown < 0 ? 0 : answer[a.unknown];
      add(this.potPlace(e, taps[e]), seen * g * (a.at_V - b.at_V) * (far - answer[b.unknown]));
      if (a.unknown < 0) into[profile.from(e)] += g * answer[b.unknown];
    }
    for (let s = 0; s < profile.sources; s++) {
      const ohm = parts.sourceResistance_ohm[s];
      if (ohm > 0) {
        const { unknown, at_V } = circuit.terminal(s);
        into[s] = answer[unknown] / ohm;
        add(unknowns.switches[s], -seen * into[s] * (this.source_V[s] - at_V));
      }
      if (into[s] !== 0) addConverter(unknowns.sources[s], asked[s], seen * into[s]);
    }
  }

  private addNudges(
    asked: Float64Array,
    answer: Float64Array,
    seen: number,
    add: (at: number, slope: number) => void,
    addConverter: (place: ConverterPlace, value: number, by: number) => void,
  ): void {
    const { unknowns, parts, source_V, node_V } = this;
    const { profile } = unknowns;
    for (let k = 0; k < profile.outputs; k++) {
      const g = parts.nudgeConductance_S[k];
      const there = seen * answer[profile.hidden + k];
      const load = unknowns.nudgeLoad[k];
      const v = node_V[profile.hidden + k];
      addConverter(unknowns.nudges[k], asked[profile.sources + k], g * there);
      add(
        unknowns.nudgeConductance[k],
        there * g * (source_V[profile.sources + k] - (profile.nudgeLoads ? v : 0)),
      );
      add(load, -there * v);
    }
  }

  /** Slopes of each diode's current out of its node by its numbers and by the middle potential that it returns to. */
  private diodeSlopes(): { node: number; at: number; slope_A: number }[] {
    return this.altered.flatMap(({ node, polarity, of, by }) => {
      const across_V = polarity * (this.node_V[node] - this.parts.middle_V);
      of.evaluate(across_V);
      const numbers = by.map(({ at, step, model }) => {
        model.evaluate(across_V);
        return { node, at, slope_A: (polarity * (model.current_A - of.current_A)) / step };
      });
      return [...numbers, { node, at: this.unknowns.middle, slope_A: -of.conductance_S }];
    });
  }

  private reached({ closed }: Circuit): boolean[] {
    return reachedNodes(this.unknowns.profile, closed, this.parts.nudgeLoad_S[0] > 1e-6);
  }

  /** Settles a circuit under a drive. Returns what was asked of sources and nudges, V. */
  private solve({ closed, taps }: Circuit, drive: Circuit['drives'][number]): Float64Array {
    const { resistance_ohm, source_V, node_V, parts } = this;
    resistance_ohm.fill(Number.POSITIVE_INFINITY);
    for (const e of closed) resistance_ohm[e] = parts.calibration.resistance_ohm[e][taps[e]];
    const asked_V = askedSources_V(parts.profile, drive);
    source_V.set(drivenSources_V(parts, asked_V));
    this.circuit.solve(resistance_ohm, source_V, node_V);
    return asked_V;
  }

  private read(reader: ConverterParts, v: number): number {
    return converted_V(reader, v, this.unknowns.profile.middle_V);
  }
}

interface Altered {
  readonly at: number;
  readonly step: number;
  readonly model: DiodeWithResistance;
}
