import { access, constants } from 'node:fs/promises';
import { z } from 'zod';
import { inputError, runError } from '../core/index.js';
import { listPorts } from '../drivers/transport/index.js';
import { committedFirmware, readIntelHex } from '../drivers/virtual-board/index.js';
import { checkStandingBoard } from '../experiments/composition/index.js';
import { lineTo } from './board/open-board.js';
import { examineLine } from './doctor-port.js';
import { defineCommand } from './frame/index.js';
import { recordOption } from './record.js';

/** Node that avr8js and zlib's CRC-32 need. */
const leastNode = [20, 19] as const;

interface Finding {
  readonly good: boolean;
  readonly what: string;
  /** What to do where it is not good. */
  readonly remedy?: string;
}

export const doctorCommand = defineCommand({
  options: z.strictObject({
    address: z.string().optional().meta({
      argument: '[address]',
      kind: 'address',
      description:
        'a board’s line as well: does it answer, does opening reset it, what its system has to be told',
    }),
    record: recordOption,
  }),
  examples: ['ohmprop doctor', 'ohmprop doctor /dev/ttyUSB0', 'ohmprop doctor --json'],
  notes: 'Looks: without an address no port is opened; with one its board is asked twice who it is.',

  async answer({ address, record }, { io }) {
    if (address !== undefined) checkStandingBoard(address);
    else if (record !== undefined) {
      throw inputError(
        'config.unused',
        '--record has no effect: without an address no line is opened; name the board, for instance ohmprop doctor /dev/ttyUSB0',
      );
    }
    const ports = await listPorts();
    const findings: Finding[] = [
      node(),
      await serialport(),
      await pixels(),
      ...(await Promise.all(ports.map(({ path, description }) => port(path, description)))),
      ...(await Promise.all(['reference', 'xor-nano'].map(firmware))),
      ...(address === undefined ? [] : await examineLine(address, () => lineTo({ port: address }, io))),
    ];
    const bad = findings.filter(({ good }) => !good).length;
    return {
      text: [
        ...findings.map(
          ({ good, what, remedy }) =>
            `${good ? 'ok    ' : 'FAILED'} ${what}${good || remedy === undefined ? '' : `: ${remedy}`}`,
        ),
        `       ${ports.length} serial ports`,
      ].join('\n'),
      json: { good: bad === 0, findings, ports },
      ...(bad === 0 ? {} : { failure: runError('doctor', `${bad} of these need repair`) }),
    };
  },
});

function node(): Finding {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const good = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  const needs = `${leastNode.join('.')} or later`;
  return { good, what: `Node ${process.versions.node} (needs ${needs})`, remedy: `install Node ${needs}` };
}

async function serialport(): Promise<Finding> {
  const good = await works(() => import('serialport'));
  return { good, what: good ? 'serialport loads' : 'serialport does not load', remedy: 'run npm ci' };
}

async function pixels(): Promise<Finding> {
  const good = await (await import('../report/index.js')).canDrawPng();
  const remedy = 'run npm install --include=optional; until then figures are SVG';
  return { good, what: good ? 'figures can be PNG' : 'figures cannot be PNG', remedy };
}

async function port(path: string, description: string): Promise<Finding> {
  const good = await works(() => access(path, constants.R_OK | constants.W_OK));
  const remedy = 'may not be opened; run "sudo usermod -aG dialout $USER" and log in again';
  return { good, what: `${path} ${description}`, remedy };
}

async function firmware(profile: string): Promise<Finding> {
  const good = await works(async () => readIntelHex(committedFirmware(profile)));
  return { good, what: `firmware image of the ${profile} board`, remedy: 'install ohmprop again' };
}

function works(attempt: () => Promise<unknown>): Promise<boolean> {
  return attempt().then(
    () => true,
    () => false,
  );
}
