import { z } from 'zod';
import { formatQuantity, inputError, runError } from '../../core/index.js';
import { csvText } from '../../records/tables/index.js';
import { htmlReport } from '../../report/index.js';
import type { CellsSolution, CrossbarSolution } from '../../solver/crossbar/index.js';
import { type Answer, defineCommand, type OptionsOf } from '../frame/index.js';
import type { Io } from '../io.js';
import { asDrawn, drawnEffects } from './as-drawn.js';
import { type CrossbarEffects, crossbarEffects } from './effects.js';
import { effectSections, mapNames, productSections } from './figures.js';
import { oneInput, readCrossbar, requireOneArray, setCells } from './flags.js';
import { wiresOf } from './lines.js';
import { madeDescription, madeOptions, requireSpread } from './made-cells.js';
import { crossbarOptions, inputOption, solverOptions } from './options.js';
import { percent } from './percent.js';
import { iterationsText } from './solve.js';
import { openCrossbar } from './solve-inputs.js';
import { solveTiled } from './solve-tiles.js';
import { productOptions, weightsAnswer, weightsSummary } from './weights.js';

const options = z.strictObject({
  ...crossbarOptions,
  ...productOptions,
  ...solverOptions,
  ...madeOptions,
  input: inputOption,
  map: z.enum(mapNames).optional().meta({
    flag: '--map <name>',
    description: 'what -o FILE.svg or .png draws (drop); the report has them all',
  }),
});

type ReportOptions = OptionsOf<typeof options>;

export const reportCrossbarCommand = defineCommand({
  options,
  outputs: {
    '.html': 'the report: all maps in one page',
    '.csv': 'conductance, voltage, current, drop of every cell',
  },
  draws: 'one map',
  formerFlags: { '--output': '--out' },
  examples: [
    'ohmprop crossbar report --resistances r.csv --inputs v.csv --wire-ohm 2 -o report.html',
    'ohmprop crossbar report --conductances g.npy --inputs v.npy --map sneak -o sneak.svg --figure 85mm',
  ],
  check: requireSpread,

  async answer(given, { io, asked }) {
    if (given.map !== undefined && !asked.has('.svg') && !asked.has('.png')) {
      throw inputError('crossbar.usage', '--map: there is no picture to draw; name one, -o FILE.svg');
    }
    return given.tile === undefined ? report(io, given) : reportTiles(io, { ...given, tile: given.tile });
  },
});

/** Of a matrix on several arrays: its products; what a cell sees, a report of one of them says. */
async function reportTiles(
  io: Io,
  given: ReportOptions & { readonly tile: [number, number] },
): Promise<Answer> {
  if (given.map !== undefined) {
    throw inputError('crossbar.usage', '--map: a map is of one array; leave it out, or --tile');
  }
  if (given.cellSpread !== undefined || given.hardwareSeed !== undefined)
    throw inputError('crossbar.usage', '--cell-spread: of one array; leave it out, or --tile');
  const { product, answer, inputs, outputs } = await solveTiled(io, given);
  if (product.status !== 'settled') throw runError('crossbar.not-settled', product.message);
  const input = oneInput(given.input, product.power_W.length);
  const { tileRows, tileColumns } = product;
  const title = `${inputs} × ${outputs} weights on ${tileRows} × ${tileColumns} arrays`;
  const summary = [
    ...linesSummary(given),
    ...weightsSummary(answer),
    ['Power', formatQuantity(product.power_W[input], 'W')] as const,
  ];
  const sections = (redraw: string) => productSections(answer, input, { redraw });
  return {
    text: [title, ...summary.map(([name, value]) => `  ${name}: ${value}`)].join('\n'),
    json: { tiles: [tileRows, tileColumns], input, weights: answer, power_W: product.power_W[input] },
    outputs: {
      '.html': ({ width_mm, redraw }) =>
        htmlReport({ title, summary, warnings: [], sections: sections(redraw) }, { width_mm }),
      '.csv': () =>
        csvText(
          ['output', 'product', 'exact_product'],
          answer.products.map((product, j) => [j, product[input], answer.exactProducts[j][input]]),
        ),
    },
    figure: ({ redraw }) => {
      const { figure } = sections(redraw)[0];
      if (figure === undefined) throw new Error('no figure of products');
      return figure;
    },
  };
}

async function report(io: Io, given: ReportOptions): Promise<Answer> {
  const read = await readCrossbar(io, given);
  requireOneArray(read, 'crossbar report');
  const { description, drive } = read;
  const view = asDrawn(read);
  const input = oneInput(given.input, drive.count);
  const { rows, columns } = view;
  const made = madeDescription(read, given);
  const crossbar = openCrossbar(made, read.cells, given);
  const solution = crossbar.solve(drive);
  crossbar.close();
  if (solution.status !== 'settled') throw runError('crossbar.not-settled', solution.message);
  const effects = drawnEffects(crossbarEffects(description, drive, solution, input, read.cells), view);
  const title = `Crossbar ${rows} × ${columns}, input vector ${input}`;
  const weights = read.weights && weightsAnswer(read.weights, solution.outputCurrents_A, setCells(read));
  const summary = [
    ...summaryOf(given, effects, solution),
    ...(weights === undefined ? [] : weightsSummary(weights)),
  ];
  const sections = (redraw: string) => [
    ...effectSections(effects, view, { redraw }),
    ...(weights === undefined ? [] : productSections(weights, input, { redraw })),
  ];
  const { relativeError, meanError, largestError, worstDrop_V, power_W } = effects;
  return {
    text: [title, ...summary.map(([name, value]) => `  ${name}: ${value}`)].join('\n'),
    json: {
      rows,
      cols: columns,
      input,
      method: solution.stats.method,
      relativeError,
      meanRelativeError: meanError,
      largestRelativeError: largestError,
      worstDrop_V,
      power_W,
      outputCurrents_A: Array.from(effects.output_A),
      idealCurrents_A: Array.from(effects.ideal_A),
      ...(weights === undefined ? {} : { weights }),
    },
    outputs: {
      '.html': ({ width_mm, redraw }) =>
        htmlReport({ title, summary, warnings: [], sections: sections(redraw) }, { width_mm }),
      '.csv': () =>
        cellsOf(
          effects,
          read.cells === undefined
            ? view.cells(made.conductances_S)
            : view.cells(
                (solution as CellsSolution)
                  .cellConductances_S()
                  .subarray(input * rows * columns, (input + 1) * rows * columns),
              ),
          columns,
        ),
    },
    figure: ({ redraw }) => {
      const { figure } = sections(redraw)[mapNames.indexOf(given.map ?? 'drop')];
      if (figure === undefined) throw new Error(`no figure ${given.map}`);
      return figure;
    },
  };
}

function linesSummary(given: ReportOptions): (readonly [string, string])[] {
  const { row_ohm, column_ohm, firstRow_ohm, lastColumn_ohm } = wiresOf(given);
  return [
    ['Wires', `${row_ohm} Ω a word-line segment, ${column_ohm} Ω a bit-line segment`],
    [
      'First and last',
      `${firstRow_ohm} Ω before a word line's first cell, ${lastColumn_ohm} Ω after a bit line's last`,
    ],
    [
      'Ends',
      `drivers ${given.driverOhm} Ω${given.driveBothEnds ? ', word lines at both ends' : ''}, sense ends ${given.senseOhm} Ω${given.senseEnds === 'last' ? '' : `, bit lines at ${given.senseEnds === 'both' ? 'both ends' : 'the first cell'}`}`,
    ],
  ];
}

function summaryOf(
  given: ReportOptions,
  effects: CrossbarEffects,
  { stats }: CrossbarSolution,
): (readonly [string, string])[] {
  const largestShare = effects.sneakShare.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  return [
    ...linesSummary(given),
    ...(given.cellSpread === undefined
      ? []
      : [
          [
            'Cells',
            `as made, ${percent(given.cellSpread)} of spread, array ${given.hardwareSeed ?? 1}; errors are against the cells asked for`,
          ] as const,
        ]),
    ['Inputs', `${given.inputsOn}, scheme ${given.scheme}`],
    [
      'Output error |ΔI/I|',
      `mean ${percent(effects.meanError)}, largest ${percent(effects.largestError)}${effects.withoutIdeal === 0 ? '' : `; without ${effects.withoutIdeal} whose ideal output is 0`}`,
    ],
    ['Output error, rms', `${percent(effects.relativeError)} of the rms ideal product`],
    ['Worst drop', formatQuantity(effects.worstDrop_V, 'V')],
    ['Largest sneak share of a cell', percent(largestShare)],
    ['Power', formatQuantity(effects.power_W, 'W')],
    [
      'Solved by',
      `${stats.method}, ${iterationsText(stats.iterations)}; largest net node current ${formatQuantity(stats.kclResidual_A, 'A')}`,
    ],
  ];
}

function cellsOf(
  { cell_V, current_A, drop_V, sneakShare }: CrossbarEffects,
  conductances_S: Float64Array,
  columns: number,
): string {
  const rows = Array.from(cell_V, (_, k) => [
    Math.floor(k / columns),
    k % columns,
    conductances_S[k],
    cell_V[k],
    current_A[k],
    Number.isNaN(drop_V[k]) ? '' : drop_V[k],
    sneakShare[k],
  ]);
  return csvText(['row', 'column', 'conductance_S', 'cell_V', 'current_A', 'drop_V', 'sneak_share'], rows);
}
