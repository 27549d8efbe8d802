import { z } from 'zod';
import { whyNoCell, windowQuestion } from '../../calibration/cell-files/index.js';
import { inputError, printableLine } from '../../core/index.js';
import { conductanceWindow } from '../../experiments/schema/index.js';
import {
  type Answer,
  type Context,
  defineCommand,
  type OptionsOf,
  path,
  quantity,
  readBy,
} from '../frame/index.js';
import { filmOf, filmOption } from './film.js';
import { fitJson, fitText, rampText } from './fit-answer.js';
import { failureOf } from './fit-failures.js';
import { fitFigure } from './fit-figure.js';
import { fitAll, readFiles } from './fit-files.js';
import { answerLoops } from './fit-loops.js';
import { loopModelsAmong, modelsFor, requireModel } from './fit-models.js';
import { cellText, dataCsv, onePulsed, oneSweep } from './fit-outputs.js';
import { staticName, staticsFigure, staticsJson, staticsText } from './fit-statics.js';
import { loopOptions } from './loop-options.js';
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
      'laws to compare (all but table, the data themselves): trains linear, soft-bounds, power, logistic, exponential-step, table; sweeps ohmic, sinh, exponential, power, table; models with a state, which loops are fitted with: mss, gmss, vteam, vteam-linear, vteam-exponential (as published), yakopcic, memdiode, drift-strukov, drift-joglekar, drift-biolek, drift-zha',
  }),
  logWeight: quantity('1', z.number().min(0).max(10).optional()).meta({
    flag: '--log-weight <share>',
    description:
      'of sweeps: how much ratios of currents count beside differences, 0 for none (what the scatter says)',
  }),
  window: conductanceWindow().meta({
    flag: '--window <window>',
    description:
      'LOW,HIGH in S that the cell lies between, where they are known, or one number, g_max/g_min below the highest measured; laws with a bound keep it',
  }),
  film: filmOption,
  ...loopOptions,
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
    'ohmprop calibrate fit loops.csv --film thickness=10nm,area=25um²,permittivity=4/25',
    'ohmprop calibrate fit loops.csv --model vteam,mss --circuit series=5k,compliance=1mA -o my.cell.json',
    'ohmprop calibrate fit trains.m --answer readVoltage=0.1V --window 1uS,20uS -o my.cell.json --json',
  ],
  notes:
    'Looks: reads the files, changes none. Labels are of the data; the law is chosen by trains or cycles held out, else by AIC with an effective count. Of sweeps each state has its static law; points at the compliance are not fitted.',
  answer: (given, context) => fitFiles(given, context),
});

async function fitFiles(given: OptionsOf<typeof options>, context: Context): Promise<Answer> {
  const dynamic = loopModelsAmong(given.model);
  requireLoopFlags(given, dynamic !== undefined);
  if (dynamic === undefined) return await fitLaws(given, context);
  const found = await answerLoops({ ...given, model: dynamic }, context);
  if ('answer' in found) return found.answer;
  const { model: _, ...statics } = given;
  const answer = await fitLaws(statics, context);
  return { ...answer, text: `${found.static}\n${answer.text}`, json: { ...answer.json, note: found.static } };
}

/** @throws OhmpropError `calibrate.model`, exit code 2, for a flag that only models with a state take */
function requireLoopFlags(given: OptionsOf<typeof options>, dynamic: boolean): void {
  if (dynamic && given.film !== undefined) {
    throw inputError(
      'calibrate.model',
      '--film is for static laws of sweeps, models with a state know no film; leave it or --model out',
    );
  }
  if (dynamic && given.window !== undefined) {
    throw inputError(
      'calibrate.model',
      '--window is for laws of pulse trains, models with a state find their own ends; leave it or --model out',
    );
  }
  if (dynamic) return;
  const flag =
    given.circuit !== undefined
      ? '--circuit'
      : given.predict.length > 0
        ? '--predict'
        : given.quick
          ? '--quick'
          : undefined;
  if (flag === undefined) return;
  throw inputError('calibrate.model', `${flag} is for models with a state: name them, --model mss,vteam`);
}

async function fitLaws(given: OptionsOf<typeof options>, context: Context): Promise<Answer> {
  const { model, window: named } = given;
  const read = await readFiles(given.files, given);
  const questions = read.flatMap(({ file, labels }) => [
    ...file.questions.map((q) => ({ file: file.path, ...q })),
    ...labels.cells.flatMap((cell) => {
      const question = windowQuestion(cell, named);
      return question === undefined ? [] : [{ file: file.path, ...question }];
    }),
  ]);
  const blocking = questions.find(({ blocks }) => blocks);
  const { pulsed, sweeps } =
    blocking === undefined
      ? await fitAll(read, modelsFor(model, read), { window: named, share: given.logWeight }, context)
      : { pulsed: [], sweeps: [] };
  if (given.film !== undefined && blocking === undefined && sweeps.length === 0) {
    throw inputError(
      'calibrate.model',
      `--film is for sweeps of the voltage, and ${given.files.join(', ')} ${given.files.length === 1 ? 'holds' : 'hold'} none`,
    );
  }
  const trained = pulsed.map(({ cell }) => cell);
  const failure =
    blocking === undefined
      ? failureOf(read, trained, sweeps)
      : inputError(
          'calibrate.questions',
          `${blocking.file}: ${blocking.text}; answer by ${blocking.flag}${blocking.key === 'window' ? '' : ', or in calibrate.yaml beside it'}`,
        );
  // Where nothing was fitted, every output answers with the reason, as the terminal does.
  const requireFit = (): void => {
    if (failure !== undefined && pulsed.length + sweeps.length === 0) throw failure;
  };
  return {
    text: [
      ...read.flatMap(({ labels }) => labels.ramps.map(rampText)),
      ...read.flatMap(({ labels }) =>
        labels.refused.map(({ series, reason }) => `${series}: no train: ${reason}`),
      ),
      ...read.flatMap(({ labels }) => labels.remarks.map((remark) => `note: ${remark}`)),
      ...trained.map((cell) => fitText(cell, whyNoCell(cell, named), named)),
      ...sweeps.map(({ file, statics }) => staticsText(file.path, statics, filmOf(file, given.film))),
      ...questions
        .filter(({ blocks }) => !blocks)
        .map(({ text, flag }) => `question, may stay open: ${printableLine(text)}; ${flag}`),
    ].join('\n'),
    json: {
      ...fitJson(read, trained, questions, named),
      sweeps: sweeps.map(({ file, statics }) => staticsJson(file.path, statics, filmOf(file, given.film))),
    },
    outputs: {
      '.json': async () => {
        requireFit();
        return await cellText(pulsed, sweeps, named, context.line);
      },
      '.csv': () => {
        requireFit();
        return dataCsv(trained, sweeps);
      },
    },
    figure: ({ redraw }) => {
      requireFit();
      if (pulsed.length > 0 || sweeps.length === 0)
        return fitFigure(onePulsed(pulsed, 'a figure').cell, redraw);
      const { file, statics } = oneSweep(sweeps, 'a figure');
      return staticsFigure(staticName(file.path, statics), statics, redraw);
    },
    ...(failure === undefined ? {} : { failure }),
  };
}
