import { boltzmann_J_per_K, elementaryCharge_C } from '../../devices/elements/index.js';
import { type Estimate, linearFit } from '../estimates/index.js';

/** The film that a branch was measured through, as far as it is known. */
export interface Film {
  readonly thickness_m?: number;
  readonly area_m2?: number;
  /** Room temperature where left out. */
  readonly temperature_K?: number;
  /** Relative permittivities that its material may have: from the square of its refractive index to its static one. */
  readonly permittivity?: readonly [low: number, high: number];
}

/** What carries a current through a film, by one polarity of a branch. */
export interface Mechanism {
  readonly name: 'ohmic' | 'SCLC' | 'Schottky' | 'Poole–Frenkel' | 'Fowler–Nordheim';
  readonly polarity: 'positive' | 'negative';
  /** In which coordinates it would be a straight line. */
  readonly line: string;
  /** Root of the mean square of what is left of ln|I|: comparable between mechanisms, as R² is not. */
  readonly rmse: number;
  readonly n: number;
  /** What the slope comes to: an exponent, a permittivity (or that times the thickness, m), a barrier. */
  readonly found: Estimate;
  readonly quantity: string;
  readonly unit: string;
  readonly verdict: 'plausible' | 'implausible' | 'cannot be judged';
  readonly because: string;
  /** Of SCLC through a film whose thickness and area are known: µ·ε_r at the largest voltage of this polarity, m²/(V·s). */
  readonly mobilityTimesPermittivity?: number;
}

const vacuum_F_per_m = 8.8541878128e-12;
const ROOM_K = 298.15;
/** No solid film has others. */
const ANY_PERMITTIVITY = [1.5, 200] as const;
/** Share of the largest voltage below which conduction is another's. */
const FROM = 0.3;
const FEWEST = 8;
/** How far an exponent may be from that of its law. */
const EXPONENT = 0.15;
/** Barriers of metals against insulators, eV. */
const BARRIERS_eV = [0.1, 5] as const;
/** 8π·√(2m)/(3hq)·q^(3/2) for the free electron's mass: slope of ln(I/V²) over 1/V, V, is this · φ^(3/2) · d. V/m per eV^1.5 */
const TUNNEL = 6.83089e9;

interface Line {
  readonly name: Mechanism['name'];
  readonly line: string;
  readonly x: (v: number) => number;
  /** What is taken off ln|I|. */
  readonly off: (v: number) => number;
  readonly judge: (slope: Estimate, film: Film) => Judged;
}

type Judged = Pick<Mechanism, 'found' | 'quantity' | 'unit' | 'verdict' | 'because'>;

/** The estimate of a falling or rising function of a slope. */
function through(slope: Estimate, of: (s: number) => number): Estimate {
  const ends = [of(slope.low), of(slope.high)];
  return { ...slope, value: of(slope.value), low: Math.min(...ends), high: Math.max(...ends) };
}

const within = ({ low, high }: Estimate, [from, to]: readonly [number, number]): boolean =>
  high >= from && low <= to;

function byExponent(own: number) {
  return (slope: Estimate): Judged => {
    const plausible = Math.abs(slope.value - own) <= EXPONENT;
    return {
      found: slope,
      quantity: 'exponent',
      unit: '',
      verdict: plausible ? 'plausible' : 'implausible',
      because: `its exponent is ${own}`,
    };
  };
}

/** ε from a slope over √V: slope = (q/kT)·√(q/(share·π·ε₀·ε_r·d)). */
function byPermittivity(share: 1 | 4) {
  return (slope: Estimate, { thickness_m, temperature_K = ROOM_K, permittivity }: Film): Judged => {
    const q = elementaryCharge_C;
    const perVolt = q / (boltzmann_J_per_K * temperature_K);
    const product = (s: number): number =>
      s > 0 ? (q / (share * Math.PI * vacuum_F_per_m)) * (perVolt / s) ** 2 : Number.POSITIVE_INFINITY;
    if (slope.value <= 0) {
      return {
        found: slope,
        quantity: 'slope over √V',
        unit: '/√V',
        verdict: 'implausible',
        because: 'a field lowers the barrier: its slope is above 0',
      };
    }
    if (thickness_m === undefined) {
      return {
        found: through(slope, product),
        quantity: 'ε_r · thickness',
        unit: 'm',
        verdict: 'cannot be judged',
        because: 'the thickness is not known',
      };
    }
    const found = through(slope, (s) => product(s) / thickness_m);
    const allowed = permittivity ?? ANY_PERMITTIVITY;
    return {
      found,
      quantity: 'ε_r',
      unit: '',
      verdict: within(found, allowed) ? 'plausible' : 'implausible',
      because:
        permittivity === undefined
          ? `no film has an ε_r outside ${allowed.join(' … ')}; say what this one may have`
          : `this film’s ε_r lies between ${allowed.join(' and ')}`,
    };
  };
}

function byBarrier(slope: Estimate, { thickness_m }: Film): Judged {
  if (slope.value >= 0 || thickness_m === undefined) {
    return {
      found: slope,
      quantity: 'slope over 1/V',
      unit: 'V',
      verdict: slope.value >= 0 ? 'implausible' : 'cannot be judged',
      because: slope.value >= 0 ? 'tunnelling falls over 1/V' : 'the thickness is not known',
    };
  }
  const found = through(slope, (s) => (Math.max(0, -s) / (TUNNEL * thickness_m)) ** (2 / 3));
  return {
    found,
    quantity: 'barrier, of the free electron’s mass',
    unit: 'eV',
    verdict: within(found, BARRIERS_eV) ? 'plausible' : 'implausible',
    because: `barriers lie between ${BARRIERS_eV.join(' and ')} eV`,
  };
}

const ln = Math.log;
const lines: readonly Line[] = [
  { name: 'ohmic', line: 'ln|I| over ln|V|', x: ln, off: () => 0, judge: byExponent(1) },
  { name: 'SCLC', line: 'ln|I| over ln|V|', x: ln, off: () => 0, judge: byExponent(2) },
  { name: 'Schottky', line: 'ln|I| over √|V|', x: Math.sqrt, off: () => 0, judge: byPermittivity(4) },
  { name: 'Poole–Frenkel', line: 'ln|I/V| over √|V|', x: Math.sqrt, off: ln, judge: byPermittivity(1) },
  {
    name: 'Fowler–Nordheim',
    line: 'ln|I/V²| over 1/|V|',
    x: (v) => 1 / v,
    off: (v) => 2 * ln(v),
    judge: byBarrier,
  },
];

/**
 * Which mechanisms may carry the current of one state: straight lines in the coordinates of each (Sze, Physics of Semiconductor Devices,
 * ch. 6; Chiu, Adv. Mater. Sci. Eng. 2014:578168), from .3 of the largest voltage on, judged by what their slope would mean for the film and
 * not by how straight they are: several are straight over one branch.
 */
export function mechanismsOf(
  voltage_V: Float64Array,
  current_A: Float64Array,
  film: Film,
): readonly Mechanism[] {
  const most = voltage_V.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
  return (['positive', 'negative'] as const).flatMap((polarity) => {
    const sign = polarity === 'positive' ? 1 : -1;
    const rows = Array.from(voltage_V.keys()).filter(
      (k) => sign * voltage_V[k] >= FROM * most && sign * current_A[k] > 0,
    );
    if (rows.length < FEWEST) return [];
    const farthest = rows.reduce((a, k) => (Math.abs(voltage_V[k]) > Math.abs(voltage_V[a]) ? k : a));
    const last = { voltage_V: voltage_V[farthest], current_A: current_A[farthest] };
    return lines.flatMap(({ name, line, x, off, judge }) => {
      const fit = linearFit(
        rows.map((k) => [1, x(Math.abs(voltage_V[k]))]),
        rows.map((k) => ln(Math.abs(current_A[k])) - off(Math.abs(voltage_V[k]))),
      );
      if (fit === undefined) return [];
      const judged = judge(fit.coefficients[1], film);
      const mobility = name === 'SCLC' ? mobilityAt(last, film) : {};
      return [{ name, polarity, line, rmse: fit.rmse, n: fit.n, ...judged, ...mobility }];
    });
  });
}

function mobilityAt(
  { voltage_V, current_A }: { readonly voltage_V: number; readonly current_A: number },
  { thickness_m, area_m2 }: Film,
): Pick<Mechanism, 'mobilityTimesPermittivity'> {
  if (thickness_m === undefined || area_m2 === undefined) return {};
  return {
    mobilityTimesPermittivity: mobilityTimesPermittivity(voltage_V, current_A, { thickness_m, area_m2 }),
  };
}

/** µ·ε_r of space-charge-limited conduction, m²/(V·s): J = 9·ε·µ·V²/(8·d³) at a voltage and its current. */
export function mobilityTimesPermittivity(
  voltage_V: number,
  current_A: number,
  { thickness_m, area_m2 }: Required<Pick<Film, 'thickness_m' | 'area_m2'>>,
): number {
  return (8 * Math.abs(current_A) * thickness_m ** 3) / (9 * vacuum_F_per_m * area_m2 * voltage_V ** 2);
}
