import type { CommandEntry } from './command-entry.js';

/** `ohmprop calibrate inspect | …`. */
export const calibrateCommands: readonly CommandEntry[] = [
  {
    name: 'inspect',
    description: 'what files hold: curves, columns, units, settings, and what they cannot tell',
    load: async () => (await import('./calibrate/inspect.js')).inspectCommand,
  },
  {
    name: 'report',
    description:
      'a folder of measurements as one page: loops, tables with intervals, pulse trains, methods; figures and CSV beside it',
    load: async () => (await import('./calibrate/report.js')).reportCommand,
  },
  {
    name: 'fit',
    description: 'laws of pulse trains with intervals, compared; labels of the data; a cell file',
    load: async () => (await import('./calibrate/fit.js')).fitCommand,
  },
];
