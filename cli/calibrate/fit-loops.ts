import { type ComparedModels, fitModels } from '../../calibration/batch/index.js';
import {
  cellFile,
  cellFileText,
  dynamicsCell,
  fittedProvenance,
} from '../../calibration/cell-files/index.js';
import {
  type LoopData,
  loopsOf,
  type MeasuringCircuit,
  NO_LOOP,
  noCircuit,
  OPENS,
  shareLeft,
  singleValuedCost,
} from '../../calibration/dynamics/index.js';
import type { MeasuredFile } from '../../calibration/measured/index.js';
import { inputError, runError } from '../../core/index.js';
import { csvText } from '../../records/tables/index.js';
import { curveFigure, type Figure, htmlReport } from '../../report/index.js';
import type { Answer, Context } from '../frame/index.js';
import { WorkBar } from '../work-bar.js';
import { plainName, readFiles } from './fit-files.js';
import { loopsJson, loopsText } from './loop-answer.js';
import type { loopOptions } from './loop-options.js';
import { loopsPage } from './loop-page.js';

/** What is asked of a fit of models with a state. */
export interface AskedLoops {
  readonly files: readonly string[];
  readonly model: readonly string[];
  readonly circuit?: MeasuringCircuit | undefined;
  readonly predict: readonly string[];
  readonly quick: boolean;
  readonly seed: number;
  readonly logWeight?: number | undefined;
  readonly answer: Parameters<typeof readFiles>[1]['answer'];
  readonly answers?: string | undefined;
  readonly namePattern?: string | undefined;
}

export type { loopOptions };

/** What the fit came to; `static` where no loop opens, so that there is no state to be fitted. */
export type LoopsAnswer = { readonly answer: Answer } | { readonly static: string };

/** Fits models with a state to the loops of files. */
export async function answerLoops(asked: AskedLoops, context: Context): Promise<LoopsAnswer> {
  const { circuit = noCircuit, logWeight = 0, seed, quick } = asked;
  const { files, loops, remarks: own } = await loopsOfFiles(asked.files, asked, circuit);
  const predicted = await loopsOfFiles(asked.predict, asked, circuit);
  const unseen = predicted.loops;
  const remarks = [...own, ...predicted.remarks];
  const bar = new WorkBar(context.io);
  let compared: ComparedModels;
  try {
    compared = await fitModels({
      models: asked.model,
      loops,
      unseen,
      logShare: logWeight,
      seed,
      quick,
      progress: (done, of, what) => bar.update(done, of, what),
    });
  } finally {
    bar.stop();
  }
  const [first] = compared.fits;
  const flat = loops.map(singleValuedCost);
  const open = compared.fits.some(({ fitted }) =>
    fitted.loops.some((loop, k) => loop.n * loop.rmse_A ** 2 < NO_LOOP * flat[k]),
  );
  if (!open) return { static: noLoopText(loops, flat) };
  const best = compared.fits.find(({ fitted }) => fitted.model === compared.comparison.best) ?? first;
  const bad = compared.fits.find(({ fitted }) => fitted.status === 'iterations' || fitted.cost === Infinity);
  return {
    answer: {
      text: loopsText(compared, loops, circuit, remarks),
      json: loopsJson(compared, loops, circuit, files),
      outputs: {
        '.json': () => cellText(compared, best, files, loops, remarks, context.line),
        '.csv': () => curvesCsv(compared, loops),
        '.html': ({ width_mm, redraw }) =>
          htmlReport(loopsPage(compared, loops, { circuit, remarks, redraw }), { width_mm }),
      },
      figure: ({ redraw }) => figureOf(compared, loops, redraw),
      ...(bad === undefined
        ? {}
        : {
            failure: runError(
              'calibrate.converge',
              `the ${bad.fitted.title} has not converged (${bad.fitted.status}): its numbers are the best met, no result. Leave it out, or try another --seed`,
            ),
          }),
    },
  };
}

/** Why there is no state to be fitted: no loop opens, or none of the models opens as they do. */
function noLoopText(loops: readonly LoopData[], flat: readonly number[]): string {
  const left = Math.max(...loops.map((loop, k) => shareLeft(loop, flat[k])));
  if (left > OPENS) {
    return `no model named follows a loop better than a curve of one current for every voltage, which leaves ${(100 * left).toFixed(0)} % of its variance: the loop opens, and not as such a model behind this circuit opens. Look at signs, units, times and --circuit, or name other models; the static part alone is fitted`;
  }
  return 'no loop opens: a curve of one current for every voltage follows the data as well as any state that moves. The drive does not reach the voltage at which this cell switches, or is too fast or too slow for it; the static part alone is fitted';
}

async function loopsOfFiles(names: readonly string[], asked: AskedLoops, circuit: MeasuringCircuit) {
  const read = await readFiles(names, {
    answer: asked.answer,
    ...(asked.answers === undefined ? {} : { answers: asked.answers }),
    ...(asked.namePattern === undefined ? {} : { namePattern: asked.namePattern }),
  });
  const files: MeasuredFile[] = [];
  const loops: LoopData[] = [];
  const remarks: string[] = [];
  for (const { file } of read) {
    const question = file.questions.find(({ blocks, key }) => blocks && key !== 'kind');
    if (question !== undefined) {
      throw inputError(
        'calibrate.questions',
        `${file.path}: ${question.text}; answer by ${question.flag}, or in calibrate.yaml beside it`,
      );
    }
    const found = loopsOf(file, circuit);
    if (found.loops.length === 0) {
      throw inputError(
        'calibrate.no-loops',
        `${file.path}: no loop of current over voltage to fit a model with a state to; it holds ${[...new Set(file.series.map(({ kind }) => kind))].join(', ') || 'no series'}. "ohmprop calibrate inspect" says what the file was taken for`,
      );
    }
    files.push(file);
    loops.push(...found.loops);
    remarks.push(...file.remarks, ...found.remarks);
  }
  return { files, loops, remarks };
}

async function cellText(
  { negative }: ComparedModels,
  best: ComparedModels['fits'][number],
  files: readonly MeasuredFile[],
  loops: readonly LoopData[],
  remarks: readonly string[],
  command: string,
): Promise<string> {
  const name = loops.find(({ cell }) => cell !== '')?.cell ?? plainName(files[0].path).replace(/\.\w+$/, '');
  const provenance = fittedProvenance(
    command,
    files.map((file) => ({ ...file, name: plainName(file.path) })),
    best.intervals === undefined ? [] : [best.intervals],
    [
      ...remarks,
      ...(best.intervals?.warnings ?? []),
      ...(negative ? ['it sets at negative voltages: the model stands the other way round'] : []),
    ],
  );
  return cellFileText(await cellFile(dynamicsCell(name, best, loops, negative), provenance));
}

function curvesCsv({ fits, negative }: ComparedModels, loops: readonly LoopData[]): string {
  const sign = negative ? -1 : 1;
  const rows = loops.flatMap((loop, k) =>
    Array.from(loop.times_s, (t, i) => [
      loop.name,
      t,
      loop.drive_V[i],
      loop.current_A[i],
      loop.fitted[i],
      ...fits.flatMap(({ fitted }) => [sign * fitted.loops[k].current_A[i], fitted.loops[k].state[i]]),
    ]),
  );
  return csvText(
    [
      'loop',
      'time_s',
      'drive_V',
      'current_A',
      'fitted',
      ...fits.flatMap(({ fitted }) => [`${fitted.model}_A`, `${fitted.model}_state`]),
    ],
    rows,
  );
}

function figureOf(
  { fits, comparison, negative }: ComparedModels,
  loops: readonly LoopData[],
  redraw: string,
): Figure {
  const sign = negative ? -1 : 1;
  const best = fits.find(({ fitted }) => fitted.model === comparison.best) ?? fits[0];
  return curveFigure({
    title: `${best.fitted.title}`,
    redraw,
    x: { quantity: 'voltage of the source', unit: 'V', zero: true },
    y: { quantity: 'current', unit: 'A', zero: true },
    curves: loops.flatMap((loop, k) => [
      { name: loop.name, x: loop.drive_V, y: loop.current_A, style: 'dots' as const },
      {
        name: `${loop.name}: ${best.fitted.model}`,
        x: loop.drive_V,
        y: best.fitted.loops[k].current_A.map((i) => sign * i),
        style: 'fit' as const,
        like: loop.name,
      },
    ]),
  });
}
