import { z } from 'zod';
import {
  type BoardFile,
  boardFile,
  calibrateBoard,
  calibrationCircuits,
} from '../../calibration/boards/index.js';
import { potsInUse, restInput_mV, writeDifferingTaps } from '../../devices/boards/index.js';
import { type BoardClient, forgetKeptTaps, keepTaps } from '../../drivers/board/index.js';
import { keepBoardCalibration } from '../../experiments/composition/index.js';
import { requireConsent } from '../consent.js';
import { type Io, printLine } from '../io.js';
import { WorkBar } from '../work-bar.js';
import type { AskedBoard } from './open-board.js';
import { tapsToLeave, withTapsKept } from './taps-kept.js';

/** Of calibrations. */
export const quickOption = z.boolean().default(false).meta({
  flag: '--quick',
  description: 'a first look: every sixteenth tap, those between guessed, fewer circuits',
});

interface Asked extends AskedBoard {
  readonly port: string;
  readonly yes: boolean;
  readonly quick: boolean;
}

/** What was found of a board, and where it is kept: not of a virtual board, nor of one without a serial number. */
export interface KeptCalibration {
  readonly file: BoardFile;
  readonly path: string | undefined;
}

/**
 * Calibrates the board on a line: asks, writes its taps down, measures, and puts everything back, also after Ctrl-C; keeps what it
 * found with the others of that board.
 * @throws OhmpropError `consent.missing`, `board.calibration`, and what opening a board throws
 */
export async function measureBoard(io: Io, asked: Asked): Promise<KeptCalibration> {
  const reading = { reads: readsOf(asked), watchdog_ms: WATCHDOG_ms } as const;
  const file = await withTapsKept(io, asked, reading, async (client, kept) => {
    if (asked.port !== 'virtual') await consent(io, client, asked);
    return measured(io, client, kept, asked);
  });
  const path = asked.port === 'virtual' ? undefined : await keepBoardCalibration(file);
  if (path !== undefined) printLine(io.stderr, `kept as ${path}`);
  return { file, path };
}

/** Conversions a reading. In a first look taps that are not measured are off by more than the noise of two. */
const readsOf = ({ quick }: Pick<Asked, 'quick'>) => (quick ? 2 : 8);
/** A fit thinks for some seconds, and a board that hears nothing for so long makes itself safe, ms. */
const WATCHDOG_ms = 10_000;

/** Drives that a circuit is read under, in the mean. */
const DRIVES = 2.4;
/** To move and open pots, to settle, and the line, s a circuit: such a board steps its wipers one by one. */
const MOVING_s = 0.1;

function circuitSeconds({ hidden, outputs, reader }: BoardClient['profile'], reads: number): number {
  return DRIVES * reads * (hidden + outputs) * reader.conversion_seconds + MOVING_s;
}

async function consent(
  io: Io,
  { profile, transport, identity }: BoardClient,
  { yes, quick }: Asked,
): Promise<void> {
  const { inputLimit_V, nudgeLimit_V, pots, tapMin, tapMax } = profile;
  const circuits = calibrationCircuits(profile, quick);
  // Taps that are drawn anew are a third of the range apart in the mean.
  const steps = Math.round((circuits * pots * (tapMax - tapMin)) / 3 / 1000) * 1000;
  const seconds = circuits * circuitSeconds(profile, readsOf({ quick }));
  const what = `${transport.name}: moves all ${pots} potentiometers of ${profile.name} board ${identity} through their taps and back (up to some ${steps.toLocaleString('en')} wiper steps, about ${Math.ceil(seconds / 60)} min); inputs up to ±${inputLimit_V} V, nudges up to ±${nudgeLimit_V} V, at rest while wipers move`;
  await requireConsent(io, what, yes);
}

async function measured(
  io: Io,
  client: BoardClient,
  kept: string | undefined,
  { seed = 1, quick }: Asked,
): Promise<BoardFile> {
  const { profile, description, transport } = client;
  const { lastUpdate, ...before } = await tapsToLeave(io, client, kept);
  if (kept !== undefined) await keepTaps(kept, before, lastUpdate);
  const bar = new WorkBar(io, '{what} {bar} {percentage} %, {eta_formatted} left');
  try {
    const found = await calibrateBoard(client, {
      reads: readsOf({ quick }),
      seed,
      quick,
      wait: (settle_us) => client.settleFor(settle_us),
      stage: (what, share) => bar.update(100 * share, 100, what),
    });
    return await boardFile(found, {
      serial: client.identity,
      line: transport.name,
      firmware: description.firmware,
      boots: description.boots,
      seed,
    });
  } finally {
    bar.stop();
    const { inputs, outputs } = client.use;
    await client.setInputs(new Int16Array(inputs).fill(restInput_mV(profile)), new Int16Array(outputs));
    await writeDifferingTaps(client, await client.readTaps(), before);
    await client.connectOnly(potsInUse(profile, client.use));
    if (kept !== undefined) forgetKeptTaps(kept);
  }
}
