import { eventLoopTurn, RandomStream } from '../../core/index.js';
import type { BoardParts, BoardProfile } from '../../devices/boards/index.js';
import { invertPositive } from '../estimates/index.js';
import type { Circuit, CircuitBench, Observation } from './circuits.js';
import type { Identified } from './identify.js';
import { type Weighing, WeighingCircuits } from './ladder-circuits.js';
import { groupsOf, isClimbed, stretchesOf, WEIGHINGS, weighings } from './ladder-plan.js';
import { Sensitivities } from './sensitivities.js';
import { smoothTaps } from './smooth-taps.js';
import type { Unknowns } from './unknowns.js';

/** Circuits that are thought of for each stretch of taps, and alterations of the best of them; a quarter of these where few taps are measured. */
const DRAWN = 24;
const ALTERED = 60;
const GAUSS_NEWTON = 3;

/** Resistance of every pot at every tap, with how well it is known. */
export interface PotTables {
  /** [pots][257], Ω; taps outside the stops go along with the nearest. */
  readonly resistance_ohm: readonly Float64Array[];
  /** [pots][257]: one standard deviation, relative, beside what all pots have in common. */
  readonly sigma: readonly Float64Array[];
}

/**
 * Goes through all taps of every pot: pots from one terminal at once, each at a node of its own, against pots at anchors. Which
 * ones is chosen by what their readings tell. What is not known of the other parts weighs with its whole covariance.
 * @param joint all other parts; the tables of its pots are filled in @param noise_V of one reading
 * @param every of how many taps one is measured
 * @param once each of them in one circuit
 */
export async function climbLadder(
  bench: CircuitBench,
  unknowns: Unknowns,
  joint: Identified,
  noise_V: number,
  seed: number,
  every = 1,
  once = every > 1,
): Promise<PotTables> {
  const { profile, anchors } = unknowns;
  const circuits = new WeighingCircuits(profile, anchors, new RandomStream(seed, 'board-calibration/ladder'));
  const ladder = new Ladder(unknowns, joint, noise_V, every > 1 ? ALTERED >> 2 : ALTERED);
  for (let turn = 0; turn < (once ? 1 : WEIGHINGS.low); turn++) {
    for (const targets of groupsOf(profile)) {
      for (const stretch of stretchesOf(profile)) {
        const taps = stretch.filter(
          (tap) => isClimbed(unknowns, tap, every) && turn < weighings(profile, tap, once),
        );
        if (taps.length === 0) continue;
        await eventLoopTurn();
        const best = ladder.choose(circuits, targets, taps[taps.length >> 1]);
        for (const tap of taps) ladder.learn(targets, tap, await bench.observe(circuits.circuit(best, tap)));
      }
    }
  }
  return ladder.tables();
}

/** Readings of a circuit about pots that are weighed. */
interface Told {
  /** [readings × targets], V for a change of ln resistance. */
  readonly slopes: Float64Array;
  /** [readings × readings], 1 / (covariance of the readings where the targets are given). */
  readonly weight: Float64Array;
  readonly expected_V: Float64Array;
  /** Which entry of an observation each is. */
  readonly entries: readonly number[];
}

class Ladder {
  private readonly profile: BoardProfile;
  private readonly parts: BoardParts;
  private readonly sigma: Float64Array[];
  private readonly model: Sensitivities;
  private targets: readonly number[] = [];
  private targetTap = 0;

  constructor(
    private readonly unknowns: Unknowns,
    private readonly joint: Identified,
    private readonly noise_V: number,
    private readonly altered: number,
  ) {
    this.profile = unknowns.profile;
    this.parts = joint.parts;
    const known = relativeSigmas(unknowns, joint.covariance);
    this.sigma = Array.from({ length: this.profile.pots }, (_, e) => {
      const sigma = new Float64Array(257).fill(Number.NaN);
      for (const tap of unknowns.anchors) sigma[tap] = known[unknowns.pot(e, tap)];
      return sigma;
    });
    this.model = new Sensitivities(unknowns, this.parts, (pot, tap) => {
      const target = tap === this.targetTap ? this.targets.indexOf(pot) : -1;
      return target >= 0 ? unknowns.size + target : unknowns.pot(pot, tap);
    });
  }

  tables(): PotTables {
    const { tapMin, tapMax } = this.profile;
    const { resistance_ohm } = this.parts.calibration;
    for (const [e, sigma] of this.sigma.entries()) {
      const table = resistance_ohm[e];
      smoothTaps(this.profile, table, sigma);
      for (let tap = 0; tap <= 256; tap++) {
        const near = Math.max(tapMin, Math.min(tapMax, tap));
        if (near === tap) continue;
        table[tap] = table[near] + ((tap - near) * (table[tapMax] - table[tapMin])) / (tapMax - tapMin);
        sigma[tap] = sigma[near];
      }
    }
    return { resistance_ohm, sigma: this.sigma };
  }

  /** The circuit that tells most of these pots at a tap, of those thought of. */
  choose(circuits: WeighingCircuits, targets: readonly number[], tap: number): Weighing {
    this.look(targets, tap);
    const score = (weighing: Weighing) => {
      const information = this.informationOf(this.told(circuits.circuit(weighing, tap)));
      let sum = 0;
      for (let t = 0; t < targets.length; t++) sum += Math.log(information[t * targets.length + t] + 1);
      return sum;
    };
    let best = circuits.draw(targets);
    let most = score(best);
    for (let c = 1; c < DRAWN + this.altered; c++) {
      const other = c < DRAWN ? circuits.draw(targets) : circuits.altered(best);
      const told = score(other);
      if (!(told > most)) continue;
      best = other;
      most = told;
    }
    return best;
  }

  /** Takes the readings of a circuit in for the resistance of these pots at a tap: generalised least squares. */
  learn(targets: readonly number[], tap: number, observation: Observation): void {
    this.look(targets, tap);
    const { resistance_ohm } = this.parts.calibration;
    const m = targets.length;
    const known = targets.map((e) => ({ ohm: resistance_ohm[e][tap], sigma: this.sigma[e][tap] }));
    let told: Told | undefined;
    for (let pass = 0; pass < GAUSS_NEWTON; pass++) {
      told = this.told(observation, told);
      const information = this.informationOf(told);
      const pull = new Float64Array(m);
      // What another circuit told of it before.
      for (const [t, { ohm, sigma }] of known.entries()) {
        if (Number.isNaN(sigma)) continue;
        information[t * m + t] += 1 / sigma ** 2;
        pull[t] += Math.log(ohm / resistance_ohm[targets[t]][tap]) / sigma ** 2;
      }
      const inverse = invertPositive(information, m);
      if (inverse === undefined) return;
      const n = told.entries.length;
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < n; k++) {
          const off_V = observation.readings_V[told.entries[k]] - told.expected_V[k];
          for (let t = 0; t < m; t++) pull[t] += told.slopes[i * m + t] * told.weight[i * n + k] * off_V;
        }
      }
      for (const [t, e] of targets.entries()) {
        let step = 0;
        for (let u = 0; u < m; u++) step += inverse[t * m + u] * pull[u];
        resistance_ohm[e][tap] *= Math.exp(Math.max(-0.5, Math.min(0.5, step)));
        this.sigma[e][tap] = Math.sqrt(inverse[t * m + t]);
      }
    }
  }

  private look(targets: readonly number[], tap: number): void {
    this.targets = targets;
    this.targetTap = tap;
  }

  /** @param before the same a moment ago: its weights hold still */
  private told(circuit: Circuit, before?: Told): Told {
    const { unknowns, joint, noise_V, profile } = this;
    const { size } = unknowns;
    const m = this.targets.length;
    const nodes = profile.hidden + profile.outputs;
    const kept = before === undefined ? undefined : new Set(before.entries);
    const rows: { entry: number; expected_V: number; at: Int32Array; by: Float64Array; own: Float64Array }[] =
      [];
    this.model.each(circuit, (drive, node, expected_V, places, slopes, length) => {
      const own = new Float64Array(m);
      const at: number[] = [];
      const by: number[] = [];
      for (let i = 0; i < length; i++) {
        if (places[i] >= size) own[places[i] - size] += slopes[i];
        else {
          at.push(places[i]);
          by.push(slopes[i]);
        }
      }
      // A node that no target moves tells nothing of them.
      const entry = drive * nodes + node;
      if (kept === undefined ? own.every((slope) => Math.abs(slope) < 1e-6) : !kept.has(entry)) return;
      rows.push({ entry, expected_V, at: Int32Array.from(at), by: Float64Array.from(by), own });
    });
    const slopes = Float64Array.from(rows.flatMap(({ own }) => [...own]));
    const expected = Float64Array.from(rows, ({ expected_V }) => expected_V);
    if (before !== undefined) return { ...before, slopes, expected_V: expected };
    const n = rows.length;
    const covariance = new Float64Array(n * n);
    const carried = new Float64Array(size);
    for (let i = 0; i < n; i++) {
      carried.fill(0);
      const { at, by } = rows[i];
      for (let j = i; j < n; j++) {
        for (const place of rows[j].at) {
          if (carried[place] !== 0) continue;
          let sum = 0;
          for (let a = 0; a < at.length; a++) sum += by[a] * joint.covariance[at[a] * size + place];
          carried[place] = sum;
        }
        let sum = i === j ? noise_V ** 2 : 0;
        for (let b = 0; b < rows[j].at.length; b++) sum += rows[j].by[b] * carried[rows[j].at[b]];
        covariance[i * n + j] = sum;
        covariance[j * n + i] = sum;
      }
    }
    return {
      slopes,
      weight: invertPositive(covariance, n) ?? new Float64Array(n * n),
      expected_V: expected,
      entries: rows.map(({ entry }) => entry),
    };
  }

  /** [targets × targets], 1 / (variance of ln resistance). */
  private informationOf({ slopes, weight, entries }: Told): Float64Array {
    const n = entries.length;
    const m = this.targets.length;
    const information = new Float64Array(m * m);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < n; k++) {
        const w = weight[i * n + k];
        for (let t = 0; t < m; t++) {
          const by = w * slopes[i * m + t];
          if (by === 0) continue;
          for (let u = 0; u < m; u++) information[t * m + u] += by * slopes[k * m + u];
        }
      }
    }
    return information;
  }
}

/** Standard deviations of unknowns; those of pots beside what all pots have in common. */
export function relativeSigmas({ size, firstPot }: Unknowns, covariance: Float64Array): Float64Array {
  const count = size - firstPot;
  const withAll = new Float64Array(size);
  let all = 0;
  for (let i = firstPot; i < size; i++) {
    for (let j = firstPot; j < size; j++) withAll[i] += covariance[i * size + j] / count;
    all += withAll[i] / count;
  }
  return Float64Array.from({ length: size }, (_, i) => {
    const own = covariance[i * size + i];
    return Math.sqrt(Math.max(0, i < firstPot ? own : own - 2 * withAll[i] + all));
  });
}
