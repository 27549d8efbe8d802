import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { linearCells } from '../devices/cells/pulse/index.js';
import { ArcOneDevice } from '../drivers/instruments/arc-one/emulator/index.js';
import { openArcOneArray, readInstrumentAddress } from '../drivers/instruments/index.js';
import { serveDeviceOnPty } from '../drivers/serving/index.js';
import { PulsedCells } from '../experiments/composition/index.js';
import { machine } from './machine.js';

/**
 * The vendor's own programs as judges: libarc1 goes through every one of its modules at the emulated ArC ONE, and the driver reads and
 * pulses the virtual instrument of arc1_pyqt. Neither is part of this repository: the bench is told where checkouts of them are. Needs
 * python3 with numpy, for libarc1 pyserial too.
 * `npm run bench -- arc-one-judges LIBARC1_FOLDER ARC1_PYQT_FOLDER [PYTHON]`
 */
export async function run([libarc1, arc1pyqt, python = 'python3']: readonly string[]): Promise<void> {
  console.log(machine());
  if (libarc1 !== undefined) await judgeEmulator(python, libarc1);
  if (arc1pyqt !== undefined) await judgeDriver(python, arc1pyqt);
}

/** A read of the emulator differs from its cell by no more than so much, and of the virtual instrument's, relative. */
const READ_SLACK = 0.011;

interface Heard {
  readonly what: string;
  readonly value: readonly (number | readonly number[])[];
}

async function judgeEmulator(python: string, folder: string): Promise<void> {
  const cells = new PulsedCells(linearCells(60, 20, 100e-6), { rows: 8, columns: 8, from_S: 50e-6 });
  const device = new ArcOneDevice(cells, { noise: 0.002 });
  const served = await serveDeviceOnPty(device);
  try {
    const child = judge(python, 'client', folder, served.address);
    const heard: Heard[] = [];
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      heard.push(JSON.parse(line) as Heard);
    });
    const code = await ended(child);
    for (const { what, value } of heard) {
      const rows = value.length;
      const odd = value.flat().filter((number) => !Number.isFinite(number)).length;
      console.log(JSON.stringify({ judge: 'libarc1', what, rows, odd, first: value[0], last: value.at(-1) }));
    }
    console.log(JSON.stringify({ judge: 'libarc1', ended: code, answered: heard.length }));
    if (code !== 0) process.exitCode = 1;
  } finally {
    await served.close();
    device.instrument.stop();
  }
}

async function judgeDriver(python: string, folder: string): Promise<void> {
  const child = judge(python, 'virtual', folder);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  const truth_ohm = async (): Promise<number[]> => {
    child.stdin?.write('cells\n');
    return (JSON.parse(await next()) as number[][]).flat();
  };
  try {
    const address = readInstrumentAddress(`arc-one:${await next()}`);
    const { cells, identity } = await openArcOneArray({
      address,
      permit: {
        limits: {
          maxVoltage_V: 3,
          compliance_A: 1e-3,
          maxWidth_s: 1e-3,
          maxPulses: 100,
          series_ohm: 10_000,
        },
        forming: false,
        noCurrentLimit: false,
      },
      window: [50e-6, 1e-3],
      nominalPulse: {
        potentiation: { amplitude_V: -2, width_s: 1e-4 },
        depression: { amplitude_V: 2, width_s: 1e-4 },
      },
    });
    const furthest = (read_S: Float64Array, ohm: readonly number[]) =>
      read_S.reduce((most, g, cell) => Math.max(most, Math.abs(g * ohm[cell] - 1)), 0);
    const before = await truth_ohm();
    const all = furthest(await cells.read(), before);
    let single = 0;
    for (const cell of [0, 33, 517, 1023]) {
      const at = { row: Math.floor(cell / 32), column: cell % 32, rows: 1, columns: 1 };
      single = Math.max(single, Math.abs((await cells.read(at))[0] * before[cell] - 1));
    }
    const cell = 5 * 32 + 7;
    const counts = Int16Array.of(3, -2);
    const report = await cells.pulse({ counts, indices: Uint32Array.of(cell, cell + 40) }, { id: 1 });
    const after = await truth_ohm();
    const read_S = await cells.read({ row: 5, column: 7, rows: 1, columns: 1 });
    const { positive, negative } = cells.given;
    await cells.close();
    const result = {
      judge: 'virtual ArC ONE',
      identity,
      readAllOff: all,
      readOneOff: single,
      pulses: [report.potentiationPulses, report.depressionPulses],
      journal: [negative[cell], positive[cell + 40]],
      pulsed_ohm: [before[cell], after[cell]],
      otherPulsed_ohm: [before[cell + 40], after[cell + 40]],
      pulsedReadOff: Math.abs(read_S[0] * after[cell] - 1),
    };
    console.log(JSON.stringify(result));
    if (all > READ_SLACK || single > READ_SLACK || result.pulsedReadOff > READ_SLACK) process.exitCode = 1;
  } finally {
    child.stdin?.end();
    child.kill();
  }
}

function judge(python: string, ...args: string[]): ChildProcess {
  return spawn(python, ['bench/arc-one-judges.py', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}
