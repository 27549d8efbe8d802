import type { CommandEntry } from './command-entry.js';

/** `ohmprop board list | info | read | …`. */
export const boardCommands: readonly CommandEntry[] = [
  {
    name: 'list',
    description: 'looks: serial ports of this machine, or boards that it has known; opens none',
    load: async () => (await import('./board/list.js')).listCommand,
  },
  {
    name: 'info',
    description: 'looks: what a board says of itself',
    load: async () => (await import('./board/info.js')).infoCommand,
  },
  {
    name: 'read',
    description: 'looks: taps of all potentiometers',
    load: async () => (await import('./board/taps.js')).readCommand,
  },
  {
    name: 'write',
    description: 'moves: sets taps, pot=tap … or a CSV file with columns pot and tap; asks first',
    load: async () => (await import('./board/taps.js')).writeCommand,
  },
  {
    name: 'map',
    description: 'looks: all conductances by their taps, as picture and table',
    load: async () => (await import('./board/measure.js')).mapCommand,
  },
  {
    name: 'sweep',
    description: "drives: one potentiometer's taps against its measured conductance; put back",
    load: async () => (await import('./board/measure.js')).sweepCommand,
  },
  {
    name: 'selftest',
    description:
      'moves: proves every wiper, input, node and converter, and names faults; asks first, puts all taps back',
    load: async () => (await import('./board/selftest.js')).selftestCommand,
  },
  {
    name: 'verify',
    description:
      'drives: holds what nodes read against what parts and taps let expect; moves no wiper (--moves: as selftest)',
    load: async () => (await import('./board/verify.js')).verifyCommand,
  },
  {
    name: 'calibrate',
    description:
      'moves: finds what its parts are, every tap included, with intervals; asks first, puts all back',
    load: async () => (await import('./board/calibrate.js')).calibrateCommand,
  },
  {
    name: 'twin',
    description: 'looks, or moves where it must calibrate: writes the simulation that foretells the board',
    load: async () => (await import('./board/twin.js')).twinCommand,
  },
  {
    name: 'flash',
    description: "moves: writes the board's firmware through avrdude, checked; asks first",
    load: async () => (await import('./board/flash.js')).flashCommand,
  },
  {
    name: 'record',
    description: 'drives: writes a short session down, byte for byte, to be replayed as a test',
    load: async () => (await import('./board/record.js')).recordCommand,
  },
  {
    name: 'emulate',
    description: 'serves a virtual board, its own firmware inside; touches no hardware',
    load: async () => (await import('./board/emulate.js')).emulateCommand,
  },
  {
    name: 'stop',
    description: 'makes safe: inputs and nudges to 0 at once, disarmed; also while a program holds it',
    load: async () => (await import('./board/stop.js')).stopCommand,
  },
];
