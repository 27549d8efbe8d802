import type { CommandEntry } from './command-entry.js';

/** `ohmprop instrument list | info | limits | …`. */
export const instrumentCommands: readonly CommandEntry[] = [
  {
    name: 'list',
    description: 'looks: USB instruments and serial ports of this machine, and which are held; opens none',
    load: async () => (await import('./instrument/list.js')).listCommand,
  },
  {
    name: 'info',
    description: 'looks: what an instrument says of itself, and whether its output is on',
    load: async () => (await import('./instrument/info.js')).infoCommand,
  },
  {
    name: 'limits',
    description:
      'asks what cells behind an instrument may get, and writes the file that --limits takes; opens nothing',
    load: async () => (await import('./instrument/limits.js')).limitsCommand,
  },
  {
    name: 'read',
    description: 'drives: conductances at the read voltage, within limits',
    load: async () => (await import('./instrument/read.js')).readCommand,
  },
  {
    name: 'sweep',
    description: 'moves: current over voltage of one cell, within limits; asks first',
    load: async () => (await import('./instrument/sweep.js')).sweepCommand,
  },
  {
    name: 'pulse',
    description: 'moves: trains of pulses to one cell, read after each, within limits; asks first',
    load: async () => (await import('./instrument/pulse.js')).pulseCommand,
  },
  {
    name: 'stop',
    description:
      'makes safe: output off, whoever holds it; without an address everything that this machine holds',
    load: async () => (await import('./instrument/stop.js')).stopCommand,
  },
  {
    name: 'emulate',
    description: 'serves an instrument that is not there, with a simulated cell, on TCP or a pseudo-terminal',
    load: async () => (await import('./instrument/emulate.js')).emulateCommand,
  },
  {
    name: 'program',
    description: 'brings cells to target conductances, each read and verified; moves cells',
    load: async () => (await import('./instrument/program.js')).programInstrumentCommand,
  },
  {
    name: 'map',
    description: 'reads every cell of an array: one number each, as picture and table',
    load: async () => (await import('./instrument/map.js')).mapInstrumentCommand,
  },
  {
    name: 'twin',
    description:
      'moves: trains of pulses to every cell, within limits; writes the cell file that training simulates; asks first',
    load: async () => (await import('./instrument/twin.js')).twinInstrumentCommand,
  },
  {
    name: 'retention',
    description: 'reads cells again and again, to see what they forget',
    load: async () => (await import('./instrument/retention.js')).retentionCommand,
  },
];
