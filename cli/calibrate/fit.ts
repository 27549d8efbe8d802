import { z } from 'zod';
import {
  cellFile,
  cellFileText,
  type FittedTrains,
  fittedCell,
  fittedPopulation,
  whyNoCell,
  windowRemarks,
} from '../../calibration/cell-files/index.js';
import { MeasuredReader } from '../../calibration/files/index.js';
import type { MeasuredFile } from '../../calibration/measured/index.js';
import {
  compareLaws,
  type TrainFitOptions,
  type TrainLabels,
  type TrainModelName,
  trainLabels,
  trainModel,
} from '../../calibration/trains/index.js';
import { eventLoopTurn, inputError, type OhmpropError, printableLine, runError } from '../../core/index.js';
import { csvText } from '../../records/tables/index.js';
import { CrossbarBar } from '../crossbar/bar.js';
import {
  type Answer,
  type Context,
  defineCommand,
  type OptionsOf,
  path,
  quantities,
  readBy,
} from '../frame/index.js';
import { fitJson, fitText, rampText } from './fit-answer.js';
import { fitFigure } from './fit-figure.js';
import { readingOptions } from './reading.js';

const options = z.strictObject({
  files: path(z.array(z.string()).min(1, 'name at least one file')).meta({
    argument: '<file...>',
    description: 'files with trains of identical pulses, as an instrument wrote them',
  }),
  model: readBy(
    'laws',
    (text) => text.split(',').map((name) => trainModel(name.trim()).name),
    z.array(z.string()).optional(),
  ).meta({
    flag: '--model <names>',
    description: 'laws to compare: linear, soft-bounds, power, logistic, exponential-step (all of them)',
  }),
  window: quantities(
    'S',
    z.array(z.number().min(0)).length(2, 'needs two conductances, as 1uS,10uS').optional(),
  ).meta({
    flag: '--window <low,high>',
    description: 'conductances that the cell lies between, where they are known; laws with a bound keep it',
  }),
  ...readingOptions,
});

export const fitCommand = defineCommand({
  options,
  outputs: { '.json': 'the cell file, name.cell.json', '.csv': 'data and curves' },
  draws: 'trains and curves',
  examples: [
    'ohmprop calibrate fit pulses.csv -o my.cell.json',
    'ohmprop calibrate fit pulses.csv --model soft-bounds,power -o fit.svg',
    'ohmprop calibrate fit trains.m --answer readVoltage=0.1V --window 1uS,20uS -o my.cell.json --json',
  ],
  notes:
    'Looks: reads the files, changes none. Labels are of the data; the law is chosen by trains held out, else by AIC with an effective count.',
  answer: (given, context) => fitFiles(given, context),
});

/** A file with what its trains say, and its cells fitted. */
export interface FittedFile {
  readonly file: MeasuredFile;
  readonly labels: TrainLabels;
  readonly cells: readonly FittedTrains[];
}

async function fitFiles(given: OptionsOf<typeof options>, context: Context): Promise<Answer> {
  const { model, window } = given;
  if (window !== undefined && !(window[1] > window[0])) {
    throw inputError(
      'calibrate.window',
      `--window: the lower conductance stands first, got ${window.join(', ')} S`,
    );
  }
  const reader = new MeasuredReader(given);
  const read: { file: MeasuredFile; labels: TrainLabels }[] = [];
  for (const name of given.files) {
    const file = await reader.read(name);
    read.push({ file, labels: trainLabels(file) });
  }
  const questions = read.flatMap(({ file }) => file.questions.map((q) => ({ file: file.path, ...q })));
  const blocking = questions.find(({ blocks }) => blocks);
  const fitOptions: TrainFitOptions = window === undefined ? {} : { window: [window[0], window[1]] };
  const fitted =
    blocking === undefined
      ? await fitAll(read, model as TrainModelName[] | undefined, fitOptions, context)
      : [];
  const cells = fitted.flatMap((one) => one.cells.map((cell) => ({ ...one, cell })));
  const failure =
    blocking === undefined
      ? failureOf(
          read,
          cells.map(({ cell }) => cell),
        )
      : inputError(
          'calibrate.questions',
          `${blocking.file}: ${blocking.text}; answer by ${blocking.flag}, or in calibrate.yaml beside it`,
        );
  const named = window === undefined ? undefined : ([window[0], window[1]] as const);
  return {
    text: [
      ...read.flatMap(({ labels }) => labels.ramps.map(rampText)),
      ...read.flatMap(({ labels }) =>
        labels.refused.map(({ series, reason }) => `${series}: no train: ${reason}`),
      ),
      ...read.flatMap(({ labels }) => labels.remarks.map((remark) => `note: ${remark}`)),
      ...cells.map(({ cell }) => fitText(cell, whyNoCell(cell, named), named)),
      ...questions
        .filter(({ blocks }) => !blocks)
        .map(({ text, flag }) => `question, may stay open: ${printableLine(text)}; ${flag}`),
    ].join('\n'),
    json: fitJson(
      read,
      cells.map(({ cell }) => cell),
      questions,
      named,
    ),
    outputs: {
      '.json': async () => await cellText(cells, named, context.line),
      '.csv': () => tidyCsv(cells.map(({ cell }) => cell)),
    },
    figure: ({ redraw }) => fitFigure(oneOf(cells, 'a figure').cell, redraw),
    ...(failure === undefined ? {} : { failure }),
  };
}

async function fitAll(
  read: readonly { file: MeasuredFile; labels: TrainLabels }[],
  names: readonly TrainModelName[] | undefined,
  fitOptions: TrainFitOptions,
  { io }: Context,
): Promise<FittedFile[]> {
  const total = read.reduce((sum, { labels }) => sum + labels.cells.length, 0) * 2;
  const bar = new CrossbarBar(io, total, 'trains fitted');
  const fitted: FittedFile[] = [];
  let done = 0;
  try {
    for (const { file, labels } of read) {
      const cells: FittedTrains[] = [];
      for (const description of labels.cells) {
        const of: { up?: FittedTrains['up']; down?: FittedTrains['down'] } = {};
        for (const way of ['up', 'down'] as const) {
          const trains = description[way].map(({ train }) => train);
          if (trains.length > 0) of[way] = compareLaws(trains, names, fitOptions);
          bar.update(++done);
          await eventLoopTurn();
        }
        cells.push({ description, ...of } as FittedTrains);
      }
      fitted.push({ file, labels, cells });
    }
  } finally {
    bar.stop();
  }
  return fitted;
}

/** Nothing to fit; or a fit that has not converged, which is printed and marked all the same. */
function failureOf(
  read: readonly { file: MeasuredFile; labels: TrainLabels }[],
  cells: readonly FittedTrains[],
): OhmpropError | undefined {
  if (cells.length === 0) {
    const why = read.map(({ file, labels }) => {
      const reason =
        (file.series.some(({ kind }) => kind === 'step-table')
          ? 'a table of steps over conductances, which is a cell already: "ohmprop cell pulse crosssim:UP.txt,DOWN.txt", "train --cells crosssim:UP.txt,DOWN.txt"'
          : undefined) ??
        labels.ramps[0]?.reason ??
        labels.refused[0]?.reason ??
        `no train of pulses; it holds ${[...new Set(file.series.map(({ kind }) => kind))].join(', ') || 'no series'}`;
      return `${file.path}: ${reason}`;
    });
    return inputError(
      'calibrate.no-trains',
      `nothing to fit: ${why.join('; ')}. "ohmprop calibrate inspect" says what the file was taken for`,
    );
  }
  const bad = cells
    .flatMap(({ up, down }) => [up, down])
    .find((laws) => laws !== undefined && laws.best.status !== 'converged');
  if (bad === undefined) return undefined;
  return runError(
    'calibrate.converge',
    `the ${bad.best.model} fit of the ${bad.best.direction === 'up' ? 'potentiation' : 'depression'} has not converged (${bad.best.status}); its numbers are the best met, no result. Try another law: --model`,
  );
}

function oneOf<T extends { readonly cell: FittedTrains }>(cells: readonly T[], what: string): T {
  if (cells.length === 1) return cells[0];
  const names = cells.map(({ cell }) => cell.description.cell);
  throw inputError(
    'calibrate.no-cell',
    `${what} is of one cell, and here are ${cells.length}: ${names.slice(0, 5).join('; ')}${names.length > 5 ? '; …' : ''}. Name one file`,
  );
}

async function cellText(
  cells: readonly (FittedFile & { readonly cell: FittedTrains })[],
  window: readonly [number, number] | undefined,
  command: string,
): Promise<string> {
  const nameOf = (text: string) => text.replace(/^.*\//, '');
  const one = cells.length === 1 ? cells[0].cell : undefined;
  const { parts, remarks } =
    one === undefined
      ? fittedPopulation(
          `${cells.length} cells`,
          cells.map(({ cell }) => cell),
          window,
        )
      : {
          parts: fittedCell(nameOf(one.description.cell), one, window),
          remarks: [...one.description.warnings, ...windowRemarks(one, window)],
        };
  const files = [...new Set(cells.map(({ file }) => file))];
  const bests = cells.flatMap(({ cell: { up, down } }) => [up, down].filter((laws) => laws !== undefined));
  const content = await cellFile(parts, {
    command,
    sources: files.map(({ path: file, sha256, bytes, format }) => ({
      file: nameOf(file),
      sha256,
      bytes,
      format,
    })),
    methods: [
      ...new Set(bests.flatMap(({ best }) => Object.values(best.estimates).map(({ method }) => method))),
    ],
    remarks: [...new Set(cells.flatMap(({ labels }) => labels.remarks)), ...remarks],
  });
  return cellFileText(content);
}

function tidyCsv(cells: readonly FittedTrains[]): string {
  const rows = cells.flatMap(({ description, up, down }) =>
    (
      [
        [description.up, up],
        [description.down, down],
      ] as const
    ).flatMap(([trains, laws]) =>
      trains.flatMap(({ train, outliers, labels }, k) => {
        const out = new Set(outliers.at);
        return Array.from(train.states, (value, i) => [
          description.cell,
          train.direction,
          train.cycle ?? k + 1,
          train.pulses[i],
          value,
          k === 0 ? (laws?.best.curve[i] ?? '') : '',
          labels.fixed?.curve[i] ?? '',
          labels.free.curve[i],
          out.has(i) ? 1 : 0,
        ]);
      }),
    ),
  );
  const unit = cells[0]?.description.up[0]?.train.unit ?? cells[0]?.description.down[0]?.train.unit ?? '';
  const state = unit === 'S' ? 'conductance_S' : unit === 'A' ? 'current_A' : 'value';
  return csvText(
    ['cell', 'direction', 'cycle', 'pulse', state, 'law', 'label_fixed', 'label_free', 'outlier'],
    rows,
  );
}
