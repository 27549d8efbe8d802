import { z } from 'zod';
import {
  type DialectName,
  dialectNames,
  readSpiceFile,
  type SpiceCircuit,
} from '../../circuits/spice/index.js';
import { formatQuantity, inputError, isUsable, runError, statusRemedy } from '../../core/index.js';
import { OperatingPointSolver, operatingPoint, sweepDc } from '../../solver/mna/index.js';
import { measure } from '../../solver/time/index.js';
import { type Answer, defineCommand, path, quantity } from '../frame/index.js';
import { type Io, warn } from '../io.js';
import { runWithNgspice } from './ngspice.js';
import { measuredText, operatingPointText, sweepText, transientText } from './print.js';
import { unanswered, unansweredError } from './requests.js';
import { type CircuitResults, tableOf, tableOutputs } from './results.js';
import { endOf, transients } from './transients.js';

export const spiceFile = path(z.string()).meta({
  argument: '<file>',
  description: 'circuit in SPICE syntax',
});

export const dialectOption = z.enum(dialectNames).optional().meta({
  flag: '--dialect <name>',
  description: 'whose SPICE it is: ngspice (default), ltspice, pspice or xyce; guessed where the file tells',
});

export const runCommand = defineCommand({
  options: z.strictObject({
    file: spiceFile,
    engine: z.enum(['ohmprop', 'ngspice']).default('ohmprop').meta({
      flag: '--engine <name>',
      description: 'who solves it; ngspice for cards and analyses that ohmprop does not know',
    }),
    deadline: quantity('s', z.number().gt(0).optional()).meta({
      flag: '--deadline <s>',
      description: 'after which ngspice is stopped (600 s)',
    }),
    dialect: dialectOption,
    rawText: z.boolean().default(false).meta({
      flag: '--raw-text',
      description: 'numbers of a .raw file as text',
    }),
  }),
  outputs: {
    '.raw': 'a SPICE raw file',
    '.csv': 'the results as a table',
    '.html': 'a page with the figure',
  },
  draws: 'node voltages: bars of an operating point, curves of a sweep or over time',
  formerFlags: { '--raw': '--out', '--csv': '--out', '--plot': '--out' },
  examples: [
    'ohmprop circuit run divider.cir',
    'ohmprop circuit run curve.cir --json -o curve.csv -o curve.svg --figure 85mm',
    'ohmprop circuit run pulses.cir -o pulses.raw -o pulses.svg',
    'ohmprop circuit run amplifier.cir --engine ngspice --deadline 60s -o amplifier.raw',
  ],
  notes:
    'Numbers inside the file follow the rules of SPICE (1meg, 4k7 refused). Without .op, .dc and .tran the operating point is solved. Ctrl-C ends a transient and keeps what was computed.',
  async answer({ file, engine, dialect, rawText, deadline }, { io, asked }) {
    if (rawText && !asked.has('.raw')) {
      throw inputError('circuit.usage', '--raw-text: there is no raw file to write; name one, -o FILE.raw');
    }
    if (engine === 'ngspice') {
      if (dialect !== undefined && dialect !== 'ngspice') {
        throw inputError(
          'circuit.usage',
          `--dialect ${dialect} is for ohmprop’s own solver; ngspice reads its own`,
        );
      }
      return runWithNgspice(io, file, { deadline: deadline ?? 600, rawText });
    }
    if (deadline === undefined) return run(io, file, dialect, rawText);
    throw inputError(
      'circuit.usage',
      '--deadline is for --engine ngspice; ohmprop’s own solver ends by itself',
    );
  },
});

async function run(
  io: Io,
  file: string,
  dialect: DialectName | undefined,
  rawText: boolean,
): Promise<Answer> {
  const circuit = readSpiceFile(file, { unsupported: 'collect', dialect });
  const refused = unanswered(circuit);
  if (refused.length > 0) throw unansweredError(refused);
  for (const { place, message } of circuit.warnings) warn(io, `${place}: ${message}`);
  const results = await solve(io, circuit);
  const failure = failureOf(results);
  return {
    text: [
      ...(results.op ? operatingPointText(results.op) : []),
      ...results.dc.map(sweepText),
      ...results.transient.flatMap((one, k) => [...transientText(one), ...measuredText(results.measured[k])]),
    ].join('\n'),
    json: { ...asJson(results), warnings: circuit.warnings },
    ...tableOutputs(tableOf(results), rawText, results.stats),
    ...(failure === undefined
      ? {}
      : {
          failure: endOf(io, results.transient) ?? runError('circuit.not-settled', `${file}: ${failure}`),
        }),
  };
}

/** Carries out the file's analyses; an operating point when it asks for none. */
async function solve(io: Io, circuit: SpiceCircuit): Promise<CircuitResults> {
  const { analyses } = circuit;
  const started = performance.now();
  const wantsPoint = analyses.op || (analyses.dc.length === 0 && analyses.transient.length === 0);
  // A transient alone may start from initial conditions, without any operating point.
  const solver = wantsPoint || analyses.dc.length > 0 ? new OperatingPointSolver(circuit) : undefined;
  const op = wantsPoint && solver ? operatingPoint(solver.solve()) : undefined;
  const dc = analyses.dc.map(({ ranges }) => sweepDc(circuit, ranges));
  const transient = await transients(io, circuit);
  return {
    title: circuit.title,
    ...(op ? { op } : {}),
    dc,
    transient,
    measured: transient.map(({ value }) => measure(value, analyses.measures)),
    stats: {
      elements: circuit.size,
      nodes: circuit.nodes().length,
      unknowns: solver?.size ?? transient[0].stats.unknowns,
      method: solver?.method ?? transient[0].stats.method,
      seconds: (performance.now() - started) / 1000,
    },
  };
}

function failureOf({ op, dc, transient }: CircuitResults): string | undefined {
  if (op && op.status !== 'settled') {
    return `the operating point ended as "${op.status}"${op.worst ? ` at ${op.worst}` : ''}. ${statusRemedy[op.status]}`;
  }
  const ended = transient.find(({ status }) => !isUsable(status));
  if (ended !== undefined) {
    const { stats, status } = ended;
    const where = stats.worst === '' ? '' : `, ${stats.worst}`;
    return `the transient ended as "${status}" at ${formatQuantity(stats.reached_s, 's')}${where}. ${statusRemedy[status]}`;
  }
  const failure = dc.flatMap((sweep) => sweep.failures.map((f) => ({ ...f, sweep })))[0];
  if (failure === undefined) return undefined;
  const { sweep, point, status, worst } = failure;
  const at = sweep.swept.map((name, k) => `${name} = ${sweep.values[k][point]}`).join(', ');
  return `the sweep ended as "${status}" at ${at}${worst ? `, ${worst}` : ''}. ${statusRemedy[status]}`;
}

function asJson({ title, op, dc, transient, measured, stats }: CircuitResults): object {
  const rows = (columns: Readonly<Record<string, Float64Array>>) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Array.from(values)]));
  return {
    title,
    ...(op ? { op } : {}),
    ...(dc.length > 0
      ? {
          dc: dc.map((sweep) => ({
            swept: sweep.swept.map((source, k) => ({ source, values: Array.from(sweep.values[k]) })),
            voltages_V: rows(sweep.voltages_V),
            currents_A: rows(sweep.currents_A),
            failures: sweep.failures,
            iterations: sweep.iterations,
            largestResidual_A: sweep.largestResidual_A,
          })),
        }
      : {}),
    ...(transient.length > 0
      ? {
          transient: transient.map(({ value, status, stats: { start, ...figures } }, k) => ({
            status,
            ...figures,
            ...(start === undefined ? {} : { start: { status: start.status, strategy: start.strategy } }),
            ...(measured[k].length === 0
              ? {}
              : { measured: Object.fromEntries(measured[k].map((one) => [one.name, one.value ?? null])) }),
            time_s: Array.from(value.time_s),
            voltages_V: rows(value.voltages_V),
            currents_A: rows(value.currents_A),
            states: rows(value.states),
          })),
        }
      : {}),
    stats,
  };
}
