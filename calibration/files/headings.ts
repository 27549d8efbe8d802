import type { ColumnRole } from '../measured/index.js';
import { type FileUnit, fileUnit } from './units.js';

/** A heading taken apart. */
export interface Heading {
  /** Without its unit and number. */
  readonly name: string;
  readonly unit?: FileUnit;
  /** What stands in brackets and is no unit, for messages: `a.u.`, `log`. */
  readonly odd?: string;
  /** Its numbers are told with a power of ten, on one side of the equation or the other: 6 of `I x 1e6 (A)`. */
  readonly power?: number;
  /** Number of the curve among those of one kind: 2 of `AV(2)`, `V2`, `Smu1.V[1][2]`. */
  readonly number?: string;
  /** Instrument or terminal before a point: `Smu1` of `Smu1.V[1][1]`. */
  readonly owner?: string;
}

/** Takes a heading apart: `Voltage (V)`, `I/uA`, `I_A`, `AV(1)`, `Smu1.V[1][1]`, `Voltage, V`. */
export function takeHeading(text: string): Heading {
  const known = headings.get(text);
  if (known !== undefined) return known;
  const heading = takeApart(text);
  if (headings.size >= MOST_KEPT) headings.clear();
  headings.set(text, heading);
  return heading;
}

/** A file may have a thousand tables under the same names. */
const MOST_KEPT = 2000;
const headings = new Map<string, Heading>();

function takeApart(text: string): Heading {
  let name = text
    .trim()
    .replace(/^["']|["']$/g, '')
    .trim();
  let number: string | undefined;
  let owner: string | undefined;
  const indexed = /^(.*?)((?:\s?[[(]\d{1,4}[\])])+)$/.exec(name);
  if (indexed !== null) {
    name = indexed[1].trim();
    number = indexed[2]
      .replace(/[\])\s]*[[(]/g, '.')
      .replace(/[\])]/g, '')
      .replace(/^\./, '');
  }
  const owned = /^([A-Za-z]+\d*)\.([A-Za-z]\w*)$/.exec(name);
  if (owned !== null) {
    owner = owned[1];
    name = owned[2];
  }
  const { name: told, unit, odd } = unitIn(name);
  const times = unit === undefined ? null : timesPower.exec(told);
  const bare = times === null ? told : told.slice(0, times.index).trim();
  const numbered = number === undefined ? /^(.*?[A-Za-z)])[ _#-]?(\d{1,4})$/.exec(bare) : null;
  return {
    name: numbered === null ? bare : numbered[1],
    ...(unit === undefined ? {} : { unit }),
    ...(odd === undefined ? {} : { odd }),
    ...(times === null ? {} : { power: Number(times[1] ?? times[2]) }),
    ...(number === undefined ? (numbered === null ? {} : { number: numbered[2] }) : { number }),
    ...(owner === undefined ? {} : { owner }),
  };
}

/** `x 1e6`, `× 10^-6`, `*10^3` after a name. */
const timesPower = /(?<=\S)\s*[x×*·]\s*(?:10\^?\(?([+-]?\d{1,2})\)?|1[eE]([+-]?\d{1,2}))$/;

function unitIn(text: string): { name: string; unit?: FileUnit; odd?: string } {
  // A unit and nothing else: `µA` over a column of currents. Single letters are names as well.
  if (text.length > 1 && text.length <= 5 && /^[fpnuµμmkMG]?(?:V|A|[Oo]hm|Ω|\u2126|Hz|s|S)$/.test(text)) {
    const alone = fileUnit(text);
    if (alone !== undefined) return { name: '', unit: alone };
  }
  // The last brackets first: `WE(1).Potential (V)`.
  let odd: string | undefined;
  for (const match of [...text.matchAll(/[([{]\s*([^()[\]{}]*?)\s*[)\]}]/g)].reverse()) {
    const unit = fileUnit(match[1]);
    if (unit !== undefined) {
      const name = `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`.trim();
      return { name: name === '' ? match[1] : name, unit };
    }
    if (!/^\d*$/.test(match[1])) odd ??= match[1];
  }
  if (odd !== undefined) return { name: text, odd };
  // `I/uA`, `Voltage, V`, `Current in A`, `Voltage_V`, `Current uA`, `Current:A`
  // The last mark first: in `I_level1_A` the unit is A.
  for (const mark of [/_(?=[^_]+$)/, /\s*[/,:]\s*|\s+in\s+|\s+-\s+/, /\s+(?=\S+$)/]) {
    const match = mark.exec(text);
    if (match === null || match.index === 0) continue;
    const unit = unitAfterMark(text.slice(match.index + match[0].length), match[0]);
    if (unit !== undefined) return { name: text.slice(0, match.index), unit };
  }
  return { name: text };
}

/** After an underscore or a blank only what is written as units are: `pulse_v` and `Gate V` are names. */
function unitAfterMark(text: string, mark: string): FileUnit | undefined {
  const unit = fileUnit(text);
  if (unit === undefined) return undefined;
  const weak = mark === '_' || /^\s+$/.test(mark);
  if (!weak) return unit;
  return /^[fpnuµμmkMGT]?(?:V|A|S|s|Hz|K|W|[oO]hms?|Ω|\u2126)$/.test(text) ? unit : undefined;
}

/** What a heading says that a column is, and how surely. */
export interface HeadingRole {
  readonly role?: ColumnRole;
  /** Not to be used although its unit would fit: |I|, a range, a statistic. */
  readonly unused?: true;
}

interface Pattern {
  readonly role: ColumnRole | 'unused';
  readonly name: RegExp;
  /** SI unit that goes with it. */
  readonly unit: string;
}

/** Names from the surest to the vaguest; small letters, marks turned into single blanks. */
const patterns: readonly Pattern[] = [
  {
    role: 'unused',
    name: /^(index|item|idx|no|nr|num|number|point|points|pt|row|sample|samples|sr|s ?no|sl ?no|#|record|datapoint|data point|sequence)( (no|num|number|index|#))?$/,
    unit: '*',
  },
  { role: 'step_S', name: /^step$|^d ?g$|delta ?g/, unit: 'S' },
  { role: 'probability', name: /probab|^cdf$/, unit: '1' },
  {
    role: 'unused',
    name: /^abs|\babs\b|^\||mag(nitude)?\b|^ln\b|^log|\blog(10)?\b|\blimit|complian|\brange\b|\bwindow\b|\bleak|std|s ?d$|deviation|error|noise\b|uncertain|status|\bmax|\bmin\b|offset|^norm|density|^d[iv] ?d[iv]|derivative|power|integ(ration)?\b|integ time|sensitiv|nplc|aperture/,
    unit: '*',
  },
  {
    role: 'lowResistanceCurrent_A',
    name: /^i ?_?(lrs|on)$|(lrs|low resist).*(curr|^i)|curr.*(lrs)|^ion$/,
    unit: 'A',
  },
  {
    role: 'highResistanceCurrent_A',
    name: /^i ?_?(hrs|off)$|(hrs|high resist).*(curr|^i)|curr.*(hrs)|^ioff$/,
    unit: 'A',
  },
  { role: 'resetCurrent_A', name: /^i ?_?reset$|reset curr/, unit: 'A' },
  { role: 'setVoltage_V', name: /^v ?_?set$|^set ?v(olt(age)?)?$|^v ?_?th ?_?set$/, unit: 'V' },
  { role: 'resetVoltage_V', name: /^v ?_?(reset|rst)$|^reset ?v(olt(age)?)?$/, unit: 'V' },
  {
    role: 'width_s',
    name: /width|duration|^puls(breite|dauer)$|^t ?on$|^pw$|tpulse|pulse ?(len|time)/,
    unit: 's',
  },
  {
    role: 'amplitude_V',
    name: /\bampl|^puls(spannung|amplitude|höhe)$|pulse ?v(olt(age)?)?$|^v ?_?p(ulse)?$|height|^vamp$|write v|program.* v/,
    unit: 'V',
  },
  {
    role: 'pulse',
    name: /^(no|num|number|n|#)?( of)? ?pulses?( ?(no|num|number|nr|count|index|n|#))?$|^pulses? applied$|^num applied$|^npulses?$|^spikes?$|^pulse (no|num|number)/,
    unit: '1',
  },
  {
    role: 'appliedVoltage_V',
    name: /applied|set ?point|programm?ed|^source ?(v|voltage|value)?$|^v ?_?(source|src|force|forced|prog|set ?point)$|force|potential setpoint|^control$|^set ?point/,
    unit: 'V',
  },
  {
    role: 'cycle',
    name: /^cycles?\b|^(number of )?cycles?( ?(no|num|number|index|count))?$|^scans?$|^loops?$|^sweep( ?(no|num|number|index))?$|^repeat|^iteration|^run$/,
    unit: '1',
  },
  { role: 'direction', name: /^direction$/, unit: '1' },
  { role: 'polarity', name: /^(?:pulse )?(?:polarity|sign)$|^pulse direction$/, unit: '1' },
  { role: 'level', name: /^levels?$|^state( ?(no|number|index))?$/, unit: '1' },
  {
    role: 'time_s',
    name: /^t$|time|zeit|temps|tiempo|时间|時間|elapsed|^sec(ond)?s?$|^relative$|^delay$|^x axis$|^x value$/,
    unit: 's',
  },
  { role: 'conductance_S', name: /^g$|^g ?_?(cell|dev|mem|read)$|conduct|leitwert|电导/, unit: 'S' },
  {
    role: 'resistance_Ohm',
    name: /^r$|^r ?_?(cell|dev|mem|read|low|high|on|off|lrs|hrs|val)$|resist|widerstand|impedance|^res$|电阻|^ohms?$/,
    unit: 'Ω',
  },
  {
    role: 'current_A',
    name: /^i$|^[abcd]?i$|^[abcd]i$|^i ?[a-z]{1,4}$|curr|strom|courant|corrente|corriente|电流|電流|^amps?$|^ampere|^im$|^meas(ured)? i$|[a-z0-9]i$|^i ?\d*$/,
    unit: 'A',
  },
  {
    role: 'voltage_V',
    name: /^[vue]$|^[abcd]?v$|^v ?[a-z]{1,4}$|volt|spannung|tension|tensione|电压|電圧|potential|^ewe|^vf$|^bias|^meas(ured)? v$|[a-z0-9]v$|^v ?\d*$|^ch(annel)? ?[a-d\d]?$/,
    unit: 'V',
  },
];

/**
 * What a column is by its heading: the name and the unit must agree. A unit alone says enough where only one thing has it.
 * @param unit SI unit of the column, where it is known
 */
export function roleOf(heading: Heading, unit: string | undefined): HeadingRole {
  const whole = normalised(heading.name);
  const name =
    whole
      .replace(/\b(?:ltp|ltd|potentiation|depression|up|down)\b/g, '')
      .replace(/\s+/g, ' ')
      .trim() || whole;
  for (const { role, name: pattern, unit: wanted } of patterns) {
    if (!pattern.test(name) && !camelEnd(heading.name, role)) continue;
    if (role === 'unused') return { unused: true };
    if (unit !== undefined && unit !== wanted && wanted !== '*') continue;
    return { role };
  }
  const alone = unit === undefined ? undefined : byUnit.get(unit);
  return alone === undefined ? {} : { role: alone };
}

/** `DrainI`, `TopV`: terminals of parameter analysers with a capital at the end. */
function camelEnd(name: string, role: Pattern['role']): boolean {
  if (role === 'current_A') return /[a-z\d]I$/.test(name);
  if (role === 'voltage_V') return /[a-z\d]V$/.test(name);
  return false;
}

const byUnit: ReadonlyMap<string, ColumnRole> = new Map([
  ['V', 'voltage_V'],
  ['A', 'current_A'],
  ['Ω', 'resistance_Ohm'],
  ['S', 'conductance_S'],
  ['s', 'time_s'],
]);

function normalised(name: string): string {
  return name
    .toLowerCase()
    .replace(/[_\-.:;<>"'=()[\]{}]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
