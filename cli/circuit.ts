import type { CommandEntry } from './command-entry.js';

/** `ohmprop circuit run | check | export`. */
export const circuitCommands: readonly CommandEntry[] = [
  {
    name: 'run',
    description:
      'solve a SPICE file: its operating point (.op), sweeps (.dc), transients (.tran), for every step (.step)',
    load: async () => (await import('./circuit/run.js')).runCommand,
  },
  {
    name: 'check',
    description:
      'look for floating nodes, loops of sources, unsupported cards and active elements, without solving',
    load: async () => (await import('./circuit/check.js')).checkCommand,
  },
  {
    name: 'export',
    description:
      'write a resistive network, with one test sample put in, or a SPICE file worked out flat, as text that ngspice runs unchanged',
    load: async () => (await import('./circuit/export.js')).exportCircuitCommand,
  },
];
