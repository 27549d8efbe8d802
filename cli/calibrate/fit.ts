import { z } from 'zod';
import {
  type BranchModelName,
  type FittedStatics,
  fitStatics,
  isBranchModelName,
  whyNoStatics,
} from '../../calibration/branches/index.js';
import {
  type CellParts,
  cellFile,
  cellFileText,
  type FittedTrains,
  fittedBranches,
  fittedCell,
  fittedPopulation,
  whyNoCell,
  windowQuestion,
  windowRemarks,
} from '../../calibration/cell-files/index.js';
import { type StaticCurves, staticCurves } from '../../calibration/features/index.js';
import { MeasuredReader } from '../../calibration/files/index.js';
import { type MeasuredFile, settingOf } from '../../calibration/measured/index.js';
import {
  compareLaws,
  type TrainFitOptions,
  type TrainLabels,
  type TrainModelName,
  trainLabels,
  trainModel,
  trainModels,
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
  quantity,
  readBy,
} from '../frame/index.js';
import { fitJson, fitText, rampText } from './fit-answer.js';
import { fitFigure } from './fit-figure.js';
import { staticName, staticsCsv, staticsFigure, staticsJson, staticsText } from './fit-statics.js';
import { readingOptions } from './reading.js';

const options = z.strictObject({
  files: path(z.array(z.string()).min(1, 'name at least one file')).meta({
    argument: '<file...>',
    description:
      'files with sweeps of the voltage or trains of identical pulses, as an instrument wrote them',
  }),
  model: readBy(
    'laws',
    (text) => text.split(',').map((name) => requireModel(name.trim())),
    z.array(z.string()).optional(),
  ).meta({
    flag: '--model <names>',
    description:
      'laws to compare (all but table, the data themselves): trains linear, soft-bounds, power, logistic, exponential-step, table; sweeps ohmic, sinh, exponential, power, table',
  }),
  logWeight: quantity('1', z.number().min(0).max(10).optional()).meta({
    flag: '--log-weight <share>',
    description:
      'of sweeps: how much ratios of currents count beside differences, 0 for none (what the scatter says)',
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
  draws: 'trains, or points of each state, and curves',
  examples: [
    'ohmprop calibrate fit pulses.csv -o my.cell.json',
    'ohmprop calibrate fit loops.csv --model sinh,power -o my.cell.json',
    'ohmprop calibrate fit pulses.csv --model soft-bounds,power -o fit.svg',
    'ohmprop calibrate fit trains.m --answer readVoltage=0.1V --window 1uS,20uS -o my.cell.json --json',
  ],
  notes:
    'Looks: reads the files, changes none. Labels are of the data; the law is chosen by trains or cycles held out, else by AIC with an effective count. Of sweeps each state has its static law; points at the compliance are not fitted.',
  answer: (given, context) => fitFiles(given, context),
});

/** A file with what its trains say, and its cells fitted. */
export interface FittedFile {
  readonly file: MeasuredFile;
  readonly labels: TrainLabels;
  readonly cells: readonly FittedTrains[];
}

/** A cell that was swept, with the laws of its states. */
interface FittedSweeps {
  readonly file: MeasuredFile;
  readonly statics: FittedStatics;
}

interface ReadFile {
  readonly file: MeasuredFile;
  readonly labels: TrainLabels;
  readonly curves: readonly StaticCurves[];
}

/** A law of trains or of sweeps. @throws `trains.model`, exit code 2, with the nearest name */
function requireModel(name: string): string {
  return isBranchModelName(name) ? name : trainModel(name).name;
}

async function fitFiles(given: OptionsOf<typeof options>, context: Context): Promise<Answer> {
  const { model, window } = given;
  if (window !== undefined && !(window[1] > window[0])) {
    throw inputError(
      'calibrate.window',
      `--window: the lower conductance stands first, got ${window.join(', ')} S`,
    );
  }
  const named = window === undefined ? undefined : ([window[0], window[1]] as const);
  const reader = new MeasuredReader(given);
  const read: ReadFile[] = [];
  for (const name of given.files) {
    const file = await reader.read(name);
    const open = file.questions.some(({ blocks }) => blocks);
    read.push({ file, labels: trainLabels(file), curves: open ? [] : staticCurves(file) });
  }
  const questions = read.flatMap(({ file, labels }) => [
    ...file.questions.map((q) => ({ file: file.path, ...q })),
    ...labels.cells.flatMap((cell) => {
      const question = windowQuestion(cell, named);
      return question === undefined ? [] : [{ file: file.path, ...question }];
    }),
  ]);
  const blocking = questions.find(({ blocks }) => blocks);
  const { fitted, sweeps } =
    blocking === undefined
      ? await fitAll(read, modelsFor(model, read), { window: named, share: given.logWeight }, context)
      : { fitted: [], sweeps: [] };
  const cells = fitted.flatMap((one) => one.cells.map((cell) => ({ ...one, cell })));
  const trained = cells.map(({ cell }) => cell);
  const failure =
    blocking === undefined
      ? failureOf(read, trained, sweeps)
      : inputError(
          'calibrate.questions',
          `${blocking.file}: ${blocking.text}; answer by ${blocking.flag}${blocking.key === 'window' ? '' : ', or in calibrate.yaml beside it'}`,
        );
  return {
    text: [
      ...read.flatMap(({ labels }) => labels.ramps.map(rampText)),
      ...read.flatMap(({ labels }) =>
        labels.refused.map(({ series, reason }) => `${series}: no train: ${reason}`),
      ),
      ...read.flatMap(({ labels }) => labels.remarks.map((remark) => `note: ${remark}`)),
      ...trained.map((cell) => fitText(cell, whyNoCell(cell, named), named)),
      ...sweeps.map(({ file, statics }) => staticsText(file.path, statics)),
      ...questions
        .filter(({ blocks }) => !blocks)
        .map(({ text, flag }) => `question, may stay open: ${printableLine(text)}; ${flag}`),
    ].join('\n'),
    json: {
      ...fitJson(read, trained, questions, named),
      sweeps: sweeps.map(({ file, statics }) => staticsJson(file.path, statics)),
    },
    outputs: {
      '.json': async () => await cellText(cells, sweeps, named, context.line),
      '.csv': () => dataCsv(trained, sweeps),
    },
    figure: ({ redraw }) => {
      if (cells.length > 0 || sweeps.length === 0) return fitFigure(oneOf(cells, 'a figure').cell, redraw);
      const { file, statics } = oneSweep(sweeps, 'a figure');
      return staticsFigure(staticName(file.path, statics), statics, redraw);
    },
    ...(failure === undefined ? {} : { failure }),
  };
}

interface Models {
  readonly trains?: readonly TrainModelName[] | 'table';
  readonly sweeps?: readonly BranchModelName[];
}

/** Which of the laws named are for which kind of data. @throws `calibrate.model`, exit code 2, where data have none */
function modelsFor(names: readonly string[] | undefined, read: readonly ReadFile[]): Models {
  if (names === undefined) return {};
  const trains = names.filter((name) => trainModels.some((model) => model.name === name));
  const sweeps = names.filter(isBranchModelName);
  const table = names.includes('table');
  const withTrains = read.find(({ labels }) => labels.cells.length > 0);
  if (withTrains !== undefined && table && trains.length > 0) {
    throw inputError(
      'calibrate.model',
      `--model: of trains, table is the data themselves and compared with nothing; name it alone, or leave it out of ${names.join(',')}`,
    );
  }
  const withSweeps = read.find(({ curves }) => curves.length > 0);
  for (const [file, mine, kind, those] of [
    [withTrains, trains.length > 0 || table, 'trains', trainModels.map(({ name }) => name)],
    [withSweeps, sweeps.length > 0, 'sweeps', ['ohmic', 'sinh', 'exponential', 'power']],
  ] as const) {
    if (file === undefined || mine) continue;
    throw inputError(
      'calibrate.model',
      `--model ${names.join(',')}: ${file.file.path} holds ${kind}; laws of ${kind} are ${those.join(', ')}, table`,
    );
  }
  return { trains: trains.length > 0 ? (trains as TrainModelName[]) : 'table', sweeps };
}

async function fitAll(
  read: readonly ReadFile[],
  models: Models,
  { window, share }: { window: readonly [number, number] | undefined; share: number | undefined },
  { io }: Context,
): Promise<{ fitted: FittedFile[]; sweeps: FittedSweeps[] }> {
  const fitOptions: TrainFitOptions = window === undefined ? {} : { window };
  const total = read.reduce((sum, { labels, curves }) => sum + labels.cells.length * 2 + curves.length, 0);
  const bar = new CrossbarBar(io, total, 'trains and sweeps fitted');
  const fitted: FittedFile[] = [];
  const sweeps: FittedSweeps[] = [];
  let done = 0;
  const next = async () => {
    bar.update(++done);
    await eventLoopTurn();
  };
  try {
    for (const { file, labels, curves } of read) {
      const cells: FittedTrains[] = [];
      for (const description of labels.cells) {
        const of: { up?: FittedTrains['up']; down?: FittedTrains['down'] } = {};
        for (const way of ['up', 'down'] as const) {
          const trains = description[way].map(({ train }) => train);
          if (trains.length > 0 && models.trains !== 'table') {
            of[way] = compareLaws(trains, models.trains, fitOptions);
          }
          await next();
        }
        cells.push({ description, ...of, ...(models.trains === 'table' && { table: true }) } as FittedTrains);
      }
      fitted.push({ file, labels, cells });
      for (const one of curves) {
        const statics = fitStatics(one, {
          ...(share === undefined ? {} : { share }),
          ...(models.sweeps === undefined ? {} : { models: models.sweeps }),
        });
        sweeps.push({ file, statics });
        await next();
      }
    }
  } finally {
    bar.stop();
  }
  return { fitted, sweeps };
}

/** Nothing to fit; or a fit that has not converged, which is printed and marked all the same. */
function failureOf(
  read: readonly ReadFile[],
  cells: readonly FittedTrains[],
  sweeps: readonly FittedSweeps[],
): OhmpropError | undefined {
  if (cells.length === 0 && sweeps.length > 0) return failureOfSweeps(sweeps);
  if (cells.length === 0) {
    const why = read.map(({ file, labels }) => {
      const reason =
        (file.series.some(({ kind }) => kind === 'step-table')
          ? 'a table of steps over conductances, which is a cell already: "ohmprop cell pulse crosssim:UP.txt,DOWN.txt", "train --cells crosssim:UP.txt,DOWN.txt"'
          : undefined) ??
        labels.ramps[0]?.reason ??
        labels.refused[0]?.reason ??
        `no sweep and no train of pulses; it holds ${[...new Set(file.series.map(({ kind }) => kind))].join(', ') || 'no series'}`;
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
  if (bad === undefined) return sweeps.length === 0 ? undefined : failureOfSweeps(sweeps);
  return runError(
    'calibrate.converge',
    `the ${bad.best.model} fit of the ${bad.best.direction === 'up' ? 'potentiation' : 'depression'} has not converged (${bad.best.status}); its numbers are the best met, no result. Try another law: --model`,
  );
}

/** No law of any cell; or one that has not converged, which is kept and marked. */
function failureOfSweeps(sweeps: readonly FittedSweeps[]): OhmpropError | undefined {
  if (sweeps.every(({ statics }) => statics.refused !== undefined)) {
    const why = sweeps.map(({ file, statics }) => `${staticName(file.path, statics)}: ${statics.refused}`);
    return inputError('calibrate.no-law', `nothing to fit: ${why.slice(0, 5).join('; ')}`);
  }
  for (const { file, statics } of sweeps) {
    const bad = statics.branches.find(({ best }) => best.status !== 'converged');
    if (bad === undefined) continue;
    return runError(
      'calibrate.converge',
      `${staticName(file.path, statics)}: the ${bad.best.model} fit of ${bad.name} has not converged (${bad.best.status}); its numbers are the best met, no result, and marked so in files. Try another law: --model`,
    );
  }
  return undefined;
}

function oneSweep(sweeps: readonly FittedSweeps[], what: string): FittedSweeps {
  if (sweeps.length === 1) return sweeps[0];
  const names = sweeps.map(({ file, statics }) => staticName(file.path, statics));
  throw inputError(
    'calibrate.no-cell',
    `${what} is of one cell, and here are sweeps of ${sweeps.length}: ${names.slice(0, 5).join('; ')}${names.length > 5 ? '; …' : ''}. Name one file`,
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

const nameOf = (text: string) => text.replace(/^.*\//, '');

async function cellText(
  cells: readonly (FittedFile & { readonly cell: FittedTrains })[],
  sweeps: readonly FittedSweeps[],
  window: readonly [number, number] | undefined,
  command: string,
): Promise<string> {
  const trained = cells.length === 0 && sweeps.length > 0 ? undefined : trainedParts(cells, window);
  const swept = sweeps.length === 0 ? undefined : sweptParts(oneSweep(sweeps, 'a cell file with a part iv'));
  const files = [...new Set([...cells, ...sweeps].map(({ file }) => file))];
  const fits = [
    ...cells.flatMap(({ cell: { up, down } }) => [up, down].filter((laws) => laws !== undefined)),
    ...sweeps.flatMap(({ statics }) => statics.branches),
  ];
  const methods = fits.flatMap(({ best }) => Object.values(best.estimates).map(({ method }) => method));
  const name = trained?.parts.name ?? swept?.parts.name ?? nameOf(files[0].path);
  const content = await cellFile(
    { ...swept?.parts, ...trained?.parts, name },
    {
      command,
      sources: files.map(({ path: file, sha256, bytes, format }) => ({
        file: nameOf(file),
        sha256,
        bytes,
        format,
      })),
      methods: [...new Set(methods)],
      remarks: [
        ...new Set(cells.flatMap(({ labels }) => labels.remarks)),
        ...(trained?.remarks ?? []),
        ...(swept?.remarks ?? []),
      ],
    },
  );
  return cellFileText(content);
}

function trainedParts(
  cells: readonly (FittedFile & { readonly cell: FittedTrains })[],
  window: readonly [number, number] | undefined,
): { parts: CellParts; remarks: readonly string[] } {
  const one = cells.length === 1 ? cells[0].cell : undefined;
  if (one === undefined) {
    return fittedPopulation(
      `${cells.length} cells`,
      cells.map(({ cell }) => cell),
      window,
    );
  }
  const parts = fittedCell(nameOf(one.description.cell), one, window);
  return { parts, remarks: [...one.description.warnings, ...windowRemarks(one, window)] };
}

/** @throws `calibrate.no-cell`, exit code 2, with the reason */
function sweptParts({ file, statics }: FittedSweeps): { parts: CellParts; remarks: readonly string[] } {
  const name = nameOf(staticName(file.path, statics));
  const refused = whyNoStatics(statics);
  if (refused !== undefined) throw inputError('calibrate.no-cell', `${name}: ${refused}`);
  const ends = statics.branches.map(({ voltage_V }) => voltage_V);
  const compliance = settingOf(file, 'compliance_A');
  return {
    parts: {
      name,
      iv: fittedBranches(statics),
      limits: {
        voltage_V: [Math.min(...ends.map(([low]) => low)), Math.max(...ends.map(([, high]) => high))],
        ...(compliance === undefined || !(compliance > 0) ? {} : { current_A: compliance }),
      },
    },
    remarks: statics.remarks,
  };
}

function dataCsv(cells: readonly FittedTrains[], sweeps: readonly FittedSweeps[]): string {
  if (sweeps.length === 0) return tidyCsv(cells);
  if (cells.length > 0) {
    throw inputError(
      'calibrate.csv',
      'a table is of trains or of sweeps, and here are both; name files of one kind',
    );
  }
  return staticsCsv(sweeps.map(({ file, statics }) => [staticName(file.path, statics), statics] as const));
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
