import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { inputError, quoted } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { MAX_YAML_CHARACTERS, readYaml } from '../../core/yaml/index.js';
import { readAxis } from './axis.js';
import { readLimit, type StudyPlan } from './plan.js';

/** File of a study with its plan. */
export const PLAN_FILE = 'study.yaml';

/** As `planText` writes it. */
const planSchema = z.object({
  kind: z.literal('study'),
  format: z.literal(1),
  study: z.string(),
  base: z.looseObject({ command: z.string() }),
  axes: z.record(z.string(), z.union([z.array(z.unknown()), z.string()])),
  sampling: z.enum(['random', 'latin']).optional(),
  count: z.number().int().positive().optional(),
  sampleSeed: z.number().int().optional(),
  seeds: z.number().int().positive(),
  draws: z.number().int().positive().optional(),
  keep: z.array(z.string()).optional(),
  good: z.array(z.string()).optional(),
});

/** The plan of a study that has been run. @throws `study.not-found`, `study.unreadable` (exit code 2) */
export async function readPlan(path: string): Promise<StudyPlan> {
  const file = join(path, PLAN_FILE);
  if (!existsSync(file)) {
    throw inputError(
      'study.not-found',
      `${path} is no directory of a study: ${PLAN_FILE} is missing; name one that ohmprop study wrote`,
    );
  }
  const bytes = await readRegularFile(file, { most_bytes: 4 * MAX_YAML_CHARACTERS });
  const read = planSchema.safeParse(readYaml(new TextDecoder().decode(bytes), file, 'study.unreadable'));
  if (!read.success) {
    const [{ path: at, message }] = read.error.issues;
    throw inputError('study.unreadable', `${file}: ${quoted(at.join('.'))}: ${message}`);
  }
  const { study, base, axes, sampling, count = 1, sampleSeed = 1, seeds, draws } = read.data;
  const { keep = [], good = [] } = read.data;
  const { command, ...options } = base;
  return {
    name: study,
    command,
    options,
    axes: Object.entries(axes).map(([key, values]) => readAxis(key, values)),
    sampling: sampling === undefined ? { kind: 'grid' } : { kind: sampling, count, seed: sampleSeed },
    seeds,
    ...(draws === undefined ? {} : { draws }),
    keep,
    limits: good.map(readLimit),
  };
}
