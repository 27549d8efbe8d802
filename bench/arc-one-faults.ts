import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RandomStream } from '../core/index.js';
import { linearCells } from '../devices/cells/pulse/index.js';
import { ArcOneDevice } from '../drivers/instruments/arc-one/emulator/index.js';
import { ArcOne, ArcOneCells } from '../drivers/instruments/index.js';
import { serveDeviceOnTcp } from '../drivers/serving/index.js';
import { TcpTransport } from '../drivers/transport/index.js';
import { PulsedCells } from '../experiments/composition/index.js';
import { PulseJournal } from '../records/index.js';
import { machine } from './machine.js';

/**
 * Pulses to cells behind an emulated ArC ONE over TCP whose line loses bytes and commands, which stands still and loses its supply, by a
 * process that is killed (SIGKILL) again and again. What the journal says that each cell was given is held against what came to
 * its terminals. `npm run bench -- arc-one-faults [pulses] [seconds between kills] [seed]`, 10⁴ pulses, 10 s, 1.
 */
export async function run(args: readonly string[]): Promise<void> {
  if (args[0] === 'host') return host(args[1], args[2], Number(args[3]), Number(args[4]));
  const [pulses = 10_000, kill_seconds = 10, seed = 1] = args.map(Number);
  const faults = {
    lostBytes: 0.001,
    lostCommands: 0.002,
    stalls: 0.001,
    stall_seconds: 6,
    powerLosses: 0.001,
  };
  const cells = new PulsedCells(linearCells(40, 20, 200e-6), { rows, columns, seed, from_S: 100e-6 });
  const device = new ArcOneDevice(cells, { noise: 0.001, seed, faults: { ...faults, seed } });
  const server = await serveDeviceOnTcp(device, { port: 0, clients: 2 });
  const folder = mkdtempSync(join(tmpdir(), 'arc-one-faults-'));
  const journal = join(folder, 'pulses.jsonl');
  const random = new RandomStream(seed, 'kills');
  let kills = 0;
  console.log(machine());
  const started = performance.now();
  try {
    for (;;) {
      const child = spawnHost(server.address, journal, pulses, seed);
      const end = kill_seconds * (0.5 + random.uniform());
      const timer = setTimeout(() => child.kill('SIGKILL'), 1000 * end);
      const killed = await new Promise<boolean>((resolve, reject) => {
        child.once('exit', (code, signal) => {
          if (signal === 'SIGKILL') resolve(true);
          else if (code === 0) resolve(false);
          else reject(new Error(`the host ended with ${code ?? signal}`));
        });
      });
      clearTimeout(timer);
      if (!killed) break;
      kills++;
    }
    const told = (await PulseJournal.open(journal, { rows, columns })).history;
    const { pulses: came } = device.instrument.sockets;
    const wrong = Array.from(came, (n, cell) => n !== told.positive[cell] + told.negative[cell]).filter(
      Boolean,
    ).length;
    const unknown = told.unknown.filter((n) => n > 0).length;
    const given = came.reduce((sum, n) => sum + n, 0);
    const { counts } = device.line;
    console.log(
      JSON.stringify({
        pulses: given,
        updates: told.lastUpdate,
        kills,
        ...counts,
        cellsWrong: wrong,
        cellsUnknown: unknown,
        minutes: Number(((performance.now() - started) / 60_000).toFixed(1)),
      }),
    );
  } finally {
    await server.close();
    device.instrument.stop();
    if (existsSync(folder)) rmSync(folder, { recursive: true });
  }
}

const [rows, columns] = [8, 8];

function spawnHost(address: string, journal: string, pulses: number, seed: number): ChildProcess {
  const main = fileURLToPath(new URL('main.js', import.meta.url));
  const args = [main, 'arc-one-faults', 'host', address, journal, String(pulses), String(seed)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Gives pulses, each cell up and down around where it began, until so many have been given; then each cell one each way. */
async function host(address: string, path: string, pulses: number, seed: number): Promise<void> {
  const connect = async () => {
    const line = TcpTransport.of(address);
    await line.open();
    return line;
  };
  const instrument = new ArcOne(await connect(), { words: rows, bits: columns, reopen: connect });
  const array = new ArcOneCells(instrument, {
    permit: {
      limits: { maxVoltage_V: 1.5, compliance_A: 1e-3, maxWidth_s: 1e-5, maxPulses: 100, series_ohm: 10_000 },
      forming: false,
      noCurrentLimit: false,
    },
    nominalPulse: {
      potentiation: { amplitude_V: 1.5, width_s: 1e-6 },
      depression: { amplitude_V: -1.5, width_s: 1e-6 },
    },
    g_min_S: 10e-6,
    g_max_S: 200e-6,
    journal: await PulseJournal.open(path, { rows, columns }),
  });
  const { positive, negative } = array.given;
  const sum = (counts: Uint32Array) => counts.reduce((all, n) => all + n, 0);
  const pulse = (cell: number, count: number) =>
    array.pulse(
      { counts: Int16Array.of(count), indices: Uint32Array.of(cell) },
      { id: array.info.lastUpdate + 1 },
    );
  while (sum(positive) + sum(negative) < pulses) {
    const random = new RandomStream(seed, 'plan').at(array.info.lastUpdate);
    const cell = random.integer(rows * columns);
    await pulse(cell, positive[cell] > negative[cell] ? -1 - random.integer(3) : 1 + random.integer(3));
  }
  for (let cell = 0; cell < rows * columns; cell++) {
    await pulse(cell, 1);
    await pulse(cell, -1);
  }
  await array.close();
}
