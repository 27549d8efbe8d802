import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RandomStream } from '../core/index.js';
import { linearCells } from '../devices/cells/pulse/index.js';
import { ArcOneBench, ArcOneDevice } from '../drivers/instruments/arc-one/emulator/index.js';
import { ArcOne, ArcOneCells } from '../drivers/instruments/index.js';
import { serveDeviceOnTcp } from '../drivers/serving/index.js';
import { TcpTransport, type Transport } from '../drivers/transport/index.js';
import { PulsedCells } from '../experiments/composition/index.js';
import { PulseJournal } from '../records/index.js';
import { machine } from './machine.js';

/**
 * Pulses to cells behind an emulated ArC ONE whose line loses bytes and commands, which stands still and loses its supply, by a
 * process that dies again and again. What the journal says that each cell was given is held against what came to its terminals.
 * `npm run bench -- arc-one-faults [pulses] [seed]`: 10⁴ pulses in simulated time, in this process; a death leaves the session as it
 * stands, in the midst of a command, and begins another from the journal. `… arc-one-faults kill [pulses] [seed] [pulses
 * between kills]`: over TCP, in the wall's time, by a process of its own that is killed (SIGKILL).
 */
export async function run(args: readonly string[]): Promise<void> {
  if (args[0] === 'host') return host(args[1], args[2], Number(args[3]), Number(args[4]));
  console.log(machine());
  const folder = mkdtempSync(join(tmpdir(), 'arc-one-faults-'));
  try {
    if (args[0] === 'kill') await killed(join(folder, 'pulses.jsonl'), args.slice(1).map(Number));
    else await simulated(join(folder, 'pulses.jsonl'), args.map(Number));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const faults = { lostBytes: 0.001, lostCommands: 0.002, stalls: 0.001, stall_seconds: 6, powerLosses: 0.001 };

function cellsOf(seed: number): PulsedCells {
  return new PulsedCells(linearCells(40, 20, 200e-6), { rows, columns, seed, from_S: 100e-6 });
}

/** Everything in simulated time. A session is left at a random byte of a random command. */
async function simulated(journal: string, [pulses = 10_000, seed = 1]: readonly number[]): Promise<void> {
  const bench = new ArcOneBench(cellsOf(seed), { noise: 0.001, seed, faults: { ...faults, seed } });
  const random = new RandomStream(seed, 'deaths');
  let deaths = 0;
  const started = performance.now();
  for (let done = false; !done; ) {
    let left = 400 + random.integer(800);
    const connect = async () => {
      const line = bench.connect();
      await line.open();
      const write = line.write.bind(line);
      line.write = async (bytes) => {
        if (left-- <= 0) {
          // before it was sent or after it was: nobody comes back from here
          if (left < 0 && random.uniform() < 0.5) await write(bytes);
          died();
          return new Promise(() => {});
        }
        return write(bytes);
      };
      return line;
    };
    let died: () => void = () => {};
    const death = new Promise<boolean>((resolve) => {
      died = () => resolve(false);
    });
    done = await Promise.race([death, drive(connect, journal, pulses, seed).then(() => true)]);
    if (!done) deaths++;
  }
  await judged(journal, bench.instrument.sockets.pulses, { deaths, ...bench.line.counts }, started);
}

/** Over TCP, by a process that is killed after so many pulses, and a moment. */
async function killed(
  journal: string,
  [pulses = 10_000, seed = 1, between = 1000]: readonly number[],
): Promise<void> {
  const device = new ArcOneDevice(cellsOf(seed), { noise: 0.001, seed, faults: { ...faults, seed } });
  const server = await serveDeviceOnTcp(device, { port: 0, clients: 2 });
  const random = new RandomStream(seed, 'kills');
  const given = () => device.instrument.sockets.pulses.reduce((sum, n) => sum + n, 0);
  let kills = 0;
  const started = performance.now();
  try {
    for (let done = false; !done; ) {
      const child = spawnHost(server.address, journal, pulses, seed);
      const until = given() + between * (0.5 + random.uniform());
      const watch = setInterval(() => {
        if (given() >= until) child.kill('SIGKILL');
      }, 7);
      done = await new Promise<boolean>((resolve, reject) => {
        child.once('exit', (code, signal) => {
          if (signal === 'SIGKILL') resolve(false);
          else if (code === 0) resolve(true);
          else reject(new Error(`the host ended with ${code ?? signal}`));
        });
      });
      clearInterval(watch);
      if (!done) kills++;
    }
    await judged(journal, device.instrument.sockets.pulses, { kills, ...device.line.counts }, started);
  } finally {
    await server.close();
    device.instrument.stop();
  }
}

async function judged(path: string, came: Int32Array, counts: object, started: number): Promise<void> {
  const told = (await PulseJournal.open(path, { rows, columns })).history;
  const wrong = [...came.keys()].filter((cell) => came[cell] !== told.positive[cell] + told.negative[cell]);
  console.log(
    JSON.stringify({
      pulses: came.reduce((sum, n) => sum + n, 0),
      updates: told.lastUpdate,
      ...counts,
      cellsWrong: wrong.length,
      cellsUnknown: told.unknown.filter((n) => n > 0).length,
      minutes: Number(((performance.now() - started) / 60_000).toFixed(2)),
    }),
  );
}

const [rows, columns] = [8, 8];

function spawnHost(address: string, journal: string, pulses: number, seed: number): ChildProcess {
  const main = fileURLToPath(new URL('main.js', import.meta.url));
  const args = [main, 'arc-one-faults', 'host', address, journal, String(pulses), String(seed)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** The process that is killed. */
async function host(address: string, path: string, pulses: number, seed: number): Promise<void> {
  const connect = async () => {
    const line = TcpTransport.of(address);
    await line.open();
    return line;
  };
  await drive(connect, path, pulses, seed);
}

/** Gives pulses, each cell up and down around where it began, until so many have been given; then each cell one each way. */
async function drive(
  connect: () => Promise<Transport>,
  path: string,
  pulses: number,
  seed: number,
): Promise<void> {
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
