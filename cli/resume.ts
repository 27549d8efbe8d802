import { z } from 'zod';
import { inputError, OhmpropError } from '../core/index.js';
import { type RunOutcome, resumeRun, unfinishedRuns } from '../experiments/sessions/index.js';
import { sessionAnswer } from './conclude.js';
import { findRun, RUN } from './find-run.js';
import { type Answer, defineCommand } from './frame/index.js';
import { interruptionOf } from './interruption.js';
import { type Io, printLine } from './io.js';
import { type NotifySettings, notifyOptions, notifySettings } from './notify.js';
import { boardOptions } from './open-run.js';
import { watchTraining } from './progress.js';
import { recordOption } from './record.js';
import { settingsNamed } from './setting-flags.js';
import { watchBeside } from './watch/beside-run.js';
import { withoutReportOption } from './without-report.js';

/** What may differ when a run goes on, as settings say it. */
interface Changes {
  readonly threads?: number | 'auto';
  readonly training?: { readonly epochs?: number };
  readonly cells?: { readonly pulseLog?: string };
}

export const resumeCommand = defineCommand({
  options: z.strictObject({
    run: z.string().optional().meta({ argument: '[run]', description: RUN }),
    record: recordOption,
    withoutReport: withoutReportOption,
    changedData: z.boolean().default(false).meta({
      flag: '--changed-data',
      description: 'go on though the data files are not what they were',
    }),
    unfinished: z.boolean().default(false).meta({
      flag: '--unfinished',
      description:
        'take up every run under runs/ that was cut off and whose board is there; for a service that starts with the machine',
    }),
    watch: z.boolean().default(false).meta({
      flag: '--watch',
      description: 'a live page beside it, as ohmprop watch serves; its address is said first',
    }),
    ...boardOptions,
    ...notifyOptions,
  }),
  settings: settingsNamed('--epochs', '--threads', '--pulse-log'),
  notes:
    'A run on a board compares what the board holds with its journal first, and writes only what differs. Runs that somebody stopped with Ctrl-C are not taken up by --unfinished.',
  uses: 'runs',
  examples: [
    'ohmprop resume last',
    'ohmprop resume runs/xor --epochs 200 --json',
    'ohmprop resume runs/iris --device /dev/ttyUSB1',
    'ohmprop resume last --watch',
    'ohmprop resume --unfinished',
  ],

  async answer(
    { run, changedData, unfinished, withoutReport, watch, device, otherBoard, calibration, ...flags },
    { io, settings },
  ) {
    const notify = await notifySettings(io, flags);
    if (unfinished) {
      const changes = [run, device, calibration].some((value) => value !== undefined);
      if (changes || otherBoard || withoutReport || Object.keys(settings).length > 0) {
        throw inputError(
          'usage',
          '--unfinished goes on with every run as it was; name one run to change anything, or leave the rest out',
        );
      }
      if (watch) await watchBeside(io, 'runs');
      return resumeAll(io, changedData, notify);
    }
    if (run === undefined) {
      throw inputError(
        'usage',
        'which run? name it, or last, or take up all that were cut off: --unfinished',
      );
    }
    const path = await findRun(io, run);
    if (watch) await watchBeside(io, path);
    const { threads, training, cells } = settings as Changes;
    const { epochs } = training ?? {};
    const { pulseLog } = cells ?? {};
    const outcome = await watchTraining(io, notify, (watched) =>
      resumeRun(path, {
        changedData,
        otherBoard,
        withoutReport,
        ...(device === undefined ? {} : { device }),
        ...(calibration === undefined ? {} : { calibration }),
        ...(epochs === undefined ? {} : { epochs }),
        ...(threads === undefined ? {} : { threads }),
        ...(pulseLog === undefined ? {} : { pulseLog }),
        ...watched,
      }),
    );
    return sessionAnswer(io, outcome);
  },
});

/** Every run under `runs/` whose board is there, one after the other; what cannot be taken up is said and passed over. */
async function resumeAll(io: Io, changedData: boolean, notify: NotifySettings | undefined): Promise<Answer> {
  const runs: { run: string; outcome: string }[] = [];
  let failure: OhmpropError | undefined;
  for (const { path, device, leave } of await unfinishedRuns('runs')) {
    if (io.signal?.aborted) break;
    const say = (outcome: string) => {
      printLine(io.stderr, `${path}: ${outcome}`);
      runs.push({ run: path, outcome });
    };
    if (leave !== undefined) {
      say(`left alone: ${leave}`);
      continue;
    }
    printLine(io.stderr, `${path}, on ${device}:`);
    try {
      const outcome: RunOutcome = await watchTraining(io, notify, (watched) =>
        resumeRun(path, { changedData, ...watched }),
      );
      say(outcome.interrupted ? 'interrupted' : `done, report: ${outcome.reportPath}`);
    } catch (error) {
      if (!(error instanceof OhmpropError)) throw error;
      say(`not taken up: ${error.message}`);
      // A board that is not there is no failure of the runs whose boards are.
      if (!/^(line|board)\./.test(error.code)) failure ??= error;
    }
  }
  const text = runs.length === 0 ? 'no run under runs/ was cut off' : '';
  const ended = io.signal?.aborted ? interruptionOf(io.signal) : failure;
  return { text, json: { runs }, ...(ended === undefined ? {} : { failure: ended }) };
}
