import {
  cutNames,
  dots,
  type Figure,
  type FigureText,
  figureOf,
  line,
  type Panel,
  type Point,
  palette,
  quantityAxis,
  rule,
  spread,
} from '../drawing/index.js';

/** The profile likelihood of one parameter. */
export interface ParameterProfile {
  readonly name: string;
  /** SI unit; '' where there is none. */
  readonly unit: string;
  /** Values met and 2[ℓ̂ − ℓ_p] there, rising. */
  readonly points: readonly (readonly [value: number, drop: number])[];
  readonly low: number;
  readonly high: number;
  readonly identifiable: boolean;
}

/** What `profileFigure` draws. */
export interface ParameterProfiles extends FigureText {
  readonly profiles: readonly ParameterProfile[];
  /** 2[ℓ̂ − ℓ_p] at the ends of an interval. */
  readonly threshold: number;
}

const PANEL_PT = 150;
const NAME_ROOM_PT = 30;
/** Of the threshold: what is drawn of a profile. */
const SHOWN = 1.6;

/** Straight pieces that a piece of a profile is drawn with. */
const PIECES = 8;

/** The signed root of a profile is nearly straight: what lies between the points met is the square of a straight line. */
function between(points: readonly Point[]): Point[] {
  const best = points.find(([, drop]) => drop === 0)?.[0] ?? 0;
  const rooted = points.map(([value, drop]): Point => [value, Math.sign(value - best) * Math.sqrt(drop)]);
  return rooted.flatMap(([value, root], k) => {
    const [next, nextRoot] = rooted[k + 1] ?? [value, root];
    return Array.from({ length: PIECES }, (_, n): Point => {
      const share = n / PIECES;
      return [value + share * (next - value), (root + share * (nextRoot - root)) ** 2];
    });
  });
}

/** Every parameter's profile, small: what closes below the threshold is known, what does not is open. */
export function profileFigure(data: ParameterProfiles): Figure {
  const { profiles, threshold } = data;
  const y = quantityAxis({ quantity: '2Δℓ', unit: '1', domain: [0, SHOWN * threshold], grid: true });
  const panelOf = (profile: ParameterProfile, name: string, first: boolean): Panel => {
    const { unit, low, high, identifiable } = profile;
    const points = profile.points
      .filter(([, drop]) => drop <= 3 * threshold)
      .map(([value, drop]): Point => [value, drop]);
    const wanted = [low, high, ...points.filter(([, drop]) => drop <= SHOWN * threshold).map(([v]) => v)];
    const x = quantityAxis({
      quantity: 'value',
      unit: unit === '' ? '1' : unit,
      domain: spread(wanted.filter(Number.isFinite)),
    });
    const colour = identifiable ? palette.blue : palette.orange;
    return {
      title: [name, identifiable ? '' : 'not identifiable'],
      strong: true,
      x,
      y,
      bareY: !first,
      size: (free) => ({ width: free, height: Math.max(44, free * 0.5) }),
      marks: [
        rule({ y: threshold }),
        line(between(points), { colour, width: 1, label: profile.name, clip: true }),
        dots(
          points.filter(([, drop]) => drop <= SHOWN * threshold),
          { colour, radius: 1.3 },
        ),
      ],
    };
  };
  return figureOf(
    data,
    'Profile likelihoods',
    () => ({
      columns: ['parameter', 'unit', 'value', 'drop'],
      rows: profiles.flatMap(({ name, unit, points }) =>
        points.map(([value, drop]) => [name, unit, value, drop]),
      ),
    }),
    (width) => {
      const across = Math.max(1, Math.min(profiles.length, Math.floor(width / PANEL_PT)));
      const names = cutNames(
        profiles.map(({ name }) => name),
        width / across - NAME_ROOM_PT,
      );
      const rows = Array.from({ length: Math.ceil(profiles.length / across) }, (_, r) =>
        Array.from({ length: across }, (_, c) => {
          const at = r * across + c;
          return at < profiles.length ? panelOf(profiles[at], names[at], c === 0) : undefined;
        }),
      );
      return { rows };
    },
  );
}
