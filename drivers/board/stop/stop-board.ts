import { OhmpropError, runError } from '../../../core/index.js';
import { FrameReader } from '../../framing/index.js';
import {
  askHolder,
  cutIn,
  endHolder,
  type HeldLine,
  holderOf,
  type Transport,
} from '../../transport/index.js';
import { emergencyStop } from '../emergency-stop.js';
import { sayingOf, saysInUse, wordsOf } from '../line-words.js';
import { events } from '../operations-table.js';

/** A board that opening the port has reset is safe, and says so when its bootloader lets it. */
const attempts = 15;
const attempt_seconds = 0.2;
/** A holder that has not answered by then is asleep or busy: others see to the board meanwhile, ms. */
const HOLDER_ms = 100;
/** What it may take all in all, ms. */
const HOLDER_LONGEST_ms = 1000;
/** How long an answer is looked for on a line that somebody else has open, ms. */
const CUT_IN_ms = 300;

/** How a board was stopped. It has said itself that it is safe. */
export interface StopReport {
  /** By the process that holds its line, over the line opened for it, or past a program that has it open. */
  readonly how: 'holder' | 'line' | 'cut-in';
  readonly holder?: HeldLine;
  /** The holder answered nothing and was ended, so that its line was free. */
  readonly ended?: boolean;
}

/**
 * Makes a board safe, whoever has its line open: asks the process that holds it, cuts in where that does not answer, opens the
 * line where nobody holds it; until the board says that it is safe.
 * @throws OhmpropError `board.not-stopped` if it never says so
 */
export async function stopBoard(transport: Transport): Promise<StopReport> {
  const { address } = transport;
  if (address === undefined || holderOf(address) === undefined) return stopOverLine(transport);
  const asking = askHolder(address, HOLDER_LONGEST_ms);
  const soon = await Promise.race([asking, after(HOLDER_ms).then(() => 'late' as const)]);
  if (soon !== 'late' && soon?.answer === 'confirmed') return { how: 'holder', holder: soon.holder };
  const cut = await cutIn(address, emergencyStop, CUT_IN_ms, saysSafe());
  if (cut?.answered) return { how: 'cut-in', ...heldBy(holderOf(address)) };
  const asked = await asking;
  if (asked?.answer === 'confirmed') return { how: 'holder', holder: asked.holder };
  try {
    return await stopOverLine(transport);
  } catch (error) {
    // It holds a driven board, and neither answers nor lets anybody in.
    if (asked?.answer !== 'silent' || !(await endHolder(asked.holder.pid))) throw error;
    return { ...(await stopOverLine(transport)), holder: asked.holder, ended: true };
  }
}

function heldBy(holder: HeldLine | undefined): { holder?: HeldLine } {
  return holder === undefined ? {} : { holder };
}

async function stopOverLine(transport: Transport): Promise<StopReport> {
  try {
    await transport.open();
  } catch (error) {
    const inUse = error instanceof OhmpropError && error.code === 'line.in-use';
    if (!inUse || transport.address === undefined) throw error;
    const cut = await cutIn(transport.address, emergencyStop, CUT_IN_ms, saysSafe());
    if (cut?.answered) return { how: 'cut-in' };
    throw notStopped(
      transport,
      cut === undefined
        ? 'in use by another program'
        : 'in use by another program; the stop was written past it, but the board’s answer did not come back here',
    );
  }
  let lost = false;
  let safe = false;
  let wake = () => {};
  const safeSaid = saysSafe();
  const heard: Uint8Array[] = [];
  const removers = [
    transport.onData((bytes) => {
      heard.push(bytes);
      safe = safeSaid(bytes) || safe;
      if (safe) wake();
    }),
    transport.onClose(() => {
      lost = true;
      wake();
    }),
  ];
  try {
    for (let attempt = 0; attempt < attempts && !safe && !lost; attempt++) {
      const answer = new Promise<void>((resolve) => {
        const cancel = transport.clock.after(attempt_seconds, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      });
      await transport.write(emergencyStop).catch(() => {});
      await answer;
    }
  } finally {
    for (const remove of removers) remove();
    await transport.close();
  }
  if (safe) return { how: 'line' };
  const words = wordsOf(Buffer.concat(heard));
  const what = saysInUse(words)
    ? 'in use by another program'
    : lost
      ? 'the line was closed'
      : 'the board did not answer';
  throw notStopped(transport, `${what}${sayingOf(words)}`);
}

function notStopped({ name }: Transport, what: string): OhmpropError {
  return runError(
    'board.not-stopped',
    `${name}: ${what}, so nobody knows that it has stopped; stop the program that has it open, or cut its supply`,
  );
}

/** Takes what comes over a line, and says whether a board has said in it that it is safe. */
function saysSafe(): (bytes: Uint8Array) => boolean {
  let safe = false;
  const reader = new FrameReader(({ sequence, operation }) => {
    safe ||= sequence === 0 && (operation === events.safe || operation === events.boot);
  });
  return (bytes) => {
    reader.push(bytes);
    return safe;
  };
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
