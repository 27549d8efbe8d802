import type { CommandEntry } from './command-entry.js';

/** `ohmprop crossbar solve | report | map | margin | sweep | program | export`. */
export const crossbarCommands: readonly CommandEntry[] = [
  {
    name: 'solve',
    description: 'node voltages, device and output currents of a crossbar for every input vector',
    load: async () => (await import('./crossbar/solve.js')).solveCrossbarCommand,
  },
  {
    name: 'report',
    description: 'heat maps of what wire resistance does: all in one HTML file, or one as a picture',
    load: async () => (await import('./crossbar/report.js')).reportCrossbarCommand,
  },
  {
    name: 'map',
    description: 'voltage and current of every cell when it is the selected one, in any scheme',
    load: async () => (await import('./crossbar/map.js')).mapCrossbarCommand,
  },
  {
    name: 'margin',
    description: 'what a read can tell apart under the worst data, and the largest array for a margin',
    load: async () => (await import('./crossbar/margin.js')).marginCrossbarCommand,
  },
  {
    name: 'sweep',
    description:
      'output error, worst drop and power against size, wire resistance or on/off ratio, with plot and CSV',
    load: async () => (await import('./crossbar/sweep.js')).sweepCrossbarCommand,
  },
  {
    name: 'program',
    description:
      'cells of a simulated array to their conductances, verified, with what happens to their neighbours',
    load: async () => (await import('./crossbar/program.js')).programCrossbarCommand,
  },
  {
    name: 'export',
    description: 'the crossbar under one input vector as SPICE text that ngspice runs unchanged',
    load: async () => (await import('./crossbar/export.js')).exportCrossbarCommand,
  },
];
