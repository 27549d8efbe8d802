import { Command } from 'commander';
import { emulateCommand } from './board/emulate.js';
import { infoCommand, listCommand, stopCommand } from './board/info.js';
import { mapCommand, sweepCommand } from './board/measure.js';
import { selftestCommand } from './board/selftest.js';
import { readCommand, recordCommand, writeCommand } from './board/taps.js';

export function boardCommand(): Command {
  const command = new Command('board').description('learning boards: on a serial port, over TCP, or virtual');
  const parts = [
    listCommand(),
    infoCommand(),
    readCommand(),
    writeCommand(),
    mapCommand(),
    sweepCommand(),
    selftestCommand(),
    recordCommand(),
    emulateCommand(),
    stopCommand(),
  ];
  for (const part of parts) {
    // commander exits with 1 for bad usage; here that is 2.
    part.exitOverride((stop) => process.exit(stop.exitCode === 0 ? 0 : 2));
    command.addCommand(part);
  }
  return command;
}
