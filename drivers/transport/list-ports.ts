import { readdir, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** A serial port of this machine, found without opening it. */
export interface SerialPortInfo {
  readonly path: string;
  /** A name that stays with the device wherever it is plugged in, where the system gives one: /dev/serial/by-id/…. */
  readonly stable?: string;
  /** What the device says of itself: maker, product, serial number; empty where nothing is known. */
  readonly description: string;
  /** Of its USB device, four hexadecimal digits each. */
  readonly vendorId?: string;
  readonly productId?: string;
}

/**
 * Serial ports of this machine. serialport asks udev; where there is none (containers), what the kernel shows under
 * /dev/serial/by-id and /sys/class/tty has to do.
 */
export async function listPorts(): Promise<SerialPortInfo[]> {
  const stable = await stableNames();
  const named = (port: SerialPortInfo): SerialPortInfo => {
    const name = stable.get(port.path);
    return name === undefined ? port : { ...port, stable: name };
  };
  try {
    const { SerialPort } = await import('serialport');
    const ports = await SerialPort.list();
    return ports
      .filter((port) => port.pnpId !== undefined || port.vendorId !== undefined)
      .map(({ path, manufacturer, serialNumber, vendorId, productId }) =>
        named({
          path,
          description: [manufacturer, vendorId && `${vendorId}:${productId}`, serialNumber]
            .filter(Boolean)
            .join(' '),
          ...(vendorId === undefined ? {} : { vendorId }),
          ...(productId === undefined ? {} : { productId }),
        }),
      );
  } catch {
    return (await listFromKernel(stable)).map(named);
  }
}

/** By the path that each leads to. */
async function stableNames(): Promise<Map<string, string>> {
  const byId = '/dev/serial/by-id';
  const names = await readdir(byId).catch(() => []);
  const pairs = names.map(async (name): Promise<[string, string]> => {
    const path = join(byId, name);
    return [await realpath(path).catch(() => path), path];
  });
  return new Map(await Promise.all(pairs));
}

async function listFromKernel(stable: ReadonlyMap<string, string>): Promise<SerialPortInfo[]> {
  const ports: SerialPortInfo[] = [...stable].map(([path, name]) => ({
    path,
    description: name.slice(name.lastIndexOf('/') + 1),
  }));
  const classes = '/sys/class/tty';
  for (const name of await readdir(classes).catch(() => [])) {
    const path = `/dev/${name}`;
    // Only terminals with hardware behind them have a device.
    const device = await readlink(join(classes, name, 'device')).catch(() => undefined);
    if (device === undefined || stable.has(path) || !/^tty(USB|ACM)/.test(name)) continue;
    ports.push({ path, description: '' });
  }
  return ports;
}
