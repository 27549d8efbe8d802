import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OhmpropError, RandomStream } from '../core/index.js';
import { linearCells } from '../devices/cells/pulse/index.js';
import { cellOf, Emulated2400, Emulated2600 } from '../drivers/instruments/emulated-smu/index.js';
import type { CellPort } from '../drivers/instruments/index.js';
import { Smu, SmuCells, stopSmu } from '../drivers/instruments/smu/index.js';
import { InProcessLine, LineTrouble, SteppedClock } from '../drivers/serving/index.js';
import { PulsedCells } from '../experiments/composition/index.js';
import { PulseJournal } from '../records/index.js';
import { machine } from './machine.js';

/**
 * Pulses to cells behind an emulated source-measure unit whose line loses bytes and stalls, which loses its supply, by a process that
 * dies again and again: what the journal says that each cell was given is held against what came to it. All in simulated time; a
 * death leaves the session as it stands, in the midst of a command, and another begins from the journal.
 * `npm run bench -- smu-faults [pulses: 10000] [seed: 1] [2400|2600|both]`
 */
export async function run([pulses = '10000', seed = '1', which = 'both']: readonly string[]): Promise<void> {
  console.log(machine());
  for (const family of ['2400', '2600'] as const) {
    if (which !== 'both' && which !== family) continue;
    const started = performance.now();
    const result = await smuFaults(family, Number(pulses), Number(seed));
    const minutes = Number(((performance.now() - started) / 60_000).toFixed(2));
    console.log(JSON.stringify({ family, seed: Number(seed), ...result, minutes }));
    if (result.cellsWrong + result.cellsUnknown > 0) process.exitCode = 1;
  }
}

const [rows, columns] = [4, 4];
const emulators = { '2400': Emulated2400, '2600': Emulated2600 };
const pulse = {
  potentiation: { amplitude_V: 0.9, width_s: 0.005 },
  depression: { amplitude_V: -0.9, width_s: 0.005 },
};
/** A byte is lost so often; what happens to an instrument and to its host comes once in so many pulses. */
const LOST = 2e-4;
const STALL_EVERY = 400;
const SUPPLY_EVERY = 500;
const DEATH_EVERY = 300;
/** Beyond this a voltage is a pulse, V. */
const PULSE_V = 0.5;

/** What the pulses came to. */
export interface FaultsMet {
  readonly pulses: number;
  readonly deaths: number;
  readonly bytesLost: number;
  readonly stalls: number;
  readonly powerLosses: number;
  readonly cellsWrong: number;
  readonly cellsUnknown: number;
}

/** Gives so many pulses through all of that. */
export async function smuFaults(
  family: keyof typeof emulators,
  pulses: number,
  seed: number,
): Promise<FaultsMet> {
  const folder = mkdtempSync(join(tmpdir(), 'smu-faults-'));
  try {
    const bench = new FaultyBench(family, seed);
    const path = join(folder, 'pulses.jsonl');
    for (let done = false; !done; ) done = await bench.session(path, pulses);
    const told = (await PulseJournal.open(path, { rows, columns })).history;
    const came = bench.came();
    const wrong = came.filter((n, cell) => n !== told.positive[cell] + told.negative[cell]);
    return {
      pulses: came.reduce((sum, n) => sum + n, 0),
      ...bench.met,
      bytesLost: bench.trouble.dropped,
      cellsWrong: wrong.length,
      cellsUnknown: told.unknown.filter((n) => n > 0).length,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

class FaultyBench {
  readonly met = { deaths: 0, stalls: 0, powerLosses: 0 };
  readonly trouble: LineTrouble;
  private readonly device: Emulated2400 | Emulated2600;
  private readonly cells: readonly CountedCell[];
  private readonly random: RandomStream;

  constructor(family: keyof typeof emulators, seed: number) {
    const model = linearCells(40, 10, 200e-6);
    const array = new PulsedCells(model, { rows, columns, seed, from_S: 100e-6, pulse });
    this.cells = Array.from(
      { length: rows * columns },
      (_, k) => new CountedCell(cellOf(array, Math.floor(k / columns), k % columns)),
    );
    this.random = new RandomStream(seed, 'smu/faults');
    this.device = new emulators[family]({ clock: new SteppedClock(), cell: this.cells[0], seed });
    this.trouble = new LineTrouble(this.device, seed);
    this.trouble.drop = LOST;
  }

  /** Pulses that came to each cell. */
  came(): number[] {
    this.device.terminals.advance();
    return this.cells.map(({ pulses }) => pulses);
  }

  /** A process: until its death, or until all pulses are given. @returns whether they are */
  async session(path: string, pulses: number): Promise<boolean> {
    const line = new MortalLine(this.trouble, 1 + this.random.integer(8 * DEATH_EVERY));
    const ended = await Promise.race([line.death, this.drive(line, path, pulses)]);
    if (ended !== 'died') return ended;
    this.met.deaths++;
    // nothing of that process runs any longer; whoever comes next finds an output on
    await stopped(this.trouble);
    return false;
  }

  private async drive(line: InProcessLine, path: string, pulses: number): Promise<boolean> {
    const { random, device, cells, trouble } = this;
    try {
      const array = await SmuCells.open(await Smu.open(line), {
        permit: {
          limits: { maxVoltage_V: 1, compliance_A: 1e-3, maxWidth_s: 0.01, maxPulses: 100 },
          forming: false,
          noCurrentLimit: false,
        },
        pulse,
        journaled: true,
        window_S: [20e-6, 200e-6],
        selector: {
          rows,
          columns,
          select: async (row, column) => device.terminals.connect(cells[row * columns + column]),
        },
      });
      await array.keepJournal(path);
      const { positive, negative } = array.given as NonNullable<typeof array.given>;
      const sum = () => positive.reduce((all, n, cell) => all + n + negative[cell], 0);
      const give = async (cell: number, count: number) => {
        if (random.integer(STALL_EVERY) < Math.abs(count)) {
          this.met.stalls++;
          trouble.stall(6 * random.uniform());
        }
        if (random.integer(SUPPLY_EVERY) < Math.abs(count)) {
          this.met.powerLosses++;
          device.clock.after(0.3 * random.uniform(), () => device.powerCycle());
        }
        const { interrupted } = array.given ?? {};
        const id = interrupted?.update ?? array.info.lastUpdate + 1;
        await array.pulse({ counts: Int16Array.of(count), indices: Uint32Array.of(cell) }, { id });
      };
      while (sum() < pulses) {
        const { interrupted } = array.given as NonNullable<typeof array.given>;
        const next = new RandomStream(1, 'smu/plan').at(interrupted?.update ?? array.info.lastUpdate + 1);
        const cell = next.integer(rows * columns);
        await give(cell, positive[cell] > negative[cell] ? -1 - next.integer(3) : 1 + next.integer(3));
      }
      // each cell one each way: pulses that nobody could tell of are told by what these do
      for (let cell = 0; cell < rows * columns; cell++) {
        for (const count of [1, -1]) {
          await give(cell, count);
          await array.read({ row: Math.floor(cell / columns), column: cell % columns, rows: 1, columns: 1 });
        }
      }
      await array.close();
      return true;
    } catch (error) {
      if (!(error instanceof OhmpropError)) throw error;
      await stopped(trouble);
      return false;
    }
  }
}

/** As somebody at the bench does it: again, until it says that it is off. */
async function stopped(device: LineTrouble): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await stopSmu(new InProcessLine(device));
      return;
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}

/** A cell that counts the pulses that come to it. */
class CountedCell implements CellPort {
  pulses = 0;
  private side = 0;

  constructor(private readonly cell: CellPort) {}

  hold(voltage_V: number, limit_A: number, seconds: number) {
    if (seconds > 0) {
      const side = Math.abs(voltage_V) > PULSE_V ? Math.sign(voltage_V) : 0;
      if (side !== 0 && side !== this.side) this.pulses++;
      this.side = side;
    }
    return this.cell.hold(voltage_V, limit_A, seconds);
  }
}

/** The line of a process that dies at one of its commands: before it was sent, or after. */
class MortalLine extends InProcessLine {
  readonly death: Promise<'died'>;
  private died: () => void = () => {};
  private dead = false;

  constructor(
    device: LineTrouble,
    private left: number,
  ) {
    super(device);
    this.death = new Promise((resolve) => {
      this.died = () => resolve('died');
    });
  }

  override write(bytes: Uint8Array): Promise<void> {
    if (!this.dead && this.left-- > 0) return super.write(bytes);
    if (!this.dead) {
      this.dead = true;
      if (bytes.length % 2 === 0) super.writeNow(bytes);
      this.died();
    }
    return new Promise(() => {});
  }

  override writeNow(bytes: Uint8Array): void {
    if (!this.dead) super.writeNow(bytes);
  }
}
