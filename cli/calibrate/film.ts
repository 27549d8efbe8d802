import { z } from 'zod';
import {
  type Film,
  type FittedBranch,
  type Mechanism,
  mechanismsOf,
} from '../../calibration/branches/index.js';
import { type MeasuredFile, settingOf } from '../../calibration/measured/index.js';
import { inputError, nearestWord, quoted, readQuantity } from '../../core/index.js';
import { readBy } from '../frame/index.js';
import { estimateText } from './estimate-text.js';

const parts = {
  thickness: ['thickness_m', 'm'],
  area: ['area_m2', 'm²'],
  temperature: ['temperature_K', 'K'],
} as const;

/** `thickness=10nm,area=25um²,permittivity=4/25,temperature=300K`. @throws OhmpropError `calibrate.film`, exit code 2 */
export function readFilm(text: string): Film {
  const film: Record<string, unknown> = {};
  for (const part of text.split(',')) {
    const [, word = '', value] = /^\s*(\w+)\s*=\s*(\S.*)$/.exec(part) ?? [];
    if (word === 'permittivity') {
      const ends = value.split('/').map((end) => readQuantity(end, '1', word).value);
      if (ends.length !== 2 || !(ends[0] >= 1 && ends[1] >= ends[0])) {
        throw inputError(
          'calibrate.film',
          `permittivity: needs LOW/HIGH of 1 or more, from the square of the refractive index to the static one, as 4/25; got ${quoted(value)}`,
        );
      }
      film.permittivity = ends;
      continue;
    }
    if (!Object.hasOwn(parts, word)) {
      const near = nearestWord(word, [...Object.keys(parts), 'permittivity']);
      throw inputError(
        'calibrate.film',
        `${quoted(part.trim())} is nothing of a film${near === undefined ? '' : `; did you mean ${near}?`} Write thickness=10nm,area=25um²,permittivity=4/25,temperature=300K, or some of them`,
      );
    }
    const [field, unit] = parts[word as keyof typeof parts];
    const number = readQuantity(value, unit, word).value;
    if (!(number > 0)) {
      throw inputError('calibrate.film', `${word}: needs a number above 0, got ${quoted(value)}`);
    }
    film[field] = number;
  }
  return film;
}

/** The flag that says what a current went through. */
export const filmOption = readBy(
  'film',
  readFilm,
  z.custom<Film>((value) => typeof value === 'object' && value !== null).optional(),
).meta({
  flag: '--film <parts>',
  description:
    'of sweeps: what the current goes through, thickness=10nm,area=25um²,permittivity=4/25 (n² and static), to judge conduction mechanisms by',
});

/** What is known of the film of a file: by the flag before what the file says. Undefined where nobody says a thickness. */
export function filmOf(file: MeasuredFile, asked: Film | undefined): Film | undefined {
  const said = Object.fromEntries(
    (['thickness_m', 'area_m2', 'temperature_K'] as const).flatMap((name) => {
      const value = settingOf(file, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const film: Film = { ...said, ...asked };
  return asked === undefined && film.thickness_m === undefined ? undefined : film;
}

/** The mechanisms of a branch, from its points. */
export function branchMechanisms({ points }: FittedBranch, film: Film): readonly Mechanism[] {
  const all = (pick: (s: (typeof points.sweeps)[number]) => Float64Array) =>
    Float64Array.from(points.sweeps.flatMap((sweep) => Array.from(pick(sweep))));
  return mechanismsOf(
    all((s) => s.voltage_V),
    all((s) => s.current_A),
    film,
  );
}

/** The same for people. */
export function mechanismLines(branch: FittedBranch, film: Film): string[] {
  const found = branchMechanisms(branch, film);
  if (found.length === 0) return ['    mechanisms: too few points above .3 of the largest voltage'];
  const straight = Math.min(...found.map(({ rmse }) => rmse));
  return [
    '    mechanisms, by what their slopes would mean (several are straight over one branch: straightness does not choose):',
    ...found.map((one) => {
      const { name, polarity, quantity, unit, found: estimate, rmse, verdict, because } = one;
      return `      ${polarity} ${name.padEnd(15)} ${quantity} ${estimateText(estimate, unit)}, ln|I| within ${rmse.toPrecision(2)}${rmse > 3 * straight ? ' (bent)' : ''}: ${verdict}${verdict === 'plausible' ? '' : `, ${because}`}${mobilityText(one)}`;
    }),
  ];
}

function mobilityText({ verdict, mobilityTimesPermittivity: product }: Mechanism): string {
  return product === undefined || verdict !== 'plausible' ? '' : `; µ·ε_r ${product.toPrecision(3)} m²/(V·s)`;
}

/** The same for programs. */
export function mechanismsJson(branch: FittedBranch, film: Film): object[] {
  return branchMechanisms(branch, film).map(
    ({
      found: { value, low, high },
      name,
      polarity,
      quantity,
      unit,
      rmse,
      n,
      verdict,
      because,
      mobilityTimesPermittivity,
    }) => ({
      mechanism: name,
      polarity,
      quantity,
      unit,
      value: finite(value),
      low: finite(low),
      high: finite(high),
      rmseLnCurrent: rmse,
      n,
      verdict,
      because,
      ...(mobilityTimesPermittivity === undefined
        ? {}
        : { mobilityTimesPermittivity_m2_per_Vs: mobilityTimesPermittivity }),
    }),
  );
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
