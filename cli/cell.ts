import type { CommandEntry } from './command-entry.js';

/** `ohmprop cell list | sweep | pulse | export`. */
export const cellCommands: readonly CommandEntry[] = [
  {
    name: 'list',
    description: 'cells that pulses move (for train --cells) and physical models (for sweep)',
    load: async () => (await import('./cell/list.js')).listCommand,
  },
  {
    name: 'sweep',
    description: 'pinched hysteresis of one cell behind a series resistance, at several frequencies',
    load: async () => (await import('./cell/sweep.js')).sweepCommand,
  },
  {
    name: 'pulse',
    description: 'potentiation and depression by identical pulses: nonlinearity, asymmetry, states',
    load: async () => (await import('./cell/pulse.js')).pulseCommand,
  },
  {
    name: 'export',
    description: 'a cell for NeuroSim, aihwkit, CrossSim, SPICE, as a table, or as a cell file',
    load: async () => (await import('./cell/export.js')).exportCommand,
  },
];
