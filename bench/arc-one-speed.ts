import { linearCells } from '../devices/cells/pulse/index.js';
import { ArcOneDevice } from '../drivers/instruments/arc-one/emulator/index.js';
import { ArcOne } from '../drivers/instruments/index.js';
import { serveDeviceOnTcp } from '../drivers/serving/index.js';
import { TcpTransport } from '../drivers/transport/index.js';
import { PulsedCells } from '../experiments/composition/index.js';
import { machine } from './machine.js';

const BYTE_seconds = 11 / 921_600;
/** Samples of a read, and how long one takes in the emulator, s. */
const read_seconds = 30 * 20e-6;
const windows = 5;

/**
 * Reads and pulses a second over TCP to an emulated ArC ONE whose line takes the time of 921,600 baud 8E1 and whose reads take
 * 0.6 ms, beside what line and instrument allow. Best of five windows. `npm run bench -- arc-one-speed [operations a window]`.
 */
export async function run(args: readonly string[]): Promise<void> {
  const [count = 500] = args.map(Number);
  console.log(machine());
  const cells = new PulsedCells(linearCells(), { rows: 32, columns: 32, from_S: 50e-6 });
  const device = new ArcOneDevice(cells);
  const server = await serveDeviceOnTcp(device, { port: 0 });
  try {
    const line = TcpTransport.of(server.address);
    await line.open();
    const instrument = new ArcOne(line);
    const limit = (sent: number, came: number) => 1 / ((sent + came) * BYTE_seconds + read_seconds);
    await best('read', count, limit(6, 4), (n) => instrument.read(n % 10, n % 10));
    await best('pulse and read', count, limit(18, 4), (n) => instrument.pulse(n % 10, n % 10, 1.5, 1e-6));
    const whole = 1024 * read_seconds + 12 * BYTE_seconds;
    await best('read all cells', Math.ceil(count / 250), 1 / whole, () => instrument.readAll());
    await instrument.close();
  } finally {
    await server.close();
    device.instrument.stop();
  }
}

async function best(what: string, count: number, limit_per_s: number, act: (n: number) => Promise<unknown>) {
  let most_per_s = 0;
  await act(0);
  for (let window = 0; window < windows; window++) {
    const started = performance.now();
    for (let n = 0; n < count; n++) await act(n);
    most_per_s = Math.max(most_per_s, (1000 * count) / (performance.now() - started));
  }
  console.log(JSON.stringify({ what, per_s: most_per_s, limit_per_s, share: most_per_s / limit_per_s }));
}
