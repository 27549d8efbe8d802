import { z } from 'zod';
import { inputError } from '../../core/index.js';
import type { EpochRecord } from '../../learning/index.js';
import { type MetricsLine, type RunDirectory, readMetrics } from '../../records/index.js';

const epochSchema = z.looseObject({
  epoch: z.number().int().positive(),
  /** Nothing where all answers of the epoch were lost with a line. */
  trainError: z.number().nullable(),
  testError: z.number(),
  cost_V2: z.number().nullable(),
  seconds: z.number(),
  samplesPerSecond: z.number().nullable(),
  confusion: z.array(z.number()),
});

function epochOf(line: MetricsLine, file: string): EpochRecord {
  const parsed = epochSchema.safeParse(line);
  if (parsed.success) {
    const { trainError } = parsed.data;
    return { ...line, trainError: trainError ?? Number.NaN } as unknown as EpochRecord;
  }
  throw inputError('run.metrics', `${file}, epoch ${line.epoch}: ${z.prettifyError(parsed.error)}`);
}

/** The epochs that a run has finished, up to one number, with what is to be told of gaps among them. */
export async function readEpochs(
  directory: RunDirectory,
  upTo: number,
): Promise<{ epochs: EpochRecord[]; warnings: string[] }> {
  const { lines, warning } = await readMetrics(directory.metrics);
  const warnings = warning === undefined ? [] : [warning];
  const epochs = lines.filter((line) => line.epoch <= upTo).map((line) => epochOf(line, directory.metrics));
  if (epochs.length < upTo) {
    warnings.push(
      `${directory.metrics} holds ${epochs.length} epochs, the checkpoint ${upTo}; the curves will have gaps`,
    );
  }
  return { epochs, warnings };
}
