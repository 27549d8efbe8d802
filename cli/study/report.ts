import { z } from 'zod';
import { inputError } from '../../core/index.js';
import { readPlan, standingOf } from '../../experiments/studies/index.js';
import { defineCommand, figureWidth, millimetres, path } from '../frame/index.js';
import { studyAnswer } from './answer.js';
import { goodOption, keepOption, riseOption } from './options.js';

export const studyReportCommand = defineCommand({
  options: z.strictObject({
    study: path(z.string()).meta({ argument: '<study>', description: 'directory of a study' }),
    keep: keepOption,
    good: goodOption,
    rise: riseOption,
    figure: figureWidth,
  }),
  outputs: { '.csv': 'one row a trial that has an answer', '.html': 'the page' },
  notes:
    'Looks: computes nothing. Writes report.html, trials.csv, points.csv and figures in the directory anew.',
  examples: [
    'ohmprop study report runs/study_noise',
    'ohmprop study report runs/study_noise --keep testError -o noise.csv',
    'ohmprop study report runs/study_noise --rise testError=0.3%',
  ],

  async answer({ study, keep, good, rise, figure }) {
    const plan = await readPlan(study);
    const asked = {
      ...plan,
      ...(keep.length === 0 ? {} : { keep: [...new Set([...keep, ...rise.map(({ metric }) => metric)])] }),
      ...(good.length === 0 ? {} : { limits: good }),
    };
    const standing = await standingOf(study, plan);
    const { results, ...answer } = await studyAnswer(
      asked,
      standing,
      figure === undefined ? undefined : millimetres(figure),
      rise,
    );
    if (results.trials.length > 0) return answer;
    const failure = results.failures[0];
    const why =
      failure === undefined
        ? 'ohmprop study goes on with it'
        : `${results.failures.length} failed, the first: ${failure.message}`;
    return { ...answer, failure: inputError('study.nothing', `${study}: no trial has an answer; ${why}`) };
  },
});
