import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { inputError, OhmpropError } from '../../core/index.js';
import {
  type Axis,
  type Limit,
  type Rise,
  readAxis,
  readAxisFlag,
  readLimit,
  readRise,
  requireRedisUrl,
  requireSlurmOption,
} from '../../experiments/studies/index.js';
import { readBy, repeatable } from '../frame/index.js';

/** Reads with the one reader; what it refuses is said by the frame. */
function reading<T>(read: (value: unknown) => T) {
  return (value: unknown, context: z.RefinementCtx): T => {
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof OhmpropError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  };
}

const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** `--axis key=values`, or a mapping in a file. */
export const axesOption = repeatable(
  z
    .preprocess(
      reading((value): Axis[] => {
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
          return Object.entries(value).map(([key, values]) => readAxis(key, values));
        }
        return listOf(value).map((text) => readAxisFlag(String(text)));
      }),
      z.array(z.custom<Axis>()),
    )
    .default([]),
).meta({
  flag: '--axis <key=values>',
  kind: 'axis',
  description:
    'vary an option or setting: readout.noise_V=log:10uV:50mV:7, training.nudge=conductance,current-held',
});

export const keepOption = repeatable(
  z
    .preprocess(
      (value) =>
        listOf(value)
          .flatMap((text) => String(text).split(','))
          .map((name) => name.trim()),
      z.array(z.string()),
    )
    .default([]),
).meta({
  flag: '--keep <numbers>',
  kind: 'names',
  description:
    'numbers of the answer that the study is about, by their path in --json: testError,best.testError',
});

export const goodOption = repeatable(
  z
    .preprocess(
      reading((value): Limit[] => listOf(value).map((text) => readLimit(String(text)))),
      z.array(z.custom<Limit>()),
    )
    .default([]),
).meta({
  flag: '--good <number<=value>',
  kind: 'limit of a number',
  description: 'what a good trial keeps, for the yield: testError<=5%',
});

export const riseOption = repeatable(
  z
    .preprocess(
      reading((value): Rise[] => listOf(value).map((text) => readRise(String(text)))),
      z.array(z.custom<Rise>()),
    )
    .default([]),
).meta({
  flag: '--rise <number=amount>',
  kind: 'rise of a number',
  description:
    'say how far each axis may go from its first value until a number has risen as much: testError=0.3%',
});

/** `4`, or `auto`: one a core. */
export function readCount(text: string): number {
  if (text === 'auto') return availableParallelism();
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw inputError('usage', 'needs a whole number of 1 or more, or auto');
}

export const workersOption = readBy(
  'number or text',
  readCount,
  z.number().int().min(1).max(1024).optional(),
).meta({
  flag: '--workers <n>',
  description: 'processes that compute, or auto: one a core (the default)',
});

export const redisOption = readBy(
  'text',
  (text) => {
    requireRedisUrl(text);
    return text;
  },
  z.string().optional(),
).meta({
  flag: '--redis <url>',
  description:
    'a queue there, from which ohmprop study worker takes trials on any machine: redis://host:6379',
});

export const slurmOptionsOption = repeatable(
  z
    .preprocess(
      reading((value): string[] => listOf(value).map((text) => requireSlurmOption(String(text)))),
      z.array(z.string()),
    )
    .default([]),
).meta({
  flag: '--slurm-option <text>',
  kind: 'option of sbatch',
  description: 'of the jobs, as sbatch takes it: --slurm-option=--time=2:00:00',
});
