import { dirname, join } from 'node:path';
import {
  distributionsText,
  figuresOf,
  type ProgramVersion,
  pointsCsv,
  programText,
  quantilesCsv,
  type Rise,
  requireMetric,
  resultsJson,
  resultsOf,
  resultsText,
  type StudyPlan,
  type StudyResults,
  type StudyStanding,
  studyPage,
  TrialStore,
  thresholdsOf,
  thresholdText,
  trialsCsv,
} from '../../experiments/studies/index.js';
import { gitCommit, makeDirectory, ohmpropVersion, writeFileAtomically } from '../../records/index.js';
import { drawFigure, figureCsv } from '../../report/index.js';
import type { Answer } from '../frame/index.js';

/** This program, as a trial records it. */
export async function programHere(): Promise<ProgramVersion> {
  const commit = await gitCommit();
  return { version: await ohmpropVersion(), ...(commit === undefined ? {} : { commit }) };
}

/** What a study has found, as text, JSON, CSV and a page; the files that its directory holds are written anew. */
export async function studyAnswer(
  plan: StudyPlan,
  { path, trials, done, failed, open }: StudyStanding,
  width_mm?: number,
  rises: readonly Rise[] = [],
): Promise<Answer & { readonly results: StudyResults }> {
  const store = new TrialStore(path);
  const results = resultsOf(plan, trials, store);
  for (const { metric } of rises)
    requireMetric(metric, [...new Set(results.trials.flatMap(({ numbers }) => [...numbers.keys()]))]);
  const thresholds = rises.flatMap((rise) => thresholdsOf(results, rise));
  const commandOf = (key: string): string =>
    `ohmprop ${plan.command} --config ${join(store.directoryOf(key), 'options.json')}`;
  const page = (): string =>
    studyPage(plan, results, {
      commandOf,
      program: programText(trials),
      thresholds,
      ...(width_mm === undefined ? {} : { width_mm }),
    });
  const files: string[] = [];
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    const file = join(path, name);
    await makeDirectory(dirname(file));
    await writeFileAtomically(file, content);
    files.push(file);
  };
  if (results.trials.length > 0) {
    await write('report.html', page());
    await write('trials.csv', trialsCsv(results));
    await write('points.csv', pointsCsv(results));
    if (results.distributions.length > 0) await write('quantiles.csv', quantilesCsv(results));
    for (const [at, figure] of results.metrics.flatMap((metric) => figuresOf(results, metric)).entries()) {
      const how = { redraw: `ohmprop study report ${path}`, ...(width_mm === undefined ? {} : { width_mm }) };
      const content = await drawFigure(figure, '.svg', how);
      await write(`figures/${at + 1}.svg`, content as string);
      await write(`figures/${at + 1}.csv`, figureCsv(figure));
    }
  }
  return {
    results,
    text: [
      ...(results.trials.length === 0 ? [] : [resultsText(results)]),
      ...distributionsText(results, commandOf),
      ...thresholds.map(thresholdText),
      ...(files.length === 0 ? [] : [`report: ${files[0]}`]),
    ].join('\n'),
    json: {
      study: plan.name,
      directory: path,
      done,
      failed,
      open,
      ...resultsJson(results),
      ...(rises.length === 0 ? {} : { thresholds }),
    },
    outputs: { '.csv': () => trialsCsv(results), '.html': page },
    files,
  };
}
