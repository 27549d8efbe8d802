import { crc32 } from 'node:zlib';
import { grouped, instrumentNumber, type SmuDialect, type SmuRun, sent, sentLevel } from './dialect.js';

/** Levels of one line of a script: lines of some hundred bytes pass every interface. */
const LINE_LEVELS = 40;
/** Bit of a reading's status: the source is in compliance. */
const COMPLIANCE = 64;

/**
 * TSP of the Keithley 2600 family (2600BS-901-01 Rev. B), one of its channels. A run is a loop in the instrument that measures into both of its
 * buffers: it keeps time, and the count of readings tells afterwards how far it came.
 */
export function tsp2600Channel(channel: 'a' | 'b'): SmuDialect {
  const smu = `smu${channel}`;
  return {
    name: 'tsp-2600',
    channel,
    language: 'TSP',
    breakOff: '\nabort\n',
    asks: (line) => /(^|[\s;])print(number|buffer)?\s*\(|^\*\w+\?/.test(line),
    state: {
      text: `print(${smu}.source.output, ${smu}.source.func, ${smu}.source.levelv, ${smu}.source.limiti, ${smu}.sense)`,
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
      `${smu}.source.func = ${smu}.OUTPUT_DCVOLTS`,
      `${smu}.source.levelv = 0`,
      `${smu}.source.rangev = ${sent(most_V)}`,
      `${smu}.source.limiti = ${sent(compliance_A)}`,
      `${smu}.source.delay = 0 ${smu}.measure.delay = 0`,
      `${smu}.measure.count = 1 ${smu}.measure.filter.enable = 0 ${smu}.measure.autozero = ${smu}.AUTOZERO_ONCE`,
      // whether times are collected can be changed of an empty buffer only
      `${smu}.nvbuffer1.clear() ${smu}.nvbuffer2.clear()`,
      `${smu}.nvbuffer1.appendmode = 1 ${smu}.nvbuffer2.appendmode = 1 ${smu}.nvbuffer1.collecttimestamps = 1`,
    ],
    outputOn: [`${smu}.source.output = ${smu}.OUTPUT_ON`],
    outputOff: [`${smu}.source.output = ${smu}.OUTPUT_OFF`],
    level: (level_V) => `${smu}.source.levelv = ${sentLevel(level_V)}`,
    run: ({ levels_V, delay_s, nplc, autorange, compliance_A }: SmuRun, before?: SmuRun) => {
      const { levels, delay } = namesOf(levels_V, delay_s);
      const sameRange = before?.autorange === autorange && before.compliance_A === compliance_A;
      const range = autorange ? 'autorangei = 1' : `rangei = ${sent(compliance_A)}`;
      const changed = [
        ...(before?.nplc === nplc ? [] : [`${smu}.measure.nplc = ${sent(nplc)}`]),
        ...(sameRange ? [] : [`${smu}.measure.${range}`]),
      ];
      return {
        settings: [
          ...(changed.length === 0 ? [] : [changed.join(' ')]),
          `${smu}.nvbuffer1.clear() ${smu}.nvbuffer2.clear() ${levels} = {} ohmprop_n${channel} = ${levels_V.length} ${delay} = ${sent(delay_s)}`,
          ...tableOf(levels, levels_V),
        ],
        told: {
          text: `print(${delay}, ${smu}.measure.nplc, ${smu}.source.limiti, table.concat(${levels}, ","))`,
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
          `for k, v in ipairs(${levels}) do ${smu}.source.levelv = v delay(${delay}) ${smu}.measure.iv(${smu}.nvbuffer1, ${smu}.nvbuffer2) end ${levels} = nil`,
        ],
      };
    },
    reached: { text: `print(${smu}.nvbuffer1.n)`, form: /^\d\.\d{5}e[+-]\d\d$/, read: instrumentNumber },
    lastLevels: {
      text: `print(ohmprop_n${channel})`,
      form: /^(nil|\d\.\d{5}e[+-]\d\d)$/,
      read: (answer) => (answer === 'nil' ? Number.NaN : instrumentNumber(answer)),
    },
    readings: (count) => ({
      text: `printbuffer(1, ${count}, ${smu}.nvbuffer1.timestamps, ${smu}.nvbuffer2.readings, ${smu}.nvbuffer1.readings, ${smu}.nvbuffer1.statuses)`,
      // Whole fields: a lost byte makes none, but for a sign.
      form: /^-?\d\.\d{5}e[+-]\d\d(, ?-?\d\.\d{5}e[+-]\d\d){3,}$/,
      bytes: count * 56,
      read: (answer) => ({
        readings: grouped(answer, 4).map(([time_s, voltage_V, current_A, status]) => ({
          time_s,
          voltage_V,
          current_A,
          limited: (status & COMPLIANCE) !== 0,
        })),
      }),
    }),
    // it prints nothing where there is none: that would be waited for in vain, whatever level it stands at
    readingsAtOnce: false,
    overhead_s: 0.0003,
    nplc: [0.001, 25],
    maxLevels: 2500,
  };
}

/** Of channel A, the only one of some models. */
export const tsp2600 = tsp2600Channel('a');
/** Of channel B. */
export const tsp2600B = tsp2600Channel('b');

/**
 * Names that say what they hold. A line that loses a byte makes another name, which stays; one that loses the same byte later would
 * find there what an earlier run had been told.
 */
function namesOf(levels_V: readonly number[], delay_s: number): { levels: string; delay: string } {
  const sum = crc32(`${levels_V.map(sentLevel).join(',')};${sent(delay_s)}`)
    .toString(16)
    .padStart(8, '0');
  return { levels: `ohmprop_v${sum}`, delay: `ohmprop_d${sum}` };
}

function tableOf(name: string, levels_V: readonly number[]): string[] {
  const lines: string[] = [];
  for (let from = 0; from < levels_V.length; from += LINE_LEVELS) {
    const levels = levels_V.slice(from, from + LINE_LEVELS).map(sentLevel);
    lines.push(`for k, v in ipairs({${levels.join(',')}}) do table.insert(${name}, v) end`);
  }
  return lines;
}
