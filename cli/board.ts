import type { CommandEntry } from './command-entry.js';

/** `ohmprop board list | info | read | …`. */
export const boardCommands: readonly CommandEntry[] = [
  {
    name: 'list',
    description: 'serial ports of this machine',
    define: async () => (await import('./board/info.js')).listCommand,
  },
  {
    name: 'info',
    description: 'what a board says of itself; nothing is armed',
    define: async () => (await import('./board/info.js')).infoCommand,
  },
  {
    name: 'read',
    description: 'taps of all potentiometers, as CSV on stdout; nothing is armed',
    define: async () => (await import('./board/taps.js')).readCommand,
  },
  {
    name: 'write',
    description: 'set taps: pot=tap …, or a CSV file with columns pot and tap',
    define: async () => (await import('./board/taps.js')).writeCommand,
  },
  {
    name: 'map',
    description: 'heat map of all conductances, by their taps',
    define: async () => (await import('./board/measure.js')).mapCommand,
  },
  {
    name: 'sweep',
    description: "one potentiometer's taps against its measured conductance",
    define: async () => (await import('./board/measure.js')).sweepCommand,
  },
  {
    name: 'selftest',
    description:
      'check line, memory, converters, inputs and nudges of a board; moves wipers, and puts them back',
    define: async () => (await import('./board/selftest.js')).selftestCommand,
  },
  {
    name: 'record',
    description: 'write a self-test down, byte for byte, to be replayed as a test',
    define: async () => (await import('./board/taps.js')).recordCommand,
  },
  {
    name: 'emulate',
    description:
      'serve a virtual board, its own firmware inside; told faults on stdin: stall S, reset, corrupt P, drop P, quit',
    define: async () => (await import('./board/emulate.js')).emulateCommand,
  },
  {
    name: 'stop',
    description: 'stop a board at once: inputs and nudges to 0, disarmed',
    define: async () => (await import('./board/info.js')).stopCommand,
  },
];
