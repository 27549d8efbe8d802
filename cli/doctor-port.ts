import { readFile, realpath } from 'node:fs/promises';
import { platform } from 'node:os';
import { OhmpropError } from '../core/index.js';
import { BoardClient, rememberBoard, tapsAtStartText } from '../drivers/board/index.js';
import { holderOf, listPorts, type SerialPortInfo, type Transport } from '../drivers/transport/index.js';

/** What was found at a port, and what to do where it is not good. */
export interface PortFinding {
  readonly good: boolean;
  readonly what: string;
  readonly remedy?: string;
}

/** Above it, a USB bridge holds every short reply back for longer than the board takes, ms. */
const LATENCY_ms = 4;

/**
 * Looks at one board's line: who holds it, whether the board answers, whether opening the port resets it, and what its system
 * has to be told. The board is opened twice and asked who it is; nothing is driven.
 * @param open a line to it, not opened yet
 */
export async function examineLine(address: string, open: () => Transport): Promise<PortFinding[]> {
  const holder = holderOf(address);
  if (holder !== undefined) {
    const { pid, since, what = 'a board' } = holder;
    return [
      {
        good: true,
        what: `${address} is held by process ${pid} since ${since}: ${what}; it is left alone`,
      },
    ];
  }
  return [...(await resets(address, open)), ...(await hints(address))];
}

/** Opens it twice: a board that starts by being opened has started once more. */
async function resets(address: string, open: () => Transport): Promise<PortFinding[]> {
  try {
    const first = await description(open());
    const second = await description(open());
    const { serial, profile, firmware, tapsAtStart } = second;
    const there = { good: true, what: `${address}: ${profile.name} board ${serial}, firmware ${firmware}` };
    const starts = second.boots - first.boots;
    if (starts === 0) return [there, { good: true, what: 'opening the port does not reset this board' }];
    const kept = tapsAtStart !== 'power-on';
    return [
      there,
      {
        good: kept,
        what: `opening the port resets this board (${starts === 1 ? 'one start' : `${starts} starts`} more); ${tapsAtStartText[tapsAtStart]}`,
        remedy: `its taps are lost each time: put 10 µF between RESET and GND of the Arduino (take it out to flash), or cut its RESET EN trace${platform() === 'linux' ? '; and see that "stty" is there, which keeps DTR up' : ''}`,
      },
    ];
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    return [{ good: false, what: `${address} does not answer`, remedy: error.message }];
  }
}

async function description(transport: Transport) {
  const client = await BoardClient.open(transport);
  await client.close();
  await rememberBoard(client.transport.address ?? transport.name, client.description);
  return client.description;
}

/** What the operating system has to be told about a port; nothing of a line that is none. */
async function hints(address: string): Promise<PortFinding[]> {
  if (address.startsWith('tcp:')) return [];
  const path = await realpath(address).catch(() => address);
  const port = (await listPorts()).find((found) => found.path === path || found.stable === address);
  const systems: Partial<Record<NodeJS.Platform, () => Promise<PortFinding[]>>> = {
    linux: () => linuxHints(path, port),
    darwin: async () => macHints(address),
    win32: async () => [
      {
        good: true,
        what: 'Windows: Device Manager, Ports, this port, Port Settings, Advanced: set the latency timer to 1 ms (FTDI); CH340 and CP210x need their maker’s driver',
      },
    ],
  };
  return (await systems[platform()]?.()) ?? [];
}

async function linuxHints(path: string, port: SerialPortInfo | undefined): Promise<PortFinding[]> {
  const findings: PortFinding[] = [];
  const name = path.slice(path.lastIndexOf('/') + 1);
  const timer = `/sys/bus/usb-serial/devices/${name}/latency_timer`;
  const latency_ms = Number(await readFile(timer, 'utf8').catch(() => '0'));
  if (latency_ms > LATENCY_ms) {
    findings.push({
      good: false,
      what: `${path}: its bridge holds replies back for up to ${latency_ms} ms`,
      remedy: `echo 1 | sudo tee ${timer}; the rule below keeps it so`,
    });
  }
  if (port?.vendorId === undefined || port.productId === undefined) return findings;
  if (port.stable !== undefined) findings.push({ good: true, what: `a name that stays: ${port.stable}` });
  findings.push({
    good: true,
    what: `for /etc/udev/rules.d/70-ohmprop.rules:\n${udevRules(port.vendorId, port.productId)}`,
  });
  return findings;
}

/**
 * Rules that keep ModemManager away from a board's bridge (its tag since 1.12 counts for every kind of port), give it to the group
 * of serial ports, and have an FTDI bridge pass replies on at once.
 */
export function udevRules(vendorId: string, productId: string): string {
  const device = `ATTRS{idVendor}=="${vendorId}", ATTRS{idProduct}=="${productId}"`;
  return [
    `SUBSYSTEM=="tty", ${device}, ENV{ID_MM_DEVICE_IGNORE}="1", GROUP="dialout", MODE="0660"`,
    ...(vendorId.toLowerCase() === '0403'
      ? [`SUBSYSTEM=="usb-serial", DRIVER=="ftdi_sio", ${device}, ATTR{latency_timer}="1"`]
      : []),
    '# then: sudo udevadm control --reload && sudo udevadm trigger',
  ].join('\n');
}

function macHints(address: string): PortFinding[] {
  const out = address.replace('/dev/tty.', '/dev/cu.');
  if (out === address) return [];
  return [
    {
      good: false,
      what: `${address} waits for a carrier that no board gives`,
      remedy: `use ${out}`,
    },
  ];
}
