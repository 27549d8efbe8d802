import type { CommandEntry } from './command-entry.js';

/** `ohmprop instrument list | info | limits | …`. */
export const instrumentCommands: readonly CommandEntry[] = [
  {
    name: 'limits',
    description:
      'asks what cells behind an instrument may get, and writes the file that --limits takes; opens nothing',
    load: async () => (await import('./instrument/limits.js')).limitsCommand,
  },
];
