import { z } from 'zod';
import { printableLine } from '../core/index.js';
import {
  answerOf,
  answersTable,
  predictionError,
  predictRows,
  unknownClasses,
} from '../experiments/sessions/index.js';
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
  uses: 'runs',
  examples: [
    'ohmprop predict last --data csv:new.csv -o answers.csv',
    'ohmprop predict runs/iris --data npz:new.npz --json',
  ],
  notes:
    'Rows keep their order and all their columns; then come predicted, the voltage of each output (v_NAME_V), margin_V, settled, ' +
    'and outside_training_range: whether a feature lies beyond what the run was trained on.',

  async answer({ run: path, data, restore, lastEpoch }, { io, asked }) {
    const opened = await openRunToLook(io, path, { rows: data, restore, lastEpoch });
    const { directory } = opened;
    const answers = await predictRows(opened, data);
    const { predictions } = answers;
    const error = predictionError(answers);
    const unknown = unknownClasses(answers);
    if (unknown.length > 0) warn(io, unknownText(data, unknown, answers.classNames));
    const unsettled = predictions.filter(({ settled }) => !settled).length;
    const said = [
      `${data}: ${predictions.length} rows`,
      ...(error === undefined ? [] : [`${(100 * error).toFixed(2)} % are not as the file's own labels`]),
      ...(unsettled === 0 ? [] : [`${unsettled} did not settle`]),
    ].join(', ');
    return {
      text: asked.has('.csv') ? said : answersTable(answers),
      json: {
        run: directory.path,
        data,
        classes: answers.classNames,
        outputs: answers.outputNames,
        ...(error === undefined ? {} : { error }),
        ...(unknown.length === 0 ? {} : { unknownClasses: unknown }),
        unsettled,
        predictions: predictions.map((prediction, k) => ({
          predicted: single(answerOf(answers, prediction)),
          [`outputs${answers.unit}`]: [...prediction.outputs],
          ...(answers.decode === undefined ? { [`margin${answers.unit}`]: prediction.margin } : {}),
          settled: prediction.settled,
          outsideTrainingRange: answers.outside[k],
        })),
      },
      outputs: { '.csv': () => answersTable(answers) },
    };
  },
});

const single = <T>(values: readonly T[]) => (values.length === 1 ? values[0] : values);

function unknownText(data: string, unknown: readonly string[], known: readonly string[]): string {
  const shown = unknown.slice(0, 5).map((label) => printableLine(label, 40));
  const more = unknown.length > 5 ? `, … (${unknown.length} in all)` : '';
  return `${data}: the run knows no class ${shown.join(', ')}${more}, so that it never answers so; it was trained on ${printableLine(known.join(', '), 80)}`;
}
