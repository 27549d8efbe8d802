import { formatQuantity, inputError } from '../../core/index.js';
import { SimulatedCells } from '../../devices/cells/index.js';
import type { PulseModel } from '../../devices/cells/pulse/index.js';
import type { ArrayAsked } from '../../drivers/instruments/index.js';
import {
  type ArrayTiming,
  type ComposedRun,
  composeCells,
  type InstrumentArray,
  initialiseRun,
  openDescribed,
  unopenedArray,
} from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';

/** A rehearsal ends after so long, s; what is left of the run is told from what it saw. */
const REHEARSED_seconds = 20;

/** What a run on real arrays will come to, by a rehearsal on simulated cells that are alike. */
export interface ArrayPrediction {
  /** What it will take, s. */
  readonly seconds: number;
  /** Of that, at the instruments. */
  readonly instruments_s: number;
  readonly updates: number;
  readonly pulses: number;
  /** Of those, the ones that put cells at their start, and how long that takes, s. */
  readonly startPulses: number;
  readonly start_s: number;
  /** Most pulses that a cell gets for that. */
  readonly startBusiest: number;
  /** Most pulses that a cell gets. */
  readonly busiest: number;
  /** Of how many epochs; errors on the test set after the last of them. */
  readonly epochs: number;
  readonly testError: number;
}

/** What is known of the arrays, by address. */
export type KnownArrays = (address: string) => {
  readonly rows: number;
  readonly columns: number;
  readonly timing: ArrayTiming;
};

/**
 * Rehearses a run on simulated cells laid out as the real ones, and counts what their instruments would have been asked for. Nothing
 * of an instrument is touched.
 */
export async function rehearse(
  { config, dataSet }: Pick<ComposedRun, 'config' | 'dataSet'>,
  known: KnownArrays = unopenedArray,
  signal?: AbortSignal,
): Promise<ArrayPrediction> {
  const { model } = await composeCells(config.cells as NonNullable<RunConfig['cells']>, windowOf(config));
  const started = performance.now();
  const host_s = () => (performance.now() - started) / 1000;
  let number = 0;
  const openArray = async (asked: ArrayAsked): Promise<InstrumentArray> => {
    const { text } = asked.address;
    return simulatedArray(model, config.seed, number++, known(text));
  };
  const cells = { ...config.cells, pulseLog: undefined, endurance: undefined, journal: undefined };
  const run = await openDescribed({ config: { ...config, cells } as RunConfig, dataSet }, { openArray });
  const { arrays } = run.composition;
  const { trainer } = run;
  try {
    const seconds = () => (arrays?.workSeconds() ?? 0) + host_s();
    await initialiseRun(run);
    await trainer.device.snapshot();
    await trainer.nudge.begin();
    const begun_s = seconds();
    const begunAt_s = arrays?.workSeconds() ?? 0;
    const startPulses = run.composition.cells?.pulses() ?? 0;
    const startBusiest = arrays?.busiest ?? 0;
    const ended = new AbortController();
    const end = () => ended.abort();
    signal?.addEventListener('abort', end, { once: true });
    let testError = Number.NaN;
    let epochs = 0;
    for await (const event of trainer.run(ended.signal)) {
      if (event.type === 'epoch') {
        epochs++;
        testError = event.record.testError;
        // the checkpoint
        arrays?.lookAgain();
        await trainer.device.snapshot();
      }
      if (host_s() > REHEARSED_seconds) end();
    }
    signal?.removeEventListener('abort', end);
    const done = trainer.state.updates;
    const updates = config.training.epochs * Math.ceil(dataSet.train.count / config.training.batch);
    const share = updates / Math.max(1, done);
    return {
      seconds: begun_s + (seconds() - begun_s) * share,
      instruments_s: begunAt_s + ((arrays?.workSeconds() ?? 0) - begunAt_s) * share,
      updates,
      pulses: Math.round(startPulses + ((run.composition.cells?.pulses() ?? 0) - startPulses) * share),
      startPulses,
      start_s: begun_s,
      startBusiest,
      busiest: Math.round(startBusiest + ((arrays?.busiest ?? 0) - startBusiest) * share),
      epochs,
      testError,
    };
  } finally {
    await trainer.device.close();
  }
}

/**
 * Says what a new run on arrays will come to before it starts; reads them to find out what reads take. Nothing for other runs.
 * @returns what is known of the hardware, the prediction beside it
 */
export async function predictArrays(
  run: ComposedRun,
  { say, signal }: { readonly say: (text: string) => Promise<void>; readonly signal?: AbortSignal },
): Promise<{ known: Pick<ComposedRun['composition'], 'hardware'>; startPulses: number }> {
  const { arrays, hardware } = run.composition;
  if (arrays === undefined || hardware === undefined) return { known: {}, startPulses: 0 };
  await say(arrays.text);
  await arrays.measureTiming();
  const predicted = await rehearse(run, (address) => arrays.known(address), signal);
  await say(predictionText(predicted, run.config));
  const budget = run.config.cells?.endurance;
  if (budget !== undefined && predicted.startBusiest > budget) {
    throw inputError(
      'cells.endurance',
      `cells.endurance: some cell gets about ${predicted.startBusiest} pulses before the first update, more than its ${budget}: nothing was pulsed. Give a larger --endurance, or start nearer with --from`,
    );
  }
  const { seconds, instruments_s, pulses, testError } = predicted;
  const identity = {
    ...hardware.identity,
    predicted_s: Number(seconds.toPrecision(4)),
    predictedInstruments_s: Number(instruments_s.toPrecision(4)),
    predictedPulses: pulses,
    ...(Number.isNaN(testError) ? {} : { rehearsedTestError: testError }),
  };
  return { known: { hardware: { ...hardware, identity } }, startPulses: predicted.startPulses };
}

/** A sentence or two. */
export function predictionText(
  { seconds, updates, pulses, startPulses, start_s, busiest, epochs, testError }: ArrayPrediction,
  { training, cells }: RunConfig,
): string {
  const budget = cells?.endurance;
  const wear =
    budget === undefined
      ? ''
      : busiest > budget
        ? `: MORE THAN ITS ${budget} (--endurance), so that the run will end before its last epoch`
        : ` of its ${budget}`;
  const error = Number.isNaN(testError)
    ? ''
    : `, test error ${(100 * testError).toPrecision(3)} % after ${epochs === training.epochs ? 'the last epoch' : `${epochs} of ${training.epochs} epochs`}`;
  return `it will take about ${durationText(seconds)}: ${updates} updates, ${pulses} pulses (the first ${startPulses} in ${durationText(start_s)} to put the cells at their start), ${busiest} to the busiest cell${wear}${error} (by a rehearsal on simulated cells that are alike)`;
}

function durationText(seconds: number): string {
  if (seconds < 120) return formatQuantity(Number(seconds.toPrecision(3)), 's');
  const minutes = seconds / 60;
  return minutes < 120 ? `${minutes.toPrecision(3)} min` : `${(minutes / 60).toPrecision(3)} h`;
}

function windowOf({ network }: RunConfig) {
  return network.kind === 'resistive' ? network.window : undefined;
}

/** Simulated cells in the place of an instrument's. */
function simulatedArray(
  model: PulseModel,
  seed: number,
  number: number,
  { rows, columns, timing }: ReturnType<KnownArrays>,
): InstrumentArray {
  const initial_S = (model.g_min_S + model.g_max_S) / 2;
  const cells = new SimulatedCells({ rows, columns, model, seed, group: number, initial_S });
  return { cells, identity: 'simulated', nominal: timing, now_s: () => 0 };
}
