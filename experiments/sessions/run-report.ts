import { formatQuantity } from '../../core/index.js';
import { type EpochRecord, targetVoltages } from '../../learning/index.js';
import type { RunDirectory } from '../../records/index.js';
import {
  conductanceHistogram,
  confusionMatrix,
  learningCurves,
  type ReportSection,
  redrawnBy,
  sampleStates,
  writeReport,
} from '../../report/index.js';
import type { ComposedRun } from '../composition/index.js';
import { errorBeforeTraining } from './before-training.js';
import { describeRule, learningRows } from './describe-rule.js';
import { fitText } from './fit-text.js';
import { gradientSections } from './gradient-section.js';
import { outputsSections } from './outputs-section.js';
import { percent } from './percent.js';
import { timelineSections } from './timeline.js';
import { traceSample } from './trace.js';
import { traceFigure } from './trace-figure.js';

/** Samples whose node voltages the report shows. */
const SHOWN = 4;

/** How a report is drawn. */
export interface RunReportOptions {
  /** Printed width of the figures. */
  readonly width_mm?: number | undefined;
  /** The epoch whose parameters the device holds, where that is not the last: the best on validation. */
  readonly atEpoch?: number | undefined;
}

/** Draws the report of a run at its present parameters. @returns paths of the files written, report.html first */
export async function writeRunReport(
  directory: RunDirectory,
  run: ComposedRun,
  epochs: readonly EpochRecord[],
  { width_mm, atEpoch }: RunReportOptions = {},
): Promise<string[]> {
  const sections: ReportSection[] = [];
  if (epochs.length > 0) {
    sections.push(curvesSection(run, epochs, await errorBeforeTraining(directory, run)));
  }
  sections.push(...gradientSections(run, epochs), ...outputsSections(run, epochs));
  const held = heldEpoch(epochs, atEpoch);
  if (held !== undefined && held.fit === undefined) sections.push(confusionSection(run, held));
  sections.push(await conductanceSection(run), await statesSection(run));
  sections.push(...(await relaxationSections(run, directory)), ...(await timelineSections(directory)));
  return writeReport(
    directory,
    sections.map(redrawnWith(`ohmprop report ${quotedPath(directory.path)}`, width_mm)),
    {
      title: `${run.config.preset ?? 'run'} on ${run.dataSet.name}`,
      summary: summaryOf(run, epochs, held),
      width_mm,
    },
  );
}

/** The record of the epoch whose parameters the device holds: answers are shown of the same network as its conductances. */
function heldEpoch(epochs: readonly EpochRecord[], atEpoch: number | undefined): EpochRecord | undefined {
  return atEpoch === undefined ? epochs.at(-1) : epochs.find(({ epoch }) => epoch === atEpoch);
}

/** Figures that have no command of their own are drawn again with the whole report. */
const redrawnWith =
  (command: string, width_mm: number | undefined) =>
  ({ figure, ...section }: ReportSection): ReportSection => {
    if (figure === undefined) return section;
    const redraw = `${figure.redraw ?? command}${width_mm === undefined ? '' : ` --figure ${width_mm}mm`}`;
    return { ...section, figure: redrawnBy(figure, redraw) };
  };

/** A path as it is typed into a shell. */
function quotedPath(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** Test samples among which the hardest is looked for: a sure answer is hardly moved by a nudge. */
const LOOKED_AT = 100;

async function relaxationSections(run: ComposedRun, directory: RunDirectory): Promise<ReportSection[]> {
  const { observes, deterministic } = run.trainer.device.info;
  if (observes !== 'all' || !deterministic) return [];
  const sections: ReportSection[] = [];
  for (const sample of new Set([0, await hardestSample(run)])) {
    const traced = await traceSample(run, 'test', sample);
    sections.push({
      title: `Relaxation of test sample ${sample}`,
      caption:
        'States, and the energy above its end, against the step, from rest: the free phase, then the phases nudged towards the target and away from it. In a nudged phase the energy includes the nudge’s own.',
      figure: traceFigure(run, traced, {
        redraw: `ohmprop trace ${quotedPath(directory.path)} --sample ${sample} -o trace.svg`,
      }),
    });
  }
  return sections;
}

/** Of the first test samples, the one whose outputs are furthest from their targets. */
async function hardestSample({ dataSet, coder, trainer }: ComposedRun): Promise<number> {
  const { device, options } = trainer;
  const { size, inputs, targets } = coder.firstBatch(dataSet.test, LOOKED_AT);
  const stop = options.evaluationStop ?? options.stop ?? {};
  const free = await device.settle({ batch: size, inputs }, { stop });
  const outputs = free.outputs();
  free.release();
  const n = coder.outputs;
  const costs = Array.from({ length: size }, (_, s) =>
    coder.costOf(outputs.subarray(s * n, (s + 1) * n), targets.subarray(s * n, (s + 1) * n)),
  );
  return costs.indexOf(Math.max(...costs));
}

function summaryOf(
  run: ComposedRun,
  epochs: readonly EpochRecord[],
  held: EpochRecord | undefined,
): [string, string][] {
  const { config, dataSet } = run;
  const { batch } = config.training;
  const how = describeRule(run);
  const rows: [string, string][] = [
    ['Data', `${dataSet.name}: ${dataSet.train.count} training, ${dataSet.test.count} test samples`],
    ['Training', `${how}, minibatches of ${batch}, ${epochs.length} epochs`],
    ...learningRows(run),
  ];
  const last = epochs.at(-1);
  if (last === undefined) return rows;
  rows.push(
    ...(held === undefined ? [] : [testRow(run, held)]),
    last.fit === undefined
      ? ['Training error, last epoch', percent(last.trainError)]
      : ['Training, last epoch', `R² ${(1 - last.trainError).toFixed(4)}`],
  );
  if (held !== undefined && held !== last) {
    rows.push(['Parameters', `of epoch ${held.epoch}, the best on the validation samples`]);
  }
  if (Number.isFinite(last.power_W)) {
    rows.push(['Dissipated power', `${formatQuantity(last.power_W, 'W')} a sample`]);
  }
  const cells = run.composition.cells?.report();
  if (cells !== undefined) {
    rows.push(['Cells', cellsOf(run)]);
    // how many pulses is in the manifest's rows
    if (!Number.isNaN(cells.energy_J))
      rows.push(['Energy of all pulses', formatQuantity(cells.energy_J, 'J')]);
    rows.push(['Cells at an end of their range', percent(cells.saturatedFraction)]);
    if (cells.cutCounts !== undefined)
      rows.push(['Pulse counts cut to the most a cell may get', String(cells.cutCounts)]);
  }
  rows.push(['Speed', `${last.samplesPerSecond.toFixed(0)} samples/s`]);
  return rows;
}

function testRow(run: ComposedRun, { fit, testError }: EpochRecord): [string, string] {
  if (fit === undefined) return ['Test error', percent(testError)];
  const { nodeUnit } = run.trainer.device.info;
  return ['Test', fitText(fit, nodeUnit)];
}

/** `ag-asi-jo, policy accumulate, d2d 0.05`: what was asked for beside the model's own. */
function cellsOf({ config }: ComposedRun): string {
  const { model, policy, biasCells, ...rest } = config.cells ?? {};
  const asked = Object.entries(rest)
    .filter(([key, value]) => key !== 'pulseLog' && value !== undefined && value !== 'single')
    .flatMap(([key, value]) =>
      typeof value === 'object'
        ? Object.entries(value).flatMap(([part, v]) => (v === 0 ? [] : [`${key} ${part} ${v}`]))
        : [`${key} ${value}`],
    );
  const learned = [config.training.biasRates].flat().some((rate) => rate > 0);
  const biases = learned ? [`bias currents ${biasCells ? 'in cells' : 'ideal'}`] : [];
  return [model, `policy ${policy}`, ...asked, ...biases].join(', ');
}

function curvesSection(
  { trainer }: ComposedRun,
  epochs: readonly EpochRecord[],
  errorBefore: number | undefined,
): ReportSection {
  const start = errorBefore === undefined ? [] : [{ epoch: 0, testError_percent: 100 * errorBefore }];
  const points = epochs.map(({ epoch, trainError, validationError, testError, cost_V2 }) => ({
    epoch,
    ...(Number.isNaN(trainError) ? {} : { trainError_percent: 100 * trainError }),
    ...(validationError === undefined ? {} : { validationError_percent: 100 * validationError }),
    testError_percent: 100 * testError,
    cost: cost_V2,
  }));
  const best = trainer.state.best?.epoch;
  return {
    title: 'Learning',
    caption: `Training error and cost are counted while the epoch goes on, before each update; the test follows it. Epoch 0 is before the first update.${epochs.at(-1)?.fit === undefined ? '' : ' Errors are 1 − R², the share of the variance of the numbers that is not explained.'}`,
    figure: learningCurves({
      points: [...start, ...points],
      ...(best === undefined ? {} : { bestEpoch: best }),
      ...(trainer.device.info.nodeUnit === 'V' ? { costUnit: 'V²' } : {}),
    }),
  };
}

function confusionSection(run: ComposedRun, last: EpochRecord): ReportSection {
  return {
    title: 'Answers on the test set',
    caption: 'Rows: the class that was asked for. Columns: the answer.',
    figure: confusionMatrix({ counts: last.confusion, classes: run.dataSet.classNames }),
  };
}

async function conductanceSection(run: ComposedRun): Promise<ReportSection> {
  const { device } = run.trainer;
  const parameters = await device.readParameters();
  const groups = device.info.groups.filter((group) => group.role !== 'bias');
  return {
    title: groups[0].role === 'weight' ? 'Weights' : 'Conductances',
    caption: 'Counts are logarithmic. Dashed: edges of the window, where it has any.',
    figure: conductanceHistogram({
      layers: groups.map(({ name, min, max }) => ({ name, values: parameters[name], min, max })),
      quantity: groups[0].role,
      unit: groups[0].unit,
    }),
  };
}

async function statesSection(run: ComposedRun): Promise<ReportSection> {
  const { dataSet, coder, trainer } = run;
  const { device } = trainer;
  const { test } = dataSet;
  const { size, inputs, targets } = coder.firstBatch(test, SHOWN);
  const asked = targetVoltages(coder.cost, coder.coding.target, targets);
  const free = await device.settle({ batch: size, inputs });
  const outputs = free.outputs();
  const hidden =
    device.info.observes === 'all' ? device.info.layers.slice(0, -1).map((_, l) => free.layer(l)) : [];
  free.release();
  const row = (values: Float64Array, s: number) =>
    values.subarray((s * values.length) / size, ((s + 1) * values.length) / size);
  return {
    title: 'Node states',
    caption: 'The first test samples at rest.',
    figure: sampleStates({
      samples: Array.from({ length: size }, (_, s) => ({
        inputs: row(inputs, s),
        hidden: hidden.map((layer) => row(layer, s)),
        outputs: row(outputs, s),
        targets: row(asked, s),
        target: dataSet.classNames[test.labels[s]],
        answer: dataSet.classNames[coder.classOf(outputs, s)],
      })),
      ...(dataSet.imageShape === undefined ? {} : { inputShape: dataSet.imageShape }),
      outputNames: coder.outputNames,
      nodeUnit: device.info.nodeUnit,
    }),
  };
}
