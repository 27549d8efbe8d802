import { grouped, instrumentNumber, type SmuDialect, type SmuRun, sent, sentLevel } from './dialect.js';

/** Levels of one line of a script: lines of some hundred bytes pass every interface. */
const LINE_LEVELS = 40;
/** Bit of a reading's status: the source is in compliance. */
const COMPLIANCE = 64;

/**
 * TSP of the Keithley 2600 family (2600BS-901-01 Rev. B), channel A. A run is a loop in the instrument that measures into both of its
 * buffers: it keeps time, and the count of readings tells afterwards how far it came.
 */
export const tsp2600: SmuDialect = {
  name: 'tsp-2600',
  language: 'TSP',
  breakOff: '\nabort\n',
  asks: (line) => /(^|[\s;])print(number|buffer)?\s*\(|^\*\w+\?/.test(line),
  state: {
    text: 'print(smua.source.output, smua.source.func, smua.source.levelv, smua.source.limiti, smua.sense)',
    form: /^[^\t]+(\t[^\t]+){4}$/,
    read: (answer) => {
      const [output, source, level, compliance, sense] = answer.split('\t').map(instrumentNumber);
      return {
        output: output === 1,
        sources: source === 1 ? 'voltage' : 'current',
        level_V: level,
        compliance_A: compliance,
        remoteSense: sense === 1,
      };
    },
  },
  error: {
    text: 'print(errorqueue.next())',
    form: /^[^\t]+\t[^\t]*\t[^\t]+(\t[^\t]+)?$/,
    read: (answer) => {
      const [code, text] = answer.split('\t');
      return Number(code) === 0 ? undefined : { code: Number(code), text };
    },
  },
  prepare: (most_V, compliance_A) => [
    'smua.source.func = smua.OUTPUT_DCVOLTS',
    'smua.source.levelv = 0',
    `smua.source.rangev = ${sent(most_V)}`,
    `smua.source.limiti = ${sent(compliance_A)}`,
    'smua.source.delay = 0 smua.measure.delay = 0',
    'smua.measure.count = 1 smua.measure.filter.enable = 0 smua.measure.autozero = smua.AUTOZERO_ONCE',
    'smua.nvbuffer1.appendmode = 1 smua.nvbuffer2.appendmode = 1 smua.nvbuffer1.collecttimestamps = 1',
  ],
  outputOn: ['smua.source.output = smua.OUTPUT_ON'],
  outputOff: ['smua.source.output = smua.OUTPUT_OFF'],
  level: (level_V) => `smua.source.levelv = ${sentLevel(level_V)}`,
  run: ({ levels_V, delay_s, nplc, autorange, compliance_A }: SmuRun) => ({
    settings: [
      `smua.measure.nplc = ${sent(nplc)}`,
      autorange ? 'smua.measure.autorangei = 1' : `smua.measure.rangei = ${sent(compliance_A)}`,
      `smua.nvbuffer1.clear() smua.nvbuffer2.clear() ohmprop_v = {} ohmprop_d = ${sent(delay_s)}`,
      ...tableOf(levels_V),
    ],
    told: {
      text: 'print(ohmprop_d, smua.measure.nplc, smua.source.limiti, table.concat(ohmprop_v, ","))',
      form: /^[^\t]+\t[^\t]+\t[^\t]+\t[-+.,\de]+$/,
      bytes: 100 + levels_V.length * 14,
      read: (answer) => {
        const [delay, cycles, compliance, list] = answer.split('\t');
        return {
          levels_V: list.split(',').map(instrumentNumber),
          delay_s: instrumentNumber(delay),
          nplc: instrumentNumber(cycles),
          compliance_A: instrumentNumber(compliance),
        };
      },
    },
    start: [
      'for k, v in ipairs(ohmprop_v) do smua.source.levelv = v delay(ohmprop_d) smua.measure.iv(smua.nvbuffer1, smua.nvbuffer2) end',
    ],
  }),
  reached: { text: 'print(smua.nvbuffer1.n)', form: /^\d\.\d{5}e[+-]\d\d$/, read: instrumentNumber },
  readings: (count) => ({
    text: `printbuffer(1, ${count}, smua.nvbuffer1.timestamps, smua.nvbuffer2.readings, smua.nvbuffer1.readings, smua.nvbuffer1.statuses)`,
    // Whole fields: a lost byte makes none, but for a sign.
    form: /^-?\d\.\d{5}e[+-]\d\d(, ?-?\d\.\d{5}e[+-]\d\d){3,}$/,
    bytes: count * 56,
    read: (answer) =>
      grouped(answer, 4).map(([time_s, voltage_V, current_A, status]) => ({
        time_s,
        voltage_V,
        current_A,
        limited: (status & COMPLIANCE) !== 0,
      })),
  }),
  overhead_s: 0.0003,
  nplc: [0.001, 25],
  maxLevels: 2500,
};

function tableOf(levels_V: readonly number[]): string[] {
  const lines: string[] = [];
  for (let from = 0; from < levels_V.length; from += LINE_LEVELS) {
    const levels = levels_V.slice(from, from + LINE_LEVELS).map(sentLevel);
    lines.push(`for k, v in ipairs({${levels.join(',')}}) do table.insert(ohmprop_v, v) end`);
  }
  return lines;
}
