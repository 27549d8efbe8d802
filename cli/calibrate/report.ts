import { availableParallelism } from 'node:os';
import { z } from 'zod';
import type { BatchStage } from '../../calibration/batch/index.js';
import { inputError, MAX_THREADS, quoted } from '../../core/index.js';
import { reportCalibration } from '../../experiments/sessions/calibration/index.js';
import type { PageQuestion } from '../../report/index.js';
import { defineCommand, figureWidth, millimetres, path, quantity, readBy } from '../frame/index.js';
import { Exit, type Io, onInterrupt, printLine, warn } from '../io.js';
import { WorkBar } from '../work-bar.js';
import { readingOptions } from './reading.js';

/** Scripts may ask for as many on any machine; more than there are cores are not started. */
const mostThreads = Math.max(MAX_THREADS, availableParallelism());

export const reportCommand = defineCommand({
  options: z.strictObject({
    paths: path(z.array(z.string()).min(1, 'name a folder or files')).meta({
      argument: '<path...>',
      description: 'folders, with all that lies in them, and files as instruments wrote them',
    }),
    read: quantity('V', z.number().gt(0).optional()).meta({
      flag: '--read <V>',
      description: 'voltage at which both states are read (the file’s, else chosen and said)',
    }),
    figure: figureWidth,
    threads: readBy('number or text', readThreads, z.number().int().min(1).max(mostThreads).optional()).meta({
      flag: '--threads <n>',
      description:
        'threads that read files, or auto: one a core (the default); the answer does not depend on it',
    }),
    ...readingOptions,
  }),
  outputs: { '/': 'run directory (default runs/<date>_calibrate-<name>_<id>)' },
  examples: [
    'ohmprop calibrate report data/wafer7',
    'ohmprop calibrate report loops/*.csv --read 100mV --figure 85mm -o reports/loops/',
    'ohmprop calibrate report data --answer currentUnit=uA --json',
  ],
  notes:
    'Looks: reads the files, changes none. One page (report.html), figures as SVG with their numbers as CSV, features.csv and .json.',

  async answer({ paths, read, figure, threads, answer, answers, namePattern }, { io, directory, line }) {
    const bar = new FileBar(io);
    const { signal, dispose } = onInterrupt(io, 'Stopping; nothing is written …');
    try {
      const report = await reportCalibration({
        paths,
        command: line,
        reading: {
          answer,
          ...(answers === undefined ? {} : { answers }),
          ...(namePattern === undefined ? {} : { namePattern }),
        },
        features: read === undefined ? {} : { readVoltage_V: read },
        signal,
        progress: (done, all, stage) => bar.show(done, all, stage),
        ...(threads === undefined ? {} : { threads }),
        ...(directory === undefined ? {} : { out: directory }),
        ...(figure === undefined ? {} : { width_mm: millimetres(figure) }),
      });
      bar.stop();
      const { page, batch } = report;
      const { analysed, skipped } = batch;
      for (const { file, reason } of page.skipped.slice(0, MOST_NAMED))
        warn(io, `skipped ${file}: ${reason}`);
      if (skipped.length > MOST_NAMED)
        warn(io, `skipped ${skipped.length - MOST_NAMED} more files; the report lists them`);
      for (const question of page.questions.slice(0, MOST_QUESTIONS))
        printLine(io.stderr, questionText(question));
      const counts = page.counts.map(({ label, count }) => `${count} ${label}`);
      const unread = skipped.length === 0 ? [] : [`${skipped.length} skipped`];
      return {
        text: [`${[...counts, ...unread].join(', ')}`, report.files[0]].join('\n'),
        json: {
          report: report.files[0],
          directory: report.path,
          counts: page.counts.map(({ label, count }) => ({ what: label, files: count })),
          questions: page.questions,
          skipped: skipped.map(({ path: file, reason, code }) => ({
            file,
            reason,
            ...(code === undefined ? {} : { code }),
          })),
        },
        files: report.files,
        // Nothing at all could be said.
        ...(analysed.length === 0 ? { failure: new Exit(2) } : {}),
      };
    } finally {
      bar.stop();
      dispose();
    }
  },
});

function readThreads(text: string): number {
  if (text === 'auto') return availableParallelism();
  if (/^\d+$/.test(text)) return Number(text);
  throw inputError('calibrate.threads', `needs a whole number of 1 or more, or auto; got ${quoted(text)}`);
}

const MOST_NAMED = 10;
const MOST_QUESTIONS = 3;

function questionText({ text, choices, flag, files, blocks }: PageQuestion): string {
  const among = choices === undefined ? '' : ` (${choices.join(', ')})`;
  return `question${blocks ? '' : ', may stay open'}: ${text}${among}; ${flag}${files === 1 ? '' : ` [${files} files]`}`;
}

const stages: Readonly<Record<BatchStage, string>> = {
  reading: 'files read',
  comparing: 'files read at one voltage',
  fitting: 'cells fitted',
};

/** Files read and cells fitted so far, a bar a stage. */
class FileBar {
  private readonly bar: WorkBar;
  private stage: BatchStage = 'reading';

  constructor(io: Io) {
    this.bar = new WorkBar(io);
  }

  show(done: number, all: number, stage: BatchStage): void {
    if (stage !== this.stage) this.bar.stop();
    this.stage = stage;
    this.bar.update(done, all, stages[stage]);
  }

  stop(): void {
    this.bar.stop();
  }
}
