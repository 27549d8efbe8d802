import { readdir } from 'node:fs/promises';
import { z } from 'zod';
import { heldLines, listPorts } from '../../drivers/transport/index.js';
import { defineCommand } from '../frame/index.js';

/** Where Linux shows instruments on USB. */
const DEVICES = '/dev';

export const listCommand = defineCommand({
  options: z.strictObject({}),
  examples: ['ohmprop instrument list', 'ohmprop instrument list --json'],
  notes: 'Looks: nothing is opened, and nobody on a LAN or a GPIB bus is asked.',
  async answer() {
    const names = await readdir(DEVICES).catch(() => []);
    const usbtmc = names.filter((name) => /^usbtmc\d+$/.test(name)).map((name) => `${DEVICES}/${name}`);
    const ports = await listPorts();
    const held = heldLines().filter(({ instrument }) => instrument !== undefined);
    const places = [
      ...usbtmc.map((path) => ({ address: `smu:usbtmc:${path}`, description: 'USB-TMC' })),
      ...ports.map(({ path, stable, description }) => ({
        address: `PORT ${stable ?? path}`,
        description: description === '' ? 'serial port' : description,
      })),
    ];
    return {
      text: [
        ...(places.length === 0
          ? [
              'no USB instruments and no serial ports; on a LAN an instrument is found by its address, smu:tcp://ADDRESS:5025',
            ]
          : places.map(({ address, description }) => `${address}  ${description}`)),
        ...(places.some(({ address }) => address.startsWith('PORT'))
          ? ['what is on a port is said before it: arc-one:PORT, smu:PORT, smu:gpib:PORT,NUMBER']
          : []),
        ...held.map(
          ({ instrument, pid, what, since }) =>
            `${instrument}  held by process ${pid} since ${since}${what === undefined ? '' : `: ${what}`}`,
        ),
      ].join('\n'),
      json: { usbtmc, ports, held },
    };
  },
});
