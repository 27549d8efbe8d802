import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  boardFile,
  boardFileText,
  type CircuitDrive,
  calibrateBoard,
  type MeasuredBoard,
  predictNodes,
  randomDrive,
} from '../calibration/boards/index.js';
import { inputError, median, RandomStream } from '../core/index.js';
import { boardProfile, drawParts, potsInUse, restInput_mV } from '../devices/boards/index.js';
import { BoardClient } from '../drivers/board/index.js';
import { InProcessTransport } from '../drivers/virtual-board/index.js';
import { composeRun, virtualBoard } from '../experiments/composition/index.js';
import { boardPresets } from '../experiments/schema/index.js';

// What docs/results/board.md reports of calibrations: `npm run bench -- board-twin calibrate PROFILE [boards] [first]` and
// `… passes PROFILE [boards]`, one JSON object a board on stdout, a summary at the end. Boards are virtual, with their firmware; what is
// known of one are the bytes on its line.

type Config = Parameters<typeof composeRun>[0];
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** ±20 % a chip or each pot apart, 5 mV of offset and 3 % of gain. */
const readerGain = 0.03;
const SETS = 100;
const DRIVES = 4;

/** Runs the bench. */
export async function run([
  what,
  name = 'xor-nano-as-drawn',
  boards = '20',
  first = '1',
]: readonly string[]): Promise<void> {
  if (what === 'calibrate') return calibrate(name, Number(boards), Number(first));
  if (what === 'passes') return passes(name, Number(boards));
  throw inputError('bench.board-twin', `calibrate or passes, then a profile; got ${what}`);
}

async function calibrate(name: string, boards: number, first: number): Promise<void> {
  let [right, blind, within, worst_V] = [0, 0, 0, 0];
  for (let seed = first; seed < first + boards; seed++) {
    const began = performance.now();
    const spread = drawn(name, seed, { readerGain });
    const client = await clientOf(spread);
    const found = await calibrateBoard(client, { reads: 8, wait: (us) => client.settleFor(us) });
    const off = await heldOut(client, found, seed);
    within += off.over === 0 ? 1 : 0;
    worst_V = Math.max(worst_V, off.largest_V);
    await client.close();

    const apart = await clientOf(drawn(name, seed, { readerGain, mismatch: 0.5 }));
    const measured = await calibrateBoard(apart, { reads: 8 });
    const answers = await copied(apart, await twinTaps(name, seed, measured));
    const nominal = await copied(apart, await twinTaps(name, seed));
    await apart.close();
    right += answers === 4 ? 1 : 0;
    blind += nominal === 4 ? 1 : 0;
    say({
      ...{ board: seed, profile: found.profile.name, misfit: found.misfit, rms_mV: 1000 * off.rms_V },
      ...{ worst_mV: 1000 * off.largest_V, over2steps: off.over, readings: off.readings },
      ...{ rightOfFourFromTwin: answers, rightOfFourFromNominal: nominal },
      seconds: Math.round((performance.now() - began) / 1000),
    });
  }
  say({
    ...{ boards, allWithin2Steps: within, worst_mV: 1000 * worst_V, rightFromTwin: right },
    ...{ rightFromNominal: blind, load: loadavg()[0] },
  });
}

type Drawn = ReturnType<typeof drawParts>;

function drawn(name: string, seed: number, spread: Parameters<typeof drawParts>[2]): Drawn {
  return drawParts(boardProfile(name), seed + 1000, spread);
}

function clientOf(parts: Drawn): Promise<BoardClient> {
  return BoardClient.open(new InProcessTransport(virtualBoard(parts, 1)), { reads: 8 });
}

/** Tap sets that nobody has seen, under drives, every node: reading against prediction. */
async function heldOut(client: BoardClient, found: MeasuredBoard, seed: number) {
  const { profile } = found;
  const random = new RandomStream(seed, 'bench/held-out');
  const { inputs, outputs } = client.use;
  await client.connectOnly(potsInUse(profile, client.use));
  let [over, readings, sum, largest_V] = [0, 0, 0, 0];
  for (let set = 0; set < SETS; set++) {
    const taps = Uint8Array.from(
      { length: profile.pots },
      () => profile.tapMin + random.integer(profile.tapMax - profile.tapMin + 1),
    );
    await client.setInputs(new Int16Array(inputs).fill(restInput_mV(profile)), new Int16Array(outputs));
    await client.writeTaps({ taps, residuals: new Int16Array(profile.pots) });
    const drives: CircuitDrive[] = Array.from({ length: DRIVES }, () => randomDrive(profile, random));
    const { reading_V } = predictNodes(found, taps, drives);
    const seen = await client.measure(
      {
        count: DRIVES,
        inputs_mV: Int16Array.from(drives.flatMap(({ inputs_mV }) => inputs_mV)),
        targets_mV: new Int16Array(DRIVES * outputs),
      },
      undefined,
    );
    for (const [i, reading] of seen.readings.entries()) {
      const off_V = Math.abs(reading / 8000 - reading_V[i]);
      over += off_V > 2 * profile.reader.step_V ? 1 : 0;
      largest_V = Math.max(largest_V, off_V);
      sum += off_V ** 2;
      readings++;
    }
  }
  return { over, readings, largest_V, rms_V: Math.sqrt(sum / readings) };
}

function configOf(name: string, seed: number, network: object): Config {
  const preset = name.startsWith('xor-nano') ? 'nano-xor' : 'board-xor';
  const { data, training, coding, network: usual } = boardPresets[preset] as Config;
  return {
    ...{ preset, seed, data, arithmetic: 'float64', settle: {} },
    network: { ...usual, clip: 4, updates: 'board', parts: 'drawn', profile: name, ...network },
    training: { ...training, particles: false },
    ...(coding === undefined ? {} : { coding }),
  } as Config;
}

/** Taps after training on a twin; on nominal parts where nothing was measured. */
async function twinTaps(name: string, seed: number, measured?: MeasuredBoard): Promise<Uint8Array> {
  const scratch = mkdtempSync(join(tmpdir(), 'ohmprop-twin-'));
  try {
    const path = join(scratch, 'a.board.json');
    if (measured !== undefined)
      writeFileSync(path, boardFileText(await boardFile(measured, { serial: 'bench' })));
    const on =
      measured === undefined ? { device: 'simulated-board', parts: 'nominal' } : { device: `twin:${path}` };
    const { trainer } = await composeRun(configOf(name, seed, on));
    for await (const _ of trainer.run());
    const { arrays } = await trainer.device.snapshot();
    await trainer.device.close();
    return Uint8Array.from(arrays.taps);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** How many of the four answers a board gives right with taps that were found elsewhere: no loop. */
async function copied(client: BoardClient, taps: Uint8Array): Promise<number> {
  const { profile, use } = client;
  const pots = potsInUse(profile, { inputs: 2, outputs: profile.differential ? 2 : 1 });
  await client.setInputs(new Int16Array(use.inputs).fill(restInput_mV(profile)), new Int16Array(use.outputs));
  await client.writeTaps({ taps, residuals: new Int16Array(profile.pots) });
  await client.connectOnly(pots);
  const limit_mV = Math.round(1000 * profile.inputLimit_V);
  let right = 0;
  for (let pattern = 0; pattern < 4; pattern++) {
    const bits = [pattern >> 1, pattern & 1];
    const inputs_mV = Int16Array.from({ length: use.inputs }, (_, i) =>
      i < 2 ? (bits[i] ? limit_mV : -limit_mV) : 0,
    );
    const drive = { count: 1, inputs_mV, targets_mV: new Int16Array(use.outputs) };
    const { readings } = await client.measure(drive, undefined);
    const { hidden } = profile;
    const answer_V = (readings[hidden] - (profile.differential ? readings[hidden + 1] : 0)) / 8000;
    // The middle between the targets of both classes.
    const side = answer_V > (profile.differential ? 0.15 : 0);
    right += side === (bits[0] !== bits[1]) ? 1 : 0;
  }
  return right;
}

/** Passes until all four answers stay right, of boards of drawn parts against nominal ones. */
async function passes(name: string, boards: number): Promise<void> {
  const of = async (count: number, network: object) => {
    const firsts: number[] = [];
    for (let seed = 1; seed <= count; seed++) {
      const { trainer } = await composeRun(configOf(name, seed, { device: 'simulated-board', ...network }));
      const errors: number[] = [];
      for await (const event of trainer.run())
        if (event.type === 'epoch') errors.push(event.record.trainError);
      await trainer.device.close();
      const at = errors.findIndex((_, i) => errors.slice(i, i + 3).every((error) => error === 0));
      firsts.push(at < 0 ? Number.POSITIVE_INFINITY : at + 1);
    }
    const learned = firsts.filter(Number.isFinite).length;
    return { boards: count, learned, medianPasses: median(firsts) };
  };
  say({ profile: name, nominal: await of(2 * boards, { parts: 'nominal' }), drawn: await of(boards, {}) });
}
