import { type Command, Option } from 'commander';
import { readSpiceDeck, readSpiceFile, type SpiceCircuit } from '../../circuits/spice/index.js';
import { runError, statusRemedy } from '../../core/index.js';
import { OperatingPointSolver, operatingPoint, sweepDc } from '../../solver/mna/index.js';
import { type Io, printJson } from '../io.js';
import { runWithNgspice } from './ngspice.js';
import { printOperatingPoint, printSweep } from './print.js';
import { unanswered, unansweredError } from './requests.js';
import { checkPlotName, writeResults } from './results.js';
import type { CircuitResults, RunFlags } from './run-results.js';

export function runCommand(command: Command, io: Io): void {
  command
    .argument('<file>', 'circuit in SPICE syntax')
    .option('--raw <file>', 'write the results as a SPICE raw file (binary)')
    .option('--raw-text', 'write numbers in the raw file as text')
    .option('--csv <file>', 'write the results as CSV')
    .option('--plot <file>', 'draw the results: .svg, .png or .html')
    .addOption(
      new Option('--engine <name>', 'ohmprop, or ngspice for cards that ohmprop does not know')
        .choices(['ohmprop', 'ngspice'])
        .default('ohmprop'),
    )
    .option('--json', 'one JSON object on stdout')
    .action((file, flags) => run(io, file, flags));
}

async function run(io: Io, file: string, flags: RunFlags): Promise<void> {
  checkPlotName(flags);
  if (flags.engine === 'ngspice') {
    await runWithNgspice(io, file, readSpiceDeck(file), flags);
    return;
  }
  const circuit = readSpiceFile(file, { unsupported: 'collect' });
  const refused = unanswered(circuit);
  if (refused.length > 0) throw unansweredError(refused);
  for (const { place, message } of circuit.warnings) io.stderr.write(`warning: ${place}: ${message}\n`);
  const results = solve(circuit);
  if (results.op) printOperatingPoint(io, results.op);
  for (const sweep of results.dc) printSweep(io, sweep);
  await writeResults(io, results, flags);
  if (flags.json) printJson(io, asJson(results));
  const failure = failureOf(results);
  if (failure !== undefined) throw runError('circuit.not-settled', `${file}: ${failure}`);
}

/** Carries out the file's analyses; an operating point when it asks for none. */
function solve(circuit: SpiceCircuit): CircuitResults {
  const { analyses } = circuit;
  const started = performance.now();
  const solver = new OperatingPointSolver(circuit);
  const wantsPoint = analyses.op || analyses.dc.length === 0;
  const op = wantsPoint ? operatingPoint(solver.solve()) : undefined;
  const dc = analyses.dc.map(({ ranges }) => sweepDc(circuit, ranges));
  return {
    title: circuit.title,
    ...(op ? { op } : {}),
    dc,
    stats: {
      elements: circuit.size,
      nodes: circuit.nodes().length,
      unknowns: solver.size,
      method: solver.method,
      seconds: (performance.now() - started) / 1000,
    },
  };
}

function failureOf({ op, dc }: CircuitResults): string | undefined {
  if (op && op.status !== 'settled') {
    return `the operating point ended as "${op.status}"${op.worst ? ` at ${op.worst}` : ''}. ${statusRemedy[op.status]}`;
  }
  const failure = dc.flatMap((sweep) => sweep.failures.map((f) => ({ ...f, sweep })))[0];
  if (failure === undefined) return undefined;
  const { sweep, point, status, worst } = failure;
  const at = sweep.swept.map((name, k) => `${name} = ${sweep.values[k][point]}`).join(', ');
  return `the sweep ended as "${status}" at ${at}${worst ? `, ${worst}` : ''}. ${statusRemedy[status]}`;
}

function asJson({ title, op, dc, stats }: CircuitResults): object {
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
    stats,
  };
}
