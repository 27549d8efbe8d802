import { access, constants } from 'node:fs/promises';
import type { Command } from 'commander';
import { runError } from '../core/index.js';
import { listPorts } from '../drivers/transport/index.js';
import { committedFirmware, readIntelHex } from '../drivers/virtual-board/index.js';
import type { Io } from './io.js';

/** Node that avr8js and zlib's CRC-32 need. */
const leastNode = [20, 19] as const;

export function doctorCommand(command: Command, io: Io): void {
  command.action(() => doctor(io));
}

async function doctor(io: Io): Promise<void> {
  let failed = 0;
  const tell = (good: boolean, text: string) => {
    if (!good) failed++;
    io.stdout.write(`${good ? 'ok    ' : 'FAILED'} ${text}\n`);
  };
  const [major, minor] = process.versions.node.split('.').map(Number);
  const recent = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  tell(recent, `Node ${process.versions.node} (needs ${leastNode.join('.')} or later)`);
  const binding = await import('serialport').then(
    () => true,
    () => false,
  );
  tell(binding, binding ? 'serialport loads' : 'serialport does not load: run npm ci');
  const ports = await listPorts();
  io.stdout.write(`      ${ports.length} serial ports\n`);
  for (const { path, description } of ports) {
    const allowed = await access(path, constants.R_OK | constants.W_OK).then(
      () => true,
      () => false,
    );
    const remedy = allowed
      ? ''
      : ': may not be opened; run "sudo usermod -aG dialout $USER" and log in again';
    tell(allowed, `${path} ${description}${remedy}`);
  }
  for (const profile of ['reference', 'xor-nano']) {
    const good = await Promise.resolve()
      .then(() => readIntelHex(committedFirmware(profile)))
      .then(
        () => true,
        () => false,
      );
    tell(good, `firmware image of the ${profile} board`);
  }
  if (failed > 0) throw runError('doctor', `${failed} of these need repair`);
}
