import { resolve } from 'node:path';
import type { DeviceState } from '../../devices/contract/index.js';
import { rememberRun } from '../../drivers/board/index.js';
import type { LineLog } from '../../drivers/transport/index.js';
import type { BestEpoch, EpochRecord, TrainingEvent } from '../../learning/index.js';
import {
  endManifest,
  MetricsLog,
  markManifestFailed,
  type RunDirectory,
  writeManifest,
} from '../../records/index.js';
import type { ComposedRun } from '../composition/index.js';
import { cellMetrics } from '../composition/index.js';
import { preferBest } from './best-checkpoint.js';
import type { FoundBoard } from './board-standing.js';
import { loadCheckpoint } from './checkpoint.js';
import type { SessionEvent, SessionStarted, Sink } from './events.js';
import { openManifest } from './manifest.js';
import { writeRunReport } from './run-report.js';
import { startOf } from './session-started.js';
import type { EarlyPause } from './through-losses.js';
import { trainKept } from './train-kept.js';

/** Who hears of a session, what ends it early, and what came before it. */
export interface SessionOptions {
  /** Asks for an orderly end: after the minibatch under way, with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly sinks?: readonly Sink[];
  /** Writes down what goes over the line of the run's board, because somebody asked for it. */
  readonly lineLog?: LineLog;
  /** Epochs that earlier sessions of the run finished. */
  readonly earlier?: readonly EpochRecord[];
  /** To be told at the start. */
  readonly warnings?: readonly string[];
  /** What was chosen for a new run, to be told. */
  readonly chosen?: string;
  /** Of a run on a board that goes on: what the board was found to hold. */
  readonly found?: FoundBoard;
  /** Of a new run on a board: what that holds, and how it was lost and found before. */
  readonly held?: DeviceState;
  readonly pauses?: readonly EarlyPause[];
  /** No report at the end: `ohmprop report RUN` draws it. */
  readonly withoutReport?: boolean;
  /** Where a new run starts, if not at random. */
  readonly startedFrom?: NonNullable<SessionStarted['startedFrom']>;
}

/** How a session ended: every epoch of the run so far, and the HTML report if one was written. */
export interface SessionResult {
  readonly epochs: readonly EpochRecord[];
  readonly interrupted: boolean;
  readonly reportPath?: string;
  /** Where there are validation samples: the epoch whose state the report shows and later commands use. */
  readonly best?: BestEpoch;
}

/**
 * Trains inside a run directory: metrics as they come, a checkpoint after each epoch and at an interruption, the manifest
 * before and after, the report at the end. What happens is told to the sinks as data; nothing is printed, and only `signal`
 * is listened to. Whatever happens, what was written stays readable.
 */
export async function trainInRunDirectory(
  directory: RunDirectory,
  run: ComposedRun,
  options: SessionOptions = {},
): Promise<SessionResult> {
  const { signal, sinks = [], earlier = [] } = options;
  const started = performance.now();
  const tell = async (event: SessionEvent): Promise<void> => {
    for (const sink of sinks) {
      const taken = sink(event);
      if (taken !== undefined) await taken;
    }
  };
  const { manifest, warning } = await openManifest(directory, run, {
    resumed: options.earlier !== undefined,
    ...(options.startedFrom === undefined ? {} : { startedFrom: options.startedFrom }),
  });
  await noteRun(directory, run);
  const warnings = new Set([...manifest.warnings, ...(run.composition.warnings ?? [])]);
  const epochs = [...earlier];
  const end = async (exitStatus: 'done' | 'interrupted' | 'failed'): Promise<void> => {
    const pulses = epochs.reduce((sum, record) => sum + record.pulses, 0);
    await writeManifest(directory.path, {
      ...endManifest(manifest, exitStatus, (performance.now() - started) / 1000),
      warnings: [...warnings],
      ...endedBy(signal, exitStatus),
      ...(pulses > 0 ? { pulses } : {}),
    });
  };
  // At once, as it may be why nothing else happens; what a sink makes of it ends the session at the next event.
  let refused: Error | undefined;
  const endListening = run.composition.hardware?.onEvent((text) => {
    tell({ type: 'hardware', text }).catch((error: Error) => {
      refused ??= error;
    });
  });
  let ended = false;
  let saidCut = false;
  let log: MetricsLog | undefined;
  try {
    log = await MetricsLog.open(directory.metrics);
    await tell(startOf(directory, run, options));
    if (options.chosen !== undefined) await tell({ type: 'chosen', text: options.chosen });
    for (const text of [...(options.warnings ?? []), ...(warning === undefined ? [] : [warning])]) {
      await tell({ type: 'warning', text });
    }
    const kept = await trainKept(directory, run, {
      signal,
      found: options.found,
      held: options.held,
      pauses: options.pauses ?? [],
      isNew: options.earlier === undefined,
      tell,
      take: async (event) => {
        if (refused !== undefined) throw refused;
        if (event.type !== 'interrupted') await tell(withLine(event, run));
        if (event.type === 'warning') warnings.add(event.text);
        if (event.type !== 'epoch') return;
        epochs.push(event.record);
        const cells = run.composition.cells?.report();
        await log?.append({ ...event.record, ...(cells && cellMetrics(cells)) });
        const cut = cutText(run, cells?.cutCounts);
        if (cut === undefined || saidCut) return;
        saidCut = true;
        warnings.add(cut);
        await tell({ type: 'warning', text: cut });
      },
    });
    const { interrupted } = kept;
    const lines = log;
    log = undefined;
    await lines.close();
    await end(interrupted === undefined ? 'done' : 'interrupted');
    ended = true;
    if (interrupted !== undefined) {
      await tell(interrupted);
      return { epochs, interrupted: true };
    }
    const best = await useBest(directory, run);
    const [reportPath] =
      options.withoutReport === true
        ? []
        : await writeRunReport(directory, run, epochs, {
            // Hardware stays as the last epoch left it.
            atEpoch: run.composition.hardware === undefined ? best?.epoch : undefined,
          });
    const drawn = reportPath === undefined ? {} : { reportPath };
    await tell({ type: 'finished', epochs, ...drawn });
    return { epochs, interrupted: false, ...drawn, ...(best === undefined ? {} : { best }) };
  } catch (error) {
    // What went wrong first is what is reported, whatever goes wrong after it.
    if (!ended) {
      await end('failed')
        .catch(() => markManifestFailed(directory.path))
        .catch(({ message }: Error) => tell({ type: 'warning', text: message }).catch(() => {}));
    }
    await tell({ type: 'failed', error: error as Error }).catch(() => {});
    throw error;
  } finally {
    endListening?.();
    await log?.close().catch(() => {});
  }
}

/** What is said once of a policy that asks for more pulses than it gets. */
function cutText({ config: { cells } }: ComposedRun, cutCounts: number | undefined): string | undefined {
  if (cells === undefined || cutCounts === undefined) return undefined;
  return `policy ${cells.policy} asked for more pulses than a cell gets in one round: ${cutCounts} counts were cut by now (in the metrics: cutCountsSoFar; --set cells.mostPulses=N allows another number)`;
}

/** Which signal of the system asked for an end, where one did. */
function endedBy(signal: AbortSignal | undefined, exitStatus: string): { endedBy?: string | undefined } {
  const name = (signal?.reason as { signal?: unknown } | undefined)?.signal;
  return { endedBy: exitStatus === 'interrupted' && typeof name === 'string' ? name : undefined };
}

/** Puts a simulated device where the best epoch on validation left it, for the report; hardware stays as it is. */
async function useBest(directory: RunDirectory, run: ComposedRun): Promise<BestEpoch | undefined> {
  const { best, epoch } = run.trainer.state;
  if (best === undefined || best.epoch === epoch - 1 || run.composition.hardware !== undefined) return best;
  const { device } = await preferBest(directory, await loadCheckpoint(directory));
  await run.trainer.device.restore(device);
  return best;
}

/** So that who lists boards sees what was done last on each: of those that stay when the command has ended. */
async function noteRun({ path }: RunDirectory, { composition: { hardware } }: ComposedRun): Promise<void> {
  const serial = hardware?.identity?.serial;
  if (hardware?.lifetime !== 'persistent' || typeof serial !== 'string') return;
  await rememberRun(serial, resolve(path));
}

function withLine(event: TrainingEvent, { composition }: ComposedRun): SessionEvent {
  const line =
    event.type === 'minibatch' || event.type === 'epoch' ? composition.hardware?.lineFigures?.() : undefined;
  return line === undefined ? event : { ...event, line };
}
