import { inputError, quoted } from '../../core/index.js';
import {
  classFinder,
  outsideRange,
  type Prediction,
  predict,
  type UnlabelledRows,
} from '../../learning/index.js';
import { csvText, type TableCell } from '../../records/tables/index.js';
import type { OpenedRun } from './open-run.js';

/**
 * What a run answers to the rows that it was opened with; its device is closed.
 * @param data the rows, as they were named
 * @throws `predict.column` where the file has a column that the answers would need
 */
export async function predictRows({ run, rows }: OpenedRun, data: string): Promise<PredictedRows> {
  const { trainer, dataSet, coder } = run;
  const { device, options } = trainer;
  const stop = options.evaluationStop ?? options.stop;
  const predictions = await predict(device, coder, dataSet.test, stop && { stop }).finally(() =>
    device.close(),
  );
  const answers: PredictedRows = {
    rows: rows as UnlabelledRows,
    predictions,
    classNames: dataSet.classNames,
    outputNames: coder.outputNames,
    outside: outsideRange(dataSet, dataSet.test).outside,
    ...(coder.values && { decode: (voltage, k) => coder.values?.decode(voltage, k) ?? Number.NaN }),
    unit: device.info.nodeUnit === 'V' ? '_V' : '',
  };
  requireFreeNames(answers, data);
  return answers;
}

/** Rows of a file with what a run answers to each. */
export interface PredictedRows {
  readonly rows: UnlabelledRows;
  readonly predictions: readonly Prediction[];
  readonly classNames: readonly string[];
  /** Of the class that each output stands for. */
  readonly outputNames: readonly string[];
  readonly outside: readonly boolean[];
  /** Where numbers are asked for and not a class: what each output stands for, in the unit of the source. */
  readonly decode?: (voltage: number, k: number) => number;
  /** `_V`, or nothing where states are dimensionless. */
  readonly unit: string;
}

/** What a run answers to a row, as it is written: a class, or its numbers. */
export function answerOf({ classNames, decode }: PredictedRows, prediction: Prediction): (string | number)[] {
  return decode === undefined ? [classNames[prediction.class]] : [...prediction.outputs].map(decode);
}

function addedNames({ outputNames, unit, decode }: PredictedRows): string[] {
  return [
    ...(decode === undefined ? ['predicted'] : outputNames.map((name) => `predicted_${name}`)),
    ...outputNames.map((name) => `v_${name}${unit}`),
    ...(decode === undefined ? [`margin${unit}`] : []),
    'settled',
    'outside_training_range',
  ];
}

function requireFreeNames(answers: PredictedRows, data: string): void {
  const taken = addedNames(answers).find((name) => answers.rows.columns.includes(name));
  if (taken === undefined) return;
  throw inputError(
    'predict.column',
    `${data}: there is a column ${quoted(taken)} already, as predict would add; rename it or leave it out`,
  );
}

/** The file's own columns, then the answers. @returns CSV */
export function answersTable(answers: PredictedRows): string {
  const { rows, predictions, decode, outside } = answers;
  return csvText(
    [...rows.columns, ...addedNames(answers)],
    predictions.map((prediction, k): TableCell[] => [
      ...rows.cells[k],
      ...answerOf(answers, prediction),
      ...prediction.outputs,
      ...(decode === undefined ? [prediction.margin] : []),
      String(prediction.settled),
      String(outside[k]),
    ]),
  );
}

/** Share of the rows with a label of their own that is not the answer; a class that the run does not know never is. */
export function predictionError({
  rows,
  predictions,
  classNames,
  decode,
}: PredictedRows): number | undefined {
  if (decode !== undefined) return undefined;
  const placeOf = classFinder(classNames);
  const wrong = (rows.labels ?? []).flatMap((label, k) =>
    label === '' ? [] : [placeOf(label) !== predictions[k].class],
  );
  return wrong.length === 0 ? undefined : wrong.filter(Boolean).length / wrong.length;
}

/** Labels in the file that the run cannot answer. */
export function unknownClasses({ rows, classNames, decode }: PredictedRows): string[] {
  if (decode !== undefined) return [];
  const placeOf = classFinder(classNames);
  return [...new Set(rows.labels)].filter((label) => label !== '' && placeOf(label) === undefined);
}
