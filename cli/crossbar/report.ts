import type { Command } from 'commander';
import { formatQuantity, inputError, runError } from '../../core/index.js';
import { writeFileAtomically } from '../../records/index.js';
import { htmlReport, renderPng, renderSvg } from '../../report/index.js';
import { solveCrossbar } from '../../solver/crossbar/index.js';
import { type Io, printJson } from '../io.js';
import { CrossbarBar } from './bar.js';
import { crossbarEffects } from './effects.js';
import { effectSections } from './figures.js';
import {
  addCrossbarFlags,
  addSolverFlags,
  type CrossbarFlags,
  oneInput,
  readCrossbar,
  type SolverFlags,
} from './flags.js';
import { iterationsText } from './solve.js';

interface ReportFlags extends CrossbarFlags, SolverFlags {
  readonly output: string;
  readonly input: string;
  readonly json?: boolean;
}

export function reportCrossbarCommand(command: Command, io: Io): void {
  addSolverFlags(addCrossbarFlags(command))
    .option('-o, --output <file>', 'report file', 'crossbar-report.html')
    .option('--input <k>', 'input vector, from 0', '0')
    .option('--json', 'one JSON object on stdout')
    .action((flags) => report(io, flags));
}

async function report(io: Io, flags: ReportFlags): Promise<void> {
  if (!flags.output.endsWith('.html')) {
    throw inputError('crossbar.usage', `--output: got ${flags.output}; the name must end in .html`);
  }
  const { description, drive } = await readCrossbar(io, flags);
  const input = oneInput(flags.input, drive.count);
  const { rows, columns } = description;
  const solution = solveCrossbar({
    ...description,
    inputs_V: drive.rows_V,
    ...(drive.columns_V === undefined ? {} : { columns_V: drive.columns_V }),
    tolerance: flags.tolerance,
    threads: flags.threads,
  });
  const { stats } = solution;
  if (solution.status !== 'settled') throw runError('crossbar.not-settled', solution.message);
  const effects = crossbarEffects(description, drive, solution, input);
  const sections = effectSections(effects, [rows, columns]);
  const stem = flags.output.replace(/\.html$/, '');
  const files: string[] = [];
  const bar = new CrossbarBar(io, sections.length, 'figures');
  for (const [k, { figure, title }] of sections.entries()) {
    if (figure !== undefined) {
      const svg = await renderSvg(figure);
      const name = `${stem}-${title.toLowerCase().replace(/[^a-z]+/g, '-')}`;
      await writeFileAtomically(`${name}.svg`, svg);
      await writeFileAtomically(`${name}.png`, await renderPng(svg));
      files.push(`${name}.svg`, `${name}.png`);
    }
    bar.update(k + 1);
  }
  bar.stop();
  const largestShare = (values: Float64Array) => values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const page = htmlReport({
    title: `Crossbar ${rows} × ${columns}, input vector ${input}`,
    summary: [
      ['Wires', `${flags.wireRowOhm} Ω a word-line segment, ${flags.wireColOhm} Ω a bit-line segment`],
      [
        'Ends',
        `drivers ${flags.driverOhm} Ω${flags.driveBothEnds ? ' at both ends' : ''}, sense ends ${flags.senseOhm} Ω`,
      ],
      ['Scheme', flags.scheme],
      ['Output error', `${percentOf(effects.relativeError)} of the ideal product (rms)`],
      ['Worst drop', formatQuantity(effects.worstDrop_V, 'V')],
      ['Largest sneak share of a cell', percentOf(largestShare(effects.sneakShare))],
      ['Power', formatQuantity(effects.power_W, 'W')],
      [
        'Solved by',
        `${stats.method}, ${iterationsText(stats.iterations)}; largest net node current ${formatQuantity(stats.kclResidual_A, 'A')}`,
      ],
    ],
    warnings: [],
    sections,
  });
  await writeFileAtomically(flags.output, page);
  io.stderr.write(`${[flags.output, ...files].join('\n')}\n`);
  if (flags.json) {
    printJson(io, {
      rows,
      cols: columns,
      method: stats.method,
      relativeError: effects.relativeError,
      worstDrop_V: effects.worstDrop_V,
      power_W: effects.power_W,
      files: [flags.output, ...files],
    });
  }
}

const percentOf = (share: number) => (share === 0 ? '0 %' : `${(100 * share).toPrecision(3)} %`);
