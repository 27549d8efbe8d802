import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { RandomStream } from '../core/index.js';
import {
  accumulateContrast,
  moveTap,
  nominalParts,
  potsInUse,
  referenceBoard,
  tapStep,
} from '../devices/boards/index.js';
import { BoardClient } from '../drivers/board/index.js';
import {
  type FaultRates,
  InProcessTransport,
  LineFaults,
  VirtualBoard,
} from '../drivers/virtual-board/index.js';
import { SimulatedBoard, SolvedBoard } from '../solver/board/index.js';

export interface SoakReport {
  readonly updates: number;
  /** Updates of which the board shows no sign, shows two, or shows another. */
  readonly lost: number;
  readonly doubled: number;
  readonly wrong: number;
  readonly retries: number;
  readonly staleReplies: number;
  readonly corruptedBytes: number;
  readonly droppedBytes: number;
  readonly heldReplies: number;
}

const use = { inputs: 2, outputs: 1 };

/**
 * Updates over a line that corrupts and drops bytes and holds replies back, held against a shadow of the board's memory, bit for bit. Every
 * fourth update is worked out by the firmware, in two parts; its contrast is also held against that of a simulated twin.
 */
export async function soak(
  updates: number,
  { seed, ...rates }: FaultRates & { readonly seed: number },
  tell: (id: number) => void = () => {},
): Promise<SoakReport> {
  const profile = referenceBoard;
  const parts = nominalParts(profile);
  const faults = new LineFaults(seed);
  const board = new VirtualBoard({ parts, circuit: new SolvedBoard(parts), seed });
  const client = await BoardClient.open(new InProcessTransport(board, { faults }), {
    use,
    page: 60,
  });
  const twin = new SimulatedBoard({ parts, use, seed });
  const random = new RandomStream(seed, 'soak');
  const taps = Uint8Array.from({ length: profile.pots }, () => 40 + random.integer(180));
  const residuals = new Int16Array(profile.pots);
  await client.writeTaps({ taps, residuals });
  const inUse = potsInUse(profile, use);
  const startPulses = (await client.counters()).pulses;
  let shadowPulses = 0;
  let [lost, doubled, wrong] = [0, 0, 0];
  const move = (pot: number, step: number) => {
    const next = moveTap(taps[pot], residuals[pot], step, profile.tapMin, profile.tapMax);
    shadowPulses += Math.abs(next.tap - taps[pot]);
    taps[pot] = next.tap;
    residuals[pot] = next.residual;
  };
  faults.rates = rates;
  for (let id = 1; id <= updates; id++) {
    if (id % 4 !== 0) {
      const steps = Int16Array.from({ length: profile.pots }, () => random.integer(1025) - 512);
      const report = await client.moveTaps(id, steps);
      if (!report.applied) lost++;
      for (const e of inUse) move(e, steps[e]);
    } else {
      await twin.writeTaps({ taps, residuals });
      const wanted = await step(client, twin, id, random);
      const sums = await client.readContrast();
      for (const e of inUse) {
        // Converters may round a reading the other way; a part counted twice would show as half as much again.
        if (Math.abs(sums[e] - wanted[e]) > 60 + 0.1 * Math.abs(wanted[e])) wrong++;
        move(e, tapStep(sums[e], gain, taps[e], profile.resistanceOffset, clip));
      }
    }
    tell(id);
    // What goes wrong stays wrong, so it is enough to look now and then.
    if (id % 5 !== 0 && id !== updates) continue;
    const seen = await client.readTaps();
    if (inUse.some((e) => seen.taps[e] !== taps[e] || seen.residuals[e] !== residuals[e])) {
      wrong++;
      taps.set(seen.taps);
      residuals.set(seen.residuals);
    }
  }
  faults.rates = {};
  const { pulses, lastUpdate } = await client.counters();
  if (lastUpdate !== updates) lost++;
  if (pulses - startPulses > shadowPulses) doubled++;
  else if (pulses - startPulses < shadowPulses) lost++;
  const { retries, staleReplies } = client.counts;
  await client.close();
  return {
    updates,
    lost,
    doubled,
    wrong,
    retries,
    staleReplies,
    corruptedBytes: faults.corrupted,
    droppedBytes: faults.dropped,
    heldReplies: faults.held,
  };
}

const gain = 400_000;
const clip = 4;
const nudges = { first: -768, second: 768 };

/** One update by the firmware; eight examples take two parts when all nodes are observed. Returns the twin's contrast. */
async function step(
  client: BoardClient,
  twin: SimulatedBoard,
  id: number,
  random: RandomStream,
): Promise<Int32Array> {
  const count = 8;
  const examples = {
    count,
    inputs_mV: Int16Array.from({ length: count * use.inputs }, () => random.integer(3501) - 1750),
    targets_mV: Int16Array.from({ length: count }, () => (random.uniform() < 0.5 ? -150 : 150)),
  };
  await client.step(examples, nudges, { id, gainHidden: gain, gainOutput: gain, clip }, true);
  const first = await twin.measure(examples, nudges.first);
  const second = await twin.measure(examples, nudges.second);
  const sums = new Int32Array(referenceBoard.pots);
  const pots = potsInUse(referenceBoard, use);
  accumulateContrast(referenceBoard, use, pots, examples, first.readings, second.readings, sums);
  return sums;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const updates = Number(process.argv[2] ?? 100_000);
  const started = performance.now();
  const rates = { corrupt: 3e-3, drop: 1.5e-3, late: 1e-3 };
  const report = await soak(updates, { ...rates, seed: 1 }, (id) => {
    if (id % 1000 === 0) process.stderr.write(`${id} of ${updates} updates\n`);
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(JSON.stringify(report), `${seconds} s, load ${loadavg()[0].toFixed(1)}`);
  process.exitCode = report.lost + report.doubled + report.wrong === 0 ? 0 : 1;
}
