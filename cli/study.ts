import type { CommandEntry } from './command-entry.js';

/** `ohmprop study report | …`; `ohmprop study FILE` is a command itself. */
export const studyCommands: readonly CommandEntry[] = [
  {
    name: 'report',
    description: 'what a study has found so far: means with intervals, effects, figures, one page',
    load: async () => (await import('./study/report.js')).studyReportCommand,
  },
  {
    name: 'compare',
    description: 'two studies point by point, seed by seed',
    load: async () => (await import('./study/compare.js')).studyCompareCommand,
  },
  {
    name: 'worker',
    description: 'compute trials of a study that runs elsewhere',
    load: async () => (await import('./study/worker.js')).studyWorkerCommand,
  },
];
