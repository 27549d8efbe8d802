import { z } from 'zod';
import {
  type DialectName,
  dialectNames,
  readSpiceFile,
  type SpiceCircuit,
} from '../../circuits/spice/index.js';
import { inputError, runError } from '../../core/index.js';
import { OperatingPointSolver, operatingPoint, sweepDc } from '../../solver/mna/index.js';
import { measure } from '../../solver/time/index.js';
import { type Answer, defineCommand, path, quantity } from '../frame/index.js';
import { type Io, warn } from '../io.js';
import { runWithNgspice } from './ngspice.js';
import { resultsText } from './print.js';
import { unanswered, unansweredError } from './requests.js';
import { asJson, type CircuitResults, failureOf, tableOf, tableOutputs } from './results.js';
import { steppedAnswer } from './stepped-answer.js';
import { solveSteps } from './steps.js';
import { endOf, transients } from './transients.js';
import { atWork, type Work } from './work.js';

export const spiceFile = path(z.string()).meta({
  argument: '<file>',
  description: 'circuit in SPICE syntax, or a schematic of LTspice (.asc)',
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
    'Numbers inside the file follow the rules of SPICE (1meg, 4k7 refused). Without .op, .dc and .tran the operating point is solved. With .step everything is carried out for every value: .raw has a plot for each, .csv columns for what is stepped. Ctrl-C ends a transient or steps and keeps what was computed.',
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
  const { steps, transient } = circuit.analyses;
  const notice = 'Ending; what was computed is kept …';
  if (steps.length > 0) {
    const started = performance.now();
    const results = await atWork(io, notice, (work) =>
      solveSteps(file, { circuit, dialect }, work, (one, inStep) => solve(io, one, inStep)),
    );
    return steppedAnswer(io, file, results, rawText, (performance.now() - started) / 1000);
  }
  const results =
    transient.length === 0
      ? await solve(io, circuit, idle)
      : await atWork(io, notice, (work) => solve(io, circuit, work));
  const failure = failureOf(results);
  return {
    text: resultsText(results).join('\n'),
    // Worked out only for --json: a long transient is large as objects.
    get json() {
      return { ...asJson(results), warnings: circuit.warnings };
    },
    ...tableOutputs(tableOf(results), rawText, results.stats),
    ...(failure === undefined
      ? {}
      : {
          failure: endOf(io, results.transient) ?? runError('circuit.not-settled', `${file}: ${failure}`),
        }),
  };
}

/** Work that takes no time and is not interrupted. */
const idle: Work = { signal: new AbortController().signal, progress: () => {} };

/** Carries out the file's analyses; an operating point when it asks for none. */
async function solve(io: Io, circuit: SpiceCircuit, work: Work): Promise<CircuitResults> {
  const { analyses } = circuit;
  const started = performance.now();
  const wantsPoint = analyses.op || (analyses.dc.length === 0 && analyses.transient.length === 0);
  // A transient alone may start from initial conditions, without any operating point.
  const solver = wantsPoint || analyses.dc.length > 0 ? new OperatingPointSolver(circuit) : undefined;
  const op = wantsPoint && solver ? operatingPoint(solver.solve()) : undefined;
  const dc = analyses.dc.map(({ ranges }) => sweepDc(circuit, ranges));
  const transient = await transients(io, circuit, work);
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
