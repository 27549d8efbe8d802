import {
  grouped,
  instrumentNumber,
  type SmuDialect,
  type SmuRun,
  sent,
  sentLevel,
  type ToldRun,
} from './dialect.js';

/** A list of levels takes so many at once (2400 manual, `SOURce:LIST`). */
const LIST_STEP = 100;
/** Bit of the status word: the source is in compliance. */
const COMPLIANCE = 8;

/**
 * SCPI of the Keithley 2400 family (2400S-900-01 Rev. K, chapters 17 and 18). A run is a list sweep into the buffer: the instrument
 * keeps time, and its count of readings tells afterwards how far it came.
 */
export const scpi2400: SmuDialect = {
  name: 'scpi-2400',
  language: 'SCPI',
  // Device clear of a serial line; adapters to GPIB send it as such.
  breakOff: '\x18',
  asks: (line) => line.includes('?'),
  state: {
    text: ':OUTP?;:SOUR:FUNC?;:SOUR:VOLT?;:SENS:CURR:PROT?;:SYST:RSEN?',
    form: /^[01];[A-Z]+;[^;]+;[^;]+;[01]$/,
    read: (answer) => {
      const [output, source, level, compliance, sense] = answer.split(';');
      return {
        output: output === '1',
        sources: source === 'VOLT' ? 'voltage' : source === 'CURR' ? 'current' : 'something else',
        level_V: instrumentNumber(level),
        compliance_A: instrumentNumber(compliance),
        remoteSense: sense === '1',
      };
    },
  },
  error: {
    text: ':SYST:ERR?',
    form: /^[+-]?\d+,\s*"/,
    read: (answer) => {
      const [, code, text] = /^([+-]?\d+),\s*"(.*?)"?$/.exec(answer) ?? [];
      return Number(code) === 0 ? undefined : { code: Number(code), text: text ?? answer };
    },
  },
  prepare: (most_V, compliance_A) => [
    ':SOUR:FUNC VOLT',
    ':SOUR:VOLT:MODE FIX',
    ':SOUR:VOLT 0',
    `:SOUR:VOLT:RANG ${sent(most_V)}`,
    ':SENS:FUNC:CONC ON',
    ':SENS:FUNC "VOLT","CURR"',
    `:SENS:CURR:PROT ${sent(compliance_A)}`,
    ':SOUR:CLE:AUTO OFF',
    ':ARM:SOUR IMM;:ARM:COUN 1;:TRIG:SOUR IMM;:TRIG:DEL 0',
    ':SENS:AVER OFF;:SYST:AZER:STAT OFF',
    ':FORM:ELEM VOLT,CURR,TIME,STAT',
  ],
  outputOn: [':OUTP ON'],
  outputOff: [':OUTP OFF'],
  level: (level_V) => `:SOUR:VOLT ${sentLevel(level_V)}`,
  run(run, before) {
    const { levels_V, delay_s, nplc, autorange, compliance_A } = run;
    const count = levels_V.length;
    const last_V = levels_V[count - 1];
    const anew = before === undefined;
    const range = autorange ? ':SENS:CURR:RANG:AUTO ON' : `:SENS:CURR:RANG ${sent(compliance_A)}`;
    const sameRange = before?.autorange === autorange && before.compliance_A === compliance_A;
    const sameLevels = before !== undefined && isSame(before.levels_V, levels_V);
    const sameCount = before?.levels_V.length === count;
    const asked = [
      ...told2400,
      ...(anew ? [tellsMode] : []),
      ...(before?.nplc === nplc ? [] : [tellsCycles]),
      ...(before?.delay_s === delay_s ? [] : [tellsDelay]),
      ...(sameCount ? [] : tellCount),
      ...(sameLevels ? [] : [tellsLevels]),
    ];
    return {
      settings: [
        ...(before?.nplc === nplc ? [] : [`:SENS:CURR:NPLC ${sent(nplc)}`]),
        ...(sameRange ? [] : [range]),
        ...(sameLevels ? [] : listOf(levels_V)),
        ...(before?.delay_s === delay_s ? [] : [`:SOUR:DEL ${sent(delay_s)}`]),
        ...(sameCount
          ? [':TRAC:CLE']
          : [`:TRIG:COUN ${count}`, ':TRAC:FEED:CONT NEV;:TRAC:CLE', `:TRAC:POIN ${count}`]),
        ...(anew ? [':TRAC:FEED SENS'] : []),
        ':TRAC:FEED:CONT NEXT',
        // It stays at the level that is set, 0 V, until the list begins, and in the list where that ends there.
        ...(anew ? [':SOUR:VOLT:MODE LIST'] : []),
      ],
      told: {
        text: asked.map(([query]) => query).join(';'),
        form: new RegExp(`^([^;]+;){${asked.length - 1}}[^;]+$`),
        bytes: 100 + count * 14,
        read: (answer) => {
          const said = answer.split(';').map((field, k) => asked[k][1](field, run));
          if (said.includes(undefined)) return { ...run, levels_V: [] };
          return Object.assign({ ...run }, ...said);
        },
      },
      start: [
        ':INIT',
        // Where it has come to, before it leaves the list: it would go back to where it began.
        ...(anew || last_V !== 0 ? [`:SOUR:VOLT ${sentLevel(last_V)}`] : []),
        ...(last_V === 0 ? [] : [':SOUR:VOLT:MODE FIX']),
      ],
    };
  },
  reached: { text: ':TRAC:POIN:ACT?', form: /^\+?\d+(\.0*)?(E\+?\d+)?$/i, read: Number },
  lastLevels: {
    text: ':TRAC:POIN?;:TRIG:COUN?',
    form: /^[^;]+;[^;]+$/,
    read: (answer) => {
      const [points, count] = answer.split(';').map(instrumentNumber);
      return points === count ? points : Number.NaN;
    },
  },
  readings: (count) => ({
    text: ':TRAC:DATA?;:SYST:ERR:COUN?',
    // Whole fields: a lost byte makes none.
    form: /^([+-]\d\.\d{6}E[+-]\d\d(,[+-]\d\.\d{6}E[+-]\d\d){3,})?;\+?\d+$/,
    bytes: count * 56,
    read: (answer) => {
      const [data, errors] = answer.split(';');
      const rows = data === '' ? [] : grouped(data, 4);
      return {
        readings: rows.map(([voltage_V, current_A, time_s, status]) => ({
          time_s: time_s - rows[0][2],
          voltage_V,
          current_A,
          limited: (status & COMPLIANCE) !== 0,
        })),
        errors: Number(errors),
      };
    },
  }),
  readingsAtOnce: true,
  overhead_s: 0.001,
  nplc: [0.01, 10],
  maxLevels: 2500,
};

/** What it is asked before a run starts, and what its answer says of that run; undefined: another one. */
type Told = readonly [query: string, read: (field: string, run: SmuRun) => Partial<ToldRun> | undefined];

/** Of every run: that it will be measured, and what limits its current. */
const told2400: readonly Told[] = [
  [':TRAC:FEED:CONT?', (field) => (field === 'NEXT' ? {} : undefined)],
  [':SENS:CURR:PROT?', (field) => ({ compliance_A: instrumentNumber(field) })],
];
const tellsMode: Told = [':SOUR:VOLT:MODE?', (field) => (field === 'LIST' ? {} : undefined)];
const tellsCycles: Told = [':SENS:CURR:NPLC?', (field) => ({ nplc: instrumentNumber(field) })];
const tellsDelay: Told = [':SOUR:DEL?', (field) => ({ delay_s: instrumentNumber(field) })];
const tellCount = [':TRIG:COUN?', ':TRAC:POIN?'].map(
  (query): Told => [query, (field, { levels_V }) => (Number(field) === levels_V.length ? {} : undefined)],
);
const tellsLevels: Told = [
  ':SOUR:LIST:VOLT?',
  (field) => ({ levels_V: field.split(',').map(instrumentNumber) }),
];

function isSame(levels_V: readonly number[], others_V: readonly number[]): boolean {
  return levels_V.length === others_V.length && levels_V.every((level_V, k) => level_V === others_V[k]);
}

function listOf(levels_V: readonly number[]): string[] {
  const lines: string[] = [];
  for (let from = 0; from < levels_V.length; from += LIST_STEP) {
    const levels = levels_V.slice(from, from + LIST_STEP).map(sentLevel);
    lines.push(`:SOUR:LIST:VOLT${from === 0 ? '' : ':APP'} ${levels.join(',')}`);
  }
  return lines;
}
