import { readdir, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** A serial port of this machine, found without opening it. */
export interface SerialPortInfo {
  readonly path: string;
  /** What the device says of itself: maker, product, serial number; empty where nothing is known. */
  readonly description: string;
}

/**
 * Serial ports of this machine. serialport asks udev; where there is none (containers), what the kernel shows under
 * /dev/serial/by-id and /sys/class/tty has to do.
 */
export async function listPorts(): Promise<SerialPortInfo[]> {
  try {
    const { SerialPort } = await import('serialport');
    const ports = await SerialPort.list();
    return ports
      .filter((port) => port.pnpId !== undefined || port.vendorId !== undefined)
      .map(({ path, manufacturer, serialNumber, vendorId, productId }) => ({
        path,
        description: [manufacturer, vendorId && `${vendorId}:${productId}`, serialNumber]
          .filter(Boolean)
          .join(' '),
      }));
  } catch {
    return listFromKernel();
  }
}

async function listFromKernel(): Promise<SerialPortInfo[]> {
  const byId = '/dev/serial/by-id';
  const named = await Promise.all(
    (await readdir(byId).catch(() => [])).map(async (name) => ({
      path: await realpath(join(byId, name)).catch(() => join(byId, name)),
      description: name,
    })),
  );
  const known = new Set(named.map(({ path }) => path));
  const classes = '/sys/class/tty';
  for (const name of await readdir(classes).catch(() => [])) {
    const path = `/dev/${name}`;
    // Only terminals with hardware behind them have a device.
    const device = await readlink(join(classes, name, 'device')).catch(() => undefined);
    if (device === undefined || known.has(path) || !/^tty(USB|ACM)/.test(name)) continue;
    named.push({ path, description: '' });
  }
  return named;
}
