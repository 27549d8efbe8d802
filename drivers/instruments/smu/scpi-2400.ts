import { grouped, instrumentNumber, type SmuDialect, type SmuRun, sent, sentLevel } from './dialect.js';

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
  run: ({ levels_V, delay_s, nplc, autorange, compliance_A }: SmuRun) => ({
    settings: [
      `:SENS:CURR:NPLC ${sent(nplc)}`,
      autorange ? ':SENS:CURR:RANG:AUTO ON' : `:SENS:CURR:RANG ${sent(compliance_A)}`,
      ...listOf(levels_V),
      `:SOUR:DEL ${sent(delay_s)}`,
      `:TRIG:COUN ${levels_V.length}`,
      ':TRAC:FEED:CONT NEV;:TRAC:CLE',
      `:TRAC:POIN ${levels_V.length}`,
      ':TRAC:FEED SENS;:TRAC:FEED:CONT NEXT',
      // It stays at the level that is set until the list begins.
      ':SOUR:VOLT:MODE LIST',
    ],
    told: {
      text: ':SOUR:VOLT:MODE?;:TRAC:FEED:CONT?;:SOUR:DEL?;:SENS:CURR:NPLC?;:SENS:CURR:PROT?;:TRIG:COUN?;:TRAC:POIN?;:SOUR:LIST:VOLT?',
      form: /^(\S+?;){7}[^;]+$/,
      bytes: 100 + levels_V.length * 14,
      read: (answer) => {
        const [mode, feed, delay, cycles, compliance, count, points, list] = answer.split(';');
        const levels = list.split(',').map(instrumentNumber);
        const whole =
          mode === 'LIST' &&
          feed === 'NEXT' &&
          Number(count) === levels.length &&
          Number(points) === levels.length;
        return {
          levels_V: whole ? levels : [],
          delay_s: instrumentNumber(delay),
          nplc: instrumentNumber(cycles),
          compliance_A: instrumentNumber(compliance),
        };
      },
    },
    start: [
      ':INIT',
      // Where it has come to, before it leaves the list: it would go back to where it began.
      `:SOUR:VOLT ${sentLevel(levels_V[levels_V.length - 1])}`,
      ':SOUR:VOLT:MODE FIX',
    ],
  }),
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
    text: ':TRAC:DATA?',
    // Whole fields: a lost byte makes none.
    form: /^[+-]\d\.\d{6}E[+-]\d\d(,[+-]\d\.\d{6}E[+-]\d\d){3,}$/,
    bytes: count * 56,
    read: (answer) => {
      const rows = grouped(answer, 4);
      return rows.map(([voltage_V, current_A, time_s, status]) => ({
        time_s: time_s - rows[0][2],
        voltage_V,
        current_A,
        limited: (status & COMPLIANCE) !== 0,
      }));
    },
  }),
  overhead_s: 0.001,
  nplc: [0.01, 10],
  maxLevels: 2500,
};

function listOf(levels_V: readonly number[]): string[] {
  const lines: string[] = [];
  for (let from = 0; from < levels_V.length; from += LIST_STEP) {
    const levels = levels_V.slice(from, from + LIST_STEP).map(sentLevel);
    lines.push(`:SOUR:LIST:VOLT${from === 0 ? '' : ':APP'} ${levels.join(',')}`);
  }
  return lines;
}
