import type { Parameter } from '../estimates/index.js';

/** A law of a state over time: y = G over its first value, t as measured. */
export interface RetentionLaw {
  readonly name: string;
  /** As a figure's legend prints it. */
  readonly formula: string;
  readonly parameters: (record: RecordSpan) => readonly Parameter[];
  readonly starts: (record: RecordSpan) => readonly (readonly number[])[];
  readonly value: (p: ArrayLike<number>, t: number) => number;
  /** Whether its parameters stand for each other: where one cannot be told, none can. */
  readonly linked?: true;
}

/** What bounds and starts are taken from. */
export interface RecordSpan {
  readonly first_s: number;
  readonly last_s: number;
  /** Shortest time between two reads [s]. */
  readonly step_s: number;
  /** y at the end; 1 at the beginning. */
  readonly end: number;
}

/** A level of y, in first values: a baseline may lie far off where the record bends little. */
const level = (name: string): Parameter => ({
  name,
  low: -1e4,
  high: 1e4,
  spacing: 'asinh',
  knee: 1,
  zeroCounts: true,
});
const rate = (name: string, { last_s, first_s }: RecordSpan): Parameter => ({
  name,
  low: -1e3 / (last_s - first_s),
  high: 1e3 / (last_s - first_s),
  spacing: 'asinh',
  knee: 1 / (last_s - first_s),
  zeroCounts: true,
});
/** From a tenth of a step to 300 records: a longer one is a straight line to the last digit. */
const tau = ({ step_s, last_s, first_s }: RecordSpan): Parameter => ({
  name: 'tau_s',
  low: step_s / 10,
  high: 300 * (last_s - first_s),
  spacing: 'log',
});
const slopeOf = ({ first_s, last_s, end }: RecordSpan): number => (end - 1) / (last_s - first_s);

/** The laws that a record is compared with; `log` and `power` need times above zero. */
export const retentionLaws: readonly RetentionLaw[] = [
  {
    name: 'constant',
    formula: 'y = a',
    parameters: () => [level('a')],
    starts: ({ end }) => [[(1 + end) / 2]],
    value: (p) => p[0],
  },
  {
    name: 'linear',
    formula: 'y = a + b t',
    parameters: (record) => [level('a'), rate('b_per_s', record)],
    starts: (record) => [[1, slopeOf(record)]],
    value: (p, t) => p[0] + p[1] * t,
  },
  {
    name: 'log',
    formula: 'y = a + b ln t',
    parameters: () => [level('a'), level('b')],
    starts: ({ end, first_s, last_s }) => [[1, (end - 1) / Math.log(last_s / first_s)]],
    value: (p, t) => p[0] + p[1] * Math.log(t),
  },
  {
    name: 'power',
    formula: 'y = a t^−ν',
    parameters: () => [level('a'), { name: 'nu', low: -5, high: 5, zeroCounts: true }],
    starts: ({ end, first_s, last_s }) => [[1, end > 0 ? -Math.log(end) / Math.log(last_s / first_s) : 1]],
    value: (p, t) => p[0] * t ** -p[1],
  },
  {
    name: 'exponential',
    formula: 'y = a e^(r t)',
    parameters: (record) => [level('a'), rate('r_per_s', record)],
    starts: (record) => [[1, slopeOf(record)]],
    value: (p, t) => p[0] * Math.exp(p[1] * t),
  },
  {
    name: 'exponential to a baseline',
    formula: 'y = b + c e^(−t/τ)',
    parameters: (record) => [level('baseline'), level('c'), tau(record)],
    starts: (record) =>
      [0.1, 1, 3].map((share) => [record.end, 1 - record.end, share * (record.last_s - record.first_s)]),
    value: (p, t) => p[0] + p[1] * Math.exp(-t / p[2]),
    linked: true,
  },
  {
    name: 'stretched exponential',
    formula: 'y = a e^(± (t/τ)^β)',
    parameters: (record) => [level('a'), tau(record), { name: 'beta', low: 0.05, high: 3 }],
    starts: (record) => [1, 10, 100].map((share) => [1, share * (record.last_s - record.first_s), 0.7]),
    // Which way it goes is that of the record: one parameter less than a law that may do either.
    value: (p, t) => p[0] * Math.exp(p[3] * (t / p[1]) ** p[2]),
  },
];
