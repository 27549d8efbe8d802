import cliProgress from 'cli-progress';
import { z } from 'zod';
import {
  type BoardFile,
  boardFile,
  calibrateBoard,
  calibrationCircuits,
  restInput_mV,
} from '../../calibration/boards/index.js';
import { potsInUse, writeDifferingTaps } from '../../devices/boards/index.js';
import {
  type BoardClient,
  forgetKeptTaps,
  keepTaps,
  keptTaps,
  keptTapsFile,
} from '../../drivers/board/index.js';
import { requireConsent } from '../consent.js';
import { Exit, type Io, printLine } from '../io.js';
import { type AskedBoard, lineTo, withBoard } from './open-board.js';

const PATIENCE_ms = 1000;

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

/**
 * Calibrates the board on a line: asks, writes its taps down, measures, and puts everything back, also after Ctrl-C.
 * @throws OhmpropError `consent.missing`, `board.calibration`, and what opening a board throws
 */
export async function measureBoard(io: Io, asked: Asked): Promise<BoardFile> {
  const standing = asked.port !== 'virtual';
  let kept: string | undefined;
  try {
    const how = { keepsTaps: true, board: asked.board };
    return await withBoard(
      io,
      lineTo(asked, io),
      { ...how, reads: READS, watchdog_ms: WATCHDOG_ms },
      async (client) => {
        const file = standing ? keptTapsFile(client.identity) : undefined;
        if (file !== undefined && keptTaps(file) === undefined) kept = file;
        if (standing) await consent(io, client, asked);
        return measured(io, client, file, asked);
      },
    );
  } catch (error) {
    // After Ctrl-C the taps were put back before this is thrown: what is kept is what the board holds.
    if (kept !== undefined && error instanceof Exit) forgetKeptTaps(kept);
    throw error;
  }
}

/** Conversions a reading. */
const READS = 8;
/** A fit thinks for some seconds, and a board that hears nothing for so long makes itself safe, ms. */
const WATCHDOG_ms = 10_000;

/** Drives that a circuit is read under, in the mean. */
const DRIVES = 2.4;
/** To move and open pots, to settle, and the line, s a circuit: such a board steps its wipers one by one. */
const MOVING_s = 0.1;

function circuitSeconds({ hidden, outputs, reader }: BoardClient['profile']): number {
  return DRIVES * READS * (hidden + outputs) * reader.conversion_seconds + MOVING_s;
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
  const seconds = circuits * circuitSeconds(profile);
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
  let before = await client.readTaps();
  const { lastUpdate } = await client.counters();
  const earlier = kept === undefined ? undefined : keptTaps(kept);
  if (earlier !== undefined && earlier.taps.length === profile.pots && earlier.lastUpdate === lastUpdate) {
    printLine(
      io.stderr,
      `${transport.name}: what moved its taps at ${earlier.kept} was cut off; the taps from before it are put back at the end (${kept}; remove the file to keep those of now)`,
    );
    before = { taps: earlier.taps, residuals: earlier.residuals };
  }
  if (kept !== undefined) await keepTaps(kept, before, lastUpdate);
  const bar = new CalibrationBar(io);
  try {
    const found = await calibrateBoard(client, {
      reads: READS,
      seed,
      quick,
      wait: (settle_us) => client.settleFor(settle_us),
      stage: (what, share) => bar.show(what, share),
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

/** How far a calibration has come: a bar at a terminal, from the second second on. */
class CalibrationBar {
  private readonly bar: cliProgress.SingleBar;
  private readonly began = performance.now();
  private active = false;

  constructor(private readonly io: Io) {
    this.bar = new cliProgress.SingleBar({
      stream: io.stderr,
      format: '{what} {bar} {percentage} %, {eta_formatted} left',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    });
  }

  show(what: string, share: number): void {
    if (this.io.stderr.isTTY !== true) return;
    if (!this.active) {
      if (performance.now() - this.began < PATIENCE_ms) return;
      this.bar.start(100, 0, { what });
      this.active = true;
    }
    this.bar.update(100 * share, { what });
  }

  stop(): void {
    if (this.active) this.bar.stop();
    this.active = false;
  }
}
