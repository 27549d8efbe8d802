import { statusRemedy } from '../../devices/contract/index.js';
import { cellMetrics } from '../../experiments/composition/cells.js';
import type { ComposedRun } from '../../experiments/composition/compose-run.js';
import type { EpochRecord } from '../../learning/index.js';
import {
  endManifest,
  type Manifest,
  MetricsLog,
  type RunDirectory,
  readManifest,
  startManifest,
  writeManifest,
} from '../../records/index.js';
import { type Io, onInterrupt } from '../io.js';
import { saveCheckpoint } from './checkpoint.js';
import { Progress } from './progress.js';
import { writeRunReport } from './run-report.js';

export interface SessionResult {
  readonly epochs: readonly EpochRecord[];
  readonly interrupted: boolean;
  readonly reportPath?: string;
}

/**
 * Trains inside a run directory: metrics as they come, a checkpoint after each epoch and at an interruption, the
 * manifest before and after, the report at the end. Whatever happens, what was written stays readable.
 */
export async function trainInRunDirectory(
  io: Io,
  directory: RunDirectory,
  run: ComposedRun,
  earlier: readonly EpochRecord[] = [],
): Promise<SessionResult> {
  const started = performance.now();
  const manifest = await openManifest(io, directory, run);
  const { cells } = run.composition;
  const log = await MetricsLog.open(directory.metrics);
  const progress = new Progress(io, run.trainer.options.epochs, run.composition.hardware?.liveFigures);
  const endListening = run.composition.hardware?.onEvent((text) => progress.line(text));
  const epochs = [...earlier];
  const { signal, dispose } = onInterrupt(
    io,
    'Finishing the minibatch and writing a checkpoint (Ctrl-C again leaves at once) …',
  );
  const warnings = new Set([...manifest.warnings, ...(run.composition.warnings ?? [])]);
  let ended = false;
  const end = async (exitStatus: 'done' | 'interrupted' | 'failed'): Promise<void> => {
    if (ended) return;
    ended = true;
    const pulses = epochs.reduce((sum, record) => sum + record.pulses, 0);
    await writeManifest(directory.path, {
      ...endManifest(manifest, exitStatus, (performance.now() - started) / 1000),
      warnings: [...warnings],
      ...(pulses > 0 ? { pulses } : {}),
    });
  };
  try {
    let interrupted = false;
    for await (const event of run.trainer.run(signal)) {
      progress.show(event);
      if (event.type === 'epoch') {
        epochs.push(event.record);
        await log.append({ ...event.record, ...(cells && cellMetrics(cells.report())) });
        await saveCheckpoint(directory, run);
        if (event.record.unsettled > 0) warnings.add(statusRemedy['stopped-early']);
      }
      if (event.type === 'interrupted') {
        interrupted = true;
        await saveCheckpoint(directory, run);
      }
    }
    progress.stop();
    await end(interrupted ? 'interrupted' : 'done');
    if (interrupted) return { epochs, interrupted };
    return { epochs, interrupted, reportPath: await writeRunReport(directory, run, epochs) };
  } finally {
    progress.stop();
    dispose();
    endListening?.();
    await log.close();
    await end('failed');
  }
}

async function openManifest(io: Io, directory: RunDirectory, run: ComposedRun): Promise<Manifest> {
  const resumed = await readManifest(directory.path).catch(({ message, cause }: Error) => {
    // A new run has none yet.
    if ((cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT') {
      io.stderr.write(`warning: ${message}; it is written anew\n`);
    }
    return undefined;
  });
  const manifest: Manifest =
    resumed === undefined
      ? await startManifest({
          seed: run.config.seed,
          sources: [...run.dataSet.sources],
          device: {
            name: run.trainer.device.info.name,
            ...(run.config.relaxedSimd ? { relaxedSimd: true } : {}),
            ...run.composition.hardware?.identity,
          },
          ...(run.config.preset === undefined ? {} : { preset: run.config.preset }),
        })
      : { ...resumed, exitStatus: 'running' };
  await writeManifest(directory.path, manifest);
  return manifest;
}
