import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cellOfTrains, writeCellFile } from '../calibration/cell-files/index.js';
import { pulsePreset, withRange } from '../devices/cells/pulse/index.js';
import { ArcOneBench } from '../drivers/instruments/arc-one/emulator/index.js';
import { ArcOne, ArcOneCells, type ArrayAsked } from '../drivers/instruments/index.js';
import { arrayOf, type InstrumentArray, namedCell, PulsedCells } from '../experiments/composition/index.js';
import { checkConfig, preset, type RunConfig } from '../experiments/schema/index.js';
import { startRun } from '../experiments/sessions/index.js';
import { loadData, type Samples } from '../learning/index.js';
import { PulseJournal, readManifest } from '../records/index.js';
import { machine } from './machine.js';

/**
 * Digits pooled to 4 × 4, a network (16 × 2)-24-10 of 1008 cells in one emulated 32 × 32 array, policy accumulate, beside the same
 * cells simulated: error of both on the test set, a pair a seed, and the time predicted before it starts beside that which passed.
 * The emulator and its line are in this process, in simulated time: over the line a seed takes an hour.
 * Rates are a quarter of the preset's: at those, one seed in three leaves classes without an answer on sixteen inputs, and a pair says nothing.
 * `npm run bench -- arc-one-training [seeds: 5, or 2,3] [epochs] [training samples]`
 */
export async function run([seeds = '5', epochs = '3', samples = '600']: readonly string[]): Promise<void> {
  console.log(machine());
  const folder = mkdtempSync(join(tmpdir(), 'arc-one-training-'));
  try {
    await pooledDigits(folder);
    writeFileSync(join(folder, 'limits.yaml'), limits);
    await writeCells(join(folder, 'array.cell.json'));
    const list = seeds.includes(',')
      ? seeds.split(',').filter(Boolean)
      : [...Array(Number(seeds)).keys()].map((k) => k + 1);
    const differences: number[] = [];
    for (const seed of list.map(Number)) {
      const line = await pair(folder, seed, Number(epochs), Number(samples));
      differences.push(line.emulated - line.simulated);
      console.log(JSON.stringify({ seed, ...line }));
    }
    const mean = differences.reduce((sum, d) => sum + d, 0) / differences.length;
    console.log(
      JSON.stringify({ seeds: list.length, meanPairedDifference_points: Number((100 * mean).toFixed(3)) }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const CELL = 'sige-choi';
const WINDOW = [247e-9, 12.35e-6] as const;
const PULSES = 64;
const RATE = 0.00625;
/** Of steps: from cell to cell, and from pulse to pulse. */
const SPREADS = { d2dStep: 0.1, c2c: 0.3 };
const limits =
  'kind: limits\nformat: 1\nmaxVoltage_V: 3\ncompliance_A: 1mA\nmaxWidth_s: 10us\nmaxPulses: 100\nseries_ohm: 10k\n';

async function pair(folder: string, seed: number, epochs: number, limit: number) {
  const bench = await emulated(folder, seed);
  const started = performance.now();
  const out = join(folder, `emulated-${seed}`);
  let began_s = 0;
  const real = await startRun(
    configOf(folder, seed, epochs, limit, {
      model: 'arc-one:/dev/ttyEMULATED',
      like: join(folder, 'array.cell.json'),
      limits: join(folder, 'limits.yaml'),
    }),
    {
      out,
      openArray: bench.openArray,
      withoutReport: true,
      sinks: [
        (event) => {
          if (event.type === 'hardware' && event.text.startsWith('it will take')) began_s = bench.now_s();
        },
      ],
    },
  );
  const took_s = bench.now_s() - began_s;
  const { device } = await readManifest(out);
  const host_s = (performance.now() - started) / 1000;
  const journal = await PulseJournal.open(join(out, 'pulses.jsonl'), { rows: 32, columns: 32 });
  const { positive, negative } = journal.history;
  journal.close();
  const came = bench.pulses();
  const wrong = came.filter((n, cell) => n !== positive[cell] + negative[cell]).length;
  const simulated = await startRun(
    configOf(folder, seed, epochs, limit, { model: join(folder, 'array.cell.json') }),
    {
      out: join(folder, `simulated-${seed}`),
      withoutReport: true,
    },
  );
  return {
    emulated: real.epochs.at(-1)?.testError ?? Number.NaN,
    simulated: simulated.epochs.at(-1)?.testError ?? Number.NaN,
    pulses: came.reduce((sum, n) => sum + n, 0),
    cellsWrong: wrong,
    predicted_s: Number(device?.predictedInstruments_s),
    took_s: Number(took_s.toPrecision(4)),
    off: Number((Number(device?.predictedInstruments_s) / took_s - 1).toFixed(3)),
    host_s: Number(host_s.toPrecision(3)),
  };
}

function configOf(folder: string, seed: number, epochs: number, limit: number, cells: object): RunConfig {
  const base = preset('digits') as { network: object; training: object };
  const rates = [RATE, RATE];
  return checkConfig(
    {
      ...base,
      data: `csv:${join(folder, 'train.csv')}`,
      testData: `csv:${join(folder, 'test.csv')}`,
      network: { ...base.network, hidden: [24], window: [...WINDOW] },
      training: { ...base.training, epochs, beta: 'auto', conductanceRates: rates, biasRates: rates },
      seed,
      limit,
      cells: { policy: 'accumulate', ...cells },
    },
    'bench',
  );
}

/** The cells as a file: a published cell's steps, spreads, and the pulses that an ArC ONE gives. */
async function writeCells(path: string): Promise<void> {
  const model = withRange(pulsePreset(CELL), ...WINDOW);
  const train = (start: number, step: (w: number) => number) => {
    const states: number[] = [start];
    for (let n = 0; n < PULSES; n++) states.push(Math.min(1, Math.max(0, states[n] + step(states[n]))));
    return states.map((w) => WINDOW[0] + w * (WINDOW[1] - WINDOW[0]));
  };
  const up_S = train(0, (w) => model.potentiation.step(w));
  const down_S = train(1, (w) => model.depression.step(w));
  const { parts } = cellOfTrains(CELL, { up_S, down_S, lines: up_S.map((_, n) => n + 2) });
  const known = (value: number) => ({
    value,
    low: value,
    high: value,
    level: 0.95 as const,
    identifiable: true,
    n: 0,
    method: 'said',
  });
  const pulse = parts.pulse as NonNullable<typeof parts.pulse>;
  const given = (amplitude_V: number) => ({ pulse: { amplitude_V, width_s: 1e-6 } });
  const whole = {
    ...parts,
    pulse: {
      ...pulse,
      potentiation: { ...pulse.potentiation, ...given(2.5) },
      depression: { ...pulse.depression, ...given(-2.5) },
    },
    population: { spreads: { d2dStep: known(SPREADS.d2dStep), c2c: known(SPREADS.c2c) } },
  };
  await writeCellFile(path, whole, { command: 'bench', sources: [] });
}

/** An ArC ONE in simulated time. */
async function emulated(folder: string, seed: number) {
  const { model } = await namedCell(join(folder, 'array.cell.json'), 'bench');
  const from_S = (WINDOW[0] + WINDOW[1]) / 2;
  const cells = new PulsedCells(model, { rows: 32, columns: 32, seed, from_S });
  const bench = new ArcOneBench(cells, { seed });
  const openArray = async ({ permit, window, nominalPulse }: ArrayAsked): Promise<InstrumentArray> => {
    const line = bench.connect();
    await line.open();
    const instrument = new ArcOne(line, { read_V: 0.1 });
    const [g_min_S, g_max_S] = window ?? WINDOW;
    const array = new ArcOneCells(instrument, {
      g_min_S,
      g_max_S,
      ...(permit === undefined ? {} : { permit }),
      ...(nominalPulse === undefined ? {} : { nominalPulse }),
    });
    return arrayOf(array, instrument, 'emulated ArC ONE');
  };
  return {
    openArray,
    now_s: () => bench.clock.now_seconds(),
    pulses: () => [...bench.instrument.sockets.pulses],
  };
}

/** The embedded digits, means of 4 × 4 blocks of their pixels. */
async function pooledDigits(folder: string): Promise<void> {
  const { train, test, features } = await loadData('digits', { seed: 1, use: 'split' });
  const side = Math.sqrt(features);
  const block = side / 4;
  for (const [name, samples] of Object.entries({ train, test })) {
    writeFileSync(join(folder, `${name}.csv`), table(samples, side, block));
  }
}

function table({ values, labels, count }: Samples, side: number, block: number): string {
  const head = [...Array(16).keys()].map((k) => `p${k}`);
  const rows = [...Array(count).keys()].map((s) => {
    const pooled = [...Array(16).keys()].map((k) => {
      let sum = 0;
      for (let row = 0; row < block; row++) {
        for (let column = 0; column < block; column++) {
          sum +=
            values[s * side * side + (Math.floor(k / 4) * block + row) * side + (k % 4) * block + column];
        }
      }
      return (sum / block ** 2).toPrecision(6);
    });
    return [...pooled, `d${labels[s]}`].join(',');
  });
  return [[...head, 'digit'].join(','), ...rows, ''].join('\n');
}
