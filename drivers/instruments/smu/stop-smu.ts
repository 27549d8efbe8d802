import { OhmpropError, runError } from '../../../core/index.js';
import { askHolder, endHolder, type HeldLine, type Transport } from '../../transport/index.js';
import { readSmuIdentity } from './identity.js';
import { SmuLink } from './smu-link.js';
import { emergencyBytes } from './switch-off.js';

/** What a holder may take all in all, ms. */
const HOLDER_ms = 1000;
/** How often an instrument that nobody holds is told. */
const TRIES = 4;
const CONFIRM_seconds = 0.3;

/** How an instrument was stopped. It has said itself that its output is off. */
export interface SmuStopReport {
  readonly how: 'holder' | 'line';
  readonly holder?: HeldLine;
  /** The holder did not answer and was ended, so that its line was free. */
  readonly ended?: boolean;
  /** Nobody held it: whether an output had been on, and at what, V, one a channel. */
  readonly found?: readonly {
    readonly channel?: 'a' | 'b';
    readonly output: boolean;
    readonly level_V: number;
  }[];
}

/**
 * Ramps a source-measure unit to 0 V and switches its output off, of two channels both, whoever has its line: asks the process that holds it, ends one
 * that does not answer, opens the line where nobody holds it.
 * @throws OhmpropError `smu.not-stopped` where it never says that it is off
 */
export async function stopSmu(transport: Transport): Promise<SmuStopReport> {
  const { address } = transport;
  const asked = address === undefined ? undefined : await askHolder(address, HOLDER_ms);
  if (asked === undefined) return overLine(transport);
  const { answer, holder } = asked;
  if (answer === 'confirmed') return { how: 'holder', holder };
  // It holds an output that may be on, and neither answers nor lets anybody in.
  if (answer === 'silent' && (await endHolder(holder.pid))) {
    return { ...(await overLine(transport)), holder, ended: true };
  }
  return { ...(await overLine(transport)), holder };
}

async function overLine(transport: Transport): Promise<SmuStopReport> {
  await transport.open();
  const link = new SmuLink(transport);
  try {
    // Whatever is under way, in whichever language: what one does not understand goes into its error queue.
    await transport.write(Buffer.from('\x18\n\nabort\n', 'latin1'));
    const identity = readSmuIdentity(await link.identity(), transport.name);
    const found: NonNullable<SmuStopReport['found']>[number][] = [];
    for (const dialect of identity.channels) {
      const { output, level_V } = await link.ask(dialect.state);
      const { channel } = dialect;
      found.push({ ...(channel === undefined ? {} : { channel }), output, level_V });
    }
    // All are told before one is waited for.
    let on = identity.channels.map((dialect, k) => ({
      dialect,
      level_V: found[k].level_V,
      output: found[k].output,
    }));
    for (let attempt = 0; attempt < TRIES; attempt++) {
      for (const { dialect, output, level_V } of on) {
        await transport.write(emergencyBytes(dialect, output ? level_V : 0));
      }
      const still = [];
      for (const one of on) {
        const state = await link.ask(one.dialect.state, [], 0, CONFIRM_seconds).catch((error: unknown) => {
          if (error instanceof OhmpropError && error.code !== 'line.lost') return undefined;
          throw error;
        });
        if (state === undefined) await link.resync();
        // from where it is now: a second ramp from where it was would drive it there again
        if (state === undefined || state.output) still.push({ ...one, level_V: state?.level_V ?? 0 });
      }
      if (still.length === 0) return { how: 'line', found };
      on = still;
    }
  } finally {
    link.detach();
    await transport.close();
  }
  throw runError(
    'smu.not-stopped',
    `${transport.name}: its output is still on after it was told ${TRIES} times; press OUTPUT at its front, or cut its supply`,
  );
}
