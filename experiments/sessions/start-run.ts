import { join } from 'node:path';
import { stringify } from 'yaml';
import type { DeviceState } from '../../devices/contract/index.js';
import {
  createRunDirectory,
  discardRunDirectory,
  type RunDirectory,
  requireFreeDirectory,
  writeFileAtomically,
} from '../../records/index.js';
import {
  type ComposedRun,
  describeRun,
  initialiseRun,
  type Opening,
  openDescribed,
  requireWithinData,
} from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';
import { presets } from '../schema/index.js';
import { calibrationCopy } from './board-of-run.js';
import { chooseSettings } from './choose-settings.js';
import type { SessionStarted } from './events.js';
import { closeDevice, finallyClose } from './finally-close.js';
import { KeptLine } from './kept-line.js';
import { predictArrays } from './predict-arrays.js';
import { type SessionOptions, type SessionResult, trainInRunDirectory } from './session.js';
import { describeStart } from './start-data.js';
import { readStart, type Start, startFrom } from './start-from.js';
import { type EarlyPause, type EarlyWaiting, throughLosses } from './through-losses.js';

/** Where a new run writes and what it starts from. */
export interface StartRunOptions
  extends Pick<SessionOptions, 'signal' | 'sinks' | 'lineLog' | 'withoutReport'> {
  /** Where to write; a fresh directory under `runs` when left out. */
  readonly out?: string;
  /** Opens arrays behind instruments otherwise than by their drivers, such as those of a bench in this process. */
  readonly openArray?: NonNullable<Opening['openArray']>;
  /** Run whose best or last state it starts from, or `.npz` of parameters, instead of a random one. */
  readonly from?: string;
}

/** What a session of training came to. */
export interface RunOutcome extends SessionResult {
  /** Run directory. */
  readonly path: string;
  readonly config: RunConfig;
}

/**
 * A new run: trains what a checked configuration describes, into a run directory of its own. Bad usage leaves no directory
 * behind.
 */
export async function startRun(config: RunConfig, options: StartRunOptions = {}): Promise<RunOutcome> {
  const { from, out, openArray, ...rest } = options;
  const start = from === undefined ? undefined : await readStart(from);
  if (out !== undefined) await requireFreeDirectory(out);
  const data = rest.signal === undefined ? {} : { signal: rest.signal };
  // A file of parameters does not say on which data they were learned.
  const description = await (from === undefined || start === undefined || 'parameters' in start
    ? describeRun(config, data)
    : describeStart(config, from, data));
  requireWithinData(description);
  const line = new KeptLine(rest.lineLog);
  const run = await openDescribed(description, {
    lineLog: line.log,
    recorded: rest.lineLog !== undefined,
    ...(openArray === undefined ? {} : { openArray }),
  });
  const work = async (): Promise<RunOutcome> => {
    run.composition.pulseLog?.requireName();
    // What hardware can do does not depend on what it holds: a nudge beyond it is refused before anything is written.
    if (run.composition.hardware !== undefined && run.composition.arrays === undefined)
      await run.trainer.nudge.begin();
    const say = async (text: string) => {
      for (const sink of rest.sinks ?? []) await sink({ type: 'hardware', text });
    };
    const { known, startPulses } = await predictArrays(run, { say, ...data });
    // Where the run cannot be recorded, hardware is not written either.
    const directory = await createRunDirectory({
      name: config.preset ?? 'run',
      ...(out === undefined ? {} : { out }),
    });
    line.keepIn(directory.path);
    await run.composition.arrays?.keepIn(directory.path);
    return finallyClose(
      async () => {
        const { begun, pauses } = await beginIn(directory, run, from, start, {
          signal: rest.signal,
          tell: say,
          startPulses,
        });
        const { startedFrom, chosen, config: resolved, held } = begun;
        const warnings = [
          ...(start !== undefined && 'checkpoint' in start ? start.checkpoint.warnings : []),
          ...(run.composition.warnings ?? []),
          ...noValidation(run),
        ];
        const result = await trainInRunDirectory(
          directory,
          { ...run, config: resolved, composition: { ...run.composition, ...known } },
          {
            ...rest,
            warnings,
            pauses,
            ...(held === undefined ? {} : { held }),
            ...(startedFrom === undefined ? {} : { startedFrom }),
            ...(chosen === undefined ? {} : { chosen }),
          },
        );
        return { ...result, path: directory.path, config: resolved };
      },
      () => directory.release(),
    );
  };
  // Whatever happened, a board is left disarmed.
  return line.around(() => finallyClose(work, () => closeDevice(run, rest.sinks)), rest.sinks);
}

/** Where a run begins. */
interface Begun {
  readonly startedFrom?: NonNullable<SessionStarted['startedFrom']>;
  /** What was chosen for it. A sentence for people. */
  readonly chosen?: string;
  /** With what was chosen. */
  readonly config: RunConfig;
  /** What a board on a line holds then. */
  readonly held?: DeviceState;
}

/**
 * Puts the device where the run starts, at random or where another run ended, and chooses what was left to be chosen. Takes the
 * directory back if that is refused. A board that is lost meanwhile is waited for.
 */
async function beginIn(
  directory: RunDirectory,
  run: ComposedRun,
  from: string | undefined,
  start: Start | undefined,
  waiting: EarlyWaiting & { readonly startPulses: number },
): Promise<{ begun: Begun; pauses: EarlyPause[] }> {
  try {
    await writeFileAtomically(directory.config, stringify(run.config));
    const calibration = run.composition.hardware?.calibration;
    if (calibration !== undefined) {
      await writeFileAtomically(join(directory.path, calibrationCopy), calibration.text);
    }
    const { arrays } = run.composition;
    const end =
      arrays && run.composition.hardware?.onEvent((text) => void waiting.tell(text).catch(() => {}));
    const put = () => putAtStart(run, from, start);
    const { result, pauses } = await throughLosses(
      run,
      () => arrays?.programming(waiting.startPulses, waiting.signal, put) ?? put(),
      waiting,
    );
    end?.();
    const { chosen, startedFrom, held } = result;
    if (chosen.config !== run.config) await writeFileAtomically(directory.config, stringify(chosen.config));
    await run.composition.pulseLog?.beginIn(directory.path);
    const begun = { ...chosen, ...(startedFrom && { startedFrom }), ...(held && { held }) };
    return { begun, pauses };
  } catch (error) {
    await discardRunDirectory(directory).catch(() => {});
    throw error;
  }
}

async function putAtStart(run: ComposedRun, from: string | undefined, start: Start | undefined) {
  let startedFrom: Begun['startedFrom'];
  if (from === undefined || start === undefined) await initialiseRun(run);
  else startedFrom = { run: from, ...(await startFrom(run, from, start)) };
  const chosen = await chooseSettings(run);
  // Known here, it is known whatever becomes of the line after this.
  const held = run.composition.hardware?.line && (await run.trainer.device.snapshot());
  return { startedFrom, chosen, held };
}

/** Samples that a preset holds out are of its own data. */
function noValidation({ config }: ComposedRun): string[] {
  const base = presets[config.preset ?? ''];
  if (base?.validation === undefined || config.validation !== undefined) return [];
  return [
    `no samples are held out for validation: the preset's ${base.validation} are of ${base.data}; --set validation=n holds some out`,
  ];
}
