import { type BoardProfile, terminalName } from '../../devices/boards/index.js';
import type { Identified } from './identify.js';
import type { PotTables } from './ladder.js';
import type { ConverterEstimate, MeasuredBoard, PartEstimate } from './measured-board.js';
import type { Unknowns } from './unknowns.js';

/** Standard deviations either way of an interval. */
const Z = 1.96;
/** Of the data sheet's spread: what is known no better was not seen. */
const NOT_SEEN = 0.5;

type Found = Pick<
  MeasuredBoard,
  | 'sources'
  | 'nudges'
  | 'readers'
  | 'diodes'
  | 'leakage_A'
  | 'pots'
  | 'noise_V'
  | 'scaleSigma'
  | 'notIdentified'
>;

/** Every part with its interval. @param noise_V of one conversion */
export function estimatesOf(
  unknowns: Unknowns,
  joint: Identified,
  tables: PotTables,
  noise_V: number,
): Found {
  const { profile, list, size } = unknowns;
  const { x, covariance } = joint;
  const sigmaOf = (at: number) => Math.sqrt(covariance[at * size + at]);
  const held = (value: number): PartEstimate => ({ value, low: value, high: value, identified: false });
  const estimate = (at: number, of: (coordinate: number) => number = (v) => v): PartEstimate => {
    const sigma = sigmaOf(at);
    const ends = [of(x[at] - Z * sigma), of(x[at] + Z * sigma)];
    return {
      value: of(x[at]),
      low: Math.min(...ends),
      high: Math.max(...ends),
      identified: sigma < NOT_SEEN * list[at].prior.sigma,
    };
  };
  const converter = (place: { gain: number; offset: number; bow: number }): ConverterEstimate => ({
    gain: place.gain < 0 ? held(1) : estimate(place.gain),
    offset_V: estimate(place.offset),
    bow_V: place.bow < 0 ? held(0) : estimate(place.bow),
  });
  const conductances = unknowns.nudgeConductance.map((at) =>
    estimate(at, (ln) => profile.nudgeConductance_S * Math.exp(ln)),
  );
  const { tapMin, tapMax } = profile;
  const found = {
    sources: unknowns.sources.map((place, s) => ({
      ...converter(place),
      switch_ohm:
        unknowns.switches[s] < 0
          ? held(0)
          : estimate(unknowns.switches[s], (ln) => profile.switch_ohm * Math.exp(ln)),
    })),
    nudges: unknowns.nudges.map((place, k) => ({
      ...converter(place),
      conductance_S: conductances[k],
      load_S: unknowns.nudgeLoad[k] < 0 ? conductances[k] : estimate(unknowns.nudgeLoad[k]),
    })),
    readers: unknowns.readers.map(converter),
    diodes: unknowns.diodes.map((group) =>
      group.map(({ lnIS, N, RS }) => ({
        IS_A: estimate(lnIS, Math.exp),
        N: estimate(N),
        RS_ohm: estimate(RS),
      })),
    ),
    leakage_A: unknowns.leakage.map((at) => estimate(at)),
    pots: tables.resistance_ohm.map((table, e) => ({
      resistance_ohm: Array.from(table.subarray(tapMin, tapMax + 1)),
      sigma: Array.from(tables.sigma[e].subarray(tapMin, tapMax + 1)),
    })),
  };
  return {
    ...found,
    noise_V,
    scaleSigma: scaleSigma(unknowns, covariance),
    notIdentified: unseen(profile, found),
  };
}

/** What all pots have in common, relative, 1 σ: of the mean of their logarithms. */
function scaleSigma({ size, firstPot }: Unknowns, covariance: Float64Array): number {
  let sum = 0;
  for (let i = firstPot; i < size; i++) for (let j = firstPot; j < size; j++) sum += covariance[i * size + j];
  return Math.sqrt(Math.max(0, sum)) / (size - firstPot);
}

/** In sentences: what nobody can know from a line, and what was not seen on this board. */
function unseen(
  profile: BoardProfile,
  found: Pick<Found, 'sources' | 'nudges' | 'readers' | 'diodes' | 'leakage_A'>,
): string[] {
  const { sources, hidden } = profile;
  const nudges_ohm = profile.nudgeLoads
    ? `nudge resistors (${Math.round(1 / profile.nudgeConductance_S)} Ω, 1 %)`
    : 'pumps of the nudges';
  const names: string[] = [];
  const note = (name: string, { identified, low, high }: PartEstimate) => {
    if (!identified && low !== high) names.push(name);
  };
  for (const [s, part] of found.sources.entries()) {
    note(`gain of ${terminalName(profile, s)}`, part.gain);
    note(`offset of ${terminalName(profile, s)}`, part.offset_V);
    note(`bow of ${terminalName(profile, s)}`, part.bow_V);
  }
  for (const [n, leak] of found.leakage_A.entries())
    note(`leakage into ${terminalName(profile, sources + n)}`, leak);
  for (const [n, part] of found.readers.entries()) {
    note(`bow of the converter at ${terminalName(profile, sources + n)}`, part.bow_V);
  }
  for (const [j, group] of found.diodes.entries()) {
    for (const part of group) {
      note(`series resistance of a diode at ${terminalName(profile, sources + j)}`, part.RS_ohm);
    }
  }
  for (const [k, part] of found.nudges.entries()) {
    note(`load of nudge ${k}`, part.load_S);
    note(
      `offset of nudge ${k} (beside the leakage into ${terminalName(profile, sources + hidden + k)})`,
      part.offset_V,
    );
  }
  return [
    `how long a siemens is: readings tell ratios of conductances; all of them are in units of the mean of the ${nudges_ohm}, as the data sheet has it`,
    'how long a volt is: readings tell ratios to the sources, whose mean gain counts as 1',
    'wiper and series resistance apart: they are one resistance',
    ...(profile.nudgeLoads ? [] : ["a pump's gain and its converter's apart: they are one number"]),
    ...(names.length === 0 ? [] : [`not seen, as the data sheet has it: ${[...new Set(names)].join(', ')}`]),
  ];
}

/** How far the resistances of a pot lie from a straight line over its taps: intercept, end to end, largest deviation as a share of end to end. */
export function straightLine(
  profile: BoardProfile,
  resistance_ohm: ArrayLike<number>,
): { readonly atZero_ohm: number; readonly endToEnd_ohm: number; readonly nonlinearity: number } {
  const { tapMin, tapMax } = profile;
  const n = tapMax - tapMin + 1;
  let [st, sr] = [0, 0];
  for (let i = 0; i < n; i++) {
    st += tapMin + i;
    sr += resistance_ohm[i];
  }
  const [t0, r0] = [st / n, sr / n];
  let [stt, str] = [0, 0];
  for (let i = 0; i < n; i++) {
    const t = tapMin + i - t0;
    stt += t * t;
    str += t * (resistance_ohm[i] - r0);
  }
  const slope = str / stt;
  let worst = 0;
  for (let i = 0; i < n; i++) {
    worst = Math.max(worst, Math.abs(resistance_ohm[i] - r0 - slope * (tapMin + i - t0)));
  }
  const endToEnd_ohm = 256 * slope;
  return { atZero_ohm: r0 - slope * t0, endToEnd_ohm, nonlinearity: worst / endToEnd_ohm };
}
