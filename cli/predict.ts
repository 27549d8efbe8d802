import { z } from 'zod';
import { inputError, printableLine, quoted } from '../core/index.js';
import {
  classFinder,
  outsideRange,
  type Prediction,
  predict,
  type UnlabelledRows,
} from '../learning/index.js';
import { csvText, type TableCell } from '../records/tables/index.js';
import { defineCommand } from './frame/index.js';
import { warn } from './io.js';
import { lookOptions, openRunToLook, RUN } from './open-run.js';

export const predictCommand = defineCommand({
  options: z.strictObject({
    run: z.string().meta({ argument: '<run>', description: RUN }),
    data: z.string().meta({
      flag: '--data <spec>',
      description:
        'csv:FILE or npz:FILE with the features that the run was trained on; a class is not needed',
    }),
    ...lookOptions,
  }),
  outputs: { '.csv': "the file's rows with all their columns, and the answers beside them" },
  examples: [
    'ohmprop predict last --data csv:new.csv -o answers.csv',
    'ohmprop predict runs/iris --data npz:new.npz --json',
  ],
  notes:
    'Rows keep their order and all their columns; then come predicted, the voltage of each output (v_NAME_V), margin_V, settled, ' +
    'and outside_training_range: whether a feature lies beyond what the run was trained on.',

  async answer({ run: path, data, restore, lastEpoch }, { io, asked }) {
    const opened = await openRunToLook(io, path, { rows: data, restore, lastEpoch });
    const { run, directory } = opened;
    const { trainer, dataSet, coder } = run;
    const { device, options } = trainer;
    const rows = opened.rows as UnlabelledRows;
    const stop = options.evaluationStop ?? options.stop;
    const predictions = await predict(device, coder, dataSet.test, stop && { stop }).finally(() =>
      device.close(),
    );
    const answers: Answers = {
      rows,
      predictions,
      classNames: dataSet.classNames,
      outputNames: coder.outputClasses.map((k) => dataSet.classNames[k]),
      outside: outsideRange(dataSet, dataSet.test).outside,
      unit: device.info.nodeUnit === 'V' ? '_V' : '',
    };
    requireFreeNames(answers, data);
    const error = errorOf(answers);
    const unknown = unknownClasses(answers);
    if (unknown.length > 0) warn(io, unknownText(data, unknown, answers.classNames));
    const unsettled = predictions.filter(({ settled }) => !settled).length;
    const said = [
      `${data}: ${predictions.length} rows`,
      ...(error === undefined ? [] : [`${(100 * error).toFixed(2)} % are not as the file's own labels`]),
      ...(unsettled === 0 ? [] : [`${unsettled} did not settle`]),
    ].join(', ');
    return {
      text: asked.has('.csv') ? said : tableOf(answers),
      json: {
        run: directory.path,
        data,
        classes: answers.classNames,
        outputs: answers.outputNames,
        ...(error === undefined ? {} : { error }),
        ...(unknown.length === 0 ? {} : { unknownClasses: unknown }),
        unsettled,
        predictions: predictions.map((prediction, k) => ({
          predicted: answers.classNames[prediction.class],
          [`outputs${answers.unit}`]: [...prediction.outputs],
          [`margin${answers.unit}`]: prediction.margin,
          settled: prediction.settled,
          outsideTrainingRange: answers.outside[k],
        })),
      },
      outputs: { '.csv': () => tableOf(answers) },
    };
  },
});

interface Answers {
  readonly rows: UnlabelledRows;
  readonly predictions: readonly Prediction[];
  readonly classNames: readonly string[];
  /** Of the class that each output stands for. */
  readonly outputNames: readonly string[];
  readonly outside: readonly boolean[];
  /** `_V`, or nothing where states are dimensionless. */
  readonly unit: string;
}

function addedNames({ outputNames, unit }: Answers): string[] {
  return [
    'predicted',
    ...outputNames.map((name) => `v_${name}${unit}`),
    `margin${unit}`,
    'settled',
    'outside_training_range',
  ];
}

function requireFreeNames(answers: Answers, data: string): void {
  const taken = addedNames(answers).find((name) => answers.rows.columns.includes(name));
  if (taken === undefined) return;
  throw inputError(
    'predict.column',
    `${data}: there is a column ${quoted(taken)} already, as predict would add; rename it or leave it out`,
  );
}

function tableOf(answers: Answers): string {
  const { rows, predictions, classNames, outside } = answers;
  return csvText(
    [...rows.columns, ...addedNames(answers)],
    predictions.map((prediction, k): TableCell[] => [
      ...rows.cells[k],
      classNames[prediction.class],
      ...prediction.outputs,
      prediction.margin,
      String(prediction.settled),
      String(outside[k]),
    ]),
  );
}

/** Share of the rows with a label of their own that is not the answer; a class that the run does not know never is. */
function errorOf({ rows, predictions, classNames }: Answers): number | undefined {
  const placeOf = classFinder(classNames);
  const wrong = (rows.labels ?? []).flatMap((label, k) =>
    label === '' ? [] : [placeOf(label) !== predictions[k].class],
  );
  return wrong.length === 0 ? undefined : wrong.filter(Boolean).length / wrong.length;
}

function unknownClasses({ rows, classNames }: Answers): string[] {
  const placeOf = classFinder(classNames);
  return [...new Set(rows.labels)].filter((label) => label !== '' && placeOf(label) === undefined);
}

function unknownText(data: string, unknown: readonly string[], known: readonly string[]): string {
  const shown = unknown.slice(0, 5).map((label) => printableLine(label, 40));
  const more = unknown.length > 5 ? `, … (${unknown.length} in all)` : '';
  return `${data}: the run knows no class ${shown.join(', ')}${more}, so that it never answers so; it was trained on ${printableLine(known.join(', '), 80)}`;
}
