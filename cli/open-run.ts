import { z } from 'zod';
import type { Opening } from '../experiments/composition/index.js';
import type { RunConfig } from '../experiments/schema/index.js';
import { type OpenedRun, onDevice, openRun, percent, readOnlyConfig } from '../experiments/sessions/index.js';
import type { DataSet } from '../learning/index.js';
import { findRun } from './find-run.js';
import { type Io, printLine, warn } from './io.js';
import { recordOption } from './record.js';

/** Flags of commands that look at a run. */
export interface LookFlags {
  readonly data?: string;
  /** Rows of unknown classes in place of data. */
  readonly rows?: string;
  /** Only parameters are wanted: data that are gone or changed do not matter. */
  readonly withoutData?: boolean;
  readonly restore?: boolean;
  readonly lastEpoch?: boolean;
  /** Where its board is now. */
  readonly device?: string;
  readonly otherBoard?: boolean;
  /** What was measured of its board, instead of what the run was begun with. */
  readonly calibration?: string;
  /** What to set otherwise in the run's configuration. */
  readonly change?: (config: RunConfig) => RunConfig;
  /** Its parameters written into fresh cells, whatever held them. */
  readonly freshCells?: boolean;
  /** Time that passes before it is looked at, s. */
  readonly wait_s?: number;
}

/** What RUN may be, for the help of a command. */
export { RUN } from './find-run.js';

/** Options of every command that looks at a run. */
export const lookOptions = {
  restore: z.boolean().default(false).meta({
    flag: '--restore',
    description:
      "write the run's last state onto a board that holds something else; without it such a board is left alone",
  }),
  record: recordOption,
  lastEpoch: z.boolean().default(false).meta({
    flag: '--last-epoch',
    description: 'the run as its last epoch left it, where another was the best on the validation samples',
  }),
};

/** Options of commands that go on with a run's board, or look at it. */
export const boardOptions = {
  device: z.string().optional().meta({
    flag: '--device <name>',
    description: "where the run's board is now: a port, tcp://host:port",
  }),
  otherBoard: z.boolean().default(false).meta({
    flag: '--other-board',
    description: 'take another board than the run was trained on',
  }),
  calibration: z.string().min(1).optional().meta({
    flag: '--calibration <file>',
    description: 'what was measured of its board, or none, instead of what the run was begun with',
  }),
};

/** The epoch whose state is looked at: the last finished one, or the best on the validation samples. */
export function epochOf({ best, trainer }: OpenedRun['checkpoint']): number {
  return best?.epoch ?? trainer.epoch - 1;
}

/** How a command opens devices. */
export function openingFor({ lineLog }: Io): Opening {
  return lineLog === undefined ? {} : { lineLog, recorded: true };
}

/** Opens a run to look at it, unless `check` of its data throws; hardware that was there is compared, and written only with `--restore`. */
export async function openRunToLook(
  io: Io,
  path: string,
  flags: LookFlags = {},
  check?: (dataSet: DataSet) => void,
): Promise<OpenedRun> {
  const found = await findRun(io, path);
  const { device: moved } = flags;
  const opened = await openRun(found, {
    ...(check === undefined ? {} : { check: (_config, _checkpoint, dataSet) => check(dataSet) }),
    restore: flags.restore === true ? 'write' : 'compare',
    opening: openingFor(io),
    ...(flags.lastEpoch === true ? { epoch: 'last' } : {}),
    change: (stored) => {
      const config = flags.change?.(stored) ?? stored;
      const there = moved === undefined ? {} : onDevice(found, config, moved);
      return readOnlyConfig({ ...config, ...there });
    },
    otherBoard: flags.otherBoard ?? false,
    ...(flags.calibration === undefined ? {} : { calibration: flags.calibration }),
    ...(flags.freshCells === true ? { freshCells: true } : {}),
    ...(flags.wait_s === undefined ? {} : { wait_s: flags.wait_s }),
    ...(flags.data === undefined ? {} : { data: flags.data }),
    ...(flags.withoutData === true ? { withoutData: true } : {}),
    ...(flags.rows === undefined ? {} : { rows: flags.rows }),
  });
  const { hardware, device } = opened.run.composition;
  hardware?.onEvent((text) => printLine(io.stderr, text));
  // A signal leaves a board at rest and disarmed, whatever it is being asked; a simulation may go at once.
  if (hardware !== undefined) {
    io.signal?.addEventListener('abort', () => void device.close().catch(() => {}), { once: true });
  }
  for (const text of opened.warnings) warn(io, text);
  if (flags.restore === true && hardware?.lifetime !== 'persistent') {
    warn(io, `--restore: ${device.info.name} is made for this command, and is as the run left it anyway`);
  }
  const { best } = opened.checkpoint;
  if (best !== undefined) {
    printLine(
      io.stderr,
      `as after epoch ${best.epoch}, the best on the validation samples (error ${percent(best.validationError)})`,
    );
  } else if (flags.lastEpoch === true) {
    warn(io, '--last-epoch: the run knows no better epoch than its last, which is used anyway');
  }
  return opened;
}
