import type { Command } from 'commander';
import { stopBoard } from '../../drivers/board/index.js';
import { listPorts } from '../../drivers/transport/index.js';
import { checkStandingBoard } from '../../experiments/composition/index.js';
import { type Io, printJson } from '../io.js';
import { addVirtualOptions, lineTo, type VirtualFlags, withBoard } from './open-board.js';

export function listCommand(command: Command, io: Io): void {
  command.option('--json', 'one JSON object on stdout').action(async (flags: { json?: boolean }) => {
    const ports = await listPorts();
    if (flags.json) printJson(io, { ports });
    else if (ports.length === 0) {
      io.stderr.write('no serial ports; a virtual board needs none: ohmprop board info virtual\n');
    } else for (const { path, description } of ports) io.stdout.write(`${path}  ${description}\n`);
  });
}

export function infoCommand(command: Command, io: Io): void {
  addVirtualOptions(command)
    .argument('<port>', 'virtual, /dev/ttyUSB0, tcp://host:port')
    .option('--json', 'one JSON object on stdout')
    .action(async (port: string, flags: VirtualFlags & { json?: boolean }) => {
      await withBoard(io, lineTo(port, flags), {}, async (client) => {
        const { profile, firmware, protocol, serial, resetCause } = client.description;
        const status = await client.status();
        const facts = {
          line: client.transport.name,
          board: profile.name,
          serial,
          firmware,
          protocol,
          inputs: profile.inputs,
          hidden: profile.hidden,
          outputs: profile.outputs,
          pots: profile.pots,
          taps: `${profile.tapMin} … ${profile.tapMax}`,
          inputLimit_V: profile.inputLimit_V,
          nudgeLimit_V: profile.nudgeLimit_V,
          resetCause,
          ...status,
          linkErrors: client.counts.crcErrors + client.counts.framingErrors,
        };
        if (flags.json) printJson(io, facts);
        else for (const [name, value] of Object.entries(facts)) io.stdout.write(`${name}: ${value}\n`);
      });
    });
}

export function stopCommand(command: Command, io: Io): void {
  command.argument('<port>', '/dev/ttyUSB0, tcp://host:port').action(async (port: string) => {
    checkStandingBoard(port);
    const line = lineTo(port, { board: 'reference', seed: 1 });
    await stopBoard(line);
    io.stderr.write(`${line.name}: the board has stopped\n`);
  });
}
