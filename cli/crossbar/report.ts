import type { Command } from 'commander';
import { formatQuantity, inputError, runError } from '../../core/index.js';
import { writeFileAtomically } from '../../records/index.js';
import {
  type FigureSpec,
  heatMap,
  htmlReport,
  type ReportSection,
  renderPng,
  renderSvg,
} from '../../report/index.js';
import { solveCrossbar } from '../../solver/crossbar/index.js';
import { type Io, printJson } from '../io.js';
import { CrossbarBar } from './bar.js';
import { type CrossbarEffects, crossbarEffects } from './effects.js';
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
  const sections = sectionsOf(effects, rows, columns);
  const stem = flags.output.replace(/\.html$/, '');
  const figures = new Map<number, string>();
  const files: string[] = [];
  const bar = new CrossbarBar(io, sections.length, 'figures');
  for (const [k, { figure, title }] of sections.entries()) {
    if (figure !== undefined) {
      const svg = await renderSvg(figure);
      const name = `${stem}-${title.toLowerCase().replace(/[^a-z]+/g, '-')}`;
      await writeFileAtomically(`${name}.svg`, svg);
      await writeFileAtomically(`${name}.png`, await renderPng(svg));
      figures.set(k, svg);
      files.push(`${name}.svg`, `${name}.png`);
    }
    bar.update(k + 1);
  }
  bar.stop();
  const largestShare = (values: Float64Array) => values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const page = htmlReport(
    {
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
    },
    figures,
  );
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

function sectionsOf(effects: CrossbarEffects, rows: number, columns: number): ReportSection[] {
  const map = (
    title: string,
    caption: string,
    values: Float64Array,
    quantity: string,
    unit: string,
  ): ReportSection => ({
    title,
    caption,
    figure: heatMap({ values, rows, columns, quantity, unit, rowName: 'word line', columnName: 'bit line' }),
  });
  return [
    map(
      'Voltage at the cells',
      'Word-line less bit-line voltage: what reaches each cell.',
      effects.cell_V,
      'voltage',
      'V',
    ),
    map('Current', 'Through each cell, from word line to bit line.', effects.current_A, 'current', 'A'),
    map(
      'Drop',
      'What each cell lacks of the voltage between the ends of its lines. Grey: on a floating line.',
      effects.drop_V,
      'drop',
      'V',
    ),
    {
      title: 'Output error',
      caption: 'Output current of each bit line against the ideal product Σ G·V.',
      figure: errorFigure(effects.outputError),
    },
    map(
      'Sneak-path share',
      "Share of its bit line's cell current that flows through a cell where the ideal product has none, or against it.",
      effects.sneakShare.map((share) => 100 * share),
      'share (%)',
      '1',
    ),
  ];
}

function errorFigure(outputError: Float64Array): FigureSpec {
  const values = Array.from(outputError, (error, column) => ({ column, error: 100 * error })).filter(
    ({ error }) => Number.isFinite(error),
  );
  return {
    width: 480,
    height: 220,
    data: { values },
    mark: values.length > 100 ? { type: 'line' } : { type: 'bar' },
    encoding: {
      x: {
        field: 'column',
        type: 'quantitative',
        title: 'bit line',
        axis: { format: 'd', tickMinStep: 1 },
        scale: { domain: [-0.5, outputError.length - 0.5], nice: false },
      },
      y: { field: 'error', type: 'quantitative', title: 'output error (%)', scale: { zero: true } },
    },
  } as FigureSpec;
}
