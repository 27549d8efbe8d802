import { arrayTwin } from '../calibration/batch/index.js';
import { measureTrains } from '../calibration/trains/index.js';
import { AffineStep, labelOf, type PulseModel, pulseModel } from '../devices/cells/pulse/index.js';
import type { Permit } from '../devices/limits/index.js';
import { ArcOneBench } from '../drivers/instruments/arc-one/emulator/index.js';
import { ArcOne, ArcOneCells } from '../drivers/instruments/index.js';
import { PulsedCells } from '../experiments/composition/index.js';
import { machine } from './machine.js';

/**
 * A cell file from measurements on an emulated ArC ONE against the cells that stand behind it: which parameters of the true model
 * lie in their 95 % intervals, for the cell of the file and for every cell measured. Simulated time, in this process.
 * `npm run bench -- arc-one-twin [cells a side] [pulses a train] [cycles] [c2c]`
 */
export async function run(args: readonly string[]): Promise<void> {
  const [side = 4, pulses = 60, cycles = 3, c2c = 0] = args.map(Number);
  console.log(machine());
  const model = softBounds();
  const loop = loopOf(model, pulses);
  // every train starts where that of the cycle before did: what it starts from and changes is then one number
  const from_S = G_MIN + (G_MAX - G_MIN) * loop.top;
  const cells = new PulsedCells(model, { rows: 8, columns: 8, from_S, nonidealities: { c2c } });
  const bench = new ArcOneBench(cells, { noise: 0.002 });
  const line = bench.connect();
  await line.open();
  const instrument = new ArcOne(line, { words: 8, bits: 8 });
  const array = new ArcOneCells(instrument, { permit, g_min_S: 1e-6, g_max_S: 200e-6 });
  const measured = await measureTrains(array, {
    cells: Array.from({ length: side ** 2 }, (_, n) => ({ row: Math.floor(n / side), column: n % side })),
    pulse: PULSE,
    pulses,
    cycles,
    restReads: 16,
  });
  const {
    parts,
    cells: each,
    fits,
  } = await arrayTwin(
    'emulated',
    measured,
    {},
    {
      threads: 1,
      laws: ['soft-bounds'],
    },
  );
  const truth = truthOf(model, pulses);
  for (const way of ['potentiation', 'depression'] as const) {
    for (const [name, value] of Object.entries(truth[way])) {
      const own = parts.pulse?.[way].parameters?.[name];
      const all = fits.flatMap(({ fitted }) => {
        const found = fitted?.[way === 'potentiation' ? 'up' : 'down']?.best.estimates[name];
        return found === undefined ? [] : [found.low <= value && value <= found.high];
      });
      console.log(
        JSON.stringify({
          way,
          name,
          truth: Number(value.toPrecision(5)),
          file: own === undefined ? null : [own.low, own.value, own.high],
          inside: own !== undefined && (own.low ?? -Infinity) <= value && value <= (own.high ?? Infinity),
          cellsInside: `${all.filter(Boolean).length} of ${all.length}`,
        }),
      );
    }
  }
  const sigma = each.reduce((sum, { readSigma }) => sum + readSigma, 0) / each.length;
  console.log(
    JSON.stringify({
      model: parts.pulse?.potentiation.fit?.model,
      readSigma: sigma,
      stuck: each.filter(({ stuck }) => stuck).length,
    }),
  );
  await array.close();
}

const [G_MIN, G_MAX] = [10e-6, 100e-6];
/** Shares of the way that a pulse goes, and where to, of the range. */
const RISE = { asymptote: 1.05, share: 0.04 };
const FALL = { asymptote: -0.05, share: 0.03 };
const PULSE = {
  potentiation: { amplitude_V: 1.5, width_s: 1e-6 },
  depression: { amplitude_V: -1.5, width_s: 1e-6 },
};
const permit: Permit = {
  limits: { maxVoltage_V: 2, compliance_A: 1e-3, maxWidth_s: 1e-5, maxPulses: 1000, series_ohm: 10_000 },
  forming: false,
  noCurrentLimit: false,
};

function softBounds(): PulseModel {
  return pulseModel({
    name: 'soft bounds',
    source: 'bench',
    potentiation: AffineStep.towards(RISE.asymptote, RISE.share),
    depression: AffineStep.towards(FALL.asymptote, FALL.share),
    g_min_S: G_MIN,
    g_max_S: G_MAX,
    rangeMeasured: true,
    pulse: PULSE,
    spreads: {},
  });
}

/** Between what states trains of so many pulses go up and down for good. */
function loopOf(model: PulseModel, pulses: number): { readonly bottom: number; readonly top: number } {
  const walk = (from: number, way: 'potentiation' | 'depression') => {
    let at = from;
    for (let n = 0; n < pulses; n++) at = Math.min(1, Math.max(0, at + model[way].step(at)));
    return at;
  };
  let [bottom, top] = [0, 0];
  for (let cycle = 0; cycle < 100; cycle++) {
    top = walk(bottom, 'potentiation');
    bottom = walk(top, 'depression');
  }
  return { bottom, top };
}

/** What a fit of these trains should find: where they start, what they change, and NeuroSim's label of their bend. */
function truthOf(model: PulseModel, pulses: number) {
  const span = G_MAX - G_MIN;
  const { bottom, top } = loopOf(model, pulses);
  const label = (share: number, sign: 1 | -1) => sign * labelOf(1 / (-Math.log1p(-share) * pulses));
  return {
    potentiation: {
      start_S: G_MIN + span * bottom,
      change_S: span * (top - bottom),
      nonlinearity: label(RISE.share, 1),
    },
    depression: {
      start_S: G_MIN + span * top,
      change_S: span * (bottom - top),
      nonlinearity: label(FALL.share, -1),
    },
  };
}
