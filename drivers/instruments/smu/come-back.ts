import { formatQuantity, OhmpropError, quoted, runError } from '../../../core/index.js';
import type { Transport } from '../../transport/index.js';
import { SOUGHT_seconds, seekLine } from '../lost-line.js';
import type { SmuState } from './dialect.js';
import { SmuLink } from './smu-link.js';

/** A session that is over seeks a lost line for so long, to switch the output off, s. */
export const PARTING_seconds = 2;

/** The output of an instrument whose line may be lost. */
interface LosableOutput {
  readonly transport: Transport;
  /** As people write it. */
  readonly address: string;
  readonly identity: { readonly text: string };
  /** Something was switched on here. */
  readonly permit: object | undefined;
  readonly stopped: boolean;
  link: SmuLink;
  lineLost: boolean;
  state(): Promise<SmuState>;
  switchOff(): Promise<void>;
}

/** How long a lost line is sought. */
export interface ComeBackOptions {
  /** Default 60. */
  readonly sought_seconds?: number;
  readonly givenUp?: () => boolean;
}

/**
 * Opens the line of an instrument again that was lost, makes sure that it is the same instrument, and that the output which this session
 * had switched on is off. Nothing else is sent, and nothing is set.
 * @returns what happened, for people
 * @throws OhmpropError `line.lost` where it does not come back; `smu.other` where another one answers: nothing is sent to that
 */
export async function comeBack(output: LosableOutput, options: ComeBackOptions = {}): Promise<string> {
  const { sought_seconds = SOUGHT_seconds, givenUp = () => false } = options;
  const { clock, name } = output.transport;
  const began_seconds = clock.now_seconds();
  const found = await seekLine(() => openAgain(output), {
    clock,
    until_seconds: began_seconds + sought_seconds,
    givenUp: () => givenUp() || output.stopped,
  }).catch((error: unknown) => {
    if (!(error instanceof OhmpropError) || !error.code.startsWith('line.')) throw error;
    throw lostForGood(output, clock.now_seconds() - began_seconds, error);
  });
  const after = formatQuantity(clock.now_seconds() - began_seconds, 's');
  return `${name}: its line was lost, and is there again after ${after}; its output was ${found}; what was under way is found out by asking and reading`;
}

/** @returns what became of its output */
async function openAgain(output: LosableOutput): Promise<string> {
  const { transport, identity } = output;
  output.link.detach();
  await transport.close();
  await transport.open();
  output.link = new SmuLink(transport);
  output.lineLost = false;
  try {
    const text = await output.link.identity();
    if (text !== identity.text) {
      throw runError(
        'smu.other',
        `${transport.name}: its line was lost, and now ${quoted(text)} answers where ${quoted(identity.text)} was; nothing was sent to it. The output of the other may be on: switch it off at its front, or find its line and run "ohmprop instrument stop"`,
      );
    }
    const { output: on } = await output.state();
    if (on && output.permit === undefined) return 'on, which this program had not switched on';
    await output.switchOff();
    return on ? 'still on, and was switched off' : 'off';
  } catch (error) {
    // Whoever ends this session must not say anything to another instrument.
    output.link.detach();
    await transport.close();
    output.lineLost = true;
    throw error;
  }
}

function lostForGood(
  { transport, address }: LosableOutput,
  seconds: number,
  cause: OhmpropError,
): OhmpropError {
  return runError(
    'line.lost',
    `${transport.name}: its line was lost and did not come back within ${formatQuantity(seconds, 's')} (${cause.message}): its output may be on. Look at cable, supply and network; once it answers, "ohmprop instrument stop ${address}" switches it off, and a run or program that was cut off goes on with --resume`,
    cause,
  );
}
